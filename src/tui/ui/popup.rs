//! The popups: a hint's values, the presets, the providers, the help.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Borders, Clear, Widget as _};

use super::canvas::{Canvas, more, scroll, width, wrap};
use super::form::{named, typed};
use super::{binds, calls, compare, draw_frame, draw_marks, help, history, matrix};
use crate::app::{
    Catalog, Choosing, Command, Menu, Model, Popup, SaveKind, Target, meaning, meaning_of, values,
};
use crate::net::{Hint, Provider};
use crate::script;
use crate::text::{printable, quoted};
use crate::words::{Key, Phrase};

/// The preferred width, with the frame.
const WIDTH: u16 = 92;

/// The rows for providers, at least: the popup does not grow when a usual list arrives.
const PROVIDERS: usize = 12;

/// Draws `popup` in the middle of `canvas`.
pub(super) fn draw(model: &Model, popup: &Popup, canvas: &mut Canvas) {
    let (room, language, look) = (canvas.area, model.language, canvas.screen.look);
    let width = match popup {
        Popup::Compare(_) => room.width,
        _ => WIDTH.min(room.width),
    };
    // More lines than the list: the filter, an empty line below it, and one above the foot.
    let (title, lines, foot) = match popup {
        // All values, so that the size does not depend on the filter.
        Popup::Choice(Choosing { hint, .. }) => {
            let values = values(model.form.os, *hint);
            let abouts = values.clone().map(|choice| meaning(&choice, language));
            let foot = foot_height(abouts, width);
            (hint.member().into(), values.count() + 3, foot)
        }
        Popup::Presets(_) => {
            let rows = teaching(model);
            let abouts = rows.iter().map(|[_, _, about]| about);
            (
                Key::ScreenPresets.text(language).into(),
                rows.len() + 1,
                foot_height(abouts, width),
            )
        }
        Popup::Providers(catalog) => {
            let providers = catalog.providers();
            let abouts: Vec<String> = providers.iter().map(about_provider).collect();
            let foot = foot_height(abouts.iter().map(String::as_str), width);
            let title = Key::ScreenProviders.text(language);
            (title.into(), providers.len().max(PROVIDERS) + 3, foot)
        }
        Popup::Save => {
            let abouts = SaveKind::ALL.map(|kind| Phrase::from(kind.words()[1]));
            let texts = abouts.into_iter();
            let texts = texts.chain(model.saving.message().map(|(text, _)| text));
            let texts = texts.map(|text: Phrase| text.text(language));
            (
                look.say(Phrase::save_title(look.key(Command::Save))).into(),
                SaveKind::ALL.len() + 3,
                foot_height(texts, width),
            )
        }
        Popup::Calls(menu) => {
            let abouts = Menu::steps(model.host.os);
            let abouts = abouts.iter().map(|step| meaning_of(*step).text(language));
            let on = menu
                .socket
                .handle
                .map_or_else(String::new, |on| on.show(model.host.os));
            let title = canvas.screen.look.say(Phrase::screen_calls(on));
            let lines = Menu::steps(model.host.os).len() + usize::from(calls::TOP) + 1;
            (Cow::Owned(title), lines, foot_height(abouts, width))
        }
        Popup::Matrix(_) => (Key::ScreenMatrix.text(language).into(), usize::MAX, 0),
        Popup::Binds(_) => (Key::ScreenBinds.text(language).into(), 19, 0),
        Popup::Numbers(_) => (Key::ScreenNumbers.text(language).into(), 5, 0),
        Popup::History(_) => history::room(model),
        Popup::Open => {
            let texts = [
                Some(Key::ReplayOpenAbout.into()),
                model.opening.refusal.clone(),
            ];
            let texts = texts.into_iter().flatten();
            let texts = texts.map(|text: Phrase| text.text(language));
            let title = Key::ReplayOpenTitle.text(language);
            (title.into(), 2, foot_height(texts, width))
        }
        Popup::Compare(_) => {
            let title = Key::CompareTitle.text(language);
            (title.into(), usize::MAX, compare::FOOT)
        }
        Popup::Help(_) => (Key::ScreenHelp.text(language).into(), usize::MAX, 0),
    };
    // Own presets may have much to explain; one line of the list stays.
    let foot = foot.min(room.height.saturating_sub(3));
    let lines = u16::try_from(lines).unwrap_or(u16::MAX);
    let mut height = lines.saturating_add(foot + 2).min(room.height);
    // A line or two of the panes above or below would look like part of the popup.
    if room.height - height < 6 {
        height = room.height;
    }
    let area = Rect {
        x: room.x + (room.width - width) / 2,
        y: room.y + (room.height - height) / 2,
        width,
        height,
    };
    Clear.render(area, canvas.buffer);
    canvas.part(area).set_target(Target::Popup);
    let inside = draw_frame(canvas, area, Borders::ALL, &title, true);
    let mut part = canvas.part(inside);
    let more = match popup {
        Popup::Choice(choosing) => choices(model, choosing, foot, &mut part),
        Popup::Presets(selected) => list_presets(model, *selected, foot, &mut part),
        Popup::Providers(catalog) => providers(model, catalog, foot, &mut part),
        Popup::Calls(menu) => calls::draw(model, menu, foot, &mut part),
        Popup::Numbers(fields) => calls::draw_numbers(fields, &mut part),
        Popup::Save => save(model, foot, &mut part),
        Popup::Matrix(sheet) => matrix::draw(sheet, &mut part),
        Popup::Binds(sheet) => binds::draw(sheet, &mut part),
        Popup::History(list) => history::draw(model, list, foot, &mut part),
        Popup::Open => open(model, foot, &mut part),
        Popup::Compare(differences) => compare::draw(differences, foot, &mut part),
        Popup::Help(help) => help::draw(model, help, &mut part),
    };
    draw_marks(&mut canvas.part(area), Borders::ALL, more);
}

