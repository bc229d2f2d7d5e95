//! The contrast of every style on the default palettes of common terminals (WCAG 2.2, "relative
//! luminance" and "contrast ratio").

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use super::*;

/// The sixteen colours of a terminal, and the background.
struct Palette {
    name: &'static str,
    theme: Background,
    background: u32,
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
    colours: [u32; 16],
) -> Palette {
    Palette {
        name,
        theme,
        background,
        colours,
    }
}

const PALETTES: [Palette; 8] = [
    palette("xterm", Background::Dark, 0x000000, XTERM),
    palette("GNOME", Background::Dark, 0x171421, GNOME),
    palette("Solarized", Background::Dark, 0x002b36, SOLARIZED),
    palette("Campbell", Background::Dark, 0x0c0c0c, CAMPBELL),
    palette("xterm", Background::Light, 0xffffff, XTERM),
    palette("GNOME", Background::Light, 0xffffff, GNOME),
    palette("Solarized", Background::Light, 0xfdf6e3, SOLARIZED),
    palette("One Half", Background::Light, 0xfafafa, ONE_HALF_LIGHT),
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
        ("dim", look.dim()),
        ("strong", look.strong()),
        ("title", look.title(false)),
        ("title in focus", look.title(true)),
        ("selected", look.selected()),
    ];
    words.extend(TOKENS.map(|token| ("token", look.token(token))));
    words
}

#[test]
fn colours_are_readable_on_every_palette() {
    for look in looks() {
        let marks = marks(look).into_iter().map(|mark| (mark, 3.0));
        let words = words(look).into_iter().map(|words| (words, 4.5));
        for ((name, style), least) in marks.chain(words) {
            assert_eq!(style.bg, None, "{name}: {look:?}");
            let Some(colour) = style.fg else {
                continue;
            };
            assert!(look.colour, "{name} has a colour: {look:?}");
            assert_ne!(colour, Color::DarkGray, "bright black: {name}");
            // Many terminals show bold colours as bright ones.
            assert!(!style.add_modifier.contains(Modifier::BOLD), "{name}");
            // Reversed and dim, the contrast is another one.
            assert!(!style.add_modifier.contains(Modifier::DIM), "{name}");
            for palette in PALETTES.iter().filter(|one| one.theme == look.background) {
                let colour = palette.colours[number(colour)];
                let contrast = contrast(colour, palette.background);
                assert!(
                    contrast >= least,
                    "{name} on {} {:?}: {contrast:.2}",
                    palette.name,
                    palette.theme
                );
            }
        }
    }
}

/// xterm takes a third of each part of a dim colour away: on a light background that is more contrast.
#[test]
fn less_important_words_do_not_stand_out_on_light() {
    for look in looks().filter(|look| look.background == Background::Light) {
        for (name, style) in marks(look).into_iter().chain(words(look)) {
            assert!(
                !style.add_modifier.contains(Modifier::DIM),
                "{name}: {look:?}"
            );
        }
    }
}

#[test]
fn dim_is_never_the_only_difference() {
    for look in looks() {
        // Less important words, and comments, which begin with a sign.
        for (name, style) in marks(look).into_iter().chain(words(look)) {
            let dim = style.add_modifier.contains(Modifier::DIM);
            let comment = style == look.token(Token::Comment);
            assert!(!dim || name == "dim" || comment, "{name}: {look:?}");
        }
        // What has a meaning differs from plain and from less important text without it.
        for (name, style) in marks(look) {
            for plain in [look.text(), look.dim()] {
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
