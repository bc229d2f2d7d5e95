//! Saving: what, the path, and what became of the last try.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use super::effect::{Effect, Effects, Ticket};
use super::history::arguments as arguments_of;
use super::input::TextInput;
use super::{Model, Popup};
use crate::code::command_line;
use crate::explain::lookup::Lookup;
use crate::lesson::{draft, id_of};
use crate::names::Os;
use crate::net::{Redaction, Run};
use crate::replay::Replay;
use crate::text::{printable, utf8};
use crate::words::{Key, Language, Phrase};

/// The name of a file that does not exist yet is this one, with a number if it does.
pub(crate) const NAME: &str = "sockscope";

/// What can be saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SaveKind {
    /// Every call so far, as `--run` reads it.
    #[default]
    Script,
    /// The run on screen as a report for people.
    Markdown,
    /// The run on screen for programs.
    Json,
    /// Every call so far, as `--trace` writes it.
    Trace,
    /// The program of view 3.
    Program,
    /// The command line of the query on screen.
    CommandLine,
    /// Every call so far as a lesson, whose texts are to be written.
    Lesson,
}

impl SaveKind {
    /// All kinds, in the order of the popup.
    pub(crate) const ALL: [Self; 7] = [
        Self::Script,
        Self::Markdown,
        Self::Json,
        Self::Trace,
        Self::Program,
        Self::CommandLine,
        Self::Lesson,
    ];

    /// Its name, and what it is.
    pub(crate) const fn words(self) -> [Key; 2] {
        match self {
            Self::Script => [Key::SaveScript, Key::SaveScriptAbout],
            Self::Markdown => [Key::SaveMarkdown, Key::SaveMarkdownAbout],
            Self::Json => [Key::SaveJson, Key::SaveJsonAbout],
            Self::Trace => [Key::SaveTrace, Key::SaveTraceAbout],
            Self::Program => [Key::SaveProgram, Key::SaveProgramAbout],
            Self::CommandLine => [Key::SaveCommandLine, Key::SaveCommandLineAbout],
            Self::Lesson => [Key::SaveLesson, Key::SaveLessonAbout],
        }
    }
}

/// What to write.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// This text.
    Text(String),
    /// The run as a document.
    Run(Box<SavedRun>),
}

/// A run to write as a document.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedRun {
    /// Whether it is for programs.
    pub json: bool,
    /// The run.
    pub run: Run,
    /// The replacements of names and addresses.
    pub redaction: Option<Redaction>,
    /// The language.
    pub language: Language,
    /// Whether the lookup is explained.
    pub lookup: bool,
    /// The queries before: arguments, result and time.
    pub tried: Vec<[String; 3]>,
    /// The file that the run is from.
    pub replay: Option<Arc<Replay>>,
}

/// Where to save. It outlives the popup, so that what was typed is there again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Saving {
    /// What is saved.
    pub(crate) kind: SaveKind,
    /// The path.
    pub(crate) path: TextInput,
    /// The proposed path, which the next proposal may replace.
    proposed: String,
    /// The search for a proposal that has not ended.
    search: Option<Ticket>,
    attempt: Option<Attempt>,
}

/// The last try to write a file.
#[derive(Clone, Debug, PartialEq)]
struct Attempt {
    ticket: Ticket,
    path: String,
    state: AttemptState,
}

#[derive(Clone, Debug, PartialEq)]
enum AttemptState {
    Writing,
    Refused(SaveError),
}

/// Why a file was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveError {
    /// It exists, and nobody has agreed to replace it.
    Exists,
    /// It cannot be written: the reason, and what to do.
    Failed(Phrase),
}

impl SaveError {
    fn text(&self) -> Phrase {
        match self {
            Self::Exists => Key::SaveExists.into(),
            Self::Failed(text) => text.clone(),
        }
    }
}

impl Saving {
    /// What became of the last try, if it was for this path, and whether it failed.
    pub(crate) fn message(&self) -> Option<(Phrase, bool)> {
        let attempt = self.attempt.as_ref()?;
        let text = match &attempt.state {
            _ if attempt.path != self.path.value() => return None,
            AttemptState::Writing => (Key::SaveWriting.into(), false),
            AttemptState::Refused(error) => (error.text(), true),
        };
        Some(text)
    }

    fn is_proposal(&self) -> bool {
        let path = self.path.value();
        path.is_empty() || path == self.proposed
    }

