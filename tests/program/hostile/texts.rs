//! Texts that a terminal, a reader or a compiler might act on.

/// A text, and its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    /// Letters and digits, for an alias in the hosts file and for a file name.
    pub(crate) name: &'static str,
    pub(crate) bytes: &'static [u8],
}

const fn text(name: &'static str, bytes: &'static [u8]) -> Text {
    Text { name, bytes }
}

/// Texts for a line of the hosts or services file: without blanks and `#`.
pub(crate) const WORDS: [Text; 17] = [
    text("csi", b"a\x1b[2J\x1b[1;1H\x1b[31mb"),
    text("title", b"a\x1b]0;pwned\x07b"),
    text("clipboard", b"a\x1b]52;c;cHduZWQ=\x07b"),
    text("hyperlink", b"\x1b]8;;http://x.test/\x1b\\a\x1b]8;;\x1b\\"),
    text("devicecontrol", b"a\x1bP1$r0m\x1b\\\x1b_x\x1b\\b"),
    text("c1", "a\u{9b}2J\u{9d}0;x\u{9c}\u{85}b".as_bytes()),
    text("latin1", b"b\xfccher\x9b2J\xff"),
    text("surrogate", b"a\xed\xa0\x80b\xf0\x9fc\xc0\x80"),
    text("erasing", b"abc\x08\x08\x08\x7f\x7fx\x01\x0e\x0f"),
    text("bidi", "a\u{202e}txet\u{202c}\u{2066}b\u{2069}\u{200f}\u{61c}".as_bytes()),
    text("invisible", "a\u{200b}\u{200d}\u{feff}\u{ad}\u{2060}\u{e0041}b".as_bytes()),
    text("combining", "e\u{301}\u{489}o\u{20dd}\u{fe0f}".as_bytes()),
    text("annotation", "a\u{fff9}b\u{fffa}c\u{fffb}\u{601}1\u{13430}".as_bytes()),
    text("separators", "a\u{2028}b\u{2029}c".as_bytes()),
    text("wide", "例え.テスト\u{ac00}".as_bytes()),
    text(
        "emoji",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{1f44d}\u{1f3fd}\u{1f1ea}\u{1f1fa}\u{2764}\u{fe0f}\u{644}\u{627}"
            .as_bytes(),
    ),
    text("syntax", b"\");system(\"x\");//*/??/${x}`x`\\N{DIGIT}\\u{41}\"\"\"'%s\\"),
];

/// Texts that such a line cannot hold.
pub(crate) const OTHERS: [Text; 3] = [
    text("lines", b"a\r\nforged: line\n\n"),
    text("blanks", b" \ta\x0bb\x0c # c\\\n"),
    text("nonl", b"\"\"\"\n__import__('os')\n#\r//\\\n*/ x();"),
];

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = Text> {
    WORDS.into_iter().chain(OTHERS)
}
