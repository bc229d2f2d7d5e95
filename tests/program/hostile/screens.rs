//! Screens: every view at two sizes, and every byte sent to draw them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use rustix::process::Signal;

use super::clean;
use super::names::with_names;
use super::texts::{OTHERS, WORDS, all};
use crate::support::network::Network;
use crate::support::process::signal;
use crate::support::terminal::Terminal;

tests! {
    hostile_names_do_not_disturb_any_screen: NETWORK;
    pasted_escapes_are_drawn_not_executed;
    early_paste_end_and_nul_bytes_are_harmless;
    signal_ends_an_unterminated_paste;
    hostile_arguments_do_not_disturb_the_screen;
}

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

const TAB: &str = "\t";
const BACK_TAB: &str = "\x1b[Z";
const CLEAR: &str = "\x15";
/// Page Up: to the first field.
const NODE: &str = "\x1b[5~";

fn pasted(text: &[u8]) -> Vec<u8> {
    [b"\x1b[200~", text, b"\x1b[201~"].concat()
}

/// The line of the call for `name`, with its result.
fn wait_for_answer(terminal: &Terminal, name: &str, code: &str) {
    let call = format!("getaddrinfo(\"{name}");
    terminal.wait_until(&format!("{call} = {code}"), |screen| {
        let (_, columns) = screen.size();
        let rows: Vec<String> = screen.rows(0, columns).collect();
        // The result of a failure stands below the call.
        let answers = |rows: &[String]| rows.iter().any(|row| row.contains(&format!("= {code}")));
        rows.windows(2)
            .any(|pair| pair[0].contains(&call) && answers(pair))
    });
}

/// Goes through every view by its key and back to the socket view, where `first` is shown. The
/// focus is outside the form, and `name` begins the node.
fn visit_every_view(terminal: &mut Terminal, name: &str, entry: bool, first: &str) {
    let call = format!("getaddrinfo(\"{name}");
    let calls = |screen: &vt100::Screen| screen.contents().matches(&call).count();
    if entry {
        terminal.send("2");
        terminal.wait_for("<netdb.h>");
        assert_aligned(terminal);
    }
    terminal.send("3");
    terminal.wait_for("l: next");
    assert_aligned(terminal);
    terminal.send("4");
    terminal.wait_until("the calls", |screen| {
        // The call above the list, and the line in the log, which others may follow.
        !screen.contents().contains("l: next")
            && (calls(screen) > 1 || screen.contents().contains("close("))
    });
    assert_aligned(terminal);
    terminal.send("5");
    terminal.wait_until("how the node is looked up", |screen| {
        // The name stands before these words, so a line may end between them.
        ["looked up", "lookup.", "/etc/nsswitch.conf"]
            .iter()
            .any(|text| screen.contents().contains(text))
    });
    assert_aligned(terminal);
    terminal.send("6");
    terminal.wait_for("recorded, not run here");
    assert_aligned(terminal);
    terminal.send("1");
    terminal.wait_for(first);
    assert_aligned(terminal);
}

/// If the panes have frames, the frame lines are in the right column in every row: nothing was
/// shifted. Without frames, no row reaches beyond the last column by the terminal's own count.
#[track_caller]
fn assert_aligned(terminal: &Terminal) {
    // Waits, because a frame may be half drawn.
    terminal.wait_until("a frame that is whole", |screen| {
        let (rows, columns) = screen.size();
        let cell = |row: u16, column: u16| screen.cell(row, column).unwrap().contents();
        if columns < 100 {
            // The key line ends every screen.
            return screen
                .rows(0, columns)
                .last()
                .is_some_and(|row| row.contains("F1"));
        }
        let edge = |row: u16, column: u16| {
            "│╭╮╰╯".contains(cell(row, column)) && !cell(row, column).is_empty()
        };
        // Where the form ends and the list begins.
        let Some(end) = (1..columns).find(|&column| cell(1, column) == "╮") else {
            return false;
        };
        (1..rows - 3).all(|row| {
            [0, end, end + 1, columns - 1]
                .iter()
                .all(|&column| edge(row, column))
        })
    });
}

fn hostile_names_do_not_disturb_any_screen() {
    Network::run(|network| {
        with_names(network);
        for (columns, rows) in SIZES {
            let mut terminal =
                Terminal::sockscope(columns, rows, &["-c", "-t", "stream", "localhost"]);
            wait_for_answer(&terminal, "localhost", "0");
            terminal.send(NODE);
            for (number, text) in (101..).zip(WORDS) {
                // The service has a hostile name too.
                terminal.send(format!("{CLEAR}{}\x1b[B{CLEAR}{number}\r", text.name));
                wait_for_answer(&terminal, text.name, "0");
                terminal.send(TAB);
                terminal.send("1r");
                terminal.wait_for("getnameinfo(ai_addr) = 0");
                visit_every_view(&mut terminal, text.name, true, "getnameinfo(ai_addr) = 0");
                terminal.send(BACK_TAB);
                terminal.send("\x1b[A");
            }
            terminal.send("\x1bOP");
            terminal.wait_for("╭ help ─");
            terminal.send("\x1b");
            terminal.wait_for_no("╭ help ─");
            let what = format!("{columns}×{rows}");
            terminal.send("\x03");
            assert!(terminal.wait_for_end().success());
            terminal.assert_restored();
            assert_eq!(clean::terminal(&what, &terminal.bytes()), [""; 0]);
        }
    });
}

