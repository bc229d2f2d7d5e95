//! The screen of the real program, on every system: what a person sees and presses.

use crate::support::terminal::{OPEN, Terminal, wait_for};

tests! {
    failed_calls_show_their_codes;
    zoom_shows_one_pane_and_goes_back;
    letters_and_digits_are_commands_at_the_start;
    code_option_sets_the_first_program;
    text_field_says_how_to_leave_it;
    changed_hint_resolves_at_once;
    click_selects_and_wheel_scrolls;
    ctrl_c_quits_and_restores_the_terminal;
    any_size_is_survived;
    five_hundred_keys_and_a_paste_all_arrive;
    random_keys_and_mouse_never_crash_it;
}

const CTRL_C: &str = "\x03";
const DOWN: &str = "\x1b[B";
const TAB: &str = "\t";
/// Page Up: to the first field.
const NODE: &str = "\x1b[5~";

/// The first screen's query, answered and with its socket open.
pub fn server(columns: u16, rows: u16) -> Terminal {
    let terminal = Terminal::sockscope(columns, rows, &[]);
    terminal.wait_for(OPEN);
    terminal
}

/// The same with the focus on the list, where no text shows the cursor: every mode is changed.
pub fn server_without_cursor() -> Terminal {
    let mut terminal = server(80, 24);
    terminal.send(TAB);
    terminal.wait_until("no cursor", vt100::Screen::hide_cursor);
    terminal
}

fn failed_calls_show_their_codes() {
    // Windows' codes are those of winsock2.h, the others those of netdb.h and errno.h.
    let (name, preset, socket) = if cfg!(windows) {
        ("= 11001   ✗ WSAHOST_NOT_FOUND", "contradiction", "10043")
    } else {
        ("EAI_NONAME", "raw-without-protocol", "EPROTONOSUPPORT")
    };
    // No name is looked up.
    let terminal = Terminal::sockscope(80, 24, &["-n", "no.such", "80"]);
    terminal.wait_for(name);
    let mut terminal = Terminal::sockscope(80, 24, &["--preset", preset]);
    terminal.wait_for("socket(AF_INET, ");
    terminal.wait_for(socket);
    terminal.send(TAB);
    terminal.send("a");
    terminal.wait_for("Entries tried: 1; socket() succeeded for 0, failed for 1.");
}

fn zoom_shows_one_pane_and_goes_back() {
    let mut terminal = server(80, 24);
    terminal.send(TAB);
    terminal.send("z");
    terminal.wait_for_no("getaddrinfo() arguments");
    terminal.wait_for("addrinfo ·");
    terminal.send("\x1b");
    terminal.wait_for("getaddrinfo() arguments");
}

fn letters_and_digits_are_commands_at_the_start() {
    let mut terminal = server(80, 24);
    // Neither of them changes the field or the query.
    terminal.send("x\x7f");
    terminal.send("3");
    terminal.wait_for("addrinfo hints;");
    terminal.wait_for("getaddrinfo(NULL, \"27015\", &hints, &result) = 0");
    terminal.send("?");
    terminal.wait_for("╭ help ─");
    terminal.send("?");
    terminal.wait_for_no("╭ help ─");
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    terminal.assert_restored();
}

