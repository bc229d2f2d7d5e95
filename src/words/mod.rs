//! The languages of what a person reads.

mod language;

pub use language::Language;
