//! The pane of the lesson: the text of the step, its calls, its question, and what came of them.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::code::write_line;
use super::{Line, Page, draw_lines};
use crate::app::{CallEnd, Command, Course, Model, StepCall};
use crate::code::{Language, shell_word};
use crate::lesson::{Question, Verdict};
use crate::tui::ui::canvas::{Canvas, more, width, wrap};
use crate::tui::ui::look::Look;
use crate::words::{Key, Phrase};

/// The least height for empty lines between paragraphs.
const HIGH: u16 = 14;

/// `A server, step by step · 3/14`, in `room` columns.
pub(in crate::tui::ui) fn title(model: &Model, look: Look, room: u16) -> String {
    let Some(course) = &model.course else {
        return String::new();
    };
    let place = format!("{}/{}", course.progress.at() + 1, course.steps.len());
    let title = course.lesson.title.text(look.language);
    let whole = format!("{title} {} {place}", look.dot());
    // The title is also in the list of lessons.
    if width(&whole) > room { place } else { whole }
}

/// Draws the step. Returns what [`more`] does.
pub(in crate::tui::ui) fn draw(model: &Model, canvas: &mut Canvas) -> [bool; 2] {
    let Rect { width, height, .. } = canvas.area;
    let Some(course) = &model.course else {
        return [false; 2];
    };
    let mut page = Page::empty(canvas.screen.look, model.host.os, width, height);
    let calls = write(course, &mut page);
    let (rows, count) = (usize::from(height), page.lines.len());
    let measures = &mut canvas.screen.measures;
    (measures.lesson, measures.lesson_lines) = (rows, count);
    measures.lesson_calls = calls;
    let first = course.first.min(count.saturating_sub(rows));
    draw_lines(canvas, page.lines.iter().skip(first));
    more(first, rows, count)
}

/// Writes the step; returns the line of its first call.
fn write(course: &Course, page: &mut Page) -> usize {
    let look = page.look;
    let (step, calls) = course.step();
    let at = course.progress.at();
    let high = page.height >= HIGH;
    for (number, paragraph) in step.text.text(look.language).lines().enumerate() {
        if number > 0 && high {
            blank(page);
        }
        text(page, 1, paragraph, look.text());
    }
    if let Some(source) = &step.source {
        blank(page);
        let room = page.width.saturating_sub(5);
        for line in source.lines() {
            write_line(page, Language::Winsock, &format!("    {line}"), room, false);
        }
    }
    let first = page.lines.len() + 1;
    if step.network && !course.network {
        blank(page);
        let name = shell_word(page.os, course.lesson.name.as_os_str());
        let offline = Phrase::lesson_offline(name);
        text(page, 1, &look.say(offline), look.strong());
    }
    if let Some(reason) = &course.failure {
        blank(page);
        let failed = look.say(Phrase::lesson_failed(reason.clone()));
        page.hanging(
            vec![(format!("{} ", look.failure_sign()), look.failure())],
            &failed,
            look.strong(),
        );
    }
    if !calls.calls.is_empty() {
        blank(page);
        for call in course.waits_for().chain(&calls.calls) {
            write_call(page, call);
        }
    }
    if let Some(question) = step.ask.as_ref().filter(|_| !calls.calls.is_empty()) {
        blank(page);
        write_question(course, question, page);
    }
    if let Some(hint) = step.hint.as_ref().filter(|_| calls.hint) {
        blank(page);
        let hint = Phrase::lesson_hint(Phrase::from(hint));
        text(page, 1, &look.say(hint), look.text());
    }
    if course.progress.is_last() && course.is_made(at) {
        blank(page);
        let summary = course.progress.summary();
        let (questions, answered) = (summary.questions, summary.answered);
        let end = Phrase::lesson_end(answered, questions, summary.right);
        text(page, 1, &look.say(end), look.strong());
        let (leave, list) = (look.key(Command::Cancel), look.key(Command::Presets));
        let keys = look.say(Phrase::lesson_end_keys(leave, list));
        text(page, 1, &keys, look.text());
    }
    first
}

fn blank(page: &mut Page) {
    if !page.lines.is_empty() {
        page.lines.push(Line::default());
    }
}

