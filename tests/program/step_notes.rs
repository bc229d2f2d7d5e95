//! Each mistake of `tests/scripts` made for real: the calls get the notes that it deserves, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sockscope::explain::{Case, Fix, needs_of_run, notes};
use sockscope::net::{Call, Host, Net as _, Query, Record, Recorder, Run};
use sockscope::script;
use sockscope::script::run::{Counts, Event, Failure};
use sockscope::sys::System;
use sockscope::text::Text;
use sockscope::words::Language;

use crate::scripts::{each, scripts};
use crate::support::network::Network;

tests! {
    mistakes_get_their_notes: NETWORK;
    fixes_let_the_calls_succeed: NETWORK;
    process_that_has_the_port_is_named: NETWORK, Program("python3");
}

/// The rules that speak on the calls of each script on Linux; none on the others.
const NOTES: [(&str, &[&str]); 37] = [
    ("abortive-close", &["connect-before-accept", "peer-gone"]),
    ("accept-on-udp", &["not-a-stream"]),
    ("accept-without-listen", &["accept-not-listening"]),
    ("address-of-another-host", &["address-not-here"]),
    ("bind-twice", &["bind-twice"]),
    ("both-wildcards", &["own-dual-stack"]),
    ("broadcast", &["broadcast-off"]),
    (
        "close-with-unread-data",
        &["connect-before-accept", "peer-gone"],
    ),
    ("connect-before-accept", &["connect-before-accept"]),
    ("connect-to-the-wildcard", &["connect-wildcard"]),
    ("connect-twice", &["connect-before-accept", "connect-twice"]),
    (
        "end-of-data",
        &[
            "connect-before-accept",
            "peer-closed",
            "send-after-shutdown",
            "send-to-closed-peer",
        ],
    ),
    ("family-forgotten", &["address-malformed"]),
    (
        "first-entry-only",
        &["connect-before-accept", "connect-other-address"],
    ),
    ("length-of-a-pointer", &["address-malformed"]),
    ("link-local-without-scope", &["address-scope"]),
    ("listen-on-udp", &["not-a-stream"]),
    ("listen-without-bind", &["listen-unbound"]),
    ("nobody-listens", &["connect-nobody-listens"]),
    ("not-connected", &["not-connected"]),
    ("other-family", &["address-family"]),
    ("passive-forgotten", &["bind-loopback-only"]),
    ("port-in-host-order", &["bind-port-swapped"]),
    ("port-in-use", &["port-own-socket"]),
    ("reuseaddr-both", &["port-reuse-listener"]),
    ("reuseaddr-second", &["port-reuse-listener"]),
    (
        "send-to-a-closed-peer",
        &[
            "connect-before-accept",
            "peer-closed",
            "peer-gone",
            "send-to-closed-peer",
        ],
    ),
    ("talk-on-the-listener", &["listener-used"]),
    (
        "time-wait",
        &[
            "connect-before-accept",
            "peer-closed",
            "port-time-wait-no-reuse",
        ],
    ),
    (
        "time-wait-reuseaddr",
        &["connect-before-accept", "peer-closed"],
    ),
    (
        "two-sends-one-recv",
        &["connect-before-accept", "sends-merged"],
    ),
    (
        "udp-without-destination",
        &["connect-datagram", "datagram-no-destination"],
    ),
    ("v6only-after-bind", &["v6only-after-bind"]),
    ("wildcard-then-specific", &["port-own-socket"]),
    ("exclusive-address", &[]),
    (
        "unix-refusals",
        &[
            "datagram-no-destination",
            "listen-unbound-refused",
            "not-a-stream",
            "not-connected",
        ],
    ),
    ("handle-used-after-close", &["handle-not-open"]),
];

/// A rule, the fix of its note, and the call that failed.
type Mended = (&'static str, Call, Record);

/// The calls of a script so far, and the lines of the notes on them by their rules.
#[derive(Default)]
struct Notes {
    run: Option<Run>,
    lines: BTreeMap<&'static str, String>,
    /// The fixes.
    fixes: Vec<Mended>,
}

impl Notes {
    fn record(&mut self, host: &Host, record: &Record) {
        // The tutorial's query, where the script has none.
        let query = match &record.call {
            Call::Getaddrinfo(query) => Some(Arc::clone(query)),
            _ => None,
        };
        if query.is_some() || self.run.is_none() {
            let tutorial = || Query {
                service: Text::new("27015").ok(),
                ..Query::default()
            };
            let query = query.unwrap_or_else(|| Arc::new(tutorial()));
            self.run = Some(Run::new(Arc::new(host.clone()), query));
        }
        let run = self.run.as_mut().unwrap();
        let at = run.records().len();
        run.push(record.clone());
        if !record.is_explained() || run.records().len() <= at {
            return;
        }
        run.facts = System.facts(needs_of_run(run), run);
        let found = notes(&Case::of_step(run, &run.records()[at]));
        let line = |note: &sockscope::explain::Note| (note.rule, note.line(Language::En));
        self.lines.extend(found.iter().map(line));
        for note in found {
            if let Some(Fix::Call(call)) = note.fix {
                self.fixes.push((note.rule, call, record.clone()));
            }
        }
    }
}

/// The notes on the calls of a script.
fn notes_of(path: &Path) -> BTreeMap<&'static str, String> {
    let (all, counts) = run(path, |_, _| true);
    assert_eq!(counts.unwrap().different, 0, "{}", path.display());
    all.lines
}

