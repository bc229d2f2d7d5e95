//! The list pane: the call of getaddrinfo and its entries.
//!
//! ```text
//! getaddrinfo(NULL, "27015", &hints, &result) = 0                    0.31 ms
//!   ai_family   ai_socktype     ai_protocol    ai_addr        socket()
//! ▸ AF_INET     SOCK_STREAM     IPPROTO_TCP    0.0.0.0:27015  ✓ 9 open
//! ```

use std::sync::{Arc, Weak};

use ratatui::style::Style;

use super::canvas::{Canvas, more, scroll, width as columns_of};
use super::detail::draw_failure;
use super::focused;
use super::look::{Look, time};
use super::sockets;
use crate::app::{Answer, Command, Model, Pane, State, Target};
use crate::compare::Change;
use crate::names::Os;
use crate::net::{AddrInfo, Hint, List, Record, Run};
use crate::words::{Key, Phrase};

/// The widths of the first three columns; the address gets the rest.
const NAMES: [u16; 3] = [12, 16, 15];

/// The same in a narrow pane: the names shrink before the address and the result.
const NARROW: [u16; 3] = [10, 12, 12];

/// The column of the first name, after the marker.
const START: u16 = 2;

/// The width of the last column, the result of socket().
const SOCKET: u16 = 10;

/// The least width for [`NAMES`]: an IPv6 address and port fit.
const WIDE: u16 = 84;

/// Lines above the list: the call and the column titles.
const HEAD: u16 = 2;

/// The pane's title: the number of entries, "try all", staleness. The first
/// of them are left out as long as the title does not fit in `room` columns.
pub(super) fn title(model: &Model, look: Look, room: u16) -> String {
    let mut parts = vec![look.say(Key::ScreenEntries)];
    if let Some(run) = model.run().filter(|run| run.succeeded()) {
        let count = run.entries().len();
        parts.push(match count {
            1 => look.say(Key::ScreenOneEntry),
            0 => look.say(Key::ScreenNoEntries),
            _ => look.say(Phrase::screen_place(count, model.selected() + 1)),
        });
    }
    parts.extend(model.mark_of_file().map(|mark| look.say(mark)));
    if let Some(trying) = model.answer.as_ref().and_then(|answer| answer.trying) {
        let count = model.entries().len();
        parts.push(look.say(Phrase::screen_trying(count, trying.done)));
    }
    if model.lookups.pending.is_some() && model.answer.is_some() {
        parts.push(look.say(Key::ScreenPreviousWaiting));
    } else if model.is_stale() {
        parts.push(look.say(Phrase::screen_previous(look.key(Command::Resolve))));
    }
    let dot = format!(" {} ", look.dot());
    while parts.len() > 2 && super::canvas::width(&parts.join(&dot)) > room {
        parts.remove(1);
    }
    parts.join(&dot)
}

/// The lines that the pane needs for at least `rows` entries: few if the call failed, since there is no
/// list.
pub(super) fn lines(model: &Model, rows: usize) -> usize {
    let error = model.run().and_then(Run::answer).and_then(Record::error);
    match error {
        Some(error) => 2 + usize::from(error.errno.is_some()),
        None => usize::from(HEAD) + model.row_count().max(rows),
    }
}

