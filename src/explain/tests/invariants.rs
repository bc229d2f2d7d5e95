//! What holds of every case, whatever is asked.

use std::time::Duration;

use proptest::prelude::*;

use super::scene::linux;
use crate::explain::{Case, Language, Libc, asks_circumstances, notes, texts};
use crate::names::Os;
use crate::net::{
    Attempt, Call, Circumstances, Domain, GaiError, Hints, OsError, Query, Resolution, Text,
    is_printable,
};

fn text() -> impl Strategy<Value = Option<Text>> {
    let known = prop::sample::select(vec![
        "",
        "*",
        "localhost",
        "127.1",
        "fe80::1%",
        "[::1]:80",
        "http://a:80/b",
        "a:80",
        " x",
        "65616",
        "-1",
        "0x50",
        "HTTP",
        "\u{1b}[2J",
        "{node}",
        "{",
    ]);
    let any = prop_oneof![known.prop_map(str::to_owned), any::<String>()];
    prop::option::of(any).prop_map(|text| text.and_then(|text| Text::new(text).ok()))
}

fn number() -> impl Strategy<Value = i32> {
    prop_oneof![0..40_i32, Just(262), Just(0x1000), any::<i32>()]
}

proptest! {
    #[test]
    fn whatever_is_asked_the_words_are_whole_and_fit_for_a_terminal(
        node in text(),
        service in text(),
        flags in number(),
        family in number(),
        socktype in number(),
        protocol in number(),
        os in prop::sample::select(Os::ALL.to_vec()),
        libc in prop::sample::select(vec![Libc::Glibc, Libc::Musl, Libc::Other]),
        code in prop_oneof![-110..20_i32, 10000..11040_i32],
    ) {
        let query = Query {
            node,
            service,
            hints: Some(Hints { flags, family, socktype, protocol }),
        };
        let domain = if os == Os::Windows { Domain::Wsa } else { Domain::Gai };
        let error = OsError { call: Call::Getaddrinfo, domain, code, message: "".into() };
        let resolution = Resolution {
            query: query.clone(),
            result: Err(GaiError { error, errno: None }),
            took: Duration::ZERO,
            freed: None,
        };
        let circumstances = Circumstances::default();
        let case = Case {
            os,
            libc,
            circumstances: &circumstances,
            query: &query,
            resolution: &resolution,
            entry: None,
        };
        let notes = notes(&case);
        prop_assert!(notes.len() <= 1);
        for note in notes {
            for language in Language::ALL {
                let texts = texts(language);
                let whole = [Some(texts.line(&note)), Some(texts.paragraph(&note)), texts.remedy(&note), texts.fix(&note)];
                for text in whole.into_iter().flatten() {
                    prop_assert!(text.chars().all(is_printable), "{text:?}");
                }
            }
        }
    }
}

#[test]
fn a_value_with_braces_is_not_filled_in_again() {
    let scene = linux()
        .node("{better}:80")
        .service("80")
        .fails("EAI_NONAME");
    let notes = scene.notes();
    let line = texts(Language::En).line(&notes[0]);
    assert_eq!(
        line,
        "\"{better}:80\" is host and port in one; the port belongs in the service."
    );
}

#[test]
fn the_machine_is_asked_only_where_it_may_matter() {
    let attempt = |name: &str| {
        let rows = Os::HOST
            .names()
            .errno
            .rows
            .iter()
            .chain(Os::HOST.names().wsa.rows);
        let row = rows
            .into_iter()
            .find(|row| row.name.trim_start_matches("WSA") == name);
        let code = row.unwrap().value;
        let domain = if cfg!(windows) {
            Domain::Wsa
        } else {
            Domain::Errno
        };
        Attempt {
            result: Err(OsError {
                call: Call::Socket,
                domain,
                code,
                message: "".into(),
            }),
            took: Duration::ZERO,
        }
    };
    let mut resolution = Resolution {
        query: Query::server_example(),
        result: Ok(Vec::new()),
        took: Duration::ZERO,
        freed: None,
    };
    assert!(!asks_circumstances(&resolution, []));
    assert!(!asks_circumstances(
        &resolution,
        &[attempt("EPROTONOSUPPORT")]
    ));
    assert!(asks_circumstances(&resolution, &[attempt("EACCES")]));
    assert!(asks_circumstances(&resolution, &[attempt("EMFILE")]));
    let flag = crate::net::Hint::Flags
        .parse(Os::HOST, "AI_ADDRCONFIG")
        .unwrap();
    resolution.query.hints.as_mut().unwrap().flags |= flag;
    assert!(asks_circumstances(&resolution, []));
}
