//! The view of all calls, and the filters of it and of the help, in a real terminal.

use std::fs;
use std::time::Duration;

use crate::resolver::hung::{F5, PATIENT, ask};
use crate::support::dns::Answer;
use crate::support::network::Network;
use crate::support::terminal::{Terminal, rows, wait_for};

tests! {
    calls_are_listed_while_pending_and_abandoned: NETWORK;
    slash_filters_the_calls;
    slash_filters_the_help_and_its_glossary;
    filter_can_be_clicked;
    filter_of_ten_thousand_calls_delays_no_key: NETWORK, SCHEDSTAT;
}

const BACK_TAB: &str = "\x1b[Z";
const TAB: &str = "\t";
const ESC: &str = "\x1b";
const ENTER: &str = "\r";

/// The first row with `text`.
fn row(screen: &vt100::Screen, text: &str) -> Option<String> {
    rows(screen).find(|row| row.contains(text))
}

fn calls_are_listed_while_pending_and_abandoned() {
    const PENDING: &str = "getaddrinfo(\"hung.test\", \"80\", {";
    Network::run(|network| {
        let directory = tempfile::tempdir().unwrap();
        let trace = directory.path().join("trace");
        network.write("resolv.conf", PATIENT);
        network.dns().answer("hung.test", Answer::Silence);
        let option = format!("--trace={}", trace.display());
        let arguments = [&*option, "-4", "-t", "stream", "hung.test", "80"];
        let mut terminal = Terminal::sockscope(120, 40, &arguments);
        network.dns().wait_for("hung.test", 1);
        terminal.send("4");
        terminal.wait_for_row(&["… ", PENDING, "waiting"]);
        // The time goes on there.
        let seconds = |screen: &vt100::Screen| -> Option<f64> {
            let row = row(screen, PENDING)?;
            let (before, _) = row.split_once(" s ")?;
            before.rsplit(' ').next()?.parse().ok()
        };
        terminal.wait_until("half a second", |screen| {
            seconds(screen).is_some_and(|time| time >= 0.5)
        });
        // The call itself ran to the end of the row; in its own pane the selected one is whole.
        terminal.send(BACK_TAB);
        terminal.wait_for("ai_protocol=IPPROTO_IP}, <unfinished");

        terminal.send(ESC);
        terminal.wait_for("Cancelled after");
        terminal.wait_for("abandoned");
        terminal.wait_for("ai_protocol=IPPROTO_IP}, <unfinished");
        terminal.send("L");
        terminal.wait_for("abandonada");
        terminal.send("LLL");
        terminal.send(TAB);
        ask(&mut terminal, "127.0.0.1");
        terminal.wait_for_row(&["socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) ="]);
        terminal.wait_for_row(&["… ", PENDING, "… abandoned"]);

        network
            .dns()
            .answer("hung.test", Answer::addresses(&["192.0.2.1"]));
        terminal.wait_for_no("abandoned");
        terminal.wait_for("freeaddrinfo([1 entry])");
        let line = wait_for("the late line of the trace", || {
            let trace = fs::read_to_string(&trace).unwrap();
            let mut lines = trace.lines().map(str::to_owned);
            lines.find(|line| line.starts_with(PENDING))
        });
        // The same end, with the same time.
        let (_, end) = line.rsplit_once(" = ").unwrap();
        terminal.wait_for_row(&["getaddrinfo(\"hung.test\"", end]);
        assert!(!terminal.contents().contains("192.0.2.1"));
    });
}

/// The calls of a failed lookup and a query that succeeds, in view 4, which has the focus.
fn calls(columns: u16, rows: u16) -> Terminal {
    let arguments = ["-n", "-t", "stream", "not-numeric", "80"];
    let mut terminal = Terminal::sockscope(columns, rows, &arguments);
    terminal.wait_for("EAI_NONAME");
    terminal.send("4");
    terminal.send(BACK_TAB);
    terminal.wait_for("/ filter");
    terminal.send(F5);
    terminal.wait_until("two calls", |screen| {
        screen.contents().matches("= -2 EAI_NONAME").count() == 2
    });
    terminal
}

