//! Arguments → run → exit status. Only this file prints errors.

use std::borrow::Cow;
use std::env;
use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::path::Path;
use std::process::ExitCode;

use sockscope::cli::{self, Doctor, Invocation, Request, ScriptFile, Task, Theme};
use sockscope::lesson::Lesson;
use sockscope::net::Recorder;
use sockscope::output::OutputFile;
use sockscope::print::headless::{self, Options, Status};
use sockscope::print::{doctor, lesson, script};
use sockscope::script::run::{self, Failure};
use sockscope::script::syntax::{Place, Script};
use sockscope::script::trace::TraceFile;
use sockscope::sys::System;
use sockscope::text::ascii;
use sockscope::tui::runtime::{self, Start, Teaching};
use sockscope::tui::term;
use sockscope::tui::term::background::{self, Background};
use sockscope::tui::ui::{Look, Signs};
use sockscope::words::{self, Language, Phrase};

/// The exit status for wrong usage.
const USAGE: u8 = 2;
/// The exit status if sockscope itself failed: to write the output, set up the terminal or start a
/// thread.
const FAILED: u8 = 5;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().collect();
    let config = cli::config(&arguments);
    let language = cli::language(&arguments).or(config.language);
    let mut language = language.unwrap_or_else(Language::of_system);
    let ascii = cli::asks_for_ascii(&arguments) || config.ascii;
    if ascii || !words::is_utf8() || console_is_ascii_only() {
        language = language.ascii();
    }
    term::set_language(language);
    let given = arguments.clone();
    let error = move |text: &str| match cli::asks_to_redact(&given) {
        true => cli::redacted(text, &given, env::home_dir().map(Into::into)),
        false => text.to_owned(),
    };
    let status = match cli::parse(arguments, io::stdout().is_terminal(), language, config) {
        Ok(request) => perform(request, language, &error),
        Err(text) => {
            print_error(&error(text.trim_end()), language);
            Ok(USAGE)
        }
    };
    ExitCode::from(status.unwrap_or_else(|why| {
        // `L` may have changed it.
        let language = term::language();
        let text = format!("sockscope: {}", why.text(language));
        print_error(&error(&text), language);
        FAILED
    }))
}

/// Returns the exit status. `error` is an error message as it is printed.
fn perform(
    request: Request,
    language: Language,
    error: &impl Fn(&str) -> String,
) -> Result<u8, Phrase> {
    match request {
        Request::Invoke(invocation) => invoke(&invocation),
        Request::Run(file) => status_of(run_script(&file), language),
        Request::Lesson(task, lesson, file) => {
            status_of(run_lesson(task, &lesson, &file), language)
        }
        Request::Doctor(page) => examine(&page),
        Request::Print(text) => print(&shown(&text, language)),
        Request::Write(file, text) => {
            let file = OutputFile::new(&file);
            file.and_then(|file| file.write(shown(&text, language).as_bytes()))
                .map(|()| 0)
        }
        Request::Without(problem, rest) => {
            let text = format!("sockscope: {}", problem.text(language));
            print_error(&error(&text), language);
            perform(*rest, language, error)
        }
    }
}

fn print(text: &str) -> Result<u8, Phrase> {
    headless::print(&mut io::stdout(), |out| out.write_all(text.as_bytes()))?;
    Ok(0)
}

