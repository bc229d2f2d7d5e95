#![expect(clippy::unwrap_used, reason = "a test")]

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::names::Os;
use crate::net::fixture;
use crate::net::{
    AddrInfo, Domain, Facts, Host, HostService, Needs, OsError, Role, SourceResult, Value,
};

/// The calls, in order.
type Log = Arc<Mutex<Vec<&'static str>>>;

/// A machine that answers as the test says.
struct Fake {
    log: Log,
    /// getaddrinfo returns only after a message, or when the sender is gone.
    gate: Option<Mutex<mpsc::Receiver<()>>>,
    result: fn() -> Result<Vec<AddrInfo>, OsError>,
    /// The types that socket() refuses.
    refuses: &'static [i32],
    /// What each source answers.
    source: Option<SourceResult>,
    /// Each getnameinfo takes one message and then returns.
    names: Option<Mutex<mpsc::Receiver<()>>>,
}

struct FakeSocket(Log);

impl Drop for FakeSocket {
    fn drop(&mut self) {
        self.0.lock().unwrap().push("drop");
    }
}

impl Net for Fake {
    type Socket = FakeSocket;

    fn host(&self) -> Host {
        Host {
            os: Os::HOST,
            arch: "test".to_owned(),
            libc: None,
            wsastartup: None,
        }
    }

    fn facts(&self, needs: Needs, _: &Run) -> Facts {
        Facts {
            known: needs,
            ..Facts::default()
        }
    }

    fn ask(&self, source: &str, _: &Query, _: Duration, _: &AtomicBool) -> SourceAnswer {
        let result = self.source.clone();
        SourceAnswer {
            source: source.to_owned(),
            result: result.unwrap_or_else(|| unreachable!("{source} is asked alone")),
            took: Duration::from_micros(7),
        }
    }

    fn call(
        &self,
        _: CallId,
        call: &Call,
        _: Option<&FakeSocket>,
    ) -> (Outcome, Duration, Option<FakeSocket>) {
        let log = |what| self.log.lock().unwrap().push(what);
        match call {
            Call::Getaddrinfo(_) => {
                if let Some(gate) = &self.gate {
                    // An error means that the sender is gone.
                    let _ = gate.lock().unwrap().recv();
                }
                log("getaddrinfo");
                let outcome = (self.result)().map_or_else(Outcome::Failed, fixture::list);
                (outcome, Duration::from_micros(5), None)
            }
            Call::Socket { triple, .. } => {
                log("socket");
                if self.refuses.contains(&triple.socktype) {
                    let refused = Outcome::Failed(error(Domain::Errno));
                    return (refused, Duration::ZERO, None);
                }
                let socket = FakeSocket(Arc::clone(&self.log));
                (fixture::opened(3), Duration::ZERO, Some(socket))
            }
            Call::Getnameinfo(_) => {
                let alone = thread::current().name() == Some("getnameinfo");
                log(if alone {
                    "getnameinfo in its thread"
                } else {
                    "getnameinfo"
                });
                if let Some(names) = &self.names {
                    let _ = names.lock().unwrap().recv();
                }
                let names = Box::new(HostService {
                    node: "host".into(),
                    service: "http".into(),
                });
                let outcome = Outcome::Returned(Value::Names(names));
                (outcome, Duration::ZERO, None)
            }
            other => panic!("{other:?} is not a call of this mode"),
        }
    }

    fn close(&self, _: CallId, socket: FakeSocket) -> (Outcome, Duration) {
        self.log.lock().unwrap().push("close");
        drop(socket);
        (Outcome::Returned(Value::Zero), Duration::ZERO)
    }

    fn interrupt(&self, _: CallId) {}
}

fn error(domain: Domain) -> OsError {
    fixture::error(domain, 93, "no")
}

fn entry(socktype: i32) -> AddrInfo {
    AddrInfo {
        flags: 0,
        ..fixture::entry(Os::HOST, &socktype.to_string(), "0", "127.0.0.1:0")
    }
}

fn three() -> Result<Vec<AddrInfo>, OsError> {
    Ok([1, 2, 3].map(entry).to_vec())
}

