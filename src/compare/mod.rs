//! Two answers and what differs: two runs, or a run and a file, of any systems.
//!
//! Numbers are compared by what they mean on the system that each run is of. Never compared: times,
//! handles, the program, the system's messages, the words of notes, and ports that a system chose. The order
//! of the list counts. What differs in the systems themselves is kept apart and does not count.

mod call;
mod changes;
mod circumstance;
mod entry;
mod matching;
mod note;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::time::Duration;

use self::call::Calls;
pub use self::changes::{Changes, extremes};
use self::entry::Entries;
use crate::names::Os;
use crate::net::{Call, Hint, Hints, Run, SourceAnswer, SourceResult};
use crate::replay::FileNote;
use crate::text::quoted_briefly;
use crate::words::{Key, Language};

/// One of two answers.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The run.
    pub run: &'a Run,
    /// The notes that only its file has words for.
    pub notes: &'a [FileNote],
}

/// What differs between two answers, the first and the second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What differs, the most important first.
    pub differences: Vec<Difference>,
    /// What differs, but does not count: the systems, and the facts about them.
    pub circumstances: Vec<Difference>,
    /// How long the calls took; they do not count either.
    pub times: Vec<Times>,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The part of the answer.
    pub part: Part,
    /// How it differs.
    pub change: Change,
    /// The index of the entry in each list, if it is about one.
    pub entries: [Option<usize>; 2],
    /// What the entry is: `127.0.0.1:80 SOCK_STREAM IPPROTO_TCP`; empty if it is about none.
    pub subject: String,
    /// The member, function, rule or source: `ai_protocol`, `bind()`; empty for a whole entry.
    pub field: String,
    /// The value in each answer; `None` if that answer has no value.
    pub values: [Option<Value>; 2],
}

/// A part of an answer, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What getaddrinfo returned.
    Getaddrinfo,
    /// Node, service and hints.
    Query,
    /// The list.
    Entries,
    /// socket() and the calls after it.
    Calls,
    /// What getnameinfo returned.
    Names,
    /// What the sources of names answered.
    Sources,
    /// The rules that found something.
    Notes,
    /// The system; it does not count.
    System,
    /// The facts about the machine; they do not count.
    Facts,
}

/// How two answers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It is in the first answer only.
    Went,
    /// It is in the second answer only.
    Came,
    /// It is another one in the second answer.
    Changed,
    /// It is at another place in the second answer.
    Moved,
}

/// A value to show, safe for a terminal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// The same in every language.
    Text(String),
    /// A word for a reader.
    Word(Word),
}

/// A value without a text of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// The call succeeded.
    Opened,
    /// The call was not made.
    NotCalled,
    /// The call did not return in time.
    NoAnswer,
    /// The note is only suspected.
    Suspected,
    /// The note is sure.
    Sure,
}

/// How long all calls of a function took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// `getaddrinfo()`
    pub function: &'static str,
    /// The sum in each answer.
    pub took: [Duration; 2],
}

impl Comparison {
    /// Compares two answers.
    pub fn of(answers: [Answer<'_>; 2]) -> Self {
        let mut differences = Vec::new();
        let runs = answers.map(|answer| answer.run);
        queries(runs, &mut differences);
        let entries = Entries::of(runs);
        entries.write(&mut differences);
        Calls::of(runs).write(&entries, &mut differences);
        sources(runs, &mut differences);
        note::write(answers, &entries, &mut differences);
        // Stable: what is of one part and change stays in the order of the list.
        differences.sort_by_key(|it| (it.part, it.change));
        Self {
            differences,
            circumstances: circumstance::of(runs),
            times: times(runs),
        }
    }

    /// Whether the answers are from two systems: another one, or another library or processor.
    pub(crate) fn has_two_systems(&self) -> bool {
        let mut rows = self.circumstances.iter();
        rows.any(|row| row.part == Part::System && row.field != "winsock")
    }

    /// Whether the answers are equal.
    pub const fn is_equal(&self) -> bool {
        self.differences.is_empty()
    }
}

impl Difference {
    /// Something that is about no entry.
    fn plain(part: Part, field: &str, values: [Option<Value>; 2]) -> Self {
        Self {
            part,
            change: Change::of(&values),
            entries: [None, None],
            subject: String::new(),
            field: field.to_owned(),
            values,
        }
    }

