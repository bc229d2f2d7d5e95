//! Arguments → run → exit status. Only this file prints errors.

use std::env;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use sockscope::cli::{self, Invocation, Request};
use sockscope::net::Recorder;
use sockscope::print::headless::{self, Failure, Options};
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
    let status = match cli::parse(env::args_os(), io::stdout().is_terminal()) {
        Ok(Request::Invoke(invocation)) => invoke(&invocation),
        Ok(Request::Print(text)) => print(&text),
        Err(text) => {
            print_error(text.trim_end());
            Ok(USAGE)
        }
    };
    ExitCode::from(status.unwrap_or_else(|error| {
        print_error(&format!("sockscope: {error}"));
        FAILED
    }))
}

fn print(text: &str) -> anyhow::Result<u8> {
    headless::print(&mut io::stdout(), |out| out.write_all(text.as_bytes()))
        .map_err(Failure::Write)?;
    Ok(0)
}

/// Returns the exit status.
fn invoke(invocation: &Invocation) -> anyhow::Result<u8> {
    // Before every other call, and until the end.
    let _winsock = System::start(invocation.wsastartup);
    let trace = match &invocation.trace {
        None => None,
        Some(path) => Some(TraceFile::create(path).map_err(|error| {
            let path = printable(path.as_os_str());
            anyhow!("the trace file {path} could not be created: {error}")
        })?),
    };
    let Some(format) = invocation.format else {
        return interact(invocation, trace);
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
    let recorder = Recorder::new(System, trace.clone().map(TraceFile::listener));
    let status = headless::run(recorder, &invocation.query, options, &mut out)?;
    if let Some(error) = trace.and_then(|trace| trace.error()) {
        bail!("the trace file could not be written: {error}");
    }
    Ok(status.code())
}

fn interact(invocation: &Invocation, trace: Option<TraceFile>) -> anyhow::Result<u8> {
    let look = Look {
        ascii: invocation.ascii || console_is_ascii_only(),
        // https://no-color.org: any value but the empty one disables colour.
        colour: env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        language: invocation.language.unwrap_or_else(Language::of_system),
    };
    // Exit does not wait for threads that hang in the resolver; they end with the process.
    runtime::run(System, &System, invocation.query.clone(), look, trace)
        .map(runtime::Exit::status)
        .map_err(|error| anyhow!("{error:#}; with --format it needs no terminal"))
}

/// Whether the terminal is known to show ASCII only, as the Windows console with its raster font
/// does. The code page does not matter, since Rust's standard output writes UTF-16 there.
fn console_is_ascii_only() -> bool {
    #[cfg(windows)]
    return sockscope::sys::console::has_raster_font();
    #[cfg(not(windows))]
    false
}

fn print_error(text: &str) {
    // If standard error is closed, there is nowhere else to report it.
    let _ = writeln!(io::stderr(), "{text}");
}
