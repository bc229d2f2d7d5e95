//! Truncating texts with wide characters.

use super::*;
use crate::app::View;
use crate::text::{display_width, is_printable};

/// A model that resolved `text` as node and service, with or without success.
fn with_text(text: &str, found: bool) -> Model {
    let text = Text::new(text).ok();
    let query = Query {
        node: text.clone(),
        service: text.clone(),
        hints: Some(Hints::default()),
    };
    let canonname = text.map(|text| text.as_os_str().into());
    let entry = AddrInfo {
        canonname,
        ..entry("SOCK_STREAM", "IPPROTO_TCP", "192.0.2.1:80")
    };
    let outcome = if found { list([entry]) } else { noname() };
    answered(&query, outcome, opened(9))
}

#[test]
fn text_is_truncated_between_characters() {
    let units = [
        "a例",
        "\u{1f1e6}",
        "\u{1f44d}\u{1f3fd}",
        "e\u{301}",
        "\u{644}\u{627}",
        "\u{fffd}",
    ];
    for (unit, length) in units
        .iter()
        .flat_map(|unit| [9, 10, 11, 12, 13, 200].map(|length| (unit, length)))
    {
        let mut model = with_text(&unit.repeat(length), true);
        for (size, view) in SIZES
            .into_iter()
            .flat_map(|size| View::ALL.map(|view| (size, view)))
        {
            model.view = view;
            for pane in [Pane::Form, Pane::Entries, Pane::Detail] {
                model.pane = pane;
                let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
                terminal
                    .draw(|frame| draw(&model, &mut Screen::new(LOOK), frame))
                    .unwrap();
                let buffer = terminal.backend().buffer();
                for row in 0..size.1 {
                    let mut column = 0;
                    while column < size.0 {
                        let symbol = buffer[(column, row)].symbol();
                        assert!(symbol.chars().all(is_printable), "{symbol:?} in {unit}");
                        column += u16::try_from(display_width(symbol)).unwrap();
                    }
                    assert_eq!(
                        column, size.0,
                        "{unit}, {length} times, {view:?}, row {row}"
                    );
                }
            }
        }
    }
}
