//! Parts of a script, with real calls.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::thread;
use std::time::Duration;

use super::*;
use crate::script::syntax::{Place, line};
use crate::sys::System;

/// A part with these lines, numbered from `first`.
fn part(first: usize, text: &str) -> Script {
    let lines = (first..).zip(text.lines());
    let lines = lines.map(|(number, text)| {
        let line = line(text).unwrap_or_default();
        crate::script::syntax::Line { number, ..line }
    });
    Script(lines.collect())
}

/// What happens if the parts of `asked` are asked for, each after the one before was made.
fn events(parts_of: &[Script], asked: &[usize]) -> Vec<String> {
    let recorder = Arc::new(Recorder::new(System, None));
    let options = Options {
        timeout: Duration::from_secs(10),
        network: false,
        place: Place::of(recorder.host(), false),
    };
    let (remote, run) = parts();
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let report = &mut |event: Event<'_>| {
                let text = match event {
                    Event::Returned { line, fitting, .. } => format!("{line} {fitting:?}"),
                    Event::Made(part) => format!("made {part}"),
                    Event::Different { line, .. } => format!("{line} differs"),
                    Event::Begun { .. } | Event::Skipped(_) | Event::Exposed(_) => return Ok(()),
                };
                sender.send(text).unwrap();
                Ok(())
            };
            run.run(&recorder, parts_of, Path::new("own"), options, report)
                .unwrap();
        });
        let mut events = Vec::new();
        for &part in asked {
            remote.make(part);
            while events.last() != Some(&format!("made {part}")) {
                events.push(receiver.recv().unwrap());
            }
        }
        // The script ends with what asks for its parts.
        drop(remote);
        events.extend(receiver.iter());
        events
    })
}

/// Three parts: a socket, a question about it, its end.
fn three() -> [Script; 3] {
    [
        part(
            1,
            "socket(AF_INET, SOCK_STREAM, 0) = first\nbind(first, 127.0.0.1:0) = 0",
        ),
        part(3, "getsockname(first) = 127.0.0.1:port"),
        part(4, "close(first) = 0"),
    ]
}

#[test]
fn parts_are_made_as_they_are_asked_for() {
    let made = ["1 [0]", "2 [0]", "made 0", "3 [0]", "made 1"];
    assert_eq!(events(&three(), &[0, 1]), made);
    assert_eq!(events(&three(), &[]), [""; 0]);
}

#[test]
fn later_part_makes_those_before_it_once() {
    let first = ["1 [0]", "2 [0]", "made 0", "3 [0]", "made 1"];
    let all = [&first[..], &["4 [0]", "made 2"]].concat();
    assert_eq!(events(&three(), &[2]), all);
    assert_eq!(events(&three(), &[1, 2]), all);
}
