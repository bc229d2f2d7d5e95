//! Two runs and what differs: a row for each difference, in one line if it fits, else with both values
//! below it; in a wide popup the values stand side by side.
//!
//! ```text
//! run 1   Linux glibc 2.36   getaddrinfo("localhost", …) = 0
//! a.json  Windows            getaddrinfo("localhost", …) = -2
//!
//! Entries
//! ▸ gone     1: 127.0.0.1:80 SOCK_STREAM IPPROTO_TCP
//!   changed  2: [::1]:80 SOCK_STREAM  ai_protocol
//!              IPPROTO_TCP 6
//!              IPPROTO_UDP 17
//! ```

use super::canvas::{Canvas, more, scroll, width};
use super::look::{Look, time};
use super::popup::explain;
use crate::app::{Counterpart, Differences, Target};
use crate::compare::{Comparison, Difference, Times};
use crate::net::Run;
use crate::script;
use crate::text::printable;
use crate::words::{Key, Phrase};

/// The lines of the foot: the selected row, whole.
pub(super) const FOOT: u16 = 5;

/// The lines above the list: the two runs and how much differs.
const HEAD: u16 = 4;

/// The least width for values side by side.
const WIDE: u16 = 100;

/// A row of the list.
#[derive(Clone, Copy)]
enum Row<'a> {
    /// A difference or a circumstance.
    Difference(&'a Difference),
    /// The times of a function.
    Times(&'a Times),
}

/// A line of the list.
#[derive(Clone, Copy)]
enum Line<'a> {
    /// The title of a group.
    Title(Key),
    /// The line of the row at this index: its first, or the one with this value.
    Row(usize, Row<'a>, Option<usize>),
}

impl Row<'_> {
    /// The title of its group, and whether the group counts.
    fn group(self, index: usize, comparison: &Comparison) -> (Key, bool) {
        match self {
            Self::Times(_) => (Key::CompareTimes, false),
            Self::Difference(row) => (row.part.word(), index < comparison.differences.len()),
        }
    }

    /// How it differs, what it is about, and the member.
    fn about(self, look: Look) -> [String; 3] {
        match self {
            Self::Times(times) => [String::new(), times.function.to_owned(), String::new()],
            Self::Difference(row) => {
                let numbers = row.entries.map(|at| at.map(|at| at + 1));
                let arrow = look.glyph("→", "->");
                let entry = match numbers {
                    [Some(first), Some(second)] if first != second => {
                        format!("{first} {arrow} {second}")
                    }
                    [Some(number), _] | [None, Some(number)] => number.to_string(),
                    [None, None] => String::new(),
                };
                let subject = match (entry.is_empty(), row.subject.is_empty()) {
                    (true, _) => row.subject.clone(),
                    (false, true) => entry,
                    (false, false) => format!("{entry}: {}", row.subject),
                };
                [look.say(row.change.word()), subject, row.field.clone()]
            }
        }
    }

    fn values(self, look: Look) -> [Option<String>; 2] {
        match self {
            Self::Times(times) => times.took.map(|took| Some(time(took))),
            Self::Difference(row) => row
                .values
                .each_ref()
                .map(|value| Some(value.as_ref()?.text(look.language).into_owned())),
        }
    }

    /// About how many columns it takes. A list can have 60,000 rows, so nothing is measured.
    fn length(self) -> usize {
        match self {
            Self::Times(_) => 0,
            Self::Difference(row) => {
                let values = row.values.iter().flatten();
                let values: usize = values.map(|value| value.length() + 3).sum();
                24 + row.subject.len() + row.field.len() + values
            }
        }
    }
}

fn rows(comparison: &Comparison) -> impl Iterator<Item = Row<'_>> {
    let Comparison {
        differences,
        circumstances,
        times,
    } = comparison;
    let rows = differences.iter().chain(circumstances).map(Row::Difference);
    rows.chain(times.iter().map(Row::Times))
}

/// The lines, and the line of the `selected` row with the number of its lines.
fn lines(comparison: &Comparison, selected: usize, room: u16) -> (Vec<Line<'_>>, usize, usize) {
    let mut lines = Vec::new();
    let (mut at, mut height) = (0, 1);
    let mut group = None;
    for (index, row) in rows(comparison).enumerate() {
        let own = row.group(index, comparison);
        if group != Some(own) {
            if group.is_none_or(|(_, counts)| counts) && !own.1 {
                lines.push(Line::Title(Key::CompareNotCountedTitle));
            }
            lines.push(Line::Title(own.0));
            group = Some(own);
        }
        let first = lines.len();
        lines.push(Line::Row(index, row, None));
        if room < WIDE && row.length() > usize::from(room) {
            lines.extend([0, 1].map(|side| Line::Row(index, row, Some(side))));
        }
        if index == selected {
            (at, height) = (first, lines.len() - first);
        }
    }
    (lines, at, height)
}

/// The name of a run, its system, and what it returned.
fn head(both: &[Counterpart; 2], look: Look, canvas: &mut Canvas) {
    let names = names(both, look);
    let systems = both.each_ref().map(|it| system(&it.run));
    let column = |texts: &[String; 2], most: u16| {
        let widest = texts.iter().map(|text| width(text)).max();
        widest.unwrap_or(0).min(most)
    };
    let (name, system) = (column(&names, canvas.area.width / 3), column(&systems, 24));
    for (row, it) in (0..).zip(both) {
        let at = usize::from(row);
        canvas.put(1, row, name, &names[at], look.strong());
        canvas.put(name + 3, row, system, &systems[at], look.text());
        if let Some(answer) = it.run.answer() {
            let line = script::without_time(it.run.host.os, answer);
            // The result is what is looked for.
            let result = line
                .rsplit_once(") = ")
                .map_or(line.as_str(), |(_, result)| result);
            let call = it.run.asked().call_briefly();
            canvas.text(
                name + system + 5,
                row,
                &format!("= {result}  {call}"),
                look.text(),
            );
        }
    }
}

