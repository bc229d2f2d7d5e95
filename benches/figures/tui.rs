//! Figures of a program in a terminal: sockscope beside `hello`, which draws as much and does
//! nothing else.

use std::ffi::OsString;
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context as _, Result, ensure};

use crate::Options;
use crate::figure::{Figure, Target, Unit, Values};
use crate::namespace::{HUNG, MANY, Namespace};
use crate::pairs::quantile;
use crate::panes::{DOWN, Side, TYPED, UP, step, text_field, typed};
use crate::program;
use crate::terminal::Terminal;

/// Each address appears once for every socket type.
const ADDRESSES: u32 = 10_000;
const ENTRIES: &str = "30000";

/// As many runs as the history keeps beside the one on screen.
const RUNS: usize = 100;
/// How often the long list is resolved again.
const RELOADS: usize = 5;

/// The end of the pasted text.
const END: &str = "zyxvwzyxvw";
const PASTED: usize = 500;

const TAB: &[u8] = b"\t";
const BACKSPACE: &[u8] = b"\x7f";
const LEFT: &[u8] = b"\x1b[D";
const RIGHT: &[u8] = b"\x1b[C";
const PAGE_UP: &[u8] = b"\x1b[5~";
const ENTER: &[u8] = b"\r";
const CTRL_C: &[u8] = b"\x03";
const CTRL_R: &[u8] = b"\x12";
const CTRL_U: &[u8] = b"\x15";

/// A program and how to run it.
#[derive(Clone)]
struct Program {
    name: &'static str,
    path: OsString,
    quit: &'static [u8],
    /// Whether it resolves names; only then is there a list of entries.
    resolves: bool,
}

impl Program {
    fn open(&self, arguments: &[&str], namespace: Option<&Namespace>) -> Result<Terminal> {
        let arguments = arguments.iter().filter(|_| self.resolves);
        let mut command = vec![self.path.clone()];
        command.extend(arguments.map(OsString::from));
        if let Some(namespace) = namespace {
            command = namespace.wrap(command);
        }
        Terminal::open(self.name, &command)
    }

    /// Opens it with its own query and waits for the answer.
    fn open_answered(&self) -> Result<Terminal> {
        let mut terminal = self.open(&[], None)?;
        terminal.wait("the form", form)?;
        terminal.wait("the answer", answer)?;
        terminal.settle();
        Ok(terminal)
    }
}

/// The number of repetitions.
#[derive(Clone, Copy)]
struct Rounds {
    starts: usize,
    /// For each of eighteen keys.
    keys: usize,
    pastes: usize,
    idle: Duration,
}

const THOROUGH: Rounds = Rounds {
    starts: 80,
    keys: 25,
    pastes: 30,
    idle: Duration::from_secs(10),
};

const QUICK: Rounds = Rounds {
    starts: 15,
    keys: 5,
    pastes: 5,
    idle: Duration::from_secs(3),
};

/// A group of figures measured together. If it fails, none of them is measured.
struct Part {
    title: &'static str,
    wanted: &'static [(&'static str, Unit, Target)],
    /// Returns as many values as `wanted` has, in that order.
    measure: fn(&Pair) -> Result<Vec<Measured>>,
}

const SLOWER: Target = Target::Ratio(1.0);
const P95: Target = Target::Value(3.0);
/// No thread runs, so that none makes a system call.
const NONE: Target = Target::Value(0.0);
const AT_ONCE: Target = Target::Value(10.0);

const RESIDENT: Target = Target::Value(12.0);

