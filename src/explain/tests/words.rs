//! The files of words: complete in both directions, alike in each language, and short enough.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use unicode_width::UnicodeWidthStr as _;

use super::scene::linux;
use crate::explain::texts::{General, Words, section};
use crate::explain::{rules, texts};
use crate::names::Os;
use crate::net::Hint;
use crate::words::Language;

/// A whole file, read by the TOML library alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    words: General,
    rule: BTreeMap<String, Words>,
    symbol: BTreeMap<String, String>,
}

/// The names of a text's placeholders, in alphabetical order.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|after| Some(after.split_once('}')?.0))
        .collect()
}

fn file(language: Language) -> File {
    toml::from_str(texts(language).file).unwrap()
}

#[test]
fn every_rule_has_its_words_and_no_words_lack_their_rule() {
    let rules: BTreeSet<String> = rules::all().map(|rule| rule.name.to_owned()).collect();
    for language in Language::ALL {
        let named: BTreeSet<String> = file(language).rule.into_keys().collect();
        assert_eq!(named, rules, "{language:?}");
    }
}

#[test]
fn a_section_read_alone_is_that_of_the_whole_file() {
    for language in Language::ALL {
        let (file, texts) = (file(language), texts(language));
        for (rule, words) in &file.rule {
            assert_eq!(texts.words(rule), Some(words), "{language:?}: {rule}");
        }
        for (name, meaning) in &file.symbol {
            assert_eq!(
                texts.symbol(name),
                Some(meaning.as_str()),
                "{language:?}: {name}"
            );
        }
        let words: General = toml::from_str(section(texts.file, "[words]").unwrap()).unwrap();
        assert_eq!(words, file.words);
        assert_eq!(section(texts.file, "[nothing]"), None);
    }
}

#[test]
fn the_same_is_filled_in_in_every_language() {
    let english = file(Language::En);
    for language in Language::ALL {
        let other = file(language);
        assert_eq!(
            placeholders(&other.words.suspected),
            BTreeSet::from(["line"])
        );
        for (rule, words) in &english.rule {
            let theirs = &other.rule[rule];
            let same = |a: &Option<String>, b: &Option<String>| {
                assert_eq!(a.is_some(), b.is_some(), "{language:?}: {rule}");
                let (a, b) = (
                    a.as_deref().unwrap_or_default(),
                    b.as_deref().unwrap_or_default(),
                );
                assert_eq!(placeholders(a), placeholders(b), "{language:?}: {rule}");
            };
            same(&Some(words.line.clone()), &Some(theirs.line.clone()));
            same(
                &Some(words.paragraph.clone()),
                &Some(theirs.paragraph.clone()),
            );
            same(&words.remedy, &theirs.remedy);
            same(&words.fix, &theirs.fix);
        }
    }
}

#[test]
fn no_text_is_too_long_or_half_a_sentence() {
    for language in Language::ALL {
        let file = file(language);
        for (rule, words) in &file.rule {
            let at = format!("{language:?}: {rule}");
            let remedy = words.remedy.as_ref().unwrap();
            assert!(words.line.width() <= 100, "{at}: {}", words.line.width());
            assert!(
                words.paragraph.width() <= 400,
                "{at}: {}",
                words.paragraph.width()
            );
            assert!(remedy.width() <= 200, "{at}: {}", remedy.width());
            for text in [&words.line, &words.paragraph, remedy] {
                assert!(
                    text.ends_with(['.', '?', ')']) || text.ends_with(".'"),
                    "{at}: {text}"
                );
                assert!(!text.contains('\n'), "{at}: {text}");
            }
            if let Some(fix) = &words.fix {
                assert!(fix.width() <= 48 && !fix.ends_with('.'), "{at}: {fix}");
            }
        }
        for (name, meaning) in &file.symbol {
            assert!(
                meaning.width() <= 100 && meaning.ends_with('.'),
                "{name}: {meaning}"
            );
        }
    }
}

/// What socket(), close(), closesocket() and WSAStartup() are documented to fail with: socket(2),
/// close(2), POSIX, Microsoft's pages of the four calls.
const ERRNO: [&str; 19] = [
    "EACCES",
    "EAFNOSUPPORT",
    "EBADF",
    "EDQUOT",
    "EINTR",
    "EINVAL",
    "EIO",
    "EMFILE",
    "ENFILE",
    "ENOBUFS",
    "ENODEV",
    "ENOMEM",
    "ENOPROTOOPT",
    "ENOSPC",
    "EPERM",
    "EPFNOSUPPORT",
    "EPROTONOSUPPORT",
    "EPROTOTYPE",
    "ESOCKTNOSUPPORT",
];

const WSA: [&str; 22] = [
    "WSAEACCES",
    "WSAEAFNOSUPPORT",
    "WSAEFAULT",
    "WSAEINPROGRESS",
    "WSAEINTR",
    "WSAEINVAL",
    "WSAEINVALIDPROCTABLE",
    "WSAEINVALIDPROVIDER",
    "WSAEMFILE",
    "WSAENETDOWN",
    "WSAENOBUFS",
    "WSAENOTSOCK",
    "WSAEPROCLIM",
    "WSAEPROTONOSUPPORT",
    "WSAEPROTOTYPE",
    "WSAEPROVIDERFAILEDINIT",
    "WSAESOCKTNOSUPPORT",
    "WSAEWOULDBLOCK",
    "WSANOTINITIALISED",
    "WSASYSNOTREADY",
    "WSAVERNOTSUPPORTED",
    "WSA_NOT_ENOUGH_MEMORY",
];

#[test]
fn every_symbol_that_the_calls_return_has_its_meaning() {
    for language in Language::ALL {
        let texts = texts(language);
        let mut symbols: BTreeSet<&str> = ERRNO.into_iter().chain(WSA).collect();
        symbols.insert("ECAPMODE");
        for os in Os::ALL {
            let names = os.names();
            symbols.extend(names.gai.rows.iter().map(|row| row.name));
            // On Windows the code of getaddrinfo has the WSA's name as well.
            let codes = names
                .gai
                .rows
                .iter()
                .filter_map(|row| names.wsa.of(row.value));
            symbols.extend(codes.map(|row| row.name));
        }
        for symbol in &symbols {
            assert!(texts.symbol(symbol).is_some(), "{language:?}: {symbol}");
        }
        let known = file(language).symbol;
        for symbol in known.keys() {
            let prefixed = format!("WSA{symbol}");
            let used = symbols.contains(symbol.as_str()) || symbols.contains(prefixed.as_str());
            assert!(used, "{language:?}: nothing returns {symbol}");
        }
        assert_eq!(texts.symbol("EAI_NOTHING"), None);
    }
}

/// 0x4000 is AI_NON_AUTHORITATIVE of Windows, which Linux does not have; 0x1000 is AI_NUMERICSERV
/// of macOS, which is 0x400 there.
#[test]
fn the_words_of_a_fix_say_what_it_does_to_the_flags() {
    for (bits, put, said) in [
        (0x4000, 0, "replace 0x4000 with 0"),
        (0x1000, 0x400, "replace 0x1000 with 0x400"),
    ] {
        let scene = linux()
            .node("a")
            .hint(Hint::Flags, bits)
            .fails("EAI_BADFLAGS");
        let note = &scene.notes()[0];
        assert_eq!(note.rule, "flag-of-another-system");
        assert_eq!(note.fix.as_ref().unwrap().query.hints.unwrap().flags, put);
        assert_eq!(texts(Language::En).fix(note).unwrap(), said);
    }
}
