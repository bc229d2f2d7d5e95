//! Where bindings apply, and which contexts apply together.

use crate::app::{Field, Model, Pane, Popup, View};
use crate::net::Hint;
use crate::words::{Key as Words, Language};

/// Where a binding applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// Everywhere, unless a narrower context binds the key.
    Everywhere,
    /// Outside text fields and popups.
    OutsideText,
    /// Any field of the form.
    Form,
    /// A field of the form with a list of values.
    Choice,
    /// The line of all flags.
    Flags,
    /// A flag of the form.
    Flag,
    /// A text field of the form.
    Text,
    /// The list of entries.
    Entries,
    /// The detail pane.
    Detail,
    /// The calls on a socket, in the detail pane.
    Steps,
    /// The lesson.
    Lesson,
    /// The lists with a filter: the calls, the runs and the help.
    Filtered,
    /// A filter that keys edit.
    Filter,
    /// Any popup.
    Popup,
    /// The popup with a hint's values and a filter.
    Values,
    /// The popups with arguments of a call.
    Arguments,
    /// The presets.
    Presets,
    /// The path of a file to save.
    Save,
    /// The matrix.
    Matrix,
    /// The bind matrix.
    Binds,
    /// The runs of the session.
    History,
    /// The path of a file to open.
    Open,
    /// A popup without a filter.
    Plain,
}

impl Context {
    /// All contexts, in the order of the help.
    pub const ALL: [Self; 23] = [
        Self::Everywhere,
        Self::OutsideText,
        Self::Form,
        Self::Text,
        Self::Choice,
        Self::Flags,
        Self::Flag,
        Self::Entries,
        Self::Detail,
        Self::Steps,
        Self::Lesson,
        Self::Filtered,
        Self::Filter,
        Self::Popup,
        Self::Values,
        Self::Arguments,
        Self::Presets,
        Self::Save,
        Self::Matrix,
        Self::Binds,
        Self::History,
        Self::Open,
        Self::Plain,
    ];

    /// The heading in the help.
    pub const fn title(self, language: Language) -> &'static str {
        let words = match self {
            Self::Everywhere => Words::ContextEverywhere,
            Self::OutsideText => Words::ContextOutsideText,
            Self::Form => Words::ContextForm,
            Self::Choice => Words::ContextChoice,
            Self::Flags => Words::ContextFlags,
            Self::Flag => Words::ContextFlag,
            Self::Text => Words::ContextText,
            Self::Entries => Words::ContextEntries,
            Self::Detail => Words::ContextDetail,
            Self::Steps => Words::ContextSteps,
            Self::Lesson => Words::ContextLesson,
            Self::Filtered => Words::ContextFiltered,
            Self::Filter => Words::ContextFilter,
            Self::Popup => Words::ContextPopup,
            Self::Values => Words::ContextValues,
            Self::Arguments => Words::ContextArguments,
            Self::Presets => Words::ContextPresets,
            Self::Save => Words::ContextSave,
            Self::Matrix => Words::ContextMatrix,
            Self::Binds => Words::ContextBinds,
            Self::History => Words::ContextHistory,
            Self::Open => Words::ContextOpen,
            Self::Plain => Words::ContextPlain,
        };
        words.text(language)
    }

    /// The contexts in the order of the help: those that apply without a popup, then the others.
    pub(crate) fn in_help(model: &Model) -> impl Iterator<Item = Self> {
        let first = Self::of_pane(model);
        let others = Self::ALL
            .into_iter()
            .filter(|context| !first.contains(context));
        first.iter().copied().chain(others)
    }

    /// The contexts that apply in `model`, narrowest first.
    pub(crate) fn of(model: &Model) -> &'static [Self] {
        match model.popup {
            _ if edits_filter(model) => FILTER,
            Some(Popup::Choice(_)) => VALUES,
            Some(Popup::Calls(_) | Popup::Numbers(_)) => ARGUMENTS,
            Some(Popup::Presets(_)) => PRESETS,
            Some(Popup::Matrix(_)) => MATRIX,
            Some(Popup::Binds(_)) => BINDS,
            Some(Popup::Providers(_)) => PROVIDERS,
            Some(Popup::Save) => SAVE,
            Some(Popup::History(_)) => HISTORY,
            Some(Popup::Open) => OPEN,
            Some(Popup::Compare(_)) => PROVIDERS,
            Some(Popup::Help(_)) => HELP,
            None => Self::of_pane(model),
        }
    }

    fn of_pane(model: &Model) -> &'static [Self] {
        match model.pane {
            Pane::Form => match model.form.focused() {
                Field::Node | Field::Service => TEXT,
                Field::Hint(Hint::Flags) => FLAGS,
                Field::HintsPointer | Field::Hint(_) => CHOICE,
                Field::Flag(_) => FLAG,
            },
            Pane::Entries => ENTRIES,
            Pane::Detail if model.view == View::Calls => CALLS,
            Pane::Detail if model.view == View::Socket => STEPS,
            Pane::Detail => DETAIL,
            Pane::Lesson => LESSON,
        }
    }
}

