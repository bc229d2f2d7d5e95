//! The language of every text, and its characters: UTF-8 or ASCII.

use std::process::{Command, Stdio};

#[cfg(target_os = "linux")]
use rustix::process::Signal;
#[cfg(unix)]
use serde_json::Value;

#[cfg(target_os = "linux")]
use crate::support::process::{descendant, signal, wait_for_state};
#[cfg(unix)]
use crate::support::terminal::Terminal;
#[cfg(target_os = "linux")]
use crate::support::terminal::wait_for;
#[cfg(target_os = "linux")]
use crate::terminal::job_control;

tests! {
    messages_are_in_the_language_asked_for;
    #[cfg(unix)]
    locale_without_utf8_gets_ascii;
    #[cfg(unix)]
    screen_without_utf8_is_ascii;
    #[cfg(target_os = "linux")]
    crash_message_is_in_the_language_on_the_screen;
    #[cfg(target_os = "linux")]
    last_error_is_in_the_language_on_the_screen: PROC;
}

const SOCKSCOPE: &str = env!("CARGO_BIN_EXE_sockscope");

fn sockscope() -> Command {
    let mut command = Command::new(SOCKSCOPE);
    command.stdin(Stdio::null()).env("LC_ALL", "C");
    command
}

fn messages_are_in_the_language_asked_for() {
    let ask = |locale: &str, arguments: &[&str]| {
        let mut command = sockscope();
        command.env("LC_ALL", locale).args(arguments);
        command.output().unwrap()
    };
    let (english, spanish) = ("unexpected argument", "argumento inesperado");
    for (locale, arguments, expected) in [
        ("C", &["--nonsense", "--lang", "es"] as &[_], spanish),
        ("C", &["--lang=es", "--nonsense"], spanish),
        ("es_ES.UTF-8", &["--nonsense"], spanish),
        ("es_ES.UTF-8", &["--nonsense", "--lang", "en"], english),
        ("C", &["--nonsense"], english),
    ] {
        let output = ask(locale, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(expected), "{locale} {arguments:?}: {text}");
    }
    let help = ask("C", &["--help", "--lang", "es"]);
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(text.contains("\nUso: sockscope "), "{text}");
    let trace = ["--lang", "es", "--format", "json", "--trace", "/"];
    let failure = ask("C", &trace);
    assert_eq!(failure.status.code(), Some(5), "{failure:?}");
    let text = String::from_utf8(failure.stderr).unwrap();
    assert!(
        text.starts_with("sockscope: no se pudo crear el archivo"),
        "{text}"
    );
}

#[cfg(unix)]
/// The help, an error, the table and the presets.
fn locale_without_utf8_gets_ascii() {
    let ask = |locale: &str, arguments: &[&str]| {
        let mut command = sockscope();
        command.env_remove("LC_ALL");
        command.args(["--lang", "es"]).args(arguments);
        let output = command.env("LC_CTYPE", locale).output().unwrap();
        [output.stdout, output.stderr].concat()
    };
    let latin1 = "es_ES.ISO-8859-1";
    for (arguments, word) in [
        (&["--help"] as &[_], "Uso: sockscope"),
        (&["--preset", "list"], "Direccion literal, sin busqueda"),
        (&["--preset", "sever"], "queria decir server?"),
        (
            &["--tim\u{e9}", "x"],
            "argumento inesperado: '--tim\\u{e9}'",
        ),
        (
            &["-n", "ma\u{f1}ana", "80"],
            "getaddrinfo(\"ma\\u{f1}ana\", ",
        ),
        (&["-P", "-s", "99999"], "numero"),
    ] {
        let text = ask(latin1, arguments);
        assert!(text.is_ascii(), "{}", String::from_utf8_lossy(&text));
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains(word), "{word}\n{text}");
        // Only the first names an encoding.
        for utf8 in ["es_ES.UTF-8", "es_ES", "C", ""] {
            assert!(!ask(utf8, arguments).is_ascii(), "{utf8} {arguments:?}");
        }
        let asked = ask("", &[&["--ascii"], arguments].concat());
        assert!(asked.is_ascii(), "{arguments:?}");
    }
    let json = ask(latin1, &["--format", "json", "-n", "ma\u{f1}ana", "80"]);
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["query"]["node"], "ma\u{f1}ana");
    let note = json["notes"][0]["line"].as_str().unwrap();
    assert!(!note.is_ascii(), "{note}");
}

/// The locale chooses ASCII, whatever the language.
#[cfg(unix)]
fn screen_without_utf8_is_ascii() {
    let mut command = Terminal::command(&["-n", "ma\u{f1}ana", "80"]);
    command.env("LC_ALL", "es_ES.ISO-8859-15@euro");
    let mut terminal = Terminal::start(80, 24, &mut command);
    terminal.wait_for("no lo es");
    terminal.wait_for("getaddrinfo(\"ma\\u{f1}ana\"");
    terminal.wait_for("requiere una direccion");
    for (key, sign) in [
        ("\x1bOP", "ampliar el panel"),
        ("\x1b", "requiere una direccion"),
        ("L", "requires an address"),
        ("6", "other systems"),
        ("L", "otros sistemas"),
    ] {
        terminal.send(key);
        terminal.wait_for(sign);
    }
    terminal.send("\x03");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    terminal.wait_for_the_last_byte();
    assert!(terminal.bytes().is_ascii());
}

/// In English at the start, in Spanish since `L`.
#[cfg(target_os = "linux")]
fn spanish_since_l() -> Terminal {
    let mut terminal = Terminal::sockscope(80, 24, &["--lang", "en"]);
    terminal.wait_for("file descriptor");
    terminal.send("L");
    terminal.wait_for("descriptor de archivo");
    terminal
}

#[cfg(target_os = "linux")]
fn crash_message_is_in_the_language_on_the_screen() {
    for (number, message) in [
        (Signal::SEGV, "sockscope: fall\u{f3} (SIGSEGV): la causa"),
        (
            Signal::ABORT,
            "sockscope: se interrumpi\u{f3} (SIGABRT): lo m\u{e1}s probable",
        ),
    ] {
        let terminal = spanish_since_l();
        signal(terminal.pid(), number);
        assert!(!terminal.wait_for_end().success());
        terminal.wait_for_the_last_byte();
        let bytes = terminal.bytes();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains(message), "{text}");
        assert!(text.contains("; la terminal queda como estaba"), "{text}");
    }
}

/// A read from the terminal fails in the background if SIGTTIN is ignored (POSIX, 11.1.4 Terminal Access
/// Control).
#[cfg(target_os = "linux")]
fn last_error_is_in_the_language_on_the_screen() {
    let directory = tempfile::tempdir().unwrap();
    let errors = directory.path().join("errors");
    let mut terminal = job_control();
    terminal.send(format!(
        "trap '' TTIN TTOU; {SOCKSCOPE} --lang en 2>{}\n",
        errors.display()
    ));
    terminal.wait_for("file descriptor");
    terminal.send("L");
    terminal.wait_for("descriptor de archivo");
    let pid = descendant(terminal.pid(), "sockscope");
    signal(pid, Signal::STOP);
    wait_for_state(pid, 'T');
    terminal.wait_for("Stopped");
    signal(pid, Signal::CONT);
    let message = wait_for("the message", || {
        // The shell may read it first.
        terminal.send(" ");
        let text = std::fs::read_to_string(&errors).unwrap();
        (!text.is_empty()).then_some(text)
    });
    let start = "sockscope: no se puede leer de la terminal: ";
    assert!(message.starts_with(start), "{message}");
}
