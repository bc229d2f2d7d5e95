//! The form: the arguments of getaddrinfo, one field each.

use std::ffi::{OsStr, OsString};

use tui_input::InputRequest;

use super::effect::Effects;
use super::input::TextInput;
use super::{Answer, Choosing, Model, Pane, Popup, popup};
use crate::explain::{Fix, Severity};
use crate::names::Os;
use crate::net::{Hint, Hints, Query};
use crate::text::Text;
use crate::words::{Key, Phrase};

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    /// The node.
    Node,
    /// The service.
    Service,
    /// The hints pointer: `&hints` or NULL.
    HintsPointer,
    /// A member of the hints.
    Hint(Hint),
    /// One bit of `ai_flags`.
    Flag(i32),
}

/// A text argument.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TextField {
    /// The NULL pointer.
    Null,
    /// An editable text, possibly empty.
    Typed(TextInput),
    /// Text from the command line that is not UTF-8: it can be passed and cleared, but not edited.
    Raw(OsString),
}

fn typed(text: impl Into<String>) -> TextField {
    TextField::Typed(TextInput::new(text))
}

impl TextField {
    /// `text`, with the cursor at its end.
    fn new(text: Option<&Text>) -> Self {
        match text.map(Text::as_os_str) {
            None => Self::Null,
            Some(text) => match text.to_str() {
                Some(text) => typed(text),
                None => Self::Raw(text.to_owned()),
            },
        }
    }

    /// The text; `None` is NULL.
    fn as_os_str(&self) -> Option<&OsStr> {
        match self {
            Self::Null => None,
            Self::Typed(text) => Some(text.value().as_ref()),
            Self::Raw(text) => Some(text),
        }
    }

    /// Applies `request`. Typing turns NULL into a text.
    ///
    /// # Errors
    /// The message why the text is unchanged.
    fn edit(&mut self, request: InputRequest) -> Result<(), Phrase> {
        match (&mut *self, request) {
            (Self::Null, InputRequest::InsertChar(c)) => *self = typed(c),
            (Self::Null, InputRequest::DeleteNextChar)
            | (Self::Raw(_), InputRequest::DeleteLine) => *self = typed(""),
            (Self::Typed(text), InputRequest::DeleteNextChar) if text.value().is_empty() => {
                *self = Self::Null
            }
            (Self::Typed(text), _) => text.handle(request)?,
            (Self::Null, _) => {}
            (Self::Raw(_), _) => return Err(Key::NoticeRaw.into()),
        }
        Ok(())
    }

    /// Inserts `text` at the cursor, whole or not at all.
    ///
    /// # Errors
    /// The message why the text is unchanged.
    fn paste(&mut self, text: &str) -> Result<(), Phrase> {
        match self {
            Self::Null if text.is_empty() => {}
            Self::Null => {
                let mut pasted = TextInput::default();
                pasted.insert(text)?;
                *self = Self::Typed(pasted);
            }
            Self::Typed(own) => own.insert(text)?,
            Self::Raw(_) => return Err(Key::NoticeRaw.into()),
        }
        Ok(())
    }
}

/// The form's state.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    /// The system whose constants the hints use.
    pub(crate) os: Os,
    /// The node.
    pub(crate) node: TextField,
    /// The service.
    pub(crate) service: TextField,
    /// The hints, kept while NULL is passed instead.
    pub(crate) hints: Hints,
    /// Whether NULL is passed instead of the hints.
    pub(crate) null_hints: bool,
    /// The index of the field in focus, in [`Form::fields`].
    pub(crate) focus: usize,
}

/// The place of `ai_family` in [`Form::fields`].
const FAMILY: usize = 3;

impl Form {
    /// A form filled with `query`. The focus is on `ai_family`: a text field would take keys such as `?`
    /// and `q` as text.
    pub(crate) fn new(os: Os, query: &Query) -> Self {
        Self {
            os,
            node: TextField::new(query.node.as_ref()),
            service: TextField::new(query.service.as_ref()),
            hints: query.hints.unwrap_or_default(),
            null_hints: query.hints.is_none(),
            focus: FAMILY,
        }
    }

    /// Fills the form with `query`. The focus stays.
    #[cfg(test)]
    pub(crate) fn fill(&mut self, query: &Query) {
        *self = Self {
            focus: self.focus,
            ..Self::new(self.os, query)
        };
    }

    /// The form with another focus; each system has its own number of fields.
    pub(super) fn focused_on(self, focus: usize) -> Self {
        let last = self.fields().len().saturating_sub(1);
        Self {
            focus: focus.min(last),
            ..self
        }
    }

    /// The fields, top to bottom.
    pub(crate) fn fields(&self) -> impl ExactSizeIterator<Item = Field> + use<> {
        let flags = self.os.names().flags.rows;
        (0..7 + flags.len()).map(move |index| match index {
            0 => Field::Node,
            1 => Field::Service,
            2 => Field::HintsPointer,
            FAMILY => Field::Hint(Hint::Family),
            4 => Field::Hint(Hint::Socktype),
            5 => Field::Hint(Hint::Protocol),
            6 => Field::Hint(Hint::Flags),
            _ => Field::Flag(flags.get(index - 7).map_or(0, |flag| flag.value)),
        })
    }

    /// The field in focus.
    pub(crate) fn focused(&self) -> Field {
        self.fields().nth(self.focus).unwrap_or(Field::Node)
    }

    /// The field in focus, if it is a text.
    fn focused_text(&mut self) -> Option<&mut TextField> {
        match self.focused() {
            Field::Node => Some(&mut self.node),
            Field::Service => Some(&mut self.service),
            _ => None,
        }
    }

