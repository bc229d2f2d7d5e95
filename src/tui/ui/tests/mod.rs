//! Panes as snapshots at their own sizes, and a few whole screens. The runs are of Linux and Windows,
//! whatever system runs the tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::canvas::Canvas;
use super::{Look, Screen, Signs, bars, draw};
use crate::app::{
    Command, Effect, Effects, Help, InputRequest, Model, Motion, Msg, Pane, Popup, Target,
};
use crate::names::Os;
use crate::net::fixture::{self, failed, host, list, opened};
use crate::net::{AddrInfo, Call, Domain, Hints, Host, Outcome, Query, Record};
use crate::text::Text;
use crate::tui::keys::Keys;
use crate::tui::term::background::Background;
use crate::words::Language;

mod code;
mod columns;
mod compare;
mod flags;
mod history;
mod lesson;
mod lookup;
mod room;
mod saving;
mod steps;
mod views;
mod watching;
mod wide;
mod words;

const LOOK: Look = Look {
    signs: Signs::Unicode,
    colour: false,
    background: Background::Dark,
    language: Language::En,
    keys: Keys::BUILT_IN,
};
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 12)];

/// The whole screen, drawn twice: the first frame measures.
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

/// A part of the screen alone.
fn part(size: (u16, u16), draw: impl FnOnce(&mut Canvas)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let mut screen = Screen::new(LOOK);
    terminal
        .draw(|frame| {
            let area = frame.area();
            draw(&mut Canvas {
                buffer: frame.buffer_mut(),
                area,
                screen: &mut screen,
            });
        })
        .unwrap();
    terminal.backend().to_string()
}

/// One pane alone.
fn pane(model: &Model, pane: Pane, size: (u16, u16)) -> String {
    part(size, |canvas| {
        super::draw_pane(model, pane, true, canvas.area, canvas);
    })
}

/// The open popup alone, in a body of this size.
fn popup(model: &Model, size: (u16, u16)) -> String {
    part(size, |canvas| {
        super::popup::draw(model, model.popup.as_ref().unwrap(), canvas);
    })
}

/// The header or the message line alone.
fn bar(model: &Model, size: (u16, u16), draw: fn(&Model, &mut Canvas)) -> String {
    part(size, |canvas| draw(model, canvas))
}

/// A snapshot of the whole screen at these sizes.
fn snapshot(name: &str, model: &mut Model, sizes: &[(u16, u16)]) {
    let screens: Vec<String> = sizes
        .iter()
        .map(|&size| format!("{}×{}\n{}", size.0, size.1, screen(model, size, LOOK)))
        .collect();
    insta::assert_snapshot!(name, screens.join("\n"));
}

