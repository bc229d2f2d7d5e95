//! Megabytes: pasted, asked for, looked at, deleted.

use std::time::{Duration, Instant};

use super::clean;
use crate::support::network::Network;
use crate::support::process::{resident, status};
use crate::support::terminal::{Terminal, wait_for};

tests! {
    a_paste_of_ten_megabytes_is_refused_in_words;
    a_paste_that_comes_as_keys_is_not_piled_up;
    a_node_of_a_megabyte_is_asked_for_whole_and_costs_no_key_its_length;
    a_node_of_a_megabyte_of_escapes_is_asked_for_whole;
    a_node_of_a_megabyte_of_flags_is_asked_for_whole;
    a_node_of_a_megabyte_of_marks_is_asked_for_whole;
    a_canonical_name_of_a_megabyte_costs_no_frame_its_length: NETWORK;
}

const MEGABYTE: usize = 1 << 20;

/// What a key may take, at the terminal.
const PROMPT: Duration = Duration::from_millis(50);

fn pasted(text: &[u8]) -> Vec<u8> {
    [b"\x1b[200~", text, b"\x1b[201~"].concat()
}

/// Sends `keys` and waits for `sign`, which was not there, and for it to go again by `back`: the
/// best of a few times, since other programs run on this machine too.
#[track_caller]
fn is_prompt(terminal: &mut Terminal, what: &str, keys: &str, sign: &str, back: &str) {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        terminal.send(keys);
        terminal.wait_for(sign);
        best = best.min(start.elapsed());
        terminal.send(back);
        terminal.wait_for_no(sign);
    }
    eprintln!("{what}: {best:?}");
    assert!(best <= PROMPT, "{what}: {best:?}");
}

fn a_paste_of_ten_megabytes_is_refused_in_words() {
    let mut terminal = Terminal::sockscope(80, 24, &["-n", "-N", "kept"]);
    terminal.wait_for("EAI_NONAME");
    let before = resident(terminal.pid());
    for (unit, bytes) in [("n", 10 * MEGABYTE), ("\x1b[2J", 10 * MEGABYTE)] {
        let start = Instant::now();
        terminal.send(pasted(unit.repeat(bytes / unit.len()).as_bytes()));
        terminal.wait_for(&format!("makes {} bytes, and 1048576 fit", 4 + bytes));
        eprintln!("10 MiB read in {:?}", start.elapsed());
        is_prompt(&mut terminal, "typing", "x", "keptx", "\x7f");
        terminal.wait_for("kept");
    }
    // crossterm keeps what it read the longest paste into: 16 MiB, as vectors grow.
    let after = resident(terminal.pid());
    eprintln!("resident: {before} kB before, {after} kB after");
    assert!(after < before + 48 * 1024, "{before} kB, {after} kB");
    let start = Instant::now();
    terminal.send("\x03");
    assert!(terminal.wait_for_end().success());
    let took = start.elapsed();
    assert!(took < 20 * PROMPT, "{took:?}");
    terminal.assert_restored();
    assert_eq!(clean::terminal("ten megabytes", &terminal.bytes()), [""; 0]);
}

/// A terminal that knows of no pastes sends one as keys, faster than they can be taken in.
fn a_paste_that_comes_as_keys_is_not_piled_up() {
    const BYTES: usize = 100_000;
    let mut terminal = Terminal::sockscope(80, 24, &["-n", "-N", "--", ""]);
    terminal.wait_for("EAI_NONAME");
    let before = status(terminal.pid(), "VmHWM").unwrap();
    let keys = "k".repeat(BYTES);
    terminal.send(&keys);
    terminal.wait_for(&format!("{BYTES} bytes"));
    // A key that waits takes about 140 bytes.
    let after = status(terminal.pid(), "VmHWM").unwrap();
    assert!(after < before + 5 * 1024, "{before} kB, {after} kB");
    terminal.send("\x03");
    assert!(terminal.wait_for_end().success());
}

/// The lines of a trace that are as long as the node, once there are `count`.
#[track_caller]
fn long_calls(trace: &std::path::Path, least: usize, count: usize) -> Vec<String> {
    wait_for("the calls in the trace", || {
        // What is being written now may end within a character.
        let text = std::fs::read(trace).unwrap();
        let text = String::from_utf8_lossy(&text);
        let long = |line: &&str| line.len() > least && line.ends_with('>');
        let lines: Vec<String> = text.lines().filter(long).map(str::to_owned).collect();
        (lines.len() >= count).then_some(lines)
    })
}

