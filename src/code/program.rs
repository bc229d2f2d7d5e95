//! What the templates in `assets/code` fill in.

use askama::Template;

use super::Language;
use super::constant::{Constants, Expressions};
use super::dialect::Dialect;
use super::literal::Argument;
use super::mode::Mode;
use super::step::{Action, Address, Steps};
use crate::names::Os;
use crate::net::{CallId, Hint, How, Query, Rung, SocketOption};

#[derive(Template)]
#[template(
    source = r#"
{%- match language %}
{%- when Language::C %}{% include "posix.c" %}
{%- when Language::Winsock %}{% include "winsock.c" %}
{%- when Language::Rust %}{% include "rust.rs" %}
{%- when Language::Python %}{% include "python.py" %}
{%- endmatch %}"#,
    ext = "txt",
    config = "assets/askama.toml"
)]
pub(super) struct Program<'a> {
    language: Language,
    /// Whether the query is one of Windows.
    windows: bool,
    node: Argument<'a>,
    service: Argument<'a>,
    /// Whether the call takes UTF-16.
    wide: bool,
    /// Zeros if the hints are NULL.
    hints: Expressions,
    null_hints: bool,
    mode: Mode<'a>,
    /// The call whose line has the sign.
    pub(super) selected: Option<CallId>,
    constants: Constants,
    c: Dialect,
    /// The start of a comment.
    mark: &'static str,
    /// The variable of C that points to the entry.
    pointer: &'static str,
    /// The variable of the socket, in C for Windows.
    socket: &'static str,
    /// The service argument of the call, in C for Windows.
    port: &'static str,
    addrinfo: &'static str,
    getaddrinfo: &'static str,
    freeaddrinfo: &'static str,
}

impl<'a> Program<'a> {
    pub(super) fn new(language: Language, host: Os, query: &'a Query, steps: Steps<'a>) -> Self {
        let constants = Constants { language, host };
        let mode = Mode::new(&constants, query, steps);
        let query = if mode.asks() { query } else { Query::NULL };
        let windows = host == Os::Windows;
        let [node, service] = arguments(language, windows, query);
        let wide = match language {
            Language::Rust => windows,
            _ => node.is_utf16() || service.is_utf16(),
        };
        let (addrinfo, getaddrinfo, freeaddrinfo) = match language {
            _ if wide => ("ADDRINFOW", "GetAddrInfoW", "FreeAddrInfoW"),
            Language::C | Language::Winsock => ("struct addrinfo", "getaddrinfo", "freeaddrinfo"),
            _ => ("addrinfo", "getaddrinfo", "freeaddrinfo"),
        };
        let socket = if serves(host, query) {
            "ListenSocket"
        } else {
            "ConnectSocket"
        };
        Self {
            language,
            windows,
            port: match &service {
                Argument::Null => "NULL",
                array if array.is_array() => "service",
                _ => "DEFAULT_PORT",
            },
            node,
            service,
            wide,
            hints: constants.hints(&query.hints.unwrap_or_default()),
            null_hints: query.hints.is_none(),
            pointer: match (language, &mode) {
                (_, Mode::Entry(1)) => "result",
                (Language::C, _) => "ai",
                _ => "ptr",
            },
            c: Dialect::new(constants.target(), language == Language::Winsock, socket),
            mark: if language == Language::Python {
                "#"
            } else {
                "//"
            },
            mode,
            selected: None,
            constants,
            socket,
            addrinfo,
            getaddrinfo,
            freeaddrinfo,
        }
    }
}

/// The node and the service in the encoding that the program's call takes.
fn arguments(language: Language, windows: bool, query: &Query) -> [Argument<'_>; 2] {
    let texts = [query.node.as_ref(), query.service.as_ref()];
    let bytes = texts.map(Argument::bytes);
    let utf16 = texts.map(Argument::utf16);
    match language {
        // Bytes that are not Unicode are in no query of Windows; the program only has to compile.
        Language::Rust if windows => utf16.map(|text| match text {
            Argument::Bytes(_) => Argument::Utf16(Vec::new()),
            text => text,
        }),
        // getaddrinfo takes ASCII, GetAddrInfoW any Unicode.
        Language::Winsock if bytes.iter().all(Argument::is_ascii) => bytes,
        Language::Winsock if !utf16.iter().any(Argument::is_bytes) => utf16,
        // Python turns a str into Punycode first, so bytes are better. But on Windows getaddrinfo
        // would read bytes in the code page of the machine.
        Language::Python if windows => texts.map(|text| match Argument::bytes(text) {
            ascii if ascii.is_ascii() => ascii,
            _ => Argument::utf16(text),
        }),
        _ => bytes,
    }
}

/// Whether this is the query of a server: without a node, or with AI_PASSIVE.
fn serves(host: Os, query: &Query) -> bool {
    let passive = Hint::Flags.table(host).named("AI_PASSIVE");
    let has = |flag: i32| query.hints.is_some_and(|hints| hints.flags & flag != 0);
    query.node.is_none() || passive.is_some_and(|row| has(row.value))
}