fn none() -> Result<Vec<AddrInfo>, OsError> {
    Ok(Vec::new())
}

fn failure() -> Result<Vec<AddrInfo>, OsError> {
    Err(error(Domain::Gai))
}

fn fake(result: fn() -> Result<Vec<AddrInfo>, OsError>) -> Fake {
    Fake {
        log: Log::default(),
        gate: None,
        result,
        refuses: &[3],
        source: None,
        names: None,
    }
}

const OPTIONS: Options<'_> = Options {
    format: Format::Json,
    by_hand: None,
    socket: true,
    steps: None,
    timeout: None,
    reverse: false,
    lookup: false,
    ask_sources: false,
    source: None,
    compare: None,
    redact: false,
    language: crate::words::Language::En,
};

fn status(fake: Fake, options: Options<'_>) -> Status {
    let mut out = Vec::new();
    let status = run(
        Recorder::new(fake, None),
        &Query::server_example(Os::HOST),
        options,
        &mut out,
    )
    .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(json["schema"], 1);
    status
}

#[test]
fn status_tells_which_call_failed() {
    let resolve_only = || Options {
        socket: false,
        ..OPTIONS
    };
    let refusing = || Fake {
        refuses: &[1, 2, 3],
        ..fake(three)
    };
    assert_eq!(status(fake(three), OPTIONS).code(), 0);
    assert_eq!(status(fake(failure), OPTIONS).code(), 1);
    assert_eq!(status(refusing(), OPTIONS).code(), 3);
    assert_eq!(status(fake(none), OPTIONS).code(), 3);
    assert_eq!(status(refusing(), resolve_only()).code(), 0);
    assert_eq!(status(fake(none), resolve_only()).code(), 0);
    assert_eq!(status(fake(failure), resolve_only()).code(), 1);
}

#[test]
fn socket_is_closed_before_the_next_opens() {
    let fake = fake(three);
    let log = Arc::clone(&fake.log);
    status(fake, OPTIONS);
    let expected = [
        "getaddrinfo",
        "socket",
        "close",
        "drop",
        "socket",
        "close",
        "drop",
        "socket",
    ];
    assert_eq!(*log.lock().unwrap(), expected);
}

#[test]
fn only_the_requested_calls_are_made() {
    let fake = fake(three);
    let log = Arc::clone(&fake.log);
    let options = Options {
        socket: false,
        reverse: true,
        ..OPTIONS
    };
    status(fake, options);
    let expected = ["getaddrinfo", "getnameinfo", "getnameinfo", "getnameinfo"];
    assert_eq!(*log.lock().unwrap(), expected);
}

#[test]
fn timeout_abandons_a_hanging_call() {
    let (open, gate) = mpsc::channel();
    let fake = Fake {
        gate: Some(Mutex::new(gate)),
        ..fake(three)
    };
    let log = Arc::clone(&fake.log);
    let options = Options {
        timeout: Some(Duration::from_millis(1)),
        ..OPTIONS
    };
    let mut out = Vec::new();
    // This returns although the gate stays shut: that is the test.
    let status = run(
        Recorder::new(fake, None),
        &Query::server_example(Os::HOST),
        options,
        &mut out,
    )
    .unwrap();
    assert_eq!((status, status.code()), (Status::TimedOut, 4));
    let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(json["getaddrinfo"]["timed_out"], true);
    assert_eq!(json["entries"], serde_json::json!([]));
    assert!(json["getaddrinfo"]["elapsed_us"].as_u64().unwrap() >= 1000);
    assert!(log.lock().unwrap().is_empty());
    drop(open);
}

#[test]
fn timeout_does_not_change_an_answer_in_time() {
    let options = Options {
        timeout: Some(Duration::from_secs(600)),
        ..OPTIONS
    };
    assert_eq!(status(fake(three), options), Status::Success);
    let longest = Options {
        timeout: Some(Duration::MAX),
        ..OPTIONS
    };
    assert_eq!(status(fake(failure), longest), Status::GetaddrinfoFailed);
}

