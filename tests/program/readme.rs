//! The pages are true: a section that can be generated is, the others are checked against the program.
//! `SOCKSCOPE_README=write cargo test --test program readme` updates the generated sections.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use sockscope::cli::{self, Request};
use sockscope::config::Config;
use sockscope::lesson::{lessons, presets};
use sockscope::names::Os;
use sockscope::words::Language;

tests! {
    #[cfg(unix)]
    reference_has_the_help;
    #[cfg(unix)]
    reference_has_every_key;
    reference_has_every_preset;
    reference_has_every_lesson;
    reference_has_every_exit_status;
    the_screen_is_the_one_that_is_drawn;
    every_example_is_a_valid_command_line;
    every_linked_file_exists;
    every_file_that_contributing_names_exists;
    every_dependency_has_its_reason;
    readme_is_short_and_begins_with_the_commands;
    readme_has_ten_keys_that_exist;
    readme_shows_every_picture;
    film_is_small_and_needs_nothing_else;
    #[cfg(target_os = "linux")]
    reference_has_the_json_that_is_printed;
    every_named_proof_exists;
    words_are_split_as_in_a_shell;
}

const README: &str = "README.md";
const REFERENCE: &str = "assets/reference.md";
const CONTRIBUTING: &str = "CONTRIBUTING.md";
const PROOFS: &str = "tests/README.md";
const FIGURES: &str = "benches/README.md";

/// The value `write` updates the generated sections.
const VARIABLE: &str = "SOCKSCOPE_README";

/// Held while a page is read or written.
static WRITING: Mutex<()> = Mutex::new(());

fn path(page: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(page)
}

fn read(page: &str) -> String {
    let _writing = WRITING.lock();
    read_locked(page)
}

fn read_locked(page: &str) -> String {
    // git may check a text out with CRLF on Windows.
    fs::read_to_string(path(page))
        .unwrap()
        .replace("\r\n", "\n")
}

pub fn readme() -> String {
    read(README)
}

fn help() -> String {
    let arguments = ["sockscope", "--help"].map(OsString::from);
    match cli::parse(arguments, true, Language::En, Config::default()) {
        Ok(Request::Print(text)) => text,
        other => panic!("{other:?}"),
    }
}

/// Compares the section `name` with what it should be, or writes it.
fn assert_generated(page: &str, name: &str, expected: &str) {
    let _writing = WRITING.lock();
    let text = read_locked(page);
    let (begin, end) = (
        format!("<!-- begin: {name} -->\n"),
        format!("<!-- end: {name} -->"),
    );
    let (before, rest) = text.split_once(&begin).expect("the section's begin");
    let (section, after) = rest.split_once(&end).expect("the section's end");
    if std::env::var_os(VARIABLE).is_some_and(|value| value == "write") {
        let written = format!("{before}{begin}{expected}{end}{after}");
        fs::write(path(page), written).unwrap();
        return;
    }
    assert!(
        section == expected,
        "{page}: the section `{name}` is out of date. To update it:\n\n  \
         {VARIABLE}=write cargo test --test program readme\n\nIt should be:\n{expected}"
    );
}

/// `--no-wsastartup` is an option of Windows only.
#[cfg(unix)]
fn reference_has_the_help() {
    assert_generated(REFERENCE, "help", &format!("```text\n{}```\n", help()));
}

/// Windows has no key to suspend a program.
#[cfg(unix)]
fn reference_has_every_key() {
    use sockscope::tui::keys::{Context, Keys};

    let mut table = "| where | key | what |\n|---|---|---|\n".to_owned();
    for context in Context::ALL {
        for binding in Keys::BUILT_IN.bindings(context) {
            let (keys, what) = (binding.labels("` `", false), binding.help(Language::En));
            table += &format!("| {} | `{keys}` | {what} |\n", context.title(Language::En));
        }
    }
    assert_generated(REFERENCE, "keys", &table);
}

fn the_screen_is_the_one_that_is_drawn() {
    let snapshot =
        include_str!("../../src/tui/ui/tests/snapshots/sockscope__tui__ui__tests__server.snap");
    let lines: Vec<&str> = snapshot
        .lines()
        .skip_while(|line| *line != "80×24")
        .skip(1)
        .take_while(|line| line.starts_with('"'))
        .map(|line| line[1..line.len() - 1].trim_end())
        .collect();
    assert_eq!(lines.len(), 24, "a screen of 24 lines");
    assert_generated(
        REFERENCE,
        "screen",
        &format!("```text\n{}\n```\n", lines.join("\n")),
    );
}

fn reference_has_every_preset() {
    let rows: String = presets(Os::HOST)
        .iter()
        .map(|preset| {
            format!(
                "| `{}` | {} |\n",
                preset.name,
                preset.title.text(Language::En)
            )
        })
        .collect();
    let table = format!("| preset | what |\n|---|---|\n{rows}");
    assert_generated(REFERENCE, "presets", &table);
}

