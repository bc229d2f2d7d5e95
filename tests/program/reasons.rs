//! The lookup view of the screen, in networks with files of their own.

use std::time::Duration;

use crate::support::network::Network;
use crate::support::terminal::Terminal;

tests! {
    lookup_view_explains_each_kind_of_name: NETWORK;
    order_is_shown_by_other_tables: NETWORK;
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
