//! The report in Markdown.

use super::*;
use crate::print::document::Document;
use crate::replay::Replay;

/// Everything that GitHub Flavored Markdown, HTML or GitHub itself could take for markup.
const HOSTILE: &str =
    "a`b|c*d_e<script>&amp;[x](http://y)@me #1 ![i](j)\n# h\n\n- l \\| ``` www.z.org ~~s~~";

fn cells(row: &str) -> usize {
    // The reader of a table splits at each | without a backslash.
    row.replace("\\|", "").matches('|').count() - 1
}

/// The text outside of code spans and blocks, and of `<code>`.
fn outside_code(text: &str) -> String {
    let mut out = String::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let mut rest = line;
            while let Some(at) = rest.find(['`', '<']) {
                out += &rest[..at];
                let end = if rest[at..].starts_with('`') {
                    "`"
                } else {
                    "</code>"
                };
                let start = at + if end == "`" { 1 } else { "<code>".len() };
                assert!(end == "`" || rest[at..].starts_with("<code>"), "{line}");
                let length = rest[start..].find(end).unwrap();
                assert!(!rest[start..start + length].contains('<'), "{line}");
                rest = &rest[start + length + end.len()..];
            }
            out += rest;
            out.push('\n');
        }
    }
    assert!(!fenced, "{text}");
    out
}

#[test]
fn report_has_query_result_notes_and_system() {
    let scene = linux(vec![entry(
        Os::Linux,
        "SOCK_STREAM",
        "IPPROTO_TCP",
        "0.0.0.0:27015",
    )])
    .socket(0, opened(3), US);
    assert_eq!(
        scene.written(Format::Markdown),
        r#"# getaddrinfo

## Query

| Argument | Value |
|---|---|
| `node` | `NULL` |
| `service` | `"27015"` |
| `ai_flags` | `AI_PASSIVE` 0x1 |
| `ai_family` | `AF_INET` 2 |
| `ai_socktype` | `SOCK_STREAM` 1 |
| `ai_protocol` | `IPPROTO_TCP` 6 |

## Result

`getaddrinfo(NULL, "27015", &hints, &result)` = 0, 1 entry, 1.500 ms

|  | `ai_family` | `ai_socktype` | `ai_protocol` | `ai_addr` | `socket()` |
|---|---|---|---|---|---|
| 1 | `AF_INET` | `SOCK_STREAM` | `IPPROTO_TCP` | `0.0.0.0:27015` | `3` |

## Ask again

```sh
sockscope -f AF_INET -t SOCK_STREAM -p IPPROTO_TCP -F AI_PASSIVE -s 27015
```

## System

- `Linux`
- `glibc 2.36`
- `x86_64`
- `sockscope VERSION`
"#
        .replace("VERSION", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn failure_has_number_name_meaning_and_why() {
    let mut scene = scene(
        Os::Linux,
        failed(Domain::Gai, -2, "Name or service not known"),
    );
    scene.query = fixture::query(Some("http://example.org/"), Some("80"), None);
    for (language, why) in [(Language::En, "## Why"), (Language::Es, "## Por qué")] {
        scene.language = language;
        let report = scene.written(Format::Markdown);
        assert!(report.contains("= -2 `EAI_NONAME`: "), "{report}");
        assert!(
            report.contains("(`\"Name or service not known\"`)"),
            "{report}"
        );
        assert!(report.contains(why), "{report}");
        assert!(report.contains("| `hints` | `NULL` |"), "{report}");
    }
}

#[test]
fn foreign_text_is_never_markup() {
    let mut first = entry(Os::Linux, "SOCK_STREAM", "IPPROTO_TCP", "127.0.0.1:80");
    first.canonname = Some(OsStr::new(HOSTILE).into());
    let mut answered = linux(vec![first]);
    answered.query = fixture::query(Some(HOSTILE), Some(HOSTILE), None);
    let mut unknown = scene(Os::Linux, failed(Domain::Gai, -2, HOSTILE));
    unknown.query = answered.query.clone();
    for scene in [answered, unknown] {
        let text = scene.written(Format::Markdown);
        let plain = outside_code(&text);
        for sign in [
            "script", "@me", "#1", "](", "www.", "http", "~~", "*d", "&amp",
        ] {
            assert!(!plain.contains(sign), "{sign}: {plain}");
        }
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            if line.starts_with('|') && lines[at - 1].starts_with('|') {
                assert_eq!(cells(line), cells(lines[at - 1]), "{line}");
            }
            // A line break would have made headings and items.
            assert!(
                !line.starts_with("# h") && !line.starts_with("- l"),
                "{text}"
            );
        }
    }
}

#[test]
fn attempts_are_listed_and_redacted_with_the_run() {
    let scene = linux(vec![entry(
        Os::Linux,
        "SOCK_STREAM",
        "IPPROTO_TCP",
        "0.0.0.0:27015",
    )]);
    let query = Arc::new(fixture::query(Some("secret.example"), None, None));
    let mut run = Run::new(Arc::new(scene.host.clone()), Arc::clone(&query));
    let asked = Call::Getaddrinfo(query);
    run.push(record(None, asked, scene.getaddrinfo, MS));
    let tried = [[
        "\"a|b\", NULL".to_owned(),
        "-2 EAI_NONAME".to_owned(),
        "1 ms".to_owned(),
    ]];
    let document = |redaction| Document {
        run: &run,
        replay: None,
        redaction,
        language: Language::En,
        lookup: false,
        tried: &tried,
    };
    let text = |redaction| {
        let text = document(redaction).text(Format::Markdown).unwrap();
        String::from_utf8(text).unwrap()
    };
    let own = text(None);
    assert!(own.contains("\"secret.example\""));
    assert!(own.contains("## Tried before"), "{own}");
    assert!(
        own.contains("| `EAI_NONAME`") || own.contains("`-2` `EAI_NONAME`"),
        "{own}"
    );
    assert!(!text(Some(Redaction::default())).contains("secret"));
}

#[test]
fn report_has_the_lookup_and_the_order() {
    let file = include_bytes!("../../../tests/replays/linux-sources.json");
    let replay = Replay::read("a.json".as_ref(), file).unwrap();
    for (language, title, order) in [
        (
            Language::En,
            "## Lookup and order",
            "order   glibc, RFC 3484",
        ),
        (
            Language::Es,
            "## Búsqueda y orden",
            "orden   glibc, RFC 3484",
        ),
    ] {
        let written = |lookup| {
            let document = Document {
                run: &replay.run,
                replay: Some(&replay),
                redaction: None,
                language,
                lookup,
                tried: &[],
            };
            String::from_utf8(document.text(Format::Markdown).unwrap()).unwrap()
        };
        let report = written(true);
        let (_, part) = report.split_once(title).unwrap();
        let (part, _) = part.split_once("\n## ").unwrap();
        for text in ["hosts: files dns", "name servers", order] {
            let text = match (language, text) {
                (Language::Es, "name servers") => "servidores",
                _ => text,
            };
            assert!(part.contains(text), "{text}: {part}");
        }
        // Names of the file are in code.
        assert!(!outside_code(&report).contains("files dns"), "{report}");
        assert!(!written(false).contains(title));
    }
}
