//! The ten minutes of README.md, key by key in a terminal of 80 by 24: each line shows what it says.

use crate::readme::{readme, section};
use crate::support::network::Network;
use crate::support::terminal::Terminal;

tests! {
    walk_of_the_readme_shows_what_it_says: NETWORK;
    text_between_backticks_is_found;
}

fn walk_of_the_readme_shows_what_it_says() {
    Network::run(|_| {
        let mut terminal = Terminal::sockscope(80, 24, &[]);
        let readme = readme();
        let mut rows = 0;
        for row in section(&readme, "## Ten minutes with it").lines() {
            let Some((keys, seen)) = row.strip_prefix("| ").and_then(|row| row.split_once(" | "))
            else {
                continue;
            };
            let keys: String = quoted(keys).map(bytes).collect();
            terminal.send(&keys);
            if keys == "q" {
                terminal.wait_for_end();
                terminal.assert_restored();
                assert!(rows >= 15, "{rows} rows");
                return;
            }
            for text in quoted(seen) {
                // A key that is named for later, not what is seen.
                if bytes(text) == text && text.chars().count() > 1 {
                    terminal.wait_for(text);
                }
            }
            rows += 1;
        }
        panic!("the last row quits");
    });
}

/// What a terminal sends for a key; a text as it is.
fn bytes(key: &str) -> &str {
    match key {
        "Tab" => "\t",
        "Enter" => "\r",
        "↑" => "\x1b[A",
        "↓" => "\x1b[B",
        "→" => "\x1b[C",
        "←" => "\x1b[D",
        "Home" => "\x1b[H",
        "End" => "\x1b[F",
        "PgUp" => "\x1b[5~",
        "F2" => "\x1bOQ",
        "F4" => "\x1bOS",
        text => text,
    }
}

/// The texts between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn text_between_backticks_is_found() {
    let found: Vec<&str> = quoted("the `F2` key, `a b`").collect();
    assert_eq!(found, ["F2", "a b"]);
}
