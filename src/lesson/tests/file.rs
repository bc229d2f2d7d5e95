//! What is wrong with a file.

use super::*;

/// A file whose only step has these lines, from line 5 on.
fn in_a_step(lines: &str) -> String {
    format!("id = 'a'\ntitle = 'A'\n[[step]]\ntext = 'A.'\n{lines}\n")
}

/// What is wrong with this file.
#[track_caller]
pub(super) fn mistake(text: &str) -> Phrase {
    match Lesson::read(Path::new("own.toml"), text) {
        Ok(lesson) => panic!("no mistake in {text}: {lesson:?}"),
        Err(error) => error,
    }
}

/// The message about a file whose only step has these lines.
#[track_caller]
fn message(lines: &str, language: Language) -> String {
    mistake(&in_a_step(lines)).text(language)
}

/// A question about this call, with these choices.
fn question(call: &str, choices: &[&str]) -> String {
    let mut text = format!("[step.ask]\ntext = 'What?'\n{call}");
    for choice in choices {
        text += &format!("\n[[step.ask.choice]]\n{choice}\ntext = 'So.'");
    }
    text
}

/// Files with a mistake, and a part of the message about each.
pub(super) fn mistakes() -> Vec<(String, String)> {
    let listen = "calls = 'socket(AF_INET, SOCK_STREAM, 0) = s'\n";
    let call = "call = 'listen(s, 5)'";
    let asked = |choices: &[&str]| format!("{listen}{}", question(call, choices));
    let choices = ["result = '0'", "result = '-1'"];
    let ten: Vec<String> = (0..10).map(|at| format!("result = '{at}'")).collect();
    let ten: Vec<&str> = ten.iter().map(String::as_str).collect();
    let many = format!("calls = '''{}'''", "\n".repeat(102));
    let steps = "[[step]]\ntext = 'A.'\n".repeat(101);
    let open = |line: &str| {
        let line = line.replace('\\', "\\\\").replace('"', "\\\"");
        format!("calls = \"\"\"\nsocket(AF_INET, SOCK_STREAM, 0) = s\n{line}\"\"\"")
    };
    let in_steps = [
        // TOML and its values.
        ("hint = ", "own.toml, line 5: not TOML: "),
        (
            "hnt = 'a'",
            "own.toml, line 5: unknown name \"hnt\"; did you mean hint?",
        ),
        ("frobnicate = 1", "line 5: unknown name \"frobnicate\""),
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
        (&many, "line 5: a step has at most 100 lines of calls"),
        (&steps, "a lesson has 1 to 100 steps"),
        // A line of the calls, after one that opens a socket.
        (&open("?"), "own.toml, line 7, column 1: unexpected \"?\""),
        (
            &open("close(s)"),
            "own.toml, line 7, column 9: the result is missing",
        ),
        (
            &open("close(s) = 0 <1>"),
            "own.toml, line 7, column 14: a time is written <0.000214>",
        ),
        (
            &open("close(s) = -1 EBADF 9 (Bad"),
            "own.toml, line 7, column 23: the closing parenthesis is missing",
        ),
        (
            &open("send(s, \"x, 1) = 1"),
            "own.toml, line 7, column 9: the closing quote of the string is missing",
        ),
        (
            &open("send(s, \"\\q\", 1) = 1"),
            "own.toml, line 7, column 10: the escapes in a string are ",
        ),
        (
            &open("frobnicate(s) = 0"),
            "own.toml, line 7, column 1: no call is named \"frobnicate\"",
        ),
        (
            &open("sockt(1, 2, 3) = t"),
            "no call is named \"sockt\"; did you mean socket?",
        ),
        (
            &open("close(s, 1) = 0"),
            "own.toml, line 7, column 1: other arguments are expected: close(socket)",
        ),
        (
            &open("socket(one) = t"),
            "own.toml, line 7, column 8: \"one\" is not an entry of a list",
        ),
        (
            &open("bind(s, here) = 0"),
            "own.toml, line 7, column 9: \"here\" is not an address",
        ),
        (
            &open("send(s, x, 1) = 1"),
            "own.toml, line 7, column 9: expected a string in quotes",
        ),
        (
            &open("getaddrinfo(NULL, \"80\", {flags=0}, [l]) = 0"),
            "own.toml, line 7, column 32: expected NULL, or the members ai_flags",
        ),
        (
            &open("setsockopt(s, SOL_SOCKET, SO_NOTHING, 1) = 0"),
            "\"SO_NOTHING\" is not an option of the level \"SOL_SOCKET\"",
        ),
        (
            &open("setsockopt(s, SOL_SOCKET, SO_LINGER, 1) = 0"),
            "own.toml, line 7, column 38: SO_LINGER has two numbers",
        ),
        (
            &open("recv(s, 65537) = 0"),
            "own.toml, line 7, column 9: \"65537\" is not a number from 0 to 65536",
        ),
        (
            &open("shutdown(s, SHUT_UP) = 0"),
            "own.toml, line 7, column 13: \"SHUT_UP\" is not a direction",
        ),
        (
            &open("getsockname(s) = 7"),
            "own.toml, line 7, column 18: getsockname() never returns \"7\"",
        ),
    ];
    let files = [
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
    ];
    let in_steps = in_steps.map(|(lines, part)| (in_a_step(lines), part.to_owned()));
    let files = files.map(|(text, part)| (text.to_owned(), part.to_owned()));
    in_steps.into_iter().chain(files).collect()
}

#[test]
fn every_mistake_has_its_message_and_line() {
    for (text, expected) in mistakes() {
        let error = mistake(&text);
        let [en, es] = [Language::En, Language::Es].map(|language| error.text(language));
        assert!(en.contains(&expected), "{text}\n{en}");
        assert_ne!(en, es, "{text}");
    }
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
