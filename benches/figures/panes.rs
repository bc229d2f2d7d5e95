//! The layout that both programs share: a form on the left, a list on the right, and a marker in
//! each.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::terminal::Terminal;

pub(crate) const UP: &[u8] = b"\x1b[A";
pub(crate) const DOWN: &[u8] = b"\x1b[B";

/// The columns of a row that certainly belong to the form.
const FORM_WIDTH: usize = 38;

const MARKER: char = '▸';

/// The typed text: letters that occur in no field's name or value.
pub(crate) const TYPED: &str = "zyxvw";

/// A half of the screen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Form,
    List,
}

/// Moves the marker by one.
pub(crate) fn step(terminal: &mut Terminal, key: &[u8], side: Side) -> Result<Duration> {
    let before = marker(terminal, side);
    terminal.press(key, "the marker elsewhere", |terminal| {
        let after = marker(terminal, side);
        after.is_some() && after != before
    })
}

/// Moves the marker to the field `service` and returns its row.
pub(crate) fn text_field(terminal: &mut Terminal) -> Result<usize> {
    for _ in 0..4 {
        let row = marker(terminal, Side::Form).context("no marker in the form")?;
        let text = row_text(terminal, row);
        if text.contains("service") {
            return Ok(row);
        }
        // The focus starts above or below it, by the version.
        let key = if text.contains("node") { DOWN } else { UP };
        step(terminal, key, Side::Form)?;
    }
    bail!("the marker does not reach the field service")
}

/// The row of the marker.
fn marker(terminal: &Terminal, side: Side) -> Option<usize> {
    terminal.rows().position(|row| {
        let mut cells = row.chars().enumerate();
        cells.any(|(column, cell)| cell == MARKER && (column < FORM_WIDTH) == (side == Side::Form))
    })
}

/// The form's part of a row.
fn row_text(terminal: &Terminal, row: usize) -> String {
    let row = terminal.rows().nth(row).unwrap_or_default();
    row.chars().take(FORM_WIDTH).collect()
}

/// The number of letters of [`TYPED`] in the row.
pub(crate) fn typed(terminal: &Terminal, row: usize) -> usize {
    let text = row_text(terminal, row);
    let shown = (1..=TYPED.len()).rev();
    shown
        .into_iter()
        .find(|length| text.contains(&TYPED[..*length]))
        .unwrap_or(0)
}
