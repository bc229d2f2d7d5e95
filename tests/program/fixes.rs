//! What F4 and the presets change, and the way back to what was typed.

use std::cell::RefCell;

use crate::support::dns::Answer;
use crate::support::network::Network;
use crate::support::terminal::{Terminal, rows};

tests! {
    fix_sets_node_and_service;
    fix_of_a_typed_node_resolves_it: NETWORK;
    presets_open_at_the_one_in_use;
    text_of_a_preset_is_whole_before_and_after;
    typed_text_comes_back_after_a_preset;
    typed_text_comes_back_after_a_fix;
    footer_of_ai_flags_names_only_keys_that_work;
}

const TAB: &str = "\t";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
const F2: &str = "\x1bOQ";
const F4: &str = "\x1bOS";
const F5: &str = "\x1b[15~";
/// Page Up: to the first field.
const NODE: &str = "\x1b[5~";

/// Waits until the form has these texts.
#[track_caller]
fn wait_for_form(terminal: &Terminal, node: &str, service: &str) {
    terminal.wait_until(&format!("{node} and {service}"), |screen| {
        let has = |name, text| rows(screen).any(|row| row.contains(name) && row.contains(text));
        has("node   ", node) && has("service   ", service)
    });
}

/// Without a lookup: AI_NUMERICHOST takes only addresses.
fn fix_sets_node_and_service() {
    for (node, host, service) in [
        ("127.0.0.1:8080", "\"127.0.0.1\"", "\"8080\""),
        ("localhost:8080", "\"localhost\"", "\"8080\""),
        ("http://example.test/", "\"example.test\"", "\"http\""),
        ("http://127.0.0.1:8080/a?b", "\"127.0.0.1\"", "\"8080\""),
    ] {
        let mut terminal = Terminal::sockscope(120, 40, &["-n", "-t", "stream", node]);
        let call = format!("getaddrinfo({host}, {service}, &hints, &result)");
        terminal.wait_for(&format!("F4 call {call}"));
        wait_for_form(&terminal, &format!("\"{node}\""), "NULL");
        terminal.send(F4);
        wait_for_form(&terminal, host, service);
        terminal.wait_for_no("F4 call ");
        if host == "\"127.0.0.1\"" {
            terminal.wait_for_row(&[&call, "= 0 ✓"]);
            terminal.wait_for_row(&["127.0.0.1:8080 ", "✓"]);
        } else {
            terminal.wait_for(&call);
        }
    }
}

fn fix_of_a_typed_node_resolves_it() {
    Network::run(|network| {
        network
            .dns()
            .answer("example.test", Answer::addresses(&["192.0.2.7"]));
        for (node, entry) in [
            ("localhost:8080", "127.0.0.1:8080 "),
            ("http://example.test/", "192.0.2.7:80 "),
        ] {
            let arguments = ["-4", "-t", "stream", "127.0.0.1"];
            let mut terminal = Terminal::sockscope(80, 24, &arguments);
            terminal.wait_for("file descriptor");
            terminal.send(NODE);
            // Ctrl-U erases the text.
            terminal.send(format!("\x15{node}{ENTER}"));
            terminal.wait_for("F4 call ");
            terminal.send(F4);
            terminal.wait_for_row(&["▸ AF_INET ", entry, "✓"]);
        }
    });
}

fn presets_open_at_the_one_in_use() {
    for (arguments, known, preset) in [
        (&[][..], "file descriptor", "▸ server "),
        (&["--preset", "wrong-family"], "EAI_", "▸ wrong-family "),
    ] {
        let mut terminal = Terminal::sockscope(80, 24, arguments);
        terminal.wait_for(known);
        terminal.send(F2);
        terminal.wait_for(preset);
        terminal.send(ESC);
        terminal.wait_for_no(preset);
    }
    let mut terminal = Terminal::sockscope(80, 24, &[]);
    terminal.wait_for("file descriptor");
    choose_udp(&mut terminal);
    terminal.send(F2);
    terminal.wait_for("▸ udp ");
}

/// Takes the preset `udp`, which looks nothing up, in place of `server`.
fn choose_udp(terminal: &mut Terminal) {
    terminal.send(F2);
    terminal.wait_for("╭ presets and lessons ─");
    terminal.send("\x1b[H");
    terminal.wait_for("▸ server ");
    terminal.send(DOWN.repeat(4));
    terminal.wait_for("▸ udp ");
    terminal.send(ENTER);
    terminal.wait_for_no("╭ presets and lessons ─");
    wait_for_form(terminal, "NULL", "\"27015\"");
    terminal.wait_for("‹ SOCK_DGRAM ");
}

