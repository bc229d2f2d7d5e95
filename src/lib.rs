//! sockscope: an oscilloscope for `getaddrinfo()` and `socket()`.

pub mod cli;
pub mod headless;
pub mod names;
pub mod net;
pub mod presets;
pub mod report;
