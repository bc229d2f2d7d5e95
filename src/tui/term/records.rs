//! The input of a Windows console: its records as events.
//!
//! crossterm reads one record at a time and drops what no key press sends: characters typed with Alt and
//! their code, or pasted without being on the keyboard. It also cannot tell a paste from keys, because a
//! console sends both in the same way. Here the records that are read together are taken together.

use std::io;
use std::time::Duration;

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

/// An `INPUT_RECORD` (wincon.h), as far as the program uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// `KEY_EVENT_RECORD`.
    Key {
        /// Pressed, not released.
        down: bool,
        /// How often it was pressed.
        repeat: u16,
        /// The virtual key (winuser.h).
        key: u16,
        /// The UTF-16 unit, or 0.
        unit: u16,
        /// `dwControlKeyState`.
        state: u32,
    },
    /// `MOUSE_EVENT_RECORD`; the position is relative to the window.
    Mouse {
        /// The column, from 0.
        column: i16,
        /// The line, from 0.
        row: i16,
        /// `dwButtonState`.
        buttons: u32,
        /// `dwEventFlags`.
        flags: u32,
    },
    /// `WINDOW_BUFFER_SIZE_RECORD`.
    Resize,
}

/// As many characters in one read are a paste: nobody types that fast.
const PASTE: usize = 3;

/// `dwControlKeyState` (wincon.h).
const ALT: u32 = 0x1 | 0x2;
const CTRL: u32 = 0x4 | 0x8;
const SHIFT: u32 = 0x10;

/// `dwButtonState` and `dwEventFlags` (wincon.h).
const LEFT_BUTTON: u32 = 0x1;
const MOUSE_WHEELED: u32 = 0x4;

/// Virtual keys (winuser.h).
const VK_MENU: u16 = 0x12;
const VK_NUMPAD0: u16 = 0x60;
const VK_NUMPAD9: u16 = 0x69;

/// The next part of a paste comes in this time, or it has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// Turns records into events.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    /// The first half of a surrogate pair.
    high: Option<u16>,
    /// The buttons that were down.
    buttons: u32,
}

impl Decoder {
    /// The events of all records that wait, at least one record. `read` returns the records, or none if
    /// there is none in the given time.
    ///
    /// # Errors
    /// Those of `read`.
    pub(crate) fn read(
        &mut self,
        mut read: impl FnMut(Option<Duration>) -> io::Result<Vec<Record>>,
    ) -> io::Result<Vec<Event>> {
        let mut events = self.events(read(None)?);
        if !is_paste(&events) {
            return Ok(events);
        }
        loop {
            let more = read(Some(PAUSE))?;
            if more.is_empty() {
                return Ok(pasted(events));
            }
            events.extend(self.events(more));
        }
    }

    fn events(&mut self, records: Vec<Record>) -> Vec<Event> {
        let events = records.into_iter().flat_map(|record| self.event(record));
        events.collect()
    }

    fn event(&mut self, record: Record) -> Vec<Event> {
        match record {
            Record::Resize => vec![Event::Resize(0, 0)],
            Record::Key {
                down,
                repeat,
                key,
                unit,
                state,
            } => {
                let event = self.key(down, key, unit, state);
                let count = event.map_or(0, |_| repeat.max(1));
                event
                    .into_iter()
                    .cycle()
                    .take(count.into())
                    .map(Event::Key)
                    .collect()
            }
            Record::Mouse {
                column,
                row,
                buttons,
                flags,
            } => {
                let mouse = self.mouse(column, row, buttons, flags);
                mouse.into_iter().map(Event::Mouse).collect()
            }
        }
    }

