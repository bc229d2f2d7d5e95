//! Roles of colours and characters: what a thing is decides how it looks, in this file alone.

use std::borrow::Cow;
use std::time::Duration;

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

use crate::code::Token;
use crate::explain::{Texts, texts};
use crate::words::Language;

/// How the terminal wants to be drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// ASCII characters only.
    pub ascii: bool,
    /// Colours may be used.
    pub colour: bool,
    /// The language of the notes.
    pub language: Language,
}

/// The styles and characters of a [`Look`].
///
/// Only the terminal's own sixteen colours, so that the user's theme decides; whatever a colour
/// says, a character or a word says too.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    look: Look,
}

const PLAIN_BORDER: border::Set = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

impl Theme {
    /// The theme of `look`.
    #[must_use]
    pub const fn new(look: Look) -> Self {
        Self { look }
    }

    fn colour(&self, colour: Color, modifier: Modifier) -> Style {
        let style = Style::new().add_modifier(modifier);
        if self.look.colour {
            style.fg(colour)
        } else {
            style
        }
    }

    /// Plain text.
    #[must_use]
    pub const fn text(&self) -> Style {
        Style::new()
    }

    /// What is there to be found, not to be seen first.
    #[must_use]
    pub const fn dim(&self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// What matters most in its pane.
    #[must_use]
    pub const fn strong(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Where the focus is.
    #[must_use]
    pub fn focus(&self) -> Style {
        self.colour(Color::Cyan, Modifier::BOLD)
    }

    /// The line that is selected in the pane in focus.
    #[must_use]
    pub const fn selected(&self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// What failed.
    #[must_use]
    pub fn failure(&self) -> Style {
        self.colour(Color::Red, Modifier::BOLD)
    }

    /// What is not answered yet, and what differs from what is shown.
    #[must_use]
    pub fn pending(&self) -> Style {
        self.colour(Color::Yellow, Modifier::BOLD)
    }

    /// The frame of a pane.
    #[must_use]
    pub fn border(&self, focused: bool) -> Style {
        if focused { self.focus() } else { self.dim() }
    }

    /// A token of a program.
    pub(super) fn token(&self, token: Token) -> Style {
        match token {
            Token::Keyword => self.strong(),
            Token::Comment => self.dim(),
            Token::String | Token::Number => self.colour(Color::Green, Modifier::empty()),
            Token::Constant => self.colour(Color::Cyan, Modifier::empty()),
            Token::Function | Token::Plain => self.text(),
        }
    }

    /// The lines of a pane's frame.
    #[must_use]
    pub const fn border_set(&self) -> border::Set<'static> {
        if self.look.ascii {
            PLAIN_BORDER
        } else {
            border::ROUNDED
        }
    }

    /// The words of the notes.
    #[must_use]
    pub fn texts(&self) -> &'static Texts {
        texts(self.look.language)
    }

    /// Whether only ASCII is drawn.
    #[must_use]
    pub const fn ascii(&self) -> bool {
        self.look.ascii
    }

    /// `fancy`, or what stands for it in ASCII.
    #[must_use]
    pub const fn glyph(&self, fancy: &'static str, plain: &'static str) -> &'static str {
        if self.look.ascii { plain } else { fancy }
    }

    /// The sign of the line in focus.
    #[must_use]
    pub const fn marker(&self) -> &'static str {
        self.glyph("▸", ">")
    }

    /// The sign of success.
    #[must_use]
    pub const fn success_sign(&self) -> &'static str {
        self.glyph("✓", "ok")
    }

    /// The sign of failure.
    #[must_use]
    pub const fn failure_sign(&self) -> &'static str {
        self.glyph("✗", "x")
    }

    /// What stands where something was cut.
    #[must_use]
    pub const fn ellipsis(&self) -> &'static str {
        self.glyph("…", "~")
    }

    /// What stands between two facts on one line.
    #[must_use]
    pub const fn dot(&self) -> &'static str {
        self.glyph("·", "-")
    }

    /// The sign of waiting, turning with time.
    #[must_use]
    pub fn spinner(&self, elapsed: Duration) -> &'static str {
        let frames: &[&str] = if self.look.ascii {
            &["|", "/", "-", "\\"]
        } else {
            &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
        };
        let turn = elapsed.as_millis() / 100;
        // The remainder is smaller than a frame count, so it fits.
        frames[usize::try_from(turn % frames.len() as u128).unwrap_or_default()]
    }

    /// `text` as this look can show it: in ASCII, our own signs have a stand-in and any other
    /// character is written as its code point.
    #[must_use]
    pub fn shown<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self.look.ascii || text.is_ascii() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                c if c.is_ascii() => out.push(c),
                '“' | '”' => out.push('"'),
                '’' => out.push('\''),
                '…' => out.push('~'),
                '·' => out.push('-'),
                '–' => out.push('-'),
                c => out.extend(c.escape_unicode()),
            }
        }
        Cow::Owned(out)
    }
}

/// A call's time: in milliseconds while it is short, in seconds once a person notices it. Two
/// digits that say something, at least.
#[must_use]
pub(super) fn time(took: Duration) -> String {
    let milliseconds = took.as_secs_f64() * 1e3;
    match took.as_micros() {
        0..100 => format!("{milliseconds:.3} ms"),
        100..1_000_000 => format!("{milliseconds:.2} ms"),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}
