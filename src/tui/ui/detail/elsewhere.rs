//! The result of this run and, apart from it, recorded results of other systems for the same query.

use super::Page;
use crate::app::Model;
use crate::net::Record;
use crate::recorded::{places_without, recorded};

pub(super) fn write(model: &Model, page: &mut Page) {
    let Some(run) = model.run() else {
        return;
    };
    let (look, os) = (page.look, page.os);
    let title = format!("here, just now: {}", run.query.call());
    page.line(title, look.strong());
    let here = match run.answer().and_then(Record::error) {
        None => format!("  = 0, {} in the list", run.entries().len()),
        Some(error) => {
            let name = error.name(os).map_or("(no name)", |row| row.name);
            format!("  = {} {name}", error.code)
        }
    };
    page.line(here, look.text());
    page.line("recorded elsewhere, not done here:", look.strong());
    let records = recorded(&run.query, os);
    for record in &records {
        page.paragraph(&record.line, look.text());
    }
    let without = places_without(&records);
    if !without.is_empty() {
        let places: Vec<&str> = without.iter().map(|place| place.title()).collect();
        let places = places.join(", ");
        let text = format!("Nothing is recorded of this query for {places}.");
        page.paragraph(&text, look.dim());
    }
    if !records.is_empty() {
        page.line("what each record asks of a query:", look.strong());
    }
    for record in &records {
        let text = format!("{}: {}", record.place.title(), record.about);
        page.paragraph(&text, look.dim());
    }
}
