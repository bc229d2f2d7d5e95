//! The pages are true: some parts of README.md are generated, and the rest is checked against the program.
//! `SOCKSCOPE_README=write cargo test --test program readme` rewrites the generated parts.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use sockscope::cli::{self, Request};
use sockscope::lesson::presets;
use sockscope::names::Os;

tests! {
    #[cfg(unix)]
    the_keys_are_those_of_the_program;
    the_screen_is_the_one_that_is_drawn;
    the_presets_are_all_there;
    every_example_is_a_command_line_that_is_understood;
    every_linked_file_exists;
    every_option_is_in_the_table;
    every_exit_status_is_in_the_table;
    every_dependency_has_its_reason;
    #[cfg(target_os = "linux")]
    the_json_is_what_is_printed;
    every_named_proof_exists;
    words_are_split_as_in_a_shell;
}

/// If it is `write`, the generated sections are rewritten.
const VARIABLE: &str = "SOCKSCOPE_README";

/// Sections are written one at a time.
static WRITING: Mutex<()> = Mutex::new(());

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn readme() -> String {
    page("README.md")
}

/// The text of a page, by its path in the package.
fn page(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name);
    // git may check out a text with CRLF on Windows.
    fs::read_to_string(path).unwrap().replace("\r\n", "\n")
}

fn help() -> String {
    let arguments = ["sockscope", "--help"].map(OsString::from);
    match cli::parse(arguments, true) {
        Ok(Request::Print(text)) => text,
        other => panic!("{other:?}"),
    }
}

/// Compares the section `name` with its expected text, or rewrites it.
fn assert_generated(name: &str, expected: &str) {
    let _writing = WRITING.lock();
    let readme = readme();
    let (begin, end) = (
        format!("<!-- begin: {name} -->\n"),
        format!("<!-- end: {name} -->"),
    );
    let (before, rest) = readme.split_once(&begin).expect("the section's begin");
    let (section, after) = rest.split_once(&end).expect("the section's end");
    if std::env::var_os(VARIABLE).is_some_and(|value| value == "write") {
        fs::write(path(), format!("{before}{begin}{expected}{end}{after}")).unwrap();
        return;
    }
    assert!(
        section == expected,
        "README.md: the section `{name}` is not what it should be. To write it anew:\n\n  \
         {VARIABLE}=write cargo test --test program readme\n\nIt should be:\n{expected}"
    );
}

/// Windows has no key to suspend a program.
#[cfg(unix)]
fn the_keys_are_those_of_the_program() {
    use sockscope::tui::keys::{Context, bindings};

    let mut table = "| where | key | what |\n|---|---|---|\n".to_owned();
    for context in Context::ALL {
        for binding in bindings(context) {
            let (keys, what) = (binding.labels("` `", false), binding.help);
            table += &format!("| {} | `{keys}` | {what} |\n", context.title());
        }
    }
    assert_generated("keys", &table);
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
    assert_generated("screen", &format!("```text\n{}\n```\n", lines.join("\n")));
}

fn the_presets_are_all_there() {
    let rows: String = presets(Os::HOST)
        .iter()
        .map(|preset| format!("| `{}` | {} |\n", preset.name, preset.title))
        .collect();
    assert_generated("presets", &format!("| preset | what |\n|---|---|\n{rows}"));
}

fn every_example_is_a_command_line_that_is_understood() {
    let readme = readme();
    let examples: Vec<&str> = code_blocks(&readme)
        .flat_map(str::lines)
        .filter(|line| line.split(' ').next() == Some("sockscope"))
        .collect();
    assert!(examples.len() >= 12, "{} examples", examples.len());
    for example in examples {
        let parsed = cli::parse(words(example), true);
        assert!(parsed.is_ok(), "{example}: {parsed:?}");
        // Plain words only: this test does not expand what a shell would.
        let odd = |c| matches!(c, '$' | '`' | '*' | '\\' | ';' | '&');
        let command = example.split(['#', '|']).next().unwrap();
        assert!(!command.contains(odd), "{example}: too much of a shell");
    }
    for example in ["sockscope --no-such-option", "sockscope a b c"] {
        assert!(cli::parse(words(example), true).is_err(), "{example}");
    }
}

fn every_linked_file_exists() {
    for name in ["README.md", "tests/README.md", "benches/README.md"] {
        let page = page(name);
        for rest in page.split("](").skip(1) {
            let link = rest.split(')').next().unwrap();
            let file = path().with_file_name(name).with_file_name(link);
            assert!(link.contains("://") || file.exists(), "{name}: {link}");
        }
    }
}

fn every_option_is_in_the_table() {
    let readme = readme();
    let table = section(&readme, "## Command line");
    let help = help();
    let options: Vec<&str> = help
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with('-'))
        .flat_map(|line| {
            line.split_whitespace()
                .take_while(|word| word.starts_with('-'))
                .map(|word| word.trim_end_matches(','))
        })
        .collect();
    assert!(options.len() >= 20, "{options:?}");
    for option in options {
        let there = table
            .lines()
            .filter(|line| line.starts_with('|'))
            .filter_map(|line| line.split('|').nth(1))
            .flat_map(|cell| cell.split(['`', ' ', ',']))
            .any(|word| word == option);
        assert!(there, "README.md's table of arguments lacks {option}");
    }
}

fn every_exit_status_is_in_the_table() {
    let readme = readme();
    let rows: Vec<&str> = section(&readme, "### Exit status")
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next())
        .filter(|word| word.parse::<u8>().is_ok())
        .collect();
    let help = help();
    let (_, statuses) = help.split_once("Exit status:").unwrap();
    let told: Vec<&str> = statuses
        .split(|c: char| !c.is_ascii_digit())
        .filter(|word| !word.is_empty())
        .collect();
    assert_eq!(rows, told);
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
    let readme = readme();
    let told: Vec<&str> = section(&readme, "### Dependencies")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert_eq!(told, expected);
}

/// Numbers and constants differ between systems; the README has Linux's.
#[cfg(target_os = "linux")]
fn the_json_is_what_is_printed() {
    use serde_json::Value;

    /// Replaces what differs between runs and machines by its type.
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

    let readme = readme();
    let (text, _) = section(&readme, "### JSON")
        .split_once("```json\n")
        .and_then(|(_, rest)| rest.split_once("```"))
        .unwrap();
    let mut told: Value = serde_json::from_str(text).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(["--format", "json", "--preset", "server"])
        .output()
        .unwrap();
    let mut printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    // Only glibc has a version to print.
    if !cfg!(target_env = "gnu") {
        printed["system"]["libc"] = "of another kind".into();
    }
    settle(&mut told);
    settle(&mut printed);
    assert_eq!(told, printed);
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
    let page = page("tests/README.md");
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

/// The text from a heading to the next of the same or a higher rank.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
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
