//! Mistakes made with keys: view 1 names them, and F4 and Enter mend them.

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::process::Command;

use portable_pty::CommandBuilder;

use crate::ladder::choose_from;
use crate::need::succeeds;
use crate::support::network::Network;
use crate::support::terminal::Terminal;

tests! {
    taken_port_is_named_and_mended: NETWORK;
    port_in_time_wait_is_mended: NETWORK;
    mistakes_are_named_in_both_languages: NETWORK;
    listen_is_filled_in_for_accept: NETWORK;
    socket_by_hand_is_explained_and_mended: NETWORK;
    privileged_port_is_named_with_its_limit: NETWORK, Program("setpriv");
}

const TAB: &str = "\t";
const ENTER: &str = "\r";
const F4: &str = "\x1bOS";
const UP: &str = "\x1b[A";
/// Deletes the text before the cursor.
const CTRL_U: &str = "\x15";

/// A terminal whose focus is on the entry.
fn started(arguments: &[&str]) -> Terminal {
    let mut terminal = Terminal::sockscope(80, 24, arguments);
    terminal.wait_for_row(&["▸ ", "(", "27015)"]);
    terminal.send(TAB);
    terminal.wait_for("Enter ");
    terminal
}

/// Makes the call with the suggested fix.
#[track_caller]
fn mend(terminal: &mut Terminal, call: &str) {
    terminal.send(F4);
    terminal.wait_for_row(&["│ ▸ ", call]);
    terminal.send(ENTER);
    terminal.wait_for_no("│ ▸ ");
}

fn taken_port_is_named_and_mended() {
    Network::run(|_| {
        let _taken = TcpListener::bind("0.0.0.0:27015").unwrap();
        let owner = format!("(pid {})", std::process::id());
        for (language, taken, fix) in [
            ("en", "Port 27015 is taken: ", "F4 bind to port 27016"),
            (
                "es",
                "El puerto 27015 está ocupado: ",
                "F4 enlazar al puerto 27016",
            ),
        ] {
            let mut terminal = started(&["--lang", language]);
            terminal.send(ENTER);
            terminal.wait_for_row(&["✗ bind(", "0.0.0.0:27015) = -1 EADDRINUSE 98"]);
            terminal.wait_for_row(&[taken, &owner]);
            terminal.wait_for_row(&[fix]);
            mend(&mut terminal, "0.0.0.0:27016)");
            terminal.wait_for_row(&["✓ bind(", "0.0.0.0:27016) = 0"]);
            terminal.wait_for_no(fix);
        }
        // In the form, too: the lower pane shows it.
        let mut terminal = started(&[]);
        terminal.send(ENTER);
        terminal.wait_for_row(&["Port 27015 is taken: ", &owner]);
        terminal.send(TAB);
        terminal.send(TAB);
        terminal.wait_for("▸ai_family");
        mend(&mut terminal, "0.0.0.0:27016)");
        terminal.wait_for_row(&["✓ bind(", "0.0.0.0:27016) = 0"]);
    });
}

fn port_in_time_wait_is_mended() {
    Network::run(|_| {
        let listener = TcpListener::bind("127.0.0.1:27015").unwrap();
        let mut client = TcpStream::connect("127.0.0.1:27015").unwrap();
        // The side that closes first waits.
        drop(listener.accept().unwrap());
        drop(listener);
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
        drop(client);
        let mut terminal = started(&[]);
        terminal.send(ENTER);
        terminal.wait_for_row(&["✗ bind(", "-1 EADDRINUSE 98"]);
        terminal.wait_for("Port 27015 is kept by connections of an earlier server (1)");
        terminal.wait_for("F4 set SO_REUSEADDR to 1");
        mend(&mut terminal, "SO_REUSEADDR, 1)");
        terminal.wait_for_row(&["✓ setsockopt(", "SO_REUSEADDR, 1) = 0"]);
        terminal.send(ENTER);
        terminal.wait_for_row(&["✓ bind(", "0.0.0.0:27015) = 0"]);
    });
}

