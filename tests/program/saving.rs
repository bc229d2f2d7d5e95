//! F9: what was done, as a script that runs again, a report, JSON or a command line.

use std::fs;
use std::path::Path;
use std::process::Command;

#[cfg(target_os = "linux")]
use crate::support::network::Network;
#[cfg(target_os = "linux")]
use crate::support::terminal::wait_for;
use crate::support::terminal::{OPEN, Terminal};

tests! {
    saved_session_runs_again;
    existing_file_is_asked_for_and_a_directory_refused;
    #[cfg(target_os = "linux")]
    path_that_cannot_be_written_is_told;
    redacted_names_are_not_in_the_file;
    report_json_and_command_line_are_of_the_same_query;
    #[cfg(target_os = "linux")]
    session_is_saved_as_a_lesson_that_check_passes: NETWORK;
}

const F9: &str = "\x1b[20~";
const TAB: &str = "\t";
const ERASE: &str = "\x15";
const TITLE: &str = "╭ save to a file; F9 copies ─";

/// A session in `directory` that has opened a socket on each entry.
fn session(directory: &Path, more: &[&str]) -> Terminal {
    let arguments = ["-t", "stream", "-s", "80", "-n", "127.0.0.1"];
    let mut command = Terminal::command(&[&arguments, more].concat());
    command.cwd(directory);
    let mut terminal = Terminal::start(100, 30, &mut command);
    terminal.wait_for(OPEN);
    terminal.send(TAB);
    terminal.send("a");
    terminal.wait_for("Entries tried: 1");
    terminal
}

/// Waits for a text that may be on several lines of the popup.
fn wait_for_text(terminal: &Terminal, text: &str) {
    terminal.wait_until(text, |screen| {
        let words = screen.contents().replace(['│', '\n'], " ");
        let words: Vec<&str> = words.split_whitespace().collect();
        words.join(" ").contains(text)
    });
}

fn end(mut terminal: Terminal) {
    terminal.send("\x03");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

fn saved_session_runs_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = session(directory.path(), &[]);
    terminal.send(F9);
    terminal.wait_for(TITLE);
    terminal.wait_for("sockscope.sockscope");
    terminal.send("\x1b[H");
    terminal.send("my ");
    terminal.wait_for("my sockscope.sockscope");
    terminal.send("\r");
    terminal.wait_for("Saved: ");
    terminal.wait_for_no(TITLE);
    let saved = directory.path().join("my sockscope.sockscope");
    let content = fs::read_to_string(&saved).unwrap();
    let first = concat!("# sockscope ", env!("CARGO_PKG_VERSION"), ", ");
    assert!(content.starts_with(first), "{content}");
    assert!(
        content.ends_with('\n') && !content.contains('\r'),
        "{content:?}"
    );
    let sockets = content
        .lines()
        .filter(|line| line.starts_with("socket(AF_INET, SOCK_STREAM"));
    assert!(sockets.count() >= 2, "{content}");
    let output = Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(["--lang", "en", "--run"])
        .arg(&saved)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}\n{content}");
    // Nothing but the file is left.
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    end(terminal);
}

fn existing_file_is_asked_for_and_a_directory_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("sockscope.sockscope");
    fs::write(&file, "mine").unwrap();
    let mut terminal = session(directory.path(), &[]);
    terminal.send(F9);
    terminal.wait_for("sockscope-2.sockscope");
    terminal.send(ERASE);
    terminal.send("sockscope.sockscope");
    terminal.wait_for_no("sockscope-2");
    terminal.send("\r");
    terminal.wait_for("Press Enter again to replace it");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    terminal.send("\r");
    terminal.wait_for("Saved: ");
    assert!(fs::read_to_string(&file).unwrap().contains("\nsocket("));
    for (path, reason) in [
        (".", "This is a directory. Add the name of the file."),
        ("~/x", "~ does not stand for the home directory"),
        ("nowhere/x", "The directory nowhere does not exist."),
        ("", "Type the name of the file."),
    ] {
        terminal.send(F9);
        terminal.wait_for(TITLE);
        terminal.send(ERASE);
        terminal.send(path);
        terminal.send("\r");
        wait_for_text(&terminal, reason);
        terminal.send("\x1b");
        terminal.wait_for_no(TITLE);
    }
    end(terminal);
}

/// Nobody can create a file there, not even root.
#[cfg(target_os = "linux")]
fn path_that_cannot_be_written_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = session(directory.path(), &[]);
    terminal.send(F9);
    terminal.wait_for(TITLE);
    terminal.send(ERASE);
    terminal.send("/sys/x\r");
    wait_for_text(&terminal, "Not allowed: ");
    wait_for_text(&terminal, "Choose a directory where you may create files");
    // The path is still there, and Enter tries it again.
    terminal.wait_for("/sys/x");
    terminal.send("\x1b");
    terminal.wait_for_no(TITLE);
    terminal.send(F9);
    terminal.wait_for("/sys/x");
    terminal.send("\x1b[H");
    terminal.send("\x1b[3~".repeat("/sys/".len()));
    terminal.wait_for_no("/sys");
    terminal.send("\r");
    terminal.wait_for("Saved: ");
    assert!(directory.path().join("x").exists());
    end(terminal);
}

