//! The real program where something is scarce: descriptors, threads, memory, files, streams, the
//! terminal itself. Each case ends in words and a status that README.md has, or goes on working;
//! none in a panic, in a spin, or with a terminal that is not as it was.

pub(crate) mod descriptors;
mod ending;
pub(crate) mod files;
pub(crate) mod memory;
pub(crate) mod screen;
pub(crate) mod streams;
pub(crate) mod threads;
