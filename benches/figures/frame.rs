//! The time of one frame in this process: `ui::draw` on a terminal in memory.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use sockscope::app::{Command, Effect, Model, Motion, Msg, Pane};
use sockscope::explain::Language;
use sockscope::net::{AddrInfo, Attempt, Handle, Net as _, Query, Resolution, System};
use sockscope::ui::{Look, Screen, draw};

use crate::figure::{Figure, Target, Unit};
use crate::pairs::median;

/// How many entries the list has; the frame must not cost more for them.
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

/// What each frame took, in milliseconds. The selection moves in between, up from the end of the
/// list, so that no frame equals the last.
fn frames(entries: u32) -> Result<Vec<f64>> {
    let mut model = model(entries)?;
    let mut screen = Screen::new(Look {
        ascii: false,
        colour: true,
        language: Language::En,
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
        // What the loop does with a drawing's measures; they are answered by nothing.
        _ = model.update(Msg::Measured(screen.measures()));
        let motion = match frame % 8 {
            0..4 => Motion::Up,
            _ => Motion::Down,
        };
        answer(&mut model, Command::Move(motion));
    }
    Ok(frames)
}

/// The state once so many entries have come and the list has the focus.
fn model(entries: u32) -> Result<Model> {
    let (mut model, effects) = Model::new(System.about(), Query::default());
    let [Effect::Resolve(ticket, query)] = &effects[..] else {
        bail!("a new model asks for {effects:?}, not for a lookup")
    };
    let resolution = Resolution {
        query: query.clone(),
        result: Ok((0..entries).map(entry).collect()),
        took: Duration::from_micros(310),
        freed: None,
    };
    let effects = model.update(Msg::Resolved(*ticket, resolution));
    open(&mut model, effects);
    answer(&mut model, Command::NextPane);
    if model.pane != Pane::Entries || model.entries().len() != entries as usize {
        bail!("the list is not shown or not in focus")
    }
    Ok(model)
}

/// Does what the user asks for, and lets every socket that this opens be opened.
fn answer(model: &mut Model, command: Command) {
    let effects = model.update(Msg::Do(command));
    open(model, effects);
}

fn open(model: &mut Model, effects: Vec<Effect>) {
    for effect in effects {
        if let Effect::Open(ticket, _) = effect {
            let attempt = Attempt {
                result: Ok(Handle(9)),
                took: Duration::from_micros(12),
            };
            // An open socket asks for nothing more.
            _ = model.update(Msg::Opened(ticket, attempt));
        }
    }
}

/// An entry of its own address: AF_INET, SOCK_STREAM and IPPROTO_TCP are 2, 1 and 6 on Linux.
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