/// Draws the call and the list. Returns what [`more`] does.
pub(super) fn draw(model: &Model, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    if let Some(run) = model.run()
        && model.lookups.pending.is_none()
        && !run.succeeded()
    {
        draw_failure(run, canvas);
        return [false; 2];
    }
    call(model, canvas);
    if model.run().is_some_and(|run| !run.succeeded()) {
        return [false; 2];
    }
    let rows = usize::from(canvas.area.height.saturating_sub(HEAD));
    canvas.screen.measures.entries = rows;
    let entries = model.entries();
    let first = &mut canvas.screen.first_entry;
    let first = scroll(first, model.row(), rows, model.row_count());
    let visible = &entries[first.min(entries.len())..];
    let visible = &visible[..rows.min(visible.len())];
    let addresses: Vec<String> = visible
        .iter()
        .map(|entry| entry.address(model.os()))
        .collect();
    let longest = canvas.screen.longest_names.of(model, visible);
    let names = names(longest, canvas.area.width, &addresses);
    let titles = ["ai_family", "ai_socktype", "ai_protocol", "ai_addr"];
    let mut line = canvas.part(canvas.line(1));
    columns(
        &mut line,
        names,
        titles,
        look.text(),
        ["socket()"],
        look.text(),
    );
    if let Some(answer) = &model.answer {
        for ((row, index), (entry, address)) in
            (HEAD..).zip(first..).zip(visible.iter().zip(addresses))
        {
            let mut line = canvas.part(canvas.line(row));
            draw_entry(model, answer, &mut line, names, index, (entry, address));
            line.set_target(Target::Entry(index));
        }
    }
    let held = &model.sockets.list;
    let places = first.saturating_sub(entries.len())..held.len();
    let top = HEAD + u16::try_from(entries.len().saturating_sub(first)).unwrap_or(u16::MAX - HEAD);
    for (row, place) in (top..canvas.area.height).zip(places) {
        let mut line = canvas.part(canvas.line(row));
        sockets::draw(model, &held[place], place, &mut line);
        line.set_target(Target::Socket(place));
    }
    if model.answer.is_some() && model.row_count() == 0 {
        let text = look.say(Key::ScreenEmptyList);
        canvas.text(START, HEAD, &text, look.text());
    }
    more(first, rows, model.row_count())
}

/// The successful call with its result, or the pending one with the elapsed time.
fn call(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let (call, result, took, sign) = if let Some(pending) = &model.lookups.pending {
        let took = look.waiting(pending.elapsed);
        let result = look.say(Key::ScreenWaiting);
        (model.asked.call(), result, took, look.pending())
    } else if let Some(run) = model.run()
        && let Some(record) = run.answer()
    {
        let result = format!("= 0 {}", look.success_sign());
        (run.asked().call(), result, time(record.took), look.text())
    } else {
        return;
    };
    // Keep room for the result: the call is truncated first.
    let tail = format!(" {result}  {took}");
    let room = canvas.area.width.saturating_sub(columns_of(&tail) + 1);
    let end = canvas.put(1, 0, room.saturating_sub(1), &call, look.strong());
    let end = canvas.text(end, 0, &format!(" {result}"), look.text());
    let start = canvas.right(0, 0, &format!("{took} "), look.text());
    if model.lookups.pending.is_none() {
        canvas.mark(end.saturating_sub(1), 0, sign);
    } else if let Some(spinner) = start {
        canvas.mark(spinner, 0, sign);
    }
}

/// So many entries of a list are read for the widths of its columns, beside the visible ones.
const READ: usize = 2000;

/// The widths of the longest names of a list, and the numbers that they were read for. They are kept for as
/// long as the list is on screen.
#[derive(Clone, Debug, Default)]
pub(super) struct LongestNames {
    list: Weak<List>,
    os: Option<Os>,
    widths: [u16; 3],
    numbers: Vec<[i32; 3]>,
}

impl LongestNames {
    /// Those of the list on screen and of its visible entries.
    fn of(&mut self, model: &Model, visible: &[AddrInfo]) -> [u16; 3] {
        let list = model.run().and_then(Run::list);
        let list = list.map_or_else(Weak::new, Arc::downgrade);
        let os = Some(model.os());
        // A list by hand can change.
        let is_kept = list.strong_count() > 0 && self.list.ptr_eq(&list) && self.os == os;
        if !is_kept {
            *self = Self {
                list,
                os,
                ..Self::default()
            };
            let entries = model.entries();
            self.read(model.os(), &entries[..READ.min(entries.len())]);
        }
        let mut all = self.clone();
        all.read(model.os(), visible);
        all.widths
    }

    fn read(&mut self, os: Os, entries: &[AddrInfo]) {
        for entry in entries {
            let numbers = [entry.family, entry.socktype, entry.protocol];
            // Real lists have few; never compare thousands with each other.
            if self.numbers.len() < 100 && !self.numbers.contains(&numbers) {
                self.numbers.push(numbers);
                let hints = [Hint::Family, Hint::Socktype, Hint::Protocol];
                for ((widest, hint), number) in self.widths.iter_mut().zip(hints).zip(numbers) {
                    let width = columns_of(&hint.show(os, number)).saturating_add(1);
                    *widest = width.max(*widest);
                }
            }
        }
    }
}

