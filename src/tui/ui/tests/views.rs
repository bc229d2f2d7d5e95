//! The views of the detail pane.

use super::*;
use crate::app::{Copied, Ticket, View};
use crate::lesson::preset;
use crate::net::{Facts, Handle, Hint, SocketId, SocketOption, Value};
use crate::tui::ui::copied;
use crate::words::Language;

fn link_local() -> AddrInfo {
    entry("SOCK_STREAM", "IPPROTO_TCP", "[fe80::1%2]:27015")
}

fn shown(view: View, entries: impl IntoIterator<Item = AddrInfo>) -> Model {
    let mut model = answered(&localhost(), list(entries), opened(9));
    model.pane = Pane::Detail;
    let _ = model.does(Command::Show(view));
    model
}

/// The calls view without a call.
fn calls() -> Model {
    let (mut model, effects) = Model::begin(host(Os::Linux), localhost());
    let Effect::Call(ticket, ..) = effects[0] else {
        panic!("{effects:?}")
    };
    let _ = model.hears(Msg::NotStarted(ticket, String::new()));
    model.pane = Pane::Detail;
    let _ = model.does(Command::Show(View::Calls));
    model
}

/// Answers what is asked about the machine: nothing is known.
fn know(model: &mut Model, effects: &[Effect]) {
    for effect in effects {
        if let Effect::Facts(ticket, known, run) = effect {
            let facts = Facts {
                known: *known,
                ..Facts::default()
            };
            let _ = model.hears(Msg::facts(*ticket, (**run).clone(), facts));
        }
    }
}

#[test]
fn copies_are_redacted_on_request() {
    let query = fixture::query(Some("db.qxzj.corp"), Some("http"), Some(Hints::default()));
    let failure = failed(Domain::Gai, -2, "Name or service not known");
    let found = list([entry("SOCK_STREAM", "IPPROTO_TCP", "8.77.66.55:80")]);
    for outcome in [failure, found] {
        let (mut model, effects) = Model::begin(host(Os::Linux), query.clone());
        model.redact();
        // Still in flight.
        let _ = model.does(Command::Show(View::Calls));
        let pending = copied(&model, Copied::Call(0));
        assert!(pending.contains("name1.name2.name3"), "{pending}");
        let effects = model.hears(after(1, &effects[0], outcome));
        know(&mut model, &effects);
        open(&mut model, effects, opened(9));
        for view in View::ALL {
            let effects = model.does(Command::Show(view));
            know(&mut model, &effects);
            let shown = detail(&model);
            let text = copied(&model, Copied::View(view));
            assert!(
                !text.contains("qxzj") && !text.contains("8.77.66.55"),
                "{text}"
            );
            let replaced = ["name1.name2.name3", "192.0.2.1"];
            let replaced = replaced.iter().any(|new| text.contains(new));
            assert!(replaced || view == View::Addrinfo, "{view:?}: {text}");
            assert!(
                !shown.contains("name1"),
                "the screen is for the user: {shown}"
            );
        }
        let line = copied(&model, Copied::Call(0));
        assert!(
            line.contains("getaddrinfo(\"name1.name2.name3\", \"http\""),
            "{line}"
        );
    }
}

/// `close(3) = 0 <0.000001>`
fn closed(handle: u64) -> Msg {
    let call = Call::Close {
        socket: SocketId(handle),
    };
    let record = Record {
        on: Some(Handle(handle)),
        took: Duration::from_micros(1),
        ..fixture::record(call, Outcome::Returned(Value::Zero))
    };
    Msg::Returned(Ticket(handle), record)
}

/// The detail pane alone.
fn detail(model: &Model) -> String {
    pane(model, Pane::Detail, (80, 22))
}

#[test]
fn addrinfo_view_names_every_byte() {
    let v4 = detail(&shown(
        View::Addrinfo,
        [entry("SOCK_STREAM", "IPPROTO_TCP", "127.0.0.1:27015")],
    ));
    let v6 = detail(&shown(View::Addrinfo, [link_local(), link_local()]));
    insta::assert_snapshot!("addrinfo", [v4, v6].join("\n"));
}

