//! The popups: a hint's values, the presets, the providers, the help.

use std::sync::Arc;

use super::effect::{Effect, Effects, Ticket};
use super::filter::Filter;
use super::history::HistoryList;
use super::input::TextInput;
use super::menu::{Fields, Menu};
use super::sheet::Sheet;
use super::{Binds, Differences, Model, SaveKind};
use crate::lesson::{Lessons, Preset, Presets};
use crate::names::{Name, Os};
use crate::net::{Call, Hint, Hints, Provider, Record, Value};
use crate::words::{Key, Language, constant};

/// An open popup.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Popup {
    /// The values of a hint.
    Choice(Choosing),
    /// The presets, then the lessons, with the index of the selected one.
    Presets(usize),
    /// The transport providers.
    Providers(Catalog),
    /// The calls on a socket.
    Calls(Box<Menu>),
    /// The three numbers of socket().
    Numbers(Fields),
    /// The path of a file to save. It is in [`Model::saving`].
    Save,
    /// The matrix.
    Matrix(Box<Sheet>),
    /// The bind matrix.
    Binds(Box<Binds>),
    /// The runs of this session.
    History(HistoryList),
    /// The path of a file to open. It is in [`Model::opening`].
    Open,
    /// Two runs and what differs.
    Compare(Box<Differences>),
    /// The help.
    Help(Help),
}

/// The help, with a filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Help {
    /// The index of the first visible line that matches the filter.
    pub(crate) first: usize,
    /// The filter.
    pub(crate) filter: Filter,
}

/// The list of a hint's values, with a filter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choosing {
    /// The hint.
    pub(crate) hint: Hint,
    /// The filter.
    pub(crate) filter: TextInput,
    /// The index of the selected value in [`Choosing::choices`].
    pub(crate) selected: usize,
}

/// Winsock's catalog of transport providers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Catalog {
    /// The ticket of the call.
    pub(crate) ticket: Ticket,
    /// The call, once it has returned.
    pub(crate) record: Option<Record>,
    /// The index of the selected provider.
    pub(crate) selected: usize,
}

impl Catalog {
    /// The providers; none if the call failed or has not returned.
    pub(crate) fn providers(&self) -> &[Provider] {
        match self.record.as_ref().and_then(Record::value) {
            Some(Value::Providers(providers)) => providers,
            _ => &[],
        }
    }
}

/// The named values of `hint` on `os`, in table order. For all hints but ai_flags, 0 is always listed: a
/// zeroed struct contains it. A value that the header has no name for has an empty one.
pub(crate) fn values(os: Os, hint: Hint) -> impl Iterator<Item = Name> + Clone {
    let rows = hint.table(os).rows;
    let zero = (hint != Hint::Flags && rows.iter().all(|row| row.value != 0))
        .then_some(Name { value: 0, name: "" });
    zero.into_iter().chain(rows.iter().copied())
}

/// What a value of a hint means.
pub(crate) fn meaning(choice: &Name, language: Language) -> &'static str {
    match choice {
        Name { value: 0, name: "" } => Key::HintAny.text(language),
        Name { name: "", .. } => Key::HintUnnamed.text(language),
        Name { name, .. } => constant(name, language),
    }
}

/// The value before or after `value` in the list of `hint`, wrapping at the ends. An unlisted value
/// is followed by the first and preceded by the last.
pub(super) fn step(os: Os, hint: Hint, value: i32, forward: bool) -> i32 {
    let mut values = values(os, hint).map(|choice| choice.value);
    let next = if forward {
        let mut from = values.clone().skip_while(|&other| other != value);
        from.nth(1).or_else(|| values.next())
    } else {
        let before = values.clone().take_while(|&other| other != value);
        before.last().or_else(|| values.last())
    };
    next.unwrap_or(value)
}

impl Choosing {
    /// The unfiltered list, with the value in `hints` selected.
    pub(crate) fn new(os: Os, hint: Hint, hints: &Hints) -> Self {
        let value = hint.get(hints);
        let selected = values(os, hint)
            .position(|choice| choice.value == value)
            .unwrap_or(0);
        Self {
            hint,
            filter: TextInput::default(),
            selected,
        }
    }

    /// The values whose name, number or meaning contains the filter. If the filter itself names or
    /// is an unlisted value, that value comes first.
    pub(crate) fn choices(&self, os: Os, language: Language) -> Vec<Name> {
        let text = self.filter.value().trim().to_lowercase();
        let number = self.hint.parse(os, &text).ok();
        let mut choices: Vec<Name> = values(os, self.hint)
            .filter(|choice| {
                number == Some(choice.value)
                    || choice.name.to_lowercase().contains(&text)
                    || choice.value.to_string().starts_with(&text)
                    || meaning(choice, language).to_lowercase().contains(&text)
            })
            .collect();
        // An exact match comes first.
        choices.sort_by_key(|choice| number != Some(choice.value));
        if let Some(value) = number
            && choices.iter().all(|choice| choice.value != value)
        {
            let unnamed = Name { value, name: "" };
            choices.insert(0, self.hint.table(os).named(&text).unwrap_or(unnamed));
        }
        choices
    }
}

impl Model {
    /// A filter may match other meanings in the next language.
    pub(super) fn next_language(&mut self) {
        self.language = self.language.next();
        match &mut self.popup {
            Some(Popup::Choice(choosing)) => choosing.selected = 0,
            Some(Popup::History(list)) => list.selected = 0,
            _ => {}
        }
    }