    fn propose(&mut self, path: String) {
        self.path = TextInput::new(path.clone());
        self.proposed = path;
    }
}

impl Model {
    /// Opens the popup with the path: the one that was typed before, else a proposal.
    pub(super) fn edit_path(&mut self, effects: &mut Effects) {
        self.popup = Some(Popup::Save);
        if !self.saving.is_proposal() {
            return;
        }
        if self.saving.search.is_none() {
            self.propose_path(effects);
        }
    }

    /// Saves the kind at this index. A path that was typed stays.
    pub(super) fn choose_kind(&mut self, index: usize, effects: &mut Effects) {
        let kind = SaveKind::ALL.get(index).copied().unwrap_or_default();
        if kind != self.saving.kind {
            self.saving.kind = kind;
            if self.saving.is_proposal() {
                self.propose_path(effects);
            }
        }
    }

    /// Proposes a path, and looks for one that is free.
    fn propose_path(&mut self, effects: &mut Effects) {
        let extension = match self.saving.kind {
            SaveKind::Script => ".sockscope",
            SaveKind::Markdown => ".md",
            SaveKind::Json => ".json",
            SaveKind::Trace => ".trace",
            SaveKind::Program => self.language_of_program().extension(),
            SaveKind::CommandLine if self.os() == Os::Windows => ".ps1",
            SaveKind::CommandLine => ".sh",
            SaveKind::Lesson => ".toml",
        };
        let path = self.saving.path.value();
        if path.is_empty() || !path.ends_with(extension) {
            self.saving.propose(format!("{NAME}{extension}"));
        }
        let ticket = self.ticket();
        self.saving.search = Some(ticket);
        effects.push(Effect::ProposePath(ticket, extension));
    }

    /// Takes a path at which no file exists, unless another one was typed.
    pub(super) fn proposed(&mut self, ticket: Ticket, path: Option<String>) {
        let saving = &mut self.saving;
        if saving.search.take_if(|own| *own == ticket).is_some()
            && let Some(path) = path
            && saving.is_proposal()
            // The cursor may be anywhere in it by now.
            && saving.path.value() != path
        {
            saving.propose(path);
        }
    }

    /// Writes the file. After a question whether to replace it, this is the answer.
    pub(super) fn save(&mut self, effects: &mut Effects) {
        let path = self.saving.path.value().to_owned();
        let before = self.saving.attempt.as_ref();
        let before = before.filter(|attempt| attempt.path == path);
        let replace = match before.map(|attempt| &attempt.state) {
            Some(AttemptState::Writing) => return,
            Some(AttemptState::Refused(error)) => *error == SaveError::Exists,
            None => false,
        };
        let Some(content) = self.content() else {
            return self.warn(Key::SaveNoAnswer);
        };
        let ticket = self.ticket();
        self.saving.attempt = Some(Attempt {
            ticket,
            path: path.clone(),
            state: AttemptState::Writing,
        });
        effects.push(Effect::Save {
            ticket,
            path,
            content,
            replace,
        });
    }

    /// Copies what would be written.
    pub(super) fn copy_content(&mut self, effects: &mut Effects) {
        let Some(content) = self.content() else {
            return self.warn(Key::SaveNoAnswer);
        };
        let [what, _] = self.saving.kind.words();
        self.inform_copied(what);
        effects.push(Effect::CopyContent(content));
    }

    /// What to write; `None` if there is no run on screen yet.
    fn content(&self) -> Option<Content> {
        let text = match self.saving.kind {
            SaveKind::Script => self.script(),
            SaveKind::Trace => self.trace(),
            SaveKind::Program => match self.redacted() {
                Some(model) => model.program_text(),
                None => self.program_text(),
            },
            SaveKind::CommandLine => self.command_line(),
            SaveKind::Lesson => self.lesson(),
            kind @ (SaveKind::Markdown | SaveKind::Json) => {
                return self.saved_run(kind).map(Content::Run);
            }
        };
        Some(Content::Text(text))
    }

    fn command_line(&self) -> String {
        let query = self.run().map_or(&self.asked, Run::asked);
        let line = match self.calls.redaction.clone() {
            Some(mut redaction) => command_line(self.os(), &redaction.query(query)),
            None => command_line(self.os(), query),
        };
        line + "\n"
    }

