//! A query as a command line of sockscope.

use std::ffi::OsStr;
use std::fmt::Write as _;

use crate::names::Os;
use crate::net::{Hint, Hints, Query};
use crate::text::{Text, is_printable};

/// The command line that makes the same query on `os`: for a POSIX shell with `$'…'` (POSIX.1-2024, XCU
/// 2.2.4), on Windows for PowerShell and, but for texts with `"`, `%` or `$`, for cmd.exe.
pub fn command_line(os: Os, query: &Query) -> String {
    let mut words = vec!["sockscope".to_owned()];
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
    match query.hints {
        None => words.push("--null-hints".to_owned()),
        Some(hints) => {
            let set = |hint: Hint| Some(hint.get(&hints)).filter(|value| *value != 0);
            let names = [
                (Hint::Family, "-f"),
                (Hint::Socktype, "-t"),
                (Hint::Protocol, "-p"),
            ];
            for (hint, name) in names {
                if let Some(value) = set(hint) {
                    option(name, hint.show(os, value));
                }
            }
            if let Some(flags) = set(Hint::Flags) {
                option("-F", Hint::Flags.show(os, flags).replace('|', ","));
            }
            // Without any argument it would be the server example.
            if hints == Hints::default() && query.node.is_none() && query.service.is_none() {
                option("-f", "0".to_owned());
            }
        }
    }
    let word = |text: &Text| shell_word(os, text.as_os_str());
    match (&query.node, &query.service) {
        (None, None) => {}
        (None, Some(service)) => words.extend(["-s".to_owned(), word(service)]),
        (Some(node), service) => {
            let dash = |text: &Text| text.as_os_str().as_encoded_bytes().starts_with(b"-");
            let texts: Vec<&Text> = [node].into_iter().chain(service).collect();
            if texts.iter().any(|text| dash(text)) {
                words.push("--".to_owned());
            }
            words.extend(texts.into_iter().map(word));
        }
    }
    words.join(" ")
}

/// A text as one word of a shell.
pub(crate) fn shell_word(os: Os, text: &OsStr) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "._-:/+,@%".contains(c);
    let printable = text.to_str().filter(|text| text.chars().all(is_printable));
    match (printable, os) {
        (Some(text), Os::Windows) => match () {
            // Outside a batch file a single % stands for itself; inside one it does not.
            () if !text.is_empty() && text.chars().all(|c| bare(c) && !"%@,".contains(c)) => {
                text.to_owned()
            }
            () if !text.contains(['"', '%', '$', '`', '“', '”', '„']) => {
                format!("\"{text}\"")
            }
            () => format!("'{}'", text.replace('\'', "''")),
        },
        (Some(text), _) if !text.is_empty() && text.chars().all(bare) => text.to_owned(),
        (Some(text), _) => format!("'{}'", text.replace('\'', r"'\''")),
        (None, _) => {
            let mut out = String::from("$'");
            for chunk in text.as_encoded_bytes().utf8_chunks() {
                for c in chunk.valid().chars() {
                    match c {
                        '\'' | '\\' => out.extend(['\\', c]),
                        c if is_printable(c) => out.push(c),
                        c => octal(&mut out, c.encode_utf8(&mut [0; 4]).as_bytes()),
                    }
                }
                octal(&mut out, chunk.invalid());
            }
            out + "'"
        }
    }
}

/// Bytes as three octal digits each: `\x` may take more than two.
fn octal(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // A String takes everything.
        let _ = write!(out, "\\{byte:03o}");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::net::fixture;

    fn line(os: Os, node: Option<&str>, service: Option<&str>, hints: Option<Hints>) -> String {
        command_line(os, &fixture::query(node, service, hints))
    }

    #[test]
    fn server_example_has_names_and_an_option_for_the_service() {
        let query = Query::server_example(Os::Linux);
        assert_eq!(
            command_line(Os::Linux, &query),
            "sockscope -f AF_INET -t SOCK_STREAM -p IPPROTO_TCP -F AI_PASSIVE -s 27015"
        );
    }

    #[test]
    fn null_and_empty_arguments_are_told_apart() {
        let none = Some(Hints::default());
        assert_eq!(line(Os::Linux, None, None, none), "sockscope -f 0");
        assert_eq!(line(Os::Linux, None, None, None), "sockscope --null-hints");
        assert_eq!(line(Os::Linux, Some(""), None, none), "sockscope ''");
        assert_eq!(line(Os::Linux, None, Some(""), none), "sockscope -s ''");
        assert_eq!(line(Os::Windows, Some(""), None, none), "sockscope \"\"");
    }

    #[test]
    fn texts_are_quoted_for_the_shell() {
        let none = Some(Hints::default());
        let node = |os, text| line(os, Some(text), None, none).split_off("sockscope ".len());
        assert_eq!(node(Os::Linux, "fe80::1%lo"), "fe80::1%lo");
        assert_eq!(node(Os::Linux, "-x"), "-- -x");
        assert_eq!(node(Os::Linux, "$(id) 'a'"), r"'$(id) '\''a'\'''");
        assert_eq!(
            node(Os::Linux, "a\n\u{1b}\u{85}'"),
            r"$'a\012\033\302\205\''"
        );
        assert_eq!(node(Os::Windows, "a b"), "\"a b\"");
        assert_eq!(node(Os::Windows, "$x 'a'"), "'$x ''a'''");
    }

    #[test]
    fn numbers_without_a_name_stay_numbers() {
        let hints = Hints {
            flags: 0x4000_0001,
            family: 77,
            socktype: -1,
            protocol: 0,
        };
        assert_eq!(
            line(Os::Linux, Some("a"), Some("b"), Some(hints)),
            "sockscope -f 77 -t -1 -F AI_PASSIVE,0x40000000 a b"
        );
    }
}
