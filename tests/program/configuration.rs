//! The user's configuration and presets: files that change the program, and messages about bad ones.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

#[cfg(unix)]
use crate::support::terminal::Terminal;

tests! {
    tests_have_no_configuration;
    #[cfg(unix)]
    chosen_key_works_and_help_and_footer_show_it;
    #[cfg(unix)]
    configuration_sets_language_colours_and_program;
    #[cfg(unix)]
    own_presets_are_listed_and_can_be_chosen;
    #[cfg(unix)]
    default_configuration_can_be_saved;
    options_come_before_the_configuration;
    bad_configuration_is_status_2_with_its_line;
    missing_files_are_errors_only_where_they_are_named;
    help_needs_no_good_configuration;
    examples_of_the_reference_are_accepted;
    own_preset_is_used_without_a_screen;
    bad_presets_are_status_2_with_their_line;
    presets_of_the_user_stand_beside_the_built_in_ones;
    bad_presets_of_the_user_are_told_and_left_out;
    #[cfg(unix)]
    bad_files_of_the_user_are_told_on_the_screen;
    #[cfg(unix)]
    pipe_in_place_of_presets_blocks_nothing;
    #[cfg(unix)]
    missing_home_directory_is_no_error;
}

/// A configuration directory with this `sockscope/config.toml`.
struct Home(TempDir);

