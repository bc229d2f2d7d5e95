//! The built-in lessons on the screen: each is taken by its solution, in both languages.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use toml::Value;
use vt100::Screen;

use crate::lessons::answer;
use crate::support::network::Network;
use crate::support::terminal::{Terminal, rows};

tests! {
    winsock_server_is_taken_by_its_solution: NETWORK;
    winsock_client_is_taken_by_its_solution: NETWORK;
    two_families_is_taken_by_its_solution: NETWORK;
    why_did_it_refuse_is_taken_by_its_solution: NETWORK;
    names_is_taken_by_its_solution: NETWORK;
    two_systems_is_taken_by_its_solution: NETWORK;
    enter_and_f8_lead_to_the_summary_at_80_by_24: NETWORK;
}

const ENTER: &str = "\r";
const DOWN: &str = "\x1b[B";
const F8: &str = "\x1b[19~";

/// The rows below the panes.
const BARS: usize = 3;

/// What Enter does in the lesson's pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    More,
    Answer,
    Make,
    Next,
    End,
}

/// The key of the sentence about each, in the words of the screen.
const HINTS: [(Action, &str); 5] = [
    (Action::More, "lesson-more"),
    (Action::Answer, "lesson-answer"),
    (Action::Make, "lesson-make"),
    (Action::Next, "lesson-next"),
    (Action::End, "lesson-end"),
];

/// What the screen says in a language.
struct Words {
    language: &'static str,
    hints: [(Action, String); 5],
    right: &'static str,
    summary: [&'static str; 3],
}

impl Words {
    fn english() -> Self {
        Self::of("en", "Right.", ["questions", "answered", "right"])
    }

    fn spanish() -> Self {
        Self::of("es", "Correcto.", ["preguntas", "respondidas", "correctas"])
    }

    fn of(language: &'static str, right: &'static str, summary: [&'static str; 3]) -> Self {
        let words = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/words");
        let words = fs::read_to_string(words.join(language).join("screen.toml")).unwrap();
        let words: Value = toml::from_str(&words).unwrap();
        let hint = |key: &str| {
            let text = words["hint"][key].as_str().unwrap();
            let text = text.replace("{go}", "Enter").replace("{next}", "F8");
            // The first sentence has room on any screen.
            text.split_inclusive('.').next().unwrap().to_owned()
        };
        Self {
            language,
            hints: HINTS.map(|(action, key)| (action, hint(key))),
            right,
            summary,
        }
    }
}

/// The file of a lesson, as far as the walk needs it.
#[derive(Deserialize)]
struct Lesson {
    title: Value,
    step: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    text: Value,
    ask: Option<Value>,
}

impl Lesson {
    fn read(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lessons");
        let text = fs::read_to_string(directory.join(format!("{name}.toml"))).unwrap();
        toml::from_str(&text).unwrap()
    }

    fn questions(&self) -> usize {
        self.step.iter().filter(|step| step.ask.is_some()).count()
    }
}

/// The first words of a text of the lesson in this language.
fn first_words(text: &Value, language: &str, count: usize) -> String {
    let text = text[language].as_str().unwrap();
    let words: Vec<&str> = text.split_whitespace().take(count).collect();
    words.join(" ")
}

/// The number of the choice that is right on this machine, for each question.
fn solution(name: &str) -> Vec<usize> {
    let output = Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(["--lang", "en", "--network", "--lesson", "check", name])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    // `# path, line 12: choice 2: the text`, in the order of return.
    let mut choices: Vec<(usize, usize)> = text
        .lines()
        .filter_map(|line| {
            let (_, rest) = line.strip_prefix("# ")?.split_once(", line ")?;
            let (number, rest) = rest.split_once(": choice ")?;
            let (choice, _) = rest.split_once(": ")?;
            Some((number.parse().ok()?, choice.parse().ok()?))
        })
        .collect();
    choices.sort_unstable();
    choices.into_iter().map(|(_, choice)| choice).collect()
}

/// A lesson on the screen.
struct Walk<'a> {
    terminal: Terminal,
    words: &'a Words,
    /// The number of the step, as in the pane's title.
    place: String,
}

impl<'a> Walk<'a> {
    fn start(name: &str, [columns, rows]: [u16; 2], words: &'a Words) -> Self {
        let arguments = ["--lang", words.language, "--network", "--lesson", name];
        Self {
            terminal: Terminal::sockscope(columns, rows, &arguments),
            words,
            place: String::new(),
        }
    }

    /// What Enter does, once this is not `before`.
    #[track_caller]
    fn action(&self, before: Option<Action>) -> Action {
        let found = Cell::new(None);
        let what = format!("what Enter does after {before:?}");
        self.terminal.wait_until_drawn(&what, |screen| {
            let text = screen.contents();
            let mut actions = self.words.hints.iter();
            let action = actions.find(|(_, words)| text.contains(words));
            found.set(action.map(|(action, _)| *action));
            found.get().is_some() && found.get() != before
        });
        found.get().unwrap()
    }

