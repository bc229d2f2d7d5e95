//! The shape of the house: imports point one way, pure modules stay pure, unsafe code is in one
//! place, and no file grows without limit. All of it is read from the source text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot continue panics"
)]

mod source;

use std::fs;
use std::path::{Path, PathBuf};

use source::{Source, Use};

/// Each room and the rooms that it may import. The screen has rooms of its own.
const IMPORTS: [(&str, &[&str]); 23] = [
    (
        "main",
        &[
            "cli",
            "print",
            "output",
            "tui/runtime",
            "tui/ui",
            "tui/term",
            "sys",
            "lesson",
            "script",
            "words",
            "net",
            "text",
        ],
    ),
    (
        "cli",
        &[
            "config", "lesson", "print", "code", "replay", "tui/keys", "words", "net", "names",
            "text",
        ],
    ),
    (
        "tui/runtime",
        &[
            "tui/term", "tui/ui", "app", "print", "lesson", "code", "script", "output", "words",
            "net", "text", "replay",
        ],
    ),
    (
        "tui/ui",
        &[
            "tui/keys", "tui/term", "app", "lesson", "code", "explain", "recorded", "script",
            "words", "net", "names", "text", "replay", "compare",
        ],
    ),
    ("tui/keys", &["app", "words", "net", "text"]),
    ("tui/term", &["words"]),
    (
        "app",
        &[
            "lesson", "code", "explain", "recorded", "script", "words", "net", "names", "text",
            "replay", "compare",
        ],
    ),
    (
        "print",
        &[
            "lesson", "code", "compare", "explain", "recorded", "replay", "script", "words", "net",
            "names", "text",
        ],
    ),
    ("code", &["net", "names", "text"]),
    (
        "compare",
        &[
            "explain", "replay", "script", "words", "net", "names", "text",
        ],
    ),
    ("explain", &["words", "net", "names", "text"]),
    (
        "replay",
        &["explain", "script", "words", "net", "names", "text"],
    ),
    ("recorded", &["words", "net", "names", "text"]),
    (
        "lesson",
        &["document", "script", "words", "net", "names", "text"],
    ),
    (
        "config",
        &["document", "code", "tui/keys", "app", "words", "text"],
    ),
    ("document", &["words", "text"]),
    ("output", &["words", "text"]),
    ("script", &["document", "words", "net", "names", "text"]),
    ("sys", &["tui/term", "net", "names", "text"]),
    ("words", &[]),
    ("net", &["names", "text"]),
    ("names", &[]),
    ("text", &[]),
];

/// Modules without terminal, thread or clock: their result depends only on their input.
const PURE: [&str; 5] = ["app", "code", "compare", "explain", "names"];