const PARTS: [Part; 8] = [
    Part {
        title: "start and quit",
        wanted: &[
            ("first frame", Unit::Milliseconds, Target::Ratio(1.05)),
            ("quit while idle", Unit::Milliseconds, AT_ONCE),
            ("memory at start", Unit::Megabytes, Target::Ratio(1.6)),
        ],
        measure: Pair::start,
    },
    Part {
        title: "keys",
        wanted: &[
            ("key → screen", Unit::Milliseconds, SLOWER),
            ("key → screen, p95", Unit::Milliseconds, P95),
        ],
        measure: Pair::keys,
    },
    Part {
        title: "paste",
        wanted: &[("500 keys at once", Unit::Milliseconds, Target::Value(20.0))],
        measure: Pair::paste,
    },
    Part {
        title: "30,000 entries",
        wanted: &[
            ("30,000 entries: key → form", Unit::Milliseconds, SLOWER),
            ("30,000 entries: key → form, p95", Unit::Milliseconds, P95),
            ("30,000 entries: key → list", Unit::Milliseconds, SLOWER),
            ("30,000 entries: key → list, p95", Unit::Milliseconds, P95),
        ],
        measure: Pair::many,
    },
    Part {
        title: "memory of a session",
        wanted: &[
            ("memory after 100 runs", Unit::Megabytes, RESIDENT),
            ("… with 30,000 entries too", Unit::Megabytes, RESIDENT),
            ("… resolved again", Unit::Megabytes, RESIDENT),
        ],
        measure: Pair::session,
    },
    Part {
        title: "a lookup that hangs",
        wanted: &[
            ("hung lookup: key → screen", Unit::Milliseconds, SLOWER),
            ("hung lookup: key → screen, p95", Unit::Milliseconds, P95),
            (
                "hung lookup: wake-ups",
                Unit::PerSecond,
                Target::Value(10.0),
            ),
            ("hung lookup: quit", Unit::Milliseconds, AT_ONCE),
        ],
        measure: Pair::hung,
    },
    Part {
        title: "idle",
        wanted: &[
            ("idle: wake-ups", Unit::PerSecond, NONE),
            ("idle: runs of a thread", Unit::PerSecond, NONE),
        ],
        measure: Pair::idle,
    },
    Part {
        title: "binary",
        wanted: &[("binary", Unit::Megabytes, Target::Value(4.0))],
        measure: Pair::binary,
    },
];

/// The values of sockscope and those of hello.
struct Measured(Vec<f64>, Vec<f64>);

impl Measured {
    fn one(ours: f64, theirs: f64) -> Self {
        Self(vec![ours], vec![theirs])
    }

    /// All times of many keys, and their 95th percentile.
    fn with_p95(self) -> [Self; 2] {
        let slow = Self::one(quantile(&self.0, 0.95), quantile(&self.1, 0.95));
        [self, slow]
    }
}

/// All figures in a terminal.
pub(crate) fn measure(options: Options) -> Vec<Figure> {
    let pair = Pair::new(options).map_err(|error| format!("{error:#}"));
    let mut figures = Vec::new();
    for part in PARTS {
        eprintln!("measuring: terminal, {}", part.title);
        let measured = match &pair {
            Ok(pair) => (part.measure)(pair).map_err(|error| format!("{error:#}")),
            Err(reason) => Err(reason.clone()),
        };
        match measured {
            Ok(measured) => {
                for ((what, unit, target), Measured(ours, theirs)) in
                    part.wanted.iter().zip(measured)
                {
                    let peer = Values {
                        name: "hello",
                        values: &theirs,
                    };
                    figures.push(Figure::paired(*what, *unit, *target, &ours, &peer));
                }
            }
            Err(reason) => {
                for (what, unit, target) in part.wanted {
                    figures.push(Figure::not_run(*what, *unit, *target, &reason));
                }
            }
        }
    }
    figures
}

/// sockscope and its peer.
struct Pair {
    subject: Program,
    hello: Program,
    rounds: Rounds,
}

impl Pair {
    fn new(options: Options) -> Result<Self> {
        let hello = Program {
            name: "hello",
            path: program::hello()?.into(),
            quit: b"q",
            resolves: false,
        };
        let sockscope = Program {
            name: "sockscope",
            path: program::sockscope().into(),
            quit: CTRL_C,
            resolves: true,
        };
        Ok(Self {
            subject: if options.noise {
                hello.clone()
            } else {
                sockscope
            },
            hello,
            rounds: if options.quick { QUICK } else { THOROUGH },
        })
    }

    fn start(&self) -> Result<Vec<Measured>> {
        let start = |program: &Program| {
            let mut terminal = program.open(&[], None)?;
            let drawn = milliseconds(terminal.wait("the form", form)?);
            terminal.wait("the answer", answer)?;
            let resident = terminal.resident()?;
            let quit = milliseconds(terminal.quit(program.quit)?);
            anyhow::Ok([drawn, quit, resident])
        };
        start(&self.subject)?;
        start(&self.hello)?;
        let mut measured = [const { Measured(Vec::new(), Vec::new()) }; 3];
        for _ in 0..self.rounds.starts {
            let (ours, theirs) = (start(&self.subject)?, start(&self.hello)?);
            for (measured, (ours, theirs)) in measured.iter_mut().zip(ours.into_iter().zip(theirs))
            {
                measured.0.push(ours);
                measured.1.push(theirs);
            }
        }
        Ok(measured.into())
    }

    fn keys(&self) -> Result<Vec<Measured>> {
        let mut ours = self.subject.open_answered()?;
        let mut theirs = self.hello.open_answered()?;
        Ok(self.edit(&mut ours, &mut theirs)?.with_p95().into())
    }