    fn key(&mut self, down: bool, key: u16, unit: u16, state: u32) -> Option<KeyEvent> {
        let (alt, ctrl) = (state & ALT != 0, state & CTRL != 0);
        // A character typed with Alt and its code comes when Alt is released.
        let is_code = key == VK_MENU && !down && unit != 0;
        if is_code {
            let c = self.character(unit)?;
            return Some(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
        }
        // The digits of such a code.
        let is_digit = (VK_NUMPAD0..=VK_NUMPAD9).contains(&key) && alt && !ctrl;
        if !down || is_digit {
            return None;
        }
        let mut modifiers = KeyModifiers::NONE;
        modifiers.set(KeyModifiers::SHIFT, state & SHIFT != 0);
        modifiers.set(KeyModifiers::CONTROL, ctrl);
        modifiers.set(KeyModifiers::ALT, alt);
        let code = match key {
            0x08 => KeyCode::Backspace,
            0x09 if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            0x09 => KeyCode::Tab,
            0x0d => KeyCode::Enter,
            0x1b => KeyCode::Esc,
            0x21 => KeyCode::PageUp,
            0x22 => KeyCode::PageDown,
            0x23 => KeyCode::End,
            0x24 => KeyCode::Home,
            0x25 => KeyCode::Left,
            0x26 => KeyCode::Up,
            0x27 => KeyCode::Right,
            0x28 => KeyCode::Down,
            0x2d => KeyCode::Insert,
            0x2e => KeyCode::Delete,
            // The function keys, up to F24.
            0x70..=0x87 => KeyCode::F(u8::try_from(key - 0x6f).ok()?),
            _ => {
                let c = match unit {
                    0 => return None,
                    // Ctrl and a letter send a control character; the virtual key is the letter.
                    1..=0x1f => {
                        let c = char::from_u32(key.into())?.to_ascii_lowercase();
                        Some(c).filter(char::is_ascii_lowercase)?
                    }
                    _ => self.character(unit)?,
                };
                // AltGr is Ctrl and Alt together.
                if ctrl && alt {
                    modifiers = KeyModifiers::NONE;
                }
                KeyCode::Char(c)
            }
        };
        Some(KeyEvent::new(code, modifiers))
    }

    /// The character of a UTF-16 unit, once it is complete.
    fn character(&mut self, unit: u16) -> Option<char> {
        let high = self.high.take();
        if (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
            return None;
        }
        let units = high.into_iter().chain([unit]);
        let last = char::decode_utf16(units).last()?;
        Some(last.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// A press of the left button or a turn of the wheel: nothing else is used.
    fn mouse(&mut self, column: i16, row: i16, buttons: u32, flags: u32) -> Option<MouseEvent> {
        let pressed = buttons & !self.buttons & LEFT_BUTTON != 0;
        let kind = match flags {
            MOUSE_WHEELED if buttons & 0x8000_0000 == 0 => MouseEventKind::ScrollUp,
            MOUSE_WHEELED => MouseEventKind::ScrollDown,
            _ => {
                self.buttons = buttons;
                // The second press of a double click too.
                pressed.then_some(MouseEventKind::Down(MouseButton::Left))?
            }
        };
        Some(MouseEvent {
            kind,
            column: column.try_into().ok()?,
            row: row.try_into().ok()?,
            modifiers: KeyModifiers::NONE,
        })
    }
}

/// The character that the event adds to a text; that of Tab and Enter is a control character.
fn text(event: &Event) -> Option<char> {
    let Event::Key(KeyEvent {
        code, modifiers, ..
    }) = event
    else {
        return None;
    };
    if modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
        return None;
    }
    match code {
        KeyCode::Char(c) => Some(*c),
        KeyCode::Tab => Some('\t'),
        KeyCode::Enter => Some('\n'),
        _ => None,
    }
}

/// Whether so many characters were read together that they are a paste. One key that is held down comes
/// as the same character again and again.
fn is_paste(events: &[Event]) -> bool {
    let mut texts = events.iter().filter_map(text);
    let Some(first) = texts.next() else {
        return false;
    };
    let others: Vec<char> = texts.collect();
    others.len() + 1 >= PASTE && others.iter().any(|&other| other != first)
}

/// The events, each run of characters as one paste.
fn pasted(events: Vec<Event>) -> Vec<Event> {
    let mut all = Vec::new();
    for event in events {
        match (text(&event), all.last_mut()) {
            (Some(c), Some(Event::Paste(before))) => before.push(c),
            (Some(c), _) => all.push(Event::Paste(c.to_string())),
            (None, _) => all.push(event),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT_ALT: u32 = 0x2;
    const RIGHT_ALT: u32 = 0x1;
    const LEFT_CTRL: u32 = 0x8;
    const SHIFT_PRESSED: u32 = 0x10;

    /// As conhost sends them.
    fn press(key: u16, unit: u16, state: u32) -> [Record; 2] {
        [true, false].map(|down| Record::Key {
            down,
            repeat: 1,
            key,
            unit,
            state,
        })
    }

    fn typed(text: &str) -> Vec<Record> {
        let keys = text.chars().flat_map(|c| {
            let key = match c {
                '\t' => 0x09,
                '\r' => 0x0d,
                c => c.to_ascii_uppercase() as u16,
            };
            press(key, c as u16, 0)
        });
        keys.collect()
    }

    /// Alt, the digits of the numeric pad, and the character with the release of Alt.
    fn alt_code(digits: &[u16], unit: u16) -> Vec<Record> {
        let alt = |down, unit| Record::Key {
            down,
            repeat: 1,
            key: 0x12,
            unit,
            state: LEFT_ALT,
        };
        let digits = digits
            .iter()
            .flat_map(|digit| press(0x60 + digit, 0, LEFT_ALT));
        [alt(true, 0)]
            .into_iter()
            .chain(digits)
            .chain([alt(false, unit)])
            .collect()
    }

    /// The events of these reads, and nothing afterwards.
    fn read(reads: &[Vec<Record>]) -> Vec<Event> {
        let mut left = reads.iter().cloned();
        let mut decoder = Decoder::default();
        let mut events = Vec::new();
        while left.len() > 0 {
            let read = decoder.read(|_| Ok(left.next().unwrap_or_default()));
            events.extend(read.into_iter().flatten());
        }
        events
    }

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    fn char(c: char) -> Event {
        key(KeyCode::Char(c), KeyModifiers::NONE)
    }

    #[test]
    fn keys_read_one_by_one_are_keys() {
        let reads: Vec<Vec<Record>> = typed("h\tq").into_iter().map(|one| vec![one]).collect();
        let tab = key(KeyCode::Tab, KeyModifiers::NONE);
        assert_eq!(read(&reads), [char('h'), tab, char('q')]);
    }

    #[test]
    fn keys_read_together_are_a_paste() {
        assert_eq!(read(&[typed("h\tq")]), [Event::Paste("h\tq".into())]);
        // A long one comes in several reads.
        let reads = [typed("one\rt"), typed("w"), typed("o")];
        assert_eq!(read(&reads), [Event::Paste("one\ntwo".into())]);
    }

    #[test]
    fn held_key_and_fast_pair_are_keys() {
        assert_eq!(read(&[typed("jjjj")]), vec![char('j'); 4]);
        assert_eq!(read(&[typed("jk")]), [char('j'), char('k')]);
        let held = Record::Key {
            down: true,
            repeat: 3,
            key: 0x28,
            unit: 0,
            state: 0,
        };
        let down = key(KeyCode::Down, KeyModifiers::NONE);
        assert_eq!(read(&[vec![held]]), vec![down; 3]);
    }

    #[test]
    fn character_of_an_alt_code_comes_once() {
        let dash = alt_code(&[0, 1, 5, 0], 0x2013);
        assert_eq!(read(std::slice::from_ref(&dash)), [char('–')]);
        let name = [typed("host"), dash, typed("name")].concat();
        assert_eq!(read(&[name]), [Event::Paste("host–name".into())]);
    }

    #[test]
    fn surrogates_are_one_character() {
        let pair = [press(0xe7, 0xd83d, 0), press(0xe7, 0xde00, 0)].concat();
        assert_eq!(read(&[pair]), [char('\u{1f600}')]);
        let alone = press(0xe7, 0xde00, 0).to_vec();
        assert_eq!(read(&[alone]), [char(char::REPLACEMENT_CHARACTER)]);
    }

    #[test]
    fn modifiers_are_those_of_the_key() {
        let control = press(0x43, 3, LEFT_CTRL).to_vec();
        let expected = key(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(read(&[control]), [expected]);
        // AltGr and Q on a German keyboard.
        let at = press(0x51, 0x40, LEFT_CTRL | RIGHT_ALT).to_vec();
        assert_eq!(read(&[at]), [char('@')]);
        let back = press(0x09, 9, SHIFT_PRESSED).to_vec();
        let expected = key(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(read(&[back]), [expected]);
        let shift = press(0x10, 0, SHIFT_PRESSED).to_vec();
        assert_eq!(read(&[shift]), []);
    }

    #[test]
    fn button_is_pressed_once_and_wheel_turns() {
        let mouse = |buttons, flags| Record::Mouse {
            column: 4,
            row: 7,
            buttons,
            flags,
        };
        let event = |kind| {
            Event::Mouse(MouseEvent {
                kind,
                column: 4,
                row: 7,
                modifiers: KeyModifiers::NONE,
            })
        };
        // Down, moved while down, up, the right button; the wheel's distance is the high word.
        let records = [
            mouse(1, 0),
            mouse(1, 1),
            mouse(0, 0),
            mouse(2, 0),
            mouse(0x0078_0000, 4),
            mouse(0xff88_0000, 4),
        ];
        let expected = [
            event(MouseEventKind::Down(MouseButton::Left)),
            event(MouseEventKind::ScrollUp),
            event(MouseEventKind::ScrollDown),
        ];
        assert_eq!(read(&[records.to_vec()]), expected);
    }
}