/// What a pure module must not name.
const IMPURE: [&[&str]; 6] = [
    &["ratatui"],
    &["crossterm"],
    &["std", "thread"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
    &["Instant", "now"],
];

/// The only place with unsafe code.
const UNSAFE: &str = "sys/";

/// A file with more lines than this needs to be split. Tables of constants and tests may be longer.
const LINES: usize = 450;

/// Longer files, each with its own limit for now.
const LONGER: [(&str, usize); 0] = [];

#[test]
fn imports_point_one_way() {
    assert_clean(|file, source| {
        let module = room(file);
        if module == "lib" || is_test(file) {
            return Vec::new();
        }
        wrong_imports(module, &source.without_tests())
    });
}

#[test]
fn app_uses_no_terminal_thread_or_clock() {
    assert_clean(|file, source| {
        if !PURE.contains(&room(file)) || is_test(file) {
            return Vec::new();
        }
        impure(&source.without_tests())
    });
}

#[test]
fn unsafe_code_is_in_one_place() {
    assert_clean(|file, source| {
        if file.starts_with(UNSAFE) {
            return Vec::new();
        }
        unsafe_code(source)
    });
}

#[test]
fn files_stay_short() {
    assert_clean(|file, source| {
        if is_test(file) || room(file) == "names" {
            return Vec::new();
        }
        let limit = LONGER.iter().find(|(longer, _)| *longer == file);
        too_long(source, limit.map_or(LINES, |(_, lines)| *lines))
            .into_iter()
            .collect()
    });
}

/// The program's tests have no harness of libtest: a function marked `#[test]` would never run.
#[test]
fn every_test_is_in_a_tests_list() {
    let marked: Vec<String> = rust_files(&root().join("tests/program"))
        .into_iter()
        .filter(|(_, source)| source.text().lines().any(|line| line.trim() == "#[test]"))
        .map(|(file, _)| file)
        .collect();
    assert_eq!(marked, [""; 0], "list them with tests!");
}

#[test]
fn every_module_is_on_the_map() {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for (file, _) in files() {
        let module = room(&file);
        assert!(
            IMPORTS.iter().any(|(known, _)| *known == module)
                || ["lib", "tui/mod"].contains(&module),
            "src/{file}: tests/architecture does not say what `{module}` may import"
        );
        let on_map = map.lines().any(|line| {
            line.starts_with("//!") && line.contains(&format!("[`{}`]", module.replace('/', "::")))
        });
        assert!(
            on_map || ["lib", "main", "tui/mod"].contains(&module),
            "src/{file}: the map in src/lib.rs does not name `{module}`"
        );
    }
}

/// Tests of the checks: each finds exactly what it is for, with its line.
mod checks {
    use super::*;

    #[test]
    fn import_against_the_direction_is_found() {
        let text = "use crate::names::Os;\nuse crate::app::Model;\n";
        assert_eq!(
            wrong_imports("net", &Source::new(text)),
            ["2: `net` may not import `app`: use crate::app::Model;"]
        );
    }

    #[test]
    fn import_in_group_path_or_super_is_found() {
        let group = "use crate::{\n    names::Os,\n    report::{Format, Report},\n};\n";
        assert_eq!(
            wrong_imports("net", &Source::new(group)),
            ["3: `net` may not import `report`: report::{Format, Report},"]
        );
        let path = "fn f() -> crate::tui::ui::Look { todo!() }\n";
        assert_eq!(wrong_imports("keys", &Source::new(path)).len(), 1);
        let whole = "use crate::*;\n";
        assert_eq!(wrong_imports("keys", &Source::new(whole)).len(), 1);
        let program = "use sockscope::names::Os;\n";
        assert_eq!(wrong_imports("main", &Source::new(program)).len(), 1);
        let above = Source::at(&["net", "query"], "use super::super::app::Model;\n");
        assert_eq!(wrong_imports("net", &above).len(), 1);
        let beside = Source::at(&["net", "query"], "use super::text::Text;\n");
        assert!(wrong_imports("net", &beside).is_empty());
    }

    #[test]
    fn comments_strings_and_tests_are_not_imports() {
        let text = "\
//! See [`crate::tui::ui`].
/* crate::tui::ui /* crate::tui::ui */ crate::tui::ui */
const A: &str = \"crate::tui::ui \\\" crate::tui::ui\";
const B: &str = r#\"crate::tui::ui \" crate::tui::ui\"#;
const C: char = '\"';
fn life<'a>(text: &'a str) -> &'a str { text }
#[cfg(test)]
mod tests {
    use crate::tui::ui::Look;
}
";
        let source = Source::new(text).without_tests();
        assert!(wrong_imports("keys", &source).is_empty());
        let after = format!("{text}use crate::tui::ui::Look;\n");
        let source = Source::new(&after).without_tests();
        assert_eq!(
            wrong_imports("keys", &source),
            ["11: `keys` may not import `tui/ui`: use crate::tui::ui::Look;"]
        );
    }

    #[test]
    fn thread_clock_and_terminal_are_found() {
        for text in [
            "use std::{fmt, thread};",
            "fn f() { std::thread::yield_now() }",
            "let now = Instant::now();",
            "use std::time::{Duration, Instant};",
            "use crossterm::event::KeyCode;",
            "fn f(area: ratatui::layout::Rect) {}",
        ] {
            assert_eq!(impure(&Source::new(text)).len(), 1, "{text}");
        }
        let pure = "use std::time::Duration;\nstruct Ratatui;\nlet thread = 1;\n";
        assert!(impure(&Source::new(pure)).is_empty());
    }

    #[test]
    fn unsafe_code_is_found() {
        let text = "#![deny(unsafe_code)]\n// unsafe\nfn f() { unsafe { g() } }\n";
        assert_eq!(
            unsafe_code(&Source::new(text)),
            ["3: unsafe code outside src/sys: fn f() { unsafe { g() } }"]
        );
    }

    #[test]
    fn long_file_is_found() {
        assert_eq!(too_long(&Source::new(&"\n".repeat(LINES)), LINES), None);
        assert!(too_long(&Source::new(&"\n".repeat(LINES + 1)), LINES).is_some());
    }
}

