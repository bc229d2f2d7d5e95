//! Arguments → run → exit status. Only this file prints errors.

use std::env;
use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::process::ExitCode;

use sockscope::cli::{self, Invocation, Request};
use sockscope::net::Recorder;
use sockscope::print::headless::{self, Options};
use sockscope::script::trace::TraceFile;
use sockscope::sys::System;
use sockscope::text::printable;
use sockscope::tui::runtime;
use sockscope::tui::term;
use sockscope::tui::ui::Look;
use sockscope::words::Language;

/// The exit status for wrong usage.
const USAGE: u8 = 2;
/// The exit status if sockscope itself failed: to write the output, set up the terminal or start a
/// thread.
const FAILED: u8 = 5;

fn main() -> ExitCode {
    match cli::parse(env::args_os(), io::stdout().is_terminal()) {
        Ok(Request::Invoke(invocation)) => invoke(invocation),
        Ok(Request::Print(text)) => {
            match headless::print(&mut io::stdout(), |out| out.write_all(text.as_bytes())) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failed(&headless::Failure::Write(error)),
            }
        }
        Err(text) => {
            print_error(text.trim_end());
            ExitCode::from(USAGE)
        }
    }
}

fn invoke(invocation: Invocation) -> ExitCode {
    // Before every other call, and until the end.
    let _winsock = System::start(invocation.wsastartup);
    let trace = match &invocation.trace {
        None => None,
        Some(path) => match TraceFile::create(path) {
            Ok(trace) => Some(trace),
            Err(error) => {
                let path = printable(path.as_os_str());
                return failed(&format!(
                    "the trace file {path} could not be created: {error}"
                ));
            }
        },
    };
    let Some(format) = invocation.format else {
        return interact(&invocation, trace);
    };
    term::end_on_panic(|| {});
    let options = Options {
        format,
        socket: invocation.socket,
        timeout: invocation.timeout,
        reverse: invocation.reverse,
        language: invocation.language.unwrap_or_else(Language::of_system),
    };
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let query = &invocation.query;
    let recorder = Recorder::new(System, trace.clone().map(TraceFile::listener));
    let result = headless::run(recorder, query, options, &mut out);
    match (result, trace.and_then(|trace| trace.error())) {
        (Err(failure), _) => failed(&failure),
        (Ok(_), Some(error)) => failed(&format!("the trace file could not be written: {error}")),
        (Ok(status), None) => ExitCode::from(status.code()),
    }
}

fn interact(invocation: &Invocation, trace: Option<TraceFile>) -> ExitCode {
    let look = Look {
        ascii: invocation.ascii || console_is_ascii_only(),
        // https://no-color.org: any value but the empty one disables colour.
        colour: env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        language: invocation.language.unwrap_or_else(Language::of_system),
    };
    // Exit does not wait for threads that hang in the resolver; they end with the process.
    match runtime::run(System, &System, invocation.query.clone(), look, trace) {
        Ok(exit) => ExitCode::from(exit.status()),
        Err(error) => failed(&format!("{error:#}; with --format it needs no terminal")),
    }
}

/// Whether the terminal is known to show ASCII only, as the Windows console with its raster font
/// does. The code page does not matter, since Rust's standard output writes UTF-16 there.
fn console_is_ascii_only() -> bool {
    #[cfg(windows)]
    return sockscope::sys::console::has_raster_font();
    #[cfg(not(windows))]
    false
}

fn failed(reason: &dyn fmt::Display) -> ExitCode {
    print_error(&format!("sockscope: {reason}"));
    ExitCode::from(FAILED)
}

fn print_error(text: &str) {
    // If standard error is closed, there is nowhere else to report it.
    let _ = writeln!(io::stderr(), "{text}");
}
