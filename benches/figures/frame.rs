//! The time of one frame in this process: `ui::draw` on a terminal in memory.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use sockscope::app::{Command, Effect, Model, Motion, Msg, Pane};
use sockscope::net::{
    AddrInfo, Call, CallId, Handle, List, Outcome, Query, Record, Recorder, Value,
};
use sockscope::sys::System;
use sockscope::tui::ui::{Look, Screen, draw};

use crate::figure::{Figure, Target, Unit};
use crate::pairs::median;

/// The length of the list. It must not change the cost of a frame.
const ENTRIES: [u32; 2] = [10, 100_000];
const SIZE: (u16, u16) = (120, 40);
const WARMUP: usize = 50;
const FRAMES: usize = 1000;

/// All figures of a single frame.
pub(crate) fn measure() -> Vec<Figure> {
    let figures = ENTRIES.map(|entries| {
        let what = format!("one frame in-process, {entries} entries");
        eprintln!("measuring: {what}");
        let (unit, target) = (Unit::Milliseconds, Target::Value(0.5));
        match frames(entries) {
            Ok(frames) => Figure::alone(what, unit, target, median(&frames)),
            Err(error) => Figure::not_run(what, unit, target, format!("{error:#}")),
        }
    });
    figures.into()
}

/// The time of each frame in milliseconds. The selection moves up from the end of the list between
/// frames, so that no frame equals the last.
fn frames(entries: u32) -> Result<Vec<f64>> {
    let mut model = model(entries)?;
    let mut screen = Screen::new(Look {
        colour: true,
        ..Look::default()
    });
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1))?;
    let mut frames = Vec::with_capacity(FRAMES);
    answer(&mut model, Command::Move(Motion::End));
    for frame in 0..WARMUP + FRAMES {
        let began = Instant::now();
        terminal.draw(|frame| draw(&model, &mut screen, frame))?;
        let took = began.elapsed();
        if frame >= WARMUP {
            frames.push(took.as_secs_f64() * 1e3);
        }
        // The loop would use these results of the drawing; nothing does here.
        model.update(Msg::Measured(screen.measures()), &mut Vec::new());
        let motion = match frame % 8 {
            0..4 => Motion::Up,
            _ => Motion::Down,
        };
        answer(&mut model, Command::Move(motion));
    }
    Ok(frames)
}

/// The state with this many entries and the focus on the list.
fn model(entries: u32) -> Result<Model> {
    let host = Recorder::new(System, None).host().clone();
    let mut effects = Vec::new();
    let mut model = Model::new(host, Query::default(), &mut effects);
    let [Effect::Call(ticket, _, call)] = &effects[..] else {
        bail!("a new model requests {effects:?}, not a lookup")
    };
    let list = List {
        entries: (0..entries).map(entry).collect(),
        freed: Duration::ZERO,
    };
    let outcome = Outcome::Returned(Value::List(list.into()));
    let msg = Msg::Returned(*ticket, record(None, call.clone(), outcome));
    let mut effects = Vec::new();
    model.update(msg, &mut effects);
    open(&mut model, effects);
    answer(&mut model, Command::NextPane);
    if model.pane != Pane::Entries || model.entries().len() != entries as usize {
        bail!("the list is hidden or not in focus")
    }
    Ok(model)
}

/// Carries out a command, and opens every socket that it asks for.
fn answer(model: &mut Model, command: Command) {
    let mut effects = Vec::new();
    model.update(Msg::Do(command), &mut effects);
    open(model, effects);
}

fn open(model: &mut Model, effects: Vec<Effect>) {
    for effect in effects {
        if let Effect::Call(ticket, entry, call @ Call::Socket { .. }) = effect {
            let outcome = Outcome::Returned(Value::Handle(Handle(9)));
            let msg = Msg::Returned(ticket, record(entry, call, outcome));
            // An open socket has no further effect.
            model.update(msg, &mut Vec::new());
        }
    }
}

fn record(entry: Option<usize>, call: Call, outcome: Outcome) -> Record {
    Record {
        id: CallId(1),
        entry,
        on: None,
        call,
        outcome,
        took: Duration::from_micros(310),
    }
}

/// An entry with an address of its own. AF_INET, SOCK_STREAM and IPPROTO_TCP are 2, 1 and 6 on
/// Linux.
fn entry(number: u32) -> AddrInfo {
    let port: u16 = 80;
    let mut addr = 2_u16.to_ne_bytes().to_vec();
    addr.extend(port.to_be_bytes());
    addr.extend((0x0a00_0000 + number).to_be_bytes());
    addr.extend([0; 8]);
    AddrInfo {
        flags: 0,
        family: 2,
        socktype: 1,
        protocol: 6,
        addrlen: addr.len(),
        addr: Some(addr.into()),
        canonname: None,
    }
}
