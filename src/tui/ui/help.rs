//! The help: all keys, from the table, and the glossary.

use super::canvas::{Canvas, more, wrap};
use super::filter;
use super::look::Look;
use crate::app::{Help, Model};
use crate::tui::keys::Context;
use crate::words::Key;

/// The width of the keys and the terms.
const LEFT: u16 = 26;

/// The terms and what they mean, each after those that explain it.
const GLOSSARY: [(Key, Key); 16] = [
    (Key::GlossaryNodeTerm, Key::GlossaryNodeText),
    (Key::GlossaryServiceTerm, Key::GlossaryServiceText),
    (Key::GlossaryHintsTerm, Key::GlossaryHintsText),
    (Key::GlossaryAddrinfoTerm, Key::GlossaryAddrinfoText),
    (Key::GlossaryFamilyTerm, Key::GlossaryFamilyText),
    (Key::GlossarySocktypeTerm, Key::GlossarySocktypeText),
    (Key::GlossaryProtocolTerm, Key::GlossaryProtocolText),
    (Key::GlossaryDescriptorTerm, Key::GlossaryDescriptorText),
    (Key::GlossaryHeldTerm, Key::GlossaryHeldText),
    (Key::GlossarySockaddrTerm, Key::GlossarySockaddrText),
    (Key::GlossaryPortTerm, Key::GlossaryPortText),
    (Key::GlossaryWildcardTerm, Key::GlossaryWildcardText),
    (Key::GlossaryLoopbackTerm, Key::GlossaryLoopbackText),
    (Key::GlossaryResolverTerm, Key::GlossaryResolverText),
    (Key::GlossaryNumericTerm, Key::GlossaryNumericText),
    (Key::GlossaryCanonicalTerm, Key::GlossaryCanonicalText),
];

/// A heading and its items: what stands at the left and at the right.
type Group = (&'static str, Vec<(String, &'static str)>);

fn groups(model: &Model, look: Look) -> impl Iterator<Item = Group> {
    let language = look.language;
    let keys = Context::in_help(model).map(move |context| {
        let items = look.keys.bindings(context).map(|binding| {
            let labels = binding.labels(" ", look.language.is_ascii());
            (labels, binding.help(language))
        });
        (context.title(language), items.collect())
    });
    let terms = GLOSSARY.map(|(term, text)| (term.text(language).to_owned(), text.text(language)));
    keys.chain([(Key::ContextGlossary.text(language), terms.into())])
}

/// Draws the lines from the first visible one on. Returns what [`more`] does.
pub(super) fn draw(model: &Model, help: &Help, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    let room = canvas.area.width.saturating_sub(LEFT + 3);
    let test = help.filter.test();
    let (mut found, mut count) = (0, 0);
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut headings = Vec::new();
    for (heading, mut items) in groups(model, look) {
        count += items.len();
        // A heading that matches stands for its whole group.
        let all = test(heading);
        items.retain(|(left, right)| all || test(&format!("{left} {right}")));
        found += items.len();
        if items.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Default::default());
        }
        headings.push(lines.len());
        lines.push((heading.to_owned(), String::new()));
        for (left, right) in items {
            let left = wrap(&left, LEFT - 3);
            let right = wrap(&look.shown(right), room);
            for row in 0..left.len().max(right.len()) {
                let part = |lines: &[String]| lines.get(row).cloned().unwrap_or_default();
                lines.push((format!("  {}", part(&left)), part(&right)));
            }
        }
    }
    let canvas = &mut filter::draw(&help.filter, (found, count), canvas);
    let rows = usize::from(canvas.area.height);
    canvas.screen.measures.popup = rows;
    canvas.screen.measures.help_lines = lines.len();
    let first = help.first.min(lines.len().saturating_sub(rows));
    let visible = lines.iter().enumerate().skip(first);
    for (row, (index, (left, right))) in (0..canvas.area.height).zip(visible) {
        let heading = headings.binary_search(&index).is_ok();
        let style = if heading { look.strong() } else { look.text() };
        canvas.text(1, row, left, style);
        canvas.text(LEFT + 1, row, right, look.text());
    }
    more(first, rows, lines.len())
}