pub(super) type Stack = &'static [Context];

const VALUES: Stack = &[Context::Values, Context::Popup, Context::Everywhere];
const ARGUMENTS: Stack = &[Context::Arguments, Context::Popup, Context::Everywhere];
const PRESETS: Stack = &[
    Context::Presets,
    Context::Plain,
    Context::Popup,
    Context::Everywhere,
];
const MATRIX: Stack = &[
    Context::Matrix,
    Context::Plain,
    Context::Popup,
    Context::Everywhere,
];
const BINDS: Stack = &[
    Context::Binds,
    Context::Plain,
    Context::Popup,
    Context::Everywhere,
];
const PROVIDERS: Stack = &[Context::Plain, Context::Popup, Context::Everywhere];
const HELP: Stack = &[
    Context::Plain,
    Context::Popup,
    Context::Filtered,
    Context::Everywhere,
];
const HISTORY: Stack = &[
    Context::History,
    Context::Plain,
    Context::Popup,
    Context::Filtered,
    Context::Everywhere,
];
const OPEN: Stack = &[Context::Open, Context::Everywhere];
const SAVE: Stack = &[Context::Save, Context::Everywhere];
const FILTER: Stack = &[Context::Filter, Context::Everywhere];
const TEXT: Stack = &[Context::Text, Context::Form, Context::Everywhere];
const FLAGS: Stack = &[
    Context::Flags,
    Context::Form,
    Context::OutsideText,
    Context::Everywhere,
];
const CHOICE: Stack = &[
    Context::Choice,
    Context::Form,
    Context::OutsideText,
    Context::Everywhere,
];
const FLAG: Stack = &[
    Context::Flag,
    Context::Form,
    Context::OutsideText,
    Context::Everywhere,
];
const ENTRIES: Stack = &[Context::Entries, Context::OutsideText, Context::Everywhere];
const STEPS: Stack = &[
    Context::Steps,
    Context::Detail,
    Context::OutsideText,
    Context::Everywhere,
];
const LESSON: Stack = &[Context::Lesson, Context::OutsideText, Context::Everywhere];
const DETAIL: Stack = &[Context::Detail, Context::OutsideText, Context::Everywhere];

const CALLS: Stack = &[
    Context::Filtered,
    Context::Detail,
    Context::OutsideText,
    Context::Everywhere,
];

/// The contexts that apply together, narrowest first.
pub(super) const STACKS: [Stack; 20] = [
    FILTER, VALUES, ARGUMENTS, PRESETS, MATRIX, BINDS, PROVIDERS, SAVE, HISTORY, OPEN, HELP, TEXT,
    FLAGS, CHOICE, FLAG, ENTRIES, DETAIL, STEPS, CALLS, LESSON,
];

/// Whether keys edit a filter that was started with a key.
pub(super) fn edits_filter(model: &Model) -> bool {
    model.filter().is_some_and(|filter| filter.edited)
}