fn slash_filters_the_calls() {
    for (columns, rows) in [(80, 24), (120, 40), (60, 20)] {
        let mut terminal = calls(columns, rows);
        terminal.send("/");
        terminal.wait_for_row(&[" /", "2 of 2"]);
        terminal.wait_for_row(&["Enter keep", "Esc end filter", "Ctrl-C quit"]);
        // Each of these is a command elsewhere.
        terminal.send("zjq4?");
        terminal.wait_for_row(&["/zjq4?", "0 of 2"]);
        terminal.wait_for("No line contains this text.");
        terminal.send("\x15NOT-numeric");
        terminal.wait_for_row(&["/NOT-numeric", "2 of 2"]);
        terminal.send(ENTER);
        terminal.wait_for_row(&["/ filter", "Esc end filter"]);
        // A new call joins the list.
        terminal.send(F5);
        terminal.wait_for_row(&["/NOT-numeric", "3 of 3"]);
        terminal.send("/x");
        terminal.wait_for_row(&["/NOT-numericx", "0 of 3"]);
        terminal.send(ESC);
        terminal.wait_for_no("NOT-numeric");
        terminal.wait_for_row(&["= -2 EAI_NONAME"]);
        terminal.send("q");
        assert_eq!(terminal.wait_for_end().exit_code(), 0);
        terminal.assert_restored();
    }
}

fn slash_filters_the_help_and_its_glossary() {
    for (language, help, filter, term, text) in [
        (
            "en",
            "╭ help ─",
            "WILDCARD",
            "wildcard address",
            "0.0.0.0 in IPv4",
        ),
        (
            "es",
            "╭ ayuda ─",
            "COMODÍN",
            "dirección comodín",
            "0.0.0.0 en IPv4",
        ),
    ] {
        let mut terminal = Terminal::sockscope(80, 24, &["--lang", language]);
        terminal.wait_for("0.0.0.0:27015");
        terminal.send("?");
        terminal.wait_for(help);
        let before = terminal.contents();
        terminal.send("j");
        terminal.wait_until("the next line", |screen| screen.contents() != before);
        terminal.send(format!("/{filter}"));
        terminal.wait_for_row(&[&format!("/{filter}")]);
        terminal.wait_for_row(&[term, text]);
        terminal.wait_for_no("F3");
        terminal.send(ESC);
        terminal.wait_for_no(filter);
        terminal.wait_for(help);
        terminal.send(ESC);
        terminal.wait_for_no(help);
        // The glossary stands at the end.
        terminal.send("?");
        terminal.wait_for(help);
        terminal.send("\x1b[F");
        terminal.wait_for("ai_canonname.");
        terminal.send("q");
        terminal.wait_for_no(help);
        terminal.send("q");
        assert_eq!(terminal.wait_for_end().exit_code(), 0);
    }
}

fn filter_can_be_clicked() {
    let mut terminal = calls(120, 40);
    let click = |terminal: &mut Terminal, text: &str| terminal.click(text, text);
    click(&mut terminal, "/ filter");
    terminal.wait_for_row(&["Enter keep"]);
    terminal.send("eai");
    terminal.wait_for_row(&["/eai", "2 of 2"]);
    click(&mut terminal, "Enter keep");
    terminal.wait_for_row(&["/ filter"]);
    click(&mut terminal, "/eai");
    terminal.wait_for_row(&["Enter keep"]);
    click(&mut terminal, "Esc end filter");
    terminal.wait_for_no("/eai");
    // A click outside closes the help, whatever its filter.
    terminal.send("?/pane");
    terminal.wait_for_row(&["/pane"]);
    click(&mut terminal, "getaddrinfo(");
    terminal.wait_for_no("/pane");
    terminal.wait_for_no("╭ help ─");
}

/// The processor time that a key may cost the main thread with ten thousand calls in the list.
const KEY: Duration = Duration::from_millis(50);

fn filter_of_ten_thousand_calls_delays_no_key() {
    Network::run(|network| {
        let hosts: String = (0..5_000)
            .map(|n| format!("10.0.{}.{} many.test\n", n >> 8, n & 255))
            .collect();
        network.write("hosts", hosts);
        let arguments = ["-4", "-t", "stream", "many.test", "80"];
        let mut terminal = Terminal::sockscope(120, 40, &arguments);
        terminal.wait_for("5000 entries");
        terminal.send(TAB);
        terminal.send("a");
        terminal.wait_for("Entries tried: 5000");
        terminal.send("4");
        terminal.send(TAB);
        terminal.wait_for("the last 10000 calls");
        terminal.send("/");
        terminal.wait_for("10000 of 10000");
        let matches = |count: &'static str| {
            move |screen: &vt100::Screen| {
                row(screen, " of 10000").is_some_and(|row| row.contains(count))
            }
        };
        let cost = terminal.cost_of("k", "every socket()", matches(" 5000 of"));
        assert!(cost <= KEY, "the first letter: {cost:?}");
        let cost = terminal.cost_of("x", "no call", matches(" 0 of"));
        assert!(cost <= KEY, "no match: {cost:?}");
        terminal.send("\x7f");
        terminal.wait_until("every socket()", matches(" 5000 of"));
        let up = "\x1b[A";
        let before = terminal.contents();
        let cost = terminal.cost_of(up, "another line", |screen| screen.contents() != before);
        assert!(cost <= KEY, "moving: {cost:?}");
    });
}
