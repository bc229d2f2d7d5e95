//! The words of `assets/words/LANGUAGE/*.toml` as Rust source.
//!
//! A bad file fails the build: bad TOML, a key that only one language has, a placeholder that only one
//! has, or a character without a form in ASCII. A key that is never used is a warning of the compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use toml::{Table, Value};

use ascii::ascii;

#[path = "../../src/words/ascii.rs"]
mod ascii;

/// The languages, in the order of `Language`. They follow again in ASCII.
const LANGUAGES: [&str; 2] = ["en", "es"];

/// The parts of `[rule.NAME]`, in the order of their strings, and whether every rule has one.
const PARTS: [(&str, bool); 4] = [
    ("line", true),
    ("paragraph", true),
    ("remedy", false),
    ("fix", false),
];

/// The texts of a language by their whole keys: `rule.node-url.line`.
type Texts = BTreeMap<String, String>;

/// Writes `words.rs` for `src/words` to include.
pub(crate) fn write() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=assets/words");
    let mut languages = Vec::new();
    for language in LANGUAGES {
        languages.push(read(Path::new("assets/words").join(language).as_path())?);
    }
    for (name, texts) in LANGUAGES.iter().zip(&languages) {
        for (other, others) in LANGUAGES.iter().zip(&languages) {
            for (key, text) in others {
                let own = texts
                    .get(key)
                    .ok_or_else(|| format!("{name} lacks the key `{key}`, which {other} has"))?;
                if placeholders(own) != placeholders(text) {
                    return Err(format!("{key}: {name} and {other} differ in {{…}}").into());
                }
            }
        }
    }
    for at in 0..LANGUAGES.len() {
        let texts = languages[at].iter();
        let texts: Texts = texts
            .map(|(key, text)| (key.clone(), ascii(text)))
            .collect();
        if let Some((key, text)) = texts.iter().find(|(_, text)| !text.is_ascii()) {
            return Err(format!("{key}: no form in ASCII: {text}").into());
        }
        languages.push(texts);
    }
    let source = source(&languages)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("words.rs"), source)?;
    Ok(())
}

/// All files of a directory.
fn read(directory: &Path) -> Result<Texts, Box<dyn Error>> {
    let mut texts = Texts::new();
    for file in fs::read_dir(directory)? {
        let file = file?.path();
        let table: Table = fs::read_to_string(&file)?.parse()?;
        flatten("", table, &mut texts).map_err(|error| format!("{}: {error}", file.display()))?;
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
                if texts.insert(key.clone(), text).is_some() {
                    return Err(format!("another file has `{key}` too"));
                }
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

/// The names in braces, in the order of their bytes.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect()
}

/// All languages have the same keys and placeholders.
fn source(languages: &[Texts]) -> Result<String, Box<dyn Error>> {
    let [first, ..] = languages else {
        return Err("no language".into());
    };
    let mut out = String::new();
    let rules: Vec<String> = names(first, "rule.")
        .into_iter()
        .flat_map(|rule| PARTS.map(|(part, _)| format!("rule.{rule}.{part}")))
        .collect();
    let constants: Vec<String> = names(first, "constant.")
        .into_iter()
        .map(|name| format!("constant.{name}"))
        .collect();
    writeln!(
        out,
        "static RULE_NAMES: Strings = {};\nstatic CONSTANT_NAMES: Strings = {};",
        strings(names(first, "rule."))?,
        strings(names(first, "constant."))?
    )?;
    let named = |key: &&String| key.starts_with("rule.") || key.starts_with("constant.");
    let keys = first.keys().filter(|key| !named(key)).cloned();
    let (phrases, plain): (Vec<String>, Vec<String>) =
        keys.partition(|key| !placeholders(&first[key]).is_empty());

    writeln!(
        out,
        "/// A text without placeholders.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub(crate) enum Key {{"
    )?;
    for key in &plain {
        writeln!(out, "    /// {}\n    {},", doc(&first[key]), camel(key)?)?;
    }
    writeln!(out, "}}\n\nimpl Phrase {{")?;
    for (at, key) in phrases.iter().enumerate() {
        let names = placeholders(&first[key]);
        let parameters: Vec<String> = names
            .iter()
            .map(|name| format!("{name}: impl Into<Part>"))
            .collect();
        let values: Vec<String> = names
            .iter()
            .map(|name| format!("({name:?}, {name}.into())"))
            .collect();
        writeln!(
            out,
            "    /// {}\n    pub(crate) fn {}({}) -> Self {{\n        Self::of({at}, vec![{}])\n    }}",
            doc(&first[key]),
            snake(key)?,
            parameters.join(", "),
            values.join(", ")
        )?;
    }
    writeln!(out, "}}")?;
    for (name, keys) in [
        ("KEYS", &plain),
        ("PHRASES", &phrases),
        ("RULES", &rules),
        ("CONSTANTS", &constants),
    ] {
        writeln!(out, "static {name}: [Strings; {}] = [", languages.len())?;
        for (at, texts) in languages.iter().enumerate() {
            // In ASCII, a text that is the same is empty: src/words takes the other one.
            let unicode = at.checked_sub(LANGUAGES.len()).map(|at| &languages[at]);
            // A part that a rule lacks is empty.
            let list = keys.iter().map(|key| match texts.get(key) {
                Some(text) if unicode.and_then(|texts| texts.get(key)) != Some(text) => text,
                _ => "",
            });
            writeln!(out, "    {},", strings(list)?)?;
        }
        writeln!(out, "];")?;
    }
    Ok(out)
}

/// A text as a line of documentation.
fn doc(text: &str) -> String {
    format!("`{}`", text.replace('\n', " ").replace('`', "'"))
}

/// The words of a key; an error if they are not of lower-case letters and digits.
fn parts(key: &str) -> Result<Vec<&str>, String> {
    let parts: Vec<&str> = key.split(['.', '-']).collect();
    let good = |part: &&str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if parts.iter().all(good) {
        return Ok(parts);
    }
    Err(format!(
        "{key}: a key is lower-case words with - between them"
    ))
}

/// `ScreenNoEntries` for `screen.no-entries`.
fn camel(key: &str) -> Result<String, String> {
    let part = |part: &str| part[..1].to_uppercase() + &part[1..];
    Ok(parts(key)?.into_iter().map(part).collect())
}

/// `screen_no_entries` for `screen.no-entries`.
fn snake(key: &str) -> Result<String, String> {
    Ok(parts(key)?.join("_"))
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