/// The height of the foot: enough for the longest explanation, so that the list does not move when the
/// selection changes.
fn foot_height(abouts: impl Iterator<Item: AsRef<str>>, width: u16) -> u16 {
    let lines = abouts.map(|about| wrap(about.as_ref(), width.saturating_sub(4)).len());
    u16::try_from(lines.max().unwrap_or(0)).unwrap_or(u16::MAX)
}

/// The values of a hint below their filter. Returns what [`more`] does.
fn choices(model: &Model, choosing: &Choosing, foot: u16, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    let choices = choosing.choices(model.form.os, model.language);
    if choosing.filter.value().is_empty() {
        // Behind the cursor, so that it does not look typed.
        let text = Key::ScreenFilterHint.text(look.language);
        canvas.text(3, 0, text, look.text());
    }
    let mut line = canvas.part(canvas.line(0));
    let cursor = typed(
        &choosing.filter,
        &mut line,
        0,
        [" ", ""],
        true,
        look.strong(),
    );
    canvas.set_cursor(cursor, 0);
    let selected = choosing.selected.min(choices.len().saturating_sub(1));
    let names = choices.iter().map(|choice| choice.name);
    let longest = names.map(width).max().unwrap_or(0).max(4);
    let more = list(
        canvas,
        &choices,
        selected,
        2,
        foot,
        |line, choice, style| {
            let mut column = 3;
            let mut number = choice.value.to_string();
            if choosing.hint == Hint::Flags {
                let on = model.form.hints.flags & choice.value != 0 && !choice.name.is_empty();
                column = line.text(column, 0, if on { "[x] " } else { "[ ] " }, style);
                number = format!("{:#x}", choice.value.cast_unsigned());
            }
            let name = Some(choice.name).filter(|name| !name.is_empty());
            line.text(column, 0, named(name, choice.value, look), style);
            column += longest + 2;
            let indent = 10_u16.saturating_sub(width(&number));
            line.text(column + indent, 0, &number, style);
            line.text(column + 12, 0, meaning(choice, model.language), look.text());
        },
    );
    let (about, style) = match choices.get(selected) {
        Some(choice) => (meaning(choice, model.language), look.text()),
        None => (Key::ScreenNoValue.text(look.language), look.strong()),
    };
    explain(canvas, foot, about, style);
    more
}

/// The kinds and the path, and below them what Enter does, or why the file was not written.
fn save(model: &Model, foot: u16, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    let mut line = canvas.part(canvas.line(0));
    let path = &model.saving.path;
    let cursor = typed(path, &mut line, 0, [" ", ""], true, look.strong());
    canvas.set_cursor(cursor, 0);
    let kind = model.saving.kind;
    let names = SaveKind::ALL.map(|kind| kind.words()[0].text(look.language));
    let more = list(
        canvas,
        &names,
        kind as usize,
        2,
        foot,
        |line, name, style| {
            line.text(3, 0, name, style);
        },
    );
    let message = model.saving.message();
    let (text, failed) = message.unwrap_or((kind.words()[1].into(), false));
    let style = if failed { look.strong() } else { look.text() };
    explain(canvas, foot, &text.text(look.language), style);
    more
}

/// The path of a file to open, and below it what Enter does, or why the file was not opened.
fn open(model: &Model, foot: u16, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    let mut line = canvas.part(canvas.line(0));
    let path = &model.opening.path;
    let cursor = typed(path, &mut line, 0, [" ", ""], true, look.strong());
    canvas.set_cursor(cursor, 0);
    let (text, style) = match &model.opening.refusal {
        Some(refusal) => (refusal.text(look.language), look.strong()),
        None => (look.say(Key::ReplayOpenAbout), look.text()),
    };
    explain(canvas, foot, &text, style);
    [false; 2]
}

fn list_presets(model: &Model, selected: usize, foot: u16, canvas: &mut Canvas) -> [bool; 2] {
    let text = canvas.screen.look.text();
    let rows = teaching(model);
    let names = rows.iter().map(|[name, ..]| width(name));
    let longest = names.max().unwrap_or(0);
    let more = list(
        canvas,
        &rows,
        selected,
        0,
        foot,
        |line, [name, title, _], style| {
            line.text(3, 0, name, style);
            line.text(longest + 5, 0, title, style);
        },
    );
    if let Some([_, _, about]) = rows.get(selected) {
        explain(canvas, foot, about, text);
    }
    more
}