#[test]
fn unknown_sockaddr_is_dumped() {
    let strange = AddrInfo {
        family: 999,
        addrlen: 11,
        addr: Some([0xe7, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9][..].into()),
        ..wildcard()
    };
    assert_eq!(strange.sockaddr(Os::Linux), None);
    let null = AddrInfo {
        addr: None,
        ..strange.clone()
    };
    let text = detail(&shown(View::Addrinfo, [strange]));
    assert!(text.contains("00  e7 03 01 02 03 04 05 06"), "{text}");
    assert!(text.contains("08  07 08 09"), "{text}");
    let text = detail(&shown(View::Addrinfo, [null]));
    assert!(text.contains("ai_addr       NULL"), "{text}");
}

#[test]
fn unread_bytes_are_counted() {
    let absurd = AddrInfo {
        family: 999,
        addrlen: 4_000,
        addr: Some([0xe7; 128][..].into()),
        ..wildcard()
    };
    let text = copied(
        &shown(View::Addrinfo, [absurd.clone()]),
        Copied::View(View::Addrinfo),
    );
    assert!(text.contains("..  3872 more bytes, not read"), "{text}");
    assert!(text.contains("e7..."), "{text}");
    let text = copied(&shown(View::Socket, [absurd]), Copied::View(View::Socket));
    assert!(text.contains("e7..."), "{text}");
}

#[test]
fn calls_view_lists_calls_and_counts_dropped_ones() {
    let mut model = calls();
    assert!(screen(&mut model, (80, 24), LOOK).contains("No call was made yet."));
    for number in 0..10_003 {
        let _ = model.hears(closed(number));
    }
    let text = screen(&mut model, (80, 24), LOOK);
    assert!(
        text.contains("close(10002) = 0"),
        "the newest call is visible\n{text}"
    );
    assert!(
        text.contains("the last 10000 calls; 3 older ones were dropped"),
        "{text}"
    );
    let _ = model.does(Command::Move(Motion::Home));
    let text = screen(&mut model, (80, 24), LOOK);
    assert!(
        text.contains("▸  close(3) = 0"),
        "the oldest kept call\n{text}"
    );
    let _ = model.hears(closed(1));
    let text = screen(&mut model, (80, 24), LOOK);
    assert!(
        !text.contains("close(1) = 0 "),
        "the selection stays\n{text}"
    );
}

#[test]
fn calls_are_copied_one_or_all() {
    let mut model = calls();
    for handle in [3, 4] {
        let _ = model.hears(closed(handle));
    }
    let _ = model.does(Command::Move(Motion::Up));
    let effects = model.does(Command::CopyLine);
    assert_eq!(effects, [Effect::Copy(Copied::Call(0))]);
    assert_eq!(copied(&model, Copied::Call(0)), "close(3) = 0 <0.000001>");
    assert_eq!(
        model.does(Command::Copy),
        [Effect::Copy(Copied::View(View::Calls))]
    );
    let all = "close(3) = 0 <0.000001>\nclose(4) = 0 <0.000001>\n";
    assert_eq!(copied(&model, Copied::View(View::Calls)), all);
}

/// A hosts file can contain a name of any length.
#[test]
fn one_megabyte_name_is_abbreviated_in_every_view() {
    let long = AddrInfo {
        canonname: Some(std::ffi::OsStr::new(&"n".repeat(1 << 20)).into()),
        ..link_local()
    };
    let model = shown(View::Socket, vec![long]);
    for view in View::ALL {
        let bytes = copied(&model, Copied::View(view)).len();
        assert!(bytes < 1 << 14, "{view:?}: {bytes}");
    }
}

#[test]
fn socket_options_are_shown_below_the_call() {
    let mut model = shown(View::Socket, [link_local()]);
    for effect in model.does(Command::Question) {
        let Effect::Call(_, _, call) = &effect else {
            panic!("{effect:?}")
        };
        if let Call::Getsockopt {
            option: SocketOption::V6only,
            ..
        } = call
        {
            let _ = model.hears(after(2, &effect, Outcome::Returned(Value::Number(0))));
        }
    }
    let text = screen(&mut model, (80, 24), LOOK);
    assert!(text.contains("getsockopt(9, IPV6_V6ONLY)  0"), "{text}");
}