impl Home {
    fn new(config: &str) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir(home.0.path().join("sockscope")).unwrap();
        home.write("config.toml", config);
        home
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join("sockscope").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
        command
            .args(arguments)
            .stdin(Stdio::null())
            .env("LC_ALL", "C");
        for variable in VARIABLES {
            command.env(variable, self.0.path());
        }
        command.output().unwrap()
    }

    /// The program in a terminal whose footer has room.
    #[cfg(unix)]
    fn terminal(&self, arguments: &[&str]) -> Terminal {
        let mut command = Terminal::command(arguments);
        command.env("LC_ALL", "C.UTF-8");
        for variable in VARIABLES {
            command.env(variable, self.0.path());
        }
        Terminal::start(120, 40, &mut command)
    }

    /// The message of a usage error.
    #[track_caller]
    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert_eq!(output.stdout, b"", "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

/// What names the user's configuration directory: on Unix and on Windows.
pub const VARIABLES: [&str; 2] = ["XDG_CONFIG_HOME", "APPDATA"];

const OWN: &str = "
[[preset]]
name = 'mine'
title = 'My \\ own'
about = 'An example of my own.'
node = '127.0.0.1'
service = '4711'
hints = { ai_socktype = 'SOCK_STREAM' }

[[preset]]
name = 'udp'
title = \"Hostile \\u001b[2J\"
about = 'It replaces the built-in one.'
";

fn tests_have_no_configuration() {
    let variable = VARIABLES[usize::from(cfg!(windows))];
    let directory = PathBuf::from(std::env::var_os(variable).unwrap());
    assert!(!directory.join("sockscope").exists(), "{directory:?}");
}

#[cfg(unix)]
fn chosen_key_works_and_help_and_footer_show_it() {
    let home = Home::new("[keys]\nzoom = 'X'\nresolve = 'f10'\n");
    let mut terminal = home.terminal(&[]);
    terminal.wait_for("X zoom");
    assert!(!terminal.contents().contains("z zoom"));
    terminal.wait_for("socket(");
    terminal.send("X");
    terminal.wait_for_no("socket(");
    terminal.send("X");
    terminal.wait_for("socket(");
    // The old key does nothing.
    terminal.send("z?");
    terminal.wait_for("zoom the current pane");
    terminal.send("/F10");
    terminal.wait_for_row(&["F10", "call getaddrinfo() again"]);
    // Ctrl-U deletes the filter.
    terminal.send("\x15F5");
    terminal.wait_for("No line contains this text.");
    terminal.send("\x1b");
    terminal.wait_for("zoom the current pane");
    terminal.send("q");
    terminal.wait_for_no("zoom the current pane");
    // F10, as xterm sends it, makes the call once more.
    let calls = |screen: &str| screen.matches("getaddrinfo(NULL").count();
    terminal.send("4");
    terminal.wait_until("the calls", |screen| calls(&screen.contents()) == 2);
    terminal.send("\x1b[21~");
    terminal.wait_until("another call", |screen| calls(&screen.contents()) == 3);
    terminal.send("\x03");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

#[cfg(unix)]
fn configuration_sets_language_colours_and_program() {
    let home = Home::new("lang = 'es'\ntheme = 'mono'\ncode = 'python'\n");
    let mut terminal = home.terminal(&[]);
    terminal.wait_for("ayuda");
    terminal.send("3\t\tz");
    terminal.wait_for("socket.getaddrinfo(");
    terminal.send("q");
    terminal.wait_for_end();
    terminal.wait_for_the_last_byte();
    let bytes = terminal.bytes();
    for colour in 30..38 {
        let sequence = format!("\x1b[{colour}m");
        let mut at = bytes.windows(sequence.len());
        assert!(!at.any(|part| part == sequence.as_bytes()), "{colour}");
    }
}

#[cfg(unix)]
fn own_presets_are_listed_and_can_be_chosen() {
    // Its path starts at the configuration.
    let home = Home::new("presets = 'own.toml'\n");
    home.write("own.toml", OWN);
    let mut terminal = home.terminal(&["--preset", "client"]);
    terminal.wait_for("presets");
    // F2, as xterm sends it; the first one.
    terminal.send("\x1bOQ");
    terminal.wait_for("Hostile \\x1b[2J");
    terminal.send("\x1b[H");
    terminal.wait_for("An example of my own.");
    terminal.send("\r");
    terminal.wait_for("127.0.0.1:4711");
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

#[cfg(unix)]
fn default_configuration_can_be_saved() {
    for language in ["en", "es"] {
        let home = Home::new("");
        let printed = home.run(&["--print-config", "--lang", language]);
        assert_eq!(printed.status.code(), Some(0), "{printed:?}");
        let text = String::from_utf8(printed.stdout).unwrap();
        assert!(
            text.contains(&format!("{}", home.file("config.toml").display())),
            "{text}"
        );
        home.write("config.toml", &text);
        let terminal = home.terminal(&[]);
        terminal.wait_for("z zoom");
        terminal.wait_for("help");
    }
}

fn options_come_before_the_configuration() {
    let home = Home::new("lang = 'es'\npresets = 'own.toml'\n");
    home.write("own.toml", OWN);
    home.write("other.toml", "lang = 'en'");
    let first = |arguments: &[&str]| {
        let output = home.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().next().unwrap().to_owned()
    };
    assert!(first(&["--help"]).starts_with("Un osciloscopio"));
    assert!(first(&["--help", "--lang", "en"]).starts_with("An oscilloscope"));
    let other = home.file("other.toml");
    let other = other.to_str().unwrap();
    assert!(first(&["--help", "--config", other]).starts_with("An oscilloscope"));
    let joined = format!("--config={other}");
    assert!(first(&["--help", &joined]).starts_with("An oscilloscope"));
    assert!(first(&["--preset", "list"]).starts_with("mine "));
    assert!(first(&["--preset", "list", "--config", other]).starts_with("server "));
    let built_in = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/presets.toml");
    let list = first(&["--preset", "list", "--presets", built_in]);
    assert!(list.starts_with("server "), "{list}");
}

fn bad_configuration_is_status_2_with_its_line() {
    let home = Home::new("lang = 'es'\n[keys]\nzoom = 'X'\ncopy = 'X'\n");
    let path = home.file("config.toml");
    let start = format!("error: {}, ", path.display());
    for arguments in [&["--format", "json"] as &[_], &[], &["--preset", "list"]] {
        let message = home.refusal(arguments);
        let expected = format!("{start}línea 4: \"X\" está asignada dos veces: a zoom y a copy\n");
        assert!(message.starts_with(&expected), "{message}");
    }
    home.write("config.toml", "tehme = 'dark'\n");
    let message = home.refusal(&["--format", "json"]);
    let expected = format!("{start}line 1: unknown name \"tehme\"; did you mean theme?\n");
    assert!(message.starts_with(&expected), "{message}");
    home.write("config.toml", "theme = \"\\u001b[2J\"\n");
    assert!(!home.refusal(&[]).contains('\x1b'));
    // A good one that is named stands for the user's own.
    home.write("other.toml", "");
    let other = home.file("other.toml");
    let output = home.run(&["--format", "json", "--config", other.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// The configuration, and the presets that it names.
fn examples_of_the_reference_are_accepted() {
    // git may check a text out with CRLF on Windows.
    let page = include_str!("../../assets/reference.md").replace("\r\n", "\n");
    let blocks = page.split("```toml\n").skip(1);
    let mut examples = blocks.map(|rest| rest.split("```").next().unwrap());
    let home = Home::new(examples.next().unwrap());
    home.write("mine.toml", examples.next().unwrap());
    let output = home.run(&["--format", "c", "--preset", "mail"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let program = String::from_utf8(output.stdout).unwrap();
    assert!(program.contains("\"mail.example.org\""), "{program}");
}

fn missing_files_are_errors_only_where_they_are_named() {
    let home = Home::new("");
    fs::remove_file(home.file("config.toml")).unwrap();
    assert_eq!(home.run(&["--format", "json"]).status.code(), Some(0));
    let missing = home.file("missing.toml");
    let missing = missing.to_str().unwrap();
    for option in ["--config", "--presets"] {
        let message = home.refusal(&["--format", "json", option, missing]);
        let start = format!("error: cannot read {missing}: ");
        assert!(message.starts_with(&start), "{message}");
    }
    home.write("config.toml", "presets = 'missing.toml'");
    assert!(home.refusal(&["--format", "json"]).contains(missing));
    // A directory in place of the file.
    fs::remove_file(home.file("config.toml")).unwrap();
    fs::create_dir(home.file("config.toml")).unwrap();
    assert!(home.refusal(&["--format", "json"]).contains("cannot read "));
}

fn help_needs_no_good_configuration() {
    let home = Home::new("no TOML");
    for option in ["--help", "--version", "--print-config"] {
        let output = home.run(&[option]);
        assert_eq!(output.status.code(), Some(0), "{option}: {output:?}");
        assert_eq!(output.stderr, b"");
    }
}

fn own_preset_is_used_without_a_screen() {
    let home = Home::new("");
    home.write("own.toml", OWN);
    let own = home.file("own.toml");
    let own = own.to_str().unwrap();
    let output = home.run(&["--presets", own, "--preset", "mine", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("127.0.0.1:4711"), "{text}");
    let output = home.run(&["--presets", own, "--preset", "list"]);
    let list = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = list.lines().collect();
    assert!(
        lines[0].starts_with("mine ") && lines[0].ends_with("  My \\ own"),
        "{list}"
    );
    assert!(
        lines[1].starts_with("udp ") && lines[1].ends_with("  Hostile \\x1b[2J"),
        "{list}"
    );
    assert!(lines[2].starts_with("server "), "{list}");
    assert_eq!(list.matches("\nudp ").count(), 1, "{list}");
    let message = home.refusal(&["--presets", own, "--preset", "mime"]);
    assert!(message.contains("did you mean mine?"), "{message}");
}

fn bad_presets_are_status_2_with_their_line() {
    let home = Home::new("");
    home.write("own.toml", &OWN.replace("node =", "nod ="));
    let own = home.file("own.toml");
    let own = own.to_str().unwrap();
    for arguments in [&["--preset", "mine"] as &[_], &["--format", "json"]] {
        let message = home.refusal(&[&["--presets", own], arguments].concat());
        let expected = format!("error: {own}, line 6: unknown name \"nod\"; did you mean node?\n");
        assert!(message.starts_with(&expected), "{message}");
    }
}

fn presets_of_the_user_stand_beside_the_built_in_ones() {
    let home = Home::new("");
    home.write("presets.toml", OWN);
    let output = home.run(&["--preset", "list"]);
    let list = String::from_utf8(output.stdout).unwrap();
    assert!(
        list.starts_with("mine ") && list.contains("\nserver "),
        "{list}"
    );
    let output = home.run(&["--preset", "mine", "--format", "json"]);
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("127.0.0.1:4711")
    );
    // A file that is named stands for it.
    home.write("other.toml", &OWN.replace("mine", "other"));
    let other = home.file("other.toml");
    let other = other.to_str().unwrap();
    let list = home.run(&["--preset", "list", "--presets", other]).stdout;
    assert!(list.starts_with(b"other "));
    home.write("config.toml", "presets = 'other.toml'");
    assert!(
        home.run(&["--preset", "list"])
            .stdout
            .starts_with(b"other ")
    );
    #[cfg(unix)]
    {
        home.write("config.toml", "");
        let mut terminal = home.terminal(&[]);
        terminal.wait_for("presets");
        terminal.send("\x1bOQ");
        terminal.wait_for("My \\ own");
        terminal.wait_for("Server of the Winsock tutorial");
        terminal.send("\x03");
        terminal.wait_for_end();
    }
}

fn bad_presets_of_the_user_are_told_and_left_out() {
    let home = Home::new("");
    let path = home.file("presets.toml");
    let large = "#".repeat((1 << 20) + 1);
    for (text, problem) in [
        (
            &*OWN.replace("node =", "\"\\u001b[2J\" ="),
            ", line 6: unknown name \"\\x1b[2J\"",
        ),
        ("[[preset]", ", line 1: not TOML: "),
        (&large, ": it is larger than 1 MiB"),
        ("", "it is not a regular file"),
    ] {
        if text.is_empty() {
            fs::remove_file(&path).unwrap();
            fs::create_dir(&path).unwrap();
        } else {
            fs::write(&path, text).unwrap();
        }
        for arguments in [
            &["--preset", "udp", "--format", "json"][..],
            &["--preset", "udp", "--format", "c"],
            &["--preset", "udp"],
        ] {
            let output = home.run(arguments);
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(0), "{error}");
            assert!(error.starts_with("sockscope: "), "{error}");
            assert!(error.contains(path.to_str().unwrap()), "{error}");
            assert!(
                error.contains(problem) && error.lines().count() == 1,
                "{error}"
            );
            assert!(!output.stdout.is_empty());
        }
        // Who chooses no preset is not told.
        let output = home.run(&["--format", "json", "127.0.0.1"]);
        assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
        let list = home.run(&["--preset", "list"]);
        assert_eq!((list.status.code(), &*list.stderr), (Some(0), &b""[..]));
        let list = String::from_utf8(list.stdout).unwrap();
        assert!(list.starts_with("server "), "{list}");
        assert!(list.lines().last().unwrap().contains(problem), "{list}");
        let error = home.refusal(&["--preset", "mine", "--format", "json"]);
        assert!(error.contains("no preset is named 'mine'"), "{error}");
        assert!(error.contains(problem), "{error}");
    }
}

#[cfg(unix)]
fn bad_files_of_the_user_are_told_on_the_screen() {
    let home = Home::new("");
    home.write("presets.toml", "[[preset]]\nname = 1\n");
    let mut terminal = home.terminal(&[]);
    terminal.wait_for("presets.toml, line 2: expected a text in quotes");
    terminal.send("\x1bOQ");
    terminal.wait_for("Server of the Winsock tutorial");
    terminal.send("\x03");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    // A lesson of the user's own.
    fs::remove_file(home.file("presets.toml")).unwrap();
    fs::create_dir(home.file("lessons")).unwrap();
    home.write("lessons/own.toml", "id = 'own'\ntitel = 'Own'\n");
    let terminal = home.terminal(&[]);
    terminal.wait_for("own.toml, line 2: unknown name \"titel\"; did you mean title?");
}

#[cfg(unix)]
fn pipe_in_place_of_presets_blocks_nothing() {
    let home = Home::new("");
    let pipe = home.file("presets.toml");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let output = home.run(&["--preset", "list"]);
    let list = String::from_utf8(output.stdout).unwrap();
    assert!(
        list.ends_with("presets.toml: it is not a regular file\n"),
        "{list}"
    );
    fs::create_dir(home.file("lessons")).unwrap();
    fs::rename(&pipe, home.file("lessons/a.toml")).unwrap();
    let output = home.run(&["--lesson", "list"]);
    let list = String::from_utf8(output.stdout).unwrap();
    assert!(
        list.ends_with("a.toml: it is not a regular file\n"),
        "{list}"
    );
}

#[cfg(unix)]
fn missing_home_directory_is_no_error() {
    for home in [
        None,
        Some(""),
        Some("relative"),
        Some("/dev/null"),
        Some("/nowhere"),
    ] {
        for arguments in [&["--preset", "list"][..], &["--lesson", "list"]] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
            command.args(arguments).env("LC_ALL", "C");
            command.env_remove("XDG_CONFIG_HOME").env_remove("HOME");
            if let Some(home) = home {
                command.env("HOME", home).env("XDG_CONFIG_HOME", home);
            }
            let output = command.output().unwrap();
            assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
            let list = String::from_utf8(output.stdout).unwrap();
            assert!(list.contains("server "), "{list}");
            assert!(!list.contains("cannot read"), "{list}");
        }
    }
}
