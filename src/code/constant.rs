//! The hints as a program writes them: by name where its headers have one.

use crate::names::Os;
use crate::net::{Hint, Hints};

/// The constants that a program may name, and how its language writes numbers.
pub(super) struct Constants {
    /// The system that the query's numbers are of.
    pub(super) host: Os,
    /// The system that the program is for.
    pub(super) target: Os,
    /// What stands before a name: `libc::`.
    pub(super) prefix: &'static str,
    /// Whether the language has that constant of the target's headers.
    pub(super) has: fn(Os, &str) -> bool,
    /// The least C `int`.
    pub(super) least: &'static str,
    /// Whether names may stand in flags with the highest bit set.
    pub(super) names_negative_flags: bool,
}

/// The hints as expressions: `AI_PASSIVE | 0x40`.
pub(super) struct Expressions {
    pub(super) family: String,
    pub(super) socktype: String,
    pub(super) protocol: String,
    pub(super) flags: String,
    /// What the numbers in them are called, for comments.
    pub(super) remarks: Vec<String>,
}

impl Constants {
    pub(super) fn hints(&self, hints: &Hints) -> Expressions {
        let mut remarks = Vec::new();
        let mut value = |hint: Hint| self.value(hint, hint.get(hints), &mut remarks);
        Expressions {
            family: value(Hint::Family),
            socktype: value(Hint::Socktype),
            protocol: value(Hint::Protocol),
            flags: self.flags(hints.flags, &mut remarks),
            remarks,
        }
    }

    fn value(&self, hint: Hint, value: i32, remarks: &mut Vec<String>) -> String {
        // 0 means "any" here; the name IPPROTO_IP would hide that.
        if value == 0 && hint != Hint::Family {
            return "0".to_owned();
        }
        if let Some(row) = hint.table(self.host).of(value) {
            if self.knows(hint, row.name) {
                return format!("{}{}", self.prefix, row.name);
            }
            remarks.push(format!("{value} is {}", self.called(row.name)));
        }
        self.number(value)
    }

    fn flags(&self, value: i32, remarks: &mut Vec<String>) -> String {
        if value < 0 && !self.names_negative_flags {
            remarks.push(format!("{value} is {value:#x}"));
            return self.number(value);
        }
        let (names, mut rest) = Hint::Flags.table(self.host).split(value);
        let mut terms = Vec::new();
        for row in names {
            if self.knows(Hint::Flags, row.name) {
                terms.push(format!("{}{}", self.prefix, row.name));
            } else {
                rest |= row.value.cast_unsigned();
                remarks.push(format!("{:#x} is {}", row.value, self.called(row.name)));
            }
        }
        match rest.cast_signed() {
            0 if terms.is_empty() => terms.push("0".to_owned()),
            0 => {}
            // A hexadecimal literal with the highest bit set is no int in any of the languages.
            bits if bits < 0 => {
                remarks.push(format!("{bits} is {bits:#x}"));
                terms.push(self.number(bits));
            }
            bits => terms.push(format!("{bits:#x}")),
        }
        terms.join(" | ")
    }

    fn knows(&self, hint: Hint, name: &str) -> bool {
        let rows = hint.table(self.target).rows;
        rows.iter().any(|row| row.name == name) && (self.has)(self.target, name)
    }

    fn called(&self, name: &str) -> String {
        if self.host == self.target {
            name.to_owned()
        } else {
            format!("{name} on {}", self.host.title())
        }
    }

    fn number(&self, value: i32) -> String {
        if value == i32::MIN {
            return self.least.to_owned();
        }
        value.to_string()
    }
}
