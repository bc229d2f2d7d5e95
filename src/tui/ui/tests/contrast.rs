//! The contrast of every style on the default palettes of common terminals (WCAG 2.2, "relative
//! luminance" and "contrast ratio").

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use super::*;

/// The sixteen colours of a terminal, its background and its foreground.
struct Palette {
    name: &'static str,
    theme: Background,
    background: u32,
    foreground: u32,
    colours: [u32; 16],
}

/// XTerm-col.ad of xterm.
const XTERM: [u32; 16] = [
    0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f,
    0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
];
/// The palette "GNOME" of gnome-terminal (terminal-schemas.h).
const GNOME: [u32; 16] = [
    0x171421, 0xc01c28, 0x26a269, 0xa2734c, 0x12488b, 0xa347ba, 0x2aa1b3, 0xd0cfcc, 0x5e5c64,
    0xf66151, 0x33d17a, 0xe9ad0c, 0x2a7bde, 0xc061cb, 0x33c7de, 0xffffff,
];
/// https://ethanschoonover.com/solarized
const SOLARIZED: [u32; 16] = [
    0x073642, 0xdc322f, 0x859900, 0xb58900, 0x268bd2, 0xd33682, 0x2aa198, 0xeee8d5, 0x002b36,
    0xcb4b16, 0x586e75, 0x657b83, 0x839496, 0x6c71c4, 0x93a1a1, 0xfdf6e3,
];
/// "Campbell" of Windows Terminal (Microsoft, "Color schemes in Windows Terminal").
const CAMPBELL: [u32; 16] = [
    0x0c0c0c, 0xc50f1f, 0x13a10e, 0xc19c00, 0x0037da, 0x881798, 0x3a96dd, 0xcccccc, 0x767676,
    0xe74856, 0x16c60c, 0xf9f1a5, 0x3b78ff, 0xb4009e, 0x61d6d6, 0xf2f2f2,
];
/// "One Half Light" of Windows Terminal (the same page).
const ONE_HALF_LIGHT: [u32; 16] = [
    0x383a42, 0xe45649, 0x50a14f, 0xc18301, 0x0184bc, 0xa626a4, 0x0997b3, 0xfafafa, 0x4f525d,
    0xdf6c75, 0x98c379, 0xe4c07a, 0x61afef, 0xc577dd, 0x56b5c1, 0xffffff,
];

const fn palette(
    name: &'static str,
    theme: Background,
    background: u32,
    foreground: u32,
    colours: [u32; 16],
) -> Palette {
    Palette {
        name,
        theme,
        background,
        foreground,
        colours,
    }
}

const PALETTES: [Palette; 8] = [
    palette("xterm", Background::Dark, 0x000000, 0xe5e5e5, XTERM),
    palette("GNOME", Background::Dark, 0x171421, 0xd0cfcc, GNOME),
    palette("Solarized", Background::Dark, 0x002b36, 0x839496, SOLARIZED),
    palette("Campbell", Background::Dark, 0x0c0c0c, 0xcccccc, CAMPBELL),
    palette("xterm", Background::Light, 0xffffff, 0x000000, XTERM),
    palette("GNOME", Background::Light, 0xffffff, 0x171421, GNOME),
    palette(
        "Solarized",
        Background::Light,
        0xfdf6e3,
        0x657b83,
        SOLARIZED,
    ),
    palette(
        "One Half",
        Background::Light,
        0xfafafa,
        0x383a42,
        ONE_HALF_LIGHT,
    ),
];

fn luminance(colour: u32) -> f64 {
    let part = |shift: u32| {
        let value = f64::from((colour >> shift) & 0xff) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
}

fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The number of one of the sixteen colours; any other would not follow the terminal's theme.
fn number(colour: Color) -> usize {
    let all = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    all.iter().position(|&other| other == colour).unwrap()
}

fn looks() -> impl Iterator<Item = Look> {
    let themes = [
        (true, Background::Dark),
        (true, Background::Light),
        (false, Background::Dark),
        (false, Background::Light),
    ];
    themes.into_iter().map(|(colour, background)| Look {
        colour,
        background,
        ..Look::default()
    })
}

/// Marks and their least contrast: that of a graphical object (WCAG 2.2, 1.4.11).
fn marks(look: Look) -> Vec<(&'static str, Style)> {
    vec![
        ("focus", look.focus()),
        ("failure", look.failure()),
        ("pending", look.pending()),
    ]
}

const TOKENS: [Token; 7] = [
    Token::Keyword,
    Token::Comment,
    Token::String,
    Token::Number,
    Token::Constant,
    Token::Function,
    Token::Plain,
];

fn words(look: Look) -> Vec<(&'static str, Style)> {
    let mut words = vec![
        ("text", look.text()),
        ("strong", look.strong()),
        ("title", look.title(false)),
        ("title in focus", look.title(true)),
        ("selected", look.selected()),
    ];
    words.extend(TOKENS.map(|token| ("token", look.token(token))));
    words
}

/// `style` as a terminal with this palette draws it. xterm scales each part of a dim colour by 2/3
/// (`faintIsRelative` in xterm(1); measured in a picture of version 379).
fn drawn(style: Style, palette: &Palette) -> u32 {
    let colour = style.fg.map(|colour| palette.colours[number(colour)]);
    let colour = colour.unwrap_or(palette.foreground);
    if style.add_modifier.contains(Modifier::DIM) {
        let part = |shift: u32| (((colour >> shift) & 0xff) * 2 / 3) << shift;
        part(16) | part(8) | part(0)
    } else {
        colour
    }
}

/// The contrast of `style` on the worst palette for `look`, less what the user's own foreground lacks.
#[track_caller]
fn assert_contrast(name: &str, style: Style, look: Look, least: f64) {
    for palette in PALETTES.iter().filter(|one| one.theme == look.background) {
        let own = contrast(palette.foreground, palette.background);
        let contrast = contrast(drawn(style, palette), palette.background);
        assert!(
            contrast >= least.min(own),
            "{name} on {} {:?}: {contrast:.2}",
            palette.name,
            palette.theme
        );
    }
}

#[test]
fn styles_are_readable_on_every_palette() {
    for look in looks() {
        let marks = marks(look).into_iter().map(|mark| (mark, 3.0));
        let words = words(look).into_iter().map(|words| (words, 4.5));
        for ((name, style), least) in marks.chain(words) {
            assert_contrast(name, style, look, least);
            assert_eq!(style.bg, None, "{name}: {look:?}");
            // xterm makes dim words stand out on a light background.
            assert!(!style.add_modifier.contains(Modifier::DIM), "{name}");
            if let Some(colour) = style.fg {
                assert!(look.colour, "{name} has a colour: {look:?}");
                assert_ne!(colour, Color::DarkGray, "bright black: {name}");
                // Many terminals show bold colours as bright ones.
                assert!(!style.add_modifier.contains(Modifier::BOLD), "{name}");
            }
        }
    }
}

#[test]
fn marks_differ_from_text_by_more_than_dim() {
    for look in looks() {
        for (name, style) in marks(look) {
            for plain in [look.text(), look.frame()] {
                let bare = |style: Style| (style.fg, style.add_modifier - Modifier::DIM);
                assert_ne!(bare(style), bare(plain), "{name}: {look:?}");
            }
        }
    }
}

#[test]
fn contrast_is_that_of_wcag() {
    assert!((contrast(0xffffff, 0x000000) - 21.0).abs() < 1e-9);
    // WebAIM's contrast checker gives 4.54 for this grey on white.
    assert!((contrast(0x767676, 0xffffff) - 4.54).abs() < 0.005);
}
