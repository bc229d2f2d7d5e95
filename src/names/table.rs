//! The tables of one system, derived from [`super::constants`] at compile time.

use std::iter::Map;
use std::slice;

use super::Os;
use super::constants::{ALL, TEXT};

/// One constant of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The number, as the C `int` that the calls take.
    pub value: i32,
    /// The name in the header, with its prefix: `AF_INET6`.
    pub name: &'static str,
    /// The description, one line.
    pub about: &'static str,
}

/// The constants of one kind on one system.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The prefix of the names, optional in input: `AF_`.
    pub prefix: &'static str,
    /// The name to show for each value.
    pub rows: Rows,
    /// Names that are accepted as input but never shown: synonyms (`AF_LOCAL`), bounds
    /// (`AF_MAX`), masks (`AI_DEFAULT`), bits to add to a type (`SOCK_CLOEXEC`), and protocols of
    /// other families (`NETLINK_ROUTE`).
    pub aliases: Rows,
}

impl Table {
    /// A table of `N` entries, the first `rows` of which are rows.
    pub(super) const fn new<const N: usize>(
        prefix: &'static str,
        (entries, rows): &'static ([Entry; N], usize),
    ) -> Self {
        let (rows, aliases) = entries.split_at(*rows);
        Self {
            prefix,
            rows: Rows(rows),
            aliases: Rows(aliases),
        }
    }

    /// The row of `value`.
    pub fn of(&self, value: i32) -> Option<Name> {
        let mut entries = self.rows.0.iter();
        entries.find(|row| row.value == value).map(Entry::name)
    }

    /// The row or alias with the name `text`, in any case and with or without the prefix.
    ///
    /// A name needs its prefix if a digit follows: `12844` is a number, but `AF_12844` is 25.
    pub fn named(&self, text: &str) -> Option<Name> {
        self.rows.iter().chain(self.aliases).find(|row| {
            row.name.eq_ignore_ascii_case(text)
                || row.name.strip_prefix(self.prefix).is_some_and(|short| {
                    !short.starts_with(|first: char| first.is_ascii_digit())
                        && short.eq_ignore_ascii_case(text)
                })
        })
    }

    /// The names of the bits set in `bits`, lowest bit first, and the bits without a name.
    pub fn split(&self, bits: i32) -> (Vec<Name>, u32) {
        let mut rest = bits.cast_unsigned();
        let mut names = Vec::new();
        for bit in (0..u32::BITS).map(|shift| 1_u32 << shift) {
            if rest & bit != 0
                && let Some(name) = self.of(bit.cast_signed())
            {
                names.push(name);
                rest &= !bit;
            }
        }
        (names, rest)
    }
}

/// Constants in the order in which they are listed.
#[derive(Clone, Copy, Debug)]
pub struct Rows(&'static [Entry]);

impl Rows {
    /// Iterates over the constants.
    pub fn iter(self) -> <Self as IntoIterator>::IntoIter {
        self.into_iter()
    }

    /// The number of constants.
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether the list is empty.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Rows {
    type Item = Name;
    type IntoIter = Map<slice::Iter<'static, Entry>, fn(&Entry) -> Name>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(Entry::name)
    }
}

/// A [`Name`] as offsets into [`TEXT`], since the loader would have to relocate every pointer.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    value: i32,
    start: u16,
    name: u8,
    about: u8,
}

impl Entry {
    fn name(&self) -> Name {
        let (_, text) = TEXT.split_at(usize::from(self.start));
        let (name, text) = text.split_at(usize::from(self.name));
        let (about, _) = text.split_at(usize::from(self.about));
        Name {
            value: self.value,
            name,
            about,
        }
    }
}

/// The kind of a constant.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Families,
    Socktypes,
    Protocols,
    Flags,
    Gai,
    Errno,
    Wsa,
}

/// Where a constant is listed. A second `Row` with the same number becomes an alias.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Before the others, in the order of the file.
    First,
    /// By the absolute value of its number.
    Row,
    /// Not as a row, even if its number has no other name.
    Alias,
}

/// A line of [`super::constants`]: the lengths of its texts and its number on each of [`Os::ALL`].
pub(super) struct Constant {
    pub(super) kind: Kind,
    pub(super) place: Place,
    pub(super) name: usize,
    pub(super) about: usize,
    pub(super) values: [Option<i32>; Os::ALL.len()],
}

impl Constant {
    const fn value(&self, kind: Kind, os: Os) -> Option<i32> {
        if self.kind as u8 == kind as u8 {
            self.values[os as usize]
        } else {
            None
        }
    }
}

/// The number of constants of `kind` on `os`.
pub(super) const fn count(kind: Kind, os: Os) -> usize {
    let (mut count, mut next) = (0, 0);
    while next < ALL.len() {
        count += ALL[next].value(kind, os).is_some() as usize;
        next += 1;
    }
    count
}

/// The `N` constants of `kind` on `os`, rows before aliases, and the number of rows.
pub(super) const fn list<const N: usize>(kind: Kind, os: Os) -> ([Entry; N], usize) {
    assert!(
        TEXT.len() <= u16::MAX as usize,
        "every offset into TEXT fits"
    );
    let mut entries = [Entry {
        value: 0,
        start: 0,
        name: 0,
        about: 0,
    }; N];
    let mut keys = [0; N];
    let (mut len, mut rows, mut start, mut next) = (0, 0, 0, 0);
    while next < ALL.len() {
        let Constant { name, about, .. } = ALL[next];
        if let Some(value) = ALL[next].value(kind, os) {
            let mut place = ALL[next].place;
            let mut at = 0;
            while at < rows {
                if entries[at].value == value {
                    place = Place::Alias;
                }
                at += 1;
            }
            let key = match place {
                Place::First => 0,
                Place::Row => 1 << 32 | value.unsigned_abs() as u64,
                Place::Alias => 2 << 32 | value.unsigned_abs() as u64,
            };
            rows += !matches!(place, Place::Alias) as usize;
            at = len;
            while at > 0 && keys[at - 1] > key {
                keys[at] = keys[at - 1];
                entries[at] = entries[at - 1];
                at -= 1;
            }
            keys[at] = key;
            assert!(name <= u8::MAX as usize && about <= u8::MAX as usize);
            entries[at] = Entry {
                value,
                start: start as u16,
                name: name as u8,
                about: about as u8,
            };
            len += 1;
        }
        start += name + about;
        next += 1;
    }
    (entries, rows)
}