fn mistakes_are_named_in_both_languages() {
    Network::run(|_| {
        let lines = [
            (
                "en",
                "calls on ",
                [
                    "listen() without bind(): the system chose a port that no client knows.",
                    "The socket already has a local address (",
                    "IPV6_V6ONLY cannot change any more: the socket already has a local port.",
                    "send() was called on the listening socket, not on the accepted one.",
                    "The socket is bound to port 34665: that is 27015 with its two bytes",
                ],
            ),
            (
                "es",
                "llamadas sobre ",
                [
                    "listen() sin bind(): el sistema eligió un puerto que ningún cliente",
                    "El socket ya tiene una dirección local (",
                    "IPV6_V6ONLY ya no se puede cambiar: el socket ya tiene un puerto local.",
                    "Se llamó a send() en el socket que escucha, no en el aceptado.",
                    "El socket está enlazado al puerto 34665: es 27015 con sus dos bytes",
                ],
            ),
        ];
        for (language, title, [unbound, twice, late, listener, swapped]) in lines {
            let server = [
                "--lang", language, "-6", "-P", "-t", "stream", "-s", "27015",
            ];
            let mut terminal = started(&server);
            choose_from(&mut terminal, title, "listen(");
            terminal.wait_for(unbound);
            choose_from(&mut terminal, title, "bind(");
            terminal.wait_for(twice);
            choose_from(&mut terminal, title, "setsockopt(");
            terminal.wait_for(late);
            choose_from(&mut terminal, title, "send(");
            terminal.wait_for(listener);
            // A new socket of the entry.
            terminal.send(UP);
            terminal.wait_for_no(listener);
            terminal.send(" ");
            terminal.wait_for_row(&["▸ ", "[::]:27015"]);
            terminal.send(CTRL_U);
            terminal.send("[::]:34665");
            terminal.wait_for_row(&["▸ bind(", "[::]:34665)"]);
            terminal.send(ENTER);
            terminal.wait_for(swapped);
        }
    });
}

fn listen_is_filled_in_for_accept() {
    Network::run(|_| {
        let mut terminal = started(&[]);
        terminal.send(ENTER);
        terminal.wait_for_row(&["✓ bind("]);
        choose_from(&mut terminal, "calls on ", "accept(");
        terminal.wait_for_row(&["✗ accept(", "-1 EINVAL 22"]);
        terminal.wait_for("accept() was called on a socket that does not listen.");
        // A click on the line does what the key does.
        terminal.click("F4 call listen() first", "F4");
        terminal.wait_for_row(&["│ ▸ listen(", "128)"]);
        terminal.send(ENTER);
        terminal.wait_for_row(&["▸ ", "listening", "0.0.0.0:27015"]);
    });
}

fn socket_by_hand_is_explained_and_mended() {
    Network::run(|_| {
        let mut terminal = started(&[]);
        terminal.send("n");
        terminal.wait_for_row(&["▸ family"]);
        for text in ["inet", "stream", "udp"] {
            terminal.send(CTRL_U);
            terminal.send(text);
            terminal.send(TAB);
        }
        terminal.wait_for("socket(inet, stream, udp)");
        terminal.send(ENTER);
        terminal.wait_for_row(&["✗ socket(AF_INET, SOCK_STREAM, IPPROTO_UDP) = -1"]);
        terminal.wait_for("SOCK_STREAM does not go with IPPROTO_UDP here");
        terminal.wait_for("F4 call socket(AF_INET, SOCK_STREAM, IPPROTO_IP)");
        terminal.send(F4);
        terminal.wait_for_row(&["▸ family", "AF_INET"]);
        terminal.send(ENTER);
        terminal.wait_for_row(&["✓ socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = "]);
    });
}

/// The first port that needs no privilege is the network's own.
fn privileged_port_is_named_with_its_limit() {
    Network::run(|network| {
        let limit = "echo 100 >/proc/sys/net/ipv4/ip_unprivileged_port_start";
        succeeds(network.command("sh").args(["-c", limit])).unwrap();
        let without = [
            "--bounding-set",
            "-net_bind_service",
            "--inh-caps",
            "-net_bind_service",
            env!("CARGO_BIN_EXE_sockscope"),
        ];
        let listen = |port: &str| {
            let mut command: Command = network.command("setpriv");
            command
                .args(without)
                .args(["--format", "table", "--listen"]);
            command.args(["-t", "stream", "127.0.0.1", port]);
            let output = command.output().unwrap();
            (
                output.status.code(),
                String::from_utf8(output.stdout).unwrap(),
            )
        };
        let (status, table) = listen("81");
        assert_eq!(status, Some(6), "{table}");
        let note = "failure port-privileged, entry 1: Port 81 needs privilege: it is below 100.\n";
        assert!(table.contains(note), "{table}");
        assert_eq!(listen("100").0, Some(0));

        let mut command = CommandBuilder::new("setpriv");
        command.args(without);
        command.args(["-P", "-t", "stream", "-s", "81"]);
        command.env("TERM", "xterm-256color");
        let mut terminal = Terminal::start(80, 24, &mut command);
        terminal.wait_for_row(&["▸ bind(", "0.0.0.0:81)"]);
        terminal.send(TAB);
        terminal.send(ENTER);
        terminal.wait_for("Port 81 needs privilege: it is below 100.");
        mend(&mut terminal, "0.0.0.0:8081)");
        terminal.wait_for_row(&["✓ bind(", "0.0.0.0:8081) = 0"]);
    });
}
