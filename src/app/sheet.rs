//! The matrix on the screen: what getaddrinfo() and socket() return for each combination.

use std::sync::Arc;

use super::effect::{Effect, Effects, Ticket};
use super::popup::Popup;
use super::{Model, msg::Command};
use crate::names::Os;
use crate::net::{BindMatrix, Call, Cell, Host, KINDS, Matrix, Record};
use crate::words::Key;

/// The matrix, its selected cell, and how far it is filled.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sheet {
    /// The ticket of its calls.
    pub(crate) ticket: Ticket,
    /// The cells.
    pub(crate) matrix: Matrix,
    /// The selected row, counted over all families.
    pub(crate) row: usize,
    /// The selected column.
    pub(crate) column: usize,
    /// The cells whose socket() returned.
    pub(crate) done: usize,
    /// The user was told what asking for everything can do.
    warned: bool,
}

impl Sheet {
    /// An empty matrix, with the first cell selected.
    pub(crate) fn new(ticket: Ticket, host: Arc<Host>, all: bool) -> Self {
        Self {
            ticket,
            matrix: Matrix::new(host, all),
            row: 0,
            column: 0,
            done: 0,
            warned: false,
        }
    }

    /// The rows of all families.
    pub(crate) fn rows(&self) -> usize {
        self.matrix.families().len() * self.matrix.socktypes().len()
    }

    /// The selected cell.
    pub(crate) fn cell(&self) -> Option<&Cell> {
        let columns = self.matrix.protocols().len();
        self.matrix.cells().get(self.row * columns + self.column)
    }

    fn is_filled(&self) -> bool {
        self.done >= self.matrix.cells().len()
    }

    /// Selects the cell at this place; returns whether it was selected before. A place of an older
    /// frame may not exist.
    fn select(&mut self, row: usize, column: usize) -> bool {
        let same = (self.row, self.column) == (row, column);
        if row < self.rows() && column < self.matrix.protocols().len() {
            (self.row, self.column) = (row, column);
        }
        same
    }
}

impl Model {
    /// Opens the matrix and fills it.
    pub(super) fn open_matrix(&mut self, all: bool, effects: &mut Effects) {
        let ticket = self.ticket();
        let sheet = Sheet::new(ticket, Arc::clone(&self.host), all);
        let triples = sheet.matrix.triples();
        self.popup = Some(Popup::Matrix(Box::new(sheet)));
        self.stop_filling(effects);
        self.filling = Some(ticket);
        effects.push(Effect::Fill(ticket, triples));
    }

    /// Asks for every family and protocol; on Linux at the second time.
    pub(super) fn open_everything(&mut self, effects: &mut Effects) {
        match &mut self.popup {
            Some(Popup::Matrix(sheet)) if !sheet.warned && sheet.matrix.host.os == Os::Linux => {
                sheet.warned = true;
                self.warn(Key::NoticeEverything);
            }
            Some(Popup::Matrix(_)) => self.open_matrix(true, effects),
            _ => {}
        }
    }

    /// Takes in the records of some cells; returns the others.
    pub(super) fn fill(&mut self, ticket: Ticket, records: Vec<Record>) -> Vec<Record> {
        match &mut self.popup {
            Some(Popup::Matrix(sheet)) if sheet.ticket == ticket => {
                for record in records {
                    sheet.done += usize::from(matches!(record.call, Call::Socket { .. }));
                    sheet.matrix.push(record);
                }
                if sheet.is_filled() {
                    self.filling = None;
                }
            }
            Some(Popup::Binds(binds)) if binds.ticket == ticket => {
                for record in records {
                    if record.entry == Some(BindMatrix::CELLS - 1) {
                        self.filling = None;
                    }
                    binds.matrix.push(record);
                }
            }
            _ => return records,
        }
        Vec::new()
    }

    /// Stops the calls of a matrix that is not on the screen any more.
    pub(super) fn stop_filling(&mut self, effects: &mut Effects) {
        let shown = match &self.popup {
            Some(Popup::Matrix(sheet)) => Some(sheet.ticket),
            Some(Popup::Binds(binds)) => Some(binds.ticket),
            _ => None,
        };
        if let Some(ticket) = self.filling.take_if(|ticket| Some(*ticket) != shown) {
            effects.push(Effect::StopTrying(ticket));
        }
    }

    /// Moves to the column before or after; returns whether there is a matrix.
    pub(super) fn turn(&mut self, forward: bool) -> bool {
        let (column, count) = match &mut self.popup {
            Some(Popup::Matrix(sheet)) => {
                let count = sheet.matrix.protocols().len();
                (&mut sheet.column, count)
            }
            Some(Popup::Binds(binds)) => (&mut binds.column, KINDS),
            _ => return false,
        };
        *column = match forward {
            true => (*column + 1).min(count - 1),
            false => column.saturating_sub(1),
        };
        true
    }

    /// A click on a cell selects it; the second one resolves the query of a type and protocol.
    pub(super) fn cell(&mut self, row: usize, column: usize, effects: &mut Effects) {
        let again = match &mut self.popup {
            Some(Popup::Matrix(sheet)) => sheet.select(row, column),
            Some(Popup::Binds(binds)) if row < KINDS && column < KINDS => {
                (binds.row, binds.column) = (row, column);
                false
            }
            _ => false,
        };
        if again {
            self.perform(Command::Accept, effects);
        }
    }

    /// Resolves the query of the selected cell.
    pub(super) fn ask_cell(&mut self, sheet: &Sheet, effects: &mut Effects) {
        if let Some(cell) = sheet.cell() {
            let query = Matrix::query(self.host.os, cell.triple);
            self.ask_instead(query, effects);
        }
    }
}
