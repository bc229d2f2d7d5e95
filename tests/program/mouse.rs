//! What a click does in a real terminal.

use crate::support::terminal::Terminal;

tests! {
    click_on_an_arrow_changes_the_value;
    click_on_the_fix_applies_it;
    click_outside_closes_a_popup;
    second_click_on_a_preset_takes_it;
    tab_and_footer_key_work_by_click;
}

/// The first screen's query, with its answer, in view 2.
fn server(columns: u16, rows: u16) -> Terminal {
    let mut terminal = Terminal::sockscope(columns, rows, &[]);
    terminal.wait_for("file descriptor");
    show_bytes(&mut terminal);
    terminal
}

/// Once a change above the footer is on the screen, all of the frame before it is. So a key that stays
/// in the footer has its place.
fn show_bytes(terminal: &mut Terminal) {
    terminal.send("2");
    terminal.wait_for("struct addrinfo ");
}

fn click_on_an_arrow_changes_the_value() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut terminal = server(columns, rows);
        // From another pane, too.
        terminal.send("\t");
        terminal.click("ai_socktype  ‹ SOCK_STREAM", "›");
        terminal.wait_for("▸ai_socktype  ‹ SOCK_DGRAM ");
        // A datagram socket cannot speak TCP.
        terminal.wait_for("EAI_SOCKTYPE");
        terminal.click("ai_socktype  ‹ SOCK_DGRAM", "‹");
        terminal.wait_for("▸ai_socktype  ‹ SOCK_STREAM ");
        terminal.wait_for("0.0.0.0:27015");
        terminal.click(" hints        ‹ passed", "›");
        terminal.wait_for("▸hints        ‹ NULL ");
        terminal.wait_for("getaddrinfo(NULL, \"27015\", NULL, &result)");
    }
}

fn click_on_the_fix_applies_it() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let arguments = ["-n", "-t", "stream", "127.0.0.1:8080"];
        let mut terminal = Terminal::sockscope(columns, rows, &arguments);
        // Anywhere on its line.
        terminal.click("F4 call getaddrinfo(", "&hints");
        terminal.wait_for_row(&["▸", "127.0.0.1:8080 ", "✓"]);
        terminal.wait_for("getaddrinfo(\"127.0.0.1\", \"8080\", &hints, &result) = 0");
    }
}

fn click_outside_closes_a_popup() {
    let mut terminal = server(120, 40);
    for (key, title) in [
        ("?", "╭ help ─"),
        ("\x1bOQ", "╭ presets and lessons ─"),
        ("\r", "╭ ai_family ─"),
    ] {
        terminal.send(key);
        // Its frame is inside.
        terminal.click(title, title);
        terminal.click("│ service  ", "service");
        terminal.wait_for_no(title);
        // The field under the click has not taken the focus.
        terminal.wait_for("▸ai_family    ‹ AF_INET ");
    }
}

fn second_click_on_a_preset_takes_it() {
    const ABOUT: &str = "Datagrams instead of a stream";
    let mut terminal = server(120, 40);
    terminal.click("F2 presets", "F2");
    terminal.wait_for("▸ server ");
    terminal.click("UDP server", "UDP");
    // What it is about stands there, but nothing is resolved yet.
    terminal.wait_for("▸ udp ");
    terminal.wait_for(ABOUT);
    terminal.wait_for("╭ presets and lessons ─");
    terminal.wait_for("getaddrinfo(NULL, \"27015\", &hints, &result) = 0");
    terminal.click("UDP server", "UDP");
    terminal.wait_for_no("╭ presets and lessons ─");
    terminal.wait_for("‹ SOCK_DGRAM ");
    terminal.wait_for_row(&["▸ AF_INET ", "SOCK_DGRAM", "0.0.0.0:27015", "✓"]);
    terminal.wait_for(ABOUT);
}

fn tab_and_footer_key_work_by_click() {
    let mut terminal = server(120, 40);
    for (tab, view) in [
        ("3 code", "hints.ai_family = AF_INET;"),
        ("4 calls", "getaddrinfo(NULL, \"27015\", {"),
        ("6 other systems", "recorded, not run here"),
        ("1 steps", "file descriptor"),
        ("2 addrinfo", "struct addrinfo "),
    ] {
        assert!(!terminal.contents().contains(view), "{tab}");
        terminal.click("1 steps", tab);
        terminal.wait_for(view);
    }
    terminal.click("F1 help", "help");
    terminal.wait_for("╭ help ─");
    terminal.click("Esc close", "close");
    terminal.wait_for_no("╭ help ─");
    terminal.click("z zoom", "zoom");
    terminal.wait_for_no("╭ addrinfo ·");
    terminal.click("Esc ", "Esc ");
    terminal.wait_for("╭ addrinfo ·");
    terminal.send("1");
    terminal.wait_for("file descriptor");
    show_bytes(&mut terminal);
    terminal.click("Ctrl-C quit", "Ctrl-C");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    terminal.assert_restored();
}