    /// Offers these presets and lessons. The first thing that is wrong with the user's own is told.
    pub(crate) fn offer(&mut self, presets: Presets, lessons: Lessons) {
        let mut problems = presets.problem().into_iter().chain(lessons.problems());
        if let Some(problem) = problems.next().cloned() {
            self.warn(problem);
        }
        drop(problems);
        (self.presets, self.lessons) = (presets, lessons);
    }

    /// Lists the presets, with the one in use selected.
    pub(super) fn list_presets(&mut self) {
        let used = |preset: &Preset| preset.query == self.asked;
        let at = self.presets.of(self.host.os).iter().position(used);
        self.popup = Some(Popup::Presets(at.unwrap_or(0)));
    }

    /// The number of presets and lessons.
    pub(crate) fn count_presets(&self) -> usize {
        self.presets.of(self.host.os).len() + self.lessons.all().count()
    }

    /// Opens the list of providers, and asks Winsock for them.
    pub(super) fn list_providers(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        self.popup = Some(Popup::Providers(Catalog {
            ticket,
            record: None,
            selected: 0,
        }));
        effects.push(Effect::Call(ticket, None, Call::WsaEnumProtocols));
    }

    /// Fills in the list that waits for this record.
    pub(super) fn listed(&mut self, ticket: Ticket, record: Record) {
        if let Some(Popup::Providers(catalog)) = &mut self.popup
            && catalog.ticket == ticket
        {
            catalog.record = Some(record);
        }
    }

    pub(super) fn accept(&mut self, effects: &mut Effects) {
        match self.popup.take() {
            Some(Popup::Save) => {
                self.popup = Some(Popup::Save);
                self.save(effects);
            }
            Some(Popup::Choice(choosing)) => self.accept_choice(choosing, effects),
            Some(Popup::Presets(index)) if index >= self.presets.of(self.host.os).len() => {
                let index = index - self.presets.of(self.host.os).len();
                let lesson = self.lessons.all().nth(index).cloned();
                if let Some(lesson) = lesson {
                    self.start_lesson(Arc::new(lesson), effects);
                }
            }
            Some(Popup::Presets(index)) => {
                if let Some(preset) = self.presets.of(self.host.os).get(index).cloned() {
                    self.inform(&preset.about);
                    self.ask_instead(preset.query, effects);
                }
            }
            Some(Popup::Calls(menu)) => self.accept_call(menu, effects),
            Some(Popup::Numbers(fields)) => self.accept_numbers(fields, effects),
            Some(Popup::Matrix(sheet)) => self.ask_cell(&sheet, effects),
            Some(Popup::History(list)) => self.accept_visit(&list, effects),
            Some(Popup::Open) => {
                self.popup = Some(Popup::Open);
                self.open_typed(effects);
            }
            Some(popup @ Popup::Compare(_)) => self.popup = Some(popup),
            Some(Popup::Providers(_) | Popup::Binds(_) | Popup::Help(_)) | None => {}
        }
    }

    fn accept_choice(&mut self, choosing: Choosing, effects: &mut Effects) {
        let (os, hint) = (self.form.os, choosing.hint);
        let choices = choosing.choices(os, self.language);
        let Some(choice) = choices.get(choosing.selected) else {
            // No match: keep the popup open to correct the filter.
            self.popup = Some(Popup::Choice(choosing));
            return;
        };
        if hint == Hint::Flags && hint.table(os).of(choice.value).is_some() {
            // Keep the list open: another flag may follow.
            self.form.toggle(choice.value);
            self.popup = Some(Popup::Choice(choosing));
        } else {
            self.form.set(hint, choice.value);
        }
        self.ask_hints(effects);
    }

    pub(super) fn popup_line(&mut self, index: usize, effects: &mut Effects) {
        let (os, language) = (self.form.os, self.language);
        // The click refers to the last frame; the list may be shorter now.
        match &mut self.popup {
            Some(Popup::Choice(choosing)) if index < choosing.choices(os, language).len() => {
                choosing.selected = index;
            }
            // The first click shows what the preset is about, the second one takes it.
            Some(Popup::Presets(selected)) if *selected == index => {}
            Some(Popup::Presets(_)) => {
                if index < self.count_presets() {
                    self.popup = Some(Popup::Presets(index));
                }
                return;
            }
            Some(Popup::Providers(catalog)) if index < catalog.providers().len() => {
                catalog.selected = index;
                return;
            }
            // The first click selects the call, the second one makes it.
            Some(Popup::Calls(menu)) if menu.selected == index => {}
            Some(Popup::Calls(menu)) if index < Menu::steps(os).len() => {
                return menu.select(os, index);
            }
            Some(Popup::Numbers(fields)) if index < fields.inputs.len() => {
                fields.focus = index;
                return;
            }
            Some(Popup::Save) => {
                return self.choose_kind(index.min(SaveKind::ALL.len() - 1), effects);
            }
            Some(Popup::Compare(differences)) if index < differences.count() => {
                differences.selected = index;
                return;
            }
            // The first click shows the whole query, the second one goes back to it.
            Some(Popup::History(list)) if list.selected == index => {}
            Some(Popup::History(list)) => {
                let count = self.history.matches(&list.filter, language).len();
                list.selected = index.min(count.saturating_sub(1));
                return;
            }
            Some(_) | None => return,
        }
        self.accept(effects);
    }
}
