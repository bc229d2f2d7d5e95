//! The flags of Windows that only GetAddrInfoEx uses stand apart from those of getaddrinfo.

use super::*;
use crate::app::Field;

/// The screen's text and targets, drawn twice as by the loop.
fn drawn(model: &mut Model, (width, height): (u16, u16)) -> (Vec<String>, Screen) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut screen = Screen::new(LOOK);
    for _ in 0..2 {
        terminal
            .draw(|frame| draw(model, &mut screen, frame))
            .unwrap();
    }
    let buffer = terminal.backend().buffer();
    let row = |y| (0..width).map(move |x| buffer[(x, y)].symbol());
    let rows = (0..height).map(|y| row(y).collect()).collect();
    (rows, screen)
}

/// The column and line of `text`.
fn place(rows: &[String], text: &str) -> Option<(u16, u16)> {
    rows.iter().zip(0..).find_map(|(row, y)| {
        let before = row.split_once(text)?.0.chars().count();
        Some((u16::try_from(before).unwrap(), y))
    })
}

fn example(os: Os, language: Language) -> Model {
    let (mut model, _) = Model::begin(host(os), Query::server_example(os));
    model.language = language;
    model
}

#[test]
fn flags_of_getaddrinfoex_stand_under_their_heading() {
    for (language, heading) in [
        (Language::En, "GetAddrInfoEx only"),
        (Language::Es, "solo GetAddrInfoEx"),
    ] {
        for size in [(80, 24), (60, 20), (100, 24), (120, 40)] {
            let mut model = example(Os::Windows, language);
            let flags = &Os::Windows.names().flags;
            let arguments = model.form.fields().len() - flags.rows.len();
            let mut seen = 0;
            for index in 0..model.form.fields().len() {
                model.form.focus = index;
                let (rows, screen) = drawn(&mut model, size);
                let (x, y) = place(&rows, "▸").unwrap();
                assert_eq!(screen.target(x, y), Some(Target::Field(index)), "{rows:#?}");
                if let Field::Flag(bit) = model.form.focused() {
                    let name = flags.of(bit).unwrap().name;
                    let text: String = rows[usize::from(y)].chars().skip(x.into()).collect();
                    // At 60 columns only its beginning fits.
                    let (_, behind) = text.split_once("] ").unwrap();
                    assert!(
                        behind.starts_with(&name[..name.len().min(8)]),
                        "{name}: {text}"
                    );
                }
                let Some((x, heading)) = place(&rows, heading) else {
                    continue;
                };
                seen += 1;
                assert_eq!(screen.target(x, heading), Some(Target::Pane(Pane::Form)));
                for y in 0..size.1 {
                    if let Some(Target::Field(index)) = screen.target(x, y) {
                        let extended = index >= arguments + flags.extended;
                        assert_eq!(extended, y > heading, "{index}\n{rows:#?}");
                    }
                }
            }
            assert!(seen > 0, "{size:?}");
        }
    }
}

#[test]
fn other_systems_have_no_heading() {
    for os in [Os::Linux, Os::Macos, Os::Freebsd] {
        let mut model = example(os, Language::En);
        let (rows, _) = drawn(&mut model, (120, 60));
        assert_eq!(place(&rows, "GetAddrInfoEx"), None, "{rows:#?}");
    }
}

/// ↓ passes over the heading.
#[test]
fn down_goes_from_flag_to_flag() {
    let mut model = example(Os::Windows, Language::En);
    let fields = model.form.fields();
    model.form.focus = 0;
    for (index, field) in fields.enumerate() {
        assert_eq!(model.form.focused(), field, "{index}");
        let _ = model.does(Command::Move(Motion::Down));
    }
}

#[test]
fn meaning_of_a_flag_of_getaddrinfoex_says_so() {
    for os in Os::ALL {
        let flags = &os.names().flags;
        for (at, flag) in flags.rows.iter().enumerate() {
            for language in Language::ALL {
                let meaning = crate::words::constant(flag.name, language);
                let said = meaning.contains("GetAddrInfoEx:");
                assert_eq!(said, at >= flags.extended, "{meaning}");
            }
        }
    }
}
