//! Every text has room at 80 columns, in both languages.

use ratatui::style::Modifier;
use toml::Table;

use super::*;
use crate::app::{Choosing, Notice, View, meaning, values};
use crate::lesson::presets;
use crate::net::Hint;
use crate::text::display_width;
use crate::tui::keys::Context;
use crate::words::{Key, Phrase, every_text};

/// The texts of a section of `assets/words`, with their keys, in the order of [`Language::ALL`].
fn section(name: &str) -> [Vec<(String, String)>; 2] {
    let files = [
        [
            include_str!("../../../../assets/words/en/screen.toml"),
            include_str!("../../../../assets/words/en/keys.toml"),
            include_str!("../../../../assets/words/en/glossary.toml"),
        ],
        [
            include_str!("../../../../assets/words/es/screen.toml"),
            include_str!("../../../../assets/words/es/keys.toml"),
            include_str!("../../../../assets/words/es/glossary.toml"),
        ],
    ];
    files.map(|files| {
        let tables = files.map(|file| file.parse::<Table>().unwrap());
        let section = tables.iter().find_map(|table| table.get(name)).unwrap();
        let mut texts = Vec::new();
        for (key, value) in section.as_table().unwrap() {
            match value {
                toml::Value::Table(parts) => texts.extend(
                    parts
                        .iter()
                        .map(|(part, text)| (format!("{key}.{part}"), text)),
                ),
                text => texts.push((key.clone(), text)),
            }
        }
        let text = |(key, text): (String, &toml::Value)| (key, text.as_str().unwrap().to_owned());
        texts.into_iter().map(text).collect()
    })
}

/// A long value of each placeholder of a hint or notice.
const VALUES: [(&str, &str); 21] = [
    ("copy", "Ctrl-R"),
    ("next", "Ctrl-R"),
    ("go", "Enter"),
    ("back", "Ctrl-R"),
    ("list", "Ctrl-R"),
    ("line", "Ctrl-R"),
    ("limit", "1048576"),
    ("done", "4999"),
    ("count", "5000"),
    ("succeeded", "2500"),
    ("failed", "2500"),
    ("call", "getnameinfo"),
    (
        "error",
        "10038 WSAENOTSOCK “An operation was attempted on something that is not a socket.”",
    ),
    ("seconds", "123.4"),
    ("key", "F5"),
    ("reason", "Resource temporarily unavailable (os error 11)"),
    ("what", "la llamada elegida"),
    ("bytes", "12345678"),
    ("text", "[2001:db8::1]"),
    ("member", "ai_socktype"),
    ("names", "SHUT_RD, SHUT_WR, SHUT_RDWR"),
];

fn with_values(text: &str) -> String {
    let fill =
        |text: String, (name, value): &(&str, &str)| text.replace(&format!("{{{name}}}"), value);
    let text = VALUES.iter().fold(text.to_owned(), fill);
    assert!(!text.contains('{'), "no value for a placeholder: {text}");
    text
}

/// The lines of the screen in `language`.
fn rows(model: &mut Model, size: (u16, u16), language: Language) -> Vec<String> {
    model.language = language;
    let text = screen(model, size, LOOK);
    let line = |line: &str| line.trim_matches('"').to_owned();
    text.lines().map(line).collect()
}

/// `model` with the focus on each field and view.
fn everywhere(model: &Model) -> Vec<Model> {
    let mut models = Vec::new();
    for focus in 0..model.form.fields().count() {
        let mut model = model.clone();
        model.pane = Pane::Form;
        model.form.focus = focus;
        models.push(model);
    }
    for view in View::ALL {
        for pane in [Pane::Entries, Pane::Detail] {
            let mut model = model.clone();
            (model.pane, model.view) = (pane, view);
            models.push(model);
        }
    }
    models
}

#[test]
fn hints_fit_one_line() {
    for (key, text) in section("hint").into_iter().flatten() {
        assert!(display_width(&with_values(&text)) <= 78, "{key}: {text}");
    }
}

/// What the fields offer first: the rest is rare, and the list of values has its meanings whole.
#[test]
fn hint_of_a_common_constant_is_whole_at_80_columns() {
    let common = [
        (Hint::Family, 4),
        (Hint::Socktype, 4),
        (Hint::Protocol, 5),
        (Hint::Flags, 7),
    ];
    for (os, (hint, count)) in Os::ALL
        .into_iter()
        .flat_map(|os| common.map(|hint| (os, hint)))
    {
        let (mut model, _) = Model::begin(host(os), Query::server_example(os));
        for (index, choice) in values(os, hint).take(count).enumerate() {
            model.form.focus = if hint == Hint::Flags {
                7 + index
            } else {
                hint.set(&mut model.form.hints, choice.value);
                3 + Hint::ALL.iter().position(|&other| other == hint).unwrap()
            };
            for language in Language::ALL {
                let shown = rows(&mut model, (80, 24), language);
                let whole = meaning(&choice, language);
                assert_eq!(shown[22].trim(), whole, "{}", choice.name);
            }
        }
    }
}

