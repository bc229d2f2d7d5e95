//! The header, the message line and the footer.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::{Canvas, width, wrap};
use super::look::{Look, time};
use crate::app::{
    Action, Command, Field, Model, Motion, Pane, State, Target, View, Watch, meaning,
};
use crate::compare::Changes;
use crate::names::Name;
use crate::net::{Hint, MAX_RESOLVING, Outcome, Record, Value};
use crate::tui::keys::{self, Binding, Context};
use crate::words::{Key, Phrase, constant};

/// The machine. If one pane has the whole screen and does not show the result, the result stands at the
/// right.
pub(super) fn header(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let end = canvas.text(1, 0, "sockscope", look.strong());
    let shown = match (model.pane, model.view) {
        _ if !canvas.screen.alone => true,
        (Pane::Entries, _) => model.sockets.selected().is_none(),
        (Pane::Detail, View::Socket) => true,
        _ => false,
    };
    let results = if shown {
        Vec::new()
    } else {
        results(model, look)
    };
    let room = canvas.area.width.saturating_sub(end + 2);
    let mut results = results.into_iter();
    let result = results.find(|(call, result, _)| width(call) + width(result) <= room);
    let (call, result, sign) = result.unwrap_or_default();
    let result = format!("{call}{result}");
    if let Some(start) = canvas.right(end + 2, 0, &result, look.text()) {
        canvas.mark(start + width(call), 0, sign);
    }
    let about = machine(model, look);
    let free = canvas.area.width.saturating_sub(end + width(&result) + 4);
    if width(&about) <= free {
        let middle = (canvas.area.width.saturating_sub(width(&about))) / 2;
        let column = middle.clamp(end + 2, end + 2 + free - width(&about));
        canvas.text(column, 0, &about, look.text());
    }
}

/// The call, what it returned, or that it waits, and the style of the sign; then the same without the
/// call. A failure of socket() comes before the success of getaddrinfo.
fn results(model: &Model, look: Look) -> Vec<(&'static str, String, Style)> {
    if model.lookups.pending.is_none()
        && let Some(record) = model.last_step()
    {
        return step_results(model, look, record);
    }
    let pending = model.lookups.pending.as_ref();
    let (result, sign) = if let Some(pending) = pending {
        (look.waiting(pending.elapsed), look.pending())
    } else if let Some(answer) = &model.answer
        && let Some(record) = answer.run.answer()
    {
        let os = answer.run.host.os;
        let socket = match answer.state(answer.selected) {
            State::Failed(record) => record.error().map(|error| ("socket ", error)),
            _ => None,
        };
        let lookup = record.error().map(|error| ("getaddrinfo ", error));
        // This view begins with the result of getaddrinfo.
        let begins = (model.pane, model.view) == (Pane::Detail, View::Elsewhere);
        if begins && (lookup.is_some() || socket.is_none()) {
            return Vec::new();
        }
        if let Some((call, error)) = lookup.or(socket) {
            let name = error.name(os).map_or("", |row| row.name);
            let result = format!("{} {} {name} ", look.failure_sign(), error.code);
            let sign = look.failure();
            return vec![(call, result.clone(), sign), ("", result, sign)];
        }
        let result = format!("{} {}", look.success_sign(), time(record.took));
        (result, look.text())
    } else {
        return Vec::new();
    };
    vec![("getaddrinfo ", result + " ", sign)]
}

/// The same for the last call on a held socket.
fn step_results(model: &Model, look: Look, record: &Record) -> Vec<(&'static str, String, Style)> {
    let os = model.host.os;
    let name = record.call.name(os);
    let (result, sign) = match &record.outcome {
        Outcome::Failed(error) => {
            let row = error.name(os).map_or("", |row| row.name);
            let result = format!("{} {} {row}", look.failure_sign(), error.code);
            (result, look.failure())
        }
        Outcome::Returned(_) => {
            let result = format!("{} {}", look.success_sign(), time(record.took));
            (result, look.text())
        }
        _ => (look.say(Key::DetailNotCalled), look.text()),
    };
    vec![
        (name, format!(" {result} "), sign),
        ("", result + " ", sign),
    ]
}

