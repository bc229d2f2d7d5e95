//! A program that makes the calls of the query and the selected entry.

use std::ops::Range;

use super::{Line, Page, columns};
use crate::app::{Command, Model};
use crate::code::{Language, highlight};
use crate::words::Phrase;

/// The languages, the current one marked, and the program from its hints on.
pub(super) fn write(model: &Model, page: &mut Page) {
    let look = page.look;
    let language = model.language_of_program();
    let titles = Language::ALL.map(|other| {
        let current = other == language;
        let style = if current { look.strong() } else { look.text() };
        (format!("{}  ", other.title()), style)
    });
    page.lines.push(Line {
        pieces: titles.into(),
        right: (
            look.say(Phrase::detail_next_program(look.key(Command::NextProgram))),
            look.text(),
        ),
        ..Line::default()
    });
    let (program, marked) = model.program_and_line();
    page.fixed = 1;
    let start = start(&program);
    // One column stays free on each side.
    let room = page.width.saturating_sub(2);
    for (index, line) in program.lines().enumerate() {
        if index == start {
            page.start = page.lines.len() - page.fixed;
        }
        write_line(page, language, line, room, marked == Some(index));
    }
    // The marked line is in sight, with what follows it.
    let rows = usize::from(page.height).saturating_sub(page.fixed);
    let marked = page.lines.iter().position(|line| line.marked);
    if let Some(marked) = marked.map(|marked| marked - page.fixed)
        && marked + 1 >= page.start + rows
    {
        page.start = marked.saturating_sub(rows / 2);
    }
}

/// A line of a program, in as many lines as it needs.
pub(super) fn write_line(page: &mut Page, language: Language, line: &str, room: u16, marked: bool) {
    let look = page.look;
    let line = look.shown(line);
    let tokens = highlight(language, &line);
    for (number, part) in parts(&line, room).into_iter().enumerate() {
        let mut pieces = Vec::new();
        if number > 0 {
            let sign = format!("{}{} ", indent(&line), look.signs().of("↳", "└", "+"));
            pieces.push((sign, look.text()));
        }
        for (token, range) in &tokens {
            let (from, to) = (range.start.max(part.start), range.end.min(part.end));
            if from < to {
                pieces.push((line[from..to].to_owned(), look.token(*token)));
            }
        }
        page.lines.push(Line {
            pieces,
            marked: marked && number == 0,
            ..Line::default()
        });
    }
}

/// The indentation of a line of the program.
fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

/// The parts of a line that fit `room` columns, broken between words if possible. Those after the first
/// stand behind the indentation and a sign of two columns.
fn parts(line: &str, room: u16) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut room) = (0, room);
    loop {
        let mut used = 0;
        let fitting = line[start..].char_indices().take_while(|(_, c)| {
            used += columns(c.encode_utf8(&mut [0; 4]));
            used <= room
        });
        let fits = fitting.last().map_or(0, |(at, c)| at + c.len_utf8());
        if fits == 0 || start + fits == line.len() {
            break;
        }
        let words = start.max(indent(line).len());
        let space = line[..start + fits].rfind(' ').filter(|&at| at > words);
        let end = space.map_or(start + fits, |at| at + 1);
        parts.push(start..end);
        if start == 0 {
            room = room.saturating_sub(columns(indent(line)) + 2);
        }
        start = end;
    }
    parts.push(start..line.len());
    parts
}

/// The line where the program sets the hints or, without hints, calls getaddrinfo; without that call, where
/// it calls socket().
fn start(program: &str) -> usize {
    let place = |words: &[&str]| {
        program.lines().position(|line| {
            let line = line.trim_start().to_lowercase();
            let comment = ["//", "#"].iter().any(|sign| line.starts_with(sign));
            !comment && words.iter().any(|word| line.contains(word))
        })
    };
    let asks = place(&["hints", "getaddrinfo(", "getaddrinfow("]);
    let opens = || {
        place(&[
            " socket(",
            ", socket(",
            "socket.socket(",
            "socket::new_raw(",
        ])
    };
    asks.or_else(opens).unwrap_or(0)
}
