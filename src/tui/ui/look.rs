//! The styles and characters of each role.

use std::borrow::Cow;
use std::time::Duration;

use ratatui::style::{Color, Modifier, Style};

use super::signs::Signs;
use crate::app::Command;
use crate::code::Token;
use crate::text::ascii;
use crate::tui::keys::Keys;
use crate::tui::term::background::Background;
use crate::words::{Language, Phrase};

/// How to draw.
///
/// Uses only the terminal's sixteen colours, which follow the user's theme. Words have the terminal's own
/// foreground; colours mark. Neither colour nor dim is ever the only sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The characters of signs and frames, unless the language is in ASCII.
    pub signs: Signs,
    /// Use colours.
    pub colour: bool,
    /// The background that the colours are for.
    pub background: Background,
    /// The language of the texts. In ASCII, signs and frames are ASCII, too.
    pub language: Language,
    /// The table of keys.
    pub keys: Keys,
}

impl Look {
    /// The style of a sign, in a colour for each background. Never bold with a colour: many terminals
    /// then show its bright variant.
    fn mark(self, dark: Color, light: Color) -> Style {
        match (self.colour, self.background) {
            (false, _) => self.strong(),
            (true, Background::Dark) => Style::new().fg(dark),
            (true, Background::Light) => Style::new().fg(light),
        }
    }

    /// A text in the language of the screen.
    pub(super) fn say(self, phrase: impl Into<Phrase>) -> String {
        phrase.into().text(self.language)
    }

    /// The key to press for `command`.
    pub(super) fn key(self, command: Command) -> String {
        self.keys.label(command, self.language.is_ascii())
    }

    /// Plain text.
    pub(super) const fn text(self) -> Style {
        Style::new()
    }

    /// The frame of a pane out of focus, and the arrows beside a value. Words are never dim: xterm takes
    /// a third of a dim colour away, which leaves 2.4:1 on Solarized dark and makes them stand out on a
    /// light background.
    pub(super) const fn frame(self) -> Style {
        match self.background {
            Background::Dark => Style::new().add_modifier(Modifier::DIM),
            Background::Light => Style::new(),
        }
    }

    /// The most important text of a pane.
    pub(super) const fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The sign of the focus: the frame, the marker, the arrows.
    pub(super) fn focus(self) -> Style {
        self.mark(Color::Cyan, Color::Blue)
    }

    /// The title in the frame of a pane.
    pub(super) fn title(self, focused: bool) -> Style {
        match (focused, self.colour) {
            (false, _) => self.text(),
            (true, true) => self.strong(),
            // The frame has no colour to show the focus.
            (true, false) => self.strong().add_modifier(Modifier::REVERSED),
        }
    }

    /// The selected line in the current pane.
    pub(super) const fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The sign of a failure.
    pub(super) fn failure(self) -> Style {
        self.mark(Color::LightRed, Color::Red)
    }

    /// The sign of a pending call, a warning, or a difference from the answer on screen.
    pub(super) fn pending(self) -> Style {
        self.mark(Color::Yellow, Color::Magenta)
    }

    /// A token of a program.
    pub(super) fn token(self, token: Token) -> Style {
        // No colour is readable as text on every light background.
        let coloured = self.colour && self.background == Background::Dark;
        match token {
            Token::Keyword => self.strong(),
            Token::String | Token::Number if coloured => Style::new().fg(Color::Green),
            Token::Constant if coloured => Style::new().fg(Color::Cyan),
            _ => self.text(),
        }
    }

    /// Whether everything is drawn with ASCII.
    pub(super) const fn is_ascii(self) -> bool {
        self.language.is_ascii()
    }

    /// The characters of signs and frames.
    pub(super) const fn signs(self) -> Signs {
        if self.is_ascii() {
            Signs::Ascii
        } else {
            self.signs
        }
    }

    /// `fancy`, which is in WGL4, or, in ASCII, `plain`.
    pub(super) const fn glyph(self, fancy: &'static str, plain: &'static str) -> &'static str {
        self.signs().of(fancy, fancy, plain)
    }

    /// The sign of the line in focus.
    pub(super) const fn marker(self) -> &'static str {
        self.signs().of("▸", "►", ">")
    }

    /// The sign of success.
    pub(super) const fn success_sign(self) -> &'static str {
        self.signs().of("✓", "√", "ok")
    }

    /// The sign of failure.
    pub(super) const fn failure_sign(self) -> &'static str {
        self.signs().of("✗", "×", "x")
    }

    /// The sign of truncated text.
    pub(super) const fn ellipsis(self) -> &'static str {
        self.glyph("…", "~")
    }

    /// The separator between two facts on a line.
    pub(super) const fn dot(self) -> &'static str {
        self.glyph("·", "-")
    }

    /// A call that has not returned after this time: a spinner and the seconds.
    pub(super) fn waiting(self, elapsed: Duration) -> String {
        let frames = self.signs().spinner();
        let turn = elapsed.as_millis() / 100;
        // The remainder is smaller than a frame count, so it fits.
        let frame = frames[usize::try_from(turn % frames.len() as u128).unwrap_or_default()];
        format!("{frame} {:.1} s", elapsed.as_secs_f64())
    }

    /// `text` for this look: in ASCII, foreign characters are escaped.
    pub(super) fn shown(self, text: &str) -> Cow<'_, str> {
        if self.is_ascii() {
            ascii(text)
        } else {
            Cow::Borrowed(text)
        }
    }
}

/// The time of a call: milliseconds below one second, then seconds, with at least two significant
/// digits from 10 µs on.
pub(super) fn time(took: Duration) -> String {
    let milliseconds = took.as_secs_f64() * 1e3;
    match took.as_micros() {
        0..100 => format!("{milliseconds:.3} ms"),
        100..1_000_000 => format!("{milliseconds:.2} ms"),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}

#[cfg(test)]
#[path = "tests/contrast.rs"]
mod contrast;
