//! The list of the runs.

use super::*;
use crate::words::Key;

/// A model with a run that succeeded, one that failed, one that was cancelled, and one on screen.
fn model() -> Model {
    let mut model = server();
    let unknown = Query {
        node: Some(Text::new(OsStr::new("no-such-host.example")).unwrap()),
        ..localhost()
    };
    for (query, outcome) in [
        (localhost(), Some(list([wildcard(), wildcard()]))),
        (unknown, Some(noname())),
        (Query::default(), None),
        (localhost(), Some(list([wildcard()]))),
    ] {
        model.form.fill(&query);
        let effects = model.does(Command::Resolve);
        if let (Some(outcome), [asked]) = (outcome, &effects[..]) {
            let effects = model.hears(after(310, asked, outcome));
            open(&mut model, effects, opened(9));
        }
    }
    let _ = model.does(Command::History);
    model
}

#[test]
fn runs_are_listed_with_query_result_and_time() {
    let screens = [Language::En, Language::Es].map(|language| {
        let mut model = model();
        model.language = language;
        let look = Look { language, ..LOOK };
        let first = screen(&mut model, (80, 24), look);
        for command in [
            Command::Mark,
            Command::Move(Motion::Home),
            Command::Move(Motion::Down),
        ] {
            let _ = model.does(command);
        }
        let _ = model.does(Command::Move(Motion::Down));
        [first, screen(&mut model, (80, 24), look)].join("\n")
    });
    insta::assert_snapshot!("history", screens.join("\n"));
}

#[test]
fn long_query_is_read_whole_below_the_list() {
    let mut model = model();
    let name = "a-rather-long-label.".repeat(6) + "example";
    let query = Query {
        node: Some(Text::new(OsStr::new(&name)).unwrap()),
        ..server_example()
    };
    model.form.fill(&query);
    let _ = model.does(Command::Cancel);
    let _ = model.does(Command::Resolve);
    let _ = model.does(Command::History);
    let shown = screen(&mut model, (80, 24), LOOK);
    let shown = shown.replace(['│', '"', '\n', ' '], "");
    assert!(shown.contains(&name), "{shown}");
    let about = Key::HistoryAboutWaiting.text(Language::En).replace(' ', "");
    assert!(shown.contains(&about), "{shown}");
}

#[test]
fn filter_of_the_runs_counts_its_matches() {
    let mut model = model();
    let _ = model.does(Command::Filter);
    for c in "noname".chars() {
        let _ = model.hears(Msg::Type(c));
    }
    let shown = screen(&mut model, (80, 24), LOOK);
    assert!(shown.contains("1 of 5"), "{shown}");
    assert!(shown.contains("-2 EAI_NONAME"), "{shown}");
}

#[test]
fn socket_of_an_earlier_run_is_closed_everywhere() {
    let mut model = model();
    let _ = model.does(Command::Close);
    let _ = model.does(Command::Back);
    let _ = model.does(Command::Back);
    let _ = model.does(Command::Back);
    let shown = screen(&mut model, (80, 24), LOOK);
    assert!(shown.contains("✓ closed"), "{shown}");
    assert!(shown.contains("✓ closed · file descriptor 9"), "{shown}");
    assert!(!shown.contains("open"), "{shown}");
}