    /// The same with the first and the second answer exchanged.
    #[cfg(test)]
    fn mirrored(mut self) -> Self {
        self.entries.reverse();
        self.values.reverse();
        self.change = match self.change {
            Change::Went => Change::Came,
            Change::Came => Change::Went,
            same => same,
        };
        self
    }
}

impl Change {
    /// The change from one value to another.
    const fn of(values: &[Option<Value>; 2]) -> Self {
        match values {
            [Some(_), None] => Self::Went,
            [None, Some(_)] => Self::Came,
            _ => Self::Changed,
        }
    }

    /// The word in the JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Went => "went",
            Self::Came => "came",
            Self::Changed => "changed",
            Self::Moved => "moved",
        }
    }

    /// The word for a reader.
    pub(crate) const fn word(self) -> Key {
        match self {
            Self::Went => Key::CompareWent,
            Self::Came => Key::CompareCame,
            Self::Changed => Key::CompareChanged,
            Self::Moved => Key::CompareMoved,
        }
    }
}

impl Part {
    /// The word in the JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Getaddrinfo => "getaddrinfo",
            Self::Query => "query",
            Self::Entries => "entries",
            Self::Calls => "calls",
            Self::Names => "getnameinfo",
            Self::Sources => "sources",
            Self::Notes => "notes",
            Self::System => "system",
            Self::Facts => "facts",
        }
    }

    /// The title for a reader.
    pub(crate) const fn word(self) -> Key {
        match self {
            Self::Getaddrinfo => Key::ComparePartGetaddrinfo,
            Self::Query => Key::ComparePartQuery,
            Self::Entries => Key::ComparePartEntries,
            Self::Calls => Key::ComparePartCalls,
            Self::Names => Key::ComparePartNames,
            Self::Sources => Key::ComparePartSources,
            Self::Notes => Key::ComparePartNotes,
            Self::System => Key::ComparePartSystem,
            Self::Facts => Key::ComparePartFacts,
        }
    }
}

impl Value {
    /// About how long its text is, in bytes.
    pub(crate) const fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Word(_) => 12,
        }
    }

    /// The text in `language`.
    pub fn text(&self, language: Language) -> Cow<'_, str> {
        let key = match self {
            Self::Text(text) => return Cow::Borrowed(text),
            Self::Word(Word::Opened) => Key::CompareOpened,
            Self::Word(Word::NotCalled) => Key::CompareNotCalled,
            Self::Word(Word::NoAnswer) => Key::CompareNoAnswer,
            Self::Word(Word::Suspected) => Key::CompareSuspected,
            Self::Word(Word::Sure) => Key::CompareSure,
        };
        Cow::Borrowed(key.text(language))
    }
}

fn some(text: impl Into<String>) -> Option<Value> {
    Some(Value::Text(text.into()))
}

/// The arguments of getaddrinfo, and what it returned.
fn queries(runs: [&Run; 2], out: &mut Vec<Difference>) {
    let answers = runs.map(Run::answer);
    let os = runs.map(|run| run.host.os);
    if let Some(values) = call::results(os, answers) {
        out.push(Difference::plain(
            Part::Getaddrinfo,
            "getaddrinfo()",
            values,
        ));
    }
    let queries = runs.map(|run| run.query.as_deref());
    let [Some(first), Some(second)] = queries else {
        // One of them only opens a socket.
        if queries != [None, None] {
            let calls = queries.map(|query| query.map(|query| Value::Text(query.call())));
            out.push(Difference::plain(Part::Query, "getaddrinfo()", calls));
        }
        return;
    };
    for (field, both) in [
        ("node", [&first.node, &second.node]),
        ("service", [&first.service, &second.service]),
    ] {
        if both[0] != both[1] {
            let shown = both.map(|text| match text {
                Some(text) => some(quoted_briefly(text.as_os_str())),
                None => some("NULL"),
            });
            out.push(Difference::plain(Part::Query, field, shown));
        }
    }
    let hints = [first.hints, second.hints];
    let null = hints.map(|hints| hints.is_none());
    if null[0] != null[1] {
        let shown = null.map(|null| some(if null { "NULL" } else { "&hints" }));
        out.push(Difference::plain(Part::Query, "hints", shown));
    }
    let hints = hints.map(Option::unwrap_or_default);
    for hint in Hint::ALL {
        let values = hints.map(|hints: Hints| hint.get(&hints));
        if !entry::same_constant(os, hint, values) {
            let shown = constants(os, hint, values);
            out.push(Difference::plain(Part::Query, hint.member(), shown));
        }
    }
}

