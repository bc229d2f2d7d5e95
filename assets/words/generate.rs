//! The words of `assets/words/*.toml` as Rust source.
//!
//! A bad file fails the build: bad TOML, an unknown key, or a key that only one language has.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use toml::{Table, Value};

/// The languages, in the order of `Language`.
const LANGUAGES: [&str; 2] = ["en", "es"];

/// The parts of `[rule.NAME]`, in the order of their strings, and whether every rule has one.
const PARTS: [(&str, bool); 4] = [
    ("line", true),
    ("paragraph", true),
    ("remedy", false),
    ("fix", false),
];

/// The texts of a file by their whole keys: `rule.node-url.line`.
type Texts = BTreeMap<String, String>;

/// Writes `words.rs` for `src/words` to include.
pub(crate) fn write() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=assets/words");
    let mut files = Vec::new();
    for language in LANGUAGES {
        let file = format!("assets/words/{language}.toml");
        let texts = read(&file).map_err(|error| format!("{file}: {error}"))?;
        files.push((file, texts));
    }
    for (file, texts) in &files {
        for (other, others) in &files {
            if let Some(key) = others.keys().find(|key| !texts.contains_key(*key)) {
                return Err(format!("{file} lacks the key `{key}`, which {other} has").into());
            }
        }
    }
    let texts: Vec<&Texts> = files.iter().map(|(_, texts)| texts).collect();
    let source = source(&texts)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("words.rs"), source)?;
    Ok(())
}

fn read(file: &str) -> Result<Texts, Box<dyn Error>> {
    let table: Table = fs::read_to_string(file)?.parse()?;
    let mut texts = Texts::new();
    flatten("", table, &mut texts)?;
    for key in texts.keys() {
        let path: Vec<&str> = key.split('.').collect();
        let known = match path[..] {
            ["words" | "symbol", _] => true,
            ["rule", _, part] => PARTS.iter().any(|(name, _)| *name == part),
            _ => false,
        };
        if !known {
            return Err(format!("unknown key `{key}`").into());
        }
    }
    for rule in names(&texts, "rule.") {
        for (part, _) in PARTS.iter().filter(|(_, required)| *required) {
            if !texts.contains_key(&format!("rule.{rule}.{part}")) {
                return Err(format!("[rule.{rule}] lacks the key `{part}`").into());
            }
        }
    }
    Ok(texts)
}

fn flatten(prefix: &str, table: Table, texts: &mut Texts) -> Result<(), String> {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        match value {
            Value::Table(table) => flatten(&format!("{key}."), table, texts)?,
            Value::String(text) if !text.is_empty() => {
                texts.insert(key, text);
            }
            _ => return Err(format!("`{key}` is not a text, or is empty")),
        }
    }
    Ok(())
}

/// The names that stand right after `prefix` in the keys, each once, in the order of their bytes.
fn names<'a>(texts: &'a Texts, prefix: &str) -> BTreeSet<&'a str> {
    let rest = texts.keys().filter_map(|key| key.strip_prefix(prefix));
    rest.filter_map(|rest| rest.split('.').next()).collect()
}

/// All languages have the same keys.
fn source(texts: &[&Texts]) -> Result<String, Box<dyn Error>> {
    let [first, ..] = texts else {
        return Err("no language".into());
    };
    let (words, rules, symbols) = (
        names(first, "words."),
        names(first, "rule."),
        names(first, "symbol."),
    );
    let mut out = String::new();
    writeln!(
        out,
        "/// A text of `[words]`.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub(crate) enum Key {{"
    )?;
    for word in &words {
        let text = first[&format!("words.{word}")].replace('\n', " ");
        writeln!(out, "    /// {text}\n    {},", variant(word)?)?;
    }
    writeln!(out, "}}")?;
    writeln!(out, "static RULE_NAMES: Strings = {};", strings(&rules)?)?;
    writeln!(
        out,
        "static SYMBOL_NAMES: Strings = {};",
        strings(&symbols)?
    )?;

    let word_keys: Vec<String> = words.iter().map(|word| format!("words.{word}")).collect();
    let symbol_keys: Vec<String> = symbols
        .iter()
        .map(|name| format!("symbol.{name}"))
        .collect();
    let rule_keys: Vec<String> = rules
        .iter()
        .flat_map(|rule| PARTS.map(|(part, _)| format!("rule.{rule}.{part}")))
        .collect();
    for (name, keys) in [
        ("WORDS", &word_keys),
        ("RULES", &rule_keys),
        ("SYMBOLS", &symbol_keys),
    ] {
        writeln!(out, "static {name}: [Strings; {}] = [", texts.len())?;
        for texts in texts {
            // A part that a rule lacks is empty.
            let list = keys
                .iter()
                .map(|key| texts.get(key).map_or("", String::as_str));
            writeln!(out, "    {},", strings(list)?)?;
        }
        writeln!(out, "];")?;
    }
    Ok(out)
}

/// `GoBack` for `go-back` or `go_back`.
fn variant(key: &str) -> Result<String, String> {
    let mut name = String::new();
    for part in key.split(['-', '_']) {
        let letters = part.bytes().all(|byte| byte.is_ascii_lowercase());
        if !letters || part.is_empty() {
            return Err(format!(
                "words.{key}: a key is lower-case words with - between them"
            ));
        }
        name.push_str(&part[..1].to_uppercase());
        name.push_str(&part[1..]);
    }
    Ok(name)
}

/// The strings as one `Strings` of `src/words/strings.rs`.
fn strings<T: AsRef<str>>(list: impl IntoIterator<Item = T>) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    let mut starts = vec![0_u32];
    for string in list {
        text.push_str(string.as_ref());
        starts.push(u32::try_from(text.len())?);
    }
    Ok(format!("Strings {{ text: {text:?}, starts: &{starts:?} }}"))
}
