//! What is peculiar to the console of Windows: the records of its keys, its modes, its events.

use std::env;
use std::process::{Command, Stdio};

use crate::screen::{server, server_without_cursor};
use crate::support::terminal::{LEFT_CTRL, OPEN, RIGHT_ALT, Record, Terminal, alt_code, stroke};

tests! {
    control_c_event_restores_the_console: CONSOLE;
    options_describe_a_new_ipv6_socket: CONSOLE;
    paste_is_text_and_the_same_keys_are_keys: CONSOLE;
    characters_off_the_keyboard_arrive_whole: CONSOLE;
    long_paste_arrives_whole: CONSOLE;
    clipboard_is_read_and_written: CONSOLE;
    double_click_and_wheel_act_once_each: CONSOLE;
    i_lists_the_installed_providers: CONSOLE;
    failed_socket_shows_its_value_and_its_last_error: CONSOLE;
    failed_getaddrinfo_says_that_it_returned_the_code: CONSOLE;
    console_without_escape_sequences_is_refused: CONSOLE;
    terminal_of_git_bash_is_refused_without_format: CONSOLE;
    signs_are_those_that_the_console_shows: CONSOLE;
    flags_of_getaddrinfoex_are_below_those_of_getaddrinfo: CONSOLE;
}

const CTRL_C: &str = "\x03";
/// To the first field.
const PAGE_UP: &str = "\x1b[5~";

fn control_c_event_restores_the_console() {
    let terminal = server_without_cursor();
    terminal.control_c_event();
    // 2 is SIGINT of Microsoft's signal.h.
    assert_eq!(terminal.wait_for_end().exit_code(), 128 + 2);
    terminal.assert_restored();
}

/// The value of the field node on the screen.
fn node(screen: &vt100::Screen) -> String {
    let row = screen
        .rows(0, 80)
        .find(|row| row.trim_start_matches([' ', '▸', '│']).starts_with("node"));
    let row = row.expect("the form is on the screen");
    let (_, value) = row.split_once("node").expect("it begins with node");
    let end = value.find("[").unwrap_or(value.len());
    value[..end].trim().to_owned()
}

#[track_caller]
fn wait_for_node(terminal: &Terminal, text: &str) {
    terminal.wait_until(text, |screen| node(screen).ends_with(text));
}

/// With the focus on node.
fn at_node() -> Terminal {
    let mut terminal = server(80, 24);
    terminal.send(PAGE_UP);
    terminal.wait_for("Keys type text here.");
    terminal
}

