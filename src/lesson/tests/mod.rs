#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod file;
mod kinds;
mod progress;
mod shipped;

use std::path::Path;

use super::*;
use crate::words::Language;

/// A lesson with this text.
#[track_caller]
fn lesson(text: &str) -> Lesson {
    Lesson::read(Path::new("own.toml"), text).unwrap()
}

/// A question about a second bind, and answers of every kind.
const BIND: &str = "\
id = 'bind'
title = { en = 'Twice', es = 'Dos veces' }

[[step]]
text = 'One.'
query = { node = '127.0.0.1', service = '80', ai_flags = 'numerichost, AI_NUMERICSERV', ai_socktype = '1' }
calls = '''
socket(list[0]) = s    # the first
bind(s, 127.0.0.1:0) = 0
'''

[[step]]
text = 'Two.'
[step.ask]
text = 'What?'
call = 'bind(s, 127.0.0.1:0)'
[[step.ask.choice]]
result = '0'
text = 'success'
[[step.ask.choice]]
result = '-1 EINVAL | -1 EISCONN | windows: SOCKET_ERROR WSAEINVAL'
text = 'an error'

[[step]]
text = 'Three.'
network = true
query = { node = 'example.com' }
[step.ask]
text = 'Does it exist?'
[[step.ask.choice]]
result = '0'
text = 'yes'
[[step.ask.choice]]
result = 'EAI_NONAME | EAI_AGAIN'
text = 'no'
";

#[test]
fn calls_are_in_order_with_the_results_of_all_choices() {
    let lesson = lesson(BIND);
    assert_eq!(
        lesson.script(Place::Linux, true).to_string(),
        "getaddrinfo(\"127.0.0.1\", \"80\", {ai_flags=numerichost|AI_NUMERICSERV, ai_socktype=1}, [list]) = 0\n\
         socket(list[0]) = s    # the first\n\
         bind(s, 127.0.0.1:0) = 0\n\
         bind(s, 127.0.0.1:0) = 0 | -1 EINVAL | -1 EISCONN\n\
         getaddrinfo(\"example.com\", NULL, {}, [list]) = 0 | EAI_NONAME | EAI_AGAIN\n"
    );
    let windows = lesson.script(Place::Wine, false).to_string();
    assert_eq!(
        windows.lines().last(),
        Some("bind(s, 127.0.0.1:0) = 0 | SOCKET_ERROR WSAEINVAL")
    );
    let numbers = |script: &Script| script.0.iter().map(|line| line.number).collect::<Vec<_>>();
    assert_eq!(
        numbers(&lesson.script(Place::Linux, true)),
        [6, 8, 9, 16, 27]
    );
}

#[test]
fn result_decides_which_choice_was_right() {
    let lesson = lesson(BIND);
    let (step, question) = lesson.asking(16).unwrap();
    assert_eq!(step, 1);
    for (place, fitting, chosen) in [
        (Place::Linux, &[0][..], &[0][..]),
        (Place::Linux, &[2], &[1]),
        (Place::Linux, &[1, 2], &[1]),
        (Place::Linux, &[0, 2], &[0, 1]),
        (Place::Windows, &[1], &[1]),
        (Place::Linux, &[], &[]),
    ] {
        assert_eq!(
            question.chosen(place, fitting),
            chosen,
            "{place:?} {fitting:?}"
        );
    }
    assert_eq!(lesson.asking(27).unwrap().0, 2);
    assert_eq!(lesson.asking(8), None);
}

