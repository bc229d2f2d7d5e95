//! A resolver that hangs, and sockscope in a terminal that does not.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::dns::Answer;
use crate::support::network::Network;
use crate::support::process::{resident, sleeps, switches};
use crate::support::terminal::{Terminal, wait_for};

tests! {
    while_a_lookup_hangs_every_key_is_answered_within_a_frame: NETWORK;
    while_a_lookup_hangs_the_time_counts_on_the_screen: NETWORK;
    esc_abandons_a_hung_lookup_and_the_next_query_is_answered_at_once: NETWORK;
    the_ninth_hung_lookup_is_refused_on_the_screen_until_one_returns: NETWORK;
    a_stale_answer_never_shows: NETWORK;
    a_lookup_whose_first_question_is_lost_shows_its_answer: NETWORK;
    a_reverse_lookup_that_hangs_holds_up_nothing: NETWORK;
    eight_hung_lookups_wake_it_ten_times_a_second_and_abandoned_never: NETWORK;
    an_answer_of_a_hundred_thousand_entries_holds_up_no_key: NETWORK;
}

pub(super) const CTRL_C: &str = "\x03";
const CTRL_U: &str = "\x15";
const DOWN: &str = "\x1b[B";
const UP: &str = "\x1b[A";
const ESC: &str = "\x1b";
const F1: &str = "\x1bOP";
const F2: &str = "\x1bOQ";
pub(super) const F5: &str = "\x1b[15~";
const TAB: &str = "\t";
const BACK_TAB: &str = "\x1b[Z";

/// How many calls to the resolver may be under way at once.
pub(super) const LIMIT: usize = 8;

/// A key is answered within one frame, which is 50 ms at the most.
const FRAME: Duration = Duration::from_millis(50);

/// glibc waits for half a minute, once: longer than any of these tests.
pub(super) const PATIENT: &str = "nameserver 127.0.0.1\noptions timeout:30 attempts:1\n";

/// A name that is asked for and not answered, with sockscope waiting for it.
pub(super) fn hung(network: &Network, name: &str) -> Terminal {
    network.write("resolv.conf", PATIENT);
    network.dns().answer(name, Answer::Silence);
    let terminal = Terminal::sockscope(120, 40, &["-4", "-t", "stream", name, "80"]);
    network.dns().wait_for(name, 1);
    terminal.wait_for("waiting");
    terminal
}

/// Asks again until there is no room for more.
pub(super) fn fill(network: &Network, terminal: &mut Terminal, name: &str) {
    for count in 2..=LIMIT {
        terminal.send(F5);
        network.dns().wait_for(name, count);
    }
}

/// Whether a call to the resolver has not returned.
pub(super) fn looks_up(pid: u32) -> bool {
    switches(pid)
        .keys()
        .any(|thread| thread.ends_with("lookup"))
}

/// Asks for another name, from the field that is in focus at the start.
pub(super) fn ask(terminal: &mut Terminal, name: &str) {
    terminal.send(format!("{CTRL_U}{name}\r"));
}

fn shows(text: &str) -> impl Fn(&vt100::Screen) -> bool {
    move |screen| screen.contents().contains(text)
}

fn shows_no(text: &str) -> impl Fn(&vt100::Screen) -> bool {
    move |screen| !screen.contents().contains(text)
}

/// The seconds that the first line says the call has been waited for.
fn waited(screen: &str) -> Option<f64> {
    let words: Vec<&str> = screen.lines().next()?.split_whitespace().collect();
    let [.., "getaddrinfo", _spinner, seconds, "s"] = words[..] else {
        return None;
    };
    seconds.parse().ok()
}

