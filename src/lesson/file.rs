//! The file of a lesson.

use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{Choice, Lesson, Question, RESERVED, Step};
use crate::document::{Document, Item};
use crate::net::Hint;
use crate::script::syntax::{Line, line as parse};
use crate::text::{printable, quoted, quoted_briefly};
use crate::words::{Key, Phrase};

/// The most steps of a lesson: an hour's.
pub(super) const STEPS: usize = 100;

/// The most lines of calls of a step.
pub(super) const CALLS: usize = 100;

/// The choices of a question: a digit each.
const CHOICES: [usize; 2] = [2, 9];

/// The longest id.
pub(super) const ID: usize = 40;

/// The members of a query, in the order of the call's line.
const HINTS: [Hint; 4] = [Hint::Flags, Hint::Family, Hint::Socktype, Hint::Protocol];

/// Whether a lesson can have this id.
pub(super) fn is_id(id: &str) -> bool {
    let easy = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=ID).contains(&id.len()) && id.chars().all(easy) && !RESERVED.contains(&id)
}

type Read<T> = Result<T, Phrase>;

/// Reads the text of the file `path`, as far as no system is needed.
pub(super) fn read(path: &Path, text: &str) -> Read<Lesson> {
    let file = File {
        document: Document::new(path, text),
        path,
        text,
    };
    let (table, error) = file.document.parse();
    if let Some(error) = error {
        return Err(error);
    }
    let [id, title, steps] = file.document.fields(table, ["id", "title", "step"])?;
    let top = 0..0;
    let id = file.id(&file.document.required(&top, "id", id)?)?;
    let title = file.document.required(&top, "title", title)?;
    let title = file.document.translated(title)?;
    let steps = file.document.required(&top, "step", steps)?;
    let span = steps.span();
    let steps = file.document.list(steps)?;
    if steps.is_empty() || steps.len() > STEPS {
        return Err(file.document.error(span, Phrase::lesson_steps(STEPS)));
    }
    let mut numbers = HashSet::new();
    let steps = steps.into_iter().map(|step| {
        let span = step.span();
        let step = file.step(step)?;
        // A call is known by its line.
        let query = step.query.as_ref().map(|line| line.number);
        let calls = step.calls.iter().filter(|line| line.statement.is_some());
        let asked = step.ask.as_ref().map(|ask| ask.line);
        let mut calls = query
            .into_iter()
            .chain(calls.map(|line| line.number))
            .chain(asked.filter(|_| asked != query));
        match calls.all(|number| numbers.insert(number)) {
            true => Ok(step),
            false => Err(file.document.error(span, Key::LessonCalls)),
        }
    });
    Ok(Lesson {
        name: PathBuf::from(&id),
        id,
        title,
        steps: steps.collect::<Read<_>>()?,
    })
}

#[derive(Clone, Copy)]
struct File<'a> {
    document: Document<'a>,
    path: &'a Path,
    text: &'a str,
}

impl<'a> File<'a> {
    fn id(&self, item: &Item<'a>) -> Read<String> {
        let id = self.document.text(item)?;
        if !is_id(id) {
            let what = Phrase::lesson_id(quoted_briefly(id.as_ref()), ID);
            return Err(self.document.error(item.span(), what));
        }
        Ok(id.to_owned())
    }

    fn step(&self, item: Item<'a>) -> Read<Step> {
        let span = item.span();
        let table = self.document.table(item)?;
        let names = ["text", "source", "query", "calls", "hint", "network", "ask"];
        let [text, source, query, calls, hint, network, ask] =
            self.document.fields(table, names)?;
        let paragraphs = |item| self.document.paragraphs(item);
        let text = paragraphs(self.document.required(&span, "text", text)?)?;
        let query = query.map(|item| self.query(item)).transpose()?;
        let calls = calls.map(|item| self.calls(&item)).transpose()?;
        let calls = calls.unwrap_or_default();
        let ask = ask.map(|item| self.question(item, query.as_ref(), &calls));
        Ok(Step {
            text,
            source: source.map(|item| self.source(&item)).transpose()?,
            calls,
            hint: hint.map(paragraphs).transpose()?,
            network: network.map_or(Ok(false), |item| self.document.flag(&item))?,
            ask: ask.transpose()?,
            query: query.map(|(line, _)| line),
        })
    }

    /// The lines without what a terminal would obey.
    fn source(&self, item: &Item<'a>) -> Read<String> {
        let lines = self.document.text(item)?.trim_end().lines();
        let lines = lines.map(|line| printable(line.trim_end().as_ref()).into_owned());
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }

    /// The line of getaddrinfo with the result 0, and the line without a result. What is left out is
    /// NULL or 0.
    fn query(&self, item: Item<'a>) -> Read<(Line, String)> {
        let span = item.span();
        let table = self.document.table(item)?;
        let [flags, family, socktype, protocol] = HINTS.map(Hint::member);
        let names = ["node", "service", flags, family, socktype, protocol];
        let [node, service, hints @ ..] = self.document.fields(table, names)?;
        let argument = |item: Option<Item<'a>>| match item {
            Some(item) => self.document.text(&item).map(|text| quoted(text.as_ref())),
            None => Ok("NULL".to_owned()),
        };
        let mut members = Vec::new();
        for (hint, item) in HINTS.into_iter().zip(hints) {
            let Some(item) = item else { continue };
            let text = self.document.text(&item)?;
            let word = |c: char| c.is_ascii_alphanumeric() || "_-+, |".contains(c);
            if !text.chars().all(word) {
                let shown = quoted_briefly(text.as_ref());
                let what = Phrase::script_constant(hint.member(), shown);
                return Err(self.document.error(item.span(), what));
            }
            let words = text.split([',', '|']).map(str::trim);
            let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
            let value = match words.is_empty() {
                true => "0".to_owned(),
                false => words.join("|"),
            };
            members.push(format!("{}={value}", hint.member()));
        }
        let (node, service) = (argument(node)?, argument(service)?);
        let call = format!(
            "getaddrinfo({node}, {service}, {{{}}}, [list])",
            members.join(", ")
        );
        let line = self.line(&span, &format!("{call} = 0"))?;
        Ok((line, call))
    }

    /// A line that is not in the file as it is.
    fn line(&self, at: &Range<usize>, text: &str) -> Read<Line> {
        let line = parse(text);
        let line = line.map_err(|mistake| self.document.error(at.clone(), mistake.what))?;
        Ok(Line {
            number: self.number(at.start),
            source: String::new(),
            ..line
        })
    }

    fn number(&self, at: usize) -> usize {
        let before = self.text.as_bytes().iter().take(at);
        before.filter(|&&byte| byte == b'\n').count() + 1
    }

    /// The lines of calls, each with its number and its column in the file.
    fn calls(&self, item: &Item<'a>) -> Read<Vec<Line>> {
        let text = self.document.text(item)?;
        let raw = self.text.get(item.span()).unwrap_or_default();
        let quotes = if raw.starts_with("'''") || raw.starts_with("\"\"\"") {
            3
        } else {
            1
        };
        let inner = raw.get(quotes..).unwrap_or_default();
        // TOML drops a line feed behind the quotes.
        let first = inner.starts_with('\n') || inner.starts_with("\r\n");
        let feeds = |text: &str| text.matches('\n').count();
        if feeds(raw) != feeds(text) + usize::from(first) {
            return Err(self.document.error(item.span(), Key::LessonCalls));
        }
        if text.lines().count() > CALLS {
            let what = Phrase::lesson_many_calls(CALLS);
            return Err(self.document.error(item.span(), what));
        }
        let start = item.span().start;
        let number = self.number(start) + usize::from(first);
        let lines = text.lines().enumerate().map(|(at, text)| {
            // Blanks for what stands before the first call, so that columns are those of the file.
            let before = self.text.get(..start + quotes).unwrap_or_default();
            let before = before.rsplit('\n').next().unwrap_or_default();
            let indented = match at == 0 && !first {
                true => " ".repeat(before.chars().count()) + text,
                false => text.to_owned(),
            };
            let number = number + at;
            match parse(&indented) {
                Ok(line) => Ok(Line { number, ..line }),
                Err(mistake) => Err(mistake.placed(self.path, number, &indented)),
            }
        });
        lines.collect()
    }

    fn question(
        &self,
        item: Item<'a>,
        query: Option<&(Line, String)>,
        calls: &[Line],
    ) -> Read<Question> {
        let span = item.span();
        let table = self.document.table(item)?;
        let [text, call, choices] = self.document.fields(table, ["text", "call", "choice"])?;
        let text = self.document.required(&span, "text", text)?;
        let text = self.document.paragraphs(text)?;
        let (number, call) = match (&call, query) {
            (Some(item), _) => {
                let call = self.document.text(item)?;
                // Whether it is a call, whatever the choices are.
                self.line(&item.span(), &format!("{call} = ..."))?;
                let number = self.number(item.span().start);
                if query.is_some_and(|(line, _)| line.number == number) {
                    return Err(self.document.error(item.span(), Key::LessonCalls));
                }
                (number, call)
            }
            (None, Some((line, call))) if calls.iter().all(|line| line.statement.is_none()) => {
                (line.number, &**call)
            }
            (None, _) => return Err(self.document.error(span, Key::LessonNothingAsked)),
        };
        let choices = self.document.required(&span, "choice", choices)?;
        let places = choices.span();
        let choices = self.document.list(choices)?;
        let [least, most] = CHOICES;
        if !(least..=most).contains(&choices.len()) {
            let what = Phrase::lesson_choices(least, most);
            return Err(self.document.error(places, what));
        }
        let spans: Vec<_> = choices.iter().map(Item::span).collect();
        let choices = choices
            .into_iter()
            .map(|item| self.choice(item, number, call));
        let question = Question {
            text,
            line: number,
            choices: choices.collect::<Read<_>>()?,
        };
        match question.repeated() {
            Some(at) => Err(self
                .document
                .error(spans[at].clone(), Key::LessonSameResult)),
            None => Ok(question),
        }
    }

    fn choice(&self, item: Item<'a>, number: usize, call: &str) -> Read<Choice> {
        let span = item.span();
        let table = self.document.table(item)?;
        let [result, text, why] = self.document.fields(table, ["result", "text", "why"])?;
        let result = self.document.required(&span, "result", result)?;
        let written = self.document.text(&result)?;
        let mut line = self.line(&result.span(), &format!("{call} = {written}"))?;
        line.number = number;
        let statement = line.statement.iter();
        let cases = statement.flat_map(|statement| &statement.cases);
        let mut words = cases.filter_map(|case| case.terms.first()?.word());
        if words.any(|word| word == "...") {
            return Err(self.document.error(result.span(), Key::LessonAnyResult));
        }
        let text = self.document.required(&span, "text", text)?;
        let why = why.map(|item| self.document.paragraphs(item));
        Ok(Choice {
            line,
            text: self.document.translated(text)?,
            why: why.transpose()?,
        })
    }
}
