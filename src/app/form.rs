//! The form: the arguments of getaddrinfo, one field each.

use std::ffi::OsString;

use tui_input::InputRequest;

use super::effect::Effects;
use super::input::{TextInput, TooLong};
use super::{Choosing, Model, Pane, Popup, popup};
use crate::names::Os;
use crate::net::{Hint, Hints, Query};
use crate::text::{InnerNul, MAX_TEXT, Text};

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

/// The kind of a field; it decides what keys do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An editable text.
    Text,
    /// A choice from a list of values.
    Choice,
    /// On or off.
    Flag,
}

impl Field {
    /// The kind of the field.
    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Node | Self::Service => Kind::Text,
            Self::HintsPointer | Self::Hint(_) => Kind::Choice,
            Self::Flag(_) => Kind::Flag,
        }
    }
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

/// Why an edit was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The text is not UTF-8.
    Raw,
    /// The text would be too long.
    TooLong(TooLong),
}

impl From<TooLong> for Refused {
    fn from(too_long: TooLong) -> Self {
        Self::TooLong(too_long)
    }
}

fn typed(text: impl Into<String>) -> TextField {
    TextField::Typed(TextInput::new(text))
}

impl TextField {
    /// `text`, with the cursor at its end.
    pub(crate) fn new(text: Option<&Text>) -> Self {
        match text.map(|text| text.as_os_str()) {
            None => Self::Null,
            Some(text) => match text.to_str() {
                Some(text) => typed(text),
                None => Self::Raw(text.to_owned()),
            },
        }
    }

    /// The argument to pass; `None` is NULL.
    ///
    /// # Errors
    /// [`InnerNul`] if the text contains a NUL byte.
    pub(crate) fn text(&self) -> Result<Option<Text>, InnerNul> {
        match self {
            Self::Null => Ok(None),
            Self::Typed(text) => Text::new(text.value()).map(Some),
            Self::Raw(text) => Text::new(text).map(Some),
        }
    }

    /// Whether the field equals `text`.
    pub(crate) fn equals(&self, text: Option<&Text>) -> bool {
        match self {
            Self::Null => text.is_none(),
            Self::Typed(own) => text.is_some_and(|text| text.as_os_str() == own.value()),
            Self::Raw(own) => text.is_some_and(|text| text.as_os_str() == own),
        }
    }

    /// Applies `request`. Typing turns NULL into a text.
    ///
    /// # Errors
    /// [`Refused`]; the text is unchanged.
    pub(crate) fn edit(&mut self, request: InputRequest) -> Result<(), Refused> {
        match (&mut *self, request) {
            (Self::Null, InputRequest::InsertChar(c)) => *self = typed(c),
            (Self::Null, InputRequest::DeleteNextChar) => *self = typed(""),
            (Self::Typed(text), InputRequest::DeleteNextChar) if text.value().is_empty() => {
                *self = Self::Null
            }
            (Self::Typed(text), _) => text.handle(request)?,
            (Self::Raw(_), InputRequest::DeleteLine) => *self = typed(""),
            (Self::Null, _) => {}
            (Self::Raw(_), _) => return Err(Refused::Raw),
        }
        Ok(())
    }

    /// Inserts `text` at the cursor, whole or not at all.
    ///
    /// # Errors
    /// [`Refused`]; the text is unchanged.
    pub(crate) fn paste(&mut self, text: &str) -> Result<(), Refused> {
        match self {
            Self::Raw(_) => return Err(Refused::Raw),
            Self::Null if text.is_empty() => {}
            Self::Null => {
                let mut pasted = TextInput::default();
                pasted.insert(text)?;
                *self = Self::Typed(pasted);
            }
            Self::Typed(own) => own.insert(text)?,
        }
        Ok(())
    }
}

/// A text argument that cannot be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadText {
    /// The field.
    pub(crate) field: Field,
    /// The error.
    pub(crate) error: InnerNul,
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

impl Form {
    /// A form filled with `query`, with the first field in focus.
    pub(crate) fn new(os: Os, query: &Query) -> Self {
        let mut form = Self {
            os,
            node: TextField::Null,
            service: TextField::Null,
            hints: Hints::default(),
            null_hints: false,
            focus: 0,
        };
        form.fill(query);
        form
    }

    /// Fills the form with `query`. The focus stays.
    pub(crate) fn fill(&mut self, query: &Query) {
        self.node = TextField::new(query.node.as_ref());
        self.service = TextField::new(query.service.as_ref());
        self.hints = query.hints.unwrap_or_default();
        self.null_hints = query.hints.is_none();
    }