fn while_a_lookup_hangs_every_key_is_answered_within_a_frame() {
    Network::run(|network| {
        let mut terminal = hung(network, "hung.test");
        let mut times: Vec<(&str, Vec<Duration>)> = Vec::new();
        let mut note = |kind, time| match times.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, times)) => times.push(time),
            None => times.push((kind, vec![time])),
        };
        // The machine may have something else to do in one of the rounds: the median counts.
        for round in 0..5_u16 {
            let typed = "xyzuv"[..usize::from(round) + 1].to_owned();
            let key = &typed[usize::from(round)..];
            let name = format!("hung.test{typed} ");
            note("typing", terminal.time_to(key, &name, shows(&name)));
            note(
                "moving",
                terminal.time_to(DOWN, "the service", shows("▸service")),
            );
            note("moving", terminal.time_to(UP, "the node", shows("▸node")));
            let help = "close the popup; else abandon";
            note("F1", terminal.time_to(F1, "the help", shows(help)));
            note("Esc", terminal.time_to(ESC, "no help", shows_no(help)));
            let presets = "╭ presets";
            note("F2", terminal.time_to(F2, "the presets", shows(presets)));
            note(
                "Esc",
                terminal.time_to(ESC, "no presets", shows_no(presets)),
            );
            let entries = "What getaddrinfo returned.";
            note("Tab", terminal.time_to(TAB, "the list", shows(entries)));
            note(
                "Shift-Tab",
                terminal.time_to(BACK_TAB, "the form", shows_no(entries)),
            );
            // The first flag stands behind seven arguments. It is another call each time.
            terminal.send(DOWN.repeat(7));
            terminal.wait_for("▸[");
            let before = if round % 2 == 0 {
                "[ ] AI_PASSIVE"
            } else {
                "[x] AI_PASSIVE"
            };
            note(
                "toggling",
                terminal.time_to(" ", "the flag", shows_no(before)),
            );
            network.dns().wait_for("hung.test", usize::from(round) + 2);
            terminal.send(UP.repeat(7));
            terminal.wait_for("▸node");
            let columns = 110 - round;
            let start = Instant::now();
            terminal.resize(columns, 36);
            // Drawn anew, its last line is the keys again.
            terminal.wait_until("the new size", |screen| {
                screen
                    .rows(0, columns)
                    .last()
                    .is_some_and(|row| row.contains("Ctrl-C quit"))
            });
            note("resizing", start.elapsed());
            terminal.resize(120, 40);
            terminal.wait_until("the old size", |screen| {
                screen
                    .rows(0, 120)
                    .last()
                    .is_some_and(|row| row.contains("Ctrl-C quit"))
            });
        }
        for (kind, times) in &mut times {
            times.sort();
            let median = times[times.len() / 2];
            println!("{kind}: median {median:?} of {times:?}");
            assert!(median <= FRAME, "{kind}: {times:?}");
        }
        terminal.wait_for("waiting");
    });
}

fn while_a_lookup_hangs_the_time_counts_on_the_screen() {
    Network::run(|network| {
        let terminal = hung(network, "hung.test");
        let shown = |after: f64| {
            let mut seen = 0.0;
            terminal.wait_until("the time", |screen| {
                waited(&screen.contents()).is_some_and(|seconds| seconds > after)
            });
            if let Some(seconds) = waited(&terminal.contents()) {
                seen = seconds;
            }
            (seen, Instant::now())
        };
        let (first, start) = shown(0.0);
        let (last, end) = shown(first + 1.0);
        let passed = (end - start).as_secs_f64();
        // It is shown ten times a second, with one decimal.
        assert!(
            (last - first - passed).abs() < 0.3,
            "{first} to {last} in {passed}"
        );
    });
}

fn esc_abandons_a_hung_lookup_and_the_next_query_is_answered_at_once() {
    Network::run(|network| {
        let mut terminal = hung(network, "hung.test");
        let esc = terminal.time_to(ESC, "the news", shows("Abandoned after"));
        assert!(!terminal.contents().contains("waiting"));
        let start = Instant::now();
        ask(&mut terminal, "localhost");
        terminal.wait_for("127.0.0.1:80");
        terminal.wait_for("file descriptor");
        let took = start.elapsed();
        println!("Esc {esc:?}, the next query {took:?}");
        assert!(took < Duration::from_secs(1), "{took:?}");
        // And without Esc.
        ask(&mut terminal, "hung.test");
        terminal.wait_for("waiting");
        let start = Instant::now();
        ask(&mut terminal, "127.0.0.2");
        terminal.wait_for("127.0.0.2:80");
        assert!(start.elapsed() < Duration::from_secs(1));
    });
}

