//! Lessons without a screen: checked, and as a hand-out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::script::{AS_WRITTEN, DIFFERENT, Page};
use crate::lesson::Lesson;
use crate::net::{Host, Net, Outcome, Record, Recorder};
use crate::script;
use crate::script::run::{Event, Failure, Options, run};
use crate::script::syntax::{Place, Statement, terms};
use crate::text::printable;
use crate::words::{Key, Language, Phrase};

/// Makes every call of the lesson of the file `path` and compares what it returns; of a question's call
/// with the choices, of which one must name the result. Returns the exit status, 0 or 6.
///
/// # Errors
/// A call needs the network, a thread could not be started, or `out` failed.
pub fn check<N: Net>(
    recorder: Recorder<N>,
    lesson: &Lesson,
    path: &Path,
    options: Options,
    language: Language,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let recorder = Arc::new(recorder);
    let path_text = printable(path.as_os_str());
    let mut page = Page {
        os: recorder.host().os,
        path: &path_text,
        language,
        out,
    };
    let mut left_out = 0;
    for (at, step) in lesson.steps.iter().enumerate() {
        if step.network && !options.network {
            left_out += step.lines(options.place).len();
            page.comment(&Phrase::lesson_needs_network(&path_text, at + 1))?;
        }
    }
    let mut ambiguous = 0;
    let script = lesson.script(options.place, options.network);
    let mut counts = run(&recorder, &script, path, options, &mut |event| {
        page.event(&event)?;
        let Event::Returned { line, fitting, .. } = event else {
            return Ok(());
        };
        let Some((_, question)) = lesson.asking(line) else {
            return Ok(());
        };
        match question.chosen(options.place, fitting)[..] {
            [] => Ok(()),
            [at] => {
                let text = &question.choices[at].text;
                page.comment(&Phrase::lesson_answer(
                    line,
                    at + 1,
                    &path_text,
                    Phrase::from(text),
                ))
            }
            ref several => {
                ambiguous += 1;
                page.comment(&Phrase::lesson_several(several.len(), line, &path_text))
            }
        }
    })?;
    counts.skipped += left_out;
    // A late call is counted as different already.
    let ambiguous = ambiguous.min(counts.as_written);
    counts.as_written -= ambiguous;
    counts.different += ambiguous;
    page.end(counts)
}

/// The lesson as a hand-out in Markdown: blanks instead of results, and the hints at its end.
pub fn hand_out(lesson: &Lesson, language: Language) -> String {
    let say = |key: Key| key.text(language);
    let title = lesson.title.text(language);
    let about = [Key::LessonNameAndDate, Key::LessonLegend].map(say);
    let mut text = format!("# {title}\n\n{}\n", about.join("\n\n"));
    for (at, step) in lesson.steps.iter().enumerate() {
        let _ = write!(
            text,
            "\n## {}\n\n",
            Phrase::lesson_step(at + 1).text(language)
        );
        let _ = writeln!(text, "{}", paragraphs(&step.text.text(language)));
        if step.network {
            let _ = writeln!(text, "\n*{}*", say(Key::LessonNetwork));
        }
        if let Some(source) = &step.source {
            text += &block("c", source);
        }
        // The calls are the same on every system.
        let lines = step.lines(Place::Linux).into_iter();
        let calls = lines.filter_map(|line| Some((line.number, line.statement?)));
        let line = step.ask.as_ref().map(|question| question.line);
        let (asked, others): (Vec<_>, Vec<_>) = calls.partition(|(at, _)| Some(*at) == line);
        let others = others.iter().map(|(_, call)| format!("{call}\n"));
        text += &block("", &others.collect::<String>());
        if let (Some(question), [(_, asked)]) = (&step.ask, &*asked) {
            let _ = writeln!(text, "\n**{}**", paragraphs(&question.text.text(language)));
            text += &block("", &format!("{} = ______", asked.start()));
            let _ = writeln!(text, "\n{}\n", say(Key::LessonPrediction));
            for choice in &question.choices {
                let _ = writeln!(text, "- [ ] {}", choice.text.text(language));
            }
        }
    }
    let hints = lesson.steps.iter().enumerate();
    let hints = hints.filter_map(|(at, step)| {
        // A list with dashes: Markdown would change the numbers of a numbered one.
        let step_name = Phrase::lesson_step(at + 1).text(language);
        Some(format!(
            "- {step_name}: {}\n",
            step.hint.as_ref()?.text(language)
        ))
    });
    let hints: Vec<String> = hints.collect();
    if !hints.is_empty() {
        let _ = write!(text, "\n## {}\n\n{}", say(Key::LessonHints), hints.concat());
    }
    text
}

