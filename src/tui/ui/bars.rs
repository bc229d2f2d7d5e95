//! The header, the message line and the footer.

use ratatui::layout::Rect;

use super::canvas::{Canvas, width, wrap};
use super::look::time;
use crate::app::{Command, Field, MAX_IN_FLIGHT, Model, Pane, Target, View};
use crate::net::{Hint, Outcome, Run, Value};
use crate::tui::keys::{self, Binding, Context};

/// The machine and, at the right, the time of getaddrinfo.
pub(super) fn header(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let end = canvas.text(1, 0, "sockscope", look.strong());
    let (took, style) = match &model.lookups.pending {
        Some(pending) => (Some(look.waiting(pending.elapsed)), look.pending()),
        None => {
            let record = model.run().and_then(Run::answer);
            (record.map(|record| time(record.took)), look.text())
        }
    };
    let took = took.map_or_else(String::new, |took| format!("getaddrinfo {took} "));
    canvas.right(end + 2, 0, &took, style);
    let about = machine(model, look.dot());
    let free = canvas.area.width.saturating_sub(end + width(&took) + 4);
    if width(&about) <= free {
        let middle = (canvas.area.width.saturating_sub(width(&about))) / 2;
        let column = middle.clamp(end + 2, end + 2 + free - width(&about));
        canvas.text(column, 0, &about, look.dim());
    }
}

fn machine(model: &Model, dot: &str) -> String {
    let host = &model.host;
    let mut parts = vec![host.os.title().to_owned()];
    parts.extend(host.libc.clone());
    let wsastartup = host.wsastartup.as_ref();
    parts.extend(wsastartup.map(|record| match &record.outcome {
        Outcome::Returned(Value::WsaData(data)) => format!("Winsock {}", data.version),
        Outcome::Failed(error) => format!("WSAStartup failed: {}", error.code),
        _ => "no WSAStartup".to_owned(),
    }));
    parts.push(host.arch.clone());
    parts.join(&format!(" {dot} "))
}

/// The message to the user, or a hint on the field in focus.
pub(super) fn message(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let (text, style) = if model.lookups.refused {
        let text = format!(
            "Not asked: {MAX_IN_FLIGHT} calls have not returned yet. F5 asks again when one has."
        );
        (text, look.failure())
    } else {
        match &model.notice {
            Some(notice) if notice.failure => (notice.text.clone(), look.failure()),
            Some(notice) => (notice.text.clone(), look.text()),
            None => (hint(model).to_owned(), look.dim()),
        }
    };
    let room = canvas.area.width.saturating_sub(2);
    let mut lines = wrap(&look.shown(&text), room);
    // Join the lines that have no row; `put` truncates the result.
    let last = usize::from(canvas.area.height).saturating_sub(1);
    if lines.len() > last {
        let rest = lines.split_off(last).join(" ");
        lines.push(rest);
    }
    for (row, line) in (0..).zip(&lines) {
        canvas.put(1, row, room, line, style);
    }
}

/// The meaning of the field or view in focus.
fn hint(model: &Model) -> &'static str {
    if model.popup.is_some() {
        return "";
    }
    let os = model.form.os;
    match (model.pane, model.form.focused()) {
        (Pane::Form, Field::Node) => {
            "Host name or address; NULL asks for this machine. Delete: NULL or \"\"."
        }
        (Pane::Form, Field::Service) => {
            "Port number, or a name such as http; NULL is port 0. Delete: NULL or \"\"."
        }
        (Pane::Form, Field::HintsPointer) => {
            "&hints, or NULL: then the system chooses family, type and flags."
        }
        (Pane::Form, Field::Hint(Hint::Flags)) => {
            "The flags below, ORed together. Enter lists them all."
        }
        (Pane::Form, Field::Hint(hint)) => {
            let value = hint.get(&model.form.hints);
            match hint.table(os).of(value) {
                Some(row) => row.about,
                None if value == 0 => "0: any; getaddrinfo may return every one it knows.",
                None => "A number that this system's header has no name for.",
            }
        }
        (Pane::Form, Field::Flag(bit)) => os.names().flags.of(bit).map_or("", |row| row.about),
        (Pane::Entries, _) => {
            "What getaddrinfo returned. While an entry is selected, its socket is open."
        }
        (Pane::Detail, _) => match model.view {
            View::Socket => "The call, what it returned, and what there is to say of it.",
            View::Addrinfo => "The entry as its struct, and its address byte by byte.",
            View::Code => "A program that asks the same. l: another language; y: copy.",
            View::Calls => "Every call, in order. y: copy them all; Y: the selected one.",
            View::Elsewhere => "What others are recorded to do. Nothing of it was done here.",
        },
    }
}

/// The keys that apply, each a click target.
pub(super) fn footer(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let mut items: Vec<(String, &Binding)> = keys::footer(model)
        .map(|binding| (binding.short_label(look.ascii), binding))
        .collect();
    let total = |items: &[(String, &Binding)]| -> u16 {
        let widths = items
            .iter()
            .map(|(label, binding)| width(label) + 1 + width(binding.footer) + 2);
        widths.sum()
    };
    let does = |binding: &Binding, command| binding.actions.iter().any(|(_, own)| *own == command);
    // Keep the last two, help and quit; drop first what the help lists too.
    while items.len() > 2 && total(&items) > canvas.area.width {
        let optional = &items[..items.len() - 2];
        let spare = |command| {
            optional.iter().position(|(_, binding)| {
                binding.context == Context::Everywhere && does(binding, command)
            })
        };
        // Keep Tab: if only one pane is visible, it is the only way to the others.
        let tab = |binding| does(binding, Command::NextPane);
        let last = optional.iter().rposition(|(_, binding)| !tab(binding));
        let index = spare(Command::Presets)
            .or_else(|| spare(Command::Resolve))
            .or(last)
            .unwrap_or(optional.len() - 1);
        items.remove(index);
    }
    let mut column = 1;
    for (label, binding) in items {
        let start = column;
        column = canvas.text(column, 0, &label, look.strong());
        column = canvas.text(column, 0, &format!(" {}", binding.footer), look.dim());
        if let Some(&(_, command)) = binding.actions.first() {
            let area = Rect {
                x: canvas.area.x + start,
                width: column - start,
                ..canvas.area
            };
            canvas.part(area).set_target(Target::Command(command));
        }
        column += 2;
    }
}
