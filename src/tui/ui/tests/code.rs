//! The code view: where it begins, and that all of the program can be read.

use super::room::{row, rows};
use super::*;
use crate::app::{Copied, View};
use crate::tui::ui::copied;

#[test]
fn code_view_begins_at_the_hints() {
    for null_hints in [false, true] {
        let query = Query {
            hints: (!null_hints).then(Hints::default),
            ..localhost()
        };
        let mut model = answered(&query, list([wildcard()]), opened(9));
        model.pane = Pane::Detail;
        let _ = model.does(Command::Show(View::Code));
        for _ in 0..4 {
            let shown = rows(&mut model, (120, 40));
            let titles = shown
                .iter()
                .position(|row| row.contains("C for POSIX"))
                .unwrap();
            let first = shown[titles + 1].split("││").nth(1).unwrap();
            let first = first.to_lowercase();
            let set = first.contains("hints") || first.contains("getaddrinfo");
            assert!(set, "{first}");
            let comment = ["//", "#"].iter().any(|sign| first.contains(sign));
            assert!(!comment, "{first}");
            row(&shown, "↑");
            let _ = model.does(Command::NextProgram);
        }
        let _ = rows(&mut model, (120, 40));
        let _ = model.does(Command::Move(Motion::Home));
        row(&rows(&mut model, (120, 40)), "Calls getaddrinfo()");
    }
}

#[test]
fn every_character_of_the_program_can_be_read() {
    let long = Query {
        node: Text::new("a-long-name.".repeat(20)).ok(),
        ..localhost()
    };
    for query in [localhost(), long] {
        let mut model = answered(&query, list([wildcard()]), opened(9));
        let _ = model.does(Command::Show(View::Code));
        for _ in 0..4 {
            let _ = model.does(Command::NextProgram);
            let program = copied(&model, Copied::View(View::Code));
            for width in [80, 76, 36] {
                let pane = pane(&model, Pane::Detail, (width, 400));
                let inside = pane.lines().skip(2).map(|row| {
                    let row = row.trim_start_matches('"').trim_end_matches('"');
                    row.trim().trim_start_matches('↳')
                });
                let dense = |text: &str| text.replace(char::is_whitespace, "");
                assert_eq!(dense(&inside.collect::<String>()), dense(&program));
            }
        }
    }
}

#[test]
fn code_view_keeps_its_place_in_another_language() {
    let mut model = server();
    let _ = model.does(Command::Show(View::Code));
    model.pane = Pane::Detail;
    let _ = screen(&mut model, (80, 24), LOOK);
    for _ in 0..4 {
        let _ = model.does(Command::Move(Motion::Down));
    }
    let before = screen(&mut model, (80, 24), LOOK);
    let _ = model.does(Command::NextProgram);
    row(&rows(&mut model, (80, 24)), "ai_family = AF_INET");
    for _ in 0..3 {
        let _ = model.does(Command::NextProgram);
        let _ = screen(&mut model, (80, 24), LOOK);
    }
    assert_eq!(screen(&mut model, (80, 24), LOOK), before);
}
