//! What there is to say of a call: what happened, what would mend it, why, and what to do.

use ratatui::style::Style;

use super::{Line, paragraph};
use crate::explain::{Note, Severity};
use crate::tui::ui::theme::Theme;

/// The notes, the first whole, with its fix and the key for it close to the top: a small screen
/// shows only the beginning.
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
        // One key can make one change: the first that is offered.
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
