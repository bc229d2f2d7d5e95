//! The hints as expressions of a program: names if its headers have them, else numbers.

use crate::names::Os;
use crate::net::{Hint, Hints};

/// The constants that a program may name, and the number syntax of its language.
pub(super) struct Constants {
    /// The system of the query's numbers.
    pub(super) host: Os,
    /// The system that the program is for.
    pub(super) target: Os,
    /// The prefix of a name, such as `libc::`.
    pub(super) prefix: &'static str,
    /// Whether the language has this constant of the target.
    pub(super) has: fn(Os, &str) -> bool,
    /// The expression for the smallest C `int`.
    pub(super) least: &'static str,
    /// Whether flags with the highest bit set may use names.
    pub(super) names_negative_flags: bool,
}

/// The hints as expressions: `AI_PASSIVE | 0x40`.
pub(super) struct Expressions {
    pub(super) family: String,
    pub(super) socktype: String,
    pub(super) protocol: String,
    pub(super) flags: String,
    /// Comments that give the names of numbers.
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
        // 0 means "any"; the name IPPROTO_IP would hide that.
        if value == 0 && hint != Hint::Family {
            return "0".to_owned();
        }
        if let Some(row) = hint.table(self.host).of(value) {
            if self.knows(hint, row.name) {
                return format!("{}{}", self.prefix, row.name);
            }
            remarks.push(format!("{value} is {}", self.name_on_host(row.name)));
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
                remarks.push(format!(
                    "{:#x} is {}",
                    row.value,
                    self.name_on_host(row.name)
                ));
            }
        }
        match rest.cast_signed() {
            0 if terms.is_empty() => terms.push("0".to_owned()),
            0 => {}
            // In no language is a hexadecimal literal with the highest bit set an int.
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

    fn name_on_host(&self, name: &str) -> String {
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