    /// The step is on the screen, with these words.
    #[track_caller]
    fn begins(&mut self, at: usize, count: usize, words: &str) {
        self.place = format!(" {at}/{count} ");
        let place = &self.place;
        self.terminal
            .wait_until_drawn(&format!("{place}: {words}"), |screen| {
                let text = screen.contents();
                text.contains(place) && text.contains(words)
            });
    }

    /// Presses Enter, which shows the next lines of the lesson. The other panes may change by themselves.
    #[track_caller]
    fn page(&mut self) {
        let pane = |screen: &Screen| -> Vec<String> {
            let rows: Vec<String> = rows(screen).collect();
            let end = rows.len().saturating_sub(BARS);
            let rows = rows[..end].iter().cloned();
            rows.skip_while(|row| !row.contains(&self.place)).collect()
        };
        let before = Cell::new(Vec::new());
        self.terminal.wait_until_drawn("the step", |screen| {
            before.set(pane(screen));
            true
        });
        let before = before.take();
        self.terminal.send(ENTER);
        let changed = |screen: &Screen| pane(screen) != before;
        self.terminal.wait_until_drawn("the next lines", changed);
    }

    /// Does what the screen says until the step is done. `choice` is the answer of its question.
    #[track_caller]
    fn step(&mut self, choice: Option<usize>) -> Action {
        let mut before = None;
        loop {
            let action = self.action(before.take());
            match action {
                Action::More => self.page(),
                Action::Answer => {
                    let choice = choice.expect("the step has a question");
                    self.terminal.send(DOWN.repeat(choice - 1) + ENTER);
                    before = Some(action);
                }
                Action::Make => {
                    self.terminal.send(ENTER);
                    before = Some(action);
                }
                Action::Next | Action::End => return action,
            }
        }
    }

    fn end(mut self) {
        self.terminal.send("\x03");
        assert_eq!(self.terminal.wait_for_end().exit_code(), 0);
    }
}

/// Takes the lesson in both languages, with every prediction right.
fn walk(network: &Network, name: &str) {
    answer(network);
    let lesson = Lesson::read(name);
    let count = lesson.step.len();
    for words in &[Words::english(), Words::spanish()] {
        let mut choices = solution(name).into_iter();
        assert_eq!(choices.len(), lesson.questions());
        let mut walk = Walk::start(name, [120, 40], words);
        walk.terminal
            .wait_for(&first_words(&lesson.title, words.language, 9));
        for (at, step) in (1..).zip(&lesson.step) {
            walk.begins(at, count, &first_words(&step.text, words.language, 3));
            let choice = step.ask.as_ref().and_then(|_| choices.next());
            let action = walk.step(choice);
            if choice.is_some() {
                walk.terminal.wait_for(words.right);
            }
            assert_eq!(action == Action::End, at == count, "step {at}");
            if action == Action::Next {
                // Both keys go on.
                walk.terminal.send(if at % 2 == 0 { ENTER } else { F8 });
            }
        }
        let questions = lesson.questions();
        let numbers = words.summary.map(|word| format!("{questions} {word}"));
        walk.terminal.wait_for(&numbers.join(", "));
        walk.end();
    }
}

fn winsock_server_is_taken_by_its_solution() {
    Network::run(|network| walk(network, "winsock-server"));
}

fn winsock_client_is_taken_by_its_solution() {
    Network::run(|network| walk(network, "winsock-client"));
}

fn two_families_is_taken_by_its_solution() {
    Network::run(|network| walk(network, "two-families"));
}

fn why_did_it_refuse_is_taken_by_its_solution() {
    Network::run(|network| walk(network, "why-did-it-refuse"));
}

fn names_is_taken_by_its_solution() {
    Network::run(|network| walk(network, "names"));
}

fn two_systems_is_taken_by_its_solution() {
    Network::run(|network| walk(network, "two-systems"));
}

/// By somebody who knows no other key, in Spanish: the first choice is the answer to every question.
fn enter_and_f8_lead_to_the_summary_at_80_by_24() {
    Network::run(|_| {
        let lesson = Lesson::read("winsock-server");
        let (count, questions) = (lesson.step.len(), lesson.questions());
        let solution = solution("winsock-server");
        let right = solution.iter().filter(|choice| **choice == 1).count();
        let words = Words::spanish();
        let mut walk = Walk::start("winsock-server", [80, 24], &words);
        for at in 1..=count {
            walk.begins(at, count, "");
            let action = walk.step(Some(1));
            assert_eq!(action == Action::End, at == count, "step {at}");
            if action == Action::Next {
                walk.terminal.send(F8);
            }
        }
        let [asked, answered, correct] = words.summary;
        walk.terminal
            .wait_for(&format!("{questions} {asked}, {questions} {answered}"));
        walk.terminal.wait_for(&format!("{right} {correct}"));
        walk.end();
    });
}