/// The system, its C library or Winsock, and the processor.
pub(super) fn machine(model: &Model, look: Look) -> String {
    let host = match model.run() {
        Some(run) => &run.host,
        None => &model.host,
    };
    let title = match model.replay() {
        Some(replay) => format!("{}: {}", replay.file, host.os.title()),
        None => host.os.title().to_owned(),
    };
    let mut parts = vec![title];
    parts.extend(host.libc.clone());
    let wsastartup = host.wsastartup.as_ref();
    parts.extend(wsastartup.map(|record| match &record.outcome {
        Outcome::Returned(Value::WsaData(data)) => format!("Winsock {}", data.version),
        Outcome::Failed(error) => look.say(Phrase::screen_wsastartup_failed(&error.code)),
        _ => look.say(Key::ScreenNoWsastartup),
    }));
    parts.push(host.arch.clone());
    parts.join(&format!(" {} ", look.dot()))
}

/// The message to the user.
fn notice(model: &Model, look: Look) -> Option<(String, Style)> {
    if model.lookups.refused {
        let key = look.key(Command::Resolve);
        let text = look.say(Phrase::notice_refused(key, MAX_RESOLVING));
        return Some((text, look.strong()));
    }
    let Some(notice) = model.notice.as_ref() else {
        return Some((watch(model.watch.as_ref()?, look), look.text()));
    };
    let style = if notice.failure {
        look.strong()
    } else {
        look.text()
    };
    Some((notice.text.text(look.language), style))
}

/// How a query that is repeated went so far.
fn watch(watch: &Watch, look: Look) -> String {
    let seconds = watch.interval.as_secs_f64().to_string();
    let Changes {
        all,
        order,
        entries,
        results,
    } = watch.changes;
    let [least, most] = watch.times.unwrap_or_default();
    let [least, most] = [least, most].map(|time| format!("{:.2}", time.as_secs_f64() * 1e3));
    let times = format!("{least}{}{most} ms", look.glyph("–", "-"));
    let text = Phrase::watch_state(watch.answers, all, entries, order, results, seconds, times);
    look.say(text)
}

/// The number of lines of the message to the user, in `width` columns. A hint has no more lines than
/// there are, since the list of values has it whole.
pub(super) fn message_lines(model: &Model, look: Look, width: u16) -> u16 {
    let lines = notice(model, look)
        .map(|(text, _)| wrap(&look.shown(&text), width.saturating_sub(2)).len());
    u16::try_from(lines.unwrap_or(0)).unwrap_or(u16::MAX)
}

/// The message to the user, or a hint on the field in focus.
pub(super) fn message(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let hint = || (hint(model, look), look.text());
    let (text, style) = notice(model, look).unwrap_or_else(hint);
    let room = canvas.area.width.saturating_sub(2);
    let mut lines = wrap(&look.shown(&text), room);
    // Join the lines that have no row; `put` truncates the result.
    let last = usize::from(canvas.area.height).saturating_sub(1);
    if lines.len() > last {
        let rest = lines.split_off(last).join(" ");
        lines.push(rest);
    }
    for (row, line) in (0..).zip(&lines) {
        canvas.put(1, row, room, line, style);
    }
}

/// The meaning of the field or view in focus.
fn hint(model: &Model, look: Look) -> String {
    let language = model.language;
    if model.popup.is_some() {
        return String::new();
    }
    let key = match (model.pane, model.form.focused()) {
        (Pane::Form, Field::Node) => Key::HintNode,
        (Pane::Form, Field::Service) => Key::HintService,
        (Pane::Form, Field::HintsPointer) => Key::HintPointer,
        (Pane::Form, Field::Hint(Hint::Flags)) => Key::HintFlags,
        (Pane::Form, Field::Hint(hint)) => {
            let value = hint.get(&model.form.hints);
            let row = hint.table(model.form.os).of(value);
            return meaning(&row.unwrap_or(Name { value, name: "" }), language).to_owned();
        }
        (Pane::Form, Field::Flag(bit)) => {
            let row = model.form.os.names().flags.of(bit);
            return row
                .map_or("", |row| constant(row.name, language))
                .to_owned();
        }
        (Pane::Entries, _) => {
            let Some(socket) = model.sockets.selected() else {
                return Key::HintEntries.text(language).to_owned();
            };
            let (close, calls) = (look.key(Command::CloseSocket), look.key(Command::ListCalls));
            return look.say(match socket.ladder.stage.is_over() {
                true => Phrase::hint_over(close),
                false => Phrase::hint_held(close, calls),
            });
        }
        (Pane::Lesson, _) => {
            let (go, next) = (look.key(Command::GoOn), look.key(Command::NextStep));
            return look.say(match model.action() {
                Some(Action::More) => Phrase::hint_lesson_more(go, next),
                Some(Action::Answer) => Phrase::hint_lesson_answer(go, next),
                Some(Action::Make) => Phrase::hint_lesson_make(go, next),
                Some(Action::Wait) => Phrase::hint_lesson_wait(next),
                Some(Action::Next) => {
                    Phrase::hint_lesson_next(look.key(Command::PreviousStep), go, next)
                }
                Some(Action::End) | None => Phrase::hint_lesson_end(look.key(Command::Presets)),
            });
        }
        (Pane::Detail, _) => match model.view {
            View::Socket => Key::HintSocket,
            View::Addrinfo => Key::HintAddrinfo,
            View::Code => {
                let (copy, next) = (look.key(Command::Copy), look.key(Command::NextProgram));
                return look.say(Phrase::hint_code(copy, next));
            }
            View::Calls => {
                let (copy, line) = (look.key(Command::Copy), look.key(Command::CopyLine));
                return look.say(Phrase::hint_calls(copy, line));
            }
            View::Lookup => Key::HintLookup,
            View::Elsewhere => Key::HintElsewhere,
        },
    };
    look.say(key)
}