#[test]
fn notices_fit_one_line_or_two_with_a_reason() {
    for (key, text) in section("notice").into_iter().flatten() {
        let foreign = text.contains("{reason}") || text.contains("{error}");
        let lines = super::super::canvas::wrap(&with_values(&text), 78).len();
        assert!(lines <= if foreign { 2 } else { 1 }, "{key}: {text}");
    }
}

#[test]
fn long_notice_is_whole_at_80_columns() {
    let reason = VALUES.iter().find(|(name, _)| *name == "reason").unwrap().1;
    for language in Language::ALL {
        let mut model = server();
        let text = Phrase::notice_not_started("getnameinfo", reason);
        model.notice = Some(Notice {
            failure: true,
            text: text.clone(),
        });
        let shown = rows(&mut model, (80, 24), language);
        let message = format!("{} {}", shown[21].trim(), shown[22].trim());
        assert_eq!(message, text.text(language), "{}", shown.join("\n"));
        // The panes stay where they are.
        model.notice = None;
        assert_eq!(rows(&mut model, (80, 24), language)[..21], shown[..21]);
    }
}

#[test]
fn tabs_of_all_views_fit() {
    for language in Language::ALL {
        for mut model in [server(), answered(&localhost(), noname(), opened(9))] {
            for size in [(80, 24), (120, 40)] {
                let shown = rows(&mut model, size, language).join("\n");
                for (number, view) in (1..).zip(View::ALL).skip(1) {
                    let tab = format!(" {number} {} ", view.title().text(language));
                    assert!(shown.contains(&tab), "{tab}\n{shown}");
                }
            }
        }
    }
}

#[test]
fn help_has_each_text_on_one_line() {
    // The popup at 80 columns has 49 for what a key does.
    for (key, text) in section("command").into_iter().flatten() {
        let room = if key.ends_with(".help") { 49 } else { 16 };
        assert!(display_width(&text) <= room, "{key}: {text}");
    }
    for (key, text) in section("context").into_iter().flatten() {
        assert!(display_width(&text) <= 40, "{key}: {text}");
    }
    let [en, _] = section("command");
    for (key, text) in en {
        assert!(text.split_whitespace().count() <= 6, "{key}: {text}");
    }
}

#[test]
fn no_word_is_dim() {
    let null_hints = Query {
        hints: None,
        ..localhost()
    };
    let models = [
        three(),
        answered(&null_hints, list([wildcard()]), refused()),
        answered(&localhost(), noname(), opened(9)),
    ];
    for model in models.iter().flat_map(everywhere) {
        let mut popups = [model.clone(), model.clone(), model.clone(), model];
        let keys = [Command::Resolve, Command::Help, Command::Presets];
        for (model, command) in popups.iter_mut().zip(keys) {
            let _ = model.does(command);
        }
        for (model, size) in popups
            .iter()
            .flat_map(|model| SIZES.map(|size| (model, size)))
        {
            let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
            let look = Look {
                colour: true,
                ..LOOK
            };
            terminal
                .draw(|frame| draw(model, &mut Screen::new(look), frame))
                .unwrap();
            let cells = terminal.backend().buffer().content();
            let dim = cells
                .iter()
                .filter(|cell| cell.modifier.contains(Modifier::DIM));
            let dim: String = dim.map(ratatui::buffer::Cell::symbol).collect();
            let words = dim.trim_matches(['─', '│', '╭', '╮', '╰', '╯', '‹', '›']);
            assert_eq!(words, "", "{size:?}");
        }
    }
}

#[test]
fn footer_is_never_cut() {
    let ascii = Language::ALL.map(Language::ascii);
    for language in Language::ALL.into_iter().chain(ascii) {
        for mut model in everywhere(&server()) {
            let rows = rows(&mut model, (80, 24), language);
            let footer = rows.last().unwrap();
            for key in [
                Key::CommandHelpFooter,
                Key::CommandInterruptFooter,
                Key::CommandPaneFooter,
            ] {
                let word = key.text(language);
                assert!(footer.contains(word), "{word}: {footer}");
            }
            assert!(!footer.contains(['…', '~']), "{footer}");
            // The names of the arrows in ASCII are too long for the rest.
            if Language::ALL.contains(&language) {
                assert!(footer.contains("↑↓ "), "{footer}");
                let views = Key::CommandViewsFooter.text(language);
                let digits = footer.contains(&format!("1-6 {views}"));
                // In a text field digits are text.
                let text = footer.contains(Key::HintText.text(language));
                assert!(digits != text, "{footer}");
            }
        }
    }
}