    /// Types into the form, deletes it again, and moves down and up, in both programs in turn.
    fn edit(&self, ours: &mut Terminal, theirs: &mut Terminal) -> Result<Measured> {
        let rows = [text_field(ours)?, text_field(theirs)?];
        let mut measured = Measured(Vec::new(), Vec::new());
        let lengths = (1..=TYPED.len()).chain((0..TYPED.len()).rev());
        for _ in 0..self.rounds.keys {
            let mut before = 0;
            for length in lengths.clone() {
                let key = if length > before {
                    &TYPED.as_bytes()[before..length]
                } else {
                    BACKSPACE
                };
                let edit = |terminal: &mut Terminal, row| {
                    terminal.press(key, &format!("{length} letters typed"), |terminal| {
                        typed(terminal, row) == length
                    })
                };
                measured.push(edit(ours, rows[0])?, edit(theirs, rows[1])?);
                before = length;
            }
            walk(&mut measured, ours, theirs, Side::Form)?;
        }
        Ok(measured)
    }

    fn paste(&self) -> Result<Vec<Measured>> {
        let mut ours = self.subject.open_answered()?;
        let mut theirs = self.hello.open_answered()?;
        let rows = [text_field(&mut ours)?, text_field(&mut theirs)?];
        let digits = "0123456789".repeat((PASTED - END.len()) / 10);
        let text = format!("{digits}{END}");
        let paste = |terminal: &mut Terminal, row| {
            // The whole row: the field may be wider than what is certainly the form.
            let end = |terminal: &Terminal| {
                terminal
                    .rows()
                    .nth(row)
                    .is_some_and(|row| row.contains(END))
            };
            let took = terminal.press(text.as_bytes(), "the end of what was pasted", end)?;
            terminal.settle();
            let empty = |terminal: &Terminal| typed(terminal, row) == 0;
            terminal.press(CTRL_U, "an emptied field", empty)?;
            anyhow::Ok(took)
        };
        let mut measured = Measured(Vec::new(), Vec::new());
        for _ in 0..self.rounds.pastes {
            measured.push(paste(&mut ours, rows[0])?, paste(&mut theirs, rows[1])?);
        }
        Ok(vec![measured])
    }

    fn many(&self) -> Result<Vec<Measured>> {
        let namespace = Namespace::new(0..ADDRESSES)?;
        let mut ours = self.subject.open(&[MANY, "80"], Some(&namespace))?;
        if self.subject.resolves {
            ours.wait("30,000 entries", long_list)?;
        }
        ours.wait("the form", form)?;
        ours.settle();
        let mut theirs = self.hello.open_answered()?;
        let form = self.edit(&mut ours, &mut theirs)?;
        for terminal in [&mut ours, &mut theirs] {
            terminal.send(TAB)?;
            terminal.settle();
        }
        let mut list = Measured(Vec::new(), Vec::new());
        for _ in 0..2 * self.rounds.keys {
            walk(&mut list, &mut ours, &mut theirs, Side::List)?;
        }
        let mut measured = Vec::from(form.with_p95());
        measured.extend(list.with_p95());
        Ok(measured)
    }

    /// Resident memory after a hundred runs with one or three entries, with a long list after them, and the
    /// most after each time that this is resolved again.
    fn session(&self) -> Result<Vec<Measured>> {
        let theirs = self.hello.open_answered()?.resident()?;
        let measured = |ours| Measured::one(ours, theirs);
        if !self.subject.resolves {
            return Ok([theirs; 3].map(measured).into());
        }
        let namespace = Namespace::new(0..ADDRESSES)?;
        let mut ours = self.subject.open(&["127.0.0.1", "80"], Some(&namespace))?;
        let every_type = |terminal: &Terminal| terminal.shows("SOCK_DGRAM");
        ours.wait("the form", form)?;
        ours.wait("an entry of each type", every_type)?;
        ours.settle();
        // From ai_family to ai_socktype, which changes between any type and SOCK_STREAM.
        step(&mut ours, DOWN, Side::Form)?;
        for run in 0..RUNS {
            let narrows = run % 2 == 0;
            let key = if narrows { RIGHT } else { LEFT };
            ours.press(key, "the other answer", |terminal| {
                every_type(terminal) != narrows && answered(terminal)
            })?;
        }
        ours.settle();
        let runs = ours.resident()?;
        ours.send(&[PAGE_UP, CTRL_U, MANY.as_bytes(), ENTER].concat())?;
        ours.wait("30,000 entries", long_list)?;
        ours.settle();
        let long = ours.resident()?;
        let mut again: f64 = 0.0;
        for _ in 0..RELOADS {
            let before = call(&ours);
            // It may take as long as the call before.
            ours.press(CTRL_R, "another call", |terminal| {
                !answered(terminal) || call(terminal) != before
            })?;
            ours.wait("its answer", answered)?;
            ours.settle();
            again = again.max(ours.resident()?);
        }
        Ok([runs, long, again].map(measured).into())
    }

