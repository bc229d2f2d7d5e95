//! The notes on a call: what happened, the fix, what to do, and why.

use ratatui::style::Style;

use super::{Look, Page};
use crate::app::Command;
use crate::explain::{Note, Severity};
use crate::replay::FileNote;

/// Writes all notes. The fix and its key stand close to the top: a small screen shows only the
/// beginning.
pub(super) fn write(notes: &[Note], page: &mut Page) {
    let look = page.look;
    let language = look.language;
    let mut offered = false;
    for note in notes {
        let (sign, sign_style, style) = signs(note.severity, look);
        page.signed(sign, sign_style, &note.line(language), style);
        // The key applies only the first fix.
        if let Some(fix) = note.fix_text(language).filter(|_| !offered) {
            offered = true;
            let key = look.key(Command::Fix);
            page.line(format!("  {key} {fix}"), look.strong());
            if let Some(line) = page.lines.last_mut() {
                line.command = Some(Command::Fix);
            }
        }
        if let Some(remedy) = note.remedy(language) {
            page.paragraph(&remedy, look.text());
        }
        page.paragraph(&note.paragraph(language), look.text());
    }
}

/// Writes the notes whose words only their file has.
pub(super) fn write_of_file<'a>(notes: impl Iterator<Item = &'a FileNote>, page: &mut Page) {
    let look = page.look;
    for note in notes {
        let (sign, sign_style, style) = signs(note.severity, look);
        page.signed(sign, sign_style, &note.line, style);
        if let Some(remedy) = &note.remedy {
            page.paragraph(remedy, look.text());
        }
    }
}

/// The sign, its style, and that of the line.
fn signs(severity: Severity, look: Look) -> (&'static str, Style, Style) {
    match severity {
        Severity::Failure => (look.failure_sign(), look.failure(), look.strong()),
        Severity::Warning => ("!", look.pending(), look.strong()),
        Severity::Advice => (look.dot(), look.text(), look.text()),
    }
}