/// The last line of the screen, in each size.
fn footers(model: &mut Model, language: Language) -> [String; 3] {
    [(80, 24), (120, 40), (60, 20)].map(|size| rows(model, size, language).pop().unwrap())
}

#[test]
fn footer_names_the_keys_of_a_filter() {
    for language in Language::ALL {
        let [filter, keep, end, close] = [
            Key::CommandFilterFooter,
            Key::CommandKeepFilterFooter,
            Key::CommandCancelFilter,
            Key::CommandCloseFooter,
        ]
        .map(|key| key.text(language));
        let mut calls = server();
        (calls.pane, calls.view) = (Pane::Detail, View::Calls);
        let mut help = server();
        let _ = help.does(Command::Help);
        for (mut model, esc) in [(calls, ""), (help, close)] {
            for footer in footers(&mut model, language) {
                assert!(footer.contains(&format!("/ {filter}")), "{footer}");
                assert!(footer.contains(esc) && !footer.contains(end), "{footer}");
            }
            let _ = model.does(Command::Filter);
            for footer in footers(&mut model, language) {
                for key in [format!("Enter {keep}"), format!("Esc {end}")] {
                    assert!(footer.contains(&key), "{key}: {footer}");
                }
                assert!(!footer.contains("/ "), "{footer}");
            }
            let _ = model.hears(Msg::Type('s'));
            let _ = model.does(Command::KeepFilter);
            for footer in footers(&mut model, language) {
                for key in [format!("/ {filter}"), format!("Esc {end}")] {
                    assert!(footer.contains(&key), "{key}: {footer}");
                }
                assert!(!footer.contains(keep), "{footer}");
            }
        }
    }
}

#[test]
fn title_of_the_list_fits_and_keeps_the_warning() {
    let entries: Vec<AddrInfo> = (0..999).map(|_| wildcard()).collect();
    let mut model = answered(&localhost(), list(entries), opened(9));
    let _ = model.does(Command::TryAll);
    (model.pane, model.form.focus) = (Pane::Form, 0);
    let _ = model.does(Command::Edit(InputRequest::InsertChar('x')));
    assert!(model.is_stale());
    for language in Language::ALL {
        for size in [(80, 24), (120, 40)] {
            let shown = rows(&mut model, size, language).join("\n");
            let warning = Phrase::screen_previous("F5").text(language);
            assert!(shown.contains(&warning), "{warning}\n{shown}");
        }
    }
}

/// The views and fields of answers of many kinds; what is cut has a sign.
#[test]
fn nothing_of_a_view_is_cut_at_80_columns() {
    let addresses = [
        "0.0.0.0:27015",
        "127.0.0.1:27015",
        "255.255.255.255:27015",
        "224.0.0.1:27015",
        "[::]:27015",
        "[::1]:27015",
        "[::ffff:192.0.2.1]:27015",
        "[ff02::1]:27015",
        "[fe80::1%2]:27015",
    ];
    let mut models = vec![
        answered(&localhost(), noname(), opened(9)),
        answered(&localhost(), list([wildcard()]), refused()),
    ];
    let unknown = AddrInfo {
        family: 999,
        addrlen: 4_000,
        addr: Some([0xe7; 128][..].into()),
        ..wildcard()
    };
    let entries = addresses.map(|address| entry("SOCK_STREAM", "IPPROTO_TCP", address));
    for entry in entries.into_iter().chain([unknown]) {
        models.push(answered(&localhost(), list([entry]), opened(9)));
    }
    for model in models {
        for language in Language::ALL {
            for view in [View::Socket, View::Addrinfo, View::Elsewhere] {
                let mut model = model.clone();
                (model.view, model.language) = (view, language);
                let text = part((80, 90), |canvas| {
                    canvas.screen.look.language = language;
                    super::super::draw_pane(&model, Pane::Detail, true, canvas.area, canvas);
                });
                assert!(!text.contains('…'), "{text}");
            }
        }
    }
}