/// Makes the calls of the lesson, and prints its hand-out and the solutions: what each call returned.
/// Returns the exit status: 6 if a result is not what the lesson names.
///
/// # Errors
/// As [`check`].
pub fn export<N: Net>(
    recorder: Recorder<N>,
    lesson: &Lesson,
    path: &Path,
    options: Options,
    language: Language,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let recorder = Arc::new(recorder);
    let os = recorder.host().os;
    let script = lesson.script(options.place, options.network);
    // The line of each call, and the results that fit it.
    let mut returned = BTreeMap::new();
    let counts = run(&recorder, &script, path, options, &mut |event| {
        if let Event::Returned {
            line,
            record,
            fitting,
        } = event
        {
            returned.insert(line, (record.clone(), fitting.to_vec()));
        }
        Ok(())
    })?;
    let title = Phrase::lesson_solutions(Phrase::from(&lesson.title));
    let system = Phrase::lesson_made_on(system(recorder.host()));
    let mut text = hand_out(lesson, language);
    let _ = write!(text, "\n---\n\n# {}\n", title.text(language));
    let _ = write!(text, "\n{}\n", system.text(language));
    for (at, step) in lesson.steps.iter().enumerate() {
        let lines = step.lines(options.place);
        let calls = lines.iter().filter_map(|line| {
            let (record, fitting) = returned.get(&line.number)?;
            Some(solution(
                options.place,
                line.statement.as_ref()?,
                record,
                fitting,
            ))
        });
        let calls: String = calls.map(|line| line + "\n").collect();
        let left_out = step.network && !options.network && !lines.is_empty();
        if calls.is_empty() && !left_out {
            continue;
        }
        let _ = write!(
            text,
            "\n## {}\n",
            Phrase::lesson_step(at + 1).text(language)
        );
        if left_out {
            let _ = write!(text, "\n{}\n", Key::LessonNotCalled.text(language));
            continue;
        }
        text += &block("", &calls);
        let Some((question, (_, fitting))) = step
            .ask
            .as_ref()
            .and_then(|question| Some((question, returned.get(&question.line)?)))
        else {
            continue;
        };
        let chosen = question.chosen(options.place, fitting);
        text.push('\n');
        for (at, choice) in question.choices.iter().enumerate() {
            let is_right = chosen.contains(&at);
            let sign = if is_right { 'x' } else { ' ' };
            let _ = write!(text, "- [{sign}] {}", choice.text.text(language));
            if let (false, Some(why)) = (is_right, &choice.why) {
                let _ = write!(text, " – {}", why.text(language).replace('\n', " "));
            }
            text.push('\n');
        }
        if chosen.is_empty() {
            let _ = write!(text, "\n{}\n", Key::LessonNoChoice.text(language));
        }
    }
    let mut page = Page {
        os,
        path: "",
        language,
        out,
    };
    page.text(&text)?;
    Ok(match counts.different {
        0 => AS_WRITTEN,
        _ => DIFFERENT,
    })
}

/// The call with its names, as in the hand-out, and what it returned: `bind(second, list[0]) = -1
/// EADDRINUSE 98 (…)`.
fn solution(place: Place, call: &Statement, record: &Record, fitting: &[usize]) -> String {
    let (os, start) = (place.os(), call.start());
    // A handle has its name there.
    let name = record.handle().and(fitting.first());
    let name = name.and_then(|&case| call.cases(place).get(case).copied());
    match (name, &record.outcome) {
        (Some(name), _) => format!("{start} = {}", terms(name)),
        (None, Outcome::Returned(_) | Outcome::Failed(_)) => {
            format!("{start} = {}", script::outcome(os, record))
        }
        (None, _) => script::without_time(os, record),
    }
}

/// `Linux, x86_64, glibc 2.36`
fn system(host: &Host) -> String {
    let parts = [
        Some(host.os.title()),
        Some(&*host.arch),
        host.libc.as_deref(),
    ];
    let parts: Vec<&str> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}

fn paragraphs(text: &str) -> String {
    text.replace('\n', "\n\n")
}

/// A fenced block of code; nothing if there is no code. The fence is longer than any in it.
fn block(language: &str, code: &str) -> String {
    let code = code.trim_end();
    if code.is_empty() {
        return String::new();
    }
    let mut fence = "```".to_owned();
    while code.contains(&fence) {
        fence.push('`');
    }
    format!("\n{fence}{language}\n{code}\n{fence}\n")
}
