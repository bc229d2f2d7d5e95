//! Going back to the runs of this session.

use std::sync::Arc;

use super::effect::Effects;
use super::history::HistoryList;
use super::{Answer, Form, Model, Popup};
use crate::names::Os;
use crate::net::Query;
use crate::words::{Key, Phrase};

impl Model {
    /// The form, if it differs from the current query.
    pub(super) fn typed(&self) -> Option<Form> {
        let own = self.form.is_of(&self.asked);
        (!own).then(|| self.form.clone())
    }

    /// Takes the answer off the screen: closes its socket, and stops what goes on for it.
    pub(super) fn put_away(&mut self, effects: &mut Effects) -> Option<Answer> {
        // First: its notice counts the entries of the list.
        self.stop_trying(effects);
        let mut answer = self.answer.take()?;
        if let Some(Popup::Calls(menu)) = &self.popup
            && answer.live == Some(menu.socket.id)
        {
            // Its socket is closed next.
            self.popup = None;
        }
        answer.close(effects);
        answer.stop_asking(effects);
        answer.reversing.clear();
        answer.notes.stop_waiting();
        Some(answer)
    }

    /// Adds a query, which becomes the current one. `typed` is the form at the one before.
    pub(super) fn add_visit(&mut self, os: Os, query: Arc<Query>, typed: Option<Form>) {
        self.history.add(os, query, typed);
        self.trim_history();
    }

    /// Forgets runs beyond the limits of the history.
    pub(super) fn trim_history(&mut self) {
        let sockets = &self.sockets;
        self.history.trim(|run| sockets.hold(run));
    }

    /// Goes to the run before or after this one.
    pub(super) fn revisit(&mut self, forward: bool, effects: &mut Effects) {
        let step = if forward { 1 } else { -1 };
        let next = self.history.current().checked_add_signed(step);
        match next.filter(|next| *next < self.history.visits().len()) {
            Some(next) => self.visit(next, effects),
            None if forward => self.inform(Key::NoticeNoNext),
            None => self.inform(Key::NoticeNoPrevious),
        }
    }

    /// Goes to the visit at this index: shows its run, or resolves its query if that is no longer kept.
    pub(super) fn visit(&mut self, index: usize, effects: &mut Effects) {
        let Some(visit) = self.history.visits().get(index) else {
            return;
        };
        let (os, query) = (visit.os, (*visit.query).clone());
        let file = visit.file.clone().filter(|_| !visit.is_kept());
        let (shown, kept) = (self.history.shows(visit), visit.is_kept());
        let number = visit.number;
        let here = index == self.history.current();
        if here && (shown || self.lookups.pending.is_some()) {
            return;
        }
        let typed = self.typed();
        // Another answer is not to replace the one that is asked for.
        self.watch = None;
        if shown || kept {
            // Its result is dropped.
            self.lookups.pending = None;
            self.asked = query.clone();
        } else if let Some(file) = file {
            // It is read again.
            return self.open(file, effects);
        } else if !self.call(query.clone(), effects) {
            return;
        }
        let (form, answer) = self.history.go(index, typed);
        let focus = self.form.focus;
        match form {
            Some(form) => self.form = form.focused_on(focus),
            None => self.fill_form(os, &query),
        }
        if let Some(answer) = answer {
            if let Some(old) = self.put_away(effects) {
                self.history.keep(old);
            }
            let end = self
                .history
                .visits()
                .get(index)
                .and_then(|visit| visit.end.clone());
            self.history.show(end);
            self.answer = Some(*answer);
            self.trim_history();
            self.point(None);
            self.detail_scroll = self.measures.detail_start;
            self.note_entry(effects);
        }
        if shown || kept {
            self.inform(Phrase::history_back(number));
        }
    }

    /// Lists the runs, with the current one selected.
    pub(super) fn list_history(&mut self) {
        self.popup = Some(Popup::History(HistoryList {
            selected: self.history.current(),
            ..HistoryList::default()
        }));
    }

    /// The index of the selected visit.
    pub(super) fn selected_visit(&self, list: &HistoryList) -> Option<usize> {
        let matches = self.history.matches(&list.filter, self.language);
        matches.get(list.line(matches.len())?).copied()
    }

    pub(super) fn accept_visit(&mut self, list: &HistoryList, effects: &mut Effects) {
        if let Some(index) = self.selected_visit(list) {
            self.visit(index, effects);
        }
    }

    /// Marks the selected run; the marked one is not marked any more.
    pub(super) fn mark(&mut self) {
        let Some(Popup::History(list)) = &self.popup else {
            return;
        };
        let selected = self.selected_visit(list);
        let selected = selected.and_then(|index| self.history.visits().get(index));
        let number = selected.map(|visit| visit.number);
        let marked = self.history.marked;
        self.history.marked = number.filter(|_| number != marked);
    }
}
