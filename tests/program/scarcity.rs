//! The real program when something runs out: descriptors, threads, memory, files, streams, the
//! terminal itself. It keeps working, or ends with a message and a status of assets/reference.md; it never
//! panics, spins, or leaves the terminal changed.

pub(crate) mod descriptors;
mod ending;
pub(crate) mod files;
pub(crate) mod memory;
pub(crate) mod screen;
pub(crate) mod streams;
pub(crate) mod threads;
