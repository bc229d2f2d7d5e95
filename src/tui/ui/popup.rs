//! The popups: a hint's values, the presets, the help.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::canvas::{Canvas, width, wrap};
use super::form::scroll;
use crate::app::{Choosing, Model, Popup, Target, values};
use crate::lesson::presets;
use crate::names::Os;
use crate::net::Hint;
use crate::text::printable;
use crate::tui::keys::{self, Context};

/// The result of drawing a popup.
#[derive(Default)]
pub(super) struct Placement {
    pub(super) targets: Vec<(Rect, Target)>,
    pub(super) cursor: Option<Position>,
    /// Visible lines of its list.
    pub(super) rows: usize,
    /// All lines of the help.
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

/// The preferred width, with the frame.
const WIDTH: u16 = 92;

/// The size of the popup, with its frame.
pub(super) fn size(model: &Model, popup: &Popup, room: Rect) -> (u16, u16) {
    let width = WIDTH.min(room.width);
    let inside = width.saturating_sub(2);
    let os = model.form.os;
    // Three more lines: the filter, an empty line below it, and one above the foot.
    let (lines, foot) = match popup {
        // Count all values, so that the size does not depend on the filter.
        Popup::Choice(choosing) => {
            let listed = values(os, choosing.hint)
                .count()
                .max(choosing.choices(os).len());
            (listed + 3, choices_foot(os, choosing.hint, inside))
        }
        Popup::Presets(_) => (
            presets(model.host.os).len() + 1,
            presets_foot(model.host.os, inside),
        ),
        Popup::Help(_) => (usize::from(u16::MAX), 0),
    };
    let height = u16::try_from(lines)
        .unwrap_or(u16::MAX)
        .saturating_add(foot)
        .saturating_add(2);
    (width, height.min(room.height))
}

fn choices_foot(os: Os, hint: Hint, inside: u16) -> u16 {
    foot_height(values(os, hint).map(|choice| choice.about), inside)
}

fn presets_foot(os: Os, inside: u16) -> u16 {
    let abouts = presets(os).iter().map(|preset| preset.about.as_str());
    foot_height(abouts, inside)
}

/// Draws the content of the popup.
pub(super) fn draw(
    model: &Model,
    popup: &Popup,
    canvas: &mut Canvas,
    first: &mut usize,
) -> Placement {
    match popup {
        Popup::Choice(choosing) => choices(model, choosing, canvas, first),
        Popup::Presets(selected) => list_presets(model.host.os, *selected, canvas, first),
        Popup::Help(first) => help(*first, canvas),
    }
}

/// The height of the foot: enough for the longest explanation, so that the list does not move when the
/// selection changes.
fn foot_height<'a>(abouts: impl Iterator<Item = &'a str>, inside: u16) -> u16 {
    let lines = abouts
        .map(|about| wrap(about, inside.saturating_sub(2)).len())
        .max()
        .unwrap_or(0);
    u16::try_from(lines).unwrap_or(u16::MAX)
}

fn choices(
    model: &Model,
    choosing: &Choosing,
    canvas: &mut Canvas,
    first: &mut usize,
) -> Placement {
    let theme = canvas.theme;
    let os = model.form.os;
    let choices = choosing.choices(os);
    let foot_height = choices_foot(os, choosing.hint, canvas.area.width);
    let filter = printable(choosing.filter.value().as_ref()).into_owned();
    let (text, style) = if filter.is_empty() {
        ("type a name, a number, or part of a meaning", theme.dim())
    } else {
        (filter.as_str(), theme.focus())
    };
    canvas.text(1, 0, text, style);
    let (before, _) = choosing.filter.parts();
    let column = width(&theme.shown(&printable(before.as_ref())))
        .saturating_add(1)
        .min(canvas.area.width.saturating_sub(1));
    let mut placement = Placement {
        cursor: canvas
            .has(0)
            .then(|| Position::new(canvas.area.x + column, canvas.area.y)),
        rows: usize::from(canvas.area.height.saturating_sub(3 + foot_height)).max(1),
        ..Placement::default()
    };
    let selected = choosing.selected.min(choices.len().saturating_sub(1));
    scroll(first, selected, placement.rows, choices.len());
    let longest = choices
        .iter()
        .map(|choice| width(choice.name))
        .max()
        .unwrap_or(0);
    for (row, (index, choice)) in
        (2..).zip(choices.iter().enumerate().skip(*first).take(placement.rows))
    {
        let here = index == selected;
        let style = if here { theme.focus() } else { theme.text() };
        if here {
            canvas.text(1, row, theme.marker(), style);
        }
        let mut column = 3;
        if choosing.hint == Hint::Flags {
            let on = model.form.hints.flags & choice.value != 0 && !choice.name.is_empty();
            column = canvas.text(column, row, if on { "[x] " } else { "[ ] " }, style);
        }
        let name = match (choice.name, choice.value) {
            ("", 0) => "any",
            ("", _) => "no name",
            (name, _) => name,
        };
        canvas.text(column, row, name, style);
        let number = if choosing.hint == Hint::Flags {
            format!("{:#x}", choice.value.cast_unsigned())
        } else {
            choice.value.to_string()
        };
        let numbers = column + longest.max(4) + 2;
        let at = numbers + 10_u16.saturating_sub(width(&number));
        canvas.text(at, row, &number, style);
        canvas.text(numbers + 12, row, choice.about, theme.dim());
        placement
            .targets
            .push((canvas.line(row), Target::PopupLine(index)));
    }
    match choices.get(selected) {
        Some(choice) => foot(canvas, foot_height, choice.about, theme.text()),
        None => foot(
            canvas,
            foot_height,
            "No value has this name, and it is no number that fits a C int.",
            theme.failure(),
        ),
    }
    placement
}

fn list_presets(os: Os, selected: usize, canvas: &mut Canvas, first: &mut usize) -> Placement {
    let theme = canvas.theme;
    let presets = presets(os);
    let foot_height = presets_foot(os, canvas.area.width);
    let mut placement = Placement {
        rows: usize::from(canvas.area.height.saturating_sub(1 + foot_height)).max(1),
        ..Placement::default()
    };
    scroll(first, selected, placement.rows, presets.len());
    let longest = presets
        .iter()
        .map(|preset| width(&preset.name))
        .max()
        .unwrap_or(0);
    for (row, (index, preset)) in
        (0..).zip(presets.iter().enumerate().skip(*first).take(placement.rows))
    {
        let here = index == selected;
        let style = if here { theme.focus() } else { theme.text() };
        if here {
            canvas.text(1, row, theme.marker(), style);
        }
        canvas.text(3, row, &preset.name, style);
        canvas.text(longest + 5, row, &preset.title, style);
        placement
            .targets
            .push((canvas.line(row), Target::PopupLine(index)));
    }
    if let Some(preset) = presets.get(selected) {
        foot(canvas, foot_height, &preset.about, theme.text());
    }
    placement
}

/// Writes `text` in the last `height` lines.
fn foot(canvas: &mut Canvas, height: u16, text: &str, style: Style) {
    let Some(row) = canvas.area.height.checked_sub(height) else {
        return;
    };
    let lines = wrap(
        &canvas.theme.shown(text),
        canvas.area.width.saturating_sub(2),
    );
    for (row, line) in (row..).zip(&lines) {
        canvas.text(1, row, line, style);
    }
}

/// The help: all keys, from the table.
fn help(first: usize, canvas: &mut Canvas) -> Placement {
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
    Placement {
        rows,
        help_lines: lines.len(),
        ..Placement::default()
    }
}
