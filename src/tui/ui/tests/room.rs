//! Who gets the rows and columns, what is marked, and that nothing stands twice.

use super::*;
use crate::app::View;

/// The failed lookup of no node and no service.
fn nothing() -> Model {
    let query = Query {
        node: None,
        service: None,
        hints: Some(Hints::default()),
    };
    answered(&query, noname(), opened(9))
}

/// An entry on which socket() failed.
fn unsupported() -> Model {
    let entries = list([entry("SOCK_RAW", "0", "127.0.0.1:80")]);
    answered(&localhost(), entries, refused())
}

/// The lines of the screen.
pub(super) fn rows(model: &mut Model, size: (u16, u16)) -> Vec<String> {
    let screen = screen(model, size, LOOK);
    screen.lines().map(str::to_owned).collect()
}

/// The line that contains `text`.
#[track_caller]
pub(super) fn row(rows: &[String], text: &str) -> String {
    let found = rows.iter().find(|row| row.contains(text));
    found
        .unwrap_or_else(|| panic!("no {text} in\n{}", rows.join("\n")))
        .clone()
}

/// A list of this many entries.
fn long(count: u16) -> Model {
    let address = |port| entry("SOCK_STREAM", "IPPROTO_TCP", &format!("127.0.0.1:{port}"));
    answered(&localhost(), list((1..=count).map(address)), opened(9))
}

#[test]
fn text_field_says_that_keys_are_text() {
    for (language, text, hint, leave) in [
        (
            Language::En,
            "Keys type text here.",
            "Host name or address",
            "Tab pane",
        ),
        (Language::Es, "Aquí se escribe.", "ombre", "Tab panel"),
    ] {
        let mut model = server();
        model.language = language;
        let shown = screen(&mut model, (80, 24), LOOK);
        assert!(!shown.contains(text), "a choice takes no text\n{shown}");
        model.form.focus = 0;
        let shown = rows(&mut model, (80, 24));
        assert!(row(&shown, text).contains(leave), "{shown:#?}");
        assert!(row(&shown, hint).contains(". "), "{shown:#?}");
    }
}

#[test]
fn bytes_of_one_entry_are_shown_whole() {
    let mut model = server();
    let _ = model.does(Command::Show(View::Addrinfo));
    let shown = rows(&mut model, (120, 40));
    row(&shown, "struct addrinfo ");
    row(&shown, "sin_zero");
    let panes = &shown[..shown.len() - 1];
    assert!(!panes.iter().any(|row| row.contains('↓')), "{shown:#?}");
}

#[test]
fn list_takes_its_rows_and_the_lower_pane_the_rest() {
    let mut model = long(6);
    row(&rows(&mut model, (120, 40)), "127.0.0.1:6 ");
    // The header, the pane's frame, the call, the titles and six entries.
    assert_eq!(top(&mut model, (120, 40)), 11);
    let four = top(&mut server(), (120, 40));
    assert_eq!(four, 9, "four rows at least");
    let many = top(&mut long(500), (120, 40));
    assert!(many < 28, "a long list leaves room");
}

/// The row of the lower pane's tabs.
fn top(model: &mut Model, size: (u16, u16)) -> usize {
    let shown = rows(model, size);
    let mut tabs = shown.iter();
    tabs.position(|row| row.contains(" 2 addrinfo ")).unwrap()
}

#[test]
fn blank_rows_go_to_a_lower_pane_that_needs_them() {
    let mut code = server();
    let _ = code.does(Command::Show(View::Code));
    for (mut model, text) in [(unsupported(), "SOCK_RAW"), (code, "SOCK_STREAM ")] {
        let at = top(&mut model, (80, 24));
        let entry = &rows(&mut model, (80, 24))[at - 1];
        assert!(entry.contains(text), "no blank row above the tabs: {entry}");
    }
    let shown = rows(&mut unsupported(), (80, 24));
    row(&shown, "Linux refuses a raw socket with protocol 0");
}

#[test]
fn list_keeps_its_place_when_an_answer_arrives() {
    for size in [(80, 24), (120, 40)] {
        let (mut model, _) = Model::begin(host(Os::Linux), server_example());
        let place = top(&mut model, size);
        let mut model = server();
        assert_eq!(top(&mut model, size), place, "the first answer");
        let _ = model.does(Command::Resolve);
        assert_eq!(top(&mut model, size), place, "waiting for the next");
        let mut failed = unsupported();
        let place = top(&mut failed, size);
        let _ = failed.does(Command::Resolve);
        assert_eq!(top(&mut failed, size), place, "a failure, then waiting");
    }
}

#[test]
fn form_grows_until_every_flag_has_its_number() {
    for os in [Os::Linux, Os::Macos, Os::Freebsd, Os::Windows] {
        let query = Query::server_example(os);
        let (mut model, _) = Model::begin(host(os), query);
        let shown = rows(&mut model, (120, 40));
        for flag in os.names().flags.rows {
            let number = format!(" {:#x} ", flag.value.cast_unsigned());
            let line = row(&shown, &format!("] {} ", flag.name));
            let line = line.split('│').nth(1).unwrap();
            assert!(line.contains(&number), "{line}");
        }
    }
}

