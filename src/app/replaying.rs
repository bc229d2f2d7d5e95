//! Runs of files: opened, shown without a call, and compared.

use std::sync::Arc;

use super::effect::{Effect, Effects, Ticket};
use super::history::End;
use super::input::TextInput;
use super::{Answer, Command, Model, Popup};
use crate::compare::{self, Comparison};
use crate::names::Os;
use crate::net::{Hint, Host, Query, Run};
use crate::replay::{FileNote, Replay, translated};
use crate::words::{Key, Phrase};

/// The file to open. It outlives the popup, so that what was typed is there again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Opening {
    /// The path.
    pub(crate) path: TextInput,
    /// The file that is being read.
    reading: Option<Ticket>,
    /// Why the last one could not be opened.
    pub(crate) refusal: Option<Phrase>,
}

/// One of two runs that are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterpart {
    /// The run.
    pub(crate) run: Run,
    /// The notes that only its file has words for.
    pub(crate) notes: Vec<FileNote>,
    /// The file, or the number of the run in the history.
    pub(crate) name: Result<String, usize>,
}

/// Two runs and what differs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Differences {
    /// Both runs; the second is the one on screen.
    pub(crate) sides: Arc<[Counterpart; 2]>,
    ticket: Ticket,
    /// What differs; `None` while it is being found.
    pub(crate) comparison: Option<Arc<Comparison>>,
    /// The index of the selected row.
    pub(crate) selected: usize,
}

impl Counterpart {
    /// Finds what differs.
    pub(crate) fn compare(both: &[Self; 2]) -> Comparison {
        Comparison::of(both.each_ref().map(|it| compare::Answer {
            run: &it.run,
            notes: &it.notes,
        }))
    }
}

impl Differences {
    /// Whether this ticket finds what differs.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.ticket == ticket
    }

    /// The number of rows.
    pub(crate) fn count(&self) -> usize {
        self.comparison.as_ref().map_or(0, |it| {
            it.differences.len() + it.circumstances.len() + it.times.len()
        })
    }
}

/// Whether `command` makes calls on the entry or for the list on screen.
const fn calls(command: Command) -> bool {
    matches!(
        command,
        Command::Advance
            | Command::ListCalls
            | Command::Question
            | Command::Reverse
            | Command::TryAll
            | Command::AskSources
            | Command::Side
    )
}

impl Model {
    /// The state that shows what a file tells of.
    pub fn replaying(host: Arc<Host>, replay: Replay) -> Self {
        let mut model = Self::idle(host, replay.run.asked().clone());
        model.show_file(replay);
        model
    }

    /// Compares with this file once there is an answer on screen.
    pub fn compare_with(&mut self, replay: Replay, effects: &mut Effects) {
        let file = replay.file.clone();
        let answer = Answer::of_file(replay);
        let number = self.history.shelve(file, answer);
        self.history.marked = Some(number);
        self.trim_history();
        self.compares = true;
        if self.answer.is_some() {
            self.compare(effects);
        }
    }

    /// The file on screen.
    pub(crate) fn replay(&self) -> Option<&Replay> {
        self.answer.as_ref()?.replay.as_deref()
    }

    /// What marks every pane, if the run on screen is of a file.
    pub(crate) fn mark_of_file(&self) -> Option<Phrase> {
        self.replay()?;
        Some(Phrase::replay_mark(self.os().title()))
    }

    /// Whether `command` would make a call on the run of a file.
    pub(crate) fn refuses(&self, command: Command) -> bool {
        calls(command)
            && self.popup.is_none()
            && self.replay().is_some()
            && self.sockets.selected().is_none()
    }

    /// A query of the system `of` with the numbers of this machine.
    ///
    /// # Errors
    /// The message that this machine has no such constant.
    pub(super) fn here(&self, of: Os, mut query: Query) -> Result<Query, Phrase> {
        let os = self.host.os;
        if let Some(hints) = query.hints.as_mut().filter(|_| of != os) {
            for hint in Hint::ALL {
                let value = translated(hint, hint.get(hints), of, os);
                let value = value
                    .map_err(|name| Phrase::replay_not_here(hint.member(), name, os.title()))?;
                hint.set(hints, value);
            }
        }
        Ok(query)
    }

    /// Asks for the path of a file.
    pub(super) fn ask_file(&mut self) {
        self.popup = Some(Popup::Open);
    }

    /// Opens the file of the popup.
    pub(super) fn open_typed(&mut self, effects: &mut Effects) {
        let path = self.opening.path.value().to_owned();
        if path.is_empty() {
            self.opening.refusal = Some(Key::ReplayNoPath.into());
            return;
        }
        self.open(path, effects);
    }

