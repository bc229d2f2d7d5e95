//! Screens as a person sees them, at the sizes that matter: 80×24, 120×40 and 40×12.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::ffi::OsStr;
use std::time::Duration;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::{Look, Screen, draw};
use crate::app::{Command, Effect, InputRequest, Model, Motion, Msg, Pane, Popup, Target, Ticket};
use crate::explain::Language;
use crate::names::Os;
use crate::net::{
    About, AddrInfo, Attempt, Call, Domain, GaiError, Handle, Hint, Hints, OsError, Query,
    Resolution, Text,
};

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
    let _ = model.update(Msg::Measured(screen.measures()));
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
#[cfg(target_os = "linux")]
fn snapshot(name: &str, model: &mut Model) {
    let screens: Vec<String> = SIZES
        .iter()
        .map(|&size| format!("{}×{}\n{}", size.0, size.1, screen(model, size, LOOK)))
        .collect();
    insta::assert_snapshot!(name, screens.join("\n"));
}

fn about() -> About {
    About {
        os: Os::HOST,
        arch: "x86_64",
        libc: Some("glibc 2.36".into()),
        winsock: None,
    }
}

fn value(hint: Hint, name: &str) -> i32 {
    hint.table(Os::HOST).named(name).unwrap().value
}

/// An entry with an IPv4 address, as Linux lays it out.
fn entry(ip: [u8; 4], port: u16, socktype: &str, protocol: i32) -> AddrInfo {
    let family = value(Hint::Family, "AF_INET");
    let mut addr = u16::try_from(family).unwrap().to_ne_bytes().to_vec();
    addr.extend(port.to_be_bytes());
    addr.extend(ip);
    addr.extend([0; 8]);
    AddrInfo {
        flags: 1,
        family,
        socktype: value(Hint::Socktype, socktype),
        protocol,
        addrlen: addr.len(),
        addr: Some(addr.into()),
        canonname: None,
    }
}

fn answer(query: &Query, result: Result<Vec<AddrInfo>, GaiError>) -> Resolution {
    Resolution {
        query: query.clone(),
        result,
        took: Duration::from_micros(310),
        freed: None,
    }
}

fn opened(number: u64) -> Attempt {
    Attempt {
        result: Ok(Handle(number)),
        took: Duration::from_micros(12),
    }
}

#[cfg(target_os = "linux")]
fn refused() -> Attempt {
    let message = "Protocol not supported".into();
    let error = OsError {
        call: Call::Socket,
        domain: Domain::Errno,
        code: 93,
        message,
    };
    Attempt {
        result: Err(error),
        took: Duration::from_micros(8),
    }
}

fn gai_error(code: i32, message: &str) -> GaiError {
    let error = OsError {
        call: Call::Getaddrinfo,
        domain: Domain::Gai,
        code,
        message: message.into(),
    };
    GaiError { error, errno: None }
}

/// A program that has asked `query`, with the ticket of the question.
fn asked(about: About, query: &Query) -> (Model, Ticket) {
    let (model, effects) = Model::new(about, query.clone());
    let [Effect::Resolve(ticket, _)] = effects[..] else {
        panic!("{effects:?}")
    };
    (model, ticket)
}

/// A program whose question was answered, and whose first socket() returned `attempt`.
fn answered(query: &Query, result: Result<Vec<AddrInfo>, GaiError>, attempt: Attempt) -> Model {
    answered_on(about(), query, result, attempt)
}

fn answered_on(
    about: About,
    query: &Query,
    result: Result<Vec<AddrInfo>, GaiError>,
    attempt: Attempt,
) -> Model {
    let (mut model, ticket) = asked(about, query);
    let effects = model.update(Msg::Resolved(ticket, answer(query, result)));
    open(&mut model, effects, attempt);
    model
}

fn open(model: &mut Model, effects: Vec<Effect>, attempt: Attempt) {
    for effect in effects {
        if let Effect::Open(ticket, _) = effect {
            assert_eq!(model.update(Msg::Opened(ticket, attempt.clone())), []);
        }
    }
}

fn press(model: &mut Model, command: Command) -> Vec<Effect> {
    model.update(Msg::Do(command))
}

fn server() -> Model {
    let entries = vec![entry([0; 4], 27015, "SOCK_STREAM", 6)];
    answered(&Query::server_example(), Ok(entries), opened(9))
}

fn localhost() -> Query {
    Query {
        node: Some(Text::new("localhost").unwrap()),
        service: Some(Text::new("27015").unwrap()),
        hints: Some(Hints::default()),
    }
}

