//! Queries with a name, to start from.

use crate::net::Query;

/// A query with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// What it is called on the command line.
    pub name: String,
    /// What it is called on screen.
    pub title: String,
    /// What it shows.
    pub about: String,
    /// What it asks.
    pub query: Query,
}

/// All of them.
#[must_use]
pub fn presets() -> &'static [Preset] {
    &[]
}