fn redacted_names_are_not_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Terminal::command(&["--redact", "-n", "8.77.66.55", "80"]);
    command.cwd(directory.path());
    let mut terminal = Terminal::start(80, 24, &mut command);
    terminal.wait_for(OPEN);
    terminal.send(F9);
    terminal.wait_for("sockscope.sockscope");
    terminal.send("\r");
    terminal.wait_for("Saved: ");
    let content = fs::read_to_string(directory.path().join("sockscope.sockscope")).unwrap();
    assert!(
        content.contains("192.0.2.1") && !content.contains("8.77.66.55"),
        "{content}"
    );
    end(terminal);
}

fn report_json_and_command_line_are_of_the_same_query() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = session(directory.path(), &[]);
    let mut save = |down: usize, name: &str| {
        terminal.send(F9);
        terminal.wait_for(TITLE);
        for _ in 0..down {
            terminal.send("\x1b[B");
        }
        terminal.wait_for(name);
        terminal.send("\r");
        terminal.wait_for("Saved: ");
        terminal.wait_for_no(TITLE);
        fs::read_to_string(directory.path().join(name)).unwrap()
    };
    let report = save(1, "sockscope.md");
    assert!(
        report.contains("| 1 | `AF_INET` | `SOCK_STREAM` | `IPPROTO_TCP` | `127.0.0.1:80` |"),
        "{report}"
    );
    let json: serde_json::Value = serde_json::from_str(&save(1, "sockscope.json")).unwrap();
    assert_eq!(json["entries"][0]["ai_addr"]["text"], "127.0.0.1:80");
    let line = save(3, "sockscope.sh");
    assert_eq!(
        line,
        "sockscope -t SOCK_STREAM -F AI_NUMERICHOST 127.0.0.1 80\n"
    );
    let program = concat!(env!("CARGO_BIN_EXE_sockscope"), " --format json ");
    let again = Command::new("sh")
        .arg("-c")
        .arg(line.replacen("sockscope ", program, 1))
        .output()
        .unwrap();
    let again: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(again["query"], json["query"]);
    end(terminal);
}

#[cfg(target_os = "linux")]
fn session_is_saved_as_a_lesson_that_check_passes() {
    Network::run(|_| {
        for language in ["en", "es"] {
            let directory = tempfile::tempdir().unwrap();
            let mut command = Terminal::command(&["--lang", language]);
            command.cwd(directory.path());
            let mut terminal = Terminal::start(80, 24, &mut command);
            let mut press = |key: &str, texts: &[&str]| {
                terminal.send(key);
                terminal.wait_for_row(texts);
            };
            press("", &["bind(", "0.0.0.0:27015)"]);
            press(TAB, &["Enter "]);
            press("\r", &["✓ bind(", "= 0"]);
            press("\r", &["✓ listen(", "= 0"]);
            press("\r", &["… accept"]);
            // A client on this machine, whose connection accept() returns. It closes first, so that no port
            // but its own is in TIME_WAIT.
            press("p", &["▸ ", "127.0.0.1:27015"]);
            press("\x1b[A", &["▸ send("]);
            press("x", &["✓ close(", "= 0"]);
            press(F9, &[" sockscope.sockscope "]);
            press(&"\x1b[B".repeat(6), &[" sockscope.toml "]);
            press("\x1b[H", &[" sockscope.toml "]);
            press("My_", &["My_sockscope.toml"]);
            press("\r", &["My_sockscope.toml"]);
            let saved = directory.path().join("My_sockscope.toml");
            wait_for("the file", || saved.exists().then_some(()));
            end(terminal);
            let text = fs::read_to_string(&saved).unwrap();
            for line in [
                "id = \"my-sockscope\"",
                "title = { en = \"The title of the lesson\", es = \"El título de la lección\" }",
                "query = { service = \"27015\", ai_flags = \"AI_PASSIVE\", ai_family = \"AF_INET\", \
                 ai_socktype = \"SOCK_STREAM\", ai_protocol = \"IPPROTO_TCP\" }",
                "socket(list[0]) = server",
                "bind(server, list[0]) = 0",
                "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = client",
                "connect(client, 127.0.0.1:27015) = 0",
                "accept(server) = connection",
                "close(client) = 0",
            ] {
                assert!(text.lines().any(|it| it == line), "{line}\n{text}");
            }
            assert!(!text.contains("network = true"), "{text}");
            let output = Command::new(env!("CARGO_BIN_EXE_sockscope"))
                .args(["--lang", "en", "--lesson", "check"])
                .arg(&saved)
                .output()
                .unwrap();
            let checked = String::from_utf8_lossy(&output.stdout);
            assert_eq!(output.status.code(), Some(0), "{output:?}\n{text}");
            assert!(checked.contains("; different: 0; skipped: 0"), "{checked}");
        }
    });
}
