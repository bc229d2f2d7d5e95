//! Hostile data from everywhere: nothing of it reaches a terminal, a file or a program raw.

pub(crate) mod arguments;
pub(crate) mod clean;
pub(crate) mod names;
pub(crate) mod paste;
pub(crate) mod screens;
mod texts;
