//! A resolver that hangs, and sockscope in a terminal, which does not.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::dns::Answer;
use crate::support::network::Network;
use crate::support::process::{resident, sleeps, switches};
use crate::support::terminal::{DEADLINE, Terminal, wait_for};

tests! {
    hung_lookup_delays_no_key: NETWORK, SCHEDSTAT;
    elapsed_time_counts_during_a_hung_lookup: NETWORK;
    esc_cancels_a_hung_lookup: NETWORK;
    ninth_hung_lookup_is_refused: NETWORK;
    stale_answer_is_never_shown: NETWORK;
    answer_after_a_lost_query_is_shown: NETWORK;
    hung_reverse_lookup_delays_nothing: NETWORK;
    hung_lookups_cause_ten_wake_ups_a_second: NETWORK;
    huge_answer_delays_no_key: NETWORK, SCHEDSTAT;
}

pub(super) const CTRL_C: &str = "\x03";
const CTRL_U: &str = "\x15";
const PAGE_UP: &str = "\x1b[5~";
const DOWN: &str = "\x1b[B";
const UP: &str = "\x1b[A";
const ESC: &str = "\x1b";
const F1: &str = "\x1bOP";
const F2: &str = "\x1bOQ";
pub(crate) const F5: &str = "\x1b[15~";
const TAB: &str = "\t";
const BACK_TAB: &str = "\x1b[Z";

/// The maximum number of concurrent calls to the resolver.
pub(super) const LIMIT: usize = 8;

/// The processor time allowed for a key, which draws one frame; measured: 1 to 3 ms.
const FRAME: Duration = Duration::from_millis(50);

/// With this glibc waits two and a half minutes, longer than any test: a lookup hangs to the end.
pub(crate) const PATIENT: &str = "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n";

/// A name whose query is never answered, with sockscope waiting for it.
pub(super) fn hung(network: &Network, name: &str) -> Terminal {
    network.write("resolv.conf", PATIENT);
    network.dns().answer(name, Answer::Silence);
    let terminal = Terminal::sockscope(120, 40, &["-4", "-t", "stream", name, "80"]);
    network.dns().wait_for(name, 1);
    terminal.wait_for("waiting");
    terminal
}

/// Resolves again until the limit is reached.
pub(super) fn fill(network: &Network, terminal: &mut Terminal, name: &str) {
    for count in 2..=LIMIT {
        terminal.send(F5);
        network.dns().wait_for(name, count);
    }
}

/// The number of calls to the resolver that have not returned.
pub(super) fn lookups(pid: u32) -> usize {
    let threads = switches(pid).into_keys();
    threads.filter(|thread| thread.ends_with("lookup")).count()
}

/// Resolves another name, typed into the first field.
pub(crate) fn ask(terminal: &mut Terminal, name: &str) {
    terminal.send(format!("{PAGE_UP}{CTRL_U}{name}\r"));
}

fn shows(text: &str) -> impl Fn(&vt100::Screen) -> bool {
    move |screen| screen.contents().contains(text)
}

fn shows_no(text: &str) -> impl Fn(&vt100::Screen) -> bool {
    move |screen| !screen.contents().contains(text)
}

/// The seconds that the screen shows for the pending call.
fn seconds_shown(screen: &str) -> Option<f64> {
    let (_, rest) = screen.split_once(" waiting ")?;
    let words: Vec<&str> = rest.lines().next()?.split_whitespace().collect();
    let [_spinner, seconds, "s", ..] = words[..] else {
        return None;
    };
    seconds.parse().ok()
}

