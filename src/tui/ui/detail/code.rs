//! A program that makes the calls of the query and the selected entry.

use super::{Line, Page};
use crate::app::Model;
use crate::code::{Language, highlight, program};

/// The languages, the current one marked, and the program.
pub(super) fn write(model: &Model, page: &mut Page) {
    let look = page.look;
    let language = language(model);
    let titles = Language::ALL.map(|other| {
        let current = other == language;
        let style = if current { look.strong() } else { look.dim() };
        (format!("{}  ", other.title()), style)
    });
    page.lines.push(Line {
        pieces: titles.into(),
        right: ("l: next".to_owned(), look.dim()),
    });
    page.line("", look.text());
    page.lines.extend(text(model).lines().map(|line| {
        Line {
            pieces: highlight(language, line)
                .into_iter()
                .map(|(token, range)| (line[range].to_owned(), look.token(token)))
                .collect(),
            ..Line::default()
        }
    }));
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