fn paste_is_text_and_the_same_keys_are_keys() {
    let text = "h\tq";
    let mut terminal = at_node();
    terminal.send(format!("\x1b[200~{text}\x1b[201~"));
    wait_for_node(&terminal, r#""h\tq""#);
    // It still runs, and the focus has not moved.
    terminal.send("x");
    wait_for_node(&terminal, r#""h\tqx""#);
    terminal.send(CTRL_C);
    assert_eq!(terminal.wait_for_end().exit_code(), 0);

    let mut terminal = at_node();
    terminal.send(text);
    // Tab leaves the field, and q quits.
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    assert!(terminal.ever_showed(r#""h""#));
}

fn characters_off_the_keyboard_arrive_whole() {
    let mut terminal = at_node();
    terminal.send("\x1b[200~host–name.test\x1b[201~");
    wait_for_node(&terminal, r#""host–name.test""#);
    terminal.send("\x15");
    // With Alt and 0150 on the numeric pad, and with AltGr and Q of a German keyboard.
    terminal.type_records(&alt_code("0150", '–' as u16));
    terminal.type_records(&stroke(b'Q'.into(), '@' as u16, LEFT_CTRL | RIGHT_ALT));
    wait_for_node(&terminal, r#""–@""#);
    // A surrogate pair comes as two records.
    terminal.send("\u{1f600}");
    wait_for_node(&terminal, "\"–@\u{1f600}\"");
}

fn long_paste_arrives_whole() {
    let mut terminal = at_node();
    let text = "y".repeat(500) + "z" + &"y".repeat(4_500) + "END";
    terminal.send(format!("\x1b[200~{text}\x1b[201~"));
    wait_for_node(&terminal, r#"yyEND""#);
    // Only if all of it has arrived is the text empty in the end.
    terminal.send("\x1b[H");
    terminal.wait_until("its beginning", |screen| node(screen).contains("\"yyy"));
}

fn clipboard_is_read_and_written() {
    let mut terminal = at_node();
    terminal.set_clipboard("ñandú.test");
    terminal.send("\x16");
    wait_for_node(&terminal, r#""ñandú.test""#);
    terminal.send("\t4y");
    terminal.wait_for("Copied: ");
    let copied = terminal.clipboard();
    assert!(copied.contains("WSAStartup(2.2) = 0"), "{copied}");
    assert!(
        copied.contains("GetAddrInfoW(NULL, \"27015\", "),
        "{copied}"
    );
}

fn double_click_and_wheel_act_once_each() {
    // Two presses of the left button at the same place, the second with DOUBLE_CLICK.
    let mut terminal = server(80, 24);
    let contents = terminal.contents();
    let row = contents
        .lines()
        .position(|line| line.contains("AI_CANONNAME"));
    let row = i16::try_from(row.expect("the flag is on the screen")).expect("a row");
    let mouse = |buttons, flags| Record::Mouse {
        x: 38,
        y: row,
        buttons,
        flags,
    };
    terminal.type_records(&[mouse(1, 0), mouse(0, 0)]);
    terminal.wait_for("[x] AI_CANONNAME");
    terminal.type_records(&[mouse(1, 2), mouse(0, 0)]);
    terminal.wait_for("[ ] AI_CANONNAME");
}

/// As Microsoft documents a new socket: for IPv6 alone ("Dual-Stack Sockets"), inherited (WSASocket),
/// not exclusive ("SOL_SOCKET Socket Options"), and without an address until bind() (getsockname).
fn options_describe_a_new_ipv6_socket() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let trace = file.path().to_str().unwrap();
    let hints = ["-6", "-t", "stream", "-p", "tcp", "::1", "80"];
    let mut terminal = Terminal::sockscope(120, 40, &[&["--trace", trace], &hints[..]].concat());
    terminal.wait_for(OPEN);
    terminal.send("o");
    terminal.wait_for(" getpeername(0x");
    let screen = terminal.contents();
    // On Wine the provider is "TCP/IPv6", on Windows "MSAFD Tcpip [TCP/IPv6]".
    for (call, result) in [
        ("getsockopt", "SO_TYPE)              SOCK_STREAM 1 "),
        ("getsockopt", "SO_PROTOCOL_INFOW)    \""),
        ("getsockopt", "TCP/IPv6"),
        ("getsockopt", "SO_EXCLUSIVEADDRUSE)  0 "),
        ("getsockopt", "IPV6_V6ONLY)          1 "),
        ("GetHandleInformation", "  HANDLE_FLAG_INHERIT 1"),
        ("getsockname", " ✗ WSAEINVAL "),
    ] {
        let call = format!(" {call}(0x");
        let mut lines = screen.lines();
        let found = lines.any(|line| line.contains(&call) && line.contains(result));
        assert!(found, "{call}: {result}\n{screen}");
    }
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    let trace = std::fs::read_to_string(trace).unwrap();
    for result in [
        ", SOL_SOCKET, SO_PROTOCOL_INFOW) = {iAddressFamily=AF_INET6, iSocketType=SOCK_STREAM, \
         iProtocol=IPPROTO_TCP, dwCatalogEntryId=",
        ", SOL_SOCKET, SO_EXCLUSIVEADDRUSE) = 0 <",
        ", IPPROTO_IPV6, IPV6_V6ONLY) = 1 <",
        ") = HANDLE_FLAG_INHERIT <",
    ] {
        assert!(trace.contains(result), "{result}\n{trace}");
    }
}

/// Every Windows has TCP and UDP for IPv4 and IPv6 (Microsoft, WSAEnumProtocols); Wine names them
/// without "MSAFD Tcpip" before.
fn i_lists_the_installed_providers() {
    let arguments = ["--lang", "es", "-P", "-s", "27015", "-t", "1"];
    let mut terminal = Terminal::sockscope(80, 24, &arguments);
    terminal.wait_for(OPEN);
    terminal.send("i");
    terminal.wait_for(" proveedores instalados ");
    terminal.wait_for(" WSAEnumProtocolsW(NULL) = ");
    let screen = terminal.contents();
    for row in [
        ["AF_INET 2 ", "SOCK_STREAM 1 ", "IPPROTO_TCP 6 ", "TCP/IP"],
        ["AF_INET 2 ", "SOCK_DGRAM 2 ", "IPPROTO_UDP 17 ", "UDP/IP"],
        [
            "AF_INET6 23 ",
            "SOCK_STREAM 1 ",
            "IPPROTO_TCP 6 ",
            "TCP/IPv6",
        ],
        [
            "AF_INET6 23 ",
            "SOCK_DGRAM 2 ",
            "IPPROTO_UDP 17 ",
            "UDP/IPv6",
        ],
    ] {
        let mut lines = screen.lines();
        let found = lines.any(|line| row.iter().all(|text| line.contains(text)));
        assert!(found, "{row:?}\n{screen}");
    }
    // Each row has its own number in the catalog.
    let first = foot(&screen);
    terminal.send("j");
    terminal.wait_until("the next provider", |screen| {
        foot(&screen.contents()) != first
    });
    terminal.send("q");
    terminal.wait_for_no("szProtocol");
    terminal.send("4");
    terminal.wait_for(" WSAEnumProtocolsW(NULL) = ");
    terminal.send("?");
    terminal.wait_for("filtrar");
    // The help is longer than the screen.
    terminal.send("/proveedores\r");
    terminal.wait_for("mostrar los proveedores instalados");
    terminal.send("?q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

/// The line about the selected provider.
fn foot(screen: &str) -> Option<&str> {
    screen
        .lines()
        .find(|line| line.contains("dwCatalogEntryId "))
}

/// (SOCKET)~0 of winsock2.h. The size is the console's at first, where the fix is in view too.
fn failed_socket_shows_its_value_and_its_last_error() {
    let invalid = if cfg!(target_pointer_width = "64") {
        "= INVALID_SOCKET 0xffffffffffffffff "
    } else {
        "= INVALID_SOCKET 0xffffffff "
    };
    let mut terminal = Terminal::sockscope(120, 30, &["--preset", "contradiction"]);
    terminal.wait_for(invalid);
    terminal.wait_for(" ✗ WSAGetLastError() = 10043 WSAEPROTONOSUPPORT");
    terminal.wait_for(" F4 ");
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

fn failed_getaddrinfo_says_that_it_returned_the_code() {
    // WSAHOST_NOT_FOUND
    for (language, sentence) in [
        (
            "en",
            " getaddrinfo() returns its error code; WSAGetLastError() is not needed.",
        ),
        (
            "es",
            " getaddrinfo() devuelve su código de error; WSAGetLastError() no hace falta.",
        ),
    ] {
        let arguments = ["--lang", language, "-n", "localhost"];
        let mut terminal = Terminal::sockscope(80, 24, &arguments);
        terminal.wait_for("= 11001 ");
        terminal.wait_for(sentence);
        terminal.send("q");
        assert_eq!(terminal.wait_for_end().exit_code(), 0);
    }
}

/// The mode decides, not TERM.
fn console_without_escape_sequences_is_refused() {
    for term in [None, Some("xterm"), Some("xterm-256color")] {
        let mut command = Terminal::command(&[]);
        command.env("SOCKSCOPE_CONSOLE_LEGACY", "1");
        command.env_remove("TERM");
        if let Some(term) = term {
            command.env("TERM", term);
        }
        let terminal = Terminal::start(80, 24, &mut command);
        assert_eq!(terminal.wait_for_end().exit_code(), 5, "{term:?}");
        terminal.wait_for_the_last_byte();
        terminal.assert_restored();
        let text = String::from_utf8(terminal.bytes()).unwrap();
        assert!(!text.contains("\x1b[?"), "{term:?}: {text}");
        assert!(text.contains("Use legacy console"), "{term:?}: {text}");
    }
}

/// Its status, standard output and error, with a pipe of this name as standard output.
fn in_a_pipe(name: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env::var_os("SOCKSCOPE_CONSOLE").unwrap())
        .args(["pipe", &format!(r"\\.\pipe\{name}")])
        .arg(env!("CARGO_BIN_EXE_sockscope"))
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// mintty without a pseudo-console: a pipe with a name that std takes for a terminal.
fn terminal_of_git_bash_is_refused_without_format() {
    for name in [
        "msys-1888ae32e00d56aa-pty0-to-master",
        "cygwin-e022582115c10879-pty4-to-master",
    ] {
        let (status, shown, message) = in_a_pipe(name, &["127.0.0.1", "80"]);
        assert_eq!((status, shown.as_str()), (Some(5), ""), "{message}");
        for way in ["winpty sockscope", "Windows Terminal", "--format"] {
            assert!(message.contains(way), "{message}");
        }
        let arguments = ["--lang", "es", "127.0.0.1", "80"];
        let (_, _, message) = in_a_pipe(name, &arguments);
        assert!(message.contains("como en Git Bash"), "{message}");
        let arguments = ["--format", "table", "127.0.0.1", "80"];
        let (status, printed, message) = in_a_pipe(name, &arguments);
        assert_eq!((status, message.as_str()), (Some(0), ""));
        assert!(printed.contains("127.0.0.1:80"), "{printed}");
    }
    let (status, printed, message) = in_a_pipe("plain", &["127.0.0.1", "80"]);
    assert_eq!((status, message.as_str()), (Some(0), ""));
    assert!(printed.contains("127.0.0.1:80"), "{printed}");
}

/// The fonts of conhost lack some signs of Unicode.
fn signs_are_those_that_the_console_shows() {
    const LACKING: &[char] = &['▸', '✓', '✗', '╭', '╮', '╰', '╯'];
    for (variables, unicode) in [
        (&[][..], false),
        (&[("WT_SESSION", "1")], true),
        (&[("ConEmuANSI", "ON")], true),
        (&[("TERM_PROGRAM", "vscode")], true),
    ] {
        let mut command = Terminal::command(&[]);
        command.env_remove("WT_SESSION");
        for (name, value) in variables {
            command.env(name, value);
        }
        let mut terminal = Terminal::start(80, 24, &mut command);
        terminal.wait_for(OPEN);
        terminal.send("?");
        terminal.wait_for("help ─");
        terminal.send("?");
        terminal.wait_for_no("help ─");
        let shown = String::from_utf8(terminal.bytes()).unwrap();
        assert_eq!(shown.contains(LACKING), unicode, "{variables:?}");
        let signs = if unicode {
            ["▸", "✓", "╭"]
        } else {
            ["►", "√", "┌"]
        };
        for sign in signs {
            assert!(shown.contains(sign), "{variables:?}: {sign}");
        }
    }
}

fn flags_of_getaddrinfoex_are_below_those_of_getaddrinfo() {
    for (language, heading) in [("en", "GetAddrInfoEx only"), ("es", "solo GetAddrInfoEx")] {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let arguments = ["--lang", language];
            let mut terminal = Terminal::sockscope(columns, rows, &arguments);
            terminal.wait_for(OPEN);
            // The first of them: below three arguments, the field of the flags, and ten flags.
            terminal.send("\x1b[B".repeat(14));
            let first = "▸[ ] AI_DNS_ONLY";
            terminal.wait_for(first);
            let text = terminal.contents();
            let line = |text: &str, part: &str| text.lines().position(|line| line.contains(part));
            let below = line(&text, heading).unwrap() + 1;
            assert_eq!(line(&text, first), Some(below), "{text}");
            // A click on the next flag sets it; one on the heading does not.
            let at = text.lines().nth(below + 1).unwrap();
            let column = at.split_once("AI_FORCE").unwrap().0.chars().count() + 1;
            for line in [below, below + 2] {
                terminal.send(format!("\x1b[<0;{column};{line}M\x1b[<0;{column};{line}m"));
            }
            terminal.wait_for("[x] AI_FORCE");
            assert!(!terminal.contents().contains("[x] AI_DNS"));
        }
    }
}
