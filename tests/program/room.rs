//! Who gets the rows and columns of a real terminal, what is marked there, and that nothing stands
//! twice.

use crate::support::network::Network;
use crate::support::terminal::{Terminal, rows};

tests! {
    bytes_of_one_entry_are_shown_whole;
    code_view_begins_at_the_hints;
    code_view_keeps_its_place_in_another_language;
    panes_stand_side_by_side_from_100_columns;
    failure_is_seen_on_every_pane_of_a_small_screen;
    long_list_scrolls_and_marks_say_so: NETWORK;
    no_call_or_result_stands_twice;
    fields_at_fault_are_marked;
}

const TAB: &str = "\t";
const DOWN: &str = "\x1b[B";
const PAGE_DOWN: &str = "\x1b[6~";
const HOME: &str = "\x1b[H";
const END: &str = "\x1b[F";

/// getaddrinfo() fails: no address, and no name server may be asked.
const NO_ADDRESS: &[&str] = &["-n", "nope", "80"];

/// getaddrinfo() succeeds, but socket() fails for every user: no protocol for the raw socket.
const NO_PROTOCOL: &[&str] = &["-4", "-t", "raw", "127.0.0.1"];

/// The first screen's query, with its answer.
fn server(columns: u16, rows: u16) -> Terminal {
    let terminal = Terminal::sockscope(columns, rows, &[]);
    terminal.wait_for("file descriptor");
    terminal
}

/// Whether a frame says that text goes on above, and below.
fn marks<'a>(rows: impl IntoIterator<Item = &'a String>) -> [bool; 2] {
    let rows: Vec<&String> = rows.into_iter().collect();
    ["─↑", "↓─"].map(|mark| rows.iter().any(|row| row.contains(mark)))
}

/// The rows from the one with `first` on, up to the one with `end`.
fn between<'a>(rows: &'a [String], first: &str, end: &str) -> Option<&'a [String]> {
    let start = rows.iter().position(|row| row.contains(first))?;
    let length = rows[start..].iter().position(|row| row.contains(end))?;
    Some(&rows[start..start + length])
}

/// The members of both structs in the order of POSIX, `netinet/in.h` and Linux.
fn bytes_of_one_entry_are_shown_whole() {
    const ADDRINFO: [&str; 8] = [
        "ai_flags",
        "ai_family",
        "ai_socktype",
        "ai_protocol",
        "ai_addrlen",
        "ai_addr",
        "ai_canonname",
        "ai_next",
    ];
    for (node, sockaddr) in [
        (
            "127.0.0.1",
            &[
                ("sin_family", " 00  "),
                ("sin_port", " 00 50  "),
                ("sin_addr", " 7f 00 00 01 "),
                ("sin_zero", " 00 00 00 00 "),
                (" 0c ", " 00 00 00 00 "),
            ][..],
        ),
        (
            "::1",
            &[
                ("sin6_family", " 00  "),
                ("sin6_port", " 00 50  "),
                ("sin6_flowinfo", " 00 00 00 00 "),
                ("sin6_addr", " 00 00 00 00 "),
                (" 14 ", " 00 00 00 01 "),
                ("sin6_scope_id", " 00 00 00 00 "),
            ],
        ),
    ] {
        let arguments = ["-n", "-t", "stream", node, "80"];
        let mut terminal = Terminal::sockscope(120, 40, &arguments);
        terminal.wait_for("1 entry");
        terminal.send("2");
        for member in ADDRINFO {
            terminal.wait_for_row(&["│   ", member]);
        }
        for (member, bytes) in sockaddr {
            terminal.wait_for_row(&["│   ", member, bytes]);
        }
        terminal.wait_until("no mark", |screen| {
            let rows: Vec<String> = rows(screen).collect();
            marks(&rows) == [false; 2]
        });
    }
}

fn code_view_begins_at_the_hints() {
    let mut terminal = server(120, 40);
    for (key, hints) in [
        ("3", "struct addrinfo hints;"),
        ("l", "struct addrinfo hints;"),
        ("l", "let mut hints: addrinfo"),
        ("l", "socket.getaddrinfo("),
        ("l", "struct addrinfo hints;"),
    ] {
        terminal.send(key);
        terminal.wait_until(hints, |screen| {
            let rows: Vec<String> = rows(screen).collect();
            let Some(titles) = rows.iter().position(|row| row.contains("C for POSIX")) else {
                return false;
            };
            rows[titles + 1].contains(hints)
                && rows[titles..]
                    .iter()
                    .any(|row| row.contains("getaddrinfo("))
                && rows[titles - 1].contains("─↑─")
        });
    }
    // What stands above can be read too.
    terminal.send(TAB);
    terminal.send(TAB);
    terminal.send(HOME);
    terminal.wait_for("// Calls getaddrinfo()");
    terminal.wait_for_no("─↑─");
}

