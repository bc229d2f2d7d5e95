//! Scripts: one that is read, written and read again is the same, and any runs to its end.
#![no_main]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use sockscope::names::Os;
use sockscope::net::{
    Call, CallId, Facts, Handle, Host, Needs, Net, Outcome, Query, Reason, Recorder, Run,
    SourceAnswer, SourceResult, Value,
};
use sockscope::script::run::{Event, Failure, Options, run};
use sockscope::script::syntax::{Place, Script};
use sockscope::words::Language;
use sockscope_fuzz::assert_inert;

/// Opens every socket, and makes no other call.
struct Sockets(Os);

impl Net for Sockets {
    type Socket = ();

    fn host(&self) -> Host {
        Host {
            os: self.0,
            arch: String::new(),
            libc: None,
            wsastartup: None,
        }
    }

    fn facts(&self, _: Needs, _: &Run) -> Facts {
        Facts::default()
    }

    fn ask(&self, source: &str, _: &Query, took: Duration, _: &AtomicBool) -> SourceAnswer {
        SourceAnswer {
            source: source.to_owned(),
            result: SourceResult::TimedOut,
            took,
        }
    }

    fn call(&self, _: CallId, call: &Call, _: Option<&()>) -> (Outcome, Duration, Option<()>) {
        let (outcome, socket) = match call {
            Call::Socket { .. } | Call::Accept { .. } => {
                (Outcome::Returned(Value::Handle(Handle(3))), Some(()))
            }
            _ => (Outcome::NotStarted(Reason::Absent), None),
        };
        (outcome, Duration::ZERO, socket)
    }

    fn close(&self, _: CallId, (): ()) -> (Outcome, Duration) {
        (Outcome::Returned(Value::Zero), Duration::ZERO)
    }

    fn interrupt(&self, _: CallId) {}
}

fuzz_target!(|text: &str| {
    let path = Path::new("script");
    let script = match Script::read(path, text) {
        Ok(script) => script,
        Err(message) => return assert_inert(&message.text(Language::Es), false),
    };
    let written = script.to_string();
    let again = Script::read(path, &written).map(|again| again.to_string());
    assert_eq!(again, Ok(written));
    for (os, place) in [(Os::Linux, Place::Musl), (Os::Windows, Place::Wine)] {
        let options = Options {
            timeout: Duration::from_secs(1),
            network: true,
            place,
        };
        let recorder = Arc::new(Recorder::new(Sockets(os), None));
        let mut report = |event: Event<'_>| {
            if let Event::Different { call, expected, .. } = event {
                assert_inert(call, false);
                assert_inert(expected, false);
            }
            Ok(())
        };
        if let Err(Failure::Script(message)) = run(&recorder, &script, path, options, &mut report) {
            assert_inert(&message.text(Language::En), false);
        }
    }
});
