//! How the name was looked up, and why the list has its order: the source of each address, and the rule
//! that decided between neighbours.
//!
//! ```text
//! order   glibc, RFC 3484 with glibc's additions
//! this system  RFC 3484  RFC 6724                                   v: next
//!   Every entry is where the rules put it.
//! 1-3  ::1
//!      source ::1   interface lo/128   scope 2 = 2   label 0 = 0 (::1/128)
//!      precedence 50 (::1/128)
//!      ↓ rule 6, prefer higher precedence: 50 | 10
//! 4-6  127.0.0.1
//! ```

use std::ops::Range;
use std::sync::Arc;

use super::{Line, Page, columns, wrap};
use crate::app::{Answer, Command, Model, Reasons, View};
use crate::explain::lookup::{Role, Row};
use crate::explain::order::{Order, TITLES, Tables, cells, decision, entry_numbers, groups};
use crate::tui::ui::look::Look;
use crate::words::{Key, Phrase};

/// The most addresses whose place is explained.
const MOST: usize = 1000;

/// The lines of the view. They stay until they change, so that no frame makes a thousand of them.
#[derive(Clone, Debug, Default)]
pub(in crate::tui::ui) struct LookupLines {
    made_for: Option<(Arc<Reasons>, Tables, bool, Look, u16)>,
    lines: Vec<Line>,
}

impl LookupLines {
    /// The lines on a page like this.
    pub(super) fn of(&mut self, model: &Model, page: &Page) -> &[Line] {
        let answer = model.answer.as_ref().filter(|_| model.view == View::Lookup);
        let Some(answer) = answer else {
            *self = Self::default();
            return &[];
        };
        let Some(reasons) = &answer.reasons else {
            let mut coming = page.like();
            coming.line(page.look.ellipsis(), page.look.pending());
            (self.made_for, self.lines) = (None, coming.lines);
            return &self.lines;
        };
        let same = |(of, tables, asking, look, width): &(Arc<Reasons>, Tables, bool, Look, u16)| {
            let now = (model.tables, answer.is_asking(), page.look, page.width);
            Arc::ptr_eq(of, reasons) && (*tables, *asking, *look, *width) == now
        };
        if !self.made_for.as_ref().is_some_and(same) {
            let mut new = page.like();
            configuration(&reasons.lookup, &mut new);
            if !reasons.sources.is_empty() {
                offer(answer.is_asking(), &mut new);
            }
            if !answer.run.entries().is_empty() {
                new.line("", page.look.text());
                order(answer, reasons.order.as_deref(), model.tables, &mut new);
            }
            self.made_for = Some((
                Arc::clone(reasons),
                model.tables,
                answer.is_asking(),
                page.look,
                page.width,
            ));
            self.lines = new.lines;
        }
        &self.lines
    }
}

/// How the name was looked up.
fn configuration(rows: &[Row], page: &mut Page) {
    let look = page.look;
    let label = |row: &Row| row.label.as_ref().map(|label| label.text(look.language));
    let labels = rows.iter().filter_map(label);
    let widest = labels
        .map(|label| columns(&label))
        .max()
        .unwrap_or_default();
    for row in rows {
        let text = look.say(row.text.clone());
        let Some(label) = label(row) else {
            for line in wrap(&look.shown(&text), page.width.saturating_sub(2)) {
                page.line(line, look.strong());
            }
            continue;
        };
        let (sign, sign_style, style) = match row.role {
            Role::Answer => (look.success_sign(), look.text(), look.strong()),
            Role::Problem => ("!", look.pending(), look.strong()),
            Role::Source => (look.glyph("→", ">"), look.text(), look.text()),
            Role::Idle => (look.dot(), look.text(), look.text()),
            Role::Title | Role::Detail => ("", look.text(), look.text()),
        };
        let padding = usize::from(widest.saturating_sub(columns(&label)));
        let label = format!("{label}{:padding$}  ", "");
        let gap = 3_u16.saturating_sub(columns(sign));
        let sign = (format!("{sign}{:1$}", "", usize::from(gap)), sign_style);
        page.hanging(vec![sign, (label, look.text())], &text, style);
    }
}