    /// The fields, top to bottom.
    pub(crate) fn fields(&self) -> impl ExactSizeIterator<Item = Field> + use<> {
        let flags = self.os.names().flags.rows;
        (0..7 + flags.len()).map(move |index| match index {
            0 => Field::Node,
            1 => Field::Service,
            2 => Field::HintsPointer,
            3 => Field::Hint(Hint::Family),
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
    pub(crate) fn focused_text(&mut self) -> Option<&mut TextField> {
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
    /// [`BadText`] if a text contains a NUL byte.
    pub(crate) fn query(&self) -> Result<Query, BadText> {
        let text = |field, text: &TextField| text.text().map_err(|error| BadText { field, error });
        Ok(Query {
            node: text(Field::Node, &self.node)?,
            service: text(Field::Service, &self.service)?,
            hints: self.passed_hints(),
        })
    }

    /// Whether `field` differs from `query`.
    pub(crate) fn differs(&self, field: Field, query: &Query) -> bool {
        match field {
            Field::Node => !self.node.equals(query.node.as_ref()),
            Field::Service => !self.service.equals(query.service.as_ref()),
            Field::HintsPointer => self.null_hints != query.hints.is_none(),
            Field::Hint(hint) => match (self.passed_hints(), query.hints) {
                (Some(own), Some(other)) => hint.get(&own) != hint.get(&other),
                _ => false,
            },
            Field::Flag(bit) => match (self.passed_hints(), query.hints) {
                (Some(own), Some(other)) => own.flags & bit != other.flags & bit,
                _ => false,
            },
        }
    }

    /// Whether any field differs from `query`.
    pub(crate) fn differs_from(&self, query: &Query) -> bool {
        self.fields().any(|field| self.differs(field, query))
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

impl Model {
    /// The field that keys edit, if the form has the focus and no popup is open.
    pub(super) fn field(&self) -> Option<Field> {
        (self.popup.is_none() && self.pane == Pane::Form).then(|| self.form.focused())
    }

    pub(super) fn change(&mut self, forward: bool, effects: &mut Effects) {
        match self.field() {
            Some(Field::HintsPointer) => {
                self.form.null_hints = !self.form.null_hints;
                self.ask_hints(effects);
            }
            Some(Field::Hint(hint)) if hint != Hint::Flags => {
                let value = popup::step(self.form.os, hint, hint.get(&self.form.hints), forward);
                self.form.set(hint, value);
                self.ask_hints(effects);
            }
            _ => {}
        }
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
        let result = if let Some(Popup::Choice(choosing)) = &mut self.popup {
            choosing.selected = 0;
            choosing.filter.handle(request).map_err(Refused::from)
        } else if self.field().is_some()
            && let Some(field) = self.form.focused_text()
        {
            field.edit(request)
        } else {
            Ok(())
        };
        self.refuse(result, "Too long");
    }

    pub(super) fn type_char(&mut self, c: char) {
        self.notice = None;
        self.edit(InputRequest::InsertChar(c));
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.notice = None;
        let result = if let Some(Popup::Choice(choosing)) = &mut self.popup {
            choosing.selected = 0;
            choosing
                .filter
                .handle(InputRequest::GoToEnd)
                .and_then(|()| choosing.filter.insert(text))
                .map_err(Refused::from)
        } else if self.popup.is_some() {
            return;
        } else if self.pane != Pane::Form {
            self.inform("Nothing here takes text. Tab goes to the form.");
            return;
        } else if let Some(field) = self.form.focused_text() {
            field.paste(text)
        } else {
            self.inform("This field takes no text: node and service do.");
            return;
        };
        let replaced = text.matches(char::REPLACEMENT_CHARACTER).count();
        if result.is_ok() && replaced > 0 {
            self.warn(format!(
                "{replaced} characters pasted are U+FFFD. Bytes that are not UTF-8 are read as that."
            ));
        }
        self.refuse(result, "Too long to paste");
    }

    /// Shows why an edit was refused.
    fn refuse(&mut self, result: Result<(), Refused>, too_long: &str) {
        match result {
            Ok(()) => {}
            Err(Refused::Raw) => self.warn(
                "This text is not UTF-8, so it can be passed on but not edited. Ctrl-U clears it.",
            ),
            Err(Refused::TooLong(TooLong { bytes })) => {
                self.warn(format!("{too_long}: {bytes} bytes (limit {MAX_TEXT})."));
            }
        }
    }
}