/// `localhost` with type 0: a stream, a datagram and a raw entry.
fn three() -> Model {
    let ip = [127, 0, 0, 1];
    let mut entries = vec![
        entry(ip, 27015, "SOCK_STREAM", 6),
        entry(ip, 27015, "SOCK_DGRAM", 17),
        entry(ip, 27015, "SOCK_RAW", 0),
    ];
    entries[0].canonname = Some(OsStr::new("localhost").into());
    answered(&localhost(), Ok(entries), opened(9))
}

#[cfg(target_os = "linux")]
mod snapshots {
    use super::*;
    use crate::net::{HostService, Reverse, Version, Winsock, WsaData};

    /// The server example as Windows answers it, but for what came of WSAStartup and of socket().
    fn windows(winsock: Winsock, attempt: Attempt) -> Model {
        let about = About {
            os: Os::Windows,
            arch: "x86_64",
            libc: None,
            winsock: Some(winsock),
        };
        let entries = vec![entry([0; 4], 27015, "SOCK_STREAM", 6)];
        answered_on(about, &Query::server_example(), Ok(entries), attempt)
    }

    fn called(result: Result<WsaData, OsError>) -> Winsock {
        let took = Duration::from_micros(214);
        Winsock::Called { result, took }
    }

    fn started() -> Winsock {
        let version = Version { major: 2, minor: 2 };
        called(Ok(WsaData {
            version,
            high_version: version,
            description: "WinSock 2.0".into(),
            status: "Running".into(),
        }))
    }

    /// A code of Winsock, without a text of the system's.
    fn wsa(call: Call, code: i32) -> OsError {
        OsError {
            call,
            domain: Domain::Wsa,
            code,
            message: "".into(),
        }
    }

    #[test]
    fn the_server_example_shows_hints_list_and_socket() {
        snapshot("server", &mut server());
    }

    #[test]
    fn a_failed_socket_stands_where_a_success_would() {
        let mut model = three();
        model.pane = Pane::Entries;
        let effects = press(&mut model, Command::Move(Motion::End));
        open(&mut model, effects, refused());
        snapshot("failed_socket", &mut model);
    }

    #[test]
    fn windows_shows_wsastartup_first_and_its_socket_in_hexadecimal() {
        snapshot("windows", &mut windows(started(), opened(0x30)));
    }

    #[test]
    fn a_socket_of_windows_that_does_not_open_is_invalid_socket_with_a_wsa_code() {
        let attempt = Attempt {
            result: Err(wsa(Call::Socket, 10043)),
            took: Duration::from_micros(8),
        };
        snapshot("windows_failed_socket", &mut windows(started(), attempt));
    }

    #[test]
    fn a_wsastartup_that_failed_is_shown_and_the_rest_goes_on() {
        let winsock = called(Err(wsa(Call::WsaStartup, 10091)));
        let attempt = Attempt {
            result: Err(wsa(Call::Socket, 10093)),
            took: Duration::from_micros(8),
        };
        snapshot("windows_failed_wsastartup", &mut windows(winsock, attempt));
    }

    #[test]
    fn a_wsastartup_that_was_left_out_is_said_to_be() {
        let attempt = Attempt {
            result: Err(wsa(Call::Socket, 10093)),
            took: Duration::from_micros(8),
        };
        snapshot(
            "windows_no_wsastartup",
            &mut windows(Winsock::NotCalled, attempt),
        );
    }

    #[test]
    fn a_failed_getaddrinfo_names_the_call_the_code_and_its_meaning() {
        let query = Query {
            node: None,
            service: None,
            hints: Some(Hints::default()),
        };
        let error = gai_error(-2, "Name or service not known");
        snapshot(
            "failed_getaddrinfo",
            &mut answered(&query, Err(error), opened(9)),
        );
    }

    #[test]
    fn while_a_lookup_is_pending_the_old_list_stays_and_the_time_counts() {
        let mut model = three();
        model.form.focus = 3;
        let _ = press(&mut model, Command::Next);
        let ticket = model.lookups.pending.as_ref().unwrap().ticket;
        let _ = model.update(Msg::Waited(ticket, Duration::from_millis(1_230)));
        snapshot("pending", &mut model);
    }

    #[test]
    fn a_text_not_yet_asked_for_is_marked_and_the_list_says_it_is_older() {
        let mut model = three();
        let _ = model.update(Msg::Type('x'));
        snapshot("stale", &mut model);
    }

    #[test]
    fn null_hints_are_not_passed() {
        let query = Query {
            hints: None,
            ..localhost()
        };
        let entries = vec![entry([127, 0, 0, 1], 27015, "SOCK_STREAM", 6)];
        snapshot("null_hints", &mut answered(&query, Ok(entries), opened(9)));
    }