/// No answer arrives while the keys are sent, so the keys are handled during the lookup.
fn hung_lookup_delays_no_key() {
    Network::run(|network| {
        let mut terminal = hung(network, "hung.test");
        let note = |kind: &str, cost: Duration| assert!(cost <= FRAME, "{kind}: {cost:?}");
        terminal.send(PAGE_UP);
        terminal.wait_for("▸node");
        for round in 0..5_u16 {
            let typed = "xyzuv"[..usize::from(round) + 1].to_owned();
            let key = &typed[usize::from(round)..];
            let name = format!("hung.test{typed}\"");
            note("typing", terminal.cost_of(key, &name, shows(&name)));
            note(
                "moving",
                terminal.cost_of(DOWN, "the service", shows("▸service")),
            );
            note("moving", terminal.cost_of(UP, "the node", shows("▸node")));
            let help = "close popup, cancel lookup";
            note("F1", terminal.cost_of(F1, "the help", shows(help)));
            note("Esc", terminal.cost_of(ESC, "no help", shows_no(help)));
            let presets = "╭ presets";
            note("F2", terminal.cost_of(F2, "the presets", shows(presets)));
            note(
                "Esc",
                terminal.cost_of(ESC, "no presets", shows_no(presets)),
            );
            let entries = "The list that getaddrinfo() returned.";
            note("Tab", terminal.cost_of(TAB, "the list", shows(entries)));
            note(
                "Shift-Tab",
                terminal.cost_of(BACK_TAB, "the form", shows_no(entries)),
            );
            // The first flag comes after seven arguments. Each time the call is a new one.
            terminal.send(PAGE_UP.to_owned() + &DOWN.repeat(7));
            terminal.wait_for("▸[");
            let before = if round % 2 == 0 {
                "[ ] AI_PASSIVE"
            } else {
                "[x] AI_PASSIVE"
            };
            note(
                "toggling",
                terminal.cost_of(" ", "the flag", shows_no(before)),
            );
            network.dns().wait_for("hung.test", usize::from(round) + 2);
            terminal.send(UP.repeat(7));
            terminal.wait_for("▸node");
            let columns = 110 - round;
            terminal.resize(columns, 36);
            // Redrawn, its last line shows the keys again.
            terminal.wait_until("the new size", |screen| {
                screen
                    .rows(0, columns)
                    .last()
                    .is_some_and(|row| row.contains("Ctrl-C quit"))
            });
            terminal.resize(120, 40);
            terminal.wait_until("the old size", |screen| {
                screen
                    .rows(0, 120)
                    .last()
                    .is_some_and(|row| row.contains("Ctrl-C quit"))
            });
        }
        terminal.wait_for("waiting");
    });
}

fn elapsed_time_counts_during_a_hung_lookup() {
    /// The time is shown ten times a second, with one decimal; the rest is for the way to the
    /// screen.
    const LATE: f64 = 0.3;
    Network::run(|network| {
        let start = Instant::now();
        let terminal = hung(network, "hung.test");
        // The query has arrived, so the call began earlier.
        let asked = Instant::now();
        let mut last = 0.0;
        let mut right = 0;
        while right < 3 {
            terminal.wait_until("the time to go on", |screen| {
                seconds_shown(&screen.contents()).is_some_and(|seconds| seconds > last)
            });
            let (least, most) = (asked.elapsed().as_secs_f64(), start.elapsed().as_secs_f64());
            last = seconds_shown(&terminal.contents()).unwrap();
            assert!(last < most + 0.05, "{last} after {most}");
            // A busy machine may show it late, but not never.
            right += usize::from(last > 1.0 && last > least - LATE);
            assert!(least < DEADLINE.as_secs_f64(), "{last} after {least}");
        }
    });
}

fn esc_cancels_a_hung_lookup() {
    Network::run(|network| {
        let mut terminal = hung(network, "hung.test");
        terminal.send(ESC);
        terminal.wait_for("Cancelled after");
        assert!(!terminal.contents().contains("waiting"));
        ask(&mut terminal, "localhost");
        terminal.wait_for("127.0.0.1:80");
        terminal.wait_for("file descriptor");
        // The same without Esc.
        ask(&mut terminal, "hung.test");
        terminal.wait_for("waiting");
        ask(&mut terminal, "127.0.0.2");
        terminal.wait_for("127.0.0.2:80");
        wait_for("the two that hang to be the only ones", || {
            (lookups(terminal.pid()) == 2).then_some(())
        });
    });
}

