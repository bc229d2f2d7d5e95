//! What the lookup view shows: how the name was looked up, and why the list has its order.

use std::sync::Arc;

use super::effect::{Effects, Ticket};
use super::{Model, Msg, View};
use crate::explain::lookup::{Lookup, Row};
use crate::explain::order::Order;
use crate::net::{Facts, Needs, Run};

/// The configuration of the lookup, and the order of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasons {
    /// The configuration.
    pub(crate) lookup: Vec<Row>,
    /// The order; `None` without a list, or if it is not known how the system sorts.
    pub(crate) order: Option<Order>,
}

impl Reasons {
    /// The facts that they need.
    pub(super) fn needs(run: &Run) -> Needs {
        if run.entries().is_empty() {
            Lookup::NEEDS
        } else {
            Lookup::NEEDS.and(Needs::SORTING)
        }
    }
}

impl Msg {
    /// The facts about this run, with the reasons if they were asked for. To order a list of 30,000
    /// entries takes too long for the loop.
    pub(crate) fn facts(ticket: Ticket, mut run: Run, facts: Facts) -> Self {
        run.facts = facts;
        let asked = run.facts.known.has(Reasons::needs(&run));
        let reasons = asked.then(|| {
            Arc::new(Reasons {
                lookup: Lookup::of(&run).rows(),
                order: Order::of(&run),
            })
        });
        Self::Facts(ticket, Box::new(run.facts), reasons)
    }
}

impl Model {
    /// Shows the order by the next tables; from another view only the lookup.
    pub(super) fn next_tables(&mut self, effects: &mut Effects) {
        if self.view == View::Lookup {
            self.tables = self.tables.next();
        } else {
            self.show(View::Lookup);
            self.note_view(effects);
        }
    }
}