#[test]
fn click_on_a_tab_shows_its_view() {
    let model = shown(View::Socket, [link_local()]);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut screen = Screen::new(LOOK);
    terminal
        .draw(|frame| draw(&model, &mut screen, frame))
        .unwrap();
    let text = terminal.backend().to_string();
    let (row, line) = text
        .lines()
        .enumerate()
        .find(|(_, line)| line.contains("4 calls"))
        .unwrap();
    // The backend prints a quote before each line.
    let column = line.split("4 calls").next().unwrap().chars().count() - 1;
    let target = screen.target(u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
    assert_eq!(target, Some(Target::Command(Command::Show(View::Calls))));
}

#[test]
fn program_is_for_the_entry_and_copied_alone() {
    let mut model = shown(View::Code, [link_local(), link_local()]);
    insta::assert_snapshot!("code", detail(&model));
    let program = copied(&model, Copied::View(View::Code));
    assert!(program.starts_with("// Calls getaddrinfo()"), "{program}");
    let _ = model.does(Command::NextProgram);
    let winsock = copied(&model, Copied::View(View::Code));
    assert!(winsock.contains("#include <winsock2.h>"), "{winsock}");
    for _ in 0..3 {
        let _ = model.does(Command::NextProgram);
    }
    assert_eq!(
        copied(&model, Copied::View(View::Code)),
        program,
        "four languages, then the first again"
    );
}

#[test]
fn recordings_are_shown_apart_from_this_run() {
    let contradiction = preset(Os::Linux, "contradiction").unwrap();
    let error = failed(Domain::Gai, -7, "ai_socktype not supported");
    let mut model = answered(&contradiction.query, error, opened(9));
    model.pane = Pane::Detail;
    let _ = model.does(Command::Show(View::Elsewhere));
    insta::assert_snapshot!("elsewhere", detail(&model));
}

#[test]
fn missing_recordings_are_reported() {
    let flags = Hint::Flags.parse_list(Os::Linux, "AI_ADDRCONFIG,AI_PASSIVE");
    let hints = Hints {
        flags: flags.unwrap(),
        ..Hints::default()
    };
    let query = fixture::query(Some("127.0.0.1"), Some("no such/service"), Some(hints));
    let error = failed(Domain::Gai, -8, "Servname not supported for ai_socktype");
    let mut model = answered(&query, error, opened(9));
    model.pane = Pane::Detail;
    let _ = model.does(Command::Show(View::Elsewhere));
    let text = detail(&model);
    assert!(
        text.contains("Nothing is recorded for this query on Windows"),
        "{text}"
    );
}

/// The screens of the failing presets, in both languages.
#[cfg(target_os = "linux")]
#[test]
fn failing_preset_shows_cause_and_fix_in_80_by_24() {
    use crate::lesson::presets;
    use crate::net::fixture::{open, resolve};

    for language in Language::ALL {
        let look = Look { language, ..LOOK };
        let mut screens = Vec::new();
        for preset in presets(Os::Linux)
            .iter()
            .filter(|preset| preset.title.text(Language::En).starts_with("Fails"))
        {
            let outcome = resolve(&preset.query).outcome;
            let first = match &outcome {
                Outcome::Returned(Value::List(list)) => list.entries.first(),
                _ => None,
            };
            let socket = first.map_or_else(refused, |entry| open(entry).outcome);
            let mut model = answered(&preset.query, outcome, socket);
            model.language = language;
            let text = screen(&mut model, (80, 24), look);
            assert!(text.contains("F4 "), "{} has no fix\n{text}", preset.name);
            screens.push(format!("{}\n{text}", preset.name));
            let fix = model.shown().notes.fix().unwrap().query().unwrap().clone();
            let mended = resolve(&fix);
            let list = mended.list().map_or(&[][..], |list| &list.entries);
            let opens = list.iter().any(|entry| open(entry).handle().is_some());
            // Opening a raw socket takes a privilege that the one who runs this may lack.
            let raw = preset.name == "raw-without-protocol";
            assert!(
                opens || (raw && mended.list().is_some()),
                "{}: {mended:?}",
                preset.name
            );
        }
        assert!(screens.len() >= 3, "at least three presets fail");
        insta::assert_snapshot!(
            format!("failing_presets_{}", language.name()),
            screens.join("\n")
        );
    }
}

#[test]
fn copied_view_names_the_system_but_no_key() {
    let model = answered(
        &fixture::query(None, None, Some(Hints::default())),
        failed(Domain::Gai, -2, "Name or service not known"),
        opened(9),
    );
    for (language, line) in [
        (Language::En, "There is nothing to resolve"),
        (Language::Es, "No hay nada que resolver"),
    ] {
        let mut model = model.clone();
        model.language = language;
        let text = copied(&model, Copied::View(View::Socket));
        let first = text.lines().next().unwrap();
        assert!(first.starts_with("sockscope "), "{first}");
        assert!(first.contains("glibc 2.36"), "{first}");
        assert!(text.contains(line), "{text}");
        assert!(!text.contains("F4"), "{text}");
    }
}

#[test]
fn call_is_cut_before_its_result_and_whole_when_selected() {
    let mut model = answered(
        &fixture::query(Some("localhost"), Some("27015"), Some(Hints::default())),
        failed(Domain::Gai, -2, "Name or service not known"),
        opened(9),
    );
    let _ = model.does(Command::Show(View::Calls));
    model.pane = Pane::Form;
    let text = screen(&mut model, (80, 24), LOOK);
    let cut = text.lines().find(|line| line.contains("✗ getaddrinfo"));
    let cut = cut.unwrap();
    assert!(cut.contains("… = "), "{cut}");
    assert!(cut.contains("EAI_NONAME"), "{cut}");
    model.pane = Pane::Detail;
    let text = screen(&mut model, (80, 24), LOOK);
    for part in ["ai_protocol=", "EAI_NONAME", "Name or service not known"] {
        assert!(text.contains(part), "{part} is missing\n{text}");
    }
}

/// The calls view with an abandoned call, a pending one and a reverse lookup.
fn in_flight() -> Model {
    let mut model = shown(View::Calls, [wildcard(), wildcard()]);
    let _ = model.does(Command::Resolve);
    let _ = model.does(Command::Cancel);
    let _ = model.does(Command::Reverse);
    let effects = model.does(Command::Resolve);
    let Effect::Call(ticket, ..) = effects[0] else {
        panic!("{effects:?}")
    };
    let _ = model.hears(Msg::Waited(ticket, Duration::from_millis(2300)));
    model.notice = None;
    model
}

#[test]
fn calls_in_flight_are_marked_with_their_time() {
    let mut model = in_flight();
    snapshot("in_flight", &mut model, &[(80, 24), (60, 20)]);
    let all = copied(&model, Copied::View(View::Calls));
    assert_eq!(all.matches("<unfinished ...>").count(), 3, "{all}");
}

#[test]
fn filter_of_the_calls_shows_its_matches() {
    let mut model = in_flight();
    let _ = model.does(Command::Filter);
    let empty = detail(&model);
    for c in "FLAGS".chars() {
        let _ = model.hears(Msg::Type(c));
    }
    let some = detail(&model);
    let copied = copied(&model, Copied::View(View::Calls));
    assert_eq!(copied.lines().count(), 3, "{copied}");
    let _ = model.does(Command::KeepFilter);
    let footer = screen(&mut model, (80, 24), LOOK);
    let footer = footer.lines().last().unwrap().to_owned();
    let _ = model.does(Command::Filter);
    let _ = model.hears(Msg::Type('?'));
    let none = screen(&mut model, (60, 20), LOOK);
    parts("filtered_calls", [empty, some, footer, none]);
}

#[test]
fn long_filter_shows_the_part_with_the_cursor() {
    let mut model = in_flight();
    let _ = model.does(Command::Filter);
    let long: String = ('a'..='z').cycle().take(300).collect();
    let _ = model.hears(Msg::Paste(long));
    let text = detail(&model);
    assert!(text.contains("…") && text.contains("jklmn"), "{text}");
    assert!(text.contains("0 of 6"), "{text}");
}