fn code_option_sets_the_first_program() {
    let arguments = ["--code", "python", "-P", "-s", "27015"];
    let mut terminal = Terminal::sockscope(120, 40, &arguments);
    terminal.wait_for(OPEN);
    terminal.send("3");
    terminal.wait_for("socket.getaddrinfo(");
    terminal.send(CTRL_C);
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

fn text_field_says_how_to_leave_it() {
    const TEXT: &str = "Keys type text here.";
    let mut terminal = server(80, 24);
    assert!(!terminal.contents().contains(TEXT));
    terminal.send(NODE);
    terminal.wait_for("Host name or address.");
    terminal.wait_until("both hints", |screen| {
        let rows: Vec<String> = screen.rows(0, 80).collect();
        let last = rows.last().unwrap();
        last.contains(TEXT) && last.contains("Tab pane") && last.contains("Ctrl-C quit")
    });
    terminal.send("3q?");
    terminal.wait_for("3q?");
    terminal.send(TAB);
    terminal.wait_for_no(TEXT);
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

fn changed_hint_resolves_at_once() {
    let mut terminal = server(80, 24);
    // The focus is on ai_family; the value after AF_INET.
    terminal.send("\x1b[C");
    terminal.wait_for_no("0.0.0.0:27015");
}

fn click_selects_and_wheel_scrolls() {
    // One entry of each family, in an order that depends on the system.
    let arguments = ["-P", "-t", "stream", "-s", "27015"];
    let mut terminal = Terminal::sockscope(80, 24, &arguments);
    terminal.wait_for(OPEN);
    let rows = |screen: &str| {
        let entries = screen.lines().enumerate();
        let entries = entries.filter(|(_, line)| {
            line.contains("SOCK_STREAM") && line.contains(":27015") && line.contains("AF_INET")
        });
        entries
            .map(|(row, line)| (row, line.trim_start().starts_with('▸')))
            .collect::<Vec<_>>()
    };
    let selected = |second: bool| {
        move |screen: &vt100::Screen| {
            let rows = rows(&screen.contents());
            rows.len() >= 2 && rows[0].1 != second && rows[1].1 == second
        }
    };
    terminal.wait_until("the first entry selected", selected(false));
    let row = rows(&terminal.contents())[1].0;
    // SGR coordinates count from one; button 0 is the left one, 64 the wheel up.
    terminal.send(format!("\x1b[<0;10;{0}M\x1b[<0;10;{0}m", row + 1));
    terminal.wait_until("the second entry selected", selected(true));
    terminal.send(format!("\x1b[<64;10;{}M", row + 1));
    terminal.wait_until("the first entry selected", selected(false));
}

fn ctrl_c_quits_and_restores_the_terminal() {
    let mut terminal = server_without_cursor();
    terminal.send(CTRL_C);
    let status = terminal.wait_for_end();
    assert_eq!((status.exit_code(), status.signal()), (0, None));
    terminal.assert_restored();
    assert_eq!(terminal.contents().trim(), "", "text remains on the screen");
}

fn any_size_is_survived() {
    let mut terminal = server(80, 24);
    for (columns, rows) in [
        (1, 1),
        (200, 60),
        (20, 5),
        (2, 50),
        (250, 1),
        (40, 12),
        (80, 24),
    ] {
        terminal.resize(columns, rows);
    }
    terminal.wait_for(OPEN);
    terminal.resize(1, 1);
    terminal.resize(132, 43);
    terminal.wait_for(OPEN);
    terminal.send(CTRL_C);
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    terminal.assert_restored();
}

fn five_hundred_keys_and_a_paste_all_arrive() {
    let mut terminal = server(120, 40);
    terminal.send(NODE.to_owned() + &"x".repeat(500) + "END");
    terminal.wait_for("xEND");
    terminal.send(format!("\x1b[200~{}PASTED\x1b[201~", "y".repeat(5_000)));
    terminal.wait_for("yPASTED");
    // The text becomes empty only if every character has arrived.
    terminal.send("\x7f".repeat(5_006));
    terminal.wait_for("xEND");
    terminal.send("\x7f".repeat(502));
    terminal.wait_for_no("xEND");
    terminal.wait_until("one x", |screen| {
        let node = screen.rows(0, 40).find(|row| row.contains("node"));
        node.is_some_and(|row| row.matches('x').count() == 1)
    });
}

fn random_keys_and_mouse_never_crash_it() {
    // No letter or click on the footer that quits, none that suspends or asks the network; a 0 is an
    // address and a port.
    let keys = [
        "0",
        " ",
        "\r",
        TAB,
        "\x1b[Z",
        "\x1b[A",
        DOWN,
        "\x1b[C",
        "\x1b[D",
        "\x1b[H",
        "\x1b[F",
        "\x1b[5~",
        "\x1b[6~",
        "\x1b[3~",
        "\x7f",
        "j",
        "k",
        "a",
        "?",
        "\x1bOP",
        "\x1bOQ",
        "\x1bOR",
        "\x1b[15~",
        "\x12",
        "\x15",
        "\x17",
        "\x0b",
        "\x19",
        "\x01",
        "\x05",
        "\x1b[200~0\x1b[201~",
        "\x1b[<0;5;5M",
        "\x1b[<0;5;12M",
        "\x1b[<64;40;20M",
        "\x1b[<65;40;13M",
        "\x1b[<35;9;9M",
        "\x1b[<2;3;3M",
        "\x1b[<0;500;500M",
        "\x1b[I",
    ];
    let mut terminal = server(80, 24);
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0_u16..40 {
        for _ in 0..100 {
            // xorshift, by Marsaglia: the same keys in every run.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let index = usize::try_from(random >> 33).unwrap() % keys.len();
            terminal.send(keys[index]);
        }
        let sent = terminal.bytes().len();
        terminal.resize(20 + round * 3, 3 + round);
        // The program draws at every size, and the terminal reads it.
        wait_for("a frame of the new size", || {
            (terminal.bytes().len() > sent).then_some(())
        });
        assert!(terminal.ended().is_none(), "it ended in round {round}");
    }
    terminal.send(CTRL_C);
    let status = terminal.wait_for_end();
    assert_eq!((status.exit_code(), status.signal()), (0, None));
    terminal.assert_restored();
}