    #[test]
    fn null_and_the_empty_text_look_different() {
        let query = Query {
            node: None,
            service: Some(Text::default()),
            hints: Some(Hints::default()),
        };
        let error = gai_error(-2, "Name or service not known");
        snapshot(
            "null_and_empty",
            &mut answered(&query, Err(error), opened(9)),
        );
    }

    #[test]
    fn the_values_of_a_hint_stand_with_numbers_and_meanings() {
        let mut model = server();
        model.form.focus = 3;
        let _ = press(&mut model, Command::Choose);
        snapshot("values", &mut model);
    }

    #[test]
    fn a_number_that_is_not_listed_is_a_value_too() {
        let mut model = server();
        model.form.focus = 3;
        let _ = press(&mut model, Command::Choose);
        let _ = model.update(Msg::Paste("999".into()));
        snapshot("unlisted_number", &mut model);
    }

    #[test]
    fn a_filter_that_matches_nothing_says_so() {
        let mut model = server();
        model.form.focus = 3;
        let _ = press(&mut model, Command::Choose);
        let _ = model.update(Msg::Paste("inet66".into()));
        snapshot("no_match", &mut model);
    }

    #[test]
    fn the_flags_are_a_list_of_their_own() {
        let mut model = server();
        model.form.focus = 6;
        let _ = press(&mut model, Command::Choose);
        snapshot("flags", &mut model);
    }

    #[test]
    fn the_help_lists_every_key() {
        let mut model = server();
        let _ = press(&mut model, Command::Help);
        snapshot("help", &mut model);
    }

    #[test]
    fn the_presets_say_what_they_show() {
        let mut model = server();
        let _ = press(&mut model, Command::Presets);
        snapshot("presets", &mut model);
    }

    #[test]
    fn every_entry_that_was_tried_shows_its_result() {
        let mut model = three();
        model.pane = Pane::Entries;
        let effects = press(&mut model, Command::TryAll);
        let [Effect::TryAll(ticket, _)] = effects[..] else {
            panic!("{effects:?}")
        };
        let _ = model.update(Msg::Tried(
            ticket,
            0,
            vec![opened(10), opened(10), refused()],
        ));
        snapshot("tried", &mut model);
    }

    #[test]
    fn a_reverse_lookup_shows_the_names_it_found() {
        let mut model = three();
        model.pane = Pane::Detail;
        let effects = press(&mut model, Command::Reverse);
        let [Effect::Reverse(ticket, _)] = effects[..] else {
            panic!("{effects:?}")
        };
        let names = HostService {
            node: "localhost".into(),
            service: "27015".into(),
        };
        let reverse = Reverse {
            result: Ok(names),
            took: Duration::from_micros(402),
        };
        let _ = model.update(Msg::Reversed(ticket, Some(reverse)));
        snapshot("reverse", &mut model);
    }

    #[test]
    fn a_ninth_lookup_is_refused_in_words() {
        let mut model = server();
        for _ in 0..9 {
            let _ = press(&mut model, Command::Resolve);
        }
        snapshot("refused", &mut model);
    }

    #[test]
    fn hostile_names_are_shown_as_escapes_and_move_nothing() {
        let mut entries = vec![entry([127, 0, 0, 1], 80, "SOCK_STREAM", 6)];
        entries[0].canonname = Some(OsStr::new("\u{1b}]0;owned\u{7}\u{202e}\u{200b}例え\n").into());
        let query = Query {
            node: Some(Text::new("a\u{1b}[2J\tb\u{9b}").unwrap()),
            ..localhost()
        };
        snapshot("hostile", &mut answered(&query, Ok(entries), opened(9)));
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
        let _ = press(&mut model, command);
        models.push(model);
    }
    let mut model = server();
    model.form.focus = 3;
    let _ = press(&mut model, Command::Choose);
    models.push(model);
    let query = Query {
        node: Some(Text::new("bücher.例え").unwrap()),
        ..localhost()
    };
    models.push(answered(
        &query,
        Err(gai_error(-2, "Name oder Dienst ungültig")),
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
    let _ = press(&mut model, Command::Presets);
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
    let _ = model.update(Msg::Paste(long));
    assert!(
        screen(&mut model, (80, 24), LOOK).contains("jklmn "),
        "the end is in sight"
    );
    let _ = press(&mut model, Command::Edit(InputRequest::GoToStart));
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
        let _ = model.update(Msg::Paste(text));
        for command in commands {
            let _ = press(&mut model, command);
        }
        let text = screen(&mut model, (width, height), Look { ascii, colour: true, language: Language::En });
        let raw = text.chars().any(|c| c.is_control() && c != '\n');
        prop_assert!(!raw, "{text}");
        if let Some(Popup::Help(first)) = model.popup {
            prop_assert!(first < 200);
        }
    }
}