    /// The hints to pass; `None` is NULL.
    pub(crate) fn passed_hints(&self) -> Option<Hints> {
        (!self.null_hints).then_some(self.hints)
    }

    /// The query in the form.
    ///
    /// # Errors
    /// The message that a text contains a NUL byte.
    pub(crate) fn query(&self) -> Result<Query, Phrase> {
        let text = |name, field: &TextField| {
            let text = field.as_os_str().map(Text::new).transpose();
            text.map_err(|error| Phrase::error_nul(name, error.position + 1))
        };
        Ok(Query {
            node: text("node", &self.node)?,
            service: text("service", &self.service)?,
            hints: self.passed_hints(),
        })
    }

    /// Whether it has the arguments of `query`, and nothing else.
    pub(super) fn is_of(&self, query: &Query) -> bool {
        let filled = Self::new(self.os, query);
        let same = |one: &TextField, other: &TextField| one.as_os_str() == other.as_os_str();
        same(&self.node, &filled.node)
            && same(&self.service, &filled.service)
            && self.null_hints == filled.null_hints
            && (self.null_hints || self.hints == filled.hints)
    }

    /// Whether `field` differs from `query`.
    pub(crate) fn differs(&self, field: Field, query: &Query) -> bool {
        match field {
            Field::Node => self.node.as_os_str() != query.node.as_ref().map(Text::as_os_str),
            Field::Service => {
                self.service.as_os_str() != query.service.as_ref().map(Text::as_os_str)
            }
            _ => hint_differs(field, self.passed_hints(), query.hints),
        }
    }

    /// Sets a hint, and passes the hints instead of NULL.
    pub(crate) fn set(&mut self, hint: Hint, value: i32) {
        hint.set(&mut self.hints, value);
        self.null_hints = false;
    }

    /// Toggles a flag.
    pub(crate) fn toggle(&mut self, bit: i32) {
        self.set(Hint::Flags, self.hints.flags ^ bit);
    }
}

/// Whether `field`, which is no text, differs between two hints arguments.
fn hint_differs(field: Field, one: Option<Hints>, other: Option<Hints>) -> bool {
    match (field, one, other) {
        (Field::HintsPointer, _, _) => one.is_none() != other.is_none(),
        (Field::Hint(hint), Some(one), Some(other)) => hint.get(&one) != hint.get(&other),
        (Field::Flag(bit), Some(one), Some(other)) => (one.flags ^ other.flags) & bit != 0,
        _ => false,
    }
}

impl Model {
    /// Whether the fix of the current failure or warning would change `field`.
    pub(crate) fn at_fault(&self, field: Field) -> bool {
        let Some(Answer { run, notes, .. }) = &self.answer else {
            return false;
        };
        let mut notes = notes.list.iter();
        let note = notes.find(|note| note.fix.is_some());
        let note = note.filter(|note| note.severity != Severity::Advice);
        let fix = note.and_then(|note| note.fix.as_ref());
        fix.and_then(Fix::query).is_some_and(|query| match field {
            Field::Node => query.node != run.asked().node,
            Field::Service => query.service != run.asked().service,
            _ => hint_differs(field, query.hints, run.asked().hints),
        })
    }

    /// Fills the form with a query of `os`. The focus stays.
    pub(super) fn fill_form(&mut self, os: Os, query: &Query) {
        self.form = Form::new(os, query).focused_on(self.form.focus);
    }

    /// The field that keys edit, if the form has the focus and no popup is open.
    fn field(&self) -> Option<Field> {
        (self.popup.is_none() && self.pane == Pane::Form).then(|| self.form.focused())
    }

    pub(super) fn change(&mut self, forward: bool, effects: &mut Effects) {
        match self.field() {
            Some(Field::HintsPointer) => self.form.null_hints = !self.form.null_hints,
            Some(Field::Hint(hint)) if hint != Hint::Flags => {
                let value = popup::step(self.form.os, hint, hint.get(&self.form.hints), forward);
                self.form.set(hint, value);
            }
            _ => return,
        }
        self.ask_hints(effects);
    }

    pub(super) fn choose(&mut self, effects: &mut Effects) {
        match self.field() {
            Some(Field::HintsPointer) => self.change(true, effects),
            Some(Field::Hint(hint)) => {
                let choosing = Choosing::new(self.form.os, hint, &self.form.hints);
                self.popup = Some(Popup::Choice(choosing));
            }
            _ => {}
        }
    }

    pub(super) fn toggle(&mut self, effects: &mut Effects) {
        if let Some(Field::Flag(bit)) = self.field() {
            self.form.toggle(bit);
            self.ask_hints(effects);
        }
    }

    pub(super) fn edit(&mut self, request: InputRequest) {
        let filtered = self.change_filter(|text| text.handle(request));
        let result = filtered.unwrap_or_else(|| match self.form.focused_text() {
            Some(text) if self.popup.is_none() && self.pane == Pane::Form => text.edit(request),
            _ => Ok(()),
        });
        if let Err(refusal) = result {
            self.warn(refusal);
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.notice = None;
        let result = match self.change_filter(|filter| filter.insert(text)) {
            Some(result) => result,
            None if self.popup.is_some() => return,
            None if self.pane != Pane::Form => {
                return self.inform(Key::NoticeNoTextHere);
            }
            None => match self.form.focused_text() {
                Some(field) => field.paste(text),
                None => return self.inform(Key::NoticeNoTextField),
            },
        };
        let replaced = text.matches(char::REPLACEMENT_CHARACTER).count();
        match result {
            Err(refusal) => self.warn(refusal),
            Ok(()) if replaced > 0 => self.warn(Phrase::notice_replaced(replaced)),
            Ok(()) => {}
        }
    }
}