#[test]
fn own_lessons_come_first_and_replace_built_in_ones() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    let named = |id: &str| BIND.replace("id = 'bind'", &format!("id = '{id}'"));
    write("b.toml", &named("bind"));
    write("a.toml", &named("winsock-server"));
    write("bad.toml", "id = 'bad'\n");
    write("c.toml", &named("bind"));
    write("notes.txt", "no lesson");
    std::fs::create_dir(directory.path().join("directory.toml")).unwrap();
    let lessons = Lessons::in_directory(directory.path());
    let ids: Vec<&str> = lessons.all().map(|lesson| &*lesson.id).collect();
    let others = super::lessons().iter().map(|lesson| &*lesson.id);
    let others = others.filter(|id| *id != "winsock-server");
    let expected: Vec<&str> = ["winsock-server", "bind"]
        .into_iter()
        .chain(others)
        .collect();
    assert_eq!(ids, expected);
    let problems = lessons.problems();
    let problems: Vec<String> = problems.map(|it| it.text(Language::En)).collect();
    let place = |name: &str| directory.path().join(name).display().to_string();
    assert_eq!(
        problems,
        [
            format!("{}, line 1: title is missing", place("bad.toml")),
            format!(
                "{}: the lesson of {} has the same id, bind",
                place("c.toml"),
                place("b.toml")
            ),
            format!(
                "cannot read {}: it is not a regular file",
                place("directory.toml")
            ),
        ]
    );
    let found = |name: &str| Lessons::in_directory(directory.path()).find(name.as_ref());
    assert_eq!(found("winsock-server").unwrap().unwrap().1.steps.len(), 3);
    // The name of its file is a name too.
    assert_eq!(
        found("a").unwrap().unwrap().0,
        directory.path().join("a.toml")
    );
    for (name, what) in [
        ("bad", "step is missing"),
        ("there/is/none.toml", "cannot read "),
    ] {
        let error = found(name).unwrap().unwrap_err();
        let error = error.text(Language::En);
        assert!(
            error.contains(what) || error.contains("title is missing"),
            "{error}"
        );
    }
    // What the command line calls it is found again.
    let file = directory.path().join("b.toml").display().to_string();
    for name in ["bind", &file] {
        let (_, lesson) = found(name).unwrap().unwrap();
        assert_eq!((&*lesson.id, &*lesson.name), ("bind", name.as_ref()));
    }
    assert_eq!(found("nothing"), None);
    let none = Lessons::in_directory(&directory.path().join("missing"));
    assert_eq!(none.all().count(), super::lessons().len());
    assert_eq!(none.problems().count(), 0);
    let file = Lessons::in_directory(&directory.path().join("b.toml"));
    let problem = file.problems().next().unwrap().text(Language::En);
    let expected = format!("cannot read {}: ", place("b.toml"));
    assert!(problem.starts_with(&expected), "{problem}");
    assert_eq!(file.all().count(), super::lessons().len());
}

#[test]
fn two_hundred_own_lessons_are_read() {
    let directory = tempfile::tempdir().unwrap();
    for at in 0..=200 {
        let text = format!("id = 'a{at}'\ntitle = 'A'\n[[step]]\ntext = 'A.'\n");
        std::fs::write(directory.path().join(format!("{at:03}.toml")), text).unwrap();
    }
    let lessons = Lessons::in_directory(directory.path());
    assert_eq!(lessons.all().count(), 200 + super::lessons().len());
    let problem = lessons.problems().next().unwrap().text(Language::En);
    assert!(
        problem.ends_with(": only 200 lessons are read"),
        "{problem}"
    );
}

#[test]
fn choice_of_many_results_is_read_at_once() {
    let results: Vec<String> = (1..20_000).map(|at| at.to_string()).collect();
    let text = BIND.replace("-1 EINVAL | -1 EISCONN", &results.join(" | "));
    let start = std::time::Instant::now();
    let message = Lesson::read(Path::new("own.toml"), &text).map(drop);
    assert_eq!(message, Ok(()));
    let text = BIND.replace("-1 EINVAL | -1 EISCONN", &(results.join(" | ") + " | 0"));
    let message = Lesson::read(Path::new("own.toml"), &text).unwrap_err();
    assert!(
        message
            .text(Language::En)
            .contains(", line 20: on one system")
    );
    assert!(start.elapsed() < std::time::Duration::from_secs(10));
}

/// TOML allows a step on one line, but a result is told apart from others by the line of its call.
#[test]
fn two_calls_on_one_line_are_refused() {
    let ask = r#"{ text = "?", call = "listen(s, 1)", choice = [{ result = "0", text = "a" }, { result = "-1", text = "b" }] }"#;
    let calls = r#"calls = "socket(AF_INET, SOCK_STREAM, 0) = s""#;
    for step in [
        format!(r#"{{ text = "a", {calls}, ask = {ask} }}"#),
        format!(r#"{{ text = "a", query = {{ service = "80" }}, {calls} }}"#),
        format!(r#"{{ text = "a", query = {{ service = "80" }}, ask = {ask} }}"#),
        format!(r#"{{ text = "a", {calls} }}, {{ text = "b", query = {{ service = "80" }} }}"#),
    ] {
        let text = format!("id = \"own\"\ntitle = \"T\"\nstep = [{step}]\n");
        let message = Lesson::read(Path::new("own.toml"), &text).unwrap_err();
        let message = message.text(Language::En);
        let expected = "own.toml, line 3: write each call on a line of its own, between '''";
        assert!(message.starts_with(expected), "{message}");
    }
}
