//! Random events in random order keep the state's invariants.
//!
//! `PROPTEST_CASES` sets the number of short runs; `.ci/endurance` makes the longest run.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::world::{Step, World};
use super::*;

fn motion() -> impl Strategy<Value = Motion> {
    select(vec![
        Motion::Up,
        Motion::Down,
        Motion::PageUp,
        Motion::PageDown,
        Motion::Home,
        Motion::End,
    ])
}

fn request() -> impl Strategy<Value = InputRequest> {
    prop_oneof![
        (0..9_usize).prop_map(InputRequest::SetCursor),
        Just(InputRequest::SetCursor(usize::MAX)),
        character().prop_map(InputRequest::InsertChar),
        select(vec![
            InputRequest::GoToPrevChar,
            InputRequest::GoToNextChar,
            InputRequest::GoToPrevWord,
            InputRequest::GoToNextWord,
            InputRequest::GoToStart,
            InputRequest::GoToEnd,
            InputRequest::DeletePrevChar,
            InputRequest::DeleteNextChar,
            InputRequest::DeletePrevWord,
            InputRequest::DeleteNextWord,
            InputRequest::DeleteLine,
            InputRequest::DeleteTillEnd,
            InputRequest::DeleteFromStart,
            InputRequest::Yank,
        ]),
    ]
}

/// Ordinary characters, and a NUL, a control character, a combining accent, an emoji joiner and a wide
/// character.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        3 => select(vec!['a', 'i', 'n', 'e', 't', '0', '1', '6', 'x', '-', ' ', '.', ':']),
        1 => select(vec!['\0', '\u{1b}', '\n', '\u{301}', '\u{200d}', '🤦', '日', 'é']),
        1 => any::<char>(),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => motion().prop_map(Command::Move),
        2 => request().prop_map(Command::Edit),
        // Calls and keys of the form are frequent, commands that leave them rare.
        4 => select(vec![
            Command::Resolve,
            Command::Previous,
            Command::Next,
            Command::Choose,
            Command::Toggle,
            Command::Accept,
            Command::TryAll,
            Command::Reverse,
            Command::Question,
            Command::Fix,
        ]),
        2 => select(vec![
            Command::Advance,
            Command::ListCalls,
            Command::Numbers,
            Command::Side,
            Command::Client,
            Command::Sockets,
            Command::CloseSocket,
        ]),
        1 => view().prop_map(Command::Show),
        2 => select(vec![
            Command::GoOn,
            Command::NextStep,
            Command::PreviousStep,
            Command::Hint,
        ]),
        2 => select(vec![Command::NextPane, Command::PreviousPane, Command::Cancel]),
        1 => select(vec![
            Command::Quit,
            Command::Suspend,
            Command::Help,
            Command::Close,
            Command::Filter,
            Command::KeepFilter,
            Command::Presets,
            Command::Save,
            Command::Providers,
            Command::Matrix,
            Command::Everything,
            Command::Binds,
            Command::ToggleMouse,
            Command::NextView,
            Command::NextLanguage,
            Command::NextTables,
            Command::AskSources,
            Command::Back,
            Command::Forward,
            Command::History,
            Command::Mark,
            Command::OpenFile,
            Command::Compare,
            Command::Watch,
            Command::NextProgram,
            Command::Zoom,
            Command::Copy,
            Command::CopyLine,
        ]),
    ]
}

fn view() -> impl Strategy<Value = View> {
    select(View::ALL.to_vec())
}

/// The index of a line, rarely beyond every list.
fn line() -> impl Strategy<Value = usize> {
    prop_oneof![9 => 0..20_usize, 1 => Just(usize::MAX)]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        select(vec![Pane::Form, Pane::Entries, Pane::Detail, Pane::Lesson]).prop_map(Target::Pane),
        line().prop_map(Target::Field),
        (line(), any::<bool>()).prop_map(|(index, forward)| Target::Step(index, forward)),
        (0..4_usize).prop_map(Target::Choice),
        line().prop_map(Target::Entry),
        line().prop_map(Target::Socket),
        Just(Target::Popup),
        line().prop_map(Target::PopupLine),
        (line(), line()).prop_map(|(row, column)| Target::Cell(row, column)),
        command().prop_map(Target::Command),
    ]
}

fn measures() -> impl Strategy<Value = Measures> {
    [0..9_usize, 0..9, 0..30, 0..9, 0..60].prop_map(
        |[entries, detail, detail_lines, popup, help_lines]| Measures {
            entries,
            detail,
            detail_lines,
            detail_start: detail_lines.saturating_sub(detail) / 2,
            popup,
            help_lines,
            lesson: detail,
            lesson_lines: detail_lines,
            lesson_calls: detail_lines / 2,
        },
    )
}

fn msg() -> impl Strategy<Value = Msg> {
    prop_oneof![
        8 => command().prop_map(Msg::Do),
        2 => Just(Msg::Do(Command::Resolve)),
        2 => character().prop_map(Msg::Type),
        1 => vec(character(), 0..6).prop_map(|text| Msg::Paste(String::from_iter(text))),
        3 => target().prop_map(Msg::Click),
        1 => (target(), prop_oneof![-3..4_isize, any::<isize>()])
            .prop_map(|(target, lines)| Msg::Wheel(target, lines)),
        1 => measures().prop_map(Msg::Measured),
        1 => (0..99_u64, any::<u32>())
            .prop_map(|(ticket, ms)| Msg::Waited(Ticket(ticket), Duration::from_millis(ms.into()))),
        4 => vec(character(), 0..40).prop_map(|node| stray(&String::from_iter(node))),
        1 => Just(Msg::NotSuspended),
        1 => vec(character(), 0..6).prop_map(|why| Msg::NotTraced(String::from_iter(why))),
    ]
}