/// Returns the exit status.
fn invoke(invocation: &Invocation) -> Result<u8, Phrase> {
    if let (Some(replay), Some(format)) = (&invocation.replay, invocation.format) {
        let compare = invocation.compare.as_deref();
        let (redact, language) = (invocation.redact, invocation.language);
        return output(invocation.output.as_deref(), |mut out| {
            headless::replay(replay, compare, format, redact, language, &mut out)
        });
    }
    // Before every other call, and until the end.
    let _winsock = System::start(invocation.wsastartup);
    if let Some(source) = &invocation.source {
        System::use_source(source).map_err(|error| headless::source_refused(&error))?;
    }
    let trace = invocation.trace.as_deref();
    let trace = trace.map(|path| TraceFile::create(path, invocation.redact));
    let trace = trace.transpose()?;
    let Some(format) = invocation.format else {
        return interact(invocation, trace);
    };
    term::end_on_panic(|| {});
    let options = Options {
        format,
        by_hand: invocation.by_hand,
        socket: invocation.socket,
        steps: invocation.steps.clone(),
        timeout: invocation.timeout,
        reverse: invocation.reverse,
        lookup: invocation.lookup,
        ask_sources: invocation.ask_sources,
        // glibc's getaddrinfo asks the source that it was told.
        compare: invocation.compare.as_deref(),
        source: invocation.source.as_deref().filter(|_| cfg!(windows)),
        redact: invocation.redact,
        language: invocation.language,
    };
    let status = output(invocation.output.as_deref(), |mut out| {
        let recorder = Recorder::new(System, trace.clone().map(TraceFile::listener));
        match invocation.watch {
            None => make_calls(recorder, invocation, options, &mut out),
            Some(interval) => {
                headless::watch(recorder, &invocation.query, &options, interval, &mut out)
            }
        }
    })?;
    trace.map_or(Ok(()), |trace| trace.result())?;
    Ok(status)
}

/// Writes to `file`, that of `--output`, or to standard output, and returns the exit status.
fn output(
    file: Option<&Path>,
    write: impl FnOnce(&mut dyn io::Write) -> Result<Status, Phrase>,
) -> Result<u8, Phrase> {
    // Checked before any call is made.
    let status = if let Some(file) = file.map(OutputFile::new).transpose()? {
        let mut output = Vec::new();
        let status = write(&mut output)?;
        file.write(&output)?;
        status
    } else {
        write(&mut BufWriter::with_capacity(1 << 16, io::stdout().lock()))?
    };
    Ok(status.code())
}

/// The exit status of a script or a lesson; prints what is wrong with it.
fn status_of(run: Result<u8, Failure>, language: Language) -> Result<u8, Phrase> {
    match run {
        Ok(status) => Ok(status),
        Err(Failure::Own(failure)) => Err(failure),
        Err(Failure::Script(wrong)) => {
            print_error(&format!("sockscope: {}", wrong.text(language)), language);
            Ok(USAGE)
        }
    }
}

/// Returns the exit status.
fn run_script(file: &ScriptFile) -> Result<u8, Failure> {
    let script = Script::open(&file.path).map_err(Failure::Script)?;
    with_recorder(file, |recorder, options, out| {
        script::run(recorder, &script, &file.path, options, file.language, out)
    })
}

/// Returns the exit status.
fn run_lesson(task: Task, lesson: &Lesson, file: &ScriptFile) -> Result<u8, Failure> {
    let (path, language) = (&file.path, file.language);
    with_recorder(file, |recorder, options, out| match task {
        Task::Check => lesson::check(recorder, lesson, path, options, language, out),
        Task::Export => lesson::export(recorder, lesson, path, options, language, out),
    })
}