fn pasted_escapes_are_drawn_not_executed() {
    for (columns, rows) in SIZES {
        for ascii in [false, true] {
            let mut arguments = vec!["-n", "-N", "start"];
            arguments.extend(ascii.then_some("--ascii"));
            let mut terminal = Terminal::sockscope(columns, rows, &arguments);
            wait_for_answer(&terminal, "start", "-2");
            terminal.send(NODE);
            // With ASCII the frames look different.
            let texts: Vec<_> = if ascii {
                OTHERS.to_vec()
            } else {
                all().collect()
            };
            for text in texts {
                let node = [text.name.as_bytes(), text.bytes].concat();
                terminal.send(CLEAR);
                terminal.send(pasted(&node));
                terminal.send("\x1b[B");
                terminal.send(CLEAR);
                terminal.send(pasted(text.bytes));
                terminal.send("\r");
                wait_for_answer(&terminal, text.name, "-");
                if !ascii {
                    terminal.send(TAB);
                    visit_every_view(&mut terminal, text.name, false, "not known”");
                    terminal.send(BACK_TAB);
                }
                terminal.send("\x1b[A");
            }
            // The filter of a hint's values is a text too.
            terminal.send("\x1b[B\x1b[B\x1b[B\r");
            terminal.wait_for("type a name");
            for text in all() {
                terminal.send(pasted(text.bytes));
                terminal.wait_for("No value has this name");
                terminal.send(CLEAR);
                terminal.wait_for("type a name");
            }
            terminal.send("\x1b");
            terminal.wait_for_no("type a name");

            let what = format!("{columns}×{rows}, ASCII {ascii}");
            let mut drawn = terminal.bytes();
            // The current write may end inside a sequence.
            drawn.truncate(drawn.iter().rposition(|&byte| byte == b'\x1b').unwrap());
            assert_eq!(clean::terminal(&what, &drawn), [""; 0]);
            assert!(!ascii || drawn.is_ascii(), "{what}");
            terminal.send(TAB);
            for (key, sign) in [
                ("3", "Copied: code"),
                ("4", "Copied: calls"),
                ("1", "Copied: "),
            ] {
                terminal.send(format!("{key}y"));
                terminal.wait_for(sign);
            }
            terminal.send("\x03");
            assert!(terminal.wait_for_end().success());
            terminal.assert_restored();
            let copied = clean::terminal(&what, &terminal.bytes());
            assert_eq!(copied.len(), 3, "{what}: {copied:?}");
        }
    }
}

/// A paste that contains the end of a paste: a terminal that does not remove it sends the rest as
/// keys.
fn early_paste_end_and_nul_bytes_are_harmless() {
    let mut terminal = Terminal::sockscope(80, 24, &["-n", "-N", "start"]);
    wait_for_answer(&terminal, "start", "-2");
    terminal.send(NODE);
    terminal.send(CLEAR);
    terminal.send(pasted(b"early\x1b[201~rest"));
    terminal.wait_for("earlyrest");
    terminal.send("\r");
    wait_for_answer(&terminal, "earlyrest", "-2");
    // An end without a beginning means nothing.
    terminal.send("\x1b[201~more\r");
    wait_for_answer(&terminal, "earlyrestmore", "-2");
    terminal.send(pasted(b"a\0b"));
    terminal.wait_for("a\\x00b");
    terminal.send("\r");
    terminal.wait_for("byte 15 is NUL");
    // Once crossterm has read it, one Latin-1 byte cannot be told from another.
    terminal.send(pasted(b"\xfc"));
    terminal.wait_for("U+FFFD");
    terminal.send("\x03");
    assert!(terminal.wait_for_end().success());
    terminal.assert_restored();
    assert_eq!(clean::terminal("pasted", &terminal.bytes()), [""; 0]);
}

/// Until its end arrives everything belongs to the paste, including Ctrl-C; a signal does not.
fn signal_ends_an_unterminated_paste() {
    let start = || {
        let mut terminal = Terminal::sockscope(80, 24, &["-n", "-N", "start"]);
        wait_for_answer(&terminal, "start", "-2");
        terminal.send(NODE);
        terminal.send("\x1b[200~lost\x03");
        terminal
    };
    let mut terminal = start();
    terminal.send("\x1b[201~");
    terminal.wait_for("startlost\\x03");
    terminal.send("\x03");
    assert!(terminal.wait_for_end().success());
    terminal.assert_restored();

    let terminal = start();
    signal(terminal.pid(), Signal::TERM);
    assert_eq!(terminal.wait_for_end().exit_code(), 128 + 15);
    terminal.assert_restored();
    assert_eq!(clean::terminal("no end", &terminal.bytes()), [""; 0]);
}

/// Bytes that only a command line can hold, and variables that terminal programs read.
fn hostile_arguments_do_not_disturb_the_screen() {
    // Each at one size only: every start of the program takes time.
    for (text, (columns, rows)) in all().zip(SIZES.into_iter().cycle()) {
        let bytes = OsStr::from_bytes(text.bytes);
        let mut command = Terminal::command(&["-n", "-N", "--"]);
        command.args([bytes, bytes]);
        for name in [
            "LANG",
            "LC_ALL",
            "TERM",
            "TERM_PROGRAM",
            "COLORTERM",
            "COLUMNS",
            "LINES",
        ] {
            command.env(name, bytes);
        }
        let mut terminal = Terminal::start(columns, rows, &mut command);
        terminal.wait_for("= -2");
        terminal.wait_for("not known”");
        terminal.send("\t3");
        terminal.wait_for("l: next");
        assert_aligned(&terminal);
        terminal.send("6");
        terminal.wait_for("recorded, not run here");
        assert_aligned(&terminal);
        terminal.send("\x03");
        assert!(terminal.wait_for_end().success());
        terminal.assert_restored();
        assert_eq!(clean::terminal(text.name, &terminal.bytes()), [""; 0]);
    }
}