fn the_ninth_hung_lookup_is_refused_on_the_screen_until_one_returns() {
    Network::run(|network| {
        let mut terminal = hung(network, "first.test");
        network.dns().answer("rest.test", Answer::Silence);
        ask(&mut terminal, "rest.test");
        network.dns().wait_for("rest.test", 1);
        for count in 2..LIMIT {
            terminal.send(F5);
            network.dns().wait_for("rest.test", count);
        }
        let refusal = "Not asked: 8 calls have not returned yet.";
        assert!(!terminal.contents().contains(refusal));
        terminal.send(F5);
        terminal.wait_for(refusal);
        assert_eq!(network.dns().asked().len(), LIMIT);
        // What was typed is kept, and asked for as soon as there is room.
        network
            .dns()
            .answer("last.test", Answer::addresses(&["192.0.2.9"]));
        ask(&mut terminal, "last.test");
        terminal.wait_for("last.test");
        terminal.wait_for(refusal);
        network
            .dns()
            .answer("first.test", Answer::addresses(&["192.0.2.1"]));
        terminal.wait_for_no(refusal);
        terminal.send(F5);
        terminal.wait_for("192.0.2.9:80");
        assert!(!terminal.ever_showed("192.0.2.1:80"));
        terminal.wait_for("file descriptor");
    });
}

fn a_stale_answer_never_shows() {
    Network::run(|network| {
        let directory = tempfile::tempdir().unwrap();
        let trace = directory.path().join("trace");
        network.write("resolv.conf", PATIENT);
        for name in ["abandoned.test", "overtaken.test", "pending.test"] {
            network.dns().answer(name, Answer::Silence);
        }
        let option = format!("--trace={}", trace.display());
        let mut terminal = Terminal::sockscope(120, 40, &[&option, "-4", "abandoned.test", "80"]);
        network.dns().wait_for("abandoned.test", 1);
        terminal.send(ESC);
        terminal.wait_for("Abandoned after");
        ask(&mut terminal, "overtaken.test");
        network.dns().wait_for("overtaken.test", 1);
        ask(&mut terminal, "pending.test");
        network.dns().wait_for("pending.test", 1);
        let late = Answer::addresses(&["203.0.113.77"]);
        for name in ["abandoned.test", "overtaken.test"] {
            network.dns().answer(name, late.clone());
            wait_for("the late answer", || {
                let trace = fs::read_to_string(&trace).unwrap();
                let call = format!("getaddrinfo(\"{name}\"");
                trace.contains(&call).then_some(())
            });
        }
        // What was drawn since was drawn with all of that taken in: these answers came after it.
        network
            .dns()
            .answer("pending.test", Answer::addresses(&["192.0.2.8"]));
        terminal.wait_for("192.0.2.8:80");
        terminal.wait_for("file descriptor");
        // The list of the calls names the stale ones, too, without what they returned.
        terminal.send(TAB);
        terminal.send("4");
        terminal.wait_for("getaddrinfo(\"overtaken.test\"");
        assert!(terminal.ever_showed("192.0.2.8"));
        assert!(
            !terminal.ever_showed("203.0.113.77"),
            "{}",
            terminal.contents()
        );
        let sockets = fs::read_to_string(&trace).unwrap();
        assert_eq!(sockets.matches("socket(AF_INET").count(), 1, "{sockets}");
    });
}

fn a_lookup_whose_first_question_is_lost_shows_its_answer() {
    Network::run(|network| {
        network.write(
            "resolv.conf",
            "nameserver 127.0.0.1\noptions timeout:1 attempts:2\n",
        );
        let answer = Answer::addresses(&["192.0.2.5"]).after_dropping(1);
        network.dns().answer("lost.test", answer);
        let terminal = Terminal::sockscope(120, 40, &["-4", "-t", "stream", "lost.test", "80"]);
        terminal.wait_for("waiting");
        terminal.wait_for("192.0.2.5:80");
        terminal.wait_for("file descriptor");
        assert!(network.dns().asked().len() >= 2);
    });
}

