//! The thread that makes the calls of a lesson.

use std::convert::Infallible;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use super::{Wake, spawn};
use crate::app::{CourseEvent, Model, Msg, Ticket};
use crate::lesson::{Lesson, Lessons};
use crate::net::{Net, Recorder};
use crate::script::run::{Event, Failure, MAX_WAITING, Options, Remote, parts};

/// The lessons, and how their calls are made.
#[derive(Clone, Debug, Default)]
pub struct Teaching {
    /// The lessons to choose from.
    pub lessons: Lessons,
    /// The lesson that is taken instead of making the query.
    pub lesson: Option<Box<Lesson>>,
    /// Whether calls may reach more than this host.
    pub network: bool,
    /// The longest wait for a call.
    pub timeout: Duration,
    /// Whether Winsock is Wine's.
    pub wine: bool,
}

/// The thread of the lesson on screen.
#[derive(Debug, Default)]
pub(super) struct LessonThread {
    running: Option<(Ticket, Remote)>,
    /// The longest wait for a call.
    timeout: Duration,
    /// Disconnects when the sockets of the last lesson are closed.
    held: Option<Sender<Infallible>>,
}

impl LessonThread {
    /// None yet.
    pub(super) const fn new(timeout: Duration, held: Sender<Infallible>) -> Self {
        Self {
            running: None,
            timeout,
            held: Some(held),
        }
    }

    /// Lets the thread make the calls up to this step.
    pub(super) fn make<N: Net>(
        &mut self,
        recorder: &Recorder<N>,
        wake: &Sender<Wake>,
        model: &Model,
        ticket: Ticket,
        lesson: &Arc<Lesson>,
        step: usize,
    ) -> io::Result<()> {
        let running = self.running.take().filter(|(own, _)| *own == ticket);
        let remote = match running {
            Some((_, remote)) => remote,
            None => {
                let options = Options {
                    timeout: self.timeout,
                    network: model.network,
                    place: model.place,
                };
                let held = self.held.clone();
                start(recorder, wake, ticket, lesson, options, held)?
            }
        };
        remote.make(step);
        self.running = Some((ticket, remote));
        Ok(())
    }

    /// Ends the thread of this lesson.
    pub(super) fn end(&mut self, ticket: Ticket) {
        self.running.take_if(|(own, _)| *own == ticket);
    }
}

/// Starts the thread. It has sockets of its own, which it closes when the [`Remote`] is dropped; then it
/// drops `held`.
fn start<N: Net>(
    recorder: &Recorder<N>,
    wake: &Sender<Wake>,
    ticket: Ticket,
    lesson: &Arc<Lesson>,
    options: Options,
    held: Option<Sender<Infallible>>,
) -> io::Result<Remote> {
    let recorder = Arc::new(recorder.beside().waiting(MAX_WAITING).calling_closed());
    let lesson = Arc::clone(lesson);
    let (remote, run) = parts();
    spawn("lesson", wake, move |wake| {
        // The loop may have ended.
        let send = |event| drop(wake.send(Wake::Msg(Msg::Lesson(ticket, event))));
        let scripts = lesson.parts(options.place, options.network);
        let path = Path::new(&lesson.id);
        let end = run.run(&recorder, &scripts, path, options, &mut |event| {
            send(event_of(&lesson, options, event));
            Ok(())
        });
        if let Err(Failure::Script(reason) | Failure::Own(reason)) = end {
            send(CourseEvent::Ended(reason));
        }
        drop(held);
    })?;
    Ok(remote)
}

fn event_of(lesson: &Lesson, options: Options, event: Event<'_>) -> CourseEvent {
    match event {
        Event::Begun { line, record } => CourseEvent::Begun(line, record.clone()),
        Event::Skipped(line) => CourseEvent::Skipped(line),
        Event::Returned {
            line,
            record,
            fitting,
        } => {
            let question = lesson.asking(line);
            let chosen = question.map(|(_, question)| question.chosen(options.place, fitting));
            CourseEvent::Returned {
                line,
                record: record.clone(),
                // Of several choices none is the one.
                choice: match chosen.as_deref() {
                    Some([choice]) => Some(*choice),
                    _ => None,
                },
            }
        }
        Event::Different {
            line,
            expected,
            got,
            ..
        } => CourseEvent::Different(line, expected.to_owned(), got),
        Event::Exposed(line) => CourseEvent::Exposed(line),
        Event::Made(step) => CourseEvent::Made(step),
    }
}
