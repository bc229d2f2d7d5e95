//! The matrices of the screen, filled while one watches.

use std::fs;

use crate::explain::library;
use crate::support::terminal::{Terminal, wait_for};

tests! {
    matrix_of_the_screen_is_used_by_keys_and_mouse;
    socket_of_a_cell_is_opened_and_held;
    bind_matrix_of_the_screen_shows_both_tables;
    esc_stops_the_matrix_while_a_call_waits: COMPILER;
}

const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const DOWN: &str = "\x1b[B";
const RIGHT: &str = "\x1b[C";
const LEFT: &str = "\x1b[D";

/// A terminal with the matrix in it, and the title of the matrix.
fn shown(columns: u16, rows: u16, language: &str) -> (Terminal, &'static str) {
    let mut terminal = Terminal::sockscope(columns, rows, &["--lang", language]);
    // The socket of the first entry is open.
    terminal.wait_for_row(&["▸ bind("]);
    terminal.send("m");
    let title = match language {
        "en" => "matrix: type × protocol",
        _ => "matriz: tipo × protocolo",
    };
    terminal.wait_for(title);
    (terminal, title)
}

fn matrix_of_the_screen_is_used_by_keys_and_mouse() {
    for (columns, rows, language) in [(80, 24, "en"), (80, 24, "es"), (120, 40, "en")] {
        let (mut terminal, title) = shown(columns, rows, language);
        terminal.wait_for("getaddrinfo(), socket(): ✓");
        // The calls of the first cell, and of another row and column.
        terminal.wait_for("socket(AF_UNSPEC, 0, IPPROTO_IP) = -1 EAFNOSUPPORT");
        terminal.send([DOWN, DOWN, RIGHT, RIGHT].concat());
        terminal.wait_for("socket(AF_UNSPEC, SOCK_DGRAM, IPPROTO_TCP) = -1");
        terminal.send([DOWN, LEFT].concat());
        terminal.wait_for("socket(AF_UNSPEC, SOCK_RAW, IPPROTO_ICMP) = -1");
        terminal.send(ENTER);
        terminal.wait_for_no(title);
        terminal.wait_for("‹ SOCK_RAW ");
        terminal.wait_for("getaddrinfo(\"127.0.0.1\", NULL, &hints, &result) = 0");
        terminal.send("m");
        // One click selects a cell, the second one resolves it.
        terminal.click("  SOCK_STREAM 1 ", "97");
        terminal.wait_for("socket(AF_UNSPEC, SOCK_STREAM, IPPROTO_IP) = -1");
        terminal.send("e");
        terminal.wait_for(match language {
            "en" => "Linux may load kernel modules for other families.",
            _ => "Linux puede cargar módulos para otras familias.",
        });
        terminal.click("  SOCK_STREAM 1 ", "97");
        terminal.wait_for_no(title);
        terminal.wait_for("‹ SOCK_STREAM ");
        terminal.send("m");
        terminal.wait_for(title);
        terminal.send(ESC);
        terminal.wait_for_no(title);
        terminal.send("q");
        assert_eq!(terminal.wait_for_end().exit_code(), 0);
    }
}

fn socket_of_a_cell_is_opened_and_held() {
    let (mut terminal, title) = shown(80, 24, "en");
    // Behind the eight types of AF_UNSPEC and 0 of AF_INET.
    terminal.send([DOWN; 9].concat());
    terminal.wait_for("socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = ");
    terminal.send("n");
    terminal.wait_for_no(title);
    terminal.wait_for_row(&["family", "AF_INET"]);
    terminal.wait_for_row(&["│ socket(AF_INET, SOCK_STREAM, IPPROTO_IP) "]);
    terminal.send(ENTER);
    terminal.wait_for_row(&["✓ socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = "]);
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

fn bind_matrix_of_the_screen_shows_both_tables() {
    for (columns, rows, language) in [(80, 24, "en"), (120, 40, "es")] {
        let (mut terminal, title) = shown(columns, rows, language);
        terminal.send("b");
        terminal.wait_for_no(title);
        let [windows, default] = match language {
            "en" => ["Windows (documented)", "default"],
            _ => ["Windows (documentado)", "sin opción"],
        };
        terminal.wait_for_row(&[windows, "SO_EXCLUSIVEADDRUSE"]);
        // Linux refuses each pair without an option; Windows lets a specific address join a wildcard.
        terminal.wait_for_row(&[default, "▸98     98     98     98     98     98"]);
        terminal.wait_for_row(&[default, "▸10048  ✓      10013  ✓      10048     ✓"]);
        terminal.wait_for_row(&["bind(", "0.0.0.0:", " = -1 EADDRINUSE 98"]);
        terminal.wait_for(&format!("{windows}: WSAEADDRINUSE"));
        terminal.send(RIGHT);
        terminal.wait_for_row(&["bind(", "127.0.0.1:", " = -1 EADDRINUSE 98"]);
        terminal.wait_for(&format!("{windows}: ✓"));
        terminal.send("m");
        terminal.wait_for(title);
        terminal.send("q");
        terminal.wait_for_no(title);
        terminal.send("q");
        assert_eq!(terminal.wait_for_end().exit_code(), 0);
    }
}

/// Writes the file WAITS at the first socket() of AF_INET6, which returns when the file GATE exists.
const GATED: &str = "
    #include <fcntl.h>
    #include <stdlib.h>
    #include <sys/socket.h>
    #include <sys/syscall.h>
    #include <unistd.h>
    int socket(int family, int type, int protocol) {
        if (family == AF_INET6) {
            close(open(getenv(\"WAITS\"), O_CREAT | O_WRONLY, 0600));
            while (access(getenv(\"GATE\"), F_OK) != 0) usleep(1000);
        }
        return syscall(SYS_socket, family, type, protocol);
    }
";

fn esc_stops_the_matrix_while_a_call_waits() {
    let directory = tempfile::tempdir().unwrap();
    let [gate, waits, trace] = ["gate", "waits", "calls"].map(|name| directory.path().join(name));
    let mut command = Terminal::command(&["--lang", "en", "--trace", trace.to_str().unwrap()]);
    command.env("GATE", &gate);
    command.env("WAITS", &waits);
    command.env("LD_PRELOAD", library(directory.path(), "library.so", GATED));
    let mut terminal = Terminal::start(80, 24, &mut command);
    terminal.wait_for_row(&["▸ bind("]);
    terminal.send("m");
    wait_for("socket() of AF_INET6", || waits.exists().then_some(()));
    terminal.wait_for(" of 192");
    terminal.send(DOWN);
    terminal.wait_for_row(&["SOCK_STREAM 1", "▸"]);
    terminal.send(ESC);
    terminal.wait_for_no(" of 192");
    fs::write(gate, "").unwrap();
    // Another socket() in the same thread.
    terminal.send("n");
    terminal.wait_for_row(&["family", "AF_INET"]);
    terminal.send(ENTER);
    terminal.wait_for_row(&["✓ socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = "]);
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    let trace = fs::read_to_string(trace).unwrap();
    let made = |family: &str| trace.matches(&format!("\nsocket({family}, ")).count();
    assert_eq!((made("AF_INET6"), made("AF_UNIX")), (1, 0), "{trace}");
}
