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
    /// What the numbers in it are called, for comments.
    pub(super) remarks: Vec<String>,
    /// The header's names in it.
    pub(super) names: Vec<&'static str>,
}

/// How a language writes a statement.
pub(super) struct Style {
    /// What stands before it.
    pub(super) indent: &'static str,
    /// What ends it.
    pub(super) end: &'static str,
    /// What begins a comment.
    pub(super) mark: &'static str,
    /// The columns that a line may have.
    pub(super) width: usize,
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
                remarks: Vec::new(),
                names: vec![row.name],
            },
            Some(row) => Value {
                remarks: vec![self.called(row.name)],
                ..Value::number(value.to_string())
            },
        }
    }

    fn flags(&self, value: i32) -> Value {
        let (names, mut rest) = Hint::Flags.table(self.host).split(value);
        let (known, unknown): (Vec<Name>, Vec<Name>) = names
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
            remarks,
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
            remarks: Vec::new(),
            names: Vec::new(),
        }
    }

    /// The statement that begins with `start`, and its comments.
    pub(super) fn statement(&self, start: &str, style: &Style) -> String {
        let Style {
            indent, end, mark, ..
        } = style;
        let line = format!("{indent}{start}{}{end}", self.code);
        let fits = line.len() <= style.width;
        // Python's style guide has two blanks (PEP 8).
        let gap = if *mark == "#" { "  " } else { " " };
        match &self.remarks[..] {
            [] if fits => return line + "\n",
            [remark] if fits => return format!("{line}{gap}{mark} {remark}\n"),
            _ => {}
        }
        let remarks = self.remarks.iter();
        let remarks: String = remarks
            .map(|remark| format!("{indent}{mark} {remark}\n"))
            .collect();
        if fits {
            return remarks + &line + "\n";
        }
        remarks + &line.replace(" | ", &format!("\n{indent}    | ")) + "\n"
    }
}
