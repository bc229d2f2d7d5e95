//! A line as a syntax value: what stands there, not yet what it means on a system.

mod parser;

use std::fmt;
use std::path::Path;

pub(crate) use parser::{Mistake, line};

use crate::document;
use crate::names::Os;
use crate::net::Host;
use crate::text::{printable, quoted_bytes};
use crate::words::Phrase;

/// The lines of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script(pub(crate) Vec<Line>);

/// A call with its result, a comment, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The number of the line in its file, from 1.
    pub(crate) number: usize,
    /// The text that was read, for the columns of messages; empty if the file has none.
    pub(crate) source: String,
    pub(crate) statement: Option<Statement>,
    /// The comment with its `#` and the blanks before it.
    pub(crate) comment: String,
}

/// A call and what it is expected to return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The name of the function.
    pub(crate) call: Word,
    pub(crate) arguments: Vec<Term>,
    /// The accepted results in the order of the line. None of them: the call returns nothing, or
    /// had not returned.
    pub(crate) cases: Vec<Case>,
    /// Whether `<unfinished ...>` stands instead of the output arguments and the result.
    pub(crate) unfinished: bool,
    /// The seconds that the call took, as written.
    pub(crate) took: Option<String>,
}

/// An accepted result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    /// The system whose results begin here; results without one go on with those before.
    pub(crate) place: Option<Place>,
    pub(crate) terms: Vec<Term>,
}

/// A text and its place in the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    /// The number of bytes before it.
    pub(crate) at: usize,
}

/// An argument, or a part of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) kind: Kind,
    /// The number of bytes before it.
    pub(crate) at: usize,
    /// Whether a comma stands before it. Only a part of a result may lack one.
    pub(crate) comma: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number, constant, name, address or `[list]`: `AI_PASSIVE|0x4000`, `[::1]:80`, `[4 entries]`.
    Word(String),
    /// A string without its quotes and escapes.
    Text(Box<[u8]>),
    /// `{ai_flags=0, …}` or `{1, 0}`
    Struct(Vec<(Option<String>, Term)>),
    /// A text in parentheses, without them: the system's message.
    Remark(String),
}

/// A system that a result is expected on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Linux with glibc.
    Linux,
    /// Linux with musl.
    Musl,
    /// macOS.
    Macos,
    /// FreeBSD.
    Freebsd,
    /// Windows itself.
    Windows,
    /// Winsock under Wine.
    Wine,
}

impl Place {
    pub(crate) const ALL: [Self; 6] = [
        Self::Linux,
        Self::Musl,
        Self::Macos,
        Self::Freebsd,
        Self::Windows,
        Self::Wine,
    ];

    /// The system of `host`; `wine` is whether its Winsock is Wine's.
    pub fn of(host: &Host, wine: bool) -> Self {
        match host.os {
            Os::Linux if host.libc.as_deref() == Some("musl") => Self::Musl,
            Os::Linux => Self::Linux,
            Os::Macos => Self::Macos,
            Os::Freebsd => Self::Freebsd,
            Os::Windows if wine => Self::Wine,
            Os::Windows => Self::Windows,
        }
    }

    /// The system whose numbers hold here.
    pub(crate) const fn os(self) -> Os {
        match self {
            Self::Linux | Self::Musl => Os::Linux,
            Self::Macos => Os::Macos,
            Self::Freebsd => Os::Freebsd,
            Self::Windows | Self::Wine => Os::Windows,
        }
    }

    /// The word before a result.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Musl => "musl",
            Self::Macos => "macos",
            Self::Freebsd => "freebsd",
            Self::Windows => "windows",
            Self::Wine => "wine",
        }
    }

    /// The system whose results hold here, if this one has none of its own.
    const fn fallback(self) -> Option<Self> {
        match self {
            Self::Musl => Some(Self::Linux),
            Self::Wine => Some(Self::Windows),
            _ => None,
        }
    }
}

