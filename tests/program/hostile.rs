//! Hostile data from every source: none of it reaches a terminal, a file or a program unescaped.

pub(crate) mod arguments;
pub(crate) mod clean;
pub(crate) mod names;
pub(crate) mod paste;
pub(crate) mod screens;
mod texts;