/// A snapshot of parts of the screen.
fn parts<const N: usize>(name: &str, parts: [String; N]) {
    insta::assert_snapshot!(name, parts.join("\n"));
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

/// The message that the call of `asked` ended with `outcome` after `micros` microseconds.
fn after(micros: u64, asked: &Effect, outcome: Outcome) -> Msg {
    let took = Duration::from_micros(micros);
    asked.ends_as(Record {
        took,
        ..asked.record(outcome)
    })
}

/// A model on Linux after getaddrinfo ended with `outcome` and socket() with `socket`.
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

/// Answers every socket() in `effects` with `socket`.
fn open(model: &mut Model, effects: Effects, socket: Outcome) {
    let micros = match socket {
        Outcome::Returned(_) => 12,
        _ => 8,
    };
    for effect in effects {
        if let Effect::Call(_, _, Call::Socket { .. }) = effect {
            let effects = model.hears(after(micros, &effect, socket.clone()));
            // The facts for the notes, if any, stay unknown.
            let facts = |effect: &Effect| matches!(effect, Effect::Facts(..));
            assert!(effects.iter().all(facts), "{effects:?}");
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

/// `localhost` with ai_socktype 0: a stream, a datagram and a raw entry.
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
    use crate::app::View;
    use crate::net::{
        CallId, Handle, HostService, Matrix, REQUESTED, Reason, SocketId, SocketOption, Value,
        WsaData,
    };

    /// A Windows machine on which WSAStartup had this result.
    fn machine(wsastartup: Outcome) -> Arc<Host> {
        Arc::new(Host {
            wsastartup: Some(Record {
                took: Duration::from_micros(214),
                ..fixture::record(Call::WsaStartup(REQUESTED), wsastartup)
            }),
            ..(*host(Os::Windows)).clone()
        })
    }

    /// The server example on Windows, with these results of WSAStartup and socket().
    fn windows(wsastartup: Outcome, socket: Outcome) -> Model {
        let os = Os::Windows;
        let entries = list([fixture::entry(
            os,
            "SOCK_STREAM",
            "IPPROTO_TCP",
            "0.0.0.0:27015",
        )]);
        answered_on(
            machine(wsastartup),
            &Query::server_example(os),
            entries,
            socket,
        )
    }

    fn started() -> Outcome {
        Outcome::Returned(Value::WsaData(Box::new(WsaData {
            version: REQUESTED,
            high_version: REQUESTED,
            description: "WinSock 2.0".into(),
            status: "Running".into(),
        })))
    }

    /// A Winsock error without a message.
    fn wsa(code: i32) -> Outcome {
        failed(Domain::Wsa, code, "")
    }

    #[test]
    fn server_example_shows_hints_list_and_socket() {
        snapshot("server", &mut server(), &SIZES);
    }

    #[test]
    fn failed_socket_is_shown_in_place_of_the_handle() {
        let mut model = three();
        model.pane = Pane::Entries;
        let effects = model.does(Command::Move(Motion::End));
        open(&mut model, effects, refused());
        parts(
            "failed_socket",
            [
                pane(&model, Pane::Entries, (80, 7)),
                pane(&model, Pane::Entries, (38, 6)),
                pane(&model, Pane::Detail, (80, 12)),
            ],
        );
    }

    #[test]
    fn windows_shows_wsastartup_and_hexadecimal_handles() {
        let model = windows(started(), opened(0x30));
        parts(
            "windows",
            [
                bar(&model, (80, 1), bars::header),
                pane(&model, Pane::Entries, (80, 7)),
                pane(&model, Pane::Detail, (80, 12)),
            ],
        );
    }

    /// The answers are those that Windows gives for a new socket. Only the line of socket() adds the
    /// decimal number of the handle.
    #[test]
    fn windows_socket_is_described_with_one_notation() {
        let os = Os::Windows;
        let entries = list([fixture::entry(
            os,
            "SOCK_STREAM",
            "IPPROTO_TCP",
            "[::]:27015",
        )]);
        let query = Query::server_example(os);
        let mut model = answered_on(machine(started()), &query, entries, opened(0x30));
        for (id, effect) in (2..).zip(model.does(Command::Question)) {
            let Effect::Call(_, _, call) = &effect else {
                panic!("{effect:?}")
            };
            let outcome = match call {
                Call::Getsockopt {
                    option: SocketOption::ProtocolInfo,
                    ..
                } => Outcome::Returned(Value::Provider(Box::new(fixture::provider(
                    "AF_INET6",
                    "SOCK_STREAM",
                    6,
                    "MSAFD Tcpip [TCP/IPv6]",
                )))),
                Call::Getsockopt {
                    option: SocketOption::ExclusiveAddrUse,
                    ..
                } => Outcome::Returned(Value::Number(0)),
                Call::Getsockopt { .. } | Call::GetHandleInformation { .. } => {
                    Outcome::Returned(Value::Number(1))
                }
                Call::Getsockname { .. } => wsa(10022),
                _ => wsa(10057),
            };
            let answer = Record {
                id: CallId(id),
                on: Some(Handle(0x30)),
                ..effect.record(outcome)
            };
            let _ = model.hears(effect.ends_as(answer));
        }
        let text = screen(&mut model, (120, 40), LOOK);
        assert!(text.contains("✓ 0x30 open "), "{text}");
        assert_eq!(text.matches("48").count(), 1, "{text}");
        let view = pane(&model, Pane::Detail, (80, 14));
        let _ = model.does(Command::Show(View::Calls));
        let calls = pane(&model, Pane::Detail, (140, 14));
        parts("windows_options", [view, calls]);
    }

    /// Some of the rows that a Windows 10 with Hyper-V has.
    #[test]
    fn providers_are_listed_below_their_call() {
        let mut model = windows(started(), opened(0x30));
        model.pane = Pane::Entries;
        let effects = model.does(Command::Providers);
        let pending = popup(&model, (80, 21));
        let mut rows = vec![
            fixture::provider("AF_INET", "SOCK_STREAM", 6, "MSAFD Tcpip [TCP/IP]"),
            fixture::provider("AF_INET", "SOCK_RAW", 0, "MSAFD Tcpip [RAW/IP]"),
            fixture::provider("AF_INET6", "SOCK_DGRAM", 17, "MSAFD Tcpip [UDP/IPv6]"),
            fixture::provider("AF_HYPERV", "SOCK_STREAM", 1, "Hyper-V RAW"),
            fixture::provider("AF_INET", "SOCK_STREAM", 6, &"layer \u{1b}over ".repeat(12)),
        ];
        rows[1].more_protocols = 255;
        let returned = effects[0].record(fixture::providers(rows));
        let _ = model.hears(effects[0].ends_as(returned));
        let listed = popup(&model, (80, 21));
        let _ = model.does(Command::Move(Motion::End));
        let small = screen(&mut model, (50, 14), LOOK);
        let failed = {
            let effects = model.does(Command::Providers);
            let _ = model.hears(effects[0].ends_as(effects[0].record(wsa(10093))));
            popup(&model, (60, 16))
        };
        parts("providers", [pending, listed, small, failed]);
    }

    /// Half filled, with the errors of Linux and of Windows.
    #[test]
    fn matrix_has_both_results_in_each_cell() {
        for (name, mut model, errors) in [
            ("matrix", server(), [(Domain::Gai, -7), (Domain::Errno, 94)]),
            (
                "matrix_windows",
                windows(started(), opened(0x30)),
                [(Domain::Wsa, 10044), (Domain::Wsa, 10043)],
            ),
        ] {
            let effects = model.does(Command::Matrix);
            let Some(Effect::Fill(ticket, triples)) = effects.last() else {
                panic!("{effects:?}")
            };
            let os = model.host.os;
            let half = triples.iter().enumerate().take(triples.len() / 2);
            let records = half.flat_map(|(at, &triple)| {
                let query = Arc::new(Matrix::query(os, triple));
                let fails = triple.protocol == 0;
                let socket = SocketId(0);
                let calls = [Call::Getaddrinfo(query), Call::Socket { socket, triple }];
                let good = [fixture::list([]), opened(9)];
                let outcomes =
                    good.into_iter()
                        .zip(errors)
                        .map(|(good, (domain, code))| match fails {
                            true => failed(domain, code, "The system's own text"),
                            false => good,
                        });
                let records = calls
                    .into_iter()
                    .zip(outcomes)
                    .map(move |(call, outcome)| Record {
                        entry: Some(at),
                        ..fixture::record(call, outcome)
                    });
                records.collect::<Vec<_>>()
            });
            let msg = Msg::Tried(*ticket, records.collect());
            let _ = model.hears(msg);
            for _ in 0..9 {
                let _ = model.does(Command::Move(Motion::Down));
            }
            snapshot(name, &mut model, &[(80, 24), (60, 20)]);
            for _ in 0..9 {
                let _ = model.does(Command::Next);
            }
            let all = popup(&model, (80, 21));
            parts(&format!("{name}_right"), [all]);
        }
    }

    /// As Linux answers, and as Windows does for a wildcard that is bound twice.
    #[test]
    fn bind_matrix_stands_above_that_of_windows() {
        for (name, mut model, code) in [
            ("binds", server(), (Domain::Errno, 98)),
            (
                "binds_windows",
                windows(started(), opened(0x30)),
                (Domain::Wsa, 10048),
            ),
        ] {
            let effects = model.does(Command::Matrix);
            assert_eq!(effects.len(), 1);
            let effects = model.does(Command::Binds);
            let Some(Effect::FillBinds(ticket)) = effects.last() else {
                panic!("{effects:?}")
            };
            let bind = |at, outcome| Record {
                entry: Some(at),
                ..fixture::record(
                    Call::Bind {
                        socket: SocketId(0),
                        address: crate::net::encode(
                            model.host.os,
                            "127.0.0.1:50000".parse().unwrap(),
                        ),
                    },
                    outcome,
                )
            };
            let records = (0..18).flat_map(|at| {
                let second = match at % 3 {
                    0 => failed(code.0, code.1, "The system's own text"),
                    _ => Outcome::Returned(Value::Zero),
                };
                [bind(at, Outcome::Returned(Value::Zero)), bind(at, second)]
            });
            let msg = Msg::Tried(*ticket, records.collect());
            let _ = model.hears(msg);
            let _ = model.does(Command::Move(Motion::Down));
            snapshot(name, &mut model, &[(80, 24), (60, 20)]);
        }
    }

    #[test]
    fn failed_windows_socket_shows_the_wsa_code() {
        let model = windows(started(), wsa(10043));
        parts(
            "windows_failed_socket",
            [
                pane(&model, Pane::Entries, (80, 7)),
                pane(&model, Pane::Detail, (80, 12)),
            ],
        );
    }

    /// Beside the list and, on a small screen, below the call.
    #[test]
    fn failed_windows_lookup_says_where_its_code_is() {
        let query = Query::server_example(Os::Windows);
        let lookup = || answered_on(machine(started()), &query, wsa(11001), opened(9));
        let mut screens = Vec::new();
        for (language, size) in [(Language::En, (80, 24)), (Language::Es, (60, 14))] {
            let mut model = lookup();
            (model.pane, model.language) = (Pane::Detail, language);
            screens.push(screen(&mut model, size, Look { language, ..LOOK }));
        }
        insta::assert_snapshot!("windows_failed_lookup", screens.join("\n"));
    }

    #[test]
    fn failed_wsastartup_is_shown_with_the_rest() {
        let model = windows(wsa(10091), wsa(10093));
        parts(
            "windows_failed_wsastartup",
            [
                bar(&model, (80, 1), bars::header),
                pane(&model, Pane::Detail, (80, 12)),
            ],
        );
    }

    #[test]
    fn skipped_wsastartup_is_shown() {
        let model = windows(Outcome::NotStarted(Reason::LeftOut), wsa(10093));
        parts(
            "windows_no_wsastartup",
            [
                bar(&model, (80, 1), bars::header),
                pane(&model, Pane::Detail, (80, 12)),
            ],
        );
    }

    #[test]
    fn failed_lookup_shows_call_code_and_meaning() {
        let query = Query {
            node: None,
            service: None,
            hints: Some(Hints::default()),
        };
        let mut model = answered(&query, noname(), opened(9));
        snapshot("failed_getaddrinfo", &mut model, &SIZES);
    }

    #[test]
    fn pending_lookup_shows_the_old_list_and_the_time() {
        let mut model = three();
        model.form.focus = 3;
        let _ = model.does(Command::Next);
        let ticket = model.lookups.pending.as_ref().unwrap().ticket;
        let _ = model.hears(Msg::Waited(ticket, Duration::from_millis(1_230)));
        parts(
            "pending",
            [
                bar(&model, (80, 1), bars::header),
                pane(&model, Pane::Entries, (80, 7)),
            ],
        );
    }

    #[test]
    fn edited_text_is_marked_and_the_list_is_stale() {
        let mut model = three();
        model.form.focus = 0;
        let _ = model.hears(Msg::Type('x'));
        parts(
            "stale",
            [
                pane(&model, Pane::Form, (80, 8)),
                pane(&model, Pane::Entries, (80, 7)),
            ],
        );
    }

    #[test]
    fn null_hints_show_hints_as_not_passed() {
        let query = Query {
            hints: None,
            ..localhost()
        };
        let entries = list([entry("SOCK_STREAM", "IPPROTO_TCP", "127.0.0.1:27015")]);
        let model = answered(&query, entries, opened(9));
        parts(
            "null_hints",
            [
                pane(&model, Pane::Form, (80, 8)),
                pane(&model, Pane::Entries, (80, 4)),
            ],
        );
    }

    #[test]
    fn null_and_the_empty_text_look_different() {
        let query = Query {
            node: None,
            service: Some(Text::default()),
            hints: Some(Hints::default()),
        };
        let model = answered(&query, noname(), opened(9));
        parts(
            "null_and_empty",
            [
                pane(&model, Pane::Form, (80, 8)),
                pane(&model, Pane::Entries, (80, 4)),
            ],
        );
    }

    #[test]
    fn popup_lists_values_with_numbers_and_meanings() {
        let mut model = server();
        model.form.focus = 3;
        let _ = model.does(Command::Choose);
        parts("values", [popup(&model, (80, 20))]);
    }

    #[test]
    fn popup_offers_an_unlisted_number() {
        let mut model = server();
        model.form.focus = 3;
        let _ = model.does(Command::Choose);
        let _ = model.hears(Msg::Paste("999".into()));
        parts("unlisted_number", [popup(&model, (80, 20))]);
    }

    #[test]
    fn popup_reports_a_filter_without_matches() {
        let mut model = server();
        model.form.focus = 3;
        let _ = model.does(Command::Choose);
        let _ = model.hears(Msg::Paste("inet66".into()));
        parts("no_match", [popup(&model, (80, 20))]);
    }

    #[test]
    fn popup_lists_the_flags() {
        let mut model = server();
        model.form.focus = 6;
        let _ = model.does(Command::Choose);
        parts("flags", [popup(&model, (80, 20))]);
    }

    /// Ctrl-Z is a key of Unix alone.
    #[cfg(unix)]
    #[test]
    fn help_lists_every_key() {
        let mut model = server();
        let _ = model.does(Command::Help);
        snapshot("help", &mut model, &SIZES);
    }

    #[test]
    fn popup_explains_the_presets() {
        let mut model = server();
        let _ = model.does(Command::Presets);
        snapshot("presets", &mut model, &SIZES);
    }

    #[test]
    fn tried_entries_show_their_results() {
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
        parts("tried", [pane(&model, Pane::Entries, (80, 7))]);
    }

    #[test]
    fn reverse_lookup_shows_the_names() {
        let mut model = three();
        model.pane = Pane::Detail;
        let effects = model.does(Command::Reverse);
        let names = HostService {
            node: "localhost".into(),
            service: "27015".into(),
        };
        let names = Outcome::Returned(Value::Names(Box::new(names)));
        let _ = model.hears(after(402, &effects[0], names));
        parts("reverse", [pane(&model, Pane::Detail, (80, 12))]);
    }

    #[test]
    fn ninth_lookup_is_refused_with_a_message() {
        let mut model = server();
        for _ in 0..9 {
            let _ = model.does(Command::Resolve);
        }
        parts(
            "refused",
            [
                bar(&model, (80, 1), bars::message),
                bar(&model, (40, 2), bars::message),
            ],
        );
    }

    #[test]
    fn hostile_names_are_escaped_and_keep_the_layout() {
        let mut hostile = entry("SOCK_STREAM", "IPPROTO_TCP", "127.0.0.1:80");
        hostile.canonname = Some(OsStr::new("\u{1b}]0;owned\u{7}\u{202e}\u{200b}例え\n").into());
        let query = Query {
            node: Some(Text::new("a\u{1b}[2J\tb\u{9b}").unwrap()),
            ..localhost()
        };
        let model = answered(&query, list([hostile]), opened(9));
        parts(
            "hostile",
            [
                pane(&model, Pane::Form, (80, 8)),
                pane(&model, Pane::Entries, (80, 7)),
                pane(&model, Pane::Detail, (80, 12)),
            ],
        );
    }

    #[test]
    fn smallest_size_shows_the_current_pane() {
        snapshot("smallest", &mut server(), &[super::super::LEAST]);
    }

    /// Two entries: socket() returns 0x134 on the first and fails on the second.
    #[test]
    fn windows_run_is_drawn_on_any_system() {
        let os = Os::Windows;
        let entries = ["0.0.0.0:27015", "[::]:27015"]
            .map(|address| fixture::entry(os, "SOCK_STREAM", "IPPROTO_TCP", address));
        let query = Query::server_example(os);
        let mut model = answered_on(machine(started()), &query, list(entries), opened(0x134));
        let opened = screen(&mut model, (80, 24), LOOK);
        let _ = model.does(Command::Show(View::Addrinfo));
        let bytes = pane(&model, Pane::Detail, (80, 18));
        model.pane = Pane::Entries;
        let effects = model.does(Command::Move(Motion::Down));
        let closed = Record {
            on: Some(Handle(0x134)),
            ..effects[0].record(Outcome::Returned(Value::Zero))
        };
        let _ = model.hears(effects[0].ends_as(closed));
        open(&mut model, effects, wsa(10043));
        let bytes6 = pane(&model, Pane::Detail, (80, 20));
        let _ = model.does(Command::Show(crate::app::View::Calls));
        let calls = pane(&model, Pane::Detail, (120, 7));
        let _ = model.does(Command::Show(View::Socket));
        let failed = screen(&mut model, (80, 24), LOOK);
        parts(
            "windows_run_is_drawn_on_any_system",
            [opened, failed, bytes, bytes6, calls],
        );
    }

    #[test]
    fn ascii_draws_the_same_screen() {
        let mut model = three();
        model.language = Language::EnAscii;
        insta::assert_snapshot!("ascii", screen(&mut model, (80, 24), LOOK));
    }
}

/// Models with every sign: each pane and popup, failures, a text that is not ASCII, a lookup that waits.
fn with_every_sign() -> Vec<Model> {
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
    for time in 0..10 {
        let mut model = three();
        let _ = model.does(Command::Resolve);
        let ticket = model.lookups.pending.as_ref().unwrap().ticket;
        let _ = model.hears(Msg::Waited(ticket, Duration::from_millis(100 * time)));
        models.push(model);
    }
    models
}

#[test]
fn ascii_look_draws_only_ascii() {
    for model in &mut with_every_sign() {
        for language in Language::ALL {
            model.language = language.ascii();
            for size in SIZES {
                let screen = screen(model, size, LOOK);
                assert!(screen.is_ascii(), "{screen}");
            }
        }
    }
}

/// Windows Glyph List 4 as ranges: the table "WGL4.0 Character Set" of Microsoft's OpenType
/// specification, version 1.5.
const WGL4: &str = "0020-007E 00A0-017F 0192 01FA-01FF 02C6-02C7 02C9 02D8-02DD 0384-038A 038C 038E-03A1 \
    03A3-03CE 0400-045F 0490-0491 1E80-1E85 1EF2-1EF3 2013-2015 2017-201E 2020-2022 2026 2030 \
    2032-2033 2039-203A 203C 203E 2044 207F 20A3-20A4 20A7 20AC 2105 2113 2116 2122 2126 212E \
    215B-215E 2190-2195 21A8 2202 2206 220F 2211-2212 2215 2219-221A 221E-221F 2229 222B 2248 \
    2260-2261 2264-2265 2302 2310 2320-2321 2500 2502 250C 2510 2514 2518 251C 2524 252C 2534 \
    253C 2550-256C 2580 2584 2588 258C 2590-2593 25A0-25A1 25AA-25AC 25B2 25BA 25BC 25C4 \
    25CA-25CB 25CF 25D8-25D9 25E6 263A-263C 2640 2642 2660 2663 2665-2666 266A-266B F001-F002 \
    FB01-FB02";

#[test]
fn wgl4_look_draws_only_wgl4() {
    let ranges = WGL4.split_whitespace().map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let code = |text| u32::from_str_radix(text, 16).unwrap();
        code(first)..=code(last)
    });
    let ranges: Vec<_> = ranges.collect();
    let count: usize = ranges.iter().cloned().map(Iterator::count).sum();
    assert_eq!(count, 657, "two of them for private use");
    let has = |c: char| ranges.iter().any(|range| range.contains(&c.into()));
    let mut drawn = String::new();
    for language in Language::ALL {
        let look = Look {
            signs: Signs::Wgl4,
            language,
            ..LOOK
        };
        for model in &mut with_every_sign() {
            model.language = language;
            for size in SIZES {
                drawn += &screen(model, size, look);
            }
        }
    }
    for c in drawn.chars() {
        // Of the node, which is the user's.
        let foreign = "例え".contains(c);
        assert!(c == '\n' || has(c) || foreign, "{c:?}");
    }
    for sign in ["►", "√", "×", "┌", "┐", "└", "┘", "·", "…", "‹", "›", "↓"] {
        assert!(drawn.contains(sign), "{sign}");
    }
}

#[test]
fn too_small_terminal_shows_the_needed_size() {
    let text = screen(&mut server(), (35, 8), LOOK);
    assert!(text.contains("needs 36×8"), "{text}");
}

#[test]
fn every_pane_can_be_reached_on_a_small_screen() {
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
fn field_in_focus_is_always_visible() {
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
fn click_targets_match_the_screen() {
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
        screen.target(70, row("Ctrl-C")),
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
        screen.target(10, row("AI_PASSIVE gives")),
        above,
        "the popup covers the panes"
    );
}

#[test]
fn long_text_shows_the_part_with_the_cursor() {
    let mut model = server();
    model.form.focus = 0;
    let long: String = ('a'..='z').cycle().take(300).collect();
    let _ = model.hears(Msg::Paste(long));
    assert!(
        screen(&mut model, (80, 24), LOOK).contains("jklmn\""),
        "the end is visible"
    );
    let _ = model.does(Command::Edit(InputRequest::GoToStart));
    assert!(
        screen(&mut model, (80, 24), LOOK).contains("abcdef"),
        "the start is visible"
    );
}

#[test]
fn colours_do_not_change_the_characters() {
    for mut model in [server(), three()] {
        for size in SIZES {
            let plain = screen(&mut model, size, LOOK);
            let coloured = screen(
                &mut model,
                size,
                Look {
                    colour: true,
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
        Command::Help,
        Filter,
        KeepFilter,
        Show(crate::app::View::Calls),
        Presets,
        Move(Motion::Down),
        Move(Motion::PageDown),
        Move(Motion::End),
        Next,
        Choose,
        Toggle,
        Accept,
        Matrix,
        Everything,
        Binds,
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
    fn drawing_never_panics(
        width in 0_u16..140,
        height in 0_u16..50,
        commands in prop::collection::vec(command(), 0..12),
        text in ".{0,40}",
        signs in prop::sample::select(vec![Signs::Unicode, Signs::Wgl4, Signs::Ascii]),
    ) {
        let mut model = three();
        model.form.focus = 0;
        let _ = model.hears(Msg::Paste(text));
        for command in commands {
            let _ = model.does(command);
        }
        model.language = if signs == Signs::Ascii { Language::EsAscii } else { Language::Es };
        let text = screen(&mut model, (width, height), Look { signs, colour: true, ..LOOK });
        let raw = text.chars().any(|c| c.is_control() && c != '\n');
        prop_assert!(!raw, "{text}");
        if let Some(Popup::Help(help)) = model.popup {
            prop_assert!(help.first < 200);
        }
    }
}
