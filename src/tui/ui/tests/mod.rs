//! Screens as a person sees them, at the sizes that matter: 80×24, 120×40 and 40×12. The runs on
//! them are Linux's and Windows', whatever machine the tests run on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::{Look, Screen, draw};
use crate::app::{Command, Effect, Effects, InputRequest, Model, Motion, Msg, Pane, Popup, Target};
use crate::names::Os;
use crate::net::fixture::{self, failed, host, list, opened};
use crate::net::{AddrInfo, Call, Domain, Hints, Host, Outcome, Query, Record};
use crate::text::Text;
use crate::words::Language;

mod views;
mod wide;

const LOOK: Look = Look {
    ascii: false,
    colour: false,
    language: Language::En,
};
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 12)];

/// What the terminal shows of `model`, once the drawing has measured itself.
fn screen(model: &mut Model, (width, height): (u16, u16), look: Look) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut screen = Screen::new(look);
    terminal
        .draw(|frame| draw(model, &mut screen, frame))
        .unwrap();
    let _ = model.hears(Msg::Measured(screen.measures()));
    terminal
        .draw(|frame| draw(model, &mut screen, frame))
        .unwrap();
    // The test backend cannot print a screen without columns.
    if width == 0 {
        String::new()
    } else {
        terminal.backend().to_string()
    }
}

/// Snapshots of `model` at every size, in one file.
fn snapshot(name: &str, model: &mut Model) {
    let screens: Vec<String> = SIZES
        .iter()
        .map(|&size| format!("{}×{}\n{}", size.0, size.1, screen(model, size, LOOK)))
        .collect();
    insta::assert_snapshot!(name, screens.join("\n"));
}

/// An entry of Linux's.
fn entry(socktype: &str, protocol: &str, address: &str) -> AddrInfo {
    fixture::entry(Os::Linux, socktype, protocol, address)
}

/// The entry of the server example.
fn wildcard() -> AddrInfo {
    entry("SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015")
}

/// EPROTONOSUPPORT.
fn refused() -> Outcome {
    failed(Domain::Errno, 93, "Protocol not supported")
}

/// EAI_NONAME.
fn noname() -> Outcome {
    failed(Domain::Gai, -2, "Name or service not known")
}

/// The call that `asked` asks for ends so, after so many microseconds.
fn after(micros: u64, asked: &Effect, outcome: Outcome) -> Msg {
    let took = Duration::from_micros(micros);
    asked.ends_as(Record {
        took,
        ..asked.record(outcome)
    })
}

/// A program on Linux whose question was answered, and whose first socket() ended so.
fn answered(query: &Query, outcome: Outcome, socket: Outcome) -> Model {
    answered_on(host(Os::Linux), query, outcome, socket)
}

fn answered_on(host: Arc<Host>, query: &Query, outcome: Outcome, socket: Outcome) -> Model {
    let (mut model, effects) = Model::begin(host, query.clone());
    let [asked] = &effects[..] else {
        panic!("{effects:?}")
    };
    let effects = model.hears(after(310, asked, outcome));
    open(&mut model, effects, socket);
    model
}

/// Every socket() that is asked for ends so.
fn open(model: &mut Model, effects: Effects, socket: Outcome) {
    let micros = match socket {
        Outcome::Returned(_) => 12,
        _ => 8,
    };
    for effect in effects {
        if let Effect::Call {
            call: Call::Socket { .. },
            ..
        } = effect
        {
            assert_eq!(model.hears(after(micros, &effect, socket.clone())), []);
        }
    }
}

fn server_example() -> Query {
    Query::server_example(Os::Linux)
}

fn server() -> Model {
    answered(&server_example(), list([wildcard()]), opened(9))
}

fn localhost() -> Query {
    fixture::query(Some("localhost"), Some("27015"), Some(Hints::default()))
}

/// `localhost` with type 0: a stream, a datagram and a raw entry.
fn three() -> Model {
    let address = "127.0.0.1:27015";
    let mut entries = [
        entry("SOCK_STREAM", "IPPROTO_TCP", address),
        entry("SOCK_DGRAM", "IPPROTO_UDP", address),
        entry("SOCK_RAW", "0", address),
    ];
    entries[0].canonname = Some(OsStr::new("localhost").into());
    answered(&localhost(), list(entries), opened(9))
}

mod snapshots {
    use super::*;
    use crate::net::{HostService, REQUESTED, Reason, SocketId, Value, WsaData};