/// The message line cuts what is too long for it.
#[test]
fn popup_has_each_meaning_and_preset_whole() {
    let whole = |model: &mut Model, text: &str, language| {
        let lines = rows(model, (80, 24), language);
        let inside = lines.iter().map(|line| line.trim_matches(['│', ' ']));
        let shown = inside.collect::<Vec<_>>().join(" ");
        assert!(shown.contains(text), "{text}\n{}", lines.join("\n"));
    };
    let mut model = server();
    for language in Language::ALL {
        for hint in Hint::ALL {
            for (selected, choice) in values(Os::Linux, hint).enumerate() {
                model.popup = Some(Popup::Choice(Choosing {
                    selected,
                    ..Choosing::new(Os::Linux, hint, &Hints::default())
                }));
                whole(&mut model, meaning(&choice, language), language);
            }
        }
        for (index, preset) in presets(Os::Linux).iter().enumerate() {
            model.popup = Some(Popup::Presets(index));
            whole(&mut model, &preset.title.text(language), language);
            whole(&mut model, &preset.about.text(language), language);
        }
    }
}

#[test]
fn texts_of_the_frame_are_short() {
    for (key, text) in section("screen").into_iter().flatten() {
        let room = match &*key {
            // The foot of the popup.
            "no-value" => 76,
            "form" => 37,
            _ => 60,
        };
        assert!(display_width(&text) <= room, "{key}: {text}");
    }
    for (key, text) in section("view").into_iter().flatten() {
        assert!(display_width(&text) <= 16, "{key}: {text}");
    }
    for (key, text) in section("detail").into_iter().flatten() {
        assert!(display_width(&text) <= 76, "{key}: {text}");
    }
}

/// The help with this filter, at 80 columns.
fn filtered_help(text: &str, language: Language) -> Vec<String> {
    let mut model = server();
    let _ = model.does(Command::Help);
    let _ = model.does(Command::Filter);
    let _ = model.hears(Msg::Paste(text.to_owned()));
    rows(&mut model, (80, 24), language)
}

#[test]
fn filter_of_the_help_finds_each_term_whole() {
    for (language, texts) in Language::ALL.into_iter().zip(section("glossary")) {
        assert!((24..=32).contains(&texts.len()), "{}", texts.len());
        for (key, text) in texts {
            let end = text.char_indices().nth(60).map_or(text.len(), |(at, _)| at);
            let lines = filtered_help(&text[..end], language);
            let shown = lines
                .iter()
                .map(|line| line.trim_matches(['│', ' ', '╭', '╮']));
            let shown = shown.collect::<Vec<_>>().join(" ");
            let whole = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            if key.ends_with(".term") {
                assert!(display_width(&text) <= 24, "{key}: {text}");
                assert!(whole.contains(&text), "{text}: {whole}");
            } else {
                let last = text.rsplit(' ').next().unwrap();
                assert!(
                    text.ends_with('.') && whole.contains(last),
                    "{text}: {whole}"
                );
                assert!(display_width(&text) <= 147, "{key}: more than three lines");
            }
        }
    }
}

/// The number of terms in the glossary.
const GLOSSARY: usize = 16;

#[test]
fn heading_of_the_help_finds_its_group() {
    for (language, of) in [(Language::En, "of"), (Language::Es, "de")] {
        let count = format!("{GLOSSARY} {of} ");
        let heading = Key::ContextGlossary.text(language);
        let lines = filtered_help(heading, language);
        assert!(lines[2].contains(&count), "{}", lines[2]);
        assert!(lines[3].contains(heading), "{}", lines[3]);
    }
}

#[test]
fn filtered_help_has_headings_count_and_keys() {
    let help = Language::ALL.map(|language| filtered_help("ESC", language).join("\n"));
    let none = filtered_help("no such text", Language::En).join("\n");
    let keys = Context::ALL.map(|context| LOOK.keys.bindings(context).count());
    let all = keys.iter().sum::<usize>() + GLOSSARY;
    let parts = [help.join("\n"), none].map(|part| part.replace(&format!(" {all} │"), " NN │"));
    super::parts("filtered_help", parts);
}

#[test]
fn every_text_is_drawn_in_printable_ascii() {
    let draw = |text: &str, language| {
        part((800, 1), |canvas| {
            canvas.screen.look.language = language;
            canvas.text(0, 0, text, canvas.screen.look.text());
        })
    };
    for language in Language::ALL.map(Language::ascii) {
        let presets = presets(Os::Linux).iter().flat_map(|preset| {
            [&preset.title, &preset.about].map(|text| text.text(language).into_owned())
        });
        let texts = every_text(language).map(str::to_owned).chain(presets);
        for text in texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()) {
            let shown = draw(&text, language);
            let shown = shown.trim_end().trim_matches('"').trim_end();
            assert!(shown.chars().all(|c| matches!(c, ' '..='~')), "{shown}");
            assert!(!shown.contains("\\u{"), "{shown}");
            assert_eq!(shown, text.trim_end());
        }
    }
    let address = draw("dirección de ñandú: “¿él?” …", Language::EsAscii);
    assert!(
        address.contains(r"direcci\u{f3}n"),
        "data stays escaped: {address}"
    );
}
