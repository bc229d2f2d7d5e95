//! The result of this run and, apart from it, recorded results of other systems for the same query.

use super::Page;
use crate::app::Model;
use crate::net::Record;
use crate::recorded::{Contrast, places_without, recorded};
use crate::words::{Key, Phrase};

pub(super) fn write(model: &Model, page: &mut Page) {
    let Some((run, query)) = model.run().and_then(|run| Some((run, run.query.as_ref()?))) else {
        return;
    };
    let (look, os) = (page.look, page.os);
    if page.alone {
        let title = look.say(Phrase::detail_here(query.call()));
        page.line(title, look.strong());
        let here = match run.answer().and_then(Record::error) {
            None => look.say(Phrase::detail_entries_here(run.entries().len())),
            Some(error) => {
                let no_name = Key::ScreenNoName.text(look.language);
                let name = error.name(os).map_or(no_name, |row| row.name);
                let sign = look.failure_sign();
                format!("= {} {sign} {name}", error.code)
            }
        };
        page.line(format!("  {here}"), look.text());
    }
    page.line(look.say(Key::DetailRecorded), look.strong());
    let records = recorded(query, os, look.language);
    for record in &records {
        let text = format!("{}: {}", record.place.title(), record.outcome);
        page.paragraph(&text, look.text());
    }
    if let Some(contrast) = Contrast::of(run) {
        page.paragraph(&contrast.text(look.language), look.strong());
    }
    let without = places_without(&records);
    if !without.is_empty() {
        let places: Vec<&str> = without.iter().map(|place| place.title()).collect();
        let places = places.join(", ");
        let text = look.say(Phrase::detail_nothing_recorded(places));
        page.paragraph(&text, look.text());
    }
    if !records.is_empty() {
        page.line(look.say(Key::DetailConditions), look.strong());
    }
    for record in &records {
        let text = format!("{}: {}", record.place.title(), record.condition);
        page.paragraph(&text, look.text());
    }
}
