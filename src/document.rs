//! A TOML file that a person wrote: its values, and errors with file and line.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::{nearest, printable, quoted_briefly};
use crate::words::{Key, Part, Phrase, Translated};

/// A larger file is a mistake, such as a device without an end.
pub(crate) const LARGEST: usize = 1 << 20;

/// A value and its place.
pub(crate) type Item<'a> = Spanned<DeValue<'a>>;

/// A file and its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Document<'a> {
    path: &'a Path,
    text: &'a str,
}

/// The text of a file, at most 1 MiB.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    read_from(File::open(path)?)
}

/// The text of a file, or the message that it cannot be read; `-` is standard input.
pub(crate) fn open(path: &Path) -> Result<String, Phrase> {
    let text = match path.to_str() {
        Some("-") => read_from(io::stdin()),
        _ => read(path),
    };
    text.map_err(|error| unreadable(path, &error))
}

/// The text of a file of the user's that may be missing, as from [`open`]. One that is no file is an
/// error: a pipe would have to be written before it can be read.
pub(crate) fn find(path: &Path) -> Option<Result<String, Phrase>> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Some(open(path)),
        Ok(_) => Some(Err(Phrase::error_file_irregular(&printable(
            path.as_os_str(),
        )))),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => None,
            _ => Some(Err(unreadable(path, &error))),
        },
    }
}

/// The text that `reader` has, at most 1 MiB.
fn read_from(reader: impl io::Read) -> io::Result<String> {
    let mut text = String::new();
    reader.take(LARGEST as u64 + 1).read_to_string(&mut text)?;
    if text.len() > LARGEST {
        return Err(ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

/// The message that a file cannot be read.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Phrase {
    let path = printable(path.as_os_str());
    match error.kind() {
        ErrorKind::InvalidData => Phrase::error_file_not_utf8(&path),
        ErrorKind::FileTooLarge => Phrase::error_file_too_large(LARGEST >> 20, &path),
        _ => Phrase::error_file_unreadable(error.to_string(), &path),
    }
}

impl<'a> Document<'a> {
    pub(crate) const fn new(path: &'a Path, text: &'a str) -> Self {
        Self { path, text }
    }

    /// The whole table, as far as it is TOML, and the first error.
    pub(crate) fn parse(&self) -> (DeTable<'a>, Option<Phrase>) {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let error = errors.first().map(|error| {
            let what = Phrase::error_not_toml(printable(error.message().as_ref()).into_owned());
            self.error(error.span().unwrap_or_default(), what)
        });
        (table.into_inner(), error)
    }

    /// The message about the place `at`.
    pub(crate) fn error(&self, at: Range<usize>, what: impl Into<Part>) -> Phrase {
        let before = &self.text.as_bytes()[..at.start.min(self.text.len())];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        Phrase::error_file_line(line, &printable(self.path.as_os_str()), what)
    }

    /// The values of `names`, in their order. Another name in the table is an error.
    pub(crate) fn fields<const N: usize>(
        &self,
        table: DeTable<'a>,
        names: [&'static str; N],
    ) -> Result<[Option<Item<'a>>; N], Phrase> {
        let mut values = [const { None }; N];
        for (key, value) in table {
            let at = names.iter().position(|name| name == key.get_ref());
            let at = at.ok_or_else(|| self.unknown(key.span(), key.get_ref(), names))?;
            values[at] = Some(value);
        }
        Ok(values)
    }

    /// The message that `name` is none of `names`.
    pub(crate) fn unknown(
        &self,
        at: Range<usize>,
        name: &str,
        names: impl IntoIterator<Item = &'static str>,
    ) -> Phrase {
        let shown = quoted_briefly(name.as_ref());
        let what = match nearest(name, names) {
            Some(similar) => Phrase::error_unknown_name_similar(shown, similar),
            None => Phrase::error_unknown_name(shown),
        };
        self.error(at, what)
    }

    /// The value of a required field of the table at `at`.
    pub(crate) fn required(
        &self,
        at: &Range<usize>,
        name: &'static str,
        item: Option<Item<'a>>,
    ) -> Result<Item<'a>, Phrase> {
        item.ok_or_else(|| self.error(at.clone(), Phrase::error_field_missing(name)))
    }

    pub(crate) fn text<'i>(&self, item: &'i Item<'a>) -> Result<&'i str, Phrase> {
        let text = item.get_ref().as_str();
        text.ok_or_else(|| self.error(item.span(), Key::ErrorExpectedText))
    }

    pub(crate) fn flag(&self, item: &Item<'a>) -> Result<bool, Phrase> {
        let flag = item.get_ref().as_bool();
        flag.ok_or_else(|| self.error(item.span(), Key::ErrorExpectedFlag))
    }

    pub(crate) fn table(&self, item: Item<'a>) -> Result<DeTable<'a>, Phrase> {
        let span = item.span();
        match item.into_inner() {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.error(span, Key::ErrorExpectedTable)),
        }
    }

    /// The items of a list.
    pub(crate) fn list(&self, item: Item<'a>) -> Result<Vec<Item<'a>>, Phrase> {
        let span = item.span();
        match item.into_inner() {
            DeValue::Array(items) => Ok(items.into_iter().collect()),
            _ => Err(self.error(span, Key::ErrorExpectedList)),
        }
    }

    /// One of the named `values`.
    pub(crate) fn one_of<T>(
        &self,
        item: &Item<'a>,
        values: impl IntoIterator<Item = (&'static str, T)>,
    ) -> Result<T, Phrase> {
        let name = self.text(item)?;
        let mut names = Vec::new();
        for (own, value) in values {
            if own == name {
                return Ok(value);
            }
            names.push(own);
        }
        let values = names.join(", ");
        let what = Phrase::error_not_one_of(quoted_briefly(name.as_ref()), values);
        Err(self.error(item.span(), what))
    }

    /// A text, or a text per language. Line breaks become spaces, and what a terminal would obey is
    /// escaped.
    pub(crate) fn translated(&self, item: Item<'a>) -> Result<Translated, Phrase> {
        self.each_language(item, line)
    }

    /// As [`translated`](Self::translated), but an empty line begins a paragraph, after a line feed.
    pub(crate) fn paragraphs(&self, item: Item<'a>) -> Result<Translated, Phrase> {
        self.each_language(item, |text| {
            let mut paragraphs = vec![String::new()];
            for row in text.lines() {
                match paragraphs.last_mut() {
                    Some(last) if !row.trim().is_empty() => *last += &format!("{row} "),
                    _ => paragraphs.push(String::new()),
                }
            }
            let paragraphs = paragraphs.iter().map(|text| line(text));
            let paragraphs: Vec<_> = paragraphs.filter(|text| !text.is_empty()).collect();
            paragraphs.join("\n")
        })
    }

    fn each_language(
        &self,
        item: Item<'a>,
        line: impl Fn(&str) -> String,
    ) -> Result<Translated, Phrase> {
        let span = item.span();
        match item.into_inner() {
            DeValue::String(text) => Ok(Translated::Same(line(&text))),
            DeValue::Table(table) => {
                let [en, es] = self.fields(table, ["en", "es"])?;
                let (en, es) = (
                    self.required(&span, "en", en)?,
                    self.required(&span, "es", es)?,
                );
                Ok(Translated::Each {
                    en: line(self.text(&en)?),
                    es: line(self.text(&es)?),
                })
            }
            _ => Err(self.error(span, Key::ErrorExpectedText)),
        }
    }
}

/// The text in one line, without what a terminal would obey.
fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    printable(words.join(" ").as_ref()).into_owned()
}
