//! sockscope: an oscilloscope for `getaddrinfo()` and `socket()`.

pub mod app;
pub mod cli;
pub mod explain;
pub mod headless;
pub mod keys;
pub mod names;
pub mod net;
pub mod presets;
pub mod report;
pub mod runtime;
pub mod term;
pub mod ui;
