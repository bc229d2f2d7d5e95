//! The bind matrix on the screen.

use std::sync::Arc;

use super::Model;
use super::effect::{Effect, Effects, Ticket};
use super::popup::Popup;
use crate::net::{BindMatrix, Host};

/// The bind matrix and its selected pair.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Binds {
    /// The ticket of its calls.
    pub(crate) ticket: Ticket,
    /// The pairs.
    pub(crate) matrix: BindMatrix,
    /// The first bind() of the selected pair.
    pub(crate) row: usize,
    /// The second bind() of the selected pair.
    pub(crate) column: usize,
}

impl Binds {
    /// An empty matrix, with the first pair selected.
    pub(crate) fn new(ticket: Ticket, host: Arc<Host>) -> Self {
        Self {
            ticket,
            matrix: BindMatrix::new(host),
            row: 0,
            column: 0,
        }
    }
}

impl Model {
    /// Opens the bind matrix and fills it.
    pub(super) fn open_binds(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        let binds = Binds::new(ticket, Arc::clone(&self.host));
        self.popup = Some(Popup::Binds(Box::new(binds)));
        self.stop_filling(effects);
        self.filling = Some(ticket);
        effects.push(Effect::FillBinds(ticket));
    }
}