fn code_view_keeps_its_place_in_another_language() {
    for (columns, height) in [(80, 24), (120, 40)] {
        let mut terminal = server(columns, height);
        let begins_with = |terminal: &Terminal, line: &str| {
            terminal.wait_until(&format!("{line} at the top"), |screen| {
                let mut rows = rows(screen).skip_while(|row| !row.contains("C for POSIX"));
                rows.nth(1).is_some_and(|row| row.contains(line))
            });
        };
        terminal.send("3");
        begins_with(&terminal, "struct addrinfo hints;");
        terminal.send(TAB);
        terminal.send(TAB);
        terminal.send(DOWN.repeat(3));
        begins_with(&terminal, "hints.ai_socktype = SOCK_STREAM;");
        // As many lines below where the hints begin.
        for line in [
            "ZeroMemory(&hints, sizeof (hints));",
            "hints.ai_protocol = libc::IPPROTO_TCP;",
            "family=socket.AF_INET,",
            "hints.ai_socktype = SOCK_STREAM;",
        ] {
            terminal.send("l");
            begins_with(&terminal, line);
        }
        // The language of the screen is another one.
        terminal.send("L");
        terminal.wait_for("l: siguiente");
        begins_with(&terminal, "hints.ai_socktype = SOCK_STREAM;");
    }
}

fn panes_stand_side_by_side_from_100_columns() {
    const FORM: &str = "getaddrinfo() arguments";
    let mut terminal = server(100, 30);
    terminal.wait_for_row(&[FORM, "addrinfo · 1 entry"]);
    for (columns, height, beside) in [(99, 30, false), (120, 40, true), (80, 24, false)] {
        terminal.resize(columns, height);
        terminal.wait_until("all panes", |screen| {
            let rows: Vec<String> = rows(screen).collect();
            let row = |text| rows.iter().position(|row| row.contains(text));
            let (form, list, view) = (row(FORM), row("addrinfo · 1"), row("1 steps"));
            // Both are Some: the frame for the size before is incomplete in the new one.
            let panes = form.is_some() && list.is_some() && view > list;
            let footer = rows[usize::from(height) - 1].contains("Ctrl-C quit");
            panes && footer && (form == list) == beside
        });
    }
}

fn failure_is_seen_on_every_pane_of_a_small_screen() {
    for (arguments, failure) in [(NO_ADDRESS, "-2 EAI_NONAME"), (NO_PROTOCOL, "93")] {
        let mut terminal = Terminal::sockscope(60, 20, arguments);
        let seen = |terminal: &Terminal, pane: &str, failures: &[&str]| {
            terminal.wait_until(&format!("{pane} with {failure}"), |screen| {
                let failed = |row: &String| {
                    row.contains('✗') && failures.iter().any(|text| row.contains(text))
                };
                screen.contents().contains(pane) && rows(screen).any(|row| failed(&row))
            });
        };
        seen(&terminal, "╭ getaddrinfo() arguments", &[failure]);
        terminal.send(TAB);
        // There the code stands before the sign: `= -2   ✗ EAI_NONAME`.
        let (_, name) = failure.split_once(' ').unwrap_or(("", failure));
        seen(&terminal, "╭ addrinfo", &[name]);
        terminal.send(TAB);
        for (view, sign) in [
            ("1", "The call, its result"),
            (
                "2",
                if name == failure {
                    "struct sockaddr_in "
                } else {
                    "There is no entry."
                },
            ),
            ("3", "C for POSIX"),
            ("4", "/ filter"),
            ("6", "recorded, not run here"),
        ] {
            terminal.send(view);
            seen(&terminal, sign, &[name]);
        }
    }
}

