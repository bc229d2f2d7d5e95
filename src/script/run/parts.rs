//! A script whose calls are made part by part, as another thread asks for them.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};

use super::reach::allowed;
use super::{Event, Failure, News, Options, Run};
use crate::net::{Net, Recorder};
use crate::script::syntax::Script;
use crate::script::trace;
use crate::words::Phrase;

/// Asks for parts of a script. The script ends when this is dropped.
#[derive(Debug)]
pub struct Remote(Sender<News>);

/// A script that waits to be run in parts.
#[derive(Debug)]
pub struct Parts {
    sender: Sender<News>,
    receiver: Receiver<News>,
}

/// A script in parts, and what asks for them.
pub fn parts() -> (Remote, Parts) {
    let (sender, receiver) = mpsc::channel();
    (Remote(sender.clone()), Parts { sender, receiver })
}

impl Remote {
    /// Lets the calls of all parts up to this one be made, each once.
    pub fn make(&self, part: usize) {
        // A script that failed has ended.
        let _ = self.0.send(News::Asked(part));
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        let _ = self.0.send(News::Over);
    }
}

impl Parts {
    /// Makes the calls of `parts` as they are asked for, as [`run`](super::run) does, until the
    /// [`Remote`] is dropped. Names of sockets, lists and ports hold in all later parts.
    ///
    /// # Errors
    /// As for [`run`](super::run).
    pub fn run<N: Net>(
        self,
        recorder: &Arc<Recorder<N>>,
        parts: &[Script],
        path: &Path,
        options: Options,
        report: &mut dyn FnMut(Event<'_>) -> Result<(), Phrase>,
    ) -> Result<(), Failure> {
        let lines = parts.iter().flat_map(|part| part.0.iter().cloned());
        let steps = allowed(recorder, &Script(lines.collect()), path, options)?;
        let channel = (self.sender, self.receiver);
        let mut run = Run::new(recorder, path, options, &steps, report, channel);
        let end = run.parts(parts);
        recorder.close_all();
        trace::end(recorder);
        end
    }
}

impl<N: Net> Run<'_, N> {
    fn parts(&mut self, parts: &[Script]) -> Result<(), Failure> {
        let mut at = 0;
        for (index, part) in parts.iter().enumerate() {
            self.wait(None, |run| run.asked > index)?;
            for _ in part.calls() {
                if !self.over {
                    self.line(at)?;
                }
                at += 1;
            }
            if !self.over {
                (self.report)(Event::Made(index))?;
            }
        }
        self.wait(None, |_| false)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
