//! The calls after socket(), one a key, in a real terminal: what the screen says and what the kernel
//! has, seen from outside.

use std::fs;

use crate::support::network::Network;
use crate::support::terminal::{Terminal, rows, wait_for};

tests! {
    server_is_climbed_and_closed_in_twenty_five_keys: NETWORK;
    esc_leaves_a_connection_to_a_silent_address_to_the_system: NETWORK;
    calls_can_be_made_out_of_order: NETWORK;
    address_of_a_call_can_be_edited: NETWORK;
    socket_can_be_opened_by_its_numbers: NETWORK;
    held_sockets_can_be_clicked: NETWORK;
}

const TAB: &str = "\t";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
/// Deletes the text before the cursor.
const CTRL_U: &str = "\x15";

/// States in /proc/net/tcp (include/net/tcp_states.h).
const ESTABLISHED: u8 = 1;
const SYN_SENT: u8 = 2;
const FIN_WAIT2: u8 = 5;
const CLOSE_WAIT: u8 = 8;
const LISTEN: u8 = 10;

/// The states of the TCP sockets that a process has, in order.
fn states() -> Vec<u8> {
    let mut states = Vec::new();
    for file in ["/proc/net/tcp", "/proc/net/tcp6"] {
        for line in fs::read_to_string(file).unwrap().lines().skip(1) {
            let columns: Vec<&str> = line.split_whitespace().collect();
            // The network's own DNS server; a connection that no descriptor holds has no inode.
            if !columns[1].ends_with(":0035") && columns[9] != "0" {
                states.push(u8::from_str_radix(columns[3], 16).unwrap());
            }
        }
    }
    states.sort_unstable();
    states
}

#[track_caller]
fn wait_for_states(expected: &[u8]) {
    wait_for(&format!("{expected:?}, not {:?}", states()), || {
        (states() == expected).then_some(())
    });
}

/// A terminal that counts the keys.
struct Keys {
    terminal: Terminal,
    count: usize,
}

impl Keys {
    /// After `key` a row has all of `texts`.
    #[track_caller]
    fn press(&mut self, key: &str, texts: &[&str]) {
        self.count += 1;
        self.terminal.send(key);
        self.terminal.wait_for_row(texts);
    }
}

fn server_is_climbed_and_closed_in_twenty_five_keys() {
    Network::run(|_| {
        let terminal = Terminal::sockscope(80, 24, &[]);
        terminal.wait_for_row(&["bind(", "0.0.0.0:27015)", "opens port 27015 to the network"]);
        let mut keys = Keys { terminal, count: 0 };
        keys.press(TAB, &["Enter next"]);
        keys.press(ENTER, &["bound", "0.0.0.0:27015"]);
        wait_for_states(&[]);
        keys.press(ENTER, &["listening", "0.0.0.0:27015"]);
        wait_for_states(&[LISTEN]);
        keys.press(ENTER, &["… accept", "0.0.0.0:27015"]);
        // The new socket is selected.
        keys.press("p", &["▸ ", "connected", "127.0.0.1:27015"]);
        wait_for_states(&[ESTABLISHED, ESTABLISHED, LISTEN]);
        keys.press(ENTER, &["▸ ", "… recv", "127.0.0.1:27015"]);
        keys.press(UP, &["send(", "\"this is a test\", 14)", "Enter: next"]);
        keys.press(ENTER, &["✓ send(", "\"this is a test\", 14) = 14"]);
        keys.press(DOWN, &["✓ recv(", ", 512) = 14 \"this is a test\""]);
        keys.press(ENTER, &["✓ send(", "\"this is a test\", 14) = 14"]);
        keys.press(UP, &["▸ recv("]);
        keys.press(ENTER, &["✓ recv(", ", 512) = 14 \"this is a test\""]);
        keys.press(ENTER, &["✓ shutdown(", "SHUT_WR) = 0"]);
        wait_for_states(&[FIN_WAIT2, CLOSE_WAIT, LISTEN]);
        keys.press(ENTER, &["✓ close(", ") = 0"]);
        wait_for_states(&[CLOSE_WAIT, LISTEN]);
        keys.press(DOWN, &["▸ shutdown("]);
        keys.press(ENTER, &["✓ shutdown(", "SHUT_WR) = 0"]);
        keys.press(ENTER, &["✓ close(", ") = 0"]);
        wait_for_states(&[LISTEN]);
        assert!(keys.count <= 25, "{} keys", keys.count);
        keys.terminal.send("q");
        keys.terminal.wait_for_end();
        wait_for_states(&[]);
    });
}

fn esc_leaves_a_connection_to_a_silent_address_to_the_system() {
    Network::run(|_| {
        // Every packet to it comes back to a loopback that does not have it.
        let mut terminal = Terminal::sockscope(80, 24, &["-t", "stream", "192.0.2.1", "80"]);
        terminal.wait_for_row(&["connect(", "192.0.2.1:80)", "sends to the network"]);
        terminal.send(TAB);
        terminal.send(ENTER);
        terminal.wait_for_row(&["▸ ", "… connect"]);
        terminal.wait_for("Esc gives it up");
        wait_for_states(&[SYN_SENT]);
        terminal.send(ESC);
        terminal.wait_for_row(&["▸ ", "connecting"]);
        terminal.wait_for_row(&["✗ connect(", "-1 EINTR 4"]);
        wait_for_states(&[SYN_SENT]);
        terminal.send(ENTER);
        // Linux lets a connect() that blocks wait for the connection; others return EALREADY.
        terminal.wait_for_row(&["▸ ", "… connect"]);
        terminal.send("x");
        terminal.wait_for_row(&["▸ ", "closed"]);
        wait_for_states(&[]);
    });
}

