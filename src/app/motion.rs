//! Moving in lists and panes by key, click and wheel.

use super::effect::Effects;
use super::{Field, Measures, Menu, Model, Motion, Pane, Popup, SaveKind, Target, View};
use crate::net::KINDS;

impl Model {
    pub(super) fn go(&mut self, motion: Motion, times: usize, effects: &mut Effects) {
        let (os, measures) = (self.form.os, self.measures);
        let presets = match self.popup {
            Some(Popup::Presets(_)) => self.count_presets(),
            _ => 0,
        };
        let (line, count, page) = match (&mut self.popup, self.pane) {
            (Some(Popup::Save), _) => {
                let count = SaveKind::ALL.len();
                let kind = moved(self.saving.kind as usize, count, count, motion, times);
                return self.choose_kind(kind, effects);
            }
            (Some(Popup::Choice(choosing)), _) => {
                let count = choosing.choices(os, self.language).len();
                (&mut choosing.selected, count, measures.popup)
            }
            (Some(Popup::Presets(selected)), _) => (selected, presets, measures.popup),
            (Some(Popup::Providers(catalog)), _) => {
                let count = catalog.providers().len();
                (&mut catalog.selected, count, measures.popup)
            }
            (Some(Popup::Calls(menu)), _) => {
                let count = Menu::steps(os).len();
                let line = moved(menu.selected, count, measures.popup, motion, times);
                return menu.select(os, line);
            }
            (Some(Popup::Numbers(fields)), _) => {
                let count = fields.inputs.len();
                (&mut fields.focus, count, count)
            }
            (Some(Popup::Matrix(sheet)), _) => {
                let count = sheet.rows();
                (&mut sheet.row, count, measures.popup)
            }
            (Some(Popup::Binds(binds)), _) => (&mut binds.row, KINDS, KINDS),
            (Some(Popup::History(list)), _) => {
                let count = self.history.matches(&list.filter, self.language).len();
                (&mut list.selected, count, measures.popup)
            }
            (Some(Popup::Open), _) => return,
            (Some(Popup::Compare(differences)), _) => {
                let count = differences.count();
                (&mut differences.selected, count, measures.popup)
            }
            (Some(Popup::Help(help)), _) => {
                let last = measures.help_lines.saturating_sub(measures.popup);
                (&mut help.first, last + 1, measures.popup)
            }
            (None, Pane::Form) => {
                let count = self.form.fields().len();
                (&mut self.form.focus, count, count)
            }
            (None, Pane::Entries) => {
                let (page, count) = (measures.entries, self.row_count());
                let row = moved(self.row(), count, page, motion, times);
                return self.select_row(row, effects);
            }
            (None, Pane::Lesson) => return self.move_in_lesson(motion),
            (None, Pane::Detail) if self.view == View::Calls => {
                let list = self.call_list();
                let count = list.len();
                let line = moved(list.current(), count, measures.detail, motion, times);
                // The last line follows new calls.
                let selected = list.selection(line).filter(|_| line + 1 < count);
                self.calls_mut().selected = selected;
                return;
            }
            (None, Pane::Detail) => {
                let last = measures.detail_lines.saturating_sub(measures.detail);
                (&mut self.detail_scroll, last + 1, measures.detail)
            }
        };
        *line = moved(*line, count, page, motion, times);
    }

    /// The number of rows of the list: the entries, then the held sockets.
    pub(crate) fn row_count(&self) -> usize {
        self.entries().len() + self.sockets.list.len()
    }

    /// The selected row.
    pub(crate) fn row(&self) -> usize {
        let socket = self.sockets.place();
        socket.map_or_else(|| self.selected(), |place| self.entries().len() + place)
    }

    fn select_row(&mut self, row: usize, effects: &mut Effects) {
        match row.checked_sub(self.entries().len()) {
            Some(place) if place < self.sockets.list.len() => self.select_socket(place),
            Some(_) => {}
            None => self.select(row, effects),
        }
    }

    /// The first visible line of the detail pane, for a page that starts at `start`: as far from the
    /// start as on the last frame.
    pub(crate) fn detail_first(&self, start: usize) -> usize {
        (self.detail_scroll + start).saturating_sub(self.measures.detail_start)
    }

    pub(super) fn measured(&mut self, measures: Measures) {
        self.detail_scroll = self.detail_first(measures.detail_start);
        self.measures = measures;
        let detail_last = measures.detail_lines.saturating_sub(measures.detail);
        self.detail_scroll = self.detail_scroll.min(detail_last);
        if let Some(Popup::Help(help)) = &mut self.popup {
            let last = measures.help_lines.saturating_sub(measures.popup);
            help.first = help.first.min(last);
        }
        self.lesson_measured();
    }

    pub(super) fn click(&mut self, target: Target, effects: &mut Effects) {
        self.notice = None;
        match target {
            Target::Command(command) => self.perform(command, effects),
            Target::Popup => {}
            Target::Cell(row, column) => self.cell(row, column, effects),
            Target::PopupLine(index) => self.popup_line(index, effects),
            // A click outside the popup only closes it.
            _ if self.popup.is_some() => self.popup = None,
            Target::Pane(Pane::Lesson) => self.enter_step(effects),
            Target::Choice(choice) => self.click_choice(choice, effects),
            Target::Pane(pane) => self.focus(pane),
            Target::Entry(index) => {
                self.pane = Pane::Entries;
                self.select(index, effects);
            }
            Target::Socket(place) => {
                self.pane = Pane::Entries;
                self.select_socket(place);
            }
            Target::Field(index) | Target::Step(index, _) if index >= self.form.fields().len() => {}
            Target::Step(index, forward) => {
                self.pane = Pane::Form;
                self.form.focus = index;
                self.change(forward, effects);
            }
            Target::Field(index) => {
                let again = self.pane == Pane::Form && self.form.focus == index;
                self.pane = Pane::Form;
                self.form.focus = index;
                match self.form.focused() {
                    Field::Flag(_) => self.toggle(effects),
                    _ if again => self.choose(effects),
                    _ => {}
                }
            }
        }
    }

    pub(super) fn wheel(&mut self, target: Target, lines: isize, effects: &mut Effects) {
        let motion = if lines < 0 { Motion::Up } else { Motion::Down };
        let pane = match target {
            _ if self.popup.is_some() => self.pane,
            Target::Pane(pane) => pane,
            Target::Field(_) | Target::Step(..) => Pane::Form,
            Target::Entry(_) | Target::Socket(_) => Pane::Entries,
            Target::Choice(_) => Pane::Lesson,
            Target::Popup | Target::PopupLine(_) | Target::Cell(..) | Target::Command(_) => return,
        };
        if pane == Pane::Lesson && self.popup.is_none() {
            return self.scroll_lesson(motion, lines.unsigned_abs());
        }
        let focused = std::mem::replace(&mut self.pane, pane);
        self.go(motion, lines.unsigned_abs(), effects);
        self.pane = focused;
    }
}

/// The index after making `motion` `times` times from `line`, in a list of `count` lines of which
/// `page` are visible.
pub(super) fn moved(line: usize, count: usize, page: usize, motion: Motion, times: usize) -> usize {
    let last = count.saturating_sub(1);
    let page = page.saturating_sub(1).max(1).saturating_mul(times);
    match motion {
        Motion::Up => line.saturating_sub(times),
        Motion::Down => line.saturating_add(times),
        Motion::PageUp => line.saturating_sub(page),
        Motion::PageDown => line.saturating_add(page),
        Motion::Home => 0,
        Motion::End => last,
    }
    .min(last)
}
