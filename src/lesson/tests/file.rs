//! What is wrong with a file.

use super::*;
use crate::words::Language;

/// The message about a file whose only step has these lines, from line 5 on.
fn message(lines: &str, language: Language) -> String {
    let text = format!("id = 'a'\ntitle = 'A'\n[[step]]\ntext = 'A.'\n{lines}\n");
    match Lesson::read(Path::new("own.toml"), &text) {
        Ok(lesson) => panic!("no mistake in {lines}: {lesson:?}"),
        Err(error) => error.text(language),
    }
}

/// A question about this call, with these choices.
fn question(call: &str, choices: &[&str]) -> String {
    let mut text = format!("[step.ask]\ntext = 'What?'\n{call}");
    for choice in choices {
        text += &format!("\n[[step.ask.choice]]\n{choice}\ntext = 'So.'");
    }
    text
}

#[test]
fn every_mistake_has_its_message_and_line() {
    let listen = "calls = 'socket(AF_INET, SOCK_STREAM, 0) = s'\n";
    let call = "call = 'listen(s, 5)'";
    let asked = |choices: &[&str]| format!("{listen}{}", question(call, choices));
    let choices = ["result = '0'", "result = '-1'"];
    let ten: Vec<String> = (0..10).map(|at| format!("result = '{at}'")).collect();
    let ten: Vec<&str> = ten.iter().map(String::as_str).collect();
    for (lines, expected) in [
        // TOML and its values.
        ("hint = ", "own.toml, line 5: not TOML: "),
        (
            "hnt = 'a'",
            "own.toml, line 5: unknown name \"hnt\"; did you mean hint?",
        ),
        ("hint = 1", "own.toml, line 5: expected a text in quotes"),
        ("hint = { en = 'a' }", "own.toml, line 5: es is missing"),
        (
            "network = 'yes'",
            "own.toml, line 5: expected true or false",
        ),
        ("source = 1", "own.toml, line 5: expected a text in quotes"),
        ("ask = 1", "own.toml, line 5: expected a table"),
        ("[[step]]", "own.toml, line 5: text is missing"),
        // The query.
        ("query = 'a'", "own.toml, line 5: expected a table"),
        (
            "query = { nod = 'a' }",
            "own.toml, line 5: unknown name \"nod\"; did you mean node?",
        ),
        (
            "query = { ai_family = 'AF_NONSENSE' }",
            "own.toml, line 5: ai_family: \"AF_NONSENSE\" is neither the name of a constant nor",
        ),
        (
            "query = { ai_flags = '0} x' }",
            "own.toml, line 5: ai_flags: \"0} x\" is neither",
        ),
        ("query = { node = \"a\\u0000\" }", "own.toml, line 5: "),
        // The calls.
        (
            "calls = 'sockt(1, 2, 3) = s'",
            "own.toml, line 5, column 10: no call is named \"sockt\"",
        ),
        (
            "calls = 'close(s) = 0'",
            "own.toml, line 5, column 16: no line before this one opens",
        ),
        (
            "calls = '''\n\n  close(s) = 0\n'''",
            "own.toml, line 7, column 9: no line before",
        ),
        (
            "calls = '''close(s) = 0'''",
            "own.toml, line 5, column 18: no line before",
        ),
        (
            "calls = '''\nlisten(1'''",
            "own.toml, line 6, column 9: the line ends too early",
        ),
        (
            "calls = \"a() = 0\\nb() = 0\"",
            "own.toml, line 5: write each call on a line of its own",
        ),
        (
            "calls = 'socket(list[0]) = s'",
            "no line before this one returns the list \"list\"",
        ),
        (
            "calls = 'connect(s, [::1]:80)'",
            "own.toml, line 5, column 30: the result is missing",
        ),
        (
            "network = true\ncalls = 'socket(AF_INET, SOCK_STREAM, 0) = s'\n\
             [[step]]\ntext = 'B.'\ncalls = 'close(s) = 0'",
            "own.toml, line 9, column 16: no line before this one opens the socket \"s\" (without the \
             steps that need the network)",
        ),
        // The question.
        (
            &question("", &choices),
            "own.toml, line 5: the question needs a call",
        ),
        (
            &format!(
                "query = {{ node = '::1' }}\n{listen}{}",
                question("", &choices)
            ),
            "own.toml, line 7: the question needs a call",
        ),
        (
            &question("call = 'listen'", &choices),
            "own.toml, line 7: a call needs its arguments",
        ),
        (
            &question("call = 'listen(s, 5) = 0'", &choices),
            "own.toml, line 7: ",
        ),
        (
            &question(call, &choices),
            "own.toml, line 7: no line before this one opens",
        ),
        (&asked(&[]), "own.toml, line 6: choice is missing"),
        (
            &asked(&choices[..1]),
            "own.toml, line 9: a question has 2 to 9 choices",
        ),
        (
            &asked(&ten),
            "own.toml, line 9: a question has 2 to 9 choices",
        ),
        (
            &asked(&["", "result = '0'"]),
            "own.toml, line 9: result is missing",
        ),
        (
            &asked(&["result = '0'", "result = '...'"]),
            "own.toml, line 13: ... cannot be a choice",
        ),
        (
            &asked(&["result = '0'", "result = '0'"]),
            "own.toml, line 12: on one system this choice",
        ),
        (
            &asked(&["result = '0'", "result = '-1 | wine: 0'"]),
            "own.toml, line 12: on one system this choice has the result of a choice before it",
        ),
        (
            &asked(&["result = '0'", "result = '-1 ENOTHING'"]),
            "own.toml, line 8: no error is named \"ENOTHING\"",
        ),
        (
            &asked(&["result = '0'", "result = 'mac: 0'"]),
            "own.toml, line 13: no system is named",
        ),
        (
            &asked(&["result = '0'\nwhy = 1", choices[1]]),
            "own.toml, line 11: expected a text",
        ),
    ] {
        let error = message(lines, Language::En);
        assert!(error.contains(expected), "{lines}\n{error}");
        assert_ne!(error, message(lines, Language::Es), "{lines}");
    }
    for (text, expected) in [
        ("", "own.toml, line 1: id is missing"),
        ("id = 'a'", "own.toml, line 1: title is missing"),
        ("id = 'a'\ntitle = 'A'", "own.toml, line 1: step is missing"),
        (
            "id = 'a'\ntitle = 'A'\nstep = 1",
            "own.toml, line 3: expected a list",
        ),
        (
            "id = 'a'\ntitle = 'A'\nstep = []",
            "own.toml, line 3: a lesson has 1 to 100 steps",
        ),
        (
            "id = 'a b'",
            "own.toml, line 1: \"a b\" cannot be the id of a lesson",
        ),
        (
            "id = 'check'",
            "own.toml, line 1: \"check\" cannot be the id",
        ),
        ("id = ''", "own.toml, line 1: \"\" cannot be the id"),
        (
            "id = 'a'\nsteps = 1",
            "own.toml, line 2: unknown name \"steps\"; did you mean step?",
        ),
    ] {
        let error = Lesson::read(Path::new("own.toml"), text).unwrap_err();
        let error = error.text(Language::En);
        assert!(error.contains(expected), "{text}\n{error}");
    }
    let many = format!("calls = '''{}'''", "\n".repeat(102));
    let error = message(&many, Language::En);
    assert!(
        error.contains("line 5: a step has at most 100 lines of calls"),
        "{error}"
    );
    let many = "[[step]]\ntext = 'A.'\n".repeat(101);
    let error = message(&many, Language::En);
    assert!(error.contains("a lesson has 1 to 100 steps"), "{error}");
}

