//! The form: what will be passed to getaddrinfo, field by field.

use std::ffi::OsString;

use tui_input::InputRequest;

use super::effect::Effects;
use super::input::{TextInput, TooLong};
use super::{Choosing, Model, Pane, Popup, popup};
use crate::names::Os;
use crate::net::{Hint, Hints, Query};
use crate::text::{InnerNul, MAX_TEXT, Text};

/// A line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The node, a text.
    Node,
    /// The service, a text.
    Service,
    /// Whether a pointer to hints is passed, or NULL.
    HintsPointer,
    /// A hint as a number with a name.
    Hint(Hint),
    /// One flag of `ai_flags`: this bit.
    Flag(i32),
}

/// What a field takes, which decides what keys mean in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Typing edits it.
    Text,
    /// It has a list of values.
    Choice,
    /// It is on or off.
    Flag,
}

impl Field {
    /// What the field takes.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Node | Self::Service => Kind::Text,
            Self::HintsPointer | Self::Hint(_) => Kind::Choice,
            Self::Flag(_) => Kind::Flag,
        }
    }
}

/// A text argument under the cursor.
#[derive(Clone, Debug, PartialEq)]
pub enum TextField {
    /// The NULL pointer.
    Null,
    /// Text, perhaps empty, with its cursor.
    Typed(TextInput),
    /// Text from the command line that is not UTF-8: passed on as it is, cleared or replaced as a
    /// whole, not edited.
    Raw(OsString),
}

/// Why a text was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not UTF-8.
    Raw,
    /// It would be too long.
    TooLong(TooLong),
}

impl From<TooLong> for Refused {
    fn from(too_long: TooLong) -> Self {
        Self::TooLong(too_long)
    }
}

/// `text`, to be edited.
fn typed(text: impl Into<String>) -> TextField {
    TextField::Typed(TextInput::new(text))
}

impl TextField {
    /// `text` with the cursor behind it.
    #[must_use]
    pub fn new(text: Option<&Text>) -> Self {
        match text.map(|text| text.as_os_str()) {
            None => Self::Null,
            Some(text) => match text.to_str() {
                Some(text) => typed(text),
                None => Self::Raw(text.to_owned()),
            },
        }
    }

    /// The text as it is passed on; none is NULL.
    ///
    /// # Errors
    /// [`InnerNul`] where a NUL byte was pasted.
    pub fn text(&self) -> Result<Option<Text>, InnerNul> {
        match self {
            Self::Null => Ok(None),
            Self::Typed(text) => Text::new(text.value()).map(Some),
            Self::Raw(text) => Text::new(text).map(Some),
        }
    }

    /// Whether it says what `text` says.
    #[must_use]
    pub fn says(&self, text: Option<&Text>) -> bool {
        match self {
            Self::Null => text.is_none(),
            Self::Typed(own) => text.is_some_and(|text| text.as_os_str() == own.value()),
            Self::Raw(own) => text.is_some_and(|text| text.as_os_str() == own),
        }
    }

    /// Applies `request`. Typing into NULL makes it a text.
    ///
    /// # Errors
    /// [`Refused`] says why the text is as it was.
    pub fn edit(&mut self, request: InputRequest) -> Result<(), Refused> {
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

    /// Puts `text` in at the cursor, whole.
    ///
    /// # Errors
    /// [`Refused`] says why the text is as it was.
    pub fn paste(&mut self, text: &str) -> Result<(), Refused> {
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

/// A text argument that cannot be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadText {
    /// The field that holds it.
    pub field: Field,
    /// What is wrong with it.
    pub error: InnerNul,
}

/// The form's state.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Whose constants the hints use.
    pub os: Os,
    /// The node.
    pub node: TextField,
    /// The service.
    pub service: TextField,
    /// The hints; kept while NULL is passed instead, so that nothing is lost.
    pub hints: Hints,
    /// Whether NULL is passed instead of the hints.
    pub null_hints: bool,
    /// The index of the field in focus, in [`Form::fields`].
    pub focus: usize,
}

impl Form {
    /// A form that says what `query` says, with the first field in focus.
    #[must_use]
    pub fn new(os: Os, query: &Query) -> Self {
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

    /// Says what `query` says. The focus stays.
    pub fn fill(&mut self, query: &Query) {
        self.node = TextField::new(query.node.as_ref());
        self.service = TextField::new(query.service.as_ref());
        self.hints = query.hints.unwrap_or_default();
        self.null_hints = query.hints.is_none();
    }

    /// The lines, from top to bottom.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = Field> + use<> {
        let flags = self.os.names().flags.rows;
        (0..7 + flags.len()).map(move |index| match index {
            0 => Field::Node,
            1 => Field::Service,
            2 => Field::HintsPointer,
            3 => Field::Hint(Hint::Family),
            4 => Field::Hint(Hint::Socktype),
            5 => Field::Hint(Hint::Protocol),
            6 => Field::Hint(Hint::Flags),
            _ => Field::Flag(flags.iter().nth(index - 7).map_or(0, |flag| flag.value)),
        })
    }