    /// The server example as Windows answers it, but for what came of WSAStartup and of socket().
    fn windows(wsastartup: Outcome, socket: Outcome) -> Model {
        let os = Os::Windows;
        let host = Host {
            wsastartup: Some(Record {
                took: Duration::from_micros(214),
                ..fixture::record(Call::WsaStartup(REQUESTED), wsastartup)
            }),
            ..(*host(os)).clone()
        };
        let entries = list([fixture::entry(
            os,
            "SOCK_STREAM",
            "IPPROTO_TCP",
            "0.0.0.0:27015",
        )]);
        answered_on(Arc::new(host), &Query::server_example(os), entries, socket)
    }

    fn started() -> Outcome {
        Outcome::Returned(Value::WsaData(Box::new(WsaData {
            version: REQUESTED,
            high_version: REQUESTED,
            description: "WinSock 2.0".into(),
            status: "Running".into(),
        })))
    }

    /// A code of Winsock, without a text of the system's.
    fn wsa(code: i32) -> Outcome {
        failed(Domain::Wsa, code, "")
    }

    #[test]
    fn the_server_example_shows_hints_list_and_socket() {
        snapshot("server", &mut server());
    }

    #[test]
    fn a_failed_socket_stands_where_a_success_would() {
        let mut model = three();
        model.pane = Pane::Entries;
        let effects = model.does(Command::Move(Motion::End));
        open(&mut model, effects, refused());
        snapshot("failed_socket", &mut model);
    }

    #[test]
    fn windows_shows_wsastartup_first_and_its_socket_in_hexadecimal() {
        snapshot("windows", &mut windows(started(), opened(0x30)));
    }

    #[test]
    fn a_failed_windows_socket_is_invalid_socket_with_a_wsa_code() {
        snapshot("windows_failed_socket", &mut windows(started(), wsa(10043)));
    }

    #[test]
    fn a_wsastartup_that_failed_is_shown_and_the_rest_goes_on() {
        let mut model = windows(wsa(10091), wsa(10093));
        snapshot("windows_failed_wsastartup", &mut model);
    }

    #[test]
    fn a_wsastartup_that_was_left_out_is_said_to_be() {
        let mut model = windows(Outcome::NotStarted(Reason::LeftOut), wsa(10093));
        snapshot("windows_no_wsastartup", &mut model);
    }

    #[test]
    fn a_failed_getaddrinfo_names_the_call_the_code_and_its_meaning() {
        let query = Query {
            node: None,
            service: None,
            hints: Some(Hints::default()),
        };
        let mut model = answered(&query, noname(), opened(9));
        snapshot("failed_getaddrinfo", &mut model);
    }

    #[test]
    fn a_pending_lookup_keeps_the_old_list_and_counts_the_time() {
        let mut model = three();
        model.form.focus = 3;
        let _ = model.does(Command::Next);
        let ticket = model.lookups.pending.as_ref().unwrap().ticket;
        let _ = model.hears(Msg::Waited(ticket, Duration::from_millis(1_230)));
        snapshot("pending", &mut model);
    }

    #[test]
    fn an_edited_text_is_marked_and_the_list_says_it_is_older() {
        let mut model = three();
        let _ = model.hears(Msg::Type('x'));
        snapshot("stale", &mut model);
    }

    #[test]
    fn null_hints_are_not_passed() {
        let query = Query {
            hints: None,
            ..localhost()
        };
        let entries = list([entry("SOCK_STREAM", "IPPROTO_TCP", "127.0.0.1:27015")]);
        snapshot("null_hints", &mut answered(&query, entries, opened(9)));
    }

    #[test]
    fn null_and_the_empty_text_look_different() {
        let query = Query {
            node: None,
            service: Some(Text::default()),
            hints: Some(Hints::default()),
        };
        let mut model = answered(&query, noname(), opened(9));
        snapshot("null_and_empty", &mut model);
    }

    #[test]
    fn the_values_of_a_hint_stand_with_numbers_and_meanings() {
        let mut model = server();
        model.form.focus = 3;
        let _ = model.does(Command::Choose);
        snapshot("values", &mut model);
    }

    #[test]
    fn a_number_that_is_not_listed_is_a_value_too() {
        let mut model = server();
        model.form.focus = 3;
        let _ = model.does(Command::Choose);
        let _ = model.hears(Msg::Paste("999".into()));
        snapshot("unlisted_number", &mut model);
    }

