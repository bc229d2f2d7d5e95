//! The colours on a light and on a dark background, and the question for it: OSC 11 and its answer.

use portable_pty::CommandBuilder;
use vt100::Color;

use crate::support::terminal::{Terminal, wait_for};

tests! {
    answer_changes_the_colours_and_types_nothing;
    split_answer_types_nothing;
    late_answer_does_not_reach_the_shell;
    variable_chooses_the_first_colours;
    terminal_is_asked_only_for_auto;
    meanings_differ_without_dim;
}

const SOCKSCOPE: &str = env!("CARGO_BIN_EXE_sockscope");
const QUESTION: &str = "\x1b]11;?\x1b\\";
const WHITE: &str = "\x1b]11;rgb:ffff/ffff/ffff";

/// The colours of the focus.
const DARK: Color = Color::Idx(6);
const LIGHT: Color = Color::Idx(4);

fn has(screen: &vt100::Screen, colour: Color) -> bool {
    let (rows, columns) = screen.size();
    let mut cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    cells.any(|(row, column)| {
        let cell = screen.cell(row, column);
        cell.is_some_and(|cell| cell.fgcolor() == colour)
    })
}

fn wait_for_colour(terminal: &Terminal, colour: Color, other: Color) {
    terminal.wait_until(&format!("{colour:?}"), |screen| {
        has(screen, colour) && !has(screen, other)
    });
}

fn asks(terminal: &Terminal) -> bool {
    contains(terminal, QUESTION)
}

fn contains(terminal: &Terminal, text: &str) -> bool {
    let bytes = terminal.bytes();
    let mut parts = bytes.windows(text.len());
    parts.any(|part| part == text.as_bytes())
}

/// Answered, on a dark background, and asked for it; the cursor is in the empty node.
fn asked() -> Terminal {
    let mut terminal = Terminal::sockscope(80, 24, &["-nN", "127.0.0.1", "80"]);
    terminal.wait_for("127.0.0.1:80");
    assert!(asks(&terminal));
    wait_for_colour(&terminal, DARK, LIGHT);
    click_node(&mut terminal);
    // Ctrl-U clears the text.
    terminal.send("\x15");
    terminal.wait_for("* \"\" ");
    terminal
}

fn click_node(terminal: &mut Terminal) {
    let contents = terminal.contents();
    let mut rows = contents.lines();
    let row = rows.position(|row| row.contains("node ")).unwrap();
    terminal.send(format!("\x1b[<0;20;{0}M\x1b[<0;20;{0}m", row + 1));
}

fn answer_changes_the_colours_and_types_nothing() {
    for end in ["\x1b\\", "\x07"] {
        let mut terminal = asked();
        terminal.send(format!("ab{WHITE}{end}cd"));
        wait_for_colour(&terminal, LIGHT, DARK);
        terminal.wait_for("\"abcd\"");
        assert!(!terminal.ever_showed("rgb"));
        terminal.send("e");
        terminal.wait_for("\"abcde\"");
    }
}

fn split_answer_types_nothing() {
    let answer = format!("{WHITE}\x1b\\");
    // The first piece is not a person's.
    for piece in [5, 12] {
        let mut terminal = asked();
        terminal.send("ab");
        for piece in answer.as_bytes().chunks(piece) {
            terminal.send(piece);
        }
        terminal.send("cd");
        wait_for_colour(&terminal, LIGHT, DARK);
        terminal.wait_for("\"abcd\"");
        assert!(!terminal.ever_showed("rgb"));
    }
}

/// The terminal answers only after the program was told to quit.
fn late_answer_does_not_reach_the_shell() {
    for background in [WHITE, ""] {
        wait_for("a quit in time", || {
            // The key is there before the program, which then quits at once.
            let script = "stty raw -echo; echo ready; $0; IFS= read -rd ! rest; echo \"<$rest>\"";
            let mut command = CommandBuilder::new("bash");
            command.args(["--norc", "--noprofile", "-c", script, SOCKSCOPE]);
            command.env("TERM", "xterm-256color");
            let mut terminal = Terminal::start(80, 24, &mut command);
            wait_for("the shell", || contains(&terminal, "ready").then_some(()));
            terminal.send("\x03");
            let asked = wait_for("the last question", || {
                // Not at all if it took longer to start.
                let ended = contains(&terminal, "\x1b[?1049l");
                let asked = contains(&terminal, "\x1b[c");
                (asked || ended).then_some(asked)
            });
            let bell = if background.is_empty() { "" } else { "\x07" };
            terminal.send(format!("{background}{bell}\x1b[?62;22c"));
            wait_for("the end", || {
                contains(&terminal, "\x1b[?1049l").then_some(())
            });
            terminal.send("!");
            let rest = wait_for("the shell", || {
                let bytes = terminal.bytes();
                let text = String::from_utf8_lossy(&bytes);
                let (_, after) = text.rsplit_once("\x1b[?25h")?;
                Some(after.split_once('>')?.0.to_owned())
            });
            let read_all = rest.ends_with('<');
            (asked && read_all).then_some(())
        });
    }
}

fn variable_chooses_the_first_colours() {
    for (value, colour, other) in [("0;15", LIGHT, DARK), ("15;0", DARK, LIGHT)] {
        let mut command = Terminal::command(&[]);
        command.env("COLORFGBG", value);
        let terminal = Terminal::start(80, 24, &mut command);
        wait_for_colour(&terminal, colour, other);
        let Color::Idx(other) = other else {
            unreachable!()
        };
        assert!(!terminal.ever_showed(&format!("38;5;{other}m")), "{value}");
    }
}

fn terminal_is_asked_only_for_auto() {
    for (theme, term, no_color) in [
        ("dark", "xterm", ""),
        ("light", "xterm", ""),
        ("mono", "xterm", ""),
        ("auto", "xterm", "1"),
        ("auto", "linux", ""),
    ] {
        let mut command = Terminal::command(&["--theme", theme]);
        command.env("TERM", term);
        command.env("NO_COLOR", no_color);
        let mut terminal = Terminal::start(80, 24, &mut command);
        terminal.wait_for("0.0.0.0:27015");
        assert!(!asks(&terminal), "{theme} {term} {no_color}");
        let coloured = theme != "mono" && no_color.is_empty();
        let bytes = terminal.bytes();
        let has = bytes.windows(5).any(|part| part == b"38;5;");
        assert_eq!(has, coloured, "{theme} {term} {no_color}");
        terminal.send("\x03");
        assert_eq!(terminal.wait_for_end().exit_code(), 0);
    }
    let terminal = Terminal::sockscope(80, 24, &["--theme", "auto"]);
    wait_for("the question", || asks(&terminal).then_some(()));
}

fn meanings_differ_without_dim() {
    let row = |terminal: &Terminal, label: &str| {
        let contents = terminal.contents();
        let mut rows = contents.lines().filter_map(|row| row.split_once(label));
        let value = rows.next().unwrap().1.trim_start();
        value.split(' ').next().unwrap().to_owned()
    };
    let terminal = Terminal::sockscope(80, 24, &[]);
    terminal.wait_for("0.0.0.0:27015");
    assert_eq!(row(&terminal, "node "), "NULL");
    let mut terminal = Terminal::sockscope(80, 24, &["-n", "--", "NULL"]);
    terminal.wait_for("EAI_NONAME");
    assert_eq!(row(&terminal, "node "), "\"NULL\"");
    assert!(!terminal.contents().contains("previous answer"));
    click_node(&mut terminal);
    terminal.send("x");
    terminal.wait_for("previous answer");
}