/// The names of both runs.
fn names(both: &[Counterpart; 2], look: Look) -> [String; 2] {
    both.each_ref().map(|it| match &it.name {
        Ok(file) => file.clone(),
        Err(number) => look.say(Phrase::compare_run(number.to_string())),
    })
}

/// The columns of both values, if there is room for them side by side.
fn value_columns(width: u16) -> Option<[u16; 2]> {
    let third = width.checked_sub(13)? / 3;
    (width >= WIDE).then_some([13 + third + 10, 13 + 2 * third + 5])
}

fn system(run: &Run) -> String {
    let host = &run.host;
    let libc = host
        .libc
        .as_ref()
        .map(|libc| printable(libc.as_ref()).into_owned());
    let parts = [Some(host.os.title().to_owned()), libc];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Draws both runs and what differs. Returns what [`more`] does.
pub(super) fn draw(differences: &Differences, foot: u16, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    head(&differences.sides, look, canvas);
    let Some(comparison) = &differences.comparison else {
        canvas.text(
            1,
            2,
            Key::CompareFinding.text(look.language),
            look.pending(),
        );
        return [false; 2];
    };
    let summary: Phrase = match comparison.differences.len() {
        0 => Key::CompareEqual.into(),
        1 => Key::CompareOneDifference.into(),
        count => Phrase::compare_differences(count),
    };
    let end = canvas.text(1, 2, &look.say(summary), look.strong());
    if comparison.has_two_systems() {
        let text = look.say(Key::CompareTwoSystemsBriefly);
        canvas.text(end + 2, 2, &text, look.text());
    }
    if let Some(columns) = value_columns(canvas.area.width).filter(|_| differences.count() > 0) {
        for (column, name) in columns.into_iter().zip(names(&differences.sides, look)) {
            let room = columns[1] - columns[0] - 1;
            canvas.put(column, HEAD - 1, room, &name, look.strong());
        }
    }
    let count = differences.count();
    let selected = differences.selected.min(count.saturating_sub(1));
    let (lines, at, height) = lines(comparison, selected, canvas.area.width);
    let end = canvas.area.height.saturating_sub(foot + 1).max(HEAD + 1);
    let visible = usize::from(end - HEAD);
    canvas.screen.measures.popup = visible / 2;
    // The whole row is visible, and the titles before the first one.
    let last = (at + height).saturating_sub(1);
    let first = &mut canvas.screen.first_line;
    scroll(first, last, visible, lines.len());
    let at = if selected == 0 { 0 } else { at };
    let first = scroll(first, at, visible, lines.len());
    for (row, line) in (HEAD..end).zip(lines.iter().skip(first)) {
        let mut part = canvas.part(canvas.line(row));
        match *line {
            Line::Title(title) => {
                part.text(1, 0, title.text(look.language), look.strong());
            }
            Line::Row(index, row, value) => {
                draw_row(row, value, index == selected, &mut part);
                part.set_target(Target::PopupLine(index));
            }
        }
    }
    if let Some(row) = rows(comparison).nth(selected) {
        explain(canvas, foot, &whole(row, look), look.text());
    }
    more(first, visible, lines.len())
}

/// One line of a row.
fn draw_row(row: Row, value: Option<usize>, here: bool, line: &mut Canvas) {
    let look = line.screen.look;
    let style = if here { look.strong() } else { look.text() };
    let values = row.values(look);
    if let Some(side) = value {
        let sign = ["-", "+"][side];
        let text = values[side].as_deref().unwrap_or("");
        line.text(11, 0, &format!("{sign} {text}"), style);
        return;
    }
    if here {
        line.text(1, 0, look.marker(), look.focus());
    }
    let [change, subject, field] = row.about(look);
    line.put(3, 0, 9, &change, style);
    let subject = join(&subject, &field);
    let total = line.area.width;
    let Some(columns) = value_columns(total) else {
        let mut text = subject;
        if row.length() <= usize::from(total) {
            text = join(&text, &arrow(&values, look));
        }
        line.text(13, 0, &text, style);
        return;
    };
    let [first, second] = columns;
    let alone = values.iter().all(Option::is_none);
    let room = if alone { u16::MAX } else { first - 15 };
    line.put(13, 0, room, &subject, style);
    for (column, value) in columns.into_iter().zip(&values) {
        let room = second - first - 2;
        line.put(column, 0, room, value.as_deref().unwrap_or(""), style);
    }
}

fn join(first: &str, second: &str) -> String {
    let parts = [first, second].into_iter().filter(|text| !text.is_empty());
    parts.collect::<Vec<_>>().join("  ")
}

fn arrow(values: &[Option<String>; 2], look: Look) -> String {
    match values {
        [Some(first), Some(second)] => {
            format!("{first} {} {second}", look.glyph("→", "->"))
        }
        [value, None] | [None, value] => value.clone().unwrap_or_default(),
    }
}

/// The whole row.
fn whole(row: Row, look: Look) -> String {
    let [change, subject, field] = row.about(look);
    let text = join(&join(&change, &subject), &field);
    join(&text, &arrow(&row.values(look), look))
}