impl Script {
    /// Reads a file; `-` is standard input.
    ///
    /// # Errors
    /// The file cannot be read, or as [`Script::read`].
    pub fn open(path: &Path) -> Result<Self, Phrase> {
        Self::read(path, &document::open(path)?)
    }

    /// Reads the text of the file `path`.
    ///
    /// # Errors
    /// A line is not a call and its result. The message has the place.
    pub fn read(path: &Path, text: &str) -> Result<Self, Phrase> {
        let lines = text.lines().enumerate();
        let lines = lines.map(|(at, text)| {
            let number = at + 1;
            match line(text) {
                Ok(line) => Ok(Line { number, ..line }),
                Err(mistake) => Err(mistake.placed(path, number, text)),
            }
        });
        lines.collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl Mistake {
    /// The message with its place: `text` is the line of this number. If it is empty, the place has no
    /// column.
    pub(crate) fn placed(self, path: &Path, number: usize, text: &str) -> Phrase {
        if text.is_empty() {
            return Phrase::error_file_line(number, &printable(path.as_os_str()), self.what);
        }
        let before = text.get(..self.at).unwrap_or(text);
        let column = before.chars().count() + 1;
        Phrase::script_place(column, number, &printable(path.as_os_str()), self.what)
    }
}

impl Statement {
    /// The results that are accepted on `place`: its own, else those of the system that it stands
    /// for, else those of no system.
    pub(crate) fn cases(&self, place: Place) -> Vec<&[Term]> {
        let mut section = None;
        let cases: Vec<_> = (self.cases.iter())
            .map(|case| {
                section = case.place.or(section);
                (section, &*case.terms)
            })
            .collect();
        let of = |wanted: Option<Place>| -> Vec<&[Term]> {
            let fitting = cases.iter().filter(|(section, _)| *section == wanted);
            fitting.map(|(_, terms)| *terms).collect()
        };
        [Some(place), place.fallback()]
            .into_iter()
            .flatten()
            .map(|place| of(Some(place)))
            .find(|cases| !cases.is_empty())
            .unwrap_or_else(|| of(None))
    }

    /// The call and its arguments, without the result.
    pub(crate) fn start(&self) -> String {
        let arguments: Vec<String> = self.arguments.iter().map(Term::to_string).collect();
        format!("{}({})", self.call.text, arguments.join(", "))
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(statement) = &self.statement {
            statement.fmt(f)?;
        }
        f.write_str(&self.comment)
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.unfinished {
            let start = self.start();
            let start = start.strip_suffix(')').unwrap_or(&start);
            let comma = if self.arguments.is_empty() { "" } else { ", " };
            return write!(f, "{start}{comma}<unfinished ...>");
        }
        f.write_str(&self.start())?;
        for (at, case) in self.cases.iter().enumerate() {
            f.write_str(if at == 0 { " = " } else { " | " })?;
            if let Some(place) = case.place {
                write!(f, "{}: ", place.name())?;
            }
            f.write_str(&terms(&case.terms))?;
        }
        match &self.took {
            Some(seconds) => write!(f, " <{seconds}>"),
            None => Ok(()),
        }
    }
}

/// The parts of a result, as they stand in a line.
pub(crate) fn terms(terms: &[Term]) -> String {
    let mut text = String::new();
    for term in terms {
        if !text.is_empty() {
            text += if term.comma { ", " } else { " " };
        }
        text += &term.to_string();
    }
    text
}

impl Term {
    /// The word, if it is one.
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Word(word) => f.write_str(word),
            Kind::Text(bytes) => f.write_str(&quoted_bytes(bytes)),
            Kind::Remark(text) => write!(f, "({text})"),
            Kind::Struct(members) => {
                let members = members.iter().map(|(name, term)| match name {
                    Some(name) => format!("{name}={term}"),
                    None => term.to_string(),
                });
                write!(f, "{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests;