    /// The field in focus.
    #[must_use]
    pub fn focused(&self) -> Field {
        self.fields().nth(self.focus).unwrap_or(Field::Node)
    }

    /// The text field in focus, if it is one.
    pub fn focused_text(&mut self) -> Option<&mut TextField> {
        match self.focused() {
            Field::Node => Some(&mut self.node),
            Field::Service => Some(&mut self.service),
            _ => None,
        }
    }

    /// The hints as they are passed.
    #[must_use]
    pub fn passed_hints(&self) -> Option<Hints> {
        (!self.null_hints).then_some(self.hints)
    }

    /// Everything as it is passed.
    ///
    /// # Errors
    /// [`BadText`] names the first text that no C string can hold.
    pub fn query(&self) -> Result<Query, BadText> {
        let text = |field, text: &TextField| text.text().map_err(|error| BadText { field, error });
        Ok(Query {
            node: text(Field::Node, &self.node)?,
            service: text(Field::Service, &self.service)?,
            hints: self.passed_hints(),
        })
    }

    /// Whether `field` says something else than `query`.
    #[must_use]
    pub fn differs(&self, field: Field, query: &Query) -> bool {
        match field {
            Field::Node => !self.node.says(query.node.as_ref()),
            Field::Service => !self.service.says(query.service.as_ref()),
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

    /// Whether anything in the form says something else than `query`.
    #[must_use]
    pub fn differs_from(&self, query: &Query) -> bool {
        self.fields().any(|field| self.differs(field, query))
    }

    /// Sets a hint. Hints that have a value are passed, so NULL gives way.
    pub fn set(&mut self, hint: Hint, value: i32) {
        hint.set(&mut self.hints, value);
        self.null_hints = false;
    }

    /// Turns a flag on or off.
    pub fn toggle(&mut self, bit: i32) {
        self.set(Hint::Flags, self.hints.flags ^ bit);
    }
}

impl Model {
    /// The field that keys go to; none under a popup, and none while another pane has the focus.
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
        self.tell(result, "Too long");
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
            self.say("Nothing here takes text. Tab goes to the form.");
            return;
        } else if let Some(field) = self.form.focused_text() {
            field.paste(text)
        } else {
            self.say("This field takes no text: node and service do.");
            return;
        };
        let replaced = text.matches(char::REPLACEMENT_CHARACTER).count();
        if result.is_ok() && replaced > 0 {
            self.complain(format!(
                "{replaced} characters pasted are U+FFFD. Bytes that are not UTF-8 are read as that."
            ));
        }
        self.tell(result, "Too long to paste");
    }

    /// Says why a text was not changed.
    fn tell(&mut self, result: Result<(), Refused>, too_long: &str) {
        match result {
            Ok(()) => {}
            Err(Refused::Raw) => self.complain(
                "This text is not UTF-8, so it can be passed on but not edited. Ctrl-U clears it.",
            ),
            Err(Refused::TooLong(TooLong { bytes })) => {
                self.complain(format!("{too_long}: {bytes} bytes (limit {MAX_TEXT})."));
            }
        }
    }
}
