//! The lookup view of the screen, in networks with files of their own.

use std::time::Duration;

use crate::support::dns::Answer;
use crate::support::network::Network;
use crate::support::terminal::{Terminal, wait_for};

tests! {
    lookup_view_explains_each_kind_of_name: NETWORK;
    order_is_shown_by_other_tables: NETWORK;
    sources_are_asked_on_a_key: NETWORK;
    sources_that_hang_are_given_up: NETWORK;
    long_list_delays_no_key_of_the_lookup_view: NETWORK;
}

const HOSTS: &str = "127.0.0.1 localhost\n192.0.2.1 both.test\n2002:c000:201::1 both.test\n";

fn set_up(network: &Network) {
    network.write("hosts", HOSTS);
    network.write(
        "nsswitch.conf",
        "hosts: files mdns4_minimal [NOTFOUND=return] dns\n",
    );
}

/// The screen at 80 columns after the key 5.
fn opened(arguments: &[&str]) -> Terminal {
    let mut terminal = Terminal::sockscope(80, 24, arguments);
    terminal.wait_for("▸");
    terminal.send("5");
    terminal
}

fn lookup_view_explains_each_kind_of_name() {
    Network::run(|network| {
        set_up(network);
        for (language, node, texts) in [
            (
                "en",
                "nx.test",
                [
                    "no line of the hosts file has the name",
                    "has only names that end in .local: not asked",
                    "asks the name servers below",
                ],
            ),
            (
                "en",
                "both.test",
                [
                    "has the name: 192.0.2.1 (line 2)",
                    "The lookup ends here.",
                    "never asked: the lookup ends at files",
                ],
            ),
            (
                "es",
                "printer.local",
                [
                    "ninguna línea del archivo hosts tiene el nombre",
                    "consulta a la red local por DNS multicast",
                    "solo si mdns4_minimal no responde",
                ],
            ),
        ] {
            let terminal = opened(&["--lang", language, "-t", "stream", node]);
            for text in texts {
                terminal.wait_for(text);
            }
        }
    });
}

fn order_is_shown_by_other_tables() {
    Network::run(|network| {
        set_up(network);
        let mut terminal = opened(&["--lang", "en", "-t", "stream", "both.test", "80"]);
        terminal.wait_for("The lookup ends here.");
        // The lower pane alone, at its end.
        terminal.send("\t\tz\x1b[F");
        terminal.wait_for_row(&["Every entry is where the rules put it."]);
        terminal.wait_for_row(&["source 192.0.2.9", "interface lo/32"]);
        terminal.wait_for("precedence 10 (::ffff:0:0/96)");
        terminal.wait_for("rule 1, avoid unusable destinations: yes | no");
        // No route leads to 6to4 here.
        terminal.wait_for_row(&["source errno 101 ENETUNREACH"]);
        terminal.send("v");
        terminal.wait_for("with the tables of RFC 3484: the same");
        terminal.send("v");
        terminal.wait_for("with the tables of RFC 6724: the same");
        terminal.wait_for("precedence 35 (::ffff:0:0/96)");
        terminal.send("v");
        terminal.wait_for_row(&["Every entry is where the rules put it."]);
    });
}

fn sources_are_asked_on_a_key() {
    Network::run(|network| {
        network.write("hosts", HOSTS);
        network.write("nsswitch.conf", "hosts: files dns\n");
        network
            .dns()
            .answer("both.test", Answer::addresses(&["192.0.2.7"]));
        let mut terminal = opened(&["--lang", "en", "-4", "-t", "stream", "both.test", "80"]);
        terminal.wait_for("The lookup ends here.");
        terminal.send("\t\tz");
        terminal.wait_for("w asks each source alone. This sends queries.");
        terminal.send("w");
        terminal.wait_for_row(&["alone", "192.0.2.1 (entry 1)", " ms"]);
        terminal.wait_for_row(&["!", "192.0.2.7 (not in the list); not what files has"]);
        terminal.wait_for("w asks each source alone.");
    });
}

/// The children of this process, from /proc.
fn children(pid: u32) -> String {
    let task = format!("/proc/{pid}/task");
    let tasks = std::fs::read_dir(task).unwrap();
    let read = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("children"));
    tasks.filter_map(|task| read(task.ok()?).ok()).collect()
}

fn sources_that_hang_are_given_up() {
    Network::run(|network| {
        network.write("hosts", HOSTS);
        network.write("nsswitch.conf", "hosts: files dns\n");
        network.dns().answer("both.test", Answer::Silence);
        let mut terminal = opened(&["--lang", "en", "-4", "-t", "stream", "both.test", "80"]);
        terminal.wait_for("The lookup ends here.");
        terminal.send("\t\tz");
        terminal.wait_for("w asks each source alone.");
        terminal.send("w");
        terminal.wait_for("Each source is being asked alone; Esc stops.");
        terminal.wait_for("192.0.2.1 (entry 1)");
        terminal.send("w");
        terminal.wait_for("The sources are being asked; Esc stops.");
        // Other keys work meanwhile.
        terminal.send("v");
        terminal.wait_for("with the tables of RFC 3484");
        let pid = terminal.pid();
        assert_ne!(children(pid).trim(), "");
        terminal.send("\x1b");
        terminal.wait_for("Stopped: the sources are no longer asked.");
        terminal.wait_for("w asks each source alone.");
        wait_for("no child", || children(pid).trim().is_empty().then_some(()));
    });
}

fn long_list_delays_no_key_of_the_lookup_view() {
    Network::run(|network| {
        let lines = (0..2000).map(|n| format!("10.0.{}.{} many.test\n", n >> 8, n & 255));
        network.write("hosts", lines.collect::<String>());
        let mut terminal = opened(&["--lang", "en", "-t", "stream", "many.test", "80"]);
        terminal.wait_for("has the name: 10.0.0.0");
        terminal.send("\t\tz");
        terminal.wait_for("order   glibc");
        for (key, text) in [
            ("v", "with the tables of RFC 3484"),
            ("\x1b[F", "has 1000 more addresses"),
            ("\x1b[H", "is looked up in the sources"),
        ] {
            let shows = |screen: &vt100::Screen| screen.contents().contains(text);
            let cost = terminal.cost_of(key, text, shows);

            assert!(cost < Duration::from_millis(50), "{text}: {cost:?}");
        }
    });
}