fn wrong_imports(module: &str, source: &Source) -> Vec<String> {
    let allowed = IMPORTS
        .iter()
        .find(|(name, _)| *name == module)
        .map_or(&[][..], |(_, allowed)| allowed);
    let mut found: Vec<String> = source
        .uses()
        .iter()
        .filter_map(|used| Some((used, imported(source, used)?)))
        .filter(|(_, imported)| imported != module && !allowed.contains(&imported.as_str()))
        .map(|(used, imported)| {
            let line = source.line(used.line);
            format!(
                "{}: `{module}` may not import `{imported}`: {line}",
                used.line
            )
        })
        .collect();
    // A group has one finding for each of its leaves.
    found.dedup();
    found
}

/// The room that a path leads to, if it leads into this crate.
fn imported(source: &Source, used: &Use) -> Option<String> {
    let supers = used.path.iter().take_while(|part| *part == "super").count();
    let at = match used.path.first()?.as_str() {
        "crate" | "sockscope" => 1,
        "super" if supers >= source.depth() => supers,
        _ => return None,
    };
    let room = used.path.get(at)?;
    Some(match used.path.get(at + 1) {
        Some(inner) if room == "tui" => format!("tui/{inner}"),
        _ => room.clone(),
    })
}

fn impure(source: &Source) -> Vec<String> {
    source
        .uses()
        .iter()
        .filter(|used| {
            IMPURE.iter().any(|impure| {
                used.path.len() >= impure.len()
                    && used.path.iter().zip(*impure).all(|(a, b)| a == b)
            })
        })
        .map(|used| {
            let line = source.line(used.line);
            format!("{}: this module must be pure: {line}", used.line)
        })
        .collect()
}

fn unsafe_code(source: &Source) -> Vec<String> {
    source
        .uses()
        .iter()
        .filter(|used| used.path[0] == "unsafe")
        .map(|used| {
            let line = source.line(used.line);
            format!("{}: unsafe code outside src/sys: {line}", used.line)
        })
        .collect()
}

fn too_long(source: &Source, limit: usize) -> Option<String> {
    let lines = source.lines();
    (lines > limit).then(|| format!("{lines}: the file has {lines} lines, more than {limit}"))
}

/// Runs `check` over every file in src, and fails with all findings.
fn assert_clean(check: impl Fn(&str, &Source) -> Vec<String>) {
    let files = files();
    assert!(files.len() > 30, "only {} files under src", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|(file, source)| {
            check(file, source)
                .into_iter()
                .map(move |line| format!("src/{file}:{line}"))
        })
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file in src.
fn files() -> Vec<(String, Source)> {
    rust_files(&root().join("src"))
}

/// Every Rust file under `top`, by its relative path with `/` between the parts.
fn rust_files(top: &Path) -> Vec<(String, Source)> {
    let mut files = Vec::new();
    let mut directories = vec![top.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let parts: Vec<_> = path
                    .strip_prefix(top)
                    .unwrap()
                    .iter()
                    .map(|part| part.to_str().unwrap())
                    .collect();
                let mut module = parts.clone();
                let last = module.pop().unwrap();
                if last != "mod.rs" {
                    module.push(last.trim_end_matches(".rs"));
                }
                let source = Source::at(&module, &fs::read_to_string(&path).unwrap());
                files.push((parts.join("/"), source));
            }
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

/// `keys` for `keys.rs` and for `keys/table.rs`.
fn room(file: &str) -> &str {
    let depth = if file.starts_with("tui/") { 2 } else { 1 };
    let end = file.match_indices('/').nth(depth - 1);
    file[..end.map_or(file.len(), |(at, _)| at)].trim_end_matches(".rs")
}

/// Whether the file holds only tests.
fn is_test(file: &str) -> bool {
    file.split('/')
        .any(|part| ["tests", "tests.rs", "fixture.rs"].contains(&part))
}