fn text_of_a_preset_is_whole_before_and_after() {
    // As in assets/presets.toml.
    const LITERAL: &str = "With AI_NUMERICHOST and AI_NUMERICSERV, node and service must already be \
        an address and a port. No name server is asked. The part after % is the scope: the number \
        of an interface.";
    for (columns, height) in [(80, 24), (60, 20)] {
        let mut terminal = Terminal::sockscope(columns, height, &[]);
        terminal.wait_for("AI_PASSIVE");
        let whole = |terminal: &Terminal| {
            terminal.wait_until("the whole text", |screen| {
                let text = screen.contents().replace('│', " ");
                let words: Vec<&str> = text.split_whitespace().collect();
                words.join(" ").contains(LITERAL)
            });
        };
        terminal.send(F2);
        terminal.send(DOWN.repeat(7));
        terminal.wait_for("▸ literal ");
        whole(&terminal);
        terminal.send(ENTER);
        terminal.wait_for_no("╭ presets and lessons ─");
        wait_for_form(&terminal, "\"fe80::1%1\"", "\"80\"");
        whole(&terminal);
    }
}

/// A node that needs no lookup, changed but not resolved.
fn typed(node: &str, known: &str) -> Terminal {
    let arguments = ["-n", "-4", "-t", "stream", node];
    let mut terminal = Terminal::sockscope(120, 40, &arguments);
    terminal.wait_for(known);
    terminal.send(NODE);
    terminal.wait_for("▸node");
    terminal.send("7");
    wait_for_form(&terminal, &format!("* \"{node}7\""), "NULL");
    terminal
}

fn typed_text_comes_back_after_a_preset() {
    let mut terminal = typed("127.0.0.1", "file descriptor");
    choose_udp(&mut terminal);
    // The focus is on the text still, where letters are text.
    terminal.send(TAB);
    terminal.send("u");
    wait_for_form(&terminal, " \"127.0.0.17\"", "NULL");
    // With the answer that it was typed beside.
    terminal.wait_for_row(&["getaddrinfo(\"127.0.0.1\", NULL", "= 0 ✓"]);
    terminal.wait_for("‹ SOCK_STREAM ");
    terminal.send("U");
    wait_for_form(&terminal, "NULL", "\"27015\"");
    terminal.wait_for("‹ SOCK_DGRAM ");
    terminal.send("u");
    wait_for_form(&terminal, " \"127.0.0.17\"", "NULL");
    terminal.send(F5);
    terminal.wait_for_row(&["getaddrinfo(\"127.0.0.17\", NULL", "= 0 ✓"]);
}

fn typed_text_comes_back_after_a_fix() {
    let mut terminal = typed("127.0.0.1:808", "F4 call ");
    terminal.send(F4);
    wait_for_form(&terminal, "\"127.0.0.1\"", "\"808\"");
    terminal.send(TAB);
    terminal.send("u");
    wait_for_form(&terminal, "\"127.0.0.1:8087\"", "NULL");
    terminal.send("U");
    wait_for_form(&terminal, "\"127.0.0.1\"", "\"808\"");
    terminal.wait_for_row(&["getaddrinfo(\"127.0.0.1\", \"808\"", "= 0 ✓"]);
}

/// What a terminal sends for the keys of a footer's label.
fn keys(label: &str) -> Option<&'static [&'static str]> {
    Some(match label {
        "Enter" => &[ENTER],
        "↑↓" => &[UP, DOWN],
        "1-6" => &["1", "2", "3", "5", "6"],
        "z" => &["z"],
        "o" => &["o"],
        "Tab" => &[TAB],
        "F1" => &["\x1bOP"],
        "F2" => &[F2],
        "F5" => &[F5],
        "F9" => &["\x1b[20~"],
        "Ctrl-C" => &["\x03"],
        _ => return None,
    })
}

/// The labels in the footer, if all are known.
fn labels(screen: &vt100::Screen) -> Option<Vec<String>> {
    let footer = rows(screen).last()?;
    let items = footer.trim().split("  ");
    let label = |item: &str| {
        let (label, _) = item.split_once(' ')?;
        keys(label).map(|_| label.to_owned())
    };
    items.map(label).collect()
}

fn footer_of_ai_flags_names_only_keys_that_work() {
    // View 4 also shows that F5 made calls.
    let flags = || {
        let mut terminal = Terminal::sockscope(120, 40, &[]);
        terminal.wait_for("file descriptor");
        terminal.wait_for("←→ change");
        terminal.send("4");
        terminal.wait_for("getaddrinfo(NULL, \"27015\", {");
        terminal.send(DOWN.repeat(3));
        terminal.wait_for("▸ai_flags");
        terminal.wait_until("a footer of keys that may do something", |screen| {
            labels(screen).is_some_and(|labels| labels.len() >= 9)
        });
        terminal
    };
    let named = RefCell::default();
    flags().wait_until("the footer", |screen| {
        let labels = labels(screen);
        let known = labels.is_some();
        *named.borrow_mut() = labels.unwrap_or_default();
        known
    });
    for label in named.take() {
        for key in keys(&label).unwrap() {
            let mut terminal = flags();
            let before = terminal.contents();
            terminal.send(key);
            if label == "Ctrl-C" {
                assert_eq!(terminal.wait_for_end().exit_code(), 0);
            } else {
                terminal.wait_until(&format!("what {label} does"), |screen| {
                    screen.contents() != before
                });
            }
        }
    }
}