    /// Opens a file; the one that was opened before is not awaited any more.
    pub(super) fn open(&mut self, path: String, effects: &mut Effects) {
        let ticket = self.ticket();
        self.opening.refusal = None;
        self.opening.reading = Some(ticket);
        effects.push(Effect::OpenFile(ticket, path));
    }

    /// Shows the file that was opened, or why it could not be.
    pub(super) fn opened(
        &mut self,
        ticket: Ticket,
        result: Result<Box<Replay>, Phrase>,
        effects: &mut Effects,
    ) {
        if self.opening.reading.take_if(|own| *own == ticket).is_none() {
            return;
        }
        match result {
            Ok(replay) => {
                self.opening.path = TextInput::default();
                if self.popup == Some(Popup::Open) {
                    self.popup = None;
                }
                (self.lookups.pending, self.watch) = (None, None);
                let typed = self.typed();
                if let Some(old) = self.put_away(effects) {
                    self.history.keep(old);
                }
                let os = replay.run.host.os;
                let query = Arc::new(replay.run.asked().clone());
                self.add_visit(os, query, typed);
                self.show_file(*replay);
                self.trim_history();
                self.note_entry(effects);
            }
            Err(refusal) if self.popup == Some(Popup::Open) => {
                self.opening.refusal = Some(refusal);
            }
            Err(refusal) => self.warn(refusal),
        }
    }

    /// Shows a file as the run of the current visit.
    fn show_file(&mut self, replay: Replay) {
        let os = replay.run.host.os;
        self.asked = replay.run.asked().clone();
        let query = self.asked.clone();
        self.fill_form(os, &query);
        self.history.name_file(replay.file.clone(), os);
        let answer = Answer::of_file(replay);
        self.history.show(End::of(&answer.run));
        self.answer = Some(answer);
        self.list_file_calls();
        self.point(None);
        self.detail_scroll = self.measures.detail_start;
        self.note_answer(&mut Vec::new());
        self.inform(Key::ReplayShown);
    }

    /// Compares the marked run, else the selected one of the list, else the one before, with that on
    /// screen.
    pub(super) fn compare(&mut self, effects: &mut Effects) {
        self.compares = false;
        let Some(second) = self.answer.as_ref() else {
            return self.inform(Key::CompareNothing);
        };
        let history = &self.history;
        let shown = history
            .visits()
            .iter()
            .position(|visit| history.shows(visit));
        let is_other = |index: &usize| Some(*index) != shown;
        let marked = history.marked.and_then(|number| {
            history
                .visits()
                .iter()
                .position(|visit| visit.number == number)
        });
        let selected = match &self.popup {
            Some(Popup::History(list)) => self.selected_visit(list),
            _ => None,
        };
        let before = shown.and_then(|shown| shown.checked_sub(1));
        let first = marked
            .filter(is_other)
            .or(selected.filter(is_other))
            .or(before);
        let Some(first) = first.and_then(|index| history.visits().get(index)) else {
            return self.inform(Key::CompareNothing);
        };
        let Some(answer) = first.answer() else {
            return self.inform(Phrase::compare_not_kept(first.number));
        };
        let number = shown.and_then(|shown| history.visits().get(shown));
        let number = number.map_or(0, |visit| visit.number);
        let sides = Arc::new([answer.counterpart(first.number), second.counterpart(number)]);
        let ticket = self.ticket();
        effects.push(Effect::Compare(ticket, Arc::clone(&sides)));
        self.popup = Some(Popup::Compare(Box::new(Differences {
            sides,
            ticket,
            comparison: None,
            selected: 0,
        })));
    }

    pub(super) fn compared(&mut self, ticket: Ticket, comparison: Arc<Comparison>) {
        self.watch_compared(ticket, &comparison);
        if let Some(Popup::Compare(differences)) = &mut self.popup
            && differences.ticket == ticket
        {
            differences.comparison = Some(comparison);
        }
    }
}

impl Answer {
    /// What a file tells of, without its run twice.
    fn of_file(mut replay: Replay) -> Self {
        let empty = Run::new(Arc::clone(&replay.run.host), None);
        let run = std::mem::replace(&mut replay.run, empty);
        let mut answer = Self::new(run, 0);
        answer.replay = Some(Arc::new(replay));
        answer
    }

    pub(super) fn counterpart(&self, number: usize) -> Counterpart {
        let replay = self.replay.as_deref();
        Counterpart {
            run: self.run.clone(),
            notes: replay.map_or_else(Vec::new, |replay| replay.notes.clone()),
            name: replay.map_or(Err(number), |replay| Ok(replay.file.clone())),
        }
    }
}
