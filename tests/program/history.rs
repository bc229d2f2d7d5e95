//! The runs of a session, listed and gone back to.

use crate::screen::server;
use crate::support::terminal::Terminal;

tests! {
    list_goes_back_to_a_run_and_its_typed_text;
    u_goes_back_without_a_call;
}

const ENTER: &str = "\r";
/// Page Up: to the first field.
const NODE: &str = "\x1b[5~";
const TAB: &str = "\t";

/// The server example, then a name that is an address and fails, then typed text.
fn two_runs() -> Terminal {
    let mut terminal = server(80, 24);
    terminal.send(NODE);
    terminal.send("::1");
    terminal.send(ENTER);
    // AF_INET stays: no entry of that family.
    terminal.wait_for("getaddrinfo(\"::1\", \"27015\", &hints, &result)");
    terminal.wait_for("✗");
    terminal.send("half-typed");
    terminal.wait_for("::1half-typed");
    terminal
}

fn list_goes_back_to_a_run_and_its_typed_text() {
    let mut terminal = two_runs();
    terminal.send(TAB);
    terminal.send("h");
    terminal.wait_for("╭ runs of this session ─");
    terminal.wait_for("1  NULL, \"27015\", AF_INET");
    terminal.wait_for("2  \"::1\", \"27015\", AF_INET");
    terminal.send("/null");
    terminal.wait_for("1 of 2");
    terminal.send(ENTER);
    terminal.send(ENTER);
    terminal.wait_for("0.0.0.0:27015");
    terminal.wait_for("Run 1, as it was. Nothing was called.");
    terminal.send("h");
    terminal.wait_for("╭ runs of this session ─");
    terminal.send("\x1b[F");
    terminal.send(ENTER);
    terminal.wait_for("::1half-typed");
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    terminal.assert_restored();
}

fn u_goes_back_without_a_call() {
    let mut terminal = two_runs();
    terminal.send(TAB);
    terminal.send("u");
    terminal.wait_for("Run 1, as it was. Nothing was called.");
    terminal.send("4");
    terminal.wait_until("two lookups", |screen| {
        screen.contents().matches("getaddrinfo(").count() >= 2
    });
    // The socket of the run is closed, and no other was opened.
    let calls = terminal.contents();
    assert_eq!(calls.matches("socket(AF_INET, ").count(), 1, "{calls}");
    terminal.send("U");
    terminal.wait_for("Run 2, as it was. Nothing was called.");
}