#[test]
fn getnameinfo_comes_last_and_has_its_own_thread() {
    let fake = Fake {
        refuses: &[2, 3],
        ..fake(three)
    };
    let log = Arc::clone(&fake.log);
    let options = Options {
        timeout: Some(Duration::from_secs(600)),
        reverse: true,
        ..OPTIONS
    };
    assert_eq!(status(fake, options), Status::Success);
    let mut expected = vec!["getaddrinfo", "socket", "close", "drop", "socket", "socket"];
    expected.extend(["getnameinfo in its thread"; 3]);
    assert_eq!(*log.lock().unwrap(), expected);
}

#[test]
fn late_name_is_reported_and_ends_the_lookups() {
    // A busy machine may miss the first name too, so the next try has more time.
    let in_time = [200, 2_000, 20_000]
        .into_iter()
        .any(|milliseconds| first_name_is_in_time(Duration::from_millis(milliseconds)));
    assert!(in_time);
}

/// Asks for four names, but only the first comes. False if even that was too late.
fn first_name_is_in_time(timeout: Duration) -> bool {
    let four = || {
        let mut entries = [1, 2, 3, 1].map(entry).to_vec();
        entries[2].addr = None;
        Ok(entries)
    };
    let (open, gate) = mpsc::channel();
    let fake = Fake {
        names: Some(Mutex::new(gate)),
        ..fake(four)
    };
    let log = Arc::clone(&fake.log);
    let options = Options {
        timeout: Some(timeout),
        reverse: true,
        ..OPTIONS
    };
    open.send(()).unwrap();
    let (mut out, start) = (Vec::new(), Instant::now());
    // This returns although the second name has not come: that is half of the test.
    let recorder = Recorder::new(fake, None);
    let query = Query::server_example(Os::HOST);
    let status = run(recorder, &query, options, &mut out);
    // With so little time getaddrinfo may be late too.
    if matches!(status, Ok(Status::TimedOut)) {
        return false;
    }
    assert_eq!(
        status.unwrap(),
        Status::Success,
        "the status is that of the sockets"
    );
    let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(json["getaddrinfo"].get("timed_out"), None);
    let names: Vec<_> = (0..4)
        .map(|at| &json["entries"][at]["getnameinfo"])
        .collect();
    if names[0].get("timed_out").is_some() {
        return false;
    }
    assert_eq!(names[0]["node"], "host");
    assert_eq!(names[1]["timed_out"], true);
    let waited = names[1]["elapsed_us"].as_u64().unwrap();
    assert!(u128::from(waited) <= start.elapsed().as_micros());
    assert!(names[2].is_null(), "it has no address");
    assert_eq!(names[3]["timed_out"], true);
    assert!(names[3]["elapsed_us"].is_null(), "it was not asked");
    // The abandoned thread ends after its call; it would hang in the fourth.
    open.send(()).unwrap();
    let start = Instant::now();
    while Arc::strong_count(&log) > 1 {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "the thread continues"
        );
        thread::yield_now();
    }
    let log = log.lock().unwrap();
    let asked = log.iter().filter(|call| call.starts_with("getnameinfo"));
    assert_eq!(asked.count(), 2);
    true
}

#[test]
fn panic_in_the_thread_reaches_the_caller() {
    let options = Options {
        timeout: Some(Duration::from_secs(600)),
        ..OPTIONS
    };
    let bug = fake(|| panic!("a bug"));
    let query = Query::server_example(Os::HOST);
    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| {
        run(Recorder::new(bug, None), &query, options, &mut Vec::new()).is_ok()
    }));
    assert_eq!(result.unwrap_err().downcast_ref(), Some(&"a bug"));
}

/// The stand-in panics in connect(). Every thread ends, and the panic is that of one of them.
#[test]
fn panic_in_a_connecting_thread_reaches_the_caller() {
    let steps = Steps {
        options: Vec::new(),
        role: Some(Role::Client),
    };
    for timeout in [None, Some(Duration::from_secs(600))] {
        let options = Options {
            steps: Some(steps.clone()),
            timeout,
            ..OPTIONS
        };
        let query = Query::server_example(Os::HOST);
        let result = panic::catch_unwind(panic::AssertUnwindSafe(|| {
            let recorder = Recorder::new(fake(three), None);
            run(recorder, &query, options, &mut Vec::new()).is_ok()
        }));
        let message: String = *result.unwrap_err().downcast().unwrap();
        assert!(message.starts_with("Connect "), "{message}");
    }
}

