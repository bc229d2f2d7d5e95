//! A hundred thousand keys, mouse events, pastes and resizes, in random order.

use std::time::Instant;

use super::usage::Usage;
use super::{report, scaled};
use crate::support::network::Network;
use crate::support::terminal::Terminal;

tests! {
    random_input_leaks_nothing: NETWORK;
}

const EVENTS: usize = 100_000;
const ROUNDS: usize = 50;

/// Allowed for heap fragmentation and for the lines of the calls; a run of three times the length
/// needs no more. A leak of 150 bytes per event would exceed it.
const KILOBYTES: u64 = 12 * 1024;

/// Keys and other terminal input, except keys that quit or suspend, and F3, which marks the end of
/// a batch. A zoomed pane is restored at once.
const KEYS: [&str; 58] = [
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "v",
    ".",
    ":",
    "%",
    "x",
    "é",
    " ",
    "\r",
    "\t",
    "\x1b[Z",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[H",
    "\x1b[F",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[3~",
    "\x7f",
    "j",
    "k",
    "a",
    "r",
    "f",
    "l",
    "o",
    "y",
    "Y",
    "zz",
    "?",
    "\x1bOP",
    "\x1bOQ",
    "\x1bOS",
    "\x1b[15~",
    "\x1b[17~",
    "\x12",
    "\x15",
    "\x17",
    "\x0b",
    "\x19",
    "\x01",
    "\x05",
    // Esc alone, sent so that what follows cannot turn it into another key.
    "\x1b[27u",
    "\x1b[200~0\x1b[201~",
    "\x1b[200~\x1b[31m\n\r\t\x1b[201~",
    "\x1b[I",
    "\x1b[O",
    // Input that no keyboard sends: an empty sequence, a truncated character.
    "\x1b[999~",
    "\x1b[?64;1c",
    "\u{301}",
];

/// The last row for clicks. Below it is the footer, which has a key that quits.
const CLICKABLE: u64 = 8;

/// xorshift, by Marsaglia: the same events in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) % bound
    }

    fn event(&mut self) -> String {
        let (column, row) = (self.below(200) + 1, self.below(CLICKABLE) + 1);
        match self.below(10) {
            // A click, and the wheel at any place.
            0 => format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"),
            1 => {
                let (way, row) = (64 + self.below(2), self.below(60) + 1);
                format!("\x1b[<{way};{column};{row}M")
            }
            2 if self.below(20) == 0 => {
                let count = usize::try_from(self.below(400)).unwrap();
                format!("\x1b[200~{}\x1b[201~", "0.".repeat(count))
            }
            _ => {
                let index = usize::try_from(self.below(KEYS.len() as u64)).unwrap();
                KEYS[index].to_owned()
            }
        }
    }
}

const ESC: &str = "\x1b[27u";
const HOME: &str = "\x1b[H";
const F2: &str = "\x1bOQ";
const F3: &str = "\x1bOR";

/// Waits until all input is processed: the effect of the last key is on the screen. Then types a
/// text and deletes it, to see that the program works.
fn settle(terminal: &mut Terminal, round: usize) {
    terminal.resize(80, 24);
    terminal.send([ESC, ESC, ESC, F3].concat());
    terminal.wait_for("Mouse off:");
    terminal.send(F3);
    terminal.wait_for("Mouse on:");
    // The first field, whatever had the focus.
    let token = format!("n{round}n");
    terminal.send(format!("\x1b[<0;20;3M\x1b[<0;20;3m\x15{token}"));
    terminal.wait_until(&token, |screen| {
        let node = screen.rows(0, 80).find(|row| row.contains("node"));
        node.is_some_and(|row| row.contains(&token))
    });
    terminal.send("\x15");
    terminal.wait_for_no(&token);
    // The first preset, so that the next events have a list and an open socket.
    terminal.send([F2, HOME, "\r"].concat());
    terminal.wait_until("the preset's open socket", |screen| {
        let mut rows = screen.rows(0, 80);
        rows.any(|row| row.contains("0.0.0.0:27015") && row.contains('✓'))
    });
}

fn random_input_leaks_nothing() {
    Network::run(|_network| {
        let start = Instant::now();
        let mut random = Random(0x2545_f491_4f6c_dd1d);
        let mut terminal = Terminal::sockscope(80, 24, &[]);
        terminal.wait_for("file descriptor");
        let pid = terminal.pid();
        settle(&mut terminal, 999);
        let each = scaled(EVENTS) / ROUNDS;
        let mut early = None;
        let mut sent = 0;
        for round in 0..ROUNDS {
            for size in 0..4 {
                let events: String = (0..each / 4).map(|_| random.event()).collect();
                terminal.send(events);
                sent += each / 4;
                let columns = 20 + random.below(200);
                let rows = CLICKABLE + 4 + random.below(50);
                if size == 1 {
                    terminal.resize(20, 4);
                }
                terminal.resize(columns.try_into().unwrap(), rows.try_into().unwrap());
                sent += 1;
            }
            settle(&mut terminal, round);
            // After a tenth of the run.
            if round + 1 == ROUNDS / 10 {
                early = Some(Usage::of(pid));
            }
        }
        let (early, late) = (early.unwrap(), Usage::of(pid));
        report(&format!(
            "{sent} random events in {:.1} s; {early} after a tenth, {late} after all",
            start.elapsed().as_secs_f64()
        ));
        late.assert_no_more_than(&early, KILOBYTES);
        terminal.send("\x03");
        let status = terminal.wait_for_end();
        assert_eq!((status.exit_code(), status.signal()), (0, None));
        terminal.assert_restored();
    });
}