#[test]
fn texts_of_a_hostile_file_are_inert() {
    let hostile = "\\u001b[2J\\u202e";
    for lines in [
        format!("\"{hostile}\" = 1"),
        format!("query = {{ ai_family = \"{hostile}\" }}"),
        format!("query = {{ node = 1, \"{hostile}\" = 1 }}"),
        format!("calls = \"{hostile}() = 0\""),
        format!("calls = \"close({hostile}) = 0\""),
        question(
            "call = 'listen(s, 5)'",
            &[&*format!("result = \"{hostile}\""); 2],
        ),
    ] {
        let error = message(&lines, Language::En);
        assert!(!error.contains(['\u{1b}', '\u{202e}']), "{error:?}");
    }
    let shown = format!(
        "id = 'a'\ntitle = \"{hostile}\"\n[[step]]\ntext = \"a\\n {hostile}\\n\\n\\nb\"\n\
         source = \"int a;\\n    {hostile}\\n\"\nhint = \"{hostile}\""
    );
    let lesson = lesson(&shown);
    let texts = [
        &lesson.title,
        &lesson.steps[0].text,
        lesson.steps[0].hint.as_ref().unwrap(),
    ];
    let texts = texts.map(|text| text.text(Language::Es).into_owned());
    let escaped = "\\x1b[2J\\u{202e}";
    assert_eq!(texts, [escaped, &format!("a {escaped}\nb"), escaped]);
    let source = lesson.steps[0].source.as_deref();
    assert_eq!(source, Some(&*format!("int a;\n    {escaped}")));
}

#[test]
fn constant_that_only_one_system_has_is_no_mistake() {
    let text = "id = 'a'\ntitle = 'A'\n[[step]]\ntext = 'A.'\n\
                query = { node = 'bücher.example', ai_flags = 'AI_IDN' }\nnetwork = true\n\
                calls = 'setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1) = 0'\n";
    let text = text.replace(
        "calls = '",
        "calls = '''socket(AF_INET, SOCK_STREAM, 0) = s\n",
    );
    let text = text.replace("1) = 0'", "1) = 0'''");
    assert_eq!(lesson(&text).steps[0].calls.len(), 2);
}
