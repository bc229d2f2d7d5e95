#![expect(clippy::unwrap_used, reason = "a test")]

use super::*;

fn parsed(text: &str) -> Config {
    Config::parse(Path::new("/home/me/config.toml"), text)
}

/// The message about a configuration, in its language.
fn message(text: &str) -> String {
    let config = parsed(text);
    config
        .problem
        .unwrap()
        .text(config.language.unwrap_or_default())
}

#[test]
fn settings_are_read() {
    let config = parsed(
        "theme = 'light'\nlang = 'es'\ncode = 'rust'\npresets = 'mine.toml'\nascii = true\n\
         [keys]\nzoom = 'X'\nmouse = []\n",
    );
    assert_eq!(config.problem, None);
    assert_eq!(config.theme, Theme::Light);
    assert_eq!(config.language, Some(Language::Es));
    assert_eq!(config.code.unwrap().name(), "rust");
    assert_eq!(config.presets.unwrap(), Path::new("/home/me/mine.toml"));
    assert!(config.ascii);
    assert_eq!(config.keys.label(Command::Zoom, false), "X");
    assert_eq!(config.keys.label(Command::ToggleMouse, false), "(mouse)");
    assert_eq!(parsed(""), Config::default());
    assert_eq!(parsed("[keys]"), Config::default());
    let elsewhere = if cfg!(windows) {
        r"C:\mine.toml"
    } else {
        "/mine.toml"
    };
    let presets = parsed(&format!("presets = '{elsewhere}'")).presets;
    assert_eq!(presets.unwrap(), Path::new(elsewhere));
}

#[test]
fn default_configuration_changes_nothing() {
    for language in Language::ALL {
        let text = default_text(language);
        assert_eq!(parsed(&text), Config::default(), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
    }
}

/// What stands behind each # is the default.
#[test]
fn default_configuration_names_the_defaults() {
    let text = default_text(Language::En);
    let (settings, keys) = text.split_once("[keys]").unwrap();
    let used = commands().filter(|(_, command)| Keys::BUILT_IN.about(*command).is_some());
    let names = used.map(|(name, _)| (name, keys));
    for (name, part) in SETTINGS
        .map(|name| (name, settings))
        .into_iter()
        .chain(names)
    {
        let line = format!("\n# {name} = ");
        assert_eq!(part.matches(&line).count(), 1, "{name}");
    }
    let used = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        let setting = words.get(2) == Some(&"=") && !line.starts_with("# presets = \"");
        setting.then(|| line[2..].to_owned())
    };
    let lines = text
        .lines()
        .map(|line| used(line).unwrap_or_else(|| line.to_owned()));
    let config = parsed(&lines.collect::<Vec<_>>().join("\n"));
    let expected = Config {
        language: Some(Language::En),
        code: Some(code::Language::C),
        ..Config::default()
    };
    assert_eq!(config, expected);
}

#[test]
fn bad_setting_is_an_error_with_its_line() {
    for (text, expected) in [
        (
            "\ntehme = 'dark'",
            "line 2: unknown name \"tehme\"; did you mean theme?",
        ),
        (
            "theme = 'drak'",
            "line 1: \"drak\" is not one of: auto, dark, light, mono",
        ),
        (
            "code = 'perl'",
            "line 1: \"perl\" is not one of: c, winsock, rust, python",
        ),
        ("lang = 'fr'", "line 1: \"fr\" is not one of: en, es"),
        ("theme = 1", "line 1: expected a text in quotes"),
        ("ascii = 'yes'", "line 1: expected true or false"),
        ("keys = 'z'", "line 1: expected a table"),
        ("theme = ", "line 1: not TOML: "),
        (
            "theme = 'dark'\ntheme = 'dark'",
            "line 2: not TOML: duplicate key",
        ),
        (
            "[keys]\nzom = 'z'",
            "line 2: unknown name \"zom\"; did you mean zoom?",
        ),
        ("[keys]\nzoom = 1", "line 2: expected a list"),
        (
            "[keys]\nzoom = 'ctrl-1'",
            "line 2: no key is named \"ctrl-1\"",
        ),
        ("[keys]\nzoom = ' '", "line 2: no key is named \" \""),
        (
            "[keys]\nzoom = 'ctrl-c'",
            "line 2: \"ctrl-c\" keeps its meaning",
        ),
        (
            "[keys]\nkeep-filter = 'X'",
            "line 2: \"X\" is text where this command works",
        ),
        (
            "[keys]\nzoom = [\n'X',\n'enter']",
            "line 4: \"enter\" keeps its meaning",
        ),
        (
            "[keys]\nzoom = ['X', 'X']",
            "line 2: \"X\" is bound twice: to zoom and to zoom",
        ),
        (
            "[keys]\nzoom = 'y'",
            "line 2: \"y\" is bound twice: to zoom and to copy",
        ),
        (
            "[keys]\nzoom = 'X'\ncopy = 'X'",
            "line 3: \"X\" is bound twice: to zoom and to copy",
        ),
        (
            "[keys]\nresolve = 'ctrl-w'",
            "line 2: \"ctrl-w\" is bound twice: to delete from the filter and to resolve",
        ),
    ] {
        let message = message(text);
        let start = format!("/home/me/config.toml, {expected}");
        assert!(message.starts_with(&start), "{text}\n{message}");
    }
}

#[test]
fn keys_can_be_exchanged() {
    let config = parsed("[keys]\nzoom = 'y'\ncopy = 'z'\n");
    assert_eq!(config.problem, None);
}

#[test]
fn message_is_in_the_configured_language() {
    for text in ["lang = 'es'\ntehme = 'dark'", "lang = 'es'\ntheme = "] {
        let message = message(text);
        assert!(message.contains(", línea 2: "), "{message}");
    }
}

#[test]
fn message_about_hostile_text_is_inert() {
    for text in [
        "\"\\u001b[2J\" = 1",
        "theme = \"\\u001b[2J\"",
        "[keys]\nzoom = \"\\u001b\"",
        "[keys]\n\"\\u001b\" = 'z'",
        "a\u{1b}[2J = 1",
    ] {
        assert!(!message(text).contains('\u{1b}'), "{text:?}");
    }
}