/// The widths of the first three columns: those of the longest names of the list, if that leaves room for
/// the visible addresses.
fn names(longest: [u16; 3], width: u16, addresses: &[String]) -> [u16; 3] {
    let least = if width < WIDE { NARROW } else { NAMES };
    let mut names = least;
    for (name, longest) in names.iter_mut().zip(longest) {
        *name = longest.max(*name);
    }
    let address = addresses.iter().map(|address| columns_of(address)).max();
    let used = START + SOCKET + 1 + address.unwrap_or(0);
    let sum: u16 = names.iter().sum();
    if used + sum <= width { names } else { least }
}

/// Writes one line of the table. The last column is at the right end: the first of `last` that fits
/// there, or in the room that the address leaves. Returns its start.
fn columns<'a>(
    line: &mut Canvas,
    names: [u16; 3],
    texts: [impl AsRef<str>; 4],
    style: Style,
    last: impl IntoIterator<Item = &'a str>,
    last_style: Style,
) -> u16 {
    let width = line.area.width;
    let socket = width.saturating_sub(SOCKET);
    let [family, socktype, protocol] = names;
    let (mut start, mut end) = (START, START);
    for (text, width) in texts.iter().zip([family, socktype, protocol, u16::MAX]) {
        let next = start.saturating_add(width);
        let room = next.min(socket).saturating_sub(start + 1);
        end = line.put(start, 0, room, text.as_ref(), style);
        start = next;
    }
    let mut short = "";
    for text in last {
        // One column stays free at the right.
        let start = width.saturating_sub(columns_of(text) + 1).min(socket);
        if start > end {
            line.text(start, 0, text, last_style);
            return start;
        }
        short = text;
    }
    line.put(socket, 0, SOCKET, short, last_style);
    socket
}

fn draw_entry(
    model: &Model,
    answer: &Answer,
    line: &mut Canvas,
    names: [u16; 3],
    index: usize,
    (entry, address): (&AddrInfo, String),
) {
    let look = line.screen.look;
    let os = answer.run.host.os;
    let selected = index == answer.selected && model.sockets.place().is_none();
    let here = selected && focused(model, Pane::Entries);
    let style = if selected && model.lookups.pending.is_none() {
        look.strong()
    } else {
        look.text()
    };
    if selected {
        let style = if here { look.focus() } else { style };
        line.text(0, 0, look.marker(), style);
    }
    let change = model
        .watch
        .as_ref()
        .and_then(|watch| watch.marks.get(&index));
    let sign = change.map_or("", |change| match change {
        Change::Came => "+",
        Change::Moved => look.glyph("↕", "^"),
        Change::Went | Change::Changed => "*",
    });
    line.text(1, 0, sign, look.pending());
    let texts = [
        Hint::Family.show(os, entry.family),
        Hint::Socktype.show(os, entry.socktype),
        Hint::Protocol.show(os, entry.protocol),
        address,
    ];
    let (state, state_style, sign) = state(answer, index, look, style);
    let mut states = vec![state];
    if let State::Failed(record) = answer.state(index)
        && let Some(name) = record.error().and_then(|error| error.name(os))
    {
        states.insert(0, format!("{} {}", states[0], name.name));
    }
    let states = states.iter().map(String::as_str);
    let start = columns(line, names, texts, style, states, state_style);
    line.mark(start, 0, sign);
    if here {
        line.buffer.set_style(line.area, look.selected());
    }
}

/// The result of socket() on the entry: a sign, with a number if there is one; its style, and that of
/// the sign.
fn state(answer: &Answer, index: usize, look: Look, style: Style) -> (String, Style, Style) {
    match answer.state(index) {
        State::Untried => (look.dot().to_owned(), look.text(), look.text()),
        State::Opening => {
            let sign = look.glyph("…", "...");
            (sign.to_owned(), look.pending(), look.pending())
        }
        State::Open(record) => {
            let os = answer.run.host.os;
            let handle = record
                .handle()
                .map_or_else(String::new, |handle| handle.show(os));
            let open = Key::ScreenOpen.text(look.language);
            let text = format!("{} {handle} {open}", look.success_sign());
            (text, style, style)
        }
        State::Closed(_) => {
            let closed = Key::ScreenClosed.text(look.language);
            let text = format!("{} {closed}", look.success_sign());
            (text, look.text(), look.text())
        }
        State::Failed(record) => {
            let code = record.error().map_or(0, |error| error.code);
            let text = format!("{} {code}", look.failure_sign());
            (text, style, look.failure())
        }
    }
}