    fn hung(&self) -> Result<Vec<Measured>> {
        let namespace = Namespace::new([])?;
        let mut ours = self.subject.open(&[HUNG, "80"], Some(&namespace))?;
        ours.wait("the form", form)?;
        let mut theirs = self.hello.open_answered()?;
        let edit = self.edit(&mut ours, &mut theirs)?;
        let [wakeups, _] = self.activity(&ours, &theirs)?;
        ensure!(
            !ours.shows("EAI_"),
            "the lookup was to hang and has been answered"
        );
        let mut quit = Measured(Vec::new(), Vec::new());
        for _ in 0..self.rounds.starts / 4 {
            let mut ours = self.subject.open(&[HUNG, "80"], Some(&namespace))?;
            ours.wait("the form", form)?;
            let mut theirs = self.hello.open(&[], None)?;
            theirs.wait("the form", form)?;
            quit.push(ours.quit(self.subject.quit)?, theirs.quit(self.hello.quit)?);
        }
        let mut measured = Vec::from(edit.with_p95());
        measured.extend([wakeups, quit]);
        Ok(measured)
    }

    fn idle(&self) -> Result<Vec<Measured>> {
        let (ours, theirs) = (self.subject.open_answered()?, self.hello.open_answered()?);
        Ok(self.activity(&ours, &theirs)?.into())
    }

    /// Wake-ups, and runs of a thread, per second while no key is pressed.
    fn activity(&self, ours: &Terminal, theirs: &Terminal) -> Result<[Measured; 2]> {
        // The last key is on the screen before the program sleeps again.
        thread::sleep(Duration::from_millis(300));
        let before = [ours.activity()?, theirs.activity()?];
        thread::sleep(self.rounds.idle);
        let after = [ours.activity()?, theirs.activity()?];
        // The count of a thread disappears with the thread.
        let rate = |program: usize, kind: usize| {
            let count = after[program][kind].saturating_sub(before[program][kind]);
            count as f64 / self.rounds.idle.as_secs_f64()
        };
        Ok([0, 1].map(|kind| Measured::one(rate(0, kind), rate(1, kind))))
    }

    fn binary(&self) -> Result<Vec<Measured>> {
        let size = |program: &Program| {
            let path = program.path.display();
            let size = fs::metadata(&program.path).with_context(|| format!("reading {path}"));
            size.map(|file| file.len() as f64 / f64::from(1 << 20))
        };
        Ok(vec![Measured::one(
            size(&self.subject)?,
            size(&self.hello)?,
        )])
    }
}

impl Measured {
    fn push(&mut self, ours: Duration, theirs: Duration) {
        self.0.push(milliseconds(ours));
        self.1.push(milliseconds(theirs));
    }
}

/// Moves the marker four rows down and up again, in both programs in turn.
fn walk(
    measured: &mut Measured,
    ours: &mut Terminal,
    theirs: &mut Terminal,
    side: Side,
) -> Result<()> {
    for key in [DOWN, UP] {
        for _ in 0..4 {
            let step = |terminal: &mut Terminal| step(terminal, key, side);
            measured.push(step(ours)?, step(theirs)?);
        }
    }
    Ok(())
}

/// The whole first frame: the form, and the last line. `hello` writes its frame in five pieces.
fn form(terminal: &Terminal) -> bool {
    let last = terminal.rows().last();
    terminal.shows("ai_family") && last.is_some_and(|row| row.contains("quit"))
}

/// The entry that both programs show at the start.
fn answer(terminal: &Terminal) -> bool {
    terminal.shows("0.0.0.0:27015")
}

/// The row of the call on screen, with its duration.
fn call(terminal: &Terminal) -> Option<String> {
    let mut rows = terminal.rows();
    rows.find(|row| row.contains(" getaddrinfo(\""))
}

/// Whether the call on screen has returned a list.
fn answered(terminal: &Terminal) -> bool {
    call(terminal).is_some_and(|row| row.contains(" = 0 "))
}

/// Whether the title of the list has the number of all entries.
fn long_list(terminal: &Terminal) -> bool {
    let digits = |row: String| row.replace([',', '\'', '_', '\u{a0}', '\u{202f}'], "");
    terminal.rows().any(|row| digits(row).contains(ENTRIES))
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
