//! The popups with arguments: the menu of calls on a socket, and the three numbers of socket().

use super::canvas::{Canvas, width};
use super::form::typed;
use super::popup::{explain, list};
use crate::app::{Command, Fields, Menu, Model, NUMBERS, Step, Target, label, meaning_of};
use crate::script;
use crate::words::Key;

/// The lines above the list of calls: two arguments and an empty one.
pub(super) const TOP: u16 = 3;

/// Draws the arguments of the selected call above all calls. Returns what `more` does.
pub(super) fn draw(model: &Model, menu: &Menu, foot: u16, canvas: &mut Canvas) -> [bool; 2] {
    let (look, os) = (canvas.screen.look, model.host.os);
    let steps = Menu::steps(os);
    let step = menu.step(os);
    let arguments = step.map_or(&[][..], |step| step.arguments());
    let names: Vec<String> = arguments
        .iter()
        .map(|argument| look.say(label(*argument)))
        .collect();
    draw_fields(&menu.fields, &names, canvas);
    if names.is_empty() {
        canvas.text(1, 0, &look.say(Key::ScreenNoArgument), look.text());
    }
    let socket = menu.edited(os);
    let text = |step: Step| match socket.preview(os, step) {
        Ok(call) => {
            let reach = socket.reach(os, &call).map(|reach| look.say(reach));
            let planned = script::planned(os, &call, socket.handle);
            (planned, reach.unwrap_or_default(), None)
        }
        Err(refusal) => (step.name(os).to_owned(), String::new(), Some(refusal)),
    };
    let more = list(
        canvas,
        &steps,
        menu.selected,
        TOP,
        foot,
        |line, step, style| {
            let (call, reach, _) = text(*step);
            let end = line.text(3, 0, &call, style);
            line.text(end + 2, 0, &reach, look.text());
        },
    );
    if let Some(step) = step {
        let about = match text(step).2 {
            Some(refusal) => look.say(refusal),
            None => look.say(meaning_of(step)),
        };
        explain(canvas, foot, &about, look.text());
    }
    more
}

/// Draws the arguments of socket(). Returns what `more` does.
pub(super) fn draw_numbers(fields: &Fields, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    let names = NUMBERS.map(|hint| hint.member().trim_start_matches("ai_").to_owned());
    draw_fields(fields, &names, canvas);
    for (row, _) in (0..).zip(names) {
        let mut line = canvas.part(canvas.line(row));
        line.set_target(Target::PopupLine(row.into()));
    }
    let texts: Vec<&str> = fields.inputs.iter().map(|input| input.value()).collect();
    let call = format!("socket({})", texts.join(", "));
    canvas.text(1, 4, &call, look.strong());
    [false; 2]
}

/// Draws one text a line behind its name, with the cursor in that which keys edit.
fn draw_fields(fields: &Fields, names: &[String], canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let longest = names.iter().map(|name| width(name)).max().unwrap_or(0);
    if names.len() > 1 {
        let next = look.say(Key::ScreenNextArgument);
        let key = format!("{}: {next} ", look.key(Command::NextPane));
        canvas.right(0, 0, &key, look.text());
    }
    for (at, (name, input)) in names.iter().zip(&fields.inputs).enumerate() {
        // There are three at most.
        let row = u16::try_from(at).unwrap_or(u16::MAX);
        let here = at == fields.focus;
        let style = if here { look.strong() } else { look.text() };
        if here {
            canvas.text(1, row, look.marker(), look.focus());
        }
        canvas.text(3, row, name, look.text());
        let mut line = canvas.part(canvas.line(row));
        let cursor = typed(input, &mut line, 3 + longest + 1, [" ", ""], here, style);
        if here {
            canvas.set_cursor(cursor, row);
        }
    }
}
