//! The header, the message line and the footer.

use ratatui::layout::Rect;

use super::canvas::{Canvas, width, wrap};
use super::theme::time;
use crate::app::{Command, Field, MAX_IN_FLIGHT, Model, Pane, Target, View};
use crate::names::Os;
use crate::net::{Hint, Outcome, Run, Value};
use crate::tui::keys::{self, Context};

/// The machine and, at the right, the time of getaddrinfo.
pub(super) fn header(model: &Model, canvas: &mut Canvas) {
    let theme = canvas.theme;
    let end = canvas.text(1, 0, "sockscope", theme.strong());
    let took = match (&model.lookups.pending, model.run()) {
        (Some(pending), _) => format!(
            "getaddrinfo {} {} ",
            theme.spinner(pending.elapsed),
            seconds(model)
        ),
        (None, run) => run
            .and_then(Run::answer)
            .map_or_else(String::new, |record| {
                format!("getaddrinfo {} ", time(record.took))
            }),
    };
    let style = if model.lookups.pending.is_some() {
        theme.pending()
    } else {
        theme.text()
    };
    canvas.right(end + 2, 0, &took, style);
    let about = machine(model, theme.dot());
    let free = canvas.area.width.saturating_sub(end + width(&took) + 4);
    if width(&about) <= free {
        let middle = (canvas.area.width.saturating_sub(width(&about))) / 2;
        let column = middle.clamp(end + 2, end + 2 + free - width(&about));
        canvas.text(column, 0, &about, theme.dim());
    }
}

/// The elapsed time of the pending lookup, in seconds.
pub(super) fn seconds(model: &Model) -> String {
    model
        .lookups
        .pending
        .as_ref()
        .map_or_else(String::new, |pending| {
            format!("{:.1} s", pending.elapsed.as_secs_f64())
        })
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
    let theme = canvas.theme;
    let (text, style) = if model.lookups.refused {
        let text = format!(
            "Not asked: {MAX_IN_FLIGHT} calls have not returned yet. F5 asks again when one has."
        );
        (text, theme.failure())
    } else if let Some(notice) = &model.notice {
        (
            notice.text.clone(),
            if notice.failure {
                theme.failure()
            } else {
                theme.text()
            },
        )
    } else {
        (hint(model).to_owned(), theme.dim())
    };
    let text = theme.shown(&text).into_owned();
    let lines = wrap(&text, canvas.area.width.saturating_sub(2));
    let height = usize::from(canvas.area.height);
    for (row, line) in (0..).zip(lines.iter().take(height)) {
        // If there are more lines than rows, join the rest; `put` truncates it.
        let cut = usize::from(row) + 1 == height && lines.len() > height;
        let line = if cut {
            lines[usize::from(row)..].join(" ")
        } else {
            line.clone()
        };
        canvas.put(1, row, canvas.area.width.saturating_sub(2), &line, style);
    }
}

/// The meaning of the field or view in focus.
fn hint(model: &Model) -> &'static str {
    if model.popup.is_some() {
        return "";
    }
    let os: Os = model.form.os;
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

/// The keys that apply; returns a click target for each.
pub(super) fn footer(model: &Model, canvas: &mut Canvas) -> Vec<(Rect, Target)> {
    let theme = canvas.theme;
    let mut items: Vec<(String, &keys::Binding)> = keys::footer(model)
        .map(|binding| {
            let label = binding.short_label(theme.ascii());
            (format!("{label} {}", binding.footer), binding)
        })
        .collect();
    let total = |items: &[(String, &keys::Binding)]| -> u16 {
        items
            .iter()
            .map(|(text, _)| width(text).saturating_add(2))
            .fold(0, u16::saturating_add)
    };
    // Keep the last two, help and quit; drop first what the help lists too.
    while items.len() > 2 && total(&items) > canvas.area.width {
        let spare = |command| {
            items.iter().position(|(_, binding)| {
                binding.context == Context::Everywhere
                    && binding.actions.iter().any(|(_, own)| *own == command)
            })
        };
        // Keep Tab: if only one pane is visible, it is the only way to the others.
        let tab = |binding: &keys::Binding| {
            binding
                .actions
                .iter()
                .any(|(_, own)| *own == Command::NextPane)
        };
        let before = items.len() - 2;
        let last = items[..before]
            .iter()
            .rposition(|(_, binding)| !tab(binding));
        let index = spare(Command::Presets)
            .or_else(|| spare(Command::Resolve))
            .or(last);
        items.remove(index.unwrap_or(before - 1));
    }
    let mut targets = Vec::new();
    let mut column = 1;
    for (text, binding) in items {
        let label = binding.short_label(theme.ascii());
        let start = column;
        column = canvas.text(column, 0, &label, theme.strong());
        column = canvas.text(column, 0, &text[label.len()..], theme.dim());
        if let [(_, command), ..] = binding.actions {
            let line = canvas.line(0);
            let area = Rect {
                x: line.x + start,
                width: column - start,
                ..line
            };
            targets.push((area, Target::Command(*command)));
        }
        column += 2;
    }
    targets
}
