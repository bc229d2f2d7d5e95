//! The terminal's background: light or dark.
//!
//! `COLORFGBG` names it before the first frame, if the terminal sets that; a Windows console has its
//! colours. Other terminals are asked with OSC 11 (xterm, Control Sequences: "Change VT100 text background
//! color"); the answer comes as input, which `Reply` takes out of the keys.
//!
//! If the program quits before the answer, the shell would get it. It then also asks for the device
//! attributes (DA1, xterm: "Send Device Attributes"). Every terminal answers that, after the first question.
//! The program drops the input until then. It reads it without crossterm, which keeps that answer to itself.

use std::env;
use std::mem;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// The brightness of the background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Background {
    /// Darker than middle grey.
    #[default]
    Dark,
    /// Lighter than middle grey.
    Light,
}

/// Asks for the colour of the background.
pub(crate) const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";

/// How long after the question an answer is likely: a round trip to a remote terminal.
pub(crate) const ROUND_TRIP: Duration = Duration::from_millis(300);

/// How often the input thread returns from crossterm in that time, and can stop.
const LOOK: Duration = Duration::from_millis(5);

/// How long a program that is told to quit in that time waits for the input thread, and again for the
/// answers.
pub(crate) const LAST_WAIT: Duration = Duration::from_millis(100);

/// How every answer begins.
const BEGINNING: &str = "11;";

/// More than the longest answer: `11;rgba:` and four parts of four digits.
const LONGEST: usize = 64;

/// Whether the terminal may be asked: Linux's console shows a part of the question, and Windows consoles
/// answer in key events of their own.
pub fn can_ask() -> bool {
    let term = env::var_os("TERM").unwrap_or_default();
    cfg!(unix) && term != "linux" && term != "dumb"
}

impl Background {
    /// The background according to `COLORFGBG`.
    pub fn of_environment() -> Option<Self> {
        let value = env::var("COLORFGBG").ok();
        Self::of_variable(&value?)
    }

    /// `15;0` or `0;default;15`: the foreground first, the background last, as numbers of the sixteen
    /// colours (rxvt).
    fn of_variable(value: &str) -> Option<Self> {
        match value.rsplit(';').next()?.parse::<u8>().ok()? {
            // White and the bright colours except bright black.
            7 | 9..=15 => Some(Self::Light),
            0..=6 | 8 => Some(Self::Dark),
            16.. => None,
        }
    }

    /// The background of an answer: `11;rgb:RRRR/GGGG/BBBB`, one to four digits each, or `rgba:`.
    fn of_answer(text: &str) -> Option<Self> {
        let colour = text.strip_prefix(BEGINNING)?;
        let parts = colour
            .strip_prefix("rgb:")
            .or_else(|| colour.strip_prefix("rgba:"))?;
        let mut parts = parts.split('/').map(|digits| {
            // It would take a sign, too.
            let digits = Some(digits).filter(|digits| !digits.starts_with('+'))?;
            let value = u16::from_str_radix(digits, 16).ok()?;
            let most = [0xf, 0xff, 0xfff, 0xffff].get(digits.len().checked_sub(1)?)?;
            Some(f64::from(value) / f64::from(*most))
        });
        let mut part = || parts.next()?;
        Some(Self::of_colour([part()?, part()?, part()?]))
    }

    /// The background of this colour: red, green and blue, at most 1.
    pub fn of_colour([red, green, blue]: [f64; 3]) -> Self {
        // ITU-R BT.601, as for the brightness of a television picture.
        let brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
        if brightness > 0.5 {
            Self::Light
        } else {
            Self::Dark
        }
    }
}

/// Takes the answer to [`QUESTION`] out of crossterm's events, which have it as Alt-], the characters
/// of the text, and Alt-\ or Ctrl-G. A terminal that sends it in pieces can also split Alt-] and Alt-\
/// into Esc and the character.
#[derive(Debug)]
pub(crate) struct Reply {
    part: Part,
    /// The events since [`Part::Keys`]: keys, if they turn out not to be an answer.
    held: Vec<Event>,
    /// When an answer is no longer likely.
    end: Instant,
}

/// What the last events were.
#[derive(Debug)]
enum Part {
    Keys,
    /// Esc: the key, or the first piece of Alt-].
    Escape,
    /// Alt-] and this text.
    Text(String),
    /// A whole answer, ended by Esc: the first piece of Alt-\.
    End,
    /// The answer. No other is expected.
    Answered,
}

/// What a [`Reply`] makes of events.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    /// An event that is not part of an answer.
    Event(Event),
    /// The answer.
    Background(Background),
}

impl Reply {
    /// Expects an answer if the terminal was asked.
    pub(crate) fn new(asked: bool) -> Self {
        let part = if asked { Part::Keys } else { Part::Answered };
        Self {
            part,
            held: Vec::new(),
            end: Instant::now() + ROUND_TRIP,
        }
    }