/// The key that asks the sources, or that stops it.
fn offer(asking: bool, page: &mut Page) {
    let look = page.look;
    let (sign, text, command) = if asking {
        let key = look.key(Command::Cancel);
        (
            look.ellipsis(),
            Phrase::detail_asking_sources(key),
            Command::Cancel,
        )
    } else {
        let key = look.key(Command::AskSources);
        ("", Phrase::detail_ask_sources(key), Command::AskSources)
    };
    let first = page.lines.len();
    let sign = vec![(format!("{sign:3}"), look.pending())];
    page.hanging(sign, &look.say(text), look.strong());
    for line in &mut page.lines[first..] {
        line.command = Some(command);
    }
}

/// Why the list has its order.
fn order(answer: &Answer, order: Option<&Order>, tables: Tables, page: &mut Page) {
    let look = page.look;
    let Some(order) = order else {
        for line in wrap(&look.say(Key::OrderUnknown), page.width.saturating_sub(2)) {
            page.line(line, look.strong());
        }
        return;
    };
    page.line(look.say(order.title()), look.strong());
    let choices = Tables::ALL.map(|choice| {
        let name = choice.rfc().map(str::to_owned);
        let name = name.unwrap_or_else(|| look.say(Key::DetailThisSystem));
        let style = if choice == tables {
            look.strong()
        } else {
            look.text()
        };
        (format!("{name}  "), style)
    });
    let key = look.key(Command::NextTables);
    page.lines.push(Line {
        pieces: choices.into(),
        right: (look.say(Phrase::detail_next_program(key)), look.text()),
        command: Some(Command::NextTables),
        ..Line::default()
    });
    let verdict = look.say(order.verdict(tables, &groups(&answer.run)));
    if order.by(tables).keeps() {
        page.paragraph(&verdict, look.text());
    } else {
        page.signed("!", look.pending(), &verdict, look.strong());
    }
    page.paragraph(&look.say(Key::DetailValues), look.text());
    entries(answer, order, tables, page);
}

/// The lines of the first entries in the order by these tables.
fn entries(answer: &Answer, order: &Order, tables: Tables, page: &mut Page) {
    let look = page.look;
    let (run, ranking) = (&answer.run, order.by(tables));
    let groups = groups(run);
    // By the system's own tables the list as it was returned: where they contradict it, a line says so.
    let ranked: Vec<&Range<usize>> = if tables == Tables::System || ranking.keeps() {
        groups.iter().collect()
    } else {
        let group = |at: &usize| groups.binary_search_by_key(at, |group| group.start).ok();
        let places = ranking.computed.iter().filter_map(group);
        places.map(|place| &groups[place]).collect()
    };
    let shown = ranked.len().min(MOST);
    let numbers = ranked[..shown].iter().map(|group| entry_numbers(group));
    let numbers: Vec<String> = numbers.collect();
    let digits = numbers.iter().map(String::len).max().unwrap_or_default();
    let indent = " ".repeat(digits + 2);
    let room = page.width.saturating_sub(2 + columns(&indent));
    for (at, (group, number)) in ranked.iter().zip(&numbers).enumerate() {
        let Some(place) = answer.place(ranking, group.start) else {
            break;
        };
        let [destination, cells @ ..] = cells(run, group.start, &place, look.language);
        page.line(format!("{number:>digits$}  {destination}"), look.strong());
        let facts = TITLES[1..].iter().zip(cells);
        let facts = facts.map(|(title, cell)| format!("{} {cell}", title.text(look.language)));
        for line in rows(facts, room) {
            page.line(format!("{indent}{line}"), look.text());
        }
        let next = ranked.get(at + 1);
        if let Some(pair) = next.and_then(|next| answer.pair(ranking, group.start, next.start)) {
            let (sign, style) = match pair.contradicts {
                true => (look.failure_sign(), look.failure()),
                false => (look.glyph("↓", "v"), look.text()),
            };
            let text = look.say(decision(&pair, look.language));
            let sign = vec![(format!("{indent}{sign} "), style)];
            page.hanging(sign, &text, look.text());
        }
    }
    if shown < ranked.len() {
        let more = look.say(Phrase::detail_more_addresses(ranked.len() - shown));
        page.paragraph(&more, look.text());
    }
}

/// The facts in lines of at most `room` columns, each fact whole if it fits.
fn rows(facts: impl Iterator<Item = String>, room: u16) -> Vec<String> {
    const GAP: &str = "   ";
    let mut rows: Vec<String> = Vec::new();
    for fact in facts {
        match rows.last_mut() {
            Some(row) if columns(row) + columns(GAP) + columns(&fact) <= room => {
                row.push_str(GAP);
                row.push_str(&fact);
            }
            _ => rows.extend(wrap(&fact, room)),
        }
    }
    rows
}