fn long_list_scrolls_and_marks_say_so() {
    Network::run(|network| {
        let hosts: String = (0..1000)
            .map(|n| format!("10.0.{}.{} many.test\n", n >> 8, n & 255))
            .collect();
        network.write("hosts", hosts);
        for (columns, height) in [(80, 24), (120, 40)] {
            let arguments = ["-4", "-t", "stream", "many.test", "80"];
            let mut terminal = Terminal::sockscope(columns, height, &arguments);
            terminal.send(TAB);
            let list = |place: &str, wanted: [bool; 2]| {
                let title = format!("addrinfo · {place} of 1000 entries");
                terminal.wait_until(&title, |screen| {
                    let rows: Vec<String> = rows(screen).collect();
                    between(&rows, &title, "1 steps").is_some_and(|list| {
                        let entries = list.iter().filter(|row| row.contains(":80 ")).count();
                        let selected = |row: &String| row.contains('▸') && row.contains(":80 ");
                        // At least four of them, and room for what is said about one.
                        let shared = entries >= 4 && list.len() < usize::from(height) * 3 / 5;
                        shared && list.iter().any(selected) && marks(list) == wanted
                    })
                });
            };
            list("1", [false, true]);
            terminal.send(PAGE_DOWN);
            terminal.send(DOWN);
            terminal.wait_until("the middle", |screen| {
                let rows: Vec<String> = rows(screen).collect();
                between(&rows, "of 1000 entries", "1 steps")
                    .is_some_and(|list| marks(list) == [true; 2])
            });
            terminal.send(END);
            terminal.wait_until("the end", |screen| {
                let rows: Vec<String> = rows(screen).collect();
                between(&rows, "1000 of 1000 entries", "1 steps")
                    .is_some_and(|list| marks(list) == [true, false])
            });
        }
    });
}

fn no_call_or_result_stands_twice() {
    // In view 1: each call, each result and how many times were measured.
    for (arguments, view, texts, times) in [
        (
            &["-4", "-n", "-t", "stream", "127.0.0.1", "80"][..],
            "1 steps",
            &[
                "getaddrinfo(\"127.0.0.1\", \"80\", &hints, &result)",
                "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)",
                "= 0 ✓",
                "file descriptor",
            ][..],
            2,
        ),
        (
            NO_ADDRESS,
            "1 getaddrinfo",
            &[
                "getaddrinfo(\"nope\", \"80\", &hints, &result)",
                "= -2",
                "✗ EAI_NONAME",
                "“Name or service not known”",
            ],
            1,
        ),
        (
            NO_PROTOCOL,
            "1 steps",
            &[
                "getaddrinfo(\"127.0.0.1\", NULL, &hints, &result)",
                "socket(AF_INET, SOCK_RAW, IPPROTO_IP)",
                "= 0 ✓",
                "= -1",
                "“Protocol not supported”",
            ],
            2,
        ),
    ] {
        let mut terminal = Terminal::sockscope(120, 40, arguments);
        let count = |screen: &vt100::Screen, text| screen.contents().matches(text).count();
        terminal.wait_until(&format!("{texts:?}, each once"), |screen| {
            count(screen, view) == 1
                && texts.iter().all(|text| count(screen, text) == 1)
                && count(screen, " ms ") == times
        });
        // The call and its result stay in the list.
        let bytes = if times == 1 {
            "There is no entry."
        } else {
            "struct sockaddr_in "
        };
        for (view, title) in [("2", bytes), ("6", "recorded, not run here")] {
            terminal.send(view);
            terminal.wait_until(&format!("{title} and one call"), |screen| {
                count(screen, title) >= 1
                    && count(screen, texts[0]) == 1
                    && count(screen, " ms ") == 1
            });
        }
    }
}

/// The fields with a mark are those that the fix changes.
fn fields_at_fault_are_marked() {
    for (arguments, known, fields) in [
        (
            NO_ADDRESS,
            "EAI_NONAME",
            &["ai_flags", "AI_NUMERICHOST"][..],
        ),
        (NO_PROTOCOL, "93", &["ai_protocol"]),
        (&["-n", "127.0.0.1:80"], "EAI_NONAME", &["node", "service"]),
        (&["-n", "127.0.0.1", "80"], "getaddrinfo ✓", &[]),
    ] {
        let terminal = Terminal::sockscope(60, 20, arguments);
        terminal.wait_for(known);
        terminal.wait_until(&format!("! at {fields:?}"), |screen| {
            let marked: Vec<String> = rows(screen).filter(|row| row.contains('!')).collect();
            let name = |(row, field): (&String, &&str)| {
                let (before, _) = row.split_once('!').unwrap();
                before.trim_end().ends_with(*field)
            };
            marked.len() == fields.len() && marked.iter().zip(fields).all(name)
        });
    }
}
