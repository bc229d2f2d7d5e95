//! What both programs show in the same places: a form on the left, a list on the right, and a
//! marker in each.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::terminal::Terminal;

pub(crate) const UP: &[u8] = b"\x1b[A";
pub(crate) const DOWN: &[u8] = b"\x1b[B";

/// How much of a row is sure to be the form's.
const FORM_WIDTH: usize = 38;

const MARKER: char = '▸';

/// What is typed: letters that no field's name or value has.
pub(crate) const TYPED: &str = "zyxvw";

/// Which half of the screen.
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

/// Puts the marker on the field `service`; the row that is in.
pub(crate) fn text_field(terminal: &mut Terminal) -> Result<usize> {
    for _ in 0..3 {
        if let Some(row) = marker(terminal, Side::Form)
            && row_text(terminal, row).contains("service")
        {
            return Ok(row);
        }
        step(terminal, DOWN, Side::Form)?;
    }
    bail!("the marker does not reach the field service")
}

/// The row that the marker is in.
fn marker(terminal: &Terminal, side: Side) -> Option<usize> {
    terminal.rows().position(|row| {
        let mut cells = row.chars().enumerate();
        cells.any(|(column, cell)| cell == MARKER && (column < FORM_WIDTH) == (side == Side::Form))
    })
}

/// What stands in the form in that row.
pub(crate) fn row_text(terminal: &Terminal, row: usize) -> String {
    let row = terminal.rows().nth(row).unwrap_or_default();
    row.chars().take(FORM_WIDTH).collect()
}

/// How many of the letters of [`TYPED`] the row shows.
pub(crate) fn typed(terminal: &Terminal, row: usize) -> usize {
    let text = row_text(terminal, row);
    let shown = (1..=TYPED.len()).rev();
    shown
        .into_iter()
        .find(|length| text.contains(&TYPED[..*length]))
        .unwrap_or(0)
}
