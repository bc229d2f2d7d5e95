//! What may be written to a file and to a terminal, independent of the program: the characters come
//! from Unicode's own lists, the escape sequences from ECMA-48 and xterm.

tests! {
    forbidden_output_is_detected;
}

/// Characters that are invisible, or move, reverse or join their neighbours.
pub(crate) fn is_hostile(c: char) -> bool {
    matches!(
        c,
        // Cc
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        // Cf: soft hyphen, Arabic, Syriac, Kaithi, Egyptian, annotation, shorthand, music
        | '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
        | '\u{8e2}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        // zero-width space and joiners, directions, separators, invisible operators
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        // combining marks: the blocks of their own
        | '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        // variation selectors, tags, emoji skin tones
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}' | '\u{1f3fb}'..='\u{1f3ff}'
    )
}

/// `bytes` as text without hostile characters and without control characters except line feeds.
#[track_caller]
pub(crate) fn lines(what: &str, bytes: &[u8]) -> String {
    let text = str::from_utf8(bytes)
        .unwrap_or_else(|error| panic!("{what}: {error}\n{}", bytes.escape_ascii()));
    if let Some(c) = text.chars().find(|&c| c != '\n' && is_hostile(c)) {
        panic!("{what}: {c:?} in\n{}", bytes.escape_ascii());
    }
    text.to_owned()
}

/// The characters of a program: printable ASCII and the line feed.
#[track_caller]
pub(crate) fn ascii(what: &str, bytes: &[u8]) -> String {
    let text = lines(what, bytes);
    assert!(text.is_ascii(), "{what}: not ASCII\n{text}");
    text
}

/// Reads everything that was sent to a terminal, and panics at anything that is neither a printable
/// character nor a sequence that such a program needs. Returns the text sent to the clipboard.
#[track_caller]
pub(crate) fn terminal(what: &str, bytes: &[u8]) -> Vec<String> {
    read(bytes).unwrap_or_else(|wrong| panic!("{what}: {wrong}"))
}

fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut clipboard = Vec::new();
    let mut rest = bytes;
    while let Some((&first, behind)) = rest.split_first() {
        let place = |rest: &[u8]| {
            let at = bytes.len() - rest.len();
            let around = &bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())];
            format!("at byte {at}: {}", around.escape_ascii())
        };
        if first != b'\x1b' {
            let end = rest.iter().position(|&byte| byte == b'\x1b');
            let (text, behind) = rest.split_at(end.unwrap_or(rest.len()));
            let text = str::from_utf8(text).map_err(|_| format!("no UTF-8, {}", place(rest)))?;
            if let Some(c) = text.chars().find(|&c| is_hostile(c)) {
                return Err(format!("{c:?}, {}", place(rest)));
            }
            rest = behind;
            continue;
        }
        rest = match behind {
            [b'[', parameters @ ..] => {
                let length = parameters
                    .iter()
                    .position(|byte| !matches!(byte, b'0'..=b'?'))
                    .ok_or_else(|| format!("no end, {}", place(rest)))?;
                let (values, end) = parameters.split_at(length);
                let values = str::from_utf8(values).unwrap();
                let plain = values
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b';'));
                let mode = matches!(
                    values,
                    "?25" | "?1049" | "?2004" | "?1000" | "?1002" | "?1003" | "?1006" | "?1015"
                );
                let allowed = match end[0] {
                    // Cursor, erasing, colours and styles.
                    b'H' | b'm' => plain,
                    b'J' | b'K' => matches!(values, "" | "0" | "2"),
                    // Cursor, screen, paste, mouse: on and off.
                    b'h' | b'l' => mode,
                    // The question for the device attributes.
                    b'c' => values.is_empty(),
                    _ => false,
                };
                if !allowed {
                    return Err(format!("unknown sequence, {}", place(rest)));
                }
                &end[1..]
            }
            [b']', string @ ..] => {
                let end = string
                    .windows(2)
                    .position(|pair| pair == b"\x1b\\")
                    .ok_or_else(|| format!("no end, {}", place(rest)))?;
                let text = str::from_utf8(&string[..end]).unwrap();
                let base64 = text.strip_prefix("52;c;").is_some_and(|base64| {
                    let of_it = |byte| matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=');
                    base64.bytes().all(of_it)
                });
                match text {
                    _ if base64 => clipboard.push(text.to_owned()),
                    // The question for the background.
                    "11;?" => {}
                    _ => {
                        return Err(format!("an OSC other than a copy, {}", place(rest)));
                    }
                }
                &string[end + 2..]
            }
            _ => return Err(format!("unknown sequence, {}", place(rest))),
        };
    }
    Ok(clipboard)
}

fn forbidden_output_is_detected() {
    for bytes in [
        &b"a\x07"[..],
        b"\n",
        b"\x1b]0;x\x1b\\",
        b"\x1b]52;c;!\x1b\\",
        b"\x1b]11;#fff\x1b\\",
        b"\x1b[6n",
        b"\x1b[>c",
        b"\x1b[?1004h",
        b"\x1bP",
        b"\x1b[2",
        b"\x9b",
        "\u{9b}".as_bytes(),
        "\u{202e}".as_bytes(),
        "\u{301}".as_bytes(),
        b"\x1bc",
    ] {
        assert!(read(bytes).is_err(), "{}", bytes.escape_ascii());
    }
    let fine = b"\x1b[?1049h\x1b[1;1H\x1b[0m\x1b[38;5;6m\xe4\xbe\x8b\x1b[?25l";
    assert_eq!(terminal("here", fine), [""; 0]);
    assert_eq!(terminal("here", b"\x1b]52;c;YQ==\x1b\\"), ["52;c;YQ=="]);
}
