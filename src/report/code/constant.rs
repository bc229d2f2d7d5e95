//! The hints' values as a program writes them: by name where its headers have one.

use crate::names::{Name, Os};
use crate::net::Hint;

/// The constants that a program may name.
pub(super) struct Constants {
    /// The system that the query's numbers are of.
    pub(super) host: Os,
    /// The system that the program is for.
    pub(super) target: Os,
    /// What stands before a name: `libc::`.
    pub(super) prefix: &'static str,
    /// Whether the language has that constant of the target's headers.
    pub(super) has: fn(Os, &str) -> bool,
}

/// A value in source code.
pub(super) struct Value {
    /// An expression: `AI_PASSIVE | 0x40`.
    pub(super) code: String,
    /// What a number in it is called, for a comment.
    pub(super) remark: Option<String>,
    /// The header's names in it.
    pub(super) names: Vec<&'static str>,
}

impl Constants {
    /// `value` of `hint`.
    pub(super) fn value(&self, hint: Hint, value: i32) -> Value {
        // 0 stands for "any" in these two, which IPPROTO_IP does not say.
        if value == 0 && matches!(hint, Hint::Socktype | Hint::Protocol | Hint::Flags) {
            return Value::number("0".to_owned());
        }
        if hint == Hint::Flags {
            return self.flags(value);
        }
        match hint.table(self.host).of(value) {
            None => Value::number(value.to_string()),
            Some(row) if self.knows(hint, row.name) => Value {
                code: format!("{}{}", self.prefix, row.name),
                remark: None,
                names: vec![row.name],
            },
            Some(row) => Value {
                remark: Some(self.called(row.name)),
                ..Value::number(value.to_string())
            },
        }
    }

    fn flags(&self, value: i32) -> Value {
        let (names, mut rest) = Hint::Flags.table(self.host).split(value);
        let (known, unknown): (Vec<&Name>, Vec<&Name>) = names
            .into_iter()
            .partition(|row| self.knows(Hint::Flags, row.name));
        let mut remarks = Vec::new();
        for row in unknown {
            rest |= row.value.cast_unsigned();
            remarks.push(format!("{:#x} is {}", row.value, self.called(row.name)));
        }
        let names: Vec<_> = known.iter().map(|row| row.name).collect();
        let mut terms: Vec<_> = names
            .iter()
            .map(|name| format!("{}{name}", self.prefix))
            .collect();
        // A literal with the highest bit set is no int in any of the languages.
        match rest.cast_signed() {
            0 => {}
            bits if bits < 0 => {
                remarks.insert(0, format!("{bits} is {rest:#x}"));
                terms.push(bits.to_string());
            }
            bits => terms.push(format!("{bits:#x}")),
        }
        Value {
            code: terms.join(" | "),
            remark: (!remarks.is_empty()).then(|| remarks.join(", ")),
            names,
        }
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
}

impl Value {
    const fn number(code: String) -> Self {
        Self {
            code,
            remark: None,
            names: Vec::new(),
        }
    }
}