    #[test]
    fn a_filter_that_matches_nothing_says_so() {
        let mut model = server();
        model.form.focus = 3;
        let _ = model.does(Command::Choose);
        let _ = model.hears(Msg::Paste("inet66".into()));
        snapshot("no_match", &mut model);
    }

    #[test]
    fn the_flags_are_a_list_of_their_own() {
        let mut model = server();
        model.form.focus = 6;
        let _ = model.does(Command::Choose);
        snapshot("flags", &mut model);
    }

    /// Ctrl-Z is a key of Unix alone.
    #[cfg(unix)]
    #[test]
    fn the_help_lists_every_key() {
        let mut model = server();
        let _ = model.does(Command::Help);
        snapshot("help", &mut model);
    }

    #[test]
    fn the_presets_say_what_they_show() {
        let mut model = server();
        let _ = model.does(Command::Presets);
        snapshot("presets", &mut model);
    }

    #[test]
    fn every_entry_that_was_tried_shows_its_result() {
        let mut model = three();
        model.pane = Pane::Entries;
        let effects = model.does(Command::TryAll);
        let [Effect::TryAll(ticket, _)] = effects[..] else {
            panic!("{effects:?}")
        };
        let outcomes = [opened(10), opened(10), refused()];
        let records = outcomes.into_iter().enumerate().map(|(index, outcome)| {
            let call = Call::Socket {
                socket: SocketId(0),
                triple: model.entries()[index].triple(),
            };
            Record {
                entry: Some(index),
                ..fixture::record(call, outcome)
            }
        });
        let records = records.collect();
        let _ = model.hears(Msg::Tried(ticket, records));
        snapshot("tried", &mut model);
    }

    #[test]
    fn a_reverse_lookup_shows_the_names_it_found() {
        let mut model = three();
        model.pane = Pane::Detail;
        let effects = model.does(Command::Reverse);
        let names = HostService {
            node: "localhost".into(),
            service: "27015".into(),
        };
        let names = Outcome::Returned(Value::Names(Box::new(names)));
        let _ = model.hears(after(402, &effects[0], names));
        snapshot("reverse", &mut model);
    }

    #[test]
    fn a_ninth_lookup_is_refused_in_words() {
        let mut model = server();
        for _ in 0..9 {
            let _ = model.does(Command::Resolve);
        }
        snapshot("refused", &mut model);
    }

    #[test]
    fn hostile_names_are_shown_as_escapes_and_move_nothing() {
        let mut hostile = entry("SOCK_STREAM", "IPPROTO_TCP", "127.0.0.1:80");
        hostile.canonname = Some(OsStr::new("\u{1b}]0;owned\u{7}\u{202e}\u{200b}例え\n").into());
        let query = Query {
            node: Some(Text::new("a\u{1b}[2J\tb\u{9b}").unwrap()),
            ..localhost()
        };
        let mut model = answered(&query, list([hostile]), opened(9));
        snapshot("hostile", &mut model);
    }

    #[test]
    fn ascii_draws_the_same_screen() {
        let look = Look {
            ascii: true,
            colour: false,
            language: Language::En,
        };
        insta::assert_snapshot!("ascii", screen(&mut three(), (80, 24), look));
    }
}

#[test]
fn ascii_means_ascii_on_every_screen() {
    let look = Look {
        ascii: true,
        colour: true,
        language: Language::En,
    };
    let mut models = vec![server(), three()];
    for command in [
        Command::Help,
        Command::Presets,
        Command::Resolve,
        Command::ToggleMouse,
    ] {
        let mut model = three();
        let _ = model.does(command);
        models.push(model);
    }
    let mut model = server();
    model.form.focus = 3;
    let _ = model.does(Command::Choose);
    models.push(model);
    let query = Query {
        node: Some(Text::new("bücher.例え").unwrap()),
        ..localhost()
    };
    models.push(answered(
        &query,
        failed(Domain::Gai, -2, "Name oder Dienst ungültig"),
        opened(9),
    ));
    for model in &mut models {
        for size in SIZES {
            let screen = screen(model, size, look);
            assert!(screen.is_ascii(), "{screen}");
        }
    }
}

#[test]
fn a_terminal_that_is_too_small_is_told_so() {
    let text = screen(&mut server(), (35, 8), LOOK);
    assert!(text.contains("needs 36×8"), "{text}");
}

