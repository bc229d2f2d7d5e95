//! The screen: the loop and its threads, what is drawn, the keys, the terminal itself.

pub mod keys;
pub mod runtime;
pub mod term;
pub mod ui;