/// An output that fails, at once or when it is flushed.
struct Broken {
    kind: io::ErrorKind,
    at_flush: bool,
}

impl Write for Broken {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.at_flush {
            Ok(bytes.len())
        } else {
            Err(self.kind.into())
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.kind.into())
    }
}

#[test]
fn broken_pipe_does_not_change_the_status() {
    for (format, at_flush) in [
        (Format::Json, false),
        (Format::Json, true),
        (Format::Table, false),
        (Format::Table, true),
    ] {
        let kind = io::ErrorKind::BrokenPipe;
        let mut out = Broken { kind, at_flush };
        let options = Options { format, ..OPTIONS };
        let query = Query::server_example(Os::HOST);
        let status = run(
            Recorder::new(fake(failure), None),
            &query,
            options,
            &mut out,
        )
        .unwrap();
        assert_eq!(status, Status::GetaddrinfoFailed);
    }
}

#[test]
fn other_output_errors_are_failures() {
    for (format, at_flush) in [
        (Format::Json, false),
        (Format::Json, true),
        (Format::Table, false),
        (Format::Table, true),
    ] {
        let kind = io::ErrorKind::StorageFull;
        let mut out = Broken { kind, at_flush };
        let options = Options { format, ..OPTIONS };
        let result = run(
            Recorder::new(fake(three), None),
            &Query::server_example(Os::HOST),
            options,
            &mut out,
        );
        let failure = result.unwrap_err();
        let error = io::Error::from(kind);
        assert_eq!(failure, Phrase::error_output(&error));
    }
}

#[test]
fn one_source_is_asked_instead_of_getaddrinfo() {
    let ip = [192, 0, 2, 1].into();
    for (result, node, expected) in [
        (SourceResult::Addresses(vec![ip]), "a.test", 0),
        (SourceResult::Addresses(Vec::new()), "a.test", 1),
        (SourceResult::Failed(error(Domain::Wsa)), "a.test", 1),
        (SourceResult::NotAsked(None), "a.test", 1),
        (SourceResult::TimedOut, "a.test", 4),
        // No name, so that nothing is asked.
        (SourceResult::TimedOut, "192.0.2.1", 1),
    ] {
        let log = Log::default();
        let fake = Fake {
            log: Arc::clone(&log),
            source: Some(result.clone()),
            ..fake(three)
        };
        let options = Options {
            source: Some("dns"),
            ..OPTIONS
        };
        let mut out = Vec::new();
        let query = fixture::query(Some(node), None, None);
        let status = run(Recorder::new(fake, None), &query, options, &mut out).unwrap();
        assert_eq!(status.code(), expected, "{node}: {result:?}");
        assert!(log.lock().unwrap().is_empty(), "{node}");
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(json["getaddrinfo"], serde_json::Value::Null);
        let sources = json["lookup"]["sources"].as_array().unwrap();
        assert_eq!(sources.len(), usize::from(node == "a.test"), "{json}");
        if let SourceResult::Addresses(all) = result {
            let answer = &sources[0]["answer"];
            assert_eq!(answer["addresses"], serde_json::json!(all));
            assert_eq!(answer["elapsed_us"], 7);
        }
    }
}

#[test]
fn socket_by_hand_is_the_only_socket() {
    let triple = Triple {
        family: 2,
        socktype: 1,
        protocol: 6,
    };
    let by_hand = |steps| Options {
        by_hand: Some(triple),
        steps,
        ..OPTIONS
    };
    let opening = fake(three);
    let log = Arc::clone(&opening.log);
    assert_eq!(status(opening, by_hand(None)).code(), 0);
    assert_eq!(*log.lock().unwrap(), ["socket", "close", "drop"]);
    let refusing = Fake {
        refuses: &[1],
        ..fake(three)
    };
    let log = Arc::clone(&refusing.log);
    assert_eq!(status(refusing, by_hand(None)).code(), 3);
    assert_eq!(*log.lock().unwrap(), ["socket"]);
}