#[test]
fn every_pane_can_be_reached_where_only_one_fits() {
    let mut model = server();
    for (pane, sign) in [
        (Pane::Form, "ai_socktype"),
        (Pane::Entries, "getaddrinfo("),
        (Pane::Detail, "socket(AF_INET"),
    ] {
        model.pane = pane;
        let text = screen(&mut model, (40, 12), LOOK);
        assert!(text.contains(sign), "{text}");
    }
}

#[test]
fn the_field_in_focus_is_always_visible() {
    for size in SIZES {
        let mut model = server();
        for (index, field) in model.form.fields().enumerate().collect::<Vec<_>>() {
            model.form.focus = index;
            let text = screen(&mut model, size, LOOK);
            assert!(text.contains('▸'), "{field:?} at {size:?}\n{text}");
        }
    }
}

#[test]
fn what_is_clicked_is_what_stands_there() {
    let mut model = three();
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut screen = Screen::new(LOOK);
    terminal
        .draw(|frame| draw(&model, &mut screen, frame))
        .unwrap();
    let text = terminal.backend().to_string();
    let row = |sign: &str| {
        u16::try_from(text.lines().position(|line| line.contains(sign)).unwrap()).unwrap()
    };
    assert_eq!(screen.target(3, row("SOCK_DGRAM")), Some(Target::Entry(1)));
    assert_eq!(screen.target(3, row("service")), Some(Target::Field(1)));
    assert_eq!(
        screen.target(3, row(" socket(AF_INET")),
        Some(Target::Pane(Pane::Detail))
    );
    assert_eq!(
        screen.target(77, row("Ctrl-C")),
        Some(Target::Command(Command::Quit))
    );
    assert_eq!(screen.target(200, 200), None);
    let _ = model.does(Command::Presets);
    terminal
        .draw(|frame| draw(&model, &mut screen, frame))
        .unwrap();
    let text = terminal.backend().to_string();
    let row = |sign: &str| {
        u16::try_from(text.lines().position(|line| line.contains(sign)).unwrap()).unwrap()
    };
    assert_eq!(screen.target(10, row("udp")), Some(Target::PopupLine(4)));
    let above = Some(Target::Popup);
    assert_eq!(
        screen.target(10, row("AI_PASSIVE makes it")),
        above,
        "the popup lies over the panes"
    );
}

#[test]
fn a_text_wider_than_its_field_shows_the_part_with_the_cursor() {
    let mut model = server();
    let long: String = ('a'..='z').cycle().take(300).collect();
    let _ = model.hears(Msg::Paste(long));
    assert!(
        screen(&mut model, (80, 24), LOOK).contains("jklmn "),
        "the end is in sight"
    );
    let _ = model.does(Command::Edit(InputRequest::GoToStart));
    assert!(
        screen(&mut model, (80, 24), LOOK).contains("abcdef"),
        "the start is in sight"
    );
}

#[test]
fn colours_say_nothing_that_the_characters_do_not_say() {
    for mut model in [server(), three()] {
        for size in SIZES {
            let plain = screen(&mut model, size, LOOK);
            let coloured = screen(
                &mut model,
                size,
                Look {
                    colour: true,
                    language: Language::En,
                    ..LOOK
                },
            );
            assert_eq!(plain, coloured);
        }
    }
}

fn command() -> impl Strategy<Value = Command> {
    use Command::*;
    prop::sample::select(vec![
        NextPane,
        PreviousPane,
        Cancel,
        Help,
        Presets,
        Move(Motion::Down),
        Move(Motion::PageDown),
        Move(Motion::End),
        Next,
        Choose,
        Toggle,
        Accept,
        TryAll,
        Reverse,
        Resolve,
        Edit(InputRequest::DeletePrevChar),
        Edit(InputRequest::DeleteNextChar),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_size_and_no_state_makes_drawing_panic(
        width in 0_u16..140,
        height in 0_u16..50,
        commands in prop::collection::vec(command(), 0..12),
        text in ".{0,40}",
        ascii: bool,
    ) {
        let mut model = three();
        let _ = model.hears(Msg::Paste(text));
        for command in commands {
            let _ = model.does(command);
        }
        let text = screen(&mut model, (width, height), Look { ascii, colour: true, language: Language::En });
        let raw = text.chars().any(|c| c.is_control() && c != '\n');
        prop_assert!(!raw, "{text}");
        if let Some(Popup::Help(first)) = model.popup {
            prop_assert!(first < 200);
        }
    }
}
