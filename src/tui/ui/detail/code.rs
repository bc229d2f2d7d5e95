//! A program that makes the calls of the query and the selected entry.

use super::Line;
use crate::app::Model;
use crate::code::{Language, highlight, program};
use crate::tui::ui::theme::Theme;

/// The languages, the current one marked, and the program.
pub(super) fn lines(model: &Model, theme: Theme) -> Vec<Line> {
    let language = language(model);
    let mut titles = Line::default();
    for other in Language::ALL {
        let style = if other == language {
            theme.strong()
        } else {
            theme.dim()
        };
        titles.pieces.push((format!("{}  ", other.title()), style));
    }
    titles.right = ("l: next".to_owned(), theme.dim());
    let program = text(model);
    let lines = program.lines().map(|line| Line {
        pieces: highlight(language, line)
            .into_iter()
            .map(|(token, range)| (line[range].to_owned(), theme.token(token)))
            .collect(),
        ..Line::default()
    });
    [titles, Line::default()].into_iter().chain(lines).collect()
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
