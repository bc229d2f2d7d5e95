//! The notes on a call: what happened, the fix, what to do, and why.

use super::Page;
use crate::explain::{Note, Severity, texts};

/// Writes all notes. The fix and its key stand close to the top: a small screen shows only the
/// beginning.
pub(super) fn write(notes: &[Note], page: &mut Page) {
    let look = page.look;
    let texts = texts(look.language);
    let mut offered = false;
    for note in notes {
        let (sign, style) = match note.severity {
            Severity::Failure => (look.failure_sign(), look.strong()),
            Severity::Warning => ("!", look.pending()),
            Severity::Advice => (look.dot(), look.text()),
        };
        page.paragraph(&format!("{sign} {}", texts.line(note)), style);
        // F4 applies only the first fix.
        if let Some(fix) = texts.fix(note).filter(|_| !offered) {
            offered = true;
            page.line(format!("  F4 {fix}"), look.focus());
        }
        if let Some(remedy) = texts.remedy(note) {
            page.paragraph(&remedy, look.text());
        }
        page.paragraph(&texts.paragraph(note), look.dim());
    }
}
