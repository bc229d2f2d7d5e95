//! The calls on a held socket: those that were made with their results, those that have not returned,
//! and the next one.
//!
//! ```text
//! ✓ socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 6                  0.01 ms
//! ✓ bind(6, 0.0.0.0:27015) = 0                                     0.01 ms
//! ▸ listen(6, SOMAXCONN)                                       Enter: next
//!   then accept, recv, send, shutdown, close
//! ```

use std::mem;

use ratatui::style::Style;

use super::{Line, Page, columns, notes, time, wrap};
use crate::app::{Command, HeldSocket, Model, Pane};
use crate::net::{Call, Outcome, Record, Run};
use crate::script;
use crate::words::{Key, Phrase};

/// The most calls shown: the latest.
const MOST: usize = 500;

/// Writes the calls on the selected held socket.
pub(super) fn write(model: &Model, socket: &HeldSocket, page: &mut Page) {
    let Some(run) = model.run_of(socket.id) else {
        return;
    };
    let is_step = |record: &&Record| {
        let call = &record.call;
        call.is_step() || matches!(call, Call::Socket { .. } | Call::Close { .. })
    };
    let mut records: Vec<&Record> = run.of_socket(socket.id).filter(is_step).collect();
    records.sort_by_key(|record| record.id);
    let hidden = records.len().saturating_sub(MOST);
    for record in &records[hidden..] {
        page.start = page.lines.len();
        result(page, record);
    }
    for waiting in model.sockets.waiting_on(socket.id) {
        let look = page.look;
        let text = script::planned(page.os, &waiting.call, waiting.on);
        let right = look.waiting(waiting.elapsed);
        let sign = look.ellipsis();
        write_call(page, (sign, look.pending()), &text, look.text(), right);
        if waiting.call.can_wait() {
            let esc = look.say(Phrase::steps_wait(look.key(Command::Cancel)));
            page.line(format!("  {esc}"), look.text());
        }
    }
    next(page, model, socket);
    notes::write(&socket.notes.list, page);
    then(page, socket);
    questions(page, run.of_socket(socket.id).collect());
}

/// The calls after socket() that a file tells of.
pub(super) fn of_file(page: &mut Page, run: &Run, entry: usize) {
    for record in run.steps(entry).into_iter().take(MOST) {
        result(page, record);
    }
}

/// A call and its result.
fn result(page: &mut Page, record: &Record) {
    let look = page.look;
    let (sign, sign_style, style) = match record.outcome {
        Outcome::Returned(_) => (look.success_sign(), look.text(), look.text()),
        Outcome::Failed(_) => (look.failure_sign(), look.failure(), look.strong()),
        Outcome::NotStarted(_) | Outcome::Unfinished => (look.dot(), look.text(), look.text()),
    };
    let text = script::without_time(page.os, record);
    write_call(page, (sign, sign_style), &text, style, time(record.took));
}

/// A call behind a sign, wrapped.
fn write_call(page: &mut Page, sign: (&str, Style), text: &str, style: Style, right: String) {
    let room = page.width.saturating_sub(6 + columns(&right));
    let text = page.look.shown(text).into_owned();
    let mut sign = (format!("{} ", sign.0), sign.1);
    let mut right = (right, style);
    for part in wrap(&text, room) {
        page.lines.push(Line {
            pieces: vec![
                mem::replace(&mut sign, ("  ".to_owned(), style)),
                (part, style),
            ],
            right: mem::take(&mut right),
            ..Line::default()
        });
    }
}

/// The next call, and what it does outside this machine.
pub(super) fn next(page: &mut Page, model: &Model, socket: &HeldSocket) {
    let (look, os) = (page.look, page.os);
    let Some(step) = socket.next(os) else {
        return;
    };
    if model.sockets.waiting_on(socket.id).next().is_some() {
        return;
    }
    let call = socket.preview(os, step);
    let mut text = match &call {
        Ok(call) => script::planned(os, call, socket.handle),
        Err(refusal) => refusal.text(look.language),
    };
    if let Some(reach) = call.ok().and_then(|call| socket.reach(os, &call)) {
        text += "  ";
        text += &look.say(reach);
    }
    let next = look.say(Key::StepsNext);
    let mut key = format!("{}: {next}", look.key(Command::Advance));
    // In the form and the lesson the key does something else.
    if matches!(model.pane, Pane::Form | Pane::Lesson)
        || columns(&text) + columns(&key) + 6 > page.width
    {
        key.clear();
    }
    let first = page.lines.len();
    write_call(
        page,
        (look.marker(), look.focus()),
        &text,
        look.strong(),
        key,
    );
    for line in &mut page.lines[first..] {
        line.command = Some(Command::Advance);
        line.right.1 = look.text();
    }
}

/// The names of the steps after the next one.
pub(super) fn then(page: &mut Page, socket: &HeldSocket) {
    let (look, os) = (page.look, page.os);
    let steps = socket.steps(os);
    let next = socket.next(os);
    let at = steps.iter().position(|step| Some(*step) == next);
    let after = at.map_or(&[][..], |at| &steps[at + 1..]);
    let names: Vec<&str> = after.iter().map(|step| step.name(os)).collect();
    if !names.is_empty() {
        let then = look.say(Phrase::steps_then(names.join(", ")));
        page.paragraph(&then, look.text());
    }
}

/// The latest answer to each question about the socket.
fn questions(page: &mut Page, records: Vec<&Record>) {
    let mut latest: Vec<&Record> = Vec::new();
    for record in records
        .into_iter()
        .filter(|record| record.call.is_question())
    {
        latest.retain(|other| !record.call.replaces(&other.call));
        latest.push(record);
    }
    let options = latest.iter().map(|record| match record.call {
        Call::Getsockopt { option, .. } => option.name().len(),
        _ => 0,
    });
    let longest = options.max();
    for record in latest {
        super::socket::question(page, record, longest.unwrap_or(0));
    }
}
