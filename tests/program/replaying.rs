//! The run of a file on the screen, and two runs compared there.

#[cfg(unix)]
use std::fs;

use crate::support::terminal::{OPEN, Terminal};

tests! {
    file_of_another_system_is_shown_without_a_call;
    file_is_opened_from_the_list_and_compared;
    compare_option_shows_what_differs_from_the_file;
    #[cfg(unix)]
    file_that_is_no_json_is_refused_with_its_place;
}

const TAB: &str = "\t";

/// A file that the Windows program wrote. The path is short, since the list of runs cuts that of a deep
/// checkout; but the console of Windows starts in another directory.
const WINDOWS: &str = if cfg!(windows) {
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/replays/windows-listen.json"
    )
} else {
    "tests/replays/windows-listen.json"
};

fn file_of_another_system_is_shown_without_a_call() {
    let mut terminal = Terminal::sockscope(120, 40, &["--replay", WINDOWS]);
    terminal.wait_for("addrinfo · 1 entry · file: Windows");
    terminal.wait_for("WSAStartup(MAKEWORD(2, 2), &wsaData) = 0");
    terminal.send(TAB);
    terminal.send("\r");
    terminal.wait_for("This run is of a file: nothing is called.");
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    terminal.assert_restored();
}

fn file_is_opened_from_the_list_and_compared() {
    let mut terminal = Terminal::sockscope(120, 40, &["-s", "80"]);
    terminal.wait_for(OPEN);
    terminal.send("h");
    terminal.wait_for("╭ runs of this session ─");
    terminal.send("+");
    terminal.wait_for("╭ open a file of another machine ─");
    terminal.send("no such file\r");
    terminal.wait_for("no such file: ");
    terminal.send("\x15");
    terminal.send(WINDOWS);
    terminal.send("\r");
    terminal.wait_for("file: Windows");
    terminal.send("=");
    terminal.wait_for("╭ what differs ─");
    terminal.wait_for("differences:");
    terminal.wait_for("\"27015\"");
    terminal.send("q");
    terminal.wait_for_no("╭ what differs ─");
    terminal.send("\x03");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

fn compare_option_shows_what_differs_from_the_file() {
    let mut terminal = Terminal::sockscope(80, 24, &["--compare", WINDOWS]);
    terminal.wait_for("╭ what differs ─");
    terminal.wait_for("The answers are equal.");
    terminal.send("q");
    terminal.wait_for_no("╭ what differs ─");
    terminal.send("h");
    terminal.wait_for("windows-listen");
    terminal.send("\x03");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

/// The console of Windows starts in another directory.
#[cfg(unix)]
fn file_that_is_no_json_is_refused_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bad.json");
    fs::write(&path, "{\"schema\": 1,\n \"system\": 7}").unwrap();
    let mut command = Terminal::command(&["-s", "80"]);
    command.cwd(directory.path());
    let mut terminal = Terminal::start(80, 24, &mut command);
    terminal.wait_for(OPEN);
    terminal.send("+");
    terminal.wait_for("╭ open a file of another machine ─");
    terminal.send("bad.json\r");
    terminal.wait_for("bad.json, line 2, column ");
    terminal.send("\x03");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}
