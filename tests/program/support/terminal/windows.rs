//! Consoles of Windows.
//!
//! Where `SOCKSCOPE_CONSOLE` names `console.exe` (tests/console.c), as under Wine, keys go to the
//! program as the records that conhost sends. Elsewhere a pseudo-console of Windows makes them.

use std::cell::RefCell;
use std::env;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};

use portable_pty::{CommandBuilder, ExitStatus, MasterPty, native_pty_system};

use super::{Terminal, size};

/// The program of tests/console.c.
const CONSOLE: &str = "SOCKSCOPE_CONSOLE";

pub(super) enum Host {
    Hook(RefCell<Hook>),
    Pseudo {
        master: Box<dyn MasterPty + Send>,
        writer: Box<dyn Write + Send>,
        child: RefCell<Box<dyn portable_pty::Child + Send + Sync>>,
    },
}

/// A running `console.exe`.
pub(super) struct Hook {
    process: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStderr>,
    pid: u32,
    /// The console's modes before the program started.
    modes: String,
}

impl Hook {
    fn start(columns: u16, rows: u16, command: &CommandBuilder) -> (Self, Box<dyn Read + Send>) {
        let mut process = Command::new(env::var_os(CONSOLE).unwrap())
            .args([columns.to_string(), rows.to_string()])
            .args(command.get_argv())
            .env_clear()
            .envs(command.iter_full_env_as_str())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = process.stdout.take().unwrap();
        let mut hook = Self {
            commands: process.stdin.take().unwrap(),
            answers: BufReader::new(process.stderr.take().unwrap()),
            process,
            pid: 0,
            modes: String::new(),
        };
        let ready = hook.answer();
        let pid = ready.strip_prefix("ready ").map(str::parse);
        hook.pid = pid.expect(&ready).unwrap();
        hook.modes = hook.ask("modes");
        assert_eq!(hook.ask("start"), "ok");
        (hook, Box::new(output))
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    #[track_caller]
    fn ask(&mut self, command: &str) -> String {
        writeln!(self.commands, "{command}").unwrap();
        self.answer()
    }

    fn send(&mut self, records: &[Record], how: &str) {
        let bytes: String = records.iter().map(Record::hexadecimal).collect();
        assert_eq!(self.ask(&format!("{how} {bytes}")), "ok");
    }

    /// What the terminal sends for these bytes, as records.
    fn type_keys(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let paste = bytes.strip_prefix(b"\x1b[200~").and_then(|rest| {
                let end = rest.windows(6).position(|part| part == b"\x1b[201~")?;
                Some((&rest[..end], &rest[end + 6..]))
            });
            if let Some((text, rest)) = paste {
                self.paste(str::from_utf8(text).unwrap());
                bytes = rest;
                continue;
            }
            let end = bytes.windows(6).position(|part| part == b"\x1b[200~");
            let (keys, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
            // A key that is held down waits in the queue.
            let held = keys.iter().all(|byte| *byte == keys[0]);
            self.send(&records(keys), if held { "paste" } else { "type" });
            bytes = rest;
        }
    }

    fn paste(&mut self, text: &str) {
        let records: Vec<Record> = text.chars().flat_map(pasted).collect();
        self.send(&records, "paste");
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Host {
    pub(super) fn start(
        columns: u16,
        rows: u16,
        command: &CommandBuilder,
    ) -> (Self, Box<dyn Read + Send>) {
        if env::var_os(CONSOLE).is_some() {
            let (hook, reader) = Hook::start(columns, rows, command);
            return (Self::Hook(RefCell::new(hook)), reader);
        }
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let child = pair.slave.spawn_command(command.clone()).unwrap();
        let reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let host = Self::Pseudo {
            master: pair.master,
            writer,
            child: RefCell::new(child),
        };
        (host, reader)
    }

    /// Whether [`super::LAST`] follows all output: `console.exe` writes it when the program has ended.
    pub(super) fn mark_the_end(&self) -> bool {
        matches!(self, Self::Hook(_))
    }

    pub(super) fn pid(&self) -> u32 {
        match self {
            Self::Hook(hook) => hook.borrow().pid,
            Self::Pseudo { child, .. } => child.borrow().process_id().unwrap(),
        }
    }

    pub(super) fn send(&mut self, bytes: &[u8]) {
        match self {
            Self::Hook(hook) => hook.borrow_mut().type_keys(bytes),
            Self::Pseudo { writer, .. } => writer.write_all(bytes).unwrap(),
        }
    }

    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        match self {
            Self::Hook(hook) => {
                let answer = hook.borrow_mut().ask(&format!("resize {columns} {rows}"));
                assert_eq!(answer, "ok");
            }
            Self::Pseudo { master, .. } => master.resize(size(columns, rows)).unwrap(),
        }
    }

    pub(super) fn ended(&self) -> Option<ExitStatus> {
        match self {
            Self::Hook(hook) => {
                let answer = hook.borrow_mut().ask("status");
                let status = answer.parse().ok();
                status.map(ExitStatus::with_exit_code)
            }
            Self::Pseudo { child, .. } => child.borrow_mut().try_wait().unwrap(),
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Self::Pseudo { child, .. } = self {
            let _ = child.borrow_mut().kill();
        }
    }
}

impl Terminal {
    /// The terminal is restored once all of the program's output has been read.
    #[track_caller]
    pub fn assert_restored(&self) {
        self.wait_until("the normal screen and its cursor", |screen| {
            !screen.alternate_screen() && !screen.hide_cursor()
        });
        if let Host::Hook(hook) = &self.host {
            let mut hook = hook.borrow_mut();
            let now = hook.ask("modes");
            assert_eq!(now, hook.modes, "the modes of input and output");
        }
    }

    // What only `console.exe` can do.

    fn hook(&self) -> std::cell::RefMut<'_, Hook> {
        match &self.host {
            Host::Hook(hook) => hook.borrow_mut(),
            Host::Pseudo { .. } => panic!("this test needs console.exe"),
        }
    }

    /// The modes of the console's input and output: `152 7`.
    pub fn modes(&self) -> String {
        self.hook().ask("modes")
    }

    /// Sends the records one by one: each when the program has read those before.
    pub fn type_records(&mut self, records: &[Record]) {
        self.hook().send(records, "type");
    }

    /// Sends the records at once.
    pub fn paste_records(&mut self, records: &[Record]) {
        self.hook().send(records, "paste");
    }

    /// Raises CTRL_C_EVENT, which is not the key.
    pub fn control_c_event(&self) {
        assert_eq!(self.hook().ask("event"), "ok");
    }

    /// Writes `text` to the clipboard, as another program does.
    pub fn set_clipboard(&self, text: &str) {
        let bytes = text.encode_utf16().flat_map(u16::to_le_bytes);
        let bytes: String = bytes.map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(self.hook().ask(&format!("copy {bytes}")), "ok");
    }

    /// The clipboard's text.
    pub fn clipboard(&self) -> String {
        let bytes = self.hook().ask("clipboard");
        let units = bytes.as_bytes().chunks(4).map(|digits| {
            let digits = str::from_utf8(digits).unwrap();
            u16::from_str_radix(digits, 16).unwrap().swap_bytes()
        });
        String::from_utf16(&units.collect::<Vec<_>>()).unwrap()
    }
}

/// An `INPUT_RECORD` of wincon.h.
#[derive(Clone, Copy, Debug)]
pub enum Record {
    /// `KEY_EVENT_RECORD`: a virtual key, a UTF-16 unit and the control keys, pressed or released.
    Key {
        down: bool,
        key: u16,
        unit: u16,
        state: u32,
    },
    /// `MOUSE_EVENT_RECORD`: a position, buttons and flags.
    Mouse {
        x: i16,
        y: i16,
        buttons: u32,
        flags: u32,
    },
}

/// `dwControlKeyState` of wincon.h.
pub const RIGHT_ALT: u32 = 0x1;
pub const LEFT_ALT: u32 = 0x2;
pub const LEFT_CTRL: u32 = 0x8;
pub const SHIFT: u32 = 0x10;

/// Virtual keys of winuser.h.
pub const VK_MENU: u16 = 0x12;
pub const VK_NUMPAD0: u16 = 0x60;
/// A character that no key has (SendInput).
pub const VK_PACKET: u16 = 0xe7;

impl Record {
    /// The 20 bytes of the struct.
    fn hexadecimal(&self) -> String {
        let bytes: Vec<u8> = match *self {
            Self::Key {
                down,
                key,
                unit,
                state,
            } => [
                &1_u32.to_le_bytes()[..],
                &i32::from(down).to_le_bytes(),
                &1_u16.to_le_bytes(),
                &key.to_le_bytes(),
                &0_u16.to_le_bytes(),
                &unit.to_le_bytes(),
                &state.to_le_bytes(),
            ]
            .concat(),
            Self::Mouse {
                x,
                y,
                buttons,
                flags,
            } => [
                &2_u32.to_le_bytes()[..],
                &x.to_le_bytes(),
                &y.to_le_bytes(),
                &buttons.to_le_bytes(),
                &0_u32.to_le_bytes(),
                &flags.to_le_bytes(),
            ]
            .concat(),
        };
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A key, pressed and released.
pub fn stroke(key: u16, unit: u16, state: u32) -> [Record; 2] {
    [true, false].map(|down| Record::Key {
        down,
        key,
        unit,
        state,
    })
}

/// Alt and the digits of a character on the numeric pad: the character comes when Alt is released.
pub fn alt_code(digits: &str, unit: u16) -> Vec<Record> {
    let alt = |down, unit| Record::Key {
        down,
        key: VK_MENU,
        unit,
        state: if down { LEFT_ALT } else { 0 },
    };
    let numbers = digits.bytes().flat_map(|digit| {
        let key = VK_NUMPAD0 + u16::from(digit - b'0');
        stroke(key, 0, LEFT_ALT)
    });
    [alt(true, 0)]
        .into_iter()
        .chain(numbers)
        .chain([alt(false, unit)])
        .collect()
}

/// A character as typed: a surrogate pair comes as two strokes.
fn typed(c: char) -> Vec<Record> {
    let (key, state) = match c {
        'a'..='z' => (c.to_ascii_uppercase() as u16, 0),
        'A'..='Z' => (c as u16, SHIFT),
        '0'..='9' | ' ' => (c as u16, 0),
        '\r' | '\n' => (0x0d, 0),
        '\t' => (0x09, 0),
        '\x7f' => (0x08, 0),
        '\x1b' => (0x1b, 0),
        // The rest of ASCII is on some OEM key.
        '!'..='~' => (0xbf, 0),
        '\0'..='\x1f' => (c as u16 + 0x40, LEFT_CTRL),
        _ => (VK_PACKET, 0),
    };
    let c = match c {
        '\n' => '\r',
        '\x7f' => '\x08',
        other => other,
    };
    let mut units = [0; 2];
    let units = c.encode_utf16(&mut units);
    units
        .iter()
        .flat_map(|&unit| stroke(key, unit, state))
        .collect()
}

/// A character as conhost pastes it: one that is not on the keyboard comes with Alt and its code.
fn pasted(c: char) -> Vec<Record> {
    if c.is_ascii() {
        return typed(c);
    }
    let mut units = [0; 2];
    let units = c.encode_utf16(&mut units);
    let code = (u32::from(c) % 256).to_string();
    units
        .iter()
        .flat_map(|&unit| alt_code(&code, unit))
        .collect()
}

/// The records for what a terminal of Unix sends.
fn records(bytes: &[u8]) -> Vec<Record> {
    let mut text = str::from_utf8(bytes).unwrap();
    let mut records = Vec::new();
    while let Some(c) = text.chars().next() {
        if let Some((length, more)) = sequence(text) {
            records.extend(more);
            text = &text[length..];
        } else {
            records.extend(typed(c));
            text = &text[c.len_utf8()..];
        }
    }
    records
}

/// An escape sequence at the beginning of `text`: its length, and its records.
fn sequence(text: &str) -> Option<(usize, Vec<Record>)> {
    const KEYS: [(&str, u16, u32); 20] = [
        ("\x1b[A", 0x26, 0),
        ("\x1b[B", 0x28, 0),
        ("\x1b[C", 0x27, 0),
        ("\x1b[D", 0x25, 0),
        ("\x1b[H", 0x24, 0),
        ("\x1b[F", 0x23, 0),
        ("\x1b[Z", 0x09, SHIFT),
        ("\x1b[2~", 0x2d, 0),
        ("\x1b[3~", 0x2e, 0),
        ("\x1b[5~", 0x21, 0),
        ("\x1b[6~", 0x22, 0),
        ("\x1bOP", 0x70, 0),
        ("\x1bOQ", 0x71, 0),
        ("\x1bOR", 0x72, 0),
        ("\x1bOS", 0x73, 0),
        ("\x1b[15~", 0x74, 0),
        ("\x1b[17~", 0x75, 0),
        ("\x1b[20~", 0x78, 0),
        // Focus reports, which come as records of their own and are not looked at.
        ("\x1b[I", 0, 0),
        ("\x1b[O", 0, 0),
    ];
    if let Some((name, key, state)) = KEYS.iter().find(|(name, ..)| text.starts_with(name)) {
        let records = if *key == 0 {
            Vec::new()
        } else {
            stroke(*key, 0, *state).to_vec()
        };
        return Some((name.len(), records));
    }
    // SGR: the button, column and line, counted from one.
    let rest = text.strip_prefix("\x1b[<")?;
    let end = rest.find(['M', 'm'])?;
    let mut numbers = rest[..end].split(';').map(|part| part.parse().unwrap());
    let (button, x, y): (i16, i16, i16) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let pressed = rest[end..].starts_with('M');
    let (buttons, flags) = match button {
        0 => (u32::from(pressed), 0),
        2 => (2 * u32::from(pressed), 0),
        // MOUSE_WHEELED; the high word is the distance.
        64 => (0x0078_0000, 4),
        65 => (0xff88_0000, 4),
        // MOUSE_MOVED.
        _ => (0, 1),
    };
    let record = Record::Mouse {
        x: x - 1,
        y: y - 1,
        buttons,
        flags,
    };
    Some(("\x1b[<".len() + end + 1, vec![record]))
}