/// The name, the title and the explanation of each preset, then of each lesson.
fn teaching(model: &Model) -> Vec<[Cow<'_, str>; 3]> {
    let language = model.language;
    let presets = model.presets.of(model.host.os).iter().map(|preset| {
        let [title, about] = [&preset.title, &preset.about];
        let [title, about] = [title, about].map(|it| it.text(language));
        [preset.name.as_str().into(), title, about]
    });
    let lessons = model.lessons.all().map(|lesson| {
        let title = Phrase::lesson_named(Phrase::from(&lesson.title));
        let about = Phrase::lesson_about(lesson.steps.len());
        [
            lesson.id.as_str().into(),
            title.text(language).into(),
            about.text(language).into(),
        ]
    });
    presets.chain(lessons).collect()
}

/// The providers below the call that listed them.
fn providers(model: &Model, catalog: &Catalog, foot: u16, canvas: &mut Canvas) -> [bool; 2] {
    let (look, os) = (canvas.screen.look, model.host.os);
    let Some(record) = &catalog.record else {
        canvas.text(1, 0, look.glyph("…", "..."), look.pending());
        return [false; 2];
    };
    let call = script::line(os, record);
    let call = wrap(&look.shown(&call), canvas.area.width.saturating_sub(2));
    for (row, line) in (0..canvas.area.height).zip(&call) {
        canvas.text(1, row, line, look.text());
    }
    let providers = catalog.providers();
    if providers.is_empty() {
        return [false; 2];
    }
    let both = |name: String, number: i32| match number.to_string() {
        number if number == name => number,
        number => format!("{name} {number}"),
    };
    let rows = providers.iter().map(|provider| {
        let protocols = provider.protocols(os);
        [
            both(Hint::Family.show(os, provider.family), provider.family),
            both(
                Hint::Socktype.show(os, provider.socktype),
                provider.socktype,
            ),
            match provider.more_protocols {
                0 => both(protocols, provider.protocol),
                _ => protocols,
            },
            printable(provider.name.as_ref()).into_owned(),
        ]
    });
    let titles = ["iAddressFamily", "iSocketType", "iProtocol", "szProtocol"].map(str::to_owned);
    let rows: Vec<[String; 4]> = rows.collect();
    let mut widths = [0; 4];
    for row in rows.iter().chain([&titles]) {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = (*width).max(super::canvas::width(text) + 2);
        }
    }
    let write = |line: &mut Canvas, row: &[String; 4], style| {
        let mut column = 3;
        for (text, width) in row.iter().zip(widths) {
            line.text(column, 0, text, style);
            column += width;
        }
    };
    write(&mut canvas.part(canvas.line(1)), &titles, look.text());
    let more = list(
        canvas,
        &rows,
        catalog.selected,
        2,
        foot,
        |line, row, style| write(line, row, style),
    );
    if let Some(provider) = providers.get(catalog.selected) {
        explain(canvas, foot, &about_provider(provider), look.text());
    }
    more
}

/// What a line of the list may have no room for.
fn about_provider(provider: &Provider) -> String {
    let name = quoted(provider.name.as_ref());
    format!("dwCatalogEntryId {}, szProtocol {name}", provider.entry)
}

/// Writes the visible `items` from line `top` to an empty line above the foot.
pub(super) fn list<T>(
    canvas: &mut Canvas,
    items: &[T],
    selected: usize,
    top: u16,
    foot: u16,
    write: impl Fn(&mut Canvas, &T, Style),
) -> [bool; 2] {
    let look = canvas.screen.look;
    let end = canvas.area.height.saturating_sub(foot + 1).max(top + 1);
    let rows = usize::from(end - top);
    canvas.screen.measures.popup = rows;
    let first = scroll(&mut canvas.screen.first_line, selected, rows, items.len());
    for (row, (index, item)) in (top..end).zip(items.iter().enumerate().skip(first)) {
        let mut line = canvas.part(canvas.line(row));
        let here = index == selected;
        let style = if here { look.strong() } else { look.text() };
        if here {
            line.text(1, 0, look.marker(), look.focus());
        }
        write(&mut line, item, style);
        line.set_target(Target::PopupLine(index));
    }
    more(first, rows, items.len())
}

/// Writes the explanation of the selected line in the foot.
pub(super) fn explain(canvas: &mut Canvas, foot: u16, about: &str, style: Style) {
    let Some(top) = canvas.area.height.checked_sub(foot) else {
        return;
    };
    let about = canvas.screen.look.shown(about);
    let lines = wrap(&about, canvas.area.width.saturating_sub(2));
    for (row, line) in (top..).zip(&lines) {
        canvas.text(1, row, line, style);
    }
}