/// Returns the exit status, that of `run`.
fn with_recorder(
    file: &ScriptFile,
    run: impl FnOnce(Recorder<System>, run::Options, &mut StdoutLock<'_>) -> Result<u8, Failure>,
) -> Result<u8, Failure> {
    let _winsock = System::start(file.wsastartup);
    let trace = file.trace.as_deref();
    let trace = trace
        .map(|path| TraceFile::create(path, false))
        .transpose()?;
    term::end_on_panic(|| {});
    let recorder = Recorder::new(System, trace.clone().map(TraceFile::listener));
    let recorder = recorder.waiting(run::MAX_WAITING).calling_closed();
    let options = run::Options {
        timeout: file.timeout,
        network: file.network,
        place: Place::of(recorder.host(), is_wine()),
    };
    let status = run(recorder, options, &mut io::stdout().lock())?;
    trace.map_or(Ok(()), |trace| trace.result())?;
    Ok(status)
}

/// Returns the exit status.
fn examine(page: &Doctor) -> Result<u8, Phrase> {
    let _winsock = System::start(page.wsastartup);
    term::end_on_panic(|| {});
    let recorder = Recorder::new(System, None);
    output(page.output.as_deref(), |mut out| {
        doctor::write(&recorder, page.options, &mut out)?;
        Ok(Status::Success)
    })
}

/// Whether this Windows program runs under Wine, which has this file and Windows does not.
fn is_wine() -> bool {
    cfg!(windows) && Path::new(r"C:\windows\system32\winecfg.exe").exists()
}

fn make_calls(
    recorder: Recorder<System>,
    invocation: &Invocation,
    options: Options<'_>,
    out: &mut impl Write,
) -> Result<Status, Phrase> {
    match invocation.matrix {
        Some(grid) => grid.fill(&recorder, &options, invocation.trace.is_some(), out),
        None => headless::run(recorder, &invocation.query, options, out),
    }
}

fn interact(invocation: &Invocation, trace: Option<TraceFile>) -> Result<u8, Phrase> {
    let theme = invocation.theme;
    let look = Look {
        signs: signs(),
        colour: match theme {
            // https://no-color.org: any value but the empty one disables colour, unless an option
            // asks for it.
            Theme::Auto => env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            Theme::Dark | Theme::Light => true,
            Theme::Mono => false,
        },
        background: match theme {
            Theme::Dark => Background::Dark,
            Theme::Light => Background::Light,
            Theme::Auto | Theme::Mono => Background::of_environment()
                .or_else(console_background)
                .unwrap_or_default(),
        },
        language: invocation.language,
        keys: invocation.keys,
    };
    // Exit does not wait for threads that hang in the resolver; they end with the process.
    let ask = theme == Theme::Auto && look.colour && background::can_ask();
    let query = invocation.query.clone();
    let start = Start {
        query,
        by_hand: invocation.by_hand.is_some(),
        look,
        ask,
        program: invocation.code,
        presets: invocation.presets.clone(),
        teaching: Teaching {
            lessons: invocation.lessons.clone(),
            lesson: invocation.lesson.clone(),
            network: invocation.network,
            timeout: invocation.timeout.unwrap_or(cli::PATIENCE),
            wine: is_wine(),
        },
        redact: invocation.redact,
        replay: invocation.replay.as_deref().cloned(),
        watch: invocation.watch,
        compare: invocation.compare.as_deref().cloned(),
    };
    runtime::run(System, System, start, trace).map(runtime::Exit::status)
}

/// Whether the terminal is known to show ASCII only, as the Windows console with its raster font
/// does. The code page does not matter, since Rust's standard output writes UTF-16 there.
fn console_is_ascii_only() -> bool {
    #[cfg(windows)]
    return sockscope::sys::console::has_raster_font();
    #[cfg(not(windows))]
    false
}

/// The signs that the terminal shows.
fn signs() -> Signs {
    if cfg!(windows) {
        Signs::of_console(|name| env::var_os(name))
    } else {
        Signs::Unicode
    }
}

/// The background of a Windows console.
fn console_background() -> Option<Background> {
    #[cfg(windows)]
    return sockscope::sys::console::background()
        .map(|colour| Background::of_colour(colour.map(|part| f64::from(part) / 255.0)));
    #[cfg(not(windows))]
    None
}

/// `text` as it is printed in `language`.
fn shown(text: &str, language: Language) -> Cow<'_, str> {
    if language.is_ascii() {
        ascii(text)
    } else {
        Cow::Borrowed(text)
    }
}

fn print_error(text: &str, language: Language) {
    // If standard error is closed, there is nowhere else to report it.
    let _ = writeln!(io::stderr(), "{}", shown(text, language));
}