fn a_reverse_lookup_that_hangs_holds_up_nothing() {
    Network::run(|network| {
        network.write("resolv.conf", PATIENT);
        network
            .dns()
            .answer("1.2.0.192.in-addr.arpa", Answer::Silence);
        let mut terminal = Terminal::sockscope(120, 40, &["192.0.2.1", "80"]);
        terminal.wait_for("file descriptor");
        terminal.send(TAB);
        terminal.wait_for("What getaddrinfo returned.");
        terminal.send("r");
        network.dns().wait_for("1.2.0.192.in-addr.arpa", 1);
        terminal.wait_for("getnameinfo(ai_addr) …");
        let took = terminal.time_to(DOWN, "the next entry", shows("socket(AF_INET, SOCK_DGRAM"));
        println!("moving on: {took:?}");
        let start = Instant::now();
        terminal.send(CTRL_C);
        assert_eq!(terminal.wait_for_end().exit_code(), 0);
        assert!(start.elapsed() < Duration::from_secs(1));
        terminal.assert_restored();
    });
}

/// Ten times a second it shows how long the call takes; what was abandoned costs nothing at all.
fn eight_hung_lookups_wake_it_ten_times_a_second_and_abandoned_never() {
    const WINDOW: Duration = Duration::from_secs(2);
    Network::run(|network| {
        let mut terminal = hung(network, "hung.test");
        let pid = terminal.pid();
        fill(network, &mut terminal, "hung.test");
        let count = || sleeps(pid);
        // The threads of the last calls have gone to sleep by then.
        terminal.wait_until("half a second", |screen| {
            waited(&screen.contents()).is_some_and(|seconds| seconds > 0.5)
        });
        let (before, sent) = (count(), terminal.bytes().len());
        let start = Instant::now();
        // The window is what is measured.
        thread::sleep(WINDOW);
        let woken = count() - before;
        // One at either end of the window, and one for what another thread does.
        let most = (start.elapsed().as_millis() / 100) as u64 + 3;
        println!("woken {woken} times in {WINDOW:?}");
        assert!((10..=most).contains(&woken), "woken {woken} times");
        assert!(terminal.bytes().len() > sent, "no time was shown");

        terminal.send(ESC);
        terminal.wait_for("Abandoned after");
        let mut last = count();
        wait_for("quiet", || {
            thread::park_timeout(Duration::from_millis(300));
            (std::mem::replace(&mut last, count()) == last).then_some(())
        });
        let before = count();
        thread::sleep(WINDOW);
        assert_eq!(count(), before);
    });
}

/// The list comes from a file, for no DNS message holds so many. Some of some thousand keys come
/// while the machine does something else: to each five frames are granted.
fn an_answer_of_a_hundred_thousand_entries_holds_up_no_key() {
    Network::run(|network| {
        let hosts: String = (0..40_000)
            .map(|n| format!("10.{}.{}.{} huge.test\n", n >> 16, (n >> 8) & 255, n & 255))
            .collect();
        network.write("hosts", hosts);
        let mut terminal = Terminal::sockscope(120, 40, &["-4", "huge.test"]);
        let pid = terminal.pid();
        terminal.wait_for("waiting");
        let mut times = Vec::new();
        let mut type_until = |terminal: &mut Terminal, done: &dyn Fn(&Terminal) -> bool| {
            // Once more when it is done: the key that comes just then counts too.
            let mut last = false;
            while !last {
                last = done(terminal);
                times.push(terminal.time_to("x", "an x", shows("huge.testx")));
                times.push(terminal.time_to("\x7f", "no x", shows_no("huge.testx")));
            }
        };
        type_until(&mut terminal, &|terminal| {
            terminal.contents().contains("120000 entries")
        });
        terminal.wait_for("file descriptor");
        let memory = resident(pid);
        for _ in 0..2 {
            // Another takes its place.
            terminal.send(F5);
            terminal.wait_for("waiting");
            type_until(&mut terminal, &|terminal| {
                !terminal.contents().contains("waiting")
            });
            // One is abandoned, and freed as it comes.
            terminal.send(F5);
            terminal.wait_for("waiting");
            terminal.send(ESC);
            terminal.wait_for("Abandoned after");
            type_until(&mut terminal, &|_| !looks_up(pid));
        }
        times.sort();
        println!(
            "{} keys, median {:?}, the slowest {:?}; {memory} kB, then {} kB",
            times.len(),
            times[times.len() / 2],
            &times[times.len() - 4..],
            resident(pid)
        );
        assert!(*times.last().unwrap() < FRAME * 5);
        // Of five lists one is shown. The C library may keep the room of others for the next.
        assert!(resident(pid) < memory * 7 / 2);
    });
}
