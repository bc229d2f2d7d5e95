//! Long texts: pasted, resolved, displayed.

use super::clean;
use crate::support::network::Network;
use crate::support::process::{resident, status};
use crate::support::terminal::{Terminal, wait_for};

tests! {
    ten_megabyte_paste_is_refused_with_its_size;
    paste_as_keys_does_not_pile_up;
    node_of_maximum_length_is_resolved;
    long_canonical_name_is_shown_with_its_length: NETWORK;
}

/// Page Up: to the first field.
const NODE: &str = "\x1b[5~";

const MEGABYTE: usize = 1 << 20;

/// The longest text that a field takes.
const LIMIT: usize = 8192;

fn pasted(text: &[u8]) -> Vec<u8> {
    [b"\x1b[200~", text, b"\x1b[201~"].concat()
}

fn ten_megabyte_paste_is_refused_with_its_size() {
    let mut terminal = Terminal::sockscope(80, 24, &["-n", "-N", "kept"]);
    terminal.wait_for("EAI_NONAME");
    let before = resident(terminal.pid());
    terminal.send(NODE);
    for (unit, bytes) in [("n", 10 * MEGABYTE), ("\x1b[2J", 10 * MEGABYTE)] {
        terminal.send(pasted(unit.repeat(bytes / unit.len()).as_bytes()));
        let words = format!("Too long to paste: {} bytes (limit {LIMIT}).", 4 + bytes);
        terminal.wait_for(&words);
        terminal.send("x");
        terminal.wait_for("keptx");
        terminal.send("\x7f");
        terminal.wait_for_no("keptx");
        terminal.wait_for("kept");
    }
    // crossterm keeps the buffer that held the longest paste: 16 MiB, as vectors grow.
    let after = resident(terminal.pid());
    eprintln!("resident: {before} kB before, {after} kB after");
    assert!(after < before + 48 * 1024, "{before} kB, {after} kB");
    terminal.send("\x03");
    assert!(terminal.wait_for_end().success());
    terminal.assert_restored();
    assert_eq!(clean::terminal("ten megabytes", &terminal.bytes()), [""; 0]);
}

/// A terminal without bracketed paste sends one as keys, faster than they can be processed.
fn paste_as_keys_does_not_pile_up() {
    let mut terminal = Terminal::sockscope(80, 24, &["-n", "-N", "--", ""]);
    terminal.wait_for("EAI_NONAME");
    let before = status(terminal.pid(), "VmHWM").unwrap();
    // The field is emptied again and again, so that a key stays cheap and there is room for the
    // next.
    terminal.send(NODE);
    terminal.send(("k".repeat(99) + "\x15").repeat(1000) + "end");
    terminal.wait_until("the keys after the paste", |screen| {
        let node = screen.rows(0, 80).find(|row| row.contains("node"));
        node.is_some_and(|row| row.contains("\"end\""))
    });
    // A waiting key takes about 140 bytes.
    let after = status(terminal.pid(), "VmHWM").unwrap();
    assert!(after < before + 5 * 1024, "{before} kB, {after} kB");
    terminal.send("\x03");
    assert!(terminal.wait_for_end().success());
}

fn node_of_maximum_length_is_resolved() {
    for (unit, escaped) in [
        ("n", "n"),
        ("\x1b", "\\x1b"),
        ("\u{1f1e6}", "\u{1f1e6}"),
        ("e\u{301}\u{200d}", "e\\u{301}\\u{200d}"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let trace = folder.path().join("trace");
        let count = LIMIT / unit.len();
        let node = unit.repeat(count) + &"n".repeat(LIMIT % unit.len());
        let arguments = ["-n", "-N", "--trace", trace.to_str().unwrap(), "--", ""];
        let mut terminal = Terminal::sockscope(80, 24, &arguments);
        terminal.wait_for("EAI_NONAME");
        terminal.send(NODE);
        terminal.send(pasted(node.as_bytes()));
        terminal.send(pasted(b"more"));
        terminal.wait_for(&format!("Too long to paste: {} bytes", LIMIT + 4));
        // Deletes a word, restores it, and types at the start.
        terminal.send("\x17\x19\x1b[H@\x7f\r");
        let line = wait_for("the call in the trace", || {
            // The current write may end inside a character.
            let text = std::fs::read(&trace).unwrap();
            let text = String::from_utf8_lossy(&text);
            let long = |line: &&str| line.len() > LIMIT && line.ends_with('>');
            text.lines().find(long).map(str::to_owned)
        });
        let line = clean::lines("trace", line.as_bytes());
        let start = format!("getaddrinfo(\"{}", escaped.repeat(count));
        assert!(line.starts_with(&start), "{line}");
        assert!(line.contains("\", NULL, {ai_flags"), "{line}");
        assert!(line.contains("= -2 EAI_NONAME"), "{line}");
        terminal.wait_for_no("older than");
        terminal.send("\t");
        for (key, sign) in [
            ("2", "There is no entry."),
            ("3", "l: next"),
            ("6", "recorded, not run here"),
            ("1", "not known”"),
        ] {
            terminal.send(key);
            terminal.wait_for(sign);
        }
        for (columns, rows) in [(60, 20), (100, 30), (80, 24)] {
            terminal.resize(columns, rows);
            terminal.wait_until("the keys in the last line", |screen| {
                let (_, columns) = screen.size();
                let last = screen.rows(0, columns).last();
                last.is_some_and(|row| row.contains("F1 help"))
            });
        }
        terminal.send("\x03");
        assert!(terminal.wait_for_end().success());
        terminal.assert_restored();
        assert_eq!(clean::terminal(unit, &terminal.bytes()), [""; 0]);
    }
}

/// A hosts file can give a name of any length.
fn long_canonical_name_is_shown_with_its_length() {
    Network::run(|network| {
        let long = "n".repeat(MEGABYTE);
        network
            .write("hosts", format!("192.0.2.1 {long} long\n"))
            .write("nsswitch.conf", "hosts: files\nservices: files\n");
        for (columns, rows) in [(80, 24), (120, 40)] {
            let mut terminal = Terminal::sockscope(columns, rows, &["-c", "-4", "long"]);
            terminal.wait_for("192.0.2.1");
            terminal.send("\t2\tz");
            // The scroll range is known once the pane was drawn.
            terminal.wait_until("the struct at the top", |screen| {
                screen
                    .rows(0, columns)
                    .nth(2)
                    .is_some_and(|row| row.contains("<netdb.h>"))
            });
            // Its length follows its visible part.
            terminal.send("\x1b[F");
            terminal.wait_for("(1048576 bytes)");
            terminal.send("\x03");
            assert!(terminal.wait_for_end().success());
            terminal.assert_restored();
        }
    });
}