/// A paragraph, indented by `indent` columns more than the line begins.
fn text(page: &mut Page, indent: u16, text: &str, style: Style) {
    let room = page.width.saturating_sub(indent + 1);
    if text.is_empty() {
        page.lines.push(Line::default());
        return;
    }
    for line in wrap(&page.look.shown(text), room) {
        let indent = " ".repeat(usize::from(indent - 1));
        page.line(indent + &line, style);
    }
}

/// A call: planned, pending, or with its result.
fn write_call(page: &mut Page, call: &StepCall) {
    let look = page.look;
    let sign = |text: &str, style| vec![(format!("{text} "), style)];
    match &call.end {
        CallEnd::Planned => {
            let line = format!("{} = ?", call.planned);
            page.hanging(sign(look.dot(), look.text()), &line, look.text());
        }
        CallEnd::Skipped => {
            let skipped = look.say(Key::LessonSkipped);
            let line = format!("{}: {skipped}", call.planned);
            page.hanging(sign(look.dot(), look.text()), &line, look.text());
        }
        CallEnd::Pending(_, line, elapsed) => {
            let line = format!("{line} {}", look.waiting(*elapsed));
            page.hanging(sign(look.ellipsis(), look.pending()), &line, look.text());
        }
        CallEnd::Returned(line, succeeded, _) => {
            let (text, style) = match succeeded {
                true => (look.success_sign(), look.text()),
                false => (look.failure_sign(), look.failure()),
            };
            page.hanging(sign(text, style), line, look.text());
        }
    }
    if let Some(name) = &call.name {
        let told = match &call.end {
            CallEnd::Planned => !call.opens,
            CallEnd::Skipped => true,
            CallEnd::Pending(..) | CallEnd::Returned(..) => false,
        };
        if !told {
            write_name(page, name);
        }
    }
    for remark in &call.remarks {
        text(page, 3, &look.say(remark.clone()), look.text());
    }
}

/// The lesson's name of a socket, behind the call or below it.
fn write_name(page: &mut Page, name: &str) {
    let (look, name) = (page.look, page.look.shown(name).into_owned());
    let Some(line) = page.lines.last_mut() else {
        return;
    };
    let used: u16 = line.pieces.iter().map(|(piece, _)| width(piece)).sum();
    let behind = format!("   # {name}");
    if used + width(&behind) + 2 <= page.width {
        line.pieces.push((behind, look.text()));
    } else {
        page.line(behind, look.text());
    }
}

/// The question with its choices. Once its call has returned, each has a sign, and why it is not what
/// happened.
fn write_question(course: &Course, question: &Question, page: &mut Page) {
    let look = page.look;
    let at = course.progress.at();
    for paragraph in question.text.text(look.language).lines() {
        text(page, 1, paragraph, look.strong());
    }
    let returned = course.progress.returned(at);
    let open = course.choice();
    let marked = open.or(course.progress.prediction());
    for (index, choice) in question.choices.iter().enumerate() {
        let first = page.lines.len();
        let here = marked == Some(index);
        let is_it = returned.flatten() == Some(index);
        let (sign, style) = match returned {
            Some(_) if is_it => (look.success_sign(), look.text()),
            Some(_) => (look.failure_sign(), look.text()),
            None => ("", look.text()),
        };
        let sign = match sign {
            "" => " ".to_owned(),
            sign => format!(" {sign} "),
        };
        let strong = here && open.is_some() || is_it;
        let words = if strong { look.strong() } else { look.text() };
        let text_of = choice.text.text(look.language);
        page.hanging(vec![(sign, style)], &text_of, words);
        for line in &mut page.lines[first..] {
            line.choice = open.map(|_| index);
        }
        page.lines[first].marked = here;
        let why = choice.why.as_ref().filter(|_| returned.is_some() && !is_it);
        if let Some(why) = why {
            for paragraph in why.text(look.language).lines() {
                text(page, 5, paragraph, look.text());
            }
        }
    }
    let verdict = match (course.progress.verdict(at), returned) {
        (_, None) => return,
        (_, Some(None)) => Key::LessonNoChoice,
        (Some(Verdict::Right), _) => Key::LessonRight,
        (Some(_), _) => Key::LessonWrong,
        (None, _) => Key::LessonUnpredicted,
    };
    text(page, 1, &look.say(verdict), look.strong());
}
