//! The views of the detail pane.

use std::mem;
use std::sync::Arc;

use super::effect::{Effect, Effects};
use super::sockets::Sockets;
use super::{Copied, Model, Reasons};
use crate::code::{Language, Steps, program, program_and_line};
use crate::explain::{Case, notes_redacted};
use crate::names::Os;
use crate::net::{self, Redaction, Run};
use crate::words::{Key, Phrase};

/// A view of the selected entry or the failed call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// The call, its result, and an explanation.
    #[default]
    Socket,
    /// The struct as its header declares it, and the bytes of the sockaddr.
    Addrinfo,
    /// A program that makes the same calls.
    Code,
    /// All calls, in order.
    Calls,
    /// How the name was looked up, and why the list has its order.
    Lookup,
    /// Recorded results of other systems.
    Elsewhere,
}

impl View {
    /// All views, in the order of their keys.
    pub(crate) const ALL: [Self; 6] = [
        Self::Socket,
        Self::Addrinfo,
        Self::Code,
        Self::Calls,
        Self::Lookup,
        Self::Elsewhere,
    ];

    /// The name in the pane's title.
    pub(crate) const fn title(self) -> Key {
        match self {
            Self::Socket => Key::ViewSocket,
            Self::Addrinfo => Key::ViewAddrinfo,
            Self::Code => Key::ViewCode,
            Self::Calls => Key::ViewCalls,
            Self::Lookup => Key::ViewLookup,
            Self::Elsewhere => Key::ViewElsewhere,
        }
    }
}

impl Model {
    pub(super) fn show(&mut self, view: View) {
        self.popup = None;
        self.calls_mut().filter.edited = false;
        self.view = view;
        self.detail_scroll = self.measures.detail_start;
    }

    pub(super) fn next_view(&mut self) {
        // The variants are in the order of ALL.
        self.show(View::ALL[(self.view as usize + 1) % View::ALL.len()]);
    }

    /// Sets the program that the code view shows.
    pub const fn show_program(&mut self, language: Language) {
        self.program = language as usize;
    }

    pub(super) fn next_program(&mut self) {
        self.program += 1;
        // Another language keeps the place.
        if self.view != View::Code {
            self.show(View::Code);
        }
    }

    /// The state with other names and addresses, if copies are to have them.
    pub(crate) fn redacted(&self) -> Option<Self> {
        let mut redaction = self.calls.redaction.clone()?;
        let mut model = self.clone();
        model.asked = redaction.query(&self.asked);
        let runs = self.run().into_iter().chain(self.history.runs());
        let runs: Vec<_> = runs.map(|run| (run, redaction.run(run))).collect();
        model.sockets.redact(self.host.os, &runs, &mut redaction);
        let mut runs = runs.into_iter().map(|(_, redacted)| redacted);
        if let Some(answer) = &mut model.answer
            && let Some(redacted) = runs.next()
        {
            let real = mem::replace(&mut answer.run, redacted);
            // The name of a file may be that of a person, and its words have names.
            if let Some(replay) = &mut answer.replay {
                let replay = Arc::make_mut(replay);
                let hidden = || "[…]".to_owned();
                replay.file = hidden();
                for note in &mut replay.notes {
                    note.line = hidden();
                    note.remedy = note.remedy.take().map(|_| hidden());
                }
            }
            answer.notes.list.clear();
            let selected = (!real.entries().is_empty()).then_some(answer.selected);
            for entry in selected.map(Some).into_iter().chain([None]) {
                let cases = [&real, &answer.run].map(|run| Case::new(run, entry));
                let notes = notes_redacted(&cases[0], &cases[1]);
                answer.notes.list.extend(notes);
            }
            let order = answer.reasons.take().map(|reasons| reasons.order.clone());
            answer.reasons = order.map(|order| Arc::new(Reasons::new(&answer.run, order)));
            answer.real = Some(Arc::new((real, redaction)));
        }
        for (run, redacted) in model.history.runs_mut().zip(runs) {
            *run = redacted;
        }
        Some(model)
    }

    /// Copies the view or, with `line`, the selected call.
    pub(super) fn copy(&mut self, line: bool, effects: &mut Effects) {
        let (copied, what) = match self.view {
            View::Calls if line => {
                let current = self.call_list().current();
                (Copied::Call(current), Key::NoticeSelectedCall)
            }
            view => (Copied::View(view), view.title()),
        };
        self.inform_copied(what);
        effects.push(Effect::Copy(copied));
    }

    pub(super) fn inform_copied(&mut self, what: Key) {
        self.inform(if cfg!(windows) {
            Phrase::notice_copied_here(what)
        } else {
            Phrase::notice_copied(what)
        });
    }

    /// The language of the program in the code view.
    pub(crate) fn language_of_program(&self) -> Language {
        Language::ALL[self.program % Language::ALL.len()]
    }

    /// The program in the code view.
    pub(crate) fn program_text(&self) -> String {
        self.program_and_line().0
    }

    /// The program of the selected held socket, else of the entry; for the query of the list on screen rather
    /// than of the form. The line is that of the socket's last call.
    pub(crate) fn program_and_line(&self) -> (String, Option<usize>) {
        let held = self.sockets.selected().map(|socket| socket.id);
        let held = held.and_then(|id| Some((self.run_of(id)?, id)));
        let run = held.map(|(run, _)| run).or(self.run());
        let query = run.map_or(&self.asked, Run::asked);
        let steps = match (held, self.run().filter(|_| self.entry().is_some())) {
            (Some((run, id)), _) => Steps::of(run, self.selected(), Some(id)),
            (None, Some(run)) => Steps::of(run, self.selected(), None),
            (None, None) => Steps::Every(net::Steps::NONE),
        };
        let language = self.language_of_program();
        let os = held.map_or(self.os(), |_| self.host.os);
        match self.last_step() {
            Some(step) => program_and_line(language, os, query, steps, step.id),
            None => (program(language, os, query, steps), None),
        }
    }
}

impl Sockets {
    /// Replaces names and addresses in all that is shown. `shown` has each run that is kept elsewhere, and
    /// that run without them.
    pub(super) fn redact(&mut self, os: Os, shown: &[(&Run, Run)], redaction: &mut Redaction) {
        for waiting in self.waiting.values_mut() {
            waiting.call = redaction.call(os, &waiting.call);
        }
        let real = mem::take(&mut self.runs);
        self.runs = real.iter().map(|run| redaction.run(run)).collect();
        let shown = shown.iter().map(|(real, other)| (*real, other));
        let runs: Vec<(&Run, &Run)> = shown.chain(real.iter().zip(&self.runs)).collect();
        for socket in &mut self.list {
            let id = socket.id;
            let mut runs = runs.iter().copied();
            if let Some(runs) = runs.find(|(real, _)| real.holds(id)) {
                socket.notes.redact(id, runs);
            }
        }
    }
}