fn reference_has_every_lesson() {
    let rows = lessons().iter().map(|lesson| {
        let questions = lesson.steps.iter().filter(|step| step.ask.is_some());
        let (title, steps) = (lesson.title.text(Language::En), lesson.steps.len());
        format!(
            "| `{}` | {title} | {steps} | {} |\n",
            lesson.id,
            questions.count()
        )
    });
    let rows: String = rows.collect();
    let table = format!("| lesson | what | steps | questions |\n|---|---|---|---|\n{rows}");
    assert_generated(REFERENCE, "lessons", &table);
}

fn every_example_is_a_valid_command_line() {
    let pages = [README, REFERENCE].map(read);
    let examples: Vec<&str> = pages
        .iter()
        .flat_map(|page| code_blocks(page))
        .flat_map(str::lines)
        .filter(|line| line.split(' ').next() == Some("sockscope"))
        .collect();
    assert!(examples.len() >= 20, "{} examples", examples.len());
    for example in examples {
        let parsed = cli::parse(words(example), true, Language::En, Config::default());
        assert!(parsed.is_ok(), "{example}: {parsed:?}");
        // Plain words only: this test does not expand what a shell would.
        let odd = |c| matches!(c, '$' | '`' | '*' | '\\' | ';' | '&');
        let command = example.split(['#', '|']).next().unwrap();
        assert!(!command.contains(odd), "{example}: too much of a shell");
    }
    for example in ["sockscope --no-such-option", "sockscope a b c"] {
        assert!(
            cli::parse(words(example), true, Language::En, Config::default()).is_err(),
            "{example}"
        );
    }
}

fn every_linked_file_exists() {
    for page in [README, REFERENCE, CONTRIBUTING, PROOFS, FIGURES] {
        let text = read(page);
        for rest in text.split("](").skip(1) {
            // What follows `#` is a heading of the page, or of this one.
            let link = rest.split([')', '#']).next().unwrap();
            let file = path(page).with_file_name(link);
            assert!(
                link.is_empty() || link.contains("://") || file.exists(),
                "{page}: {link}"
            );
        }
    }
}

fn every_file_that_contributing_names_exists() {
    let text = read(CONTRIBUTING);
    let files: Vec<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| !code.contains(' ') && path(code.split('/').next().unwrap()).is_dir())
        .filter(|code| code.contains('/') && !code.starts_with("target/"))
        .collect();
    assert!(files.len() >= 30, "{files:?}");
    for file in files {
        assert!(path(file).exists(), "{CONTRIBUTING}: {file}");
    }
}

fn reference_has_every_exit_status() {
    let reference = read(REFERENCE);
    let rows: Vec<&str> = section(&reference, "## Exit status")
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next())
        .filter(|word| word.parse::<u8>().is_ok())
        .collect();
    let help = help();
    let (_, statuses) = help.split_once("Exit status:").unwrap();
    let listed: Vec<&str> = statuses
        .split(|c: char| !c.is_ascii_digit())
        .filter(|word| !word.is_empty())
        .collect();
    assert_eq!(rows, listed);
}

fn every_dependency_has_its_reason() {
    let manifest: toml::Table =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
            .unwrap()
            .parse()
            .unwrap();
    let dependencies = |table: &toml::Table| -> Vec<String> {
        let dependencies = table.get("dependencies").and_then(|value| value.as_table());
        dependencies.map_or_else(Vec::new, |table| table.keys().cloned().collect())
    };
    let mut expected = dependencies(&manifest);
    for target in manifest["target"].as_table().unwrap().values() {
        expected.extend(dependencies(target.as_table().unwrap()));
    }
    expected.sort();
    let contributing = read(CONTRIBUTING);
    let told: Vec<&str> = section(&contributing, "## Dependencies")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert_eq!(told, expected);
}

/// Numbers and constants differ between systems; the reference has Linux's.
#[cfg(target_os = "linux")]
fn reference_has_the_json_that_is_printed() {
    use serde_json::Value;

    /// Replaces what differs between runs and machines by whether its type is right.
    fn settle(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match name.as_str() {
                        "elapsed_us" | "handle" => *value = value.is_u64().into(),
                        "arch" | "libc" | "version" => *value = value.is_string().into(),
                        _ => settle(value),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(settle),
            _ => {}
        }
    }

    let reference = read(REFERENCE);
    let (text, _) = section(&reference, "## JSON")
        .split_once("```json\n")
        .and_then(|(_, rest)| rest.split_once("```"))
        .unwrap();
    let mut documented: Value = serde_json::from_str(text).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(["--format", "json", "--preset", "server"])
        .output()
        .unwrap();
    let mut printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    // Only glibc has a version to ask for.
    if !cfg!(target_env = "gnu") {
        printed["system"]["libc"] = "of another kind".into();
    }
    settle(&mut documented);
    settle(&mut printed);
    assert_eq!(documented, printed);
}

