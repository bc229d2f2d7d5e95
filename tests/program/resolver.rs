//! sockscope against a resolver that a test controls, in a network of its own.

pub(crate) mod answers;
mod cases;
pub(crate) mod ending;
pub(crate) mod faults;
pub(crate) mod hung;
pub(crate) mod traffic;
