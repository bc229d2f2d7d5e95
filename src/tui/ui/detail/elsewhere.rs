//! The result of this run and, apart from it, recorded results of other systems for the same query.

use std::sync::{Arc, Weak};

use super::{Line, paragraph};
use crate::app::Model;
use crate::net::{Query, Record};
use crate::recorded::{self, places_without, recorded};
use crate::tui::ui::theme::Theme;

/// The records for the last query, so that not every frame searches for them.
#[derive(Clone, Debug, Default)]
pub(in crate::tui::ui) struct Recordings {
    query: Weak<Query>,
    records: Vec<recorded::Record>,
}

pub(super) fn lines(
    model: &Model,
    theme: Theme,
    width: u16,
    recordings: &mut Recordings,
) -> Vec<Line> {
    let Some(run) = model.run() else {
        return Vec::new();
    };
    let os = run.host.os;
    let here = match run.answer().and_then(Record::error) {
        None => format!("= 0, {} in the list", run.entries().len()),
        Some(error) => {
            let name = error.name(os).map_or("(no name)", |row| row.name);
            format!("= {} {name}", error.code)
        }
    };
    let mut lines = vec![
        Line::new(
            format!("here, just now: {}", run.query.call()),
            theme.strong(),
        ),
        Line::new(format!("  {here}"), theme.text()),
        Line::new("recorded elsewhere, not done here:", theme.strong()),
    ];
    let query = Arc::downgrade(&run.query);
    if !recordings.query.ptr_eq(&query) {
        let records = recorded(&run.query, os);
        *recordings = Recordings { query, records };
    }
    let records = &recordings.records;
    for record in records {
        paragraph(&mut lines, &record.line, width, theme, theme.text());
    }
    let without: Vec<&str> = places_without(records)
        .iter()
        .map(|place| place.title())
        .collect();
    if !without.is_empty() {
        let text = format!(
            "Nothing is recorded of this query for {}.",
            without.join(", ")
        );
        paragraph(&mut lines, &text, width, theme, theme.dim());
    }
    if !records.is_empty() {
        let title = "what each record asks of a query:";
        lines.push(Line::new(title, theme.strong()));
    }
    for record in records {
        let text = format!("{}: {}", record.place.title(), record.about);
        paragraph(&mut lines, &text, width, theme, theme.dim());
    }
    lines
}
