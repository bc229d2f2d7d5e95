//! sockscope, on this terminal.

use std::io::{self, Write as _};
use std::process;
use std::sync::Arc;

use sockscope::net::{Query, System};
use sockscope::runtime::{self, Exit};
use sockscope::ui::Look;

/// The terminal cannot be used.
const NO_TERMINAL: u8 = 5;

fn main() {
    let look = Look {
        ascii: false,
        colour: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let status = match runtime::run(Arc::new(System), Query::server_example(), look) {
        Ok(exit) => {
            if let Exit::Panicked(text) = &exit {
                // Standard error may be closed, and nothing else is left to tell it to.
                let _ = io::stderr().write_all(text.as_bytes());
            }
            exit.status()
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "sockscope: {error:#}");
            NO_TERMINAL
        }
    };
    // Not by returning: threads that hang in the resolver are not waited for.
    process::exit(i32::from(status));
}
