//! The filter of the calls, of the history and of the help: a text that keys edit, kept until Esc.

use super::input::TextInput;
use super::{Model, Pane, Popup, View};

/// A filter. Without a text every line matches.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    /// The text.
    pub(crate) input: TextInput,
    /// Whether keys edit the text.
    pub(crate) edited: bool,
}

impl Filter {
    /// Whether Esc ends it.
    pub(crate) fn is_on(&self) -> bool {
        self.edited || !self.input.value().is_empty()
    }

    /// Tests whether a line contains the text, in any case.
    pub(crate) fn test(&self) -> impl Fn(&str) -> bool + use<> {
        let text = self.input.value().to_lowercase();
        move |line| text.is_empty() || line.to_lowercase().contains(&text)
    }
}

impl Model {
    /// The filter of the help, of the history, or of the calls in the current pane.
    pub(crate) fn filter(&self) -> Option<&Filter> {
        match (&self.popup, self.pane, self.view) {
            (Some(Popup::Help(help)), ..) => Some(&help.filter),
            (Some(Popup::History(list)), ..) => Some(&list.filter),
            (None, Pane::Detail, View::Calls) => Some(&self.calls().filter),
            _ => None,
        }
    }

    fn filter_mut(&mut self) -> Option<&mut Filter> {
        if (&self.popup, self.pane, self.view) == (&None, Pane::Detail, View::Calls) {
            return Some(&mut self.calls_mut().filter);
        }
        match &mut self.popup {
            Some(Popup::Help(help)) => Some(&mut help.filter),
            Some(Popup::History(list)) => Some(&mut list.filter),
            _ => None,
        }
    }

    /// The text of the popup that keys edit, or of the filter if they edit it.
    fn filter_text(&mut self) -> Option<&mut TextInput> {
        match &self.popup {
            Some(
                Popup::Choice(_) | Popup::Calls(_) | Popup::Numbers(_) | Popup::Save | Popup::Open,
            ) => {}
            _ => {
                let filter = self.filter_mut().filter(|filter| filter.edited);
                return filter.map(|filter| &mut filter.input);
            }
        }
        match &mut self.popup {
            Some(Popup::Choice(choosing)) => Some(&mut choosing.filter),
            Some(Popup::Calls(menu)) => menu.fields.focused(),
            Some(Popup::Numbers(fields)) => fields.focused(),
            Some(Popup::Save) => Some(&mut self.saving.path),
            Some(Popup::Open) => Some(&mut self.opening.path),
            _ => None,
        }
    }

    /// Changes the text of the filter that keys edit; returns `None` if there is no such filter.
    pub(super) fn change_filter<T>(
        &mut self,
        change: impl FnOnce(&mut TextInput) -> T,
    ) -> Option<T> {
        let result = self.filter_text().map(change);
        if result.is_some() {
            self.list_matches();
        }
        result
    }

    /// Lets keys edit the filter, or not any more.
    pub(super) fn edit_filter(&mut self, edited: bool) {
        if let Some(filter) = self.filter_mut() {
            filter.edited = edited;
        }
    }

    /// Ends the filter; returns whether there was one.
    pub(super) fn end_filter(&mut self) -> bool {
        let filter = self.filter_mut().filter(|filter| filter.is_on());
        let ended = filter.map(std::mem::take).is_some();
        if ended {
            self.list_matches();
        }
        ended
    }

    fn list_matches(&mut self) {
        match &mut self.popup {
            Some(Popup::Choice(choosing)) => choosing.selected = 0,
            Some(Popup::Help(help)) => help.first = 0,
            Some(Popup::History(list)) => list.selected = 0,
            Some(
                Popup::Presets(_)
                | Popup::Providers(_)
                | Popup::Calls(_)
                | Popup::Numbers(_)
                | Popup::Matrix(_)
                | Popup::Binds(_)
                | Popup::Save
                | Popup::Open
                | Popup::Compare(_),
            ) => {}
            None => self.calls_mut().list_matches(),
        }
    }
}
