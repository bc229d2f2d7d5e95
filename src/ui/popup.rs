//! What lies over the panes: a hint's values, the presets, the help.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::canvas::{Canvas, width, wrap};
use super::form::scroll;
use crate::app::{Choosing, Model, Popup, Target};
use crate::keys::{self, Context};
use crate::net::{Hint, printable};
use crate::presets::presets;

/// What drawing a popup leaves behind.
#[derive(Default)]
pub(super) struct Drawn {
    pub(super) targets: Vec<(Rect, Target)>,
    pub(super) cursor: Option<Position>,
    /// Lines of its list that are visible.
    pub(super) rows: usize,
    /// Lines that the help has.
    pub(super) help_lines: usize,
}

/// The popup's title.
pub(super) fn title(popup: &Popup) -> String {
    match popup {
        Popup::Choice(choosing) => choosing.hint.member().to_owned(),
        Popup::Presets(_) => "presets".to_owned(),
        Popup::Help(_) => "help".to_owned(),
    }
}

/// The room it wants, its frame included.
pub(super) fn size(model: &Model, popup: &Popup, room: Rect) -> (u16, u16) {
    let lines = match popup {
        Popup::Choice(choosing) => choosing.choices(model.form.os).len() + 4,
        Popup::Presets(_) => presets().len() + 4,
        Popup::Help(_) => usize::from(u16::MAX),
    };
    // The frame takes two lines; the popup never changes its height while the list is filtered.
    let lines = match popup {
        Popup::Choice(choosing) => {
            lines.max(crate::app::values(model.form.os, choosing.hint).count() + 4)
        }
        _ => lines,
    };
    let height = u16::try_from(lines.saturating_add(2)).unwrap_or(u16::MAX);
    (92.min(room.width), height.min(room.height))
}

/// What it shows.
pub(super) fn draw(model: &Model, popup: &Popup, canvas: &mut Canvas, first: &mut usize) -> Drawn {
    match popup {
        Popup::Choice(choosing) => choices(model, choosing, canvas, first),
        Popup::Presets(selected) => list_presets(*selected, canvas, first),
        Popup::Help(first) => help(*first, canvas),
    }
}

/// Lines at the foot of a list that say all of what the selected line is for.
const FOOT: u16 = 2;

fn choices(model: &Model, choosing: &Choosing, canvas: &mut Canvas, first: &mut usize) -> Drawn {
    let theme = canvas.theme;
    let os = model.form.os;
    let choices = choosing.choices(os);
    let filter = printable(choosing.filter.value().as_ref()).into_owned();
    let (text, style) = if filter.is_empty() {
        ("type a name, a number, or part of a meaning", theme.dim())
    } else {
        (filter.as_str(), theme.focus())
    };
    canvas.text(1, 0, text, style);
    let before: String = choosing
        .filter
        .value()
        .chars()
        .take(choosing.filter.cursor())
        .collect();
    let column = (1 + width(&theme.shown(&printable(before.as_ref()))))
        .min(canvas.area.width.saturating_sub(1));
    let mut drawn = Drawn {
        cursor: canvas
            .has(0)
            .then(|| Position::new(canvas.area.x + column, canvas.area.y)),
        rows: usize::from(canvas.area.height.saturating_sub(2 + FOOT)),
        ..Drawn::default()
    };
    let selected = choosing.selected.min(choices.len().saturating_sub(1));
    scroll(first, selected, drawn.rows, choices.len());
    let longest = choices
        .iter()
        .filter_map(|choice| choice.name)
        .map(width)
        .max()
        .unwrap_or(0);
    for (row, (index, choice)) in
        (2..).zip(choices.iter().enumerate().skip(*first).take(drawn.rows))
    {
        let here = index == selected;
        let style = if here { theme.focus() } else { theme.text() };
        if here {
            canvas.text(1, row, theme.marker(), style);
        }
        let mut column = 3;
        if choosing.hint == Hint::Flags {
            let on = model.form.hints.flags & choice.value != 0 && choice.name.is_some();
            column = canvas.text(column, row, if on { "[x] " } else { "[ ] " }, style);
        }
        canvas.text(
            column,
            row,
            choice
                .name
                .unwrap_or(if choice.value == 0 { "any" } else { "" }),
            style,
        );
        let number = if choosing.hint == Hint::Flags {
            format!("{:#x}", choice.value.cast_unsigned())
        } else {
            choice.value.to_string()
        };
        let numbers = column + longest.max(4) + 2;
        let at = numbers + 10_u16.saturating_sub(width(&number));
        canvas.text(at, row, &number, style);
        canvas.text(numbers + 12, row, choice.about, theme.dim());
        drawn
            .targets
            .push((canvas.line(row), Target::PopupLine(index)));
    }
    match choices.get(selected) {
        Some(choice) => foot(canvas, choice.about, theme.text()),
        None => foot(
            canvas,
            "No value has this name, and it is no number that fits a C int.",
            theme.failure(),
        ),
    }
    drawn
}

