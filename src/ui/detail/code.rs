//! A program that does the same as the query and the selected entry.

use super::Line;
use crate::app::Model;
use crate::net::{BRIEF, Query, Text};
use crate::report::code::{Language, Subject, highlight, program};
use crate::ui::theme::Theme;

/// The languages, the shown one marked, and the program.
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
    let query = query(model);
    let beginning = |text: &Option<Text>| text.as_ref().and_then(Text::beginning);
    let (node, service) = (beginning(&query.node), beginning(&query.service));
    let mut notice = Line::default();
    let program = if node.is_none() && service.is_none() {
        text(model)
    } else {
        let text = format!("Cut after {BRIEF} bytes of each text. y copies the program whole.");
        notice = Line::new(text, theme.pending());
        let cut = Query {
            node: node.or_else(|| query.node.clone()),
            service: service.or_else(|| query.service.clone()),
            hints: query.hints,
        };
        program_of(model, &cut)
    };
    let lines = program.lines().map(|line| Line {
        pieces: highlight(language, line)
            .into_iter()
            .map(|(token, range)| (line[range].to_owned(), theme.token(token)))
            .collect(),
        ..Line::default()
    });
    [titles, notice].into_iter().chain(lines).collect()
}

/// The program alone.
pub(super) fn text(model: &Model) -> String {
    program_of(model, query(model))
}

/// What the list answers, so that both can be compared.
fn query(model: &Model) -> &Query {
    model
        .lookups
        .shown()
        .map_or(&model.asked, |shown| &shown.query)
}

fn program_of(model: &Model, query: &Query) -> String {
    let subject = match model.entry() {
        Some(_) => Subject::Entry(model.sockets.selected),
        None => Subject::AllEntries,
    };
    program(language(model), model.about.os, query, subject)
}

fn language(model: &Model) -> Language {
    Language::ALL[model.program % Language::ALL.len()]
}
