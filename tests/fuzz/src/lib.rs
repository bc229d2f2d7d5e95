//! Shared by the targets: a list, independent of the program, of what a terminal acts on.

/// Code points that take no column, or that a terminal or an editor acts on. The C0 and C1 controls
/// are those of `char::is_control`. The rest are blocks of the Unicode Character Database, typed in
/// from Blocks.txt and DerivedGeneralCategory.txt (Cf, Mn, Zl, Zp), not taken from the crate that
/// the program uses.
const HOSTILE: [(char, char); 16] = [
    // Soft hyphen.
    ('\u{ad}', '\u{ad}'),
    // Combining diacritical marks.
    ('\u{300}', '\u{36f}'),
    // Arabic letter mark.
    ('\u{61c}', '\u{61c}'),
    // Mongolian vowel separator.
    ('\u{180e}', '\u{180e}'),
    // Zero width space and joiners, marks of direction.
    ('\u{200b}', '\u{200f}'),
    // Line and paragraph separator, embeddings and overrides of direction.
    ('\u{2028}', '\u{202e}'),
    // Word joiner and invisible operators,
    ('\u{2060}', '\u{2064}'),
    // and isolates of direction, deprecated formatting.
    ('\u{2066}', '\u{206f}'),
    // Combining marks for symbols.
    ('\u{20d0}', '\u{20f0}'),
    // Variation selectors.
    ('\u{fe00}', '\u{fe0f}'),
    // Combining half marks.
    ('\u{fe20}', '\u{fe2f}'),
    // Byte order mark.
    ('\u{feff}', '\u{feff}'),
    // Interlinear annotations.
    ('\u{fff9}', '\u{fffb}'),
    // Egyptian hieroglyph format controls.
    ('\u{13430}', '\u{13438}'),
    // Tags,
    ('\u{e0001}', '\u{e007f}'),
    // and more variation selectors.
    ('\u{e0100}', '\u{e01ef}'),
];

/// Fails if a terminal would act on anything in `text`. A line feed is allowed if `lines`.
pub fn assert_inert(text: &str, lines: bool) {
    for c in text.chars() {
        let hostile = c.is_control()
            || HOSTILE
                .iter()
                .any(|&(first, last)| (first..=last).contains(&c));
        assert!(!hostile || lines && c == '\n', "{c:?} in {text:?}");
    }
}
