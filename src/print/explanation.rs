//! What an error means, here and on other systems: what `--explain` prints.

use std::ffi::OsStr;

use textwrap::{Options, WordSplitter};

use crate::explain::{ErrorCode, Question};
use crate::names::{Name, Os};
use crate::words::{Key, Language, Phrase, constant};

/// The width of the text, in columns.
const WIDTH: usize = 79;

/// The explanation of the error that `text` names, for a reader on `here`.
///
/// # Errors
/// The text names no error.
pub fn of(text: &OsStr, here: Os, language: Language) -> Result<String, Phrase> {
    let question = Question::read(text, here)?;
    let mut page = Page {
        out: String::new(),
        here,
        language,
    };
    if question.errors.len() > 1 {
        page.say("", "", &Key::ExplanationSeveral.into());
        for error in &question.errors {
            let title = page.title(error);
            let unix = match page.row(error) {
                Some(row) if row.name != error.name => format!(" ({})", error.name),
                _ => String::new(),
            };
            page.wrap("  ", "    ", &(title + &unix));
        }
        page.out.push('\n');
    }
    for (at, error) in question.errors.iter().enumerate() {
        if at > 0 {
            page.out.push('\n');
        }
        page.error(error, question.call);
    }
    Ok(page.out)
}

struct Page {
    out: String,
    here: Os,
    language: Language,
}

impl Page {
    fn wrap(&mut self, first: &str, rest: &str, text: &str) {
        let options = Options::new(WIDTH)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_splitter(WordSplitter::NoHyphenation);
        self.out += &textwrap::fill(text, options);
        self.out.push('\n');
    }

    fn say(&mut self, first: &str, rest: &str, phrase: &Phrase) {
        self.wrap(first, rest, &phrase.text(self.language));
    }

    /// The error on the system that it is explained for.
    fn row(&self, error: &ErrorCode) -> Option<Name> {
        error.on(error.system(self.here))
    }

    /// `EADDRINUSE: 48 on macOS, FreeBSD`
    fn title(&self, error: &ErrorCode) -> String {
        let row = self.row(error);
        let same = error.systems.iter().filter(|os| error.on(**os) == row);
        let (name, number) = row.map_or((error.name, 0), |row| (row.name, row.value));
        Phrase::explanation_title(name, number.to_string(), titles(same)).text(self.language)
    }

    fn error(&mut self, error: &ErrorCode, call: Option<&str>) {
        let title = self.title(error);
        self.wrap("", "", &title);
        let name = self.row(error).map_or(error.name, |row| row.name);
        self.wrap("", "", constant(name, self.language));
        self.out.push('\n');
        self.systems(error);
        let (cases, some_fit) = error.cases(call, self.here);
        self.out.push('\n');
        match call {
            _ if cases.is_empty() => self.say("", "", &Key::ExplanationNoCause.into()),
            Some(call) if !some_fit => {
                self.say("", "", &Phrase::explanation_other_calls(call));
                self.out.push('\n');
            }
            _ => {}
        }
        let arrow = match self.language.is_ascii() {
            true => "     > ",
            false => "     → ",
        };
        for (at, case) in cases.into_iter().enumerate() {
            if at > 0 {
                self.out.push('\n');
            }
            let calls: Vec<String> = case.calls.iter().map(|call| format!("{call}()")).collect();
            let calls = if calls.is_empty() {
                Phrase::from(Key::ExplanationAnyCall).text(self.language)
            } else {
                calls.join(", ")
            };
            let of = if case.on.is_empty() {
                calls
            } else {
                Phrase::explanation_on(calls, titles(&case.on)).text(self.language)
            };
            let what = case.what.text(self.language);
            self.wrap("", "", &format!("{of}: {what}"));
            for (at, cause) in case.causes.iter().enumerate() {
                let number = format!("  {}. ", at + 1);
                self.wrap(&number, "     ", &cause.line.text(self.language));
                self.wrap(arrow, "       ", &cause.remedy.text(self.language));
            }
        }
    }

    /// Its name and number on every system; `-` where it does not exist.
    fn systems(&mut self, error: &ErrorCode) {
        for os in Os::ALL {
            let (name, value) = match error.on(os) {
                Some(row) => (row.name, row.value.to_string()),
                None => ("-", String::new()),
            };
            let here = match os == self.here {
                true => format!("({})", Key::ExplanationHere.text(self.language)),
                false => String::new(),
            };
            let line = format!("  {:7}  {name:27}  {value:5}  {here}", os.title());
            self.out += line.trim_end();
            self.out.push('\n');
        }
    }
}

fn titles<'a>(systems: impl IntoIterator<Item = &'a Os>) -> String {
    let titles: Vec<_> = systems.into_iter().map(|os| os.title()).collect();
    titles.join(", ")
}
