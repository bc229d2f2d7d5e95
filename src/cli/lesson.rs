//! What `--lesson` asks for.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::{Request, ScriptFile, columns, name_lines};
use crate::config;
use crate::lesson::{Lesson, Lessons, skeleton};
use crate::print::lesson::hand_out;
use crate::text::{nearest, printable, utf8};
use crate::words::{Key, Language, Phrase};

/// What `--lesson` asks for.
pub(super) enum Asked {
    /// To take this lesson on the screen, with those to choose from.
    Screen(Box<Lesson>, Lessons),
    /// Something else.
    Request(Request),
}

/// What is done with the calls of a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Compare the results.
    Check,
    /// Print a hand-out, with the results as its solutions.
    Export,
}

/// The lessons of the user's own and the built-in ones.
pub(super) fn lessons() -> Lessons {
    let directory = config::lessons();
    directory.map_or_else(Lessons::default, |path| Lessons::in_directory(&path))
}

/// What these one or two words ask for. `script` is how the calls of a file run.
pub(super) fn request(
    words: &[&OsStr],
    terminal: bool,
    script: impl Fn(&OsStr) -> ScriptFile,
) -> Result<Asked, Phrase> {
    let (what, argument) = match *words {
        [what] => (what, None),
        [what, argument, ..] => (what, Some(argument)),
        [] => return Err(Key::ErrorTip.into()),
    };
    let language = script(what).language;
    let lessons = lessons();
    let task = match what.to_str() {
        Some("check") => Some(Task::Check),
        Some("export") => Some(Task::Export),
        _ => None,
    };
    let request = match (task, argument) {
        (Some(_), None) => Err(Phrase::lesson_missing(&utf8(what))),
        (Some(task), Some(name)) => {
            let (path, lesson) = find(&lessons, name)?;
            let file = script(path.as_os_str());
            Ok(Request::Lesson(task, Box::new(lesson), file))
        }
        (None, Some(value)) => {
            let option = format!("--lesson {}", printable(what));
            let value = printable(value).into_owned();
            Err(Phrase::error_unexpected_value(option, value))
        }
        (None, None) if what == "list" => Ok(Request::Print(list(&lessons, language))),
        (None, None) if what == "new" => Ok(Request::Print(skeleton(language).to_owned())),
        (None, None) => {
            let (_, lesson) = find(&lessons, what)?;
            if terminal {
                return Ok(Asked::Screen(Box::new(lesson), lessons));
            }
            Ok(Request::Print(hand_out(&lesson, language)))
        }
    };
    request.map(Asked::Request)
}

fn find(lessons: &Lessons, name: &OsStr) -> Result<(PathBuf, Lesson), Phrase> {
    let found = lessons.find(name);
    found.unwrap_or_else(|| Err(unknown(lessons, name)))
}

/// There is no lesson of this name.
fn unknown(lessons: &Lessons, name: &OsStr) -> Phrase {
    let names = || lessons.all().map(|lesson| lesson.id.as_str());
    let shown = printable(name).into_owned();
    let problem = match nearest(&utf8(name), names()) {
        None => Phrase::lesson_unknown(shown),
        Some(similar) => Phrase::lesson_unknown_similar(shown, similar),
    };
    Phrase::lesson_names(name_lines(names()), problem)
}

/// One line per lesson, and what is wrong with files of the user's own.
fn list(lessons: &Lessons, language: Language) -> String {
    let rows = lessons
        .all()
        .map(|lesson| (&*lesson.id, lesson.title.text(language)));
    let problems = lessons
        .problems()
        .map(|problem| problem.text(language) + "\n");
    columns(rows) + &problems.collect::<String>()
}
