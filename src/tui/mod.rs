//! The screen: the loop and its threads, drawing, the keys, the terminal.

pub mod keys;
pub mod runtime;
pub mod term;
pub mod ui;