/// The keys that apply, each a click target.
pub(super) fn footer(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let mut items: Vec<(String, &Binding)> = look
        .keys
        .footer(model)
        .map(|binding| (binding.short_label(look.is_ascii()), binding))
        .collect();
    let word =
        |binding: &Binding| keys::word(model, binding).map_or("", |key| key.text(look.language));
    let total = |items: &[(String, &Binding)]| -> u16 {
        let widths = items
            .iter()
            .map(|(label, binding)| width(label) + 1 + width(word(binding)) + 2);
        widths.sum()
    };
    // In a text field or a filter most keys are text; those that leave it follow.
    let contexts = Context::of(model);
    let field = contexts.contains(&Context::Text) || contexts.contains(&Context::Save);
    let text = field || contexts.contains(&Context::Filter);
    let lead = Key::HintText.text(look.language);
    let lead_width = if text { width(lead) + 2 } else { 0 };
    // The line of a filter shows that keys are text; its keys come first.
    let reserved = if field { lead_width } else { 0 };
    // Keep help and quit; drop first what the help lists too.
    let keeps = |binding: &Binding| binding.does(Command::Help) || binding.does(Command::Quit);
    // Keep Tab: if only one pane is visible, it is the only way to the others. Keep Esc: it ends what
    // is not there at other times.
    let stays = |binding: &Binding| {
        let commands = [
            Command::NextPane,
            Command::Cancel,
            Command::NextStep,
            Command::GoOn,
        ];
        commands.into_iter().any(|command| binding.does(command))
    };
    // Keep the views, the arrows and the next call while there is something else to drop.
    let usual = |binding: &Binding| {
        let commands = [
            Command::Show(View::Socket),
            Command::Move(Motion::Up),
            Command::Advance,
        ];
        commands.into_iter().any(|command| binding.does(command))
    };
    // A column stays free at the left, none behind the last word.
    let room = canvas.area.width + 1;
    while total(&items) + reserved > room {
        let last = |spare: &dyn Fn(&Binding) -> bool| {
            let spare = |(_, binding): &(String, &Binding)| !keeps(binding) && spare(binding);
            items.iter().rposition(spare)
        };
        let elsewhere = |binding: &Binding| {
            matches!(binding.context, Context::Everywhere | Context::OutsideText)
        };
        let spare = |command| last(&|binding| elsewhere(binding) && binding.does(command));
        let index = spare(Command::Save)
            .or_else(|| spare(Command::Presets))
            .or_else(|| spare(Command::Resolve))
            .or_else(|| last(&|binding| elsewhere(binding) && !usual(binding) && !stays(binding)))
            .or_else(|| {
                last(&|binding| {
                    binding.context == Context::Entries && !usual(binding)
                        || binding.does(Command::ListCalls)
                })
            })
            .or_else(|| last(&|binding| !stays(binding)))
            .or_else(|| last(&|_| true));
        let Some(index) = index else { break };
        items.remove(index);
    }
    let mut column = 1;
    if text && total(&items) + lead_width <= room {
        column = canvas.text(column, 0, lead, look.text()) + 2;
    }
    for (label, binding) in items {
        let start = column;
        column = canvas.text(column, 0, &label, look.strong());
        column = canvas.text(column, 0, &format!(" {}", word(binding)), look.text());
        if let Some(&(_, command)) = binding.actions.first() {
            let area = Rect {
                x: canvas.area.x + start,
                width: column - start,
                ..canvas.area
            };
            canvas.part(area).set_target(Target::Command(command));
        }
        column += 2;
    }
}
