//! The queries of this session, to go back to.

use crate::net::Query;

/// The most queries kept; the oldest are dropped.
pub(super) const MOST: usize = 100;

/// Queries in the order in which they were resolved or typed, and the current one among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visited {
    pub(super) queries: Vec<Query>,
    current: usize,
}

impl Visited {
    /// Only this query.
    pub(crate) fn new(query: Query) -> Self {
        Self {
            queries: vec![query],
            current: 0,
        }
    }

    /// Adds a query after the current one, in place of those that follow it.
    pub(crate) fn add(&mut self, query: Query) {
        self.queries.truncate(self.current + 1);
        self.queries.push(query);
        if self.queries.len() > MOST {
            self.queries.remove(0);
        }
        self.current = self.queries.len() - 1;
    }

    /// Moves to the next query, or to the previous one, and returns it. `None` at either end.
    pub(crate) fn step(&mut self, forward: bool) -> Option<Query> {
        let step = if forward { 1 } else { -1 };
        let next = self.current.checked_add_signed(step)?;
        let query = self.queries.get(next)?.clone();
        self.current = next;
        Some(query)
    }
}
