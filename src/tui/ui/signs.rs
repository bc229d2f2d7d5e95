//! The characters that signs and frames are drawn with.

use std::ffi::OsString;

use ratatui::symbols::border;

/// A set of characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signs {
    /// Any of Unicode: terminals take what their font lacks from another one.
    #[default]
    Unicode,
    /// Those of Microsoft's Windows Glyph List 4. The Windows console draws a box for what its font
    /// lacks, and Consolas and Lucida Console have no ▸ ✓ ✗ ⠋ ╭ (microsoft/terminal#219, #385).
    Wgl4,
    /// ASCII.
    Ascii,
}

const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

impl Signs {
    /// Those for a program in a console of Windows with these environment variables. By their
    /// documentation, Windows Terminal sets WT_SESSION, ConEmu ConEmuPID and ConEmuANSI, Visual Studio
    /// Code and WezTerm TERM_PROGRAM; Alacritty's logging.rs sets ALACRITTY_LOG.
    pub fn of_console(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let is = |name, value| variable(name).is_some_and(|found| found == value);
        let is_set = |name| variable(name).is_some_and(|found| !found.is_empty());
        let any = ["WT_SESSION", "ConEmuPID", "ALACRITTY_LOG"]
            .into_iter()
            .any(is_set)
            || is("ConEmuANSI", "ON")
            || is("TERM_PROGRAM", "vscode")
            || is("TERM_PROGRAM", "WezTerm");
        if any { Self::Unicode } else { Self::Wgl4 }
    }

    /// One of three signs.
    pub(super) const fn of(
        self,
        unicode: &'static str,
        wgl4: &'static str,
        ascii: &'static str,
    ) -> &'static str {
        match self {
            Self::Unicode => unicode,
            Self::Wgl4 => wgl4,
            Self::Ascii => ascii,
        }
    }

    /// The frame of a pane.
    pub(super) const fn border(self) -> border::Set<'static> {
        match self {
            Self::Unicode => border::ROUNDED,
            Self::Wgl4 => border::PLAIN,
            Self::Ascii => ASCII_BORDER,
        }
    }

    /// The frames of the spinner.
    pub(super) const fn spinner(self) -> &'static [&'static str] {
        match self {
            Self::Unicode => &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
            Self::Wgl4 | Self::Ascii => &["|", "/", "-", "\\"],
        }
    }
}

#[cfg(test)]
#[path = "tests/signs.rs"]
mod tests;
