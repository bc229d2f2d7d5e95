//! The notes on a call: what happened, the fix, what to do, and why.

use ratatui::style::Style;

use super::{Line, paragraph};
use crate::explain::{Note, Severity};
use crate::tui::ui::theme::Theme;

/// The lines of all notes. The fix and its key stand close to the top: a small screen shows only the
/// beginning.
pub(super) fn lines(notes: &[Note], theme: Theme, width: u16) -> Vec<Line> {
    let texts = theme.texts();
    let mut lines = Vec::new();
    let mut offered = false;
    for note in notes {
        let (sign, style) = sign(note.severity, theme);
        paragraph(
            &mut lines,
            &format!("{sign} {}", texts.line(note)),
            width,
            theme,
            style,
        );
        // F4 applies only the first fix.
        if let Some(fix) = texts.fix(note).filter(|_| !offered) {
            offered = true;
            let mut line = Line::new("  F4 ", theme.focus());
            line.pieces.push((fix, theme.focus()));
            lines.push(line);
        }
        if let Some(remedy) = texts.remedy(note) {
            paragraph(&mut lines, &remedy, width, theme, theme.text());
        }
        paragraph(
            &mut lines,
            &texts.paragraph(note),
            width,
            theme,
            theme.dim(),
        );
    }
    lines
}

fn sign(severity: Severity, theme: Theme) -> (&'static str, Style) {
    match severity {
        Severity::Failure => (theme.failure_sign(), theme.strong()),
        Severity::Warning => ("!", theme.pending()),
        Severity::Advice => (theme.dot(), theme.text()),
    }
}