/// `AF_INET6 10`
fn constants(os: [Os; 2], hint: Hint, values: [i32; 2]) -> [Option<Value>; 2] {
    let shown = |side: usize| {
        let (name, value) = (hint.show(os[side], values[side]), values[side]);
        match hint {
            Hint::Flags => some(format!("{name} {value:#x}")),
            _ if name == value.to_string() => some(name),
            _ => some(format!("{name} {value}")),
        }
    };
    [shown(0), shown(1)]
}

/// What each source answered, if both runs asked some.
fn sources(runs: [&Run; 2], out: &mut Vec<Difference>) {
    let answers = runs.map(|run| &run.answers[..]);
    if answers.iter().any(|answers| answers.is_empty()) {
        return;
    }
    let os = runs.map(|run| run.host.os);
    let of = |side: usize, name: &str| answers[side].iter().find(|it| it.source == name);
    let names = answers[0].iter().chain(answers[1]).map(|it| &*it.source);
    let mut seen = Vec::new();
    for name in names {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let both = [of(0, name), of(1, name)];
        if let [Some(first), Some(second)] = both
            && same_answer(os, first, second)
        {
            continue;
        }
        let shown = [0, 1].map(|side| both[side].map(|answer| answer_text(os[side], answer)));
        let name = quoted_briefly(name.as_ref());
        out.push(Difference::plain(
            Part::Sources,
            name.trim_matches('"'),
            shown,
        ));
    }
}

fn same_answer(os: [Os; 2], first: &SourceAnswer, second: &SourceAnswer) -> bool {
    match (&first.result, &second.result) {
        (SourceResult::Failed(first), SourceResult::Failed(second)) => {
            call::same_error(os, [first, second], "getaddrinfo")
        }
        // The reason is the system's text.
        (SourceResult::NotAsked(_), SourceResult::NotAsked(_)) => true,
        (first, second) => first == second,
    }
}

fn answer_text(os: Os, answer: &SourceAnswer) -> Value {
    match &answer.result {
        SourceResult::Addresses(all) => {
            let all: Vec<_> = all.iter().map(ToString::to_string).collect();
            Value::Text(all.join(", "))
        }
        SourceResult::Failed(error) => Value::Text(call::code(os, error)),
        SourceResult::TimedOut => Value::Word(Word::NoAnswer),
        SourceResult::NotAsked(_) => Value::Word(Word::NotCalled),
    }
}

/// The functions that both runs called, with the sum of their times.
fn times(runs: [&Run; 2]) -> Vec<Times> {
    const FUNCTIONS: [&str; 4] = ["getaddrinfo()", "socket()", "connect()", "getnameinfo()"];
    let sums = runs.map(|run| {
        let mut sums = [None; FUNCTIONS.len()];
        for record in run.records() {
            let place = match record.call {
                Call::Getaddrinfo(_) => 0,
                Call::Socket { .. } => 1,
                Call::Connect { .. } => 2,
                Call::Getnameinfo(_) => 3,
                _ => continue,
            };
            let sum: &mut Option<Duration> = &mut sums[place];
            *sum = Some(sum.unwrap_or_default().saturating_add(record.took));
        }
        sums
    });
    let times = FUNCTIONS.into_iter().zip(sums[0]).zip(sums[1]);
    let both = times.filter_map(|((function, first), second)| {
        let took = [first?, second?];
        Some(Times { function, took })
    });
    both.collect()
}