fn ninth_hung_lookup_is_refused() {
    Network::run(|network| {
        let mut terminal = hung(network, "first.test");
        network.dns().answer("rest.test", Answer::Silence);
        ask(&mut terminal, "rest.test");
        network.dns().wait_for("rest.test", 1);
        for count in 2..LIMIT {
            terminal.send(F5);
            network.dns().wait_for("rest.test", count);
        }
        let refusal = "Not called: 8 calls have not returned yet.";
        assert!(!terminal.contents().contains(refusal));
        terminal.send(F5);
        terminal.wait_for(refusal);
        assert_eq!(network.dns().asked().len(), LIMIT);
        // The typed text is kept, and resolved as soon as there is room.
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

fn stale_answer_is_never_shown() {
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
        terminal.wait_for("Cancelled after");
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
        // The last frame was drawn after all of this was processed: these answers arrived before
        // it.
        network
            .dns()
            .answer("pending.test", Answer::addresses(&["192.0.2.8"]));
        terminal.wait_for("192.0.2.8:80");
        terminal.wait_for("file descriptor");
        // The list of calls has the stale ones too, without results.
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

fn answer_after_a_lost_query_is_shown() {
    Network::run(|network| {
        network.write(
            "resolv.conf",
            "nameserver 127.0.0.1\noptions timeout:1 attempts:5\n",
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

fn hung_reverse_lookup_delays_nothing() {
    Network::run(|network| {
        network.write("resolv.conf", PATIENT);
        network
            .dns()
            .answer("1.2.0.192.in-addr.arpa", Answer::Silence);
        let mut terminal = Terminal::sockscope(120, 40, &["192.0.2.1", "80"]);
        terminal.wait_for("file descriptor");
        terminal.send(TAB);
        terminal.wait_for("The list that getaddrinfo() returned.");
        terminal.send("r");
        network.dns().wait_for("1.2.0.192.in-addr.arpa", 1);
        terminal.wait_for("getnameinfo(ai_addr) …");
        terminal.send(DOWN);
        terminal.wait_for("socket(AF_INET, SOCK_DGRAM");
        terminal.send(CTRL_C);
        assert_eq!(terminal.wait_for_end().exit_code(), 0);
        terminal.assert_restored();
    });
}

/// The time of the call is shown ten times a second; a cancelled call causes no wake-up.
fn hung_lookups_cause_ten_wake_ups_a_second() {
    Network::run(|network| {
        let mut terminal = hung(network, "hung.test");
        let pid = terminal.pid();
        fill(network, &mut terminal, "hung.test");
        let count = || sleeps(pid);
        let wait_for_the_time = |after: f64| {
            terminal.wait_until("the time to go on", |screen| {
                seconds_shown(&screen.contents()).is_some_and(|seconds| seconds > after)
            });
            seconds_shown(&terminal.contents()).unwrap()
        };
        // By then the threads of the last calls sleep.
        let shown = wait_for_the_time(0.5);
        let (before, start) = (count(), Instant::now());
        wait_for_the_time(shown + 2.0);
        let (woken, took) = (count() - before, start.elapsed());
        // One at each end of the window, and one for another thread.
        let most = (took.as_millis() / 100) as u64 + 3;
        assert!(woken <= most, "woken {woken} times in {took:?}");

        terminal.send(ESC);
        terminal.wait_for("Cancelled after");
        wait_for("two seconds in which it does not wake", || {
            let before = count();
            // The length of the window is part of the measurement.
            thread::sleep(Duration::from_secs(2));
            (count() == before).then_some(())
        });
        assert_eq!(lookups(pid), LIMIT, "a hung lookup returned");
    });
}

/// The list comes from a file, because no DNS message holds as many. The lookup's thread pays for
/// the list; a key may take the main thread five frames at most.
fn huge_answer_delays_no_key() {
    Network::run(|network| {
        let hosts: String = (0..40_000)
            .map(|n| format!("10.{}.{}.{} huge.test\n", n >> 16, (n >> 8) & 255, n & 255))
            .collect();
        network.write("hosts", hosts);
        let mut terminal = Terminal::sockscope(120, 40, &["-4", "huge.test"]);
        let pid = terminal.pid();
        terminal.wait_for("waiting");
        terminal.send(PAGE_UP);
        terminal.wait_for("▸node");
        let mut most = 0;
        let mut type_until = |terminal: &mut Terminal, done: &dyn Fn(&Terminal) -> bool| {
            // Once more at the end: a key that comes just then counts too.
            let (mut last, mut keys) = (false, 0);
            while !last {
                last = done(terminal);
                for (key, what, there) in [("x", "an x", true), ("\x7f", "no x", false)] {
                    let cost = terminal.cost_of(key, what, |screen| {
                        screen.contents().contains("huge.testx") == there
                    });
                    assert!(cost <= FRAME * 5, "{what}: {cost:?}");
                    keys += 1;
                }
            }
            most = most.max(keys);
        };
        type_until(&mut terminal, &|terminal| {
            terminal.contents().contains("120000 entries")
        });
        terminal.wait_for("file descriptor");
        let memory = resident(pid);
        for _ in 0..2 {
            // Another list replaces it.
            terminal.send(F5);
            terminal.wait_for("waiting");
            type_until(&mut terminal, &|terminal| {
                !terminal.contents().contains("waiting")
            });
            // One is cancelled, and freed when it arrives.
            terminal.send(F5);
            terminal.wait_for("waiting");
            terminal.send(ESC);
            terminal.wait_for("Cancelled after");
            type_until(&mut terminal, &|_| lookups(pid) == 0);
        }
        assert!(
            most > 10,
            "no more than {most} keys were answered meanwhile"
        );
        // One list of five is shown. The C library may keep the memory of others for later.
        assert!(resident(pid) < memory * 7 / 2);
    });
}