    fn saved_run(&self, kind: SaveKind) -> Option<Box<SavedRun>> {
        /// The most queries that the report lists.
        const TRIED: usize = 20;
        let run = self.run()?.clone();
        let mut redaction = self.calls.redaction.clone();
        let visits = self.history.visits().iter();
        let before = visits.filter(|visit| !self.history.shows(visit));
        let mut tried: Vec<_> = before.rev().take(TRIED).collect();
        tried.reverse();
        let tried = tried.into_iter().map(|visit| {
            let [arguments, result] = visit.texts(self.language);
            let arguments = match &mut redaction {
                Some(redaction) => arguments_of(visit.os, &redaction.query(&visit.query)),
                None => arguments,
            };
            let took = visit.end.as_ref().map(|end| end.took);
            let took = took.map_or_else(String::new, |took| {
                format!("{:.3} ms", took.as_secs_f64() * 1e3)
            });
            [arguments, result, took]
        });
        let tried = tried.collect();
        Some(Box::new(SavedRun {
            json: kind == SaveKind::Json,
            lookup: run.facts.known.has(Lookup::NEEDS),
            run,
            redaction,
            language: self.language,
            tried,
            replay: self
                .answer
                .as_ref()
                .and_then(|answer| answer.replay.clone()),
        }))
    }

    /// Every call of view 4, as `--trace` writes it.
    fn trace(&self) -> String {
        let returned = self
            .calls()
            .lines
            .iter()
            .map(|line| line.copied().to_owned());
        let in_flight = self
            .calls_in_flight()
            .map(|(_, line)| line.copied().to_owned());
        returned.chain(in_flight).map(|line| line + "\n").collect()
    }

    /// Reports a file that was written, with its whole path, or was not.
    pub(super) fn saved(&mut self, ticket: Ticket, result: Result<String, SaveError>) {
        let open = self.popup == Some(Popup::Save);
        let saving = &mut self.saving;
        let last = saving
            .attempt
            .as_ref()
            .is_some_and(|it| it.ticket == ticket);
        match result {
            Ok(path) => {
                if last
                    && let Some(attempt) = saving.attempt.take()
                    && attempt.path == saving.path.value()
                {
                    (saving.path, saving.proposed) = Default::default();
                    if open {
                        self.popup = None;
                    }
                }
                self.inform(Phrase::save_done(path));
            }
            // Another file was tried since.
            Err(_) if !last => {}
            Err(error) => {
                let text = error.text();
                if let Some(attempt) = &mut saving.attempt {
                    attempt.state = AttemptState::Refused(error);
                }
                if !open {
                    self.warn(Phrase::save_refused(text));
                }
            }
        }
    }

    /// Every call of view 4 as `--run` reads it: those that returned, in this order, then those in flight.
    fn script(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let mut script = format!("# sockscope {version}, {}\n", self.system());
        let mut add = |line: &str| {
            // A String takes everything.
            let _ = writeln!(script, "{line}");
        };
        let calls = self.calls();
        let forgotten = calls.forgotten;
        if forgotten > 0 {
            let text = Phrase::save_forgotten(forgotten).text(self.language);
            add(&format!("# {text}"));
        }
        if self.calls.redaction.is_some() {
            add(&format!("# {}", Key::SaveRedacted.text(self.language)));
        }
        let mut open = BTreeSet::new();
        for line in &calls.lines {
            // A script cannot use a socket that no line of it opens.
            if forgotten > 0 && line.on.is_some_and(|on| !open.contains(&on)) {
                add(&format!("# {}", line.copied()));
            } else {
                add(line.copied());
            }
            open.extend(line.opens);
        }
        for (_, line) in self.calls_in_flight() {
            add(line.copied());
        }
        script
    }

    /// Every call so far that returned, as a lesson.
    fn lesson(&self) -> String {
        let stem = Path::new(self.saving.path.value()).file_stem();
        let id = id_of(&utf8(stem.unwrap_or_default()));
        let calls = self.calls();
        let calls: Vec<_> = calls.lines.iter().map(|line| line.for_lesson()).collect();
        draft(&id, &self.system(), self.language, &calls)
    }

    /// `Linux, glibc 2.36, x86_64`
    fn system(&self) -> String {
        // What a file tells of was called elsewhere.
        let host = self.run().map_or(&self.host, |run| &run.host);
        let system = [
            Some(host.os.title()),
            host.libc.as_deref(),
            Some(&host.arch),
        ];
        let system: Vec<&str> = system.into_iter().flatten().collect();
        printable(system.join(", ").as_ref()).into_owned()
    }
}