    /// Takes the next event; returns those of which it is certain what they are, in order.
    pub(crate) fn hear(&mut self, event: Event) -> Vec<Heard> {
        let key = match &event {
            Event::Key(KeyEvent {
                code, modifiers, ..
            }) => Some((*code, *modifiers)),
            _ => None,
        };
        const NONE: KeyModifiers = KeyModifiers::NONE;
        const ALT: KeyModifiers = KeyModifiers::ALT;
        match (&mut self.part, key) {
            (Part::Keys, Some((KeyCode::Esc, NONE))) => self.part = Part::Escape,
            (Part::Keys, Some((KeyCode::Char(']'), ALT)))
            | (Part::Escape, Some((KeyCode::Char(']'), NONE))) => {
                self.part = Part::Text(String::new());
            }
            (
                Part::Text(text),
                Some((KeyCode::Char('\\'), ALT) | (KeyCode::Char('g'), KeyModifiers::CONTROL)),
            ) if text.starts_with(BEGINNING) => {
                let text = mem::take(text);
                return self.answer(&text, Part::Answered);
            }
            (Part::Text(text), Some((KeyCode::Esc, NONE))) if text.starts_with(BEGINNING) => {
                let text = mem::take(text);
                return self.answer(&text, Part::End);
            }
            // crossterm adds Shift to capitals.
            (Part::Text(text), Some((KeyCode::Char(c), NONE | KeyModifiers::SHIFT)))
                if BEGINNING[text.len().min(BEGINNING.len())..].starts_with(c)
                    || text.starts_with(BEGINNING) && text.len() < LONGEST =>
            {
                text.push(c);
            }
            (Part::End, Some((KeyCode::Char('\\'), NONE))) => {
                self.part = Part::Answered;
                return Vec::new();
            }
            (Part::Keys | Part::Answered, _) => return vec![Heard::Event(event)],
            (Part::End, _) => {
                self.part = Part::Answered;
                return vec![Heard::Event(event)];
            }
            (Part::Escape | Part::Text(_), _) => {
                let mut heard = self.give_up();
                heard.extend(self.hear(event));
                return heard;
            }
        }
        self.held.push(event);
        Vec::new()
    }

    /// The end of an answer. One that cannot be read is dropped.
    fn answer(&mut self, text: &str, next: Part) -> Vec<Heard> {
        self.held.clear();
        self.part = next;
        let background = Background::of_answer(text);
        background.map(Heard::Background).into_iter().collect()
    }

    /// How long to wait for the next event: if none comes, the held ones are keys. A terminal needs
    /// longer for the next piece of an answer only if the connection stalls.
    pub(crate) fn patience(&self) -> Option<Duration> {
        match &self.part {
            Part::Keys if Instant::now() < self.end => Some(LOOK),
            // A person presses it and expects something at once.
            Part::Escape => Some(Duration::from_millis(25)),
            Part::Text(text) if !text.starts_with(BEGINNING) => Some(Duration::from_secs(1)),
            _ => None,
        }
    }

