//! What an answer means: for people who have seen fewer of them.

pub mod recorded;