/// Chooses the call that begins with `call` in the menu, and makes it.
#[track_caller]
fn choose(terminal: &mut Terminal, call: &str) {
    choose_from(terminal, "calls on ", call);
}

/// Chooses it in the menu with this title.
#[track_caller]
pub(crate) fn choose_from(terminal: &mut Terminal, title: &str, call: &str) {
    terminal.send(" ");
    terminal.wait_for(title);
    terminal.send("\x1b[H");
    // The frame tells it from the step below the popup.
    terminal.wait_for("│ ▸ bind(");
    while !rows_have(terminal, &format!("│ ▸ {call}")) {
        let next = marked(&terminal.contents()) + 1;
        terminal.send(DOWN);
        terminal.wait_until("the next line", |screen| marked(&screen.contents()) == next);
    }
    terminal.send(ENTER);
    terminal.wait_for_no(title);
}

/// The row of the selected call: the last that is marked. The arguments above it have a mark, too.
fn marked(contents: &str) -> usize {
    let rows = contents.lines().enumerate();
    let marked = rows.filter(|(_, row)| row.contains("│ ▸ "));
    marked.last().map_or(0, |(row, _)| row)
}

fn rows_have(terminal: &Terminal, text: &str) -> bool {
    terminal.contents().lines().any(|row| row.contains(text))
}

fn calls_can_be_made_out_of_order() {
    Network::run(|_| {
        let mut terminal =
            Terminal::sockscope(80, 24, &["-6", "-P", "-t", "stream", "-s", "27015"]);
        terminal.wait_for_row(&["bind(", "[::]:27015)"]);
        terminal.send(TAB);
        choose(&mut terminal, "accept(");
        terminal.wait_for_row(&["✗ accept(", "-1 EINVAL 22"]);
        choose(&mut terminal, "listen(");
        // Linux chooses a port.
        terminal.wait_for_row(&["▸ ", "listening", "[::]:"]);
        wait_for_states(&[LISTEN]);
        choose(&mut terminal, "bind(");
        terminal.wait_for_row(&["✗ bind(", "-1 EINVAL 22"]);
        choose(&mut terminal, "setsockopt(");
        terminal.wait_for_row(&["✗ setsockopt(", "IPV6_V6ONLY, 0)", "-1 EINVAL 22"]);
        choose(&mut terminal, "send(");
        terminal.wait_for_row(&["✗ send(", "-1 EPIPE 32"]);
        choose(&mut terminal, "recv(");
        terminal.wait_for_row(&["✗ recv(", "-1 ENOTCONN 107"]);
    });
}

fn address_of_a_call_can_be_edited() {
    Network::run(|_| {
        let mut terminal = Terminal::sockscope(80, 24, &[]);
        terminal.wait_for_row(&["bind(", "0.0.0.0:27015)"]);
        terminal.send(TAB);
        terminal.send(" ");
        terminal.wait_for_row(&["address", "0.0.0.0:27015"]);
        terminal.send(CTRL_U);
        terminal.send("[::1]:80");
        terminal.wait_for_row(&["▸ bind(", "[::1]:80)"]);
        terminal.send(ENTER);
        terminal.wait_for_row(&["✗ bind(", "[::1]:80", "-1 EAFNOSUPPORT 97"]);
        terminal.send(" ");
        terminal.wait_for_row(&["address", "[::1]:80"]);
        terminal.send(CTRL_U);
        terminal.send("127.0.0.1:");
        terminal.wait_for("Not an address: 127.0.0.1:.");
        // 27015 without htons().
        terminal.send("34665");
        terminal.send(ENTER);
        terminal.wait_for_row(&["▸ ", "bound", "127.0.0.1:34665"]);
    });
}

fn socket_can_be_opened_by_its_numbers() {
    Network::run(|_| {
        let mut terminal = Terminal::sockscope(80, 24, &[]);
        terminal.wait_for("file descriptor");
        terminal.send("n");
        terminal.wait_for_row(&["▸ family", "AF_INET"]);
        for text in ["netlink", "SOCK_RAW|SOCK_CLOEXEC", "0"] {
            terminal.send(CTRL_U);
            terminal.send(text);
            terminal.send(TAB);
        }
        terminal.wait_for("socket(netlink, SOCK_RAW|SOCK_CLOEXEC, 0)");
        terminal.send(ENTER);
        terminal.wait_for_row(&["✓ socket(AF_NETLINK, 524291, "]);
        terminal.wait_for_row(&["▸ ", "open"]);
        // The list has the focus.
        terminal.wait_for("Enter next");
        terminal.send("x");
        terminal.wait_for_row(&["✓ close("]);
    });
}

fn held_sockets_can_be_clicked() {
    Network::run(|_| {
        let mut terminal = Terminal::sockscope(80, 24, &[]);
        terminal.wait_for("file descriptor");
        terminal.send(TAB);
        terminal.send(ENTER);
        terminal.wait_for_row(&["▸ ", "bound"]);
        terminal.send(UP);
        terminal.wait_for("file descriptor");
        terminal.click("bound", "bound");
        terminal.wait_for_row(&["▸ ", "bound"]);
        // The line of the next call is a key.
        terminal.click("▸ listen(", "listen(");
        terminal.wait_for_row(&["▸ ", "listening"]);
        terminal.click("Enter next", "Enter");
        terminal.wait_for_row(&["▸ ", "… accept"]);
        let waits = |screen: &vt100::Screen| rows(screen).any(|row| row.contains("accept("));
        terminal.wait_until("the call that waits", waits);
        terminal.send("x");
        terminal.wait_for_row(&["▸ ", "closed"]);
        wait_for_states(&[]);
    });
}