fn list_presets(selected: usize, canvas: &mut Canvas, first: &mut usize) -> Drawn {
    let theme = canvas.theme;
    let presets = presets();
    let mut drawn = Drawn {
        rows: usize::from(canvas.area.height.saturating_sub(1 + FOOT)),
        ..Drawn::default()
    };
    scroll(first, selected, drawn.rows, presets.len());
    let longest = presets
        .iter()
        .map(|preset| width(&preset.name))
        .max()
        .unwrap_or(0);
    for (row, (index, preset)) in
        (0..).zip(presets.iter().enumerate().skip(*first).take(drawn.rows))
    {
        let here = index == selected;
        let style = if here { theme.focus() } else { theme.text() };
        if here {
            canvas.text(1, row, theme.marker(), style);
        }
        canvas.text(3, row, &preset.name, style);
        canvas.text(longest + 5, row, &preset.title, style);
        drawn
            .targets
            .push((canvas.line(row), Target::PopupLine(index)));
    }
    if let Some(preset) = presets.get(selected) {
        foot(canvas, &preset.about, theme.text());
    }
    drawn
}

/// The whole text at the foot of the popup.
fn foot(canvas: &mut Canvas, text: &str, style: Style) {
    let Some(row) = canvas.area.height.checked_sub(FOOT) else {
        return;
    };
    let lines = wrap(
        &canvas.theme.shown(text),
        canvas.area.width.saturating_sub(2),
    );
    for (row, line) in (row..).zip(lines.iter().take(FOOT.into())) {
        canvas.text(1, row, line, style);
    }
}

/// Every key, from the table that dispatches them.
fn help(first: usize, canvas: &mut Canvas) -> Drawn {
    const KEYS: u16 = 26;
    let theme = canvas.theme;
    let room = canvas.area.width.saturating_sub(KEYS + 3);
    let mut lines: Vec<(String, String, Style)> = Vec::new();
    for context in Context::ALL {
        lines.push((context.title().to_owned(), String::new(), theme.strong()));
        for binding in keys::bindings(context) {
            let keys = wrap(&binding.labels(" ", theme.ascii()), KEYS - 3);
            let help = wrap(&theme.shown(binding.help), room);
            for row in 0..keys.len().max(help.len()) {
                let part = |lines: &[String]| lines.get(row).cloned().unwrap_or_default();
                lines.push((format!("  {}", part(&keys)), part(&help), theme.text()));
            }
        }
        lines.push((String::new(), String::new(), theme.text()));
    }
    lines.pop();
    let rows = usize::from(canvas.area.height);
    let first = first.min(lines.len().saturating_sub(rows));
    for (row, (keys, help, style)) in (0..canvas.area.height).zip(lines.iter().skip(first)) {
        canvas.text(1, row, keys, *style);
        canvas.text(KEYS + 1, row, help, theme.text());
    }
    Drawn {
        rows,
        help_lines: lines.len(),
        ..Drawn::default()
    }
}
