//! The lessons to choose from: the user's own and the built-in ones.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::Lesson;
use super::file::read;
use crate::document;
use crate::text::printable;
use crate::words::{Language, Phrase};

/// What `--lesson` takes instead of a lesson.
pub const RESERVED: [&str; 4] = ["list", "check", "new", "export"];

/// The most lessons of the user's own that are read.
const MOST: usize = 200;

/// The extension of a lesson's file.
const EXTENSION: &str = "toml";

/// What `--lesson new` prints, in English and Spanish.
pub(super) const SKELETONS: [&str; 2] = [
    include_str!("../../assets/lessons/new/en.toml"),
    include_str!("../../assets/lessons/new/es.toml"),
];

/// The one in this language.
pub(crate) fn skeleton(language: Language) -> &'static str {
    let [en, es] = SKELETONS;
    match language.unicode() == Language::Es {
        true => es,
        false => en,
    }
}

/// The id and the text of a built-in lesson.
macro_rules! built_in {
    ($id:literal) => {
        (
            $id,
            include_str!(concat!("../../assets/lessons/", $id, ".toml")),
        )
    };
}

/// The built-in lessons, in the order of the list.
pub(super) const FILES: [(&str, &str); 6] = [
    built_in!("winsock-server"),
    built_in!("winsock-client"),
    built_in!("two-families"),
    built_in!("why-did-it-refuse"),
    built_in!("names"),
    built_in!("two-systems"),
];

/// Every built-in lesson, in the order of the list. The first call reads them.
pub fn lessons() -> &'static [Lesson] {
    static LESSONS: OnceLock<Vec<Lesson>> = OnceLock::new();
    LESSONS.get_or_init(|| {
        let lessons = FILES.iter().map(|(name, text)| read(name.as_ref(), text));
        // A test reads every file as Lesson::read does, so there is no error.
        lessons.filter_map(Result::ok).collect()
    })
}

/// The user's own lessons, before the built-in ones. One with the id of a built-in one replaces it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lessons {
    own: Vec<(PathBuf, Result<Lesson, Phrase>)>,
}

impl Lessons {
    /// With the files in `directory`, which may be missing. At most [`MOST`] are read.
    pub(crate) fn in_directory(directory: &Path) -> Self {
        let mut lessons = Self::default();
        let mut paths = Vec::new();
        match fs::read_dir(directory) {
            Ok(entries) => {
                for entry in entries {
                    match entry {
                        Ok(entry) => paths.push(entry.path()),
                        Err(error) => lessons.miss(directory, &error),
                    }
                }
            }
            Err(error) => match error.kind() {
                ErrorKind::NotFound => {}
                ErrorKind::NotADirectory if !directory.exists() => {}
                _ => lessons.miss(directory, &error),
            },
        }
        paths.retain(|path| path.extension() == Some(EXTENSION.as_ref()));
        paths.sort();
        for path in paths.iter().take(MOST) {
            let lesson = document::find(path).map(|text| Lesson::read(path, &text?));
            // It may have been removed since.
            if let Some(lesson) = lesson {
                let lesson = lesson.and_then(|lesson| lessons.alone(path, lesson));
                lessons.own.push((path.clone(), lesson));
            }
        }
        if let Some(path) = paths.get(MOST) {
            let problem = Phrase::lesson_many_files(MOST, &printable(directory.as_os_str()));
            lessons.own.push((path.clone(), Err(problem)));
        }
        lessons
    }

    /// Remembers that a file or the directory could not be read.
    fn miss(&mut self, path: &Path, error: &io::Error) {
        let problem = document::unreadable(path, error);
        self.own.push((path.to_owned(), Err(problem)));
    }

    /// The lesson of the file `path`, if no file before it has one with this id.
    fn alone(&self, path: &Path, lesson: Lesson) -> Result<Lesson, Phrase> {
        let Some(at) = self.own(&lesson.id) else {
            return Ok(lesson);
        };
        let [other, path] = [&self.own[at].0, path].map(|path| printable(path.as_os_str()));
        Err(Phrase::lesson_twice(lesson.id, &other, &path))
    }

    /// The lessons that can be read, in the order of the list.
    pub fn all(&self) -> impl Iterator<Item = &Lesson> {
        let own = self
            .own
            .iter()
            .filter_map(|(_, lesson)| lesson.as_ref().ok());
        let others = lessons()
            .iter()
            .filter(|lesson| self.own(&lesson.id).is_none());
        own.chain(others)
    }

    /// What is wrong with the user's own files.
    pub(crate) fn problems(&self) -> impl Iterator<Item = &Phrase> {
        self.own
            .iter()
            .filter_map(|(_, lesson)| lesson.as_ref().err())
    }

    fn own(&self, id: &str) -> Option<usize> {
        let is = |lesson: &Lesson| lesson.id == id;
        let mut own = self.own.iter();
        own.position(|(_, lesson)| lesson.as_ref().is_ok_and(is))
    }

    /// The lesson with this id, and the path in messages about it; else that of the file of this name.
    ///
    /// # Errors
    /// The file is not a lesson.
    pub(crate) fn find(&self, name: &OsStr) -> Option<Result<(PathBuf, Lesson), Phrase>> {
        let path = PathBuf::from(name);
        let id = name.to_str();
        let read_from = |path: PathBuf| {
            let name = path.clone();
            open(&path).map(|lesson| (path, Lesson { name, ..lesson }))
        };
        if id == Some("-") {
            return Some(read_from(path));
        }
        let mut own = self.own.iter();
        let stem = own.position(|(path, _)| path.file_stem() == Some(name));
        if let Some(at) = id.and_then(|id| self.own(id)).or(stem) {
            let (path, lesson) = self.own[at].clone();
            return Some(lesson.map(|lesson| (path, lesson)));
        }
        if let Some((_, text)) = FILES.iter().find(|(built_in, _)| Some(*built_in) == id) {
            return Some(read(&path, text).map(|lesson| (path, lesson)));
        }
        let is_path = path.components().count() > 1 || path.extension().is_some();
        (is_path || path.exists()).then(|| read_from(path))
    }
}

fn open(path: &Path) -> Result<Lesson, Phrase> {
    Lesson::read(path, &document::open(path)?)
}