fn is_asked_for_whole(unit: &str, escaped: &str, columns: u16, rows: u16) {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    // Room for a few characters more.
    let count = (MEGABYTE - 9) / unit.len();
    let node = unit.repeat(count);
    let arguments = ["-n", "-N", "--trace", trace.to_str().unwrap(), "--", ""];
    let mut terminal = Terminal::sockscope(columns, rows, &arguments);
    terminal.wait_for("EAI_NONAME");
    let before = resident(terminal.pid());
    terminal.send(pasted(node.as_bytes()));
    terminal.wait_for(&format!("{} bytes", node.len()));

    const END: &str = "\x1b[F";
    is_prompt(&mut terminal, "typing at the end", "@", "@", "\x7f");
    is_prompt(
        &mut terminal,
        "typing at the start",
        "\x1b[H@",
        "@",
        &format!("\x7f{END}"),
    );
    is_prompt(
        &mut terminal,
        "a word back",
        "\x1b[1;5D@",
        "@",
        &format!("\x7f{END}"),
    );
    is_prompt(
        &mut terminal,
        "a word deleted and put back",
        "\x17\x19@",
        "@",
        "\x7f",
    );
    terminal.send(pasted(b"1234567890abcdef"));
    terminal.wait_for(&format!("makes {} bytes", node.len() + 16));

    for calls in 1..=8 {
        terminal.send("\r");
        // Whole, by the trace's account.
        let lines = long_calls(&trace, node.len(), calls);
        if calls > 1 {
            // They all look alike.
            assert_eq!(lines[calls - 1].len() / 1024, lines[0].len() / 1024);
            continue;
        }
        let line = clean::lines("trace", lines[0].as_bytes());
        let start = format!(
            "getaddrinfo(\"{}\", NULL, {{ai_flags",
            escaped.repeat(count)
        );
        assert!(line.starts_with(&start), "{} bytes", line.len());
        assert!(line.contains("= -2 EAI_NONAME"), "{} bytes", line.len());
    }
    terminal.wait_for("not known”");
    terminal.wait_for_no("older than");
    terminal.send("\t");
    for (key, sign) in [
        ("2", "There is no entry."),
        ("3", "l: next"),
        ("5", "here, just now"),
    ] {
        is_prompt(&mut terminal, sign, key, sign, "1");
    }
    terminal.send("3");
    terminal.wait_for("Cut after 1024 bytes");
    terminal.send("4");
    terminal.wait_for_no("l: next");
    terminal.send("1");
    terminal.wait_for("not known”");
    is_prompt(&mut terminal, "the help", "\x1bOP", "╭ help ─", "\x1bOP");
    for (columns, rows) in [(60, 20), (100, 30), (columns, rows)] {
        terminal.resize(columns, rows);
        terminal.wait_until("the keys in the last line", |screen| {
            let (_, columns) = screen.size();
            screen
                .rows(0, columns)
                .last()
                .is_some_and(|row| row.contains("F1 help"))
        });
    }
    // As much as is remembered of the calls, the text itself a few times, what the paste was read into.
    let full = resident(terminal.pid());
    assert!(full < before + 64 * 1024, "{before} kB, {full} kB");
    terminal.send("\x1b[Z\x15kept\r");
    terminal.wait_for("getaddrinfo(\"kept\"");
    let after = resident(terminal.pid());
    eprintln!("resident: {before} kB before, {full} kB full, {after} kB after");
    assert!(after <= full, "{full} kB, {after} kB");
    terminal.send("\x03");
    assert!(terminal.wait_for_end().success());
    terminal.assert_restored();
    assert_eq!(clean::terminal("a megabyte", &terminal.bytes()), [""; 0]);
}

fn a_node_of_a_megabyte_is_asked_for_whole_and_costs_no_key_its_length() {
    is_asked_for_whole("n", "n", 80, 24);
}

fn a_node_of_a_megabyte_of_escapes_is_asked_for_whole() {
    is_asked_for_whole("\x1b", "\\x1b", 120, 40);
}

fn a_node_of_a_megabyte_of_flags_is_asked_for_whole() {
    is_asked_for_whole("\u{1f1e6}", "\u{1f1e6}", 120, 40);
}

fn a_node_of_a_megabyte_of_marks_is_asked_for_whole() {
    is_asked_for_whole("e\u{301}\u{200d}", "e\\u{301}\\u{200d}", 80, 24);
}

/// A hosts file can give a name of any length.
fn a_canonical_name_of_a_megabyte_costs_no_frame_its_length() {
    Network::run(|network| {
        let long = "n".repeat(MEGABYTE);
        network
            .write("hosts", format!("192.0.2.1 {long} long\n"))
            .write("nsswitch.conf", "hosts: files\nservices: files\n");
        for (columns, rows) in [(80, 24), (120, 40)] {
            let mut terminal = Terminal::sockscope(columns, rows, &["-c", "-4", "long"]);
            terminal.wait_for("192.0.2.1");
            terminal.send("\t");
            is_prompt(&mut terminal, "the struct", "2", "<netdb.h>", "1");
            is_prompt(&mut terminal, "the program", "3", "l: next", "1");
            is_prompt(&mut terminal, "the help", "\x1bOP", "╭ help ─", "\x1bOP");
            is_prompt(
                &mut terminal,
                "the next entry",
                "\x1b[B",
                "2 of 3",
                "\x1b[A",
            );
            // At the end of what is shown of it stands its length.
            terminal.send("2\tz");
            // What there is to scroll is known once it was drawn.
            terminal.wait_until("the struct at the top", |screen| {
                screen
                    .rows(0, columns)
                    .nth(2)
                    .is_some_and(|row| row.contains("<netdb.h>"))
            });
            terminal.send("\x1b[F");
            terminal.wait_for("(1048576 bytes)");
            terminal.send("\x03");
            assert!(terminal.wait_for_end().success());
            terminal.assert_restored();
        }
    });
}