/// Runs a script while `goes_on` holds after each call.
fn run(
    path: &Path,
    mut goes_on: impl FnMut(&Recorder<System>, Option<Mended>) -> bool,
) -> (Notes, Result<Counts, Failure>) {
    let all = Arc::new(Mutex::new(Notes::default()));
    let listener = {
        let all = Arc::clone(&all);
        move |host: &Host, record: &Record| all.lock().unwrap().record(host, record)
    };
    let recorder = Recorder::new(System, Some(Arc::new(listener)));
    let recorder = Arc::new(recorder.calling_closed());
    let script = script::syntax::Script::open(path)
        .map_err(|error| error.text(Language::En))
        .unwrap();
    let options = script::run::Options {
        timeout: Duration::from_secs(5),
        network: false,
        place: script::syntax::Place::of(recorder.host(), false),
    };
    let mut report = |_: Event<'_>| {
        // A call takes the lock, too.
        let fix = all.lock().unwrap().fixes.first().cloned();
        if goes_on(&recorder, fix) {
            return Ok(());
        }
        // Any error ends it.
        Err(script::syntax::Script::open(Path::new("")).unwrap_err())
    };
    let counts = script::run::run(&recorder, &script, path, options, &mut report);
    let all = std::mem::take(&mut *all.lock().unwrap());
    (all, counts)
}

/// The rules whose fix is made for real, on Linux.
const FIXED: [&str; 8] = [
    "accept-not-listening",
    "address-family",
    "address-not-here",
    "broadcast-off",
    "own-dual-stack",
    "port-own-socket",
    "port-reuse-listener",
    "port-time-wait-no-reuse",
];

/// Makes the first fix of a script, and again the call that it mends, unless the fix is that call.
fn mended(path: &Path) -> Option<&'static str> {
    let mut mended = None;
    let _ = run(path, |recorder, fix| {
        let Some((rule, fix, failed)) = fix else {
            return true;
        };
        let mut last = recorder.call(failed.entry, fix.clone());
        let os = recorder.host().os;
        let other = fix.name(os) != failed.call.name(os);
        // accept() would wait for a client now.
        if other && !matches!(failed.call, Call::Accept { .. }) {
            assert!(last.error().is_none(), "{rule}: {last:?}");
            last = recorder.call(failed.entry, failed.call.clone());
        }
        assert!(last.value().is_some(), "{}: {last:?}", path.display());
        mended = Some(rule);
        false
    });
    mended
}

fn fixes_let_the_calls_succeed() {
    Network::run(|_| {
        let rules = Mutex::new(BTreeSet::new());
        each_here(|path| rules.lock().unwrap().extend(mended(path)));
        assert_eq!(rules.into_inner().unwrap(), BTreeSet::from(FIXED));
    });
}

/// Its call on a closed handle may reach what another thread has opened since.
const ALONE: &str = "handle-used-after-close";

/// Runs `check`, which makes the calls in this process, for each script.
fn each_here(check: impl Fn(&Path) + Sync) {
    let is_alone = |path: &Path| path.file_stem().is_some_and(|name| name == ALONE);
    let all = scripts();
    let mut alone = all.iter().filter(|path| is_alone(path));
    check(alone.next().unwrap());
    each(|path| {
        if !is_alone(path) {
            check(path);
        }
    });
}

fn mistakes_get_their_notes() {
    Network::run(|_| {
        each_here(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let expected = NOTES.iter().find(|(script, _)| *script == name);
            let expected: BTreeSet<&str> = expected
                .map_or(&[][..], |(_, rules)| rules)
                .iter()
                .copied()
                .collect();
            let mut found: BTreeSet<&str> = notes_of(path).into_keys().collect();
            // At the end of a script all sockets are closed, with or without shutdown().
            found.remove("close-without-shutdown");
            assert_eq!(found, expected, "{name}");
        });
    });
}

fn process_that_has_the_port_is_named() {
    Network::run(|_| {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let server = format!(
            "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', {port})); s.listen(); \
             print(flush=True); sys.stdin.read()"
        );
        let mut python = Command::new("python3")
            .args(["-c", &server])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = [0];
        std::io::Read::read_exact(python.stdout.as_mut().unwrap(), &mut ready).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = format!(
            "socket(AF_INET, SOCK_STREAM, 0) = s\nbind(s, 0.0.0.0:{port}) = -1 EADDRINUSE\n"
        );
        std::fs::write(&file, text).unwrap();
        let notes = notes_of(file.path());
        let pid = python.id();
        // The end of its input ends it.
        drop(python.stdin.take());
        python.wait().unwrap();
        let line = &notes["port-taken-by"];
        assert!(
            line.contains(&format!("(pid {pid}) has 127.0.0.1:{port}.")),
            "{line}"
        );
        assert!(
            line.starts_with(&format!("Port {port} is taken: python3")),
            "{line}"
        );
    });
}
