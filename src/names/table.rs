//! The tables of one system, made from [`GROUPS`].

use super::Os;
use super::constants::GROUPS;

/// One constant of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The number, as the C `int` that the calls take.
    pub value: i32,
    /// The name in the header, with its prefix: `AF_INET6`.
    pub name: &'static str,
}

/// The constants of one kind on one system.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The prefix of the names, optional in input: `AF_`.
    pub prefix: &'static str,
    /// The name to show for each value.
    pub rows: &'static [Name],
    /// The index of the first row that only GetAddrInfoEx uses; `rows.len()` if there is none.
    pub extended: usize,
    /// Names that are accepted as input but never shown: synonyms (`AF_LOCAL`), bounds
    /// (`AF_MAX`), masks (`AI_DEFAULT`), bits to add to a type (`SOCK_CLOEXEC`), and protocols of
    /// other families (`NETLINK_ROUTE`).
    pub aliases: &'static [Name],
}

impl Table {
    /// The constants in the groups of `prefix` that `os` has.
    pub(super) fn new(os: Os, prefix: &'static str) -> Self {
        let (mut rows, mut aliases) = (Vec::<Name>::new(), Vec::new());
        let mut extended = None;
        for group in GROUPS.iter().filter(|group| group.prefix == prefix) {
            if group.place == Place::Extended {
                extended = Some(rows.len());
            }
            for name in group.names(os) {
                // Of two names for a number, the second follows the first.
                let second = rows.last().is_some_and(|row| row.value == name.value);
                if second || group.place == Place::Alias {
                    aliases.push(name);
                } else {
                    rows.push(name);
                }
            }
        }
        aliases.sort_by_key(magnitude);
        Self {
            prefix,
            extended: extended.unwrap_or(rows.len()),
            rows: rows.leak(),
            aliases: aliases.leak(),
        }
    }

    /// The row of `value`.
    pub fn of(&self, value: i32) -> Option<Name> {
        // Most rows are in the order of their numbers, with few gaps: a row is not far before that place.
        let place = usize::try_from(value).map_or(0, |value| value.saturating_add(1));
        let (before, behind) = self.rows.split_at(place.min(self.rows.len()));
        let mut rows = before.iter().rev().chain(behind);
        rows.find(|row| row.value == value).copied()
    }

    /// `name` without the prefix of the table: `STREAM`.
    pub fn short<'a>(&self, name: &'a str) -> &'a str {
        name.strip_prefix(self.prefix).unwrap_or(name)
    }

    /// The row or alias with the name `text`, in any case and with or without the prefix.
    ///
    /// A name needs its prefix if a digit follows: `12844` is a number, but `AF_12844` is 25.
    pub fn named(&self, text: &str) -> Option<Name> {
        let starts_with_digit = text.starts_with(|first: char| first.is_ascii_digit());
        let mut names = self.rows.iter().chain(self.aliases);
        let found = names.find(|row| {
            let short = row.name.strip_prefix(self.prefix);
            row.name.eq_ignore_ascii_case(text)
                || !starts_with_digit && short.is_some_and(|short| short.eq_ignore_ascii_case(text))
        });
        found.copied()
    }

    /// The value of the row or alias with exactly this name.
    pub(crate) fn value(&self, name: &str) -> Option<i32> {
        let mut names = self.rows.iter().chain(self.aliases);
        names.find(|row| row.name == name).map(|row| row.value)
    }

    /// The names of the bits set in `bits`, lowest bit first, and the bits without a name.
    pub fn split(&self, bits: i32) -> (Vec<Name>, u32) {
        let set = (0..u32::BITS).map(|shift| bits & 1 << shift);
        let set = set.filter(|&bit| bit != 0);
        let names: Vec<Name> = set.filter_map(|bit| self.of(bit)).collect();
        let named = names.iter().fold(0, |sum, name| sum | name.value);
        (names, (bits & !named).cast_unsigned())
    }
}

/// Constants with one prefix that are listed alike. Their names are lengths, since the loader would
/// have to relocate every pointer.
pub(super) struct Group {
    pub(super) prefix: &'static str,
    pub(super) place: Place,
    /// The names, concatenated.
    pub(super) names: &'static str,
    pub(super) constants: &'static [Constant],
}

/// Where a constant is listed. A second row with the same number becomes an alias.
#[derive(PartialEq)]
pub(super) enum Place {
    /// Before the others, in the order of the file.
    First,
    /// By the absolute value of its number.
    Row,
    /// Like `Row`, but after all of those: a flag that only GetAddrInfoEx uses.
    Extended,
    /// Not as a row, even if its number has no other name.
    Alias,
}

/// The length of a constant's name, and its number on each of [`Os::ALL`].
pub(super) struct Constant {
    pub(super) name: usize,
    pub(super) values: [Option<i32>; Os::ALL.len()],
}

impl Group {
    /// The constants that `os` has, in the order in which they are listed.
    fn names(&self, os: Os) -> Vec<Name> {
        let (mut names, mut text) = (Vec::with_capacity(self.constants.len()), self.names);
        for constant in self.constants {
            let (name, rest) = text.split_at(constant.name);
            names.extend(constant.values[os as usize].map(|value| Name { value, name }));
            text = rest;
        }
        if self.place != Place::First {
            names.sort_by_key(magnitude);
        }
        names
    }
}

const fn magnitude(name: &Name) -> u32 {
    name.value.unsigned_abs()
}