    /// No answer: returns the held events. The beginning of an answer is dropped, because nobody types
    /// Alt-] and `11;`.
    pub(crate) fn give_up(&mut self) -> Vec<Heard> {
        let held = mem::take(&mut self.held);
        match mem::replace(&mut self.part, Part::Keys) {
            Part::Text(text) if text.starts_with(BEGINNING) => Vec::new(),
            _ => held.into_iter().map(Heard::Event).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    fn alt(c: char) -> Event {
        key(KeyCode::Char(c), KeyModifiers::ALT)
    }

    fn escape() -> Event {
        key(KeyCode::Esc, KeyModifiers::NONE)
    }

    fn bell() -> Event {
        key(KeyCode::Char('g'), KeyModifiers::CONTROL)
    }

    /// As crossterm makes them of typed or received text.
    fn chars(text: &str) -> Vec<Event> {
        let modifiers = |c: char| match c.is_uppercase() {
            true => KeyModifiers::SHIFT,
            false => KeyModifiers::NONE,
        };
        text.chars()
            .map(|c| key(KeyCode::Char(c), modifiers(c)))
            .collect()
    }

    /// Alt-], the text and the end.
    fn answer(text: &str, end: Event) -> Vec<Event> {
        [vec![alt(']')], chars(text), vec![end]].concat()
    }

    fn hear(reply: &mut Reply, events: Vec<Event>) -> Vec<Heard> {
        events
            .into_iter()
            .flat_map(|event| reply.hear(event))
            .collect()
    }

    fn keys(events: Vec<Event>) -> Vec<Heard> {
        events.into_iter().map(Heard::Event).collect()
    }

    const LIGHT: Heard = Heard::Background(Background::Light);
    const DARK: Heard = Heard::Background(Background::Dark);

    #[test]
    fn answer_with_either_end_is_the_background() {
        for (text, background) in [
            ("11;rgb:ffff/ffff/ffff", Background::Light),
            ("11;rgb:FDFD/F6F6/E3E3", Background::Light),
            ("11;rgb:0000/2b2b/3636", Background::Dark),
            ("11;rgba:ffff/ffff/ffff/0000", Background::Light),
            ("11;rgb:f/f/f", Background::Light),
            ("11;rgb:00/00/ff", Background::Dark),
        ] {
            for end in [alt('\\'), bell()] {
                let mut reply = Reply::new(true);
                let heard = hear(&mut reply, answer(text, end));
                let background = Heard::Background(background);
                assert_eq!(heard, [background], "{text}");
            }
        }
    }

    #[test]
    fn late_answer_is_found_among_keys() {
        let mut reply = Reply::new(true);
        let before = chars("11;rgb:ffff/ffff/ffff g");
        assert_eq!(hear(&mut reply, before.clone()), keys(before));
        let late = answer("11;rgb:ffff/ffff/ffff", bell());
        assert_eq!(hear(&mut reply, late), [LIGHT]);
        // Nothing is an answer or waits for one any more.
        let after = [vec![escape()], answer("11;rgb:0/0/0", bell())].concat();
        assert_eq!(hear(&mut reply, after.clone()), keys(after));
        assert_eq!(reply.patience(), None);
    }

    #[test]
    fn answer_in_pieces_is_the_background() {
        let pieces = [
            vec![escape()],
            chars("]11;rgb:ffff/ffff/ffff"),
            vec![escape()],
            chars("\\"),
        ];
        let mut reply = Reply::new(true);
        assert_eq!(hear(&mut reply, pieces.concat()), [LIGHT]);
        let mut reply = Reply::new(true);
        let first = [vec![alt(']')], chars("11;rgb:ffff/ffff/ff")].concat();
        assert_eq!(hear(&mut reply, first), []);
        // These can only be from a terminal: it has all the time it needs.
        assert_eq!(reply.patience(), None);
        assert_eq!(hear(&mut reply, chars("ff")), []);
        assert_eq!(reply.hear(alt('\\')), [LIGHT]);
        let mut reply = Reply::new(true);
        let ended = [answer("11;rgb:0/0/0", escape()), chars("x")].concat();
        let mut expected = vec![DARK];
        expected.extend(keys(chars("x")));
        assert_eq!(hear(&mut reply, ended), expected);
    }

    #[test]
    fn keys_without_an_answer_all_arrive() {
        for typed in [
            vec![alt(']')],
            [vec![alt(']')], chars("11")].concat(),
            [vec![escape()], chars("]1")].concat(),
            vec![escape()],
        ] {
            let mut reply = Reply::new(true);
            assert_eq!(hear(&mut reply, typed.clone()), []);
            assert!(reply.patience().is_some());
            assert_eq!(reply.give_up(), keys(typed.clone()));
            // Or another key follows.
            assert_eq!(hear(&mut reply, typed.clone()), []);
            let then = key(KeyCode::Up, KeyModifiers::NONE);
            let all = [typed, vec![then.clone()]].concat();
            assert_eq!(reply.hear(then), keys(all));
        }
        let mut reply = Reply::new(true);
        let typed = [vec![alt(']'), escape(), alt(']')], chars("x"), vec![bell()]].concat();
        assert_eq!(hear(&mut reply, typed.clone()), keys(typed));
        let mut reply = Reply::new(true);
        let both = [vec![escape()], answer("11;rgb:0/0/0", bell())].concat();
        assert_eq!(hear(&mut reply, both), [Heard::Event(escape()), DARK]);
    }

    #[test]
    fn garbage_is_dropped_and_later_keys_arrive() {
        for text in [
            "11;",
            "11;#ffffff",
            "11;rgb:",
            "11;rgb:fffff/0/0",
            "11;rgb:+f/0/0",
            "11;rgb:g/0/0",
            "11;rgb:0/0",
        ] {
            let mut reply = Reply::new(true);
            let garbage = answer(text, bell());
            assert_eq!(hear(&mut reply, garbage), [], "{text}");
            assert_eq!(hear(&mut reply, chars("x")), keys(chars("x")), "{text}");
        }
        let mut reply = Reply::new(true);
        let mut cut = answer("11;rgb:ff", key(KeyCode::Up, KeyModifiers::NONE));
        let up = cut.split_off(cut.len() - 1);
        assert_eq!(hear(&mut reply, cut), []);
        assert_eq!(hear(&mut reply, up.clone()), keys(up));
        // The answer can still come.
        assert_eq!(hear(&mut reply, answer("11;rgb:0/0/0", bell())), [DARK]);
    }

    #[test]
    fn without_a_question_everything_is_a_key() {
        let mut reply = Reply::new(false);
        let typed = answer("11;rgb:ffff/ffff/ffff", bell());
        assert_eq!(hear(&mut reply, typed.clone()), keys(typed));
    }

    #[test]
    fn variable_names_the_background() {
        for (value, background) in [
            ("15;0", Some(Background::Dark)),
            ("0;15", Some(Background::Light)),
            ("0;default;7", Some(Background::Light)),
            ("12;8", Some(Background::Dark)),
            ("15;default", None),
            ("0;16", None),
            ("0;-1", None),
            ("", None),
        ] {
            assert_eq!(Background::of_variable(value), background, "{value}");
        }
    }
}