#[test]
fn list_stands_beside_the_form_from_100_columns() {
    let mut model = server();
    let beside = |row: &str| row.contains("arguments") && row.contains("addrinfo ·");
    assert!(rows(&mut model, (100, 24)).iter().any(|row| beside(row)));
    row(&rows(&mut model, (100, 24)), "0.0.0.0:27015  ");
    assert!(!rows(&mut model, (99, 24)).iter().any(|row| beside(row)));
}

#[test]
fn call_and_result_stand_once() {
    for size in [(80, 24), (100, 30), (120, 40), (200, 60), (60, 20)] {
        for mut model in [server(), nothing()] {
            let failed = model.entries().is_empty();
            for pane in [Pane::Form, Pane::Entries, Pane::Detail] {
                for view in [View::Socket, View::Addrinfo, View::Elsewhere] {
                    model.view = view;
                    model.pane = pane;
                    let text = screen(&mut model, size, LOOK);
                    let calls = text.matches("&hints, &result)").count();
                    let fixes = text.matches("F4 call").count();
                    assert!(calls <= 1 + fixes, "{text}");
                    assert!(text.matches("0.31 ms").count() <= 1, "{text}");
                    if failed {
                        // The meaning of the code names it too.
                        let results = text.matches("✗ EAI_NONAME").count()
                            + text.matches("✗ -2 EAI_NONAME").count();
                        assert_eq!(results, 1, "{text}");
                    }
                }
            }
        }
    }
}

#[test]
fn fields_that_the_fix_changes_are_marked() {
    let mut model = nothing();
    for size in [(80, 24), (120, 40), (60, 20)] {
        let shown = rows(&mut model, size);
        let marked: Vec<_> = shown.iter().filter(|row| row.contains("! ")).collect();
        let [service] = marked[..] else {
            panic!("{marked:?}")
        };
        assert!(service.contains(" service     ! NULL"), "{service}");
    }
    // A changed field says so instead: the note is about its old value.
    model.form.focus = 1;
    let _ = model.hears(Msg::Type('7'));
    let shown = rows(&mut model, (80, 24));
    row(&shown, "service     * \"7\"");
    let shown = screen(&mut server(), (120, 40), LOOK);
    assert!(!shown.contains("! "), "a success is no fault\n{shown}");
}

#[test]
fn failure_is_seen_on_every_single_pane() {
    for (mut model, sign) in [(nothing(), "EAI_NONAME"), (unsupported(), " 93")] {
        for pane in [Pane::Form, Pane::Entries, Pane::Detail] {
            for view in View::ALL {
                model.pane = pane;
                model.view = view;
                let shown = rows(&mut model, (60, 20));
                let seen = shown
                    .iter()
                    .any(|row| row.contains('✗') && row.contains(sign));
                assert!(seen, "{pane:?} {view:?} {shown:#?}");
            }
        }
    }
}

#[test]
fn failed_entry_shows_the_name_where_there_is_room() {
    let mut model = unsupported();
    for width in [80, 120] {
        row(&rows(&mut model, (width, 30)), "✗ 93 EPROTONOSUPPORT");
    }
    let narrow = pane(&model, Pane::Entries, (50, 6));
    assert!(narrow.contains("✗ 93  "), "{narrow}");
    assert!(!narrow.contains("EPROTO"), "{narrow}");
}

#[test]
fn marks_say_where_text_goes_on() {
    let mut model = long(30);
    model.pane = Pane::Entries;
    let marks = |model: &mut Model, size| {
        let mut count = |language, marks: [&str; 2]| {
            model.language = language;
            let text = screen(model, size, LOOK);
            // The footer names the arrows too.
            let (panes, _) = text.trim_end().rsplit_once('\n').unwrap();
            marks.map(|mark| panes.matches(mark).count())
        };
        let shown = count(Language::En, ["─↑─", "─↓─"]);
        let ascii = count(Language::EnAscii, ["-^-", "-v-"]);
        assert_eq!(ascii, shown, "ASCII has the same");
        shown
    };
    let size = (40, 20);
    model.zoomed = true;
    assert_eq!(marks(&mut model, size), [0, 1], "at the top");
    let _ = model.does(Command::Move(Motion::PageDown));
    let _ = model.does(Command::Move(Motion::Down));
    assert_eq!(marks(&mut model, size), [1, 1], "in the middle");
    let _ = model.does(Command::Move(Motion::End));
    assert_eq!(marks(&mut model, size), [1, 0], "at the end");
    let mut model = long(2);
    model.zoomed = true;
    model.pane = Pane::Entries;
    assert_eq!(marks(&mut model, size), [0, 0], "all is visible");
    model.pane = Pane::Form;
    assert_eq!(marks(&mut model, (60, 12)), [0, 1], "the form");
    let _ = model.does(Command::Help);
    assert_eq!(marks(&mut model, (80, 24)), [0, 1], "the help");
}