/// Appends every Rust source below `directory` to `text`.
fn sources(directory: &std::path::Path, text: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// The last column of each table in tests/README.md names tests, or steps in `.ci`.
fn every_named_proof_exists() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut tests = String::new();
    for directory in ["src", "tests"] {
        sources(&root.join(directory), &mut tests);
    }
    let page = read(PROOFS);
    let mut missing = Vec::new();
    let mut proofs = 0;
    for row in section(&page, "## Promises and proofs").lines() {
        let Some(cells) = row.strip_prefix("| ") else {
            continue;
        };
        // Names are between backticks; the head of a table has none.
        let names = cells.rsplit(" | ").next().unwrap().split('`');
        for proof in names.skip(1).step_by(2) {
            let exists = if proof.starts_with(".ci/") {
                // The package has no .ci.
                !root.join(".ci").exists() || root.join(proof).exists()
            } else {
                tests.contains(&format!("fn {proof}()"))
            };
            if !exists {
                missing.push(proof);
            }
            proofs += 1;
        }
    }
    assert_eq!(missing, [""; 0], "tests/README.md names no such test");
    assert!(proofs > 100, "{proofs} proofs");
}

fn readme_is_short_and_begins_with_the_commands() {
    let readme = readme();
    assert!(readme.lines().count() <= 200);
    let first = code_blocks(&readme).next().unwrap();
    let commands: Vec<&str> = first
        .lines()
        .map(|line| line.split('#').next().unwrap().trim())
        .collect();
    assert_eq!(commands, ["cargo run", "cargo test"]);
}

fn readme_has_ten_keys_that_exist() {
    use sockscope::tui::keys::{Context, Keys};

    let labels: Vec<String> = Context::ALL
        .into_iter()
        .flat_map(|context| Keys::BUILT_IN.bindings(context))
        .flat_map(|binding| {
            let labels = binding.labels("` `", false);
            labels.split("` `").map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let readme = readme();
    let rows: Vec<&str> = section(&readme, "## The ten keys that matter")
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(rows.len(), 10);
    for row in rows {
        let keys = row.split('|').nth(1).unwrap();
        for key in keys.split('`').skip(1).step_by(2) {
            assert!(labels.iter().any(|label| label == key), "no key {key}");
        }
    }
}

fn readme_shows_every_picture() {
    let readme = readme();
    let mut pictures = 0;
    for entry in fs::read_dir(path("assets")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".png") || name.ends_with(".svg") {
            pictures += 1;
            assert!(readme.contains(&format!("](assets/{name})")), "{name}");
        }
    }
    assert!(pictures >= 7, "{pictures} pictures");
}

/// A page shows it as an image: without scripts and other files. Each part that a frame uses is there.
fn film_is_small_and_needs_nothing_else() {
    let film = read("assets/film.svg");
    assert!(film.len() <= 300_000, "{} bytes", film.len());
    for never in ["<script", "<image", "<a ", "@import", "url("] {
        assert!(!film.contains(never), "{never}");
    }
    let names = |before| {
        let places = film.split(before).skip(1);
        places.map(|rest| rest.split('"').next().unwrap())
    };
    let drawn: BTreeSet<&str> = names(" id=\"").collect();
    let used: BTreeSet<&str> = names(" href=\"#").collect();
    assert!(used.len() >= 100, "{} parts", used.len());
    assert!(used.is_subset(&drawn), "{used:?}");
    // For readers who want nothing to move.
    assert!(film.contains("@media (prefers-reduced-motion: no-preference)"));
}

/// The text from a heading to the next of the same or a higher rank.
pub fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, rest) = page
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("no heading {heading}"));
    let rank = heading.split(' ').next().unwrap().len();
    let end = (1..=rank)
        .filter_map(|rank| rest.find(&format!("\n{} ", "#".repeat(rank))))
        .min();
    &rest[..end.unwrap_or(rest.len())]
}

/// The inside of each code block.
fn code_blocks(readme: &str) -> impl Iterator<Item = &str> {
    // Every odd part is between two fences; its first line is the language.
    readme
        .split("\n```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| Some(block.split_once('\n')?.1))
}

/// The first command of a line, split into words as a shell would: with quotes, without expansions,
/// up to `|` or `#`.
fn words(line: &str) -> Vec<OsString> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '|') => break,
            (None, '#') if word.is_none() => break,
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    assert_eq!(quote, None, "{line}: a quote is left open");
    words.extend(word);
    words.into_iter().map(OsString::from).collect()
}

fn words_are_split_as_in_a_shell() {
    let split = |line| -> Vec<String> {
        words(line)
            .into_iter()
            .map(|word| word.into_string().unwrap())
            .collect()
    };
    assert_eq!(split("a  'b c' \"\" d#e # f"), ["a", "b c", "", "d#e"]);
    assert_eq!(split("a b | c"), ["a", "b"]);
}
