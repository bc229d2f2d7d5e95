//! Saving the calls so far as a script: the path, and what became of the last try.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::effect::{Effect, Effects, Ticket};
use super::input::TextInput;
use super::{Model, Popup};
use crate::text::printable;
use crate::words::{Key, Phrase};

/// The name of a file that does not exist yet is this one, with a number if it does.
pub(crate) const NAME: &str = "sockscope";

/// How the names of scripts end.
pub(crate) const EXTENSION: &str = ".sockscope";

/// Where to save. It outlives the popup, so that what was typed is there again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Saving {
    /// The path.
    pub(crate) path: TextInput,
    /// The proposed path, which the next proposal may replace.
    proposed: String,
    /// The search for a proposal that has not ended.
    search: Option<Ticket>,
    attempt: Option<Attempt>,
}

/// The last try to write a file.
#[derive(Clone, Debug, PartialEq)]
struct Attempt {
    ticket: Ticket,
    path: String,
    state: AttemptState,
}

#[derive(Clone, Debug, PartialEq)]
enum AttemptState {
    Writing,
    Refused(SaveError),
}

/// Why a file was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveError {
    /// It exists, and nobody has agreed to replace it.
    Exists,
    /// It cannot be written: the reason, and what to do.
    Failed(Phrase),
}

impl SaveError {
    fn text(&self) -> Phrase {
        match self {
            Self::Exists => Key::SaveExists.into(),
            Self::Failed(text) => text.clone(),
        }
    }
}

impl Saving {
    /// What became of the last try, if it was for this path, and whether it failed.
    pub(crate) fn message(&self) -> Option<(Phrase, bool)> {
        let attempt = self.attempt.as_ref()?;
        let text = match &attempt.state {
            _ if attempt.path != self.path.value() => return None,
            AttemptState::Writing => (Key::SaveWriting.into(), false),
            AttemptState::Refused(error) => (error.text(), true),
        };
        Some(text)
    }

    fn is_proposal(&self) -> bool {
        let path = self.path.value();
        path.is_empty() || path == self.proposed
    }

    fn propose(&mut self, path: String) {
        self.path = TextInput::new(path.clone());
        self.proposed = path;
    }
}

impl Model {
    /// Opens the popup with the path: the one that was typed before, else a proposal.
    pub(super) fn edit_path(&mut self, effects: &mut Effects) {
        self.popup = Some(Popup::Save);
        if !self.saving.is_proposal() {
            return;
        }
        if self.saving.path.value().is_empty() {
            self.saving.propose(format!("{NAME}{EXTENSION}"));
        }
        if self.saving.search.is_none() {
            let ticket = self.ticket();
            self.saving.search = Some(ticket);
            effects.push(Effect::ProposePath(ticket));
        }
    }

    /// Takes a path at which no file exists, unless another one was typed.
    pub(super) fn proposed(&mut self, ticket: Ticket, path: Option<String>) {
        let saving = &mut self.saving;
        if saving.search.take_if(|own| *own == ticket).is_some()
            && let Some(path) = path
            && saving.is_proposal()
        {
            saving.propose(path);
        }
    }

    /// Writes the file. After a question whether to replace it, this is the answer.
    pub(super) fn save(&mut self, effects: &mut Effects) {
        let path = self.saving.path.value().to_owned();
        let before = self.saving.attempt.as_ref();
        let before = before.filter(|attempt| attempt.path == path);
        let replace = match before.map(|attempt| &attempt.state) {
            Some(AttemptState::Writing) => return,
            Some(AttemptState::Refused(error)) => *error == SaveError::Exists,
            None => false,
        };
        let ticket = self.ticket();
        self.saving.attempt = Some(Attempt {
            ticket,
            path: path.clone(),
            state: AttemptState::Writing,
        });
        effects.push(Effect::Save {
            ticket,
            path,
            content: self.script(),
            replace,
        });
    }

    /// Reports a file that was written, with its whole path, or was not.
    pub(super) fn saved(&mut self, ticket: Ticket, result: Result<String, SaveError>) {
        let open = self.popup == Some(Popup::Save);
        let saving = &mut self.saving;
        let last = saving
            .attempt
            .as_ref()
            .is_some_and(|it| it.ticket == ticket);
        match result {
            Ok(path) => {
                if last
                    && let Some(attempt) = saving.attempt.take()
                    && attempt.path == saving.path.value()
                {
                    (saving.path, saving.proposed) = Default::default();
                    if open {
                        self.popup = None;
                    }
                }
                self.inform(Phrase::save_done(path));
            }
            // Another file was tried since.
            Err(_) if !last => {}
            Err(error) => {
                let text = error.text();
                if let Some(attempt) = &mut saving.attempt {
                    attempt.state = AttemptState::Refused(error);
                }
                if !open {
                    self.warn(Phrase::save_refused(text));
                }
            }
        }
    }

    /// Every call so far as `--run` reads it: those that returned, in this order, then those in flight.
    fn script(&self) -> String {
        let host = &self.host;
        let system = [
            Some(host.os.title()),
            host.libc.as_deref(),
            Some(&host.arch),
        ];
        let system: Vec<&str> = system.into_iter().flatten().collect();
        let system = system.join(", ");
        let version = env!("CARGO_PKG_VERSION");
        let mut script = format!("# sockscope {version}, {}\n", printable(system.as_ref()));
        let mut add = |line: &str| {
            // A String takes everything.
            let _ = writeln!(script, "{line}");
        };
        let forgotten = self.calls.forgotten;
        if forgotten > 0 {
            let text = Phrase::save_forgotten(forgotten).text(self.language);
            add(&format!("# {text}"));
        }
        if self.calls.redaction.is_some() {
            add(&format!("# {}", Key::SaveRedacted.text(self.language)));
        }
        let mut open = BTreeSet::new();
        for line in &self.calls.lines {
            // A script cannot use a socket that no line of it opens.
            if forgotten > 0 && line.on.is_some_and(|on| !open.contains(&on)) {
                add(&format!("# {}", line.copied()));
            } else {
                add(line.copied());
            }
            open.extend(line.opens);
        }
        for (_, line) in self.calls_in_flight() {
            add(line.copied());
        }
        script
    }
}