#[test]
fn marks_stand_in_no_title() {
    let mut model = server();
    // It starts at the hints, below its first line.
    let _ = model.does(Command::Show(View::Code));
    model.pane = Pane::Detail;
    let mut complete = 0;
    for width in 60..130 {
        let shown = rows(&mut model, (width, 24));
        let tabs = shown.iter().find(|row| row.contains(" 3 code")).unwrap();
        assert!(tabs.contains('↑'), "{tabs}");
        let (_, last) = tabs.split_once('6').unwrap();
        let title = last.trim_end_matches('"').replace(['↑', '↓', '─', '╮'], "");
        assert!(["", "other systems"].contains(&title.trim()), "{tabs}");
        complete += usize::from(!title.trim().is_empty());
    }
    assert!(complete > 40, "{complete}");
}

#[test]
fn arrows_and_the_fix_can_be_clicked() {
    let mut model = nothing();
    let text = screen(&mut model, (80, 24), LOOK);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut drawn = Screen::new(LOOK);
    terminal
        .draw(|frame| draw(&model, &mut drawn, frame))
        .unwrap();
    let place = |sign: &str, line: &str| {
        let lines: Vec<&str> = text.lines().collect();
        let row = lines.iter().position(|row| row.contains(line)).unwrap();
        let column = lines[row].split(sign).next().unwrap().chars().count() - 1;
        (u16::try_from(column).unwrap(), u16::try_from(row).unwrap())
    };
    let (column, row) = place("F4", "F4 ");
    let fix = Some(Target::Command(Command::Fix));
    assert_eq!(drawn.target(column, row), fix);
    let (column, row) = place("›", "ai_family");
    assert!(matches!(
        drawn.target(column, row),
        Some(Target::Step(_, true))
    ));
    let (column, row) = place("‹", "ai_family");
    assert!(matches!(
        drawn.target(column, row),
        Some(Target::Step(_, false))
    ));
}

#[test]
fn help_begins_with_the_pane_in_focus() {
    let mut model = long(3);
    for (pane, title) in [(Pane::Form, "On a choice"), (Pane::Entries, "In the list")] {
        model.pane = pane;
        model.popup = Some(Popup::Help(Help::default()));
        let rows = rows(&mut model, (80, 24));
        assert!(rows[2].contains(title), "{}", rows[2]);
    }
}

#[test]
fn footer_of_80_columns_names_esc_while_a_lookup_waits() {
    for (language, cancel) in [(Language::En, "Esc cancel"), (Language::Es, "Esc cancelar")] {
        let mut model = server();
        model.language = language;
        for focus in [0, 3] {
            model.form.focus = focus;
            assert!(!rows(&mut model, (80, 24))[23].contains(cancel));
        }
        let _ = model.does(Command::Resolve);
        for focus in [0, 3] {
            model.form.focus = focus;
            let footer = rows(&mut model, (80, 24)).remove(23);
            assert!(footer.contains(cancel), "{footer}");
            assert!(
                footer.contains("Tab") && footer.contains("Ctrl-C"),
                "{footer}"
            );
        }
    }
}

#[test]
fn arrows_do_not_touch_the_frame() {
    for size in [(120, 40), (60, 20)] {
        let shown = screen(&mut server(), size, LOOK);
        assert!(shown.contains("2 › │"), "{shown}");
    }
}

#[test]
fn lower_pane_says_that_the_first_lookup_is_pending() {
    for (language, text) in [
        (Language::En, "getaddrinfo() has not returned yet"),
        (Language::Es, "getaddrinfo() aún no ha terminado"),
    ] {
        let (mut model, _) = Model::begin(host(Os::Linux), localhost());
        model.language = language;
        for view in [View::Socket, View::Addrinfo, View::Elsewhere] {
            model.view = view;
            for size in [(80, 24), (120, 40)] {
                row(&rows(&mut model, size), text);
            }
        }
    }
}

#[test]
fn popup_leaves_no_single_line_of_the_panes() {
    let mut model = answered(&localhost(), noname(), opened(9));
    for command in [Command::Presets, Command::Choose] {
        model.popup = None;
        let _ = model.does(command);
        for language in Language::ALL {
            model.language = language;
            let shown = rows(&mut model, (80, 24));
            assert!(shown[1].contains('╭'), "{shown:#?}");
            assert!(shown[21].contains('╯'), "{shown:#?}");
        }
    }
}

#[test]
fn prompt_of_the_filter_does_not_look_typed() {
    for language in Language::ALL {
        let mut model = server();
        model.language = language;
        model.form.focus = 3;
        let _ = model.does(Command::Choose);
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal
            .draw(|frame| draw(&model, &mut Screen::new(LOOK), frame))
            .unwrap();
        let cursor = terminal.get_cursor_position().unwrap();
        let text = screen(&mut model, (80, 24), LOOK);
        let line = text.lines().nth(cursor.y.into()).unwrap();
        let line: Vec<char> = line.trim_matches('"').chars().collect();
        let (before, behind) = line.split_at(cursor.x.into());
        let behind: String = behind.iter().collect();
        assert_eq!(before, ['│', ' '], "nothing stands before the cursor");
        assert!(
            behind.starts_with("  (") && behind.contains(") "),
            "{behind}"
        );
    }
}
