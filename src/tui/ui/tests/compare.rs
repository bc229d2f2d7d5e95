//! Two runs and what differs, and the run of a file.

use std::path::Path;

use super::*;
use crate::app::Counterpart;
use crate::replay::Replay;

/// A model that compares a run of `localhost` with the next one.
fn compared(outcomes: [Outcome; 2]) -> Model {
    let [first, second] = outcomes;
    let mut model = answered(&localhost(), first, opened(9));
    let effects = model.does(Command::Resolve);
    let effects = model.hears(after(910, &effects[0], second));
    open(&mut model, effects, refused());
    let effects = model.does(Command::Compare);
    let [Effect::Compare(ticket, both)] = &effects[..] else {
        panic!("{effects:?}")
    };
    let comparison = Arc::new(Counterpart::compare(both));
    let _ = model.hears(Msg::Compared(*ticket, comparison));
    model
}

/// The screen in both languages and at both sizes.
fn screens(model: &mut Model) -> String {
    let mut screens = Vec::new();
    for (language, size) in [
        (Language::En, (80, 24)),
        (Language::Es, (80, 24)),
        (Language::En, (120, 30)),
    ] {
        model.language = language;
        screens.push(screen(model, size, Look { language, ..LOOK }));
    }
    screens.join("\n")
}

/// Entries of this number of addresses, in three types each.
fn long(addresses: impl Iterator<Item = usize>) -> Outcome {
    let types = [
        ("SOCK_STREAM", "IPPROTO_TCP"),
        ("SOCK_DGRAM", "IPPROTO_UDP"),
        ("SOCK_RAW", "0"),
    ];
    list(addresses.flat_map(|number| {
        types.map(|(socktype, protocol)| {
            entry(socktype, protocol, &format!("192.0.2.{number}:27015"))
        })
    }))
}

#[test]
fn two_failures_are_read_at_once() {
    let again = failed(Domain::Gai, -3, "Temporary failure in name resolution");
    let mut model = compared([noname(), again]);
    insta::assert_snapshot!("compare_failures", screens(&mut model));
}

#[test]
fn two_long_answers_are_read_row_by_row() {
    let mut model = compared([long(1..30), long((1..40).rev().filter(|it| it % 3 > 0))]);
    for _ in 0..4 {
        let _ = model.does(Command::Move(Motion::Down));
    }
    insta::assert_snapshot!("compare_long", screens(&mut model));
}

#[test]
fn selected_row_is_whole_at_every_size() {
    let mut entries = [wildcard(), wildcard()];
    for (entry, letter) in entries.iter_mut().zip(["a", "b"]) {
        entry.canonname = Some(OsStr::new(&letter.repeat(90)).into());
    }
    let [first, second] = entries.map(|entry| list([entry]));
    let mut model = compared([first, second]);
    let shown = screen(&mut model, (80, 24), LOOK);
    let shown = shown.replace(['│', '"', '\n', ' '], "");
    for letter in ["a", "b"] {
        assert!(shown.contains(&letter.repeat(90)), "{shown}");
    }
}

#[test]
fn sixty_thousand_rows_are_drawn_at_once() {
    let entries = |family: u16| {
        let address = move |at: u16| {
            let address = format!("[2001:db8:{family:x}::{at:x}]:80");
            entry("SOCK_STREAM", "IPPROTO_TCP", &address)
        };
        list((0..30_000).map(address))
    };
    let mut model = compared([entries(1), entries(2)]);
    let _ = model.does(Command::Move(Motion::End));
    let shown = screen(&mut model, (80, 24), LOOK);
    assert!(shown.contains("30000: "), "{shown}");
}

#[test]
fn run_of_a_file_is_marked_on_every_pane() {
    let file = include_bytes!("../../../../tests/replays/windows-listen.json");
    let replay = Replay::read(Path::new("a.json"), file).unwrap();
    let mut model = Model::replaying(host(Os::Linux), replay);
    insta::assert_snapshot!("replay", screens(&mut model));
    model.language = Language::Es;
    let shown = screen(
        &mut model,
        (80, 24),
        Look {
            language: Language::Es,
            ..LOOK
        },
    );
    assert_eq!(shown.matches("Windows ─").count(), 3, "{shown}");
    model.language = Language::En;
    for pane in [Pane::Form, Pane::Entries, Pane::Detail] {
        model.pane = pane;
        let shown = screen(&mut model, (50, 16), LOOK);
        let top: Vec<&str> = shown.lines().take(2).collect();
        assert!(top.concat().contains("Windows"), "{shown}");
    }
}