/// A call that nothing waits for returns.
fn stray(node: &str) -> Msg {
    let names = HostService {
        node: node.into(),
        service: "http".into(),
    };
    let names = Outcome::Returned(Value::Names(Box::new(names)));
    Msg::Returned(Ticket(0), record(Call::Getnameinfo(Box::default()), names))
}

/// A step of a world in which getaddrinfo returns with this weight.
fn step(returns: u32) -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    // Few different entries, so that equal lists occur.
    let entries = prop_oneof![
        1 => Just(None),
        4 => vec(0..3_usize, 0..6).prop_map(Some),
    ];
    prop_oneof![
        20 => msg().prop_map(Step::Now),
        returns => (index(), entries).prop_map(|(index, entries)| Step::Resolve(index, entries)),
        1 => index().prop_map(Step::NotStart),
        3 => (index(), any::<bool>()).prop_map(|(index, ok)| Step::Open(index, ok)),
        1 => (index(), any::<bool>()).prop_map(|(index, ok)| Step::Close(index, ok)),
        3 => (index(), vec(any::<bool>(), 0..4)).prop_map(|(index, ok)| Step::Try(index, ok)),
        1 => (index(), any::<bool>()).prop_map(|(index, ok)| Step::Reverse(index, ok)),
        1 => (index(), any::<bool>()).prop_map(|(index, ok)| Step::Answer(index, ok)),
        4 => (index(), any::<bool>()).prop_map(|(index, ok)| Step::Return(index, ok)),
        1 => (index(), any::<bool>()).prop_map(|(index, yes)| Step::Facts(index, yes)),
        1 => (index(), any::<bool>()).prop_map(|(index, all)| Step::Sources(index, all)),
        1 => (index(), 0..5_u8).prop_map(|(index, end)| Step::Save(index, end)),
        2 => (index(), any::<bool>()).prop_map(|(index, ok)| Step::File(index, ok)),
        1 => index().prop_map(Step::Compare),
        2 => index().prop_map(Step::Alarm),
        4 => (index(), any::<bool>()).prop_map(|(index, ok)| Step::Lesson(index, ok)),
    ]
}

fn first_query() -> impl Strategy<Value = Query> {
    select(first_queries())
}

fn first_queries() -> Vec<Query> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "every text is UTF-16 there"))]
    let mut queries = vec![
        server(),
        Query::default(),
        query(Some(""), Some("http"), None),
        query(Some("localhost"), None, Some(Hints::default())),
    ];
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        let latin1 = std::ffi::OsString::from_vec(b"b\xfccher".to_vec());
        queries.push(Query {
            node: Some(Text::new(latin1).unwrap()),
            ..server()
        });
    }
    queries
}

proptest! {
    #[test]
    fn random_events_keep_the_invariants(
        query in first_query(),
        // One resolver that answers and one that rarely does: only with the latter eight calls are pending.
        steps in prop_oneof![vec(step(5), 1..200), vec(step(1), 1..200)],
    ) {
        let mut world = World::new(query);
        for step in steps {
            world.step(step);
        }
    }
}

/// The largest printed state without the calls and the history: lists of at most six entries, their notes, and the typed
/// text, which a deletion in twenty events keeps short.
const LARGEST: usize = 32 * 1024;

/// The largest size of a world after `query` and `events` events, the same in every run.
fn endure(query: Query, events: u64, seed: u8) -> (u64, usize, usize) {
    let rng = TestRng::from_seed(RngAlgorithm::XorShift, &[seed; 16]);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    // As in the short runs: one resolver that answers, and one that rarely does.
    let strategy = step(if seed.is_multiple_of(2) { 5 } else { 1 });
    let mut world = World::new(query);
    let (mut done, mut largest, mut most) = (0, 0, 0);
    while done < events {
        let step = strategy.new_tree(&mut runner).unwrap().current();
        if !world.step(step) {
            continue;
        }
        done += 1;
        if done % 1_000 == 0 {
            let (size, calls) = world.size();
            assert!(size <= LARGEST, "{size} bytes after {done} events");
            (largest, most) = (largest.max(size), most.max(calls));
        }
    }
    (done, largest, most)
}

/// Runs `events` events, divided among the first queries.
fn live(events: u64) {
    let queries = first_queries();
    let count = queries.len();
    let each = events / count as u64 + 1;
    let (mut events, mut largest, mut most) = (0, 0, 0);
    for (seed, query) in (0..).zip(queries) {
        let (done, size, calls) = endure(query, each, seed);
        events += done;
        (largest, most) = (largest.max(size), most.max(calls));
    }
    println!(
        "\nENDURANCE: {events} events through app::update in {count} lives; the largest state \
         printed {largest} bytes and remembered {most} calls"
    );
}

#[test]
fn many_events_keep_invariants_and_size() {
    live(20_000);
}

#[test]
#[ignore = "it takes minutes; .ci/endurance runs it"]
fn million_events_keep_invariants_and_size() {
    live(1_000_000);
}
