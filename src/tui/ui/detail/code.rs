//! A program that makes the calls of the query and the selected entry.

use super::{Line, Page};
use crate::app::{Command, Model};
use crate::code::{Language, highlight, program};
use crate::words::Phrase;

/// The languages, the current one marked, and the program from its hints on.
pub(super) fn write(model: &Model, page: &mut Page) {
    let look = page.look;
    let language = language(model);
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
        command: None,
    });
    let program = text(model);
    page.fixed = 1;
    page.start = start(&program);
    page.lines.extend(program.lines().map(|line| {
        Line {
            pieces: highlight(language, line)
                .into_iter()
                .map(|(token, range)| (line[range].to_owned(), look.token(token)))
                .collect(),
            ..Line::default()
        }
    }));
}

/// The line where the program sets the hints or, without hints, calls getaddrinfo; with the comment
/// above it.
fn start(program: &str) -> usize {
    let lines: Vec<&str> = program.lines().map(str::trim_start).collect();
    let comment = |line: &str| ["//", "#"].iter().any(|sign| line.starts_with(sign));
    let sets = |line: &&str| {
        let line = line.to_lowercase();
        !comment(&line)
            && ["hints", "getaddrinfo(", "getaddrinfow("]
                .iter()
                .any(|word| line.contains(word))
    };
    let first = lines.iter().position(sets).unwrap_or(0);
    let above = lines[..first].iter().rev();
    first - above.take_while(|line| comment(line)).count()
}

/// The program, for the query of the list on screen rather than of the form.
pub(super) fn text(model: &Model) -> String {
    let query = model.run().map_or(&model.asked, |run| &run.query);
    let entry = model.entry().map(|_| model.selected());
    program(language(model), model.host.os, query, entry)
}

fn language(model: &Model) -> Language {
    Language::ALL[model.program % Language::ALL.len()]
}
