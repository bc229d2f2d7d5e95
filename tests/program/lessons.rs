//! `--lesson`: each lesson checked, altered results found, the hand-out, lessons of the user's own.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use crate::configuration::VARIABLES;
#[cfg(target_os = "linux")]
use crate::support::dns::Answer;
#[cfg(target_os = "linux")]
use crate::support::network::Network;
#[cfg(unix)]
use crate::support::terminal::{Terminal, wait_for};

tests! {
    #[cfg(target_os = "linux")]
    lessons_return_what_is_written: NETWORK;
    #[cfg(windows)]
    lessons_return_what_is_written;
    #[cfg(target_os = "linux")]
    altered_lessons_are_found: NETWORK;
    list_names_every_lesson_in_each_language;
    skeleton_is_a_lesson_that_passes;
    example_of_the_page_for_teachers_passes;
    question_without_one_right_choice_is_status_6;
    bad_lesson_is_status_2_with_its_line;
    lesson_stays_on_this_host_unless_allowed;
    handout_has_blanks_and_solutions_have_results;
    lessons_of_the_user_are_listed_and_checked;
    #[cfg(unix)]
    lesson_is_taken_with_enter_alone;
    #[cfg(unix)]
    waiting_call_of_a_lesson_blocks_nothing;
    unknown_lesson_is_refused_with_the_nearest;
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lessons")
}

/// The files of the built-in lessons.
fn files() -> Vec<PathBuf> {
    let files = fs::read_dir(directory()).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|file| file.extension().is_some_and(|it| it == "toml"))
        .collect();
    files.sort();
    files
}

fn name(file: &Path) -> &str {
    file.file_stem().unwrap().to_str().unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    command.args(["--lang", "en", "--lesson"]).args(arguments);
    command.env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
    command
}

fn lesson(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// The output with `text` as the file `-`.
fn piped(arguments: &[&str], text: &str) -> Output {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
    drop(input);
    child.wait_with_output().unwrap()
}

fn check(text: &str) -> Output {
    piped(&["check", "-"], text)
}

fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

#[track_caller]
fn assert_status(output: &Output, status: i32, what: &str) {
    let text = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    let [out, errors] = text;
    assert_eq!(output.status.code(), Some(status), "{what}\n{out}{errors}");
}

/// One after the other: they use port 27015.
fn check_all(options: &[&str]) {
    for file in files() {
        let mut command = command(&["check", name(&file)]);
        let output = command.args(options).output().unwrap();
        assert_status(&output, 0, name(&file));
        let text = stdout(&output);
        let lesson = fs::read_to_string(&file).unwrap();
        let steps = lesson.split("[[step]]");
        let made = |step: &&str| options.contains(&"--network") || !step.contains("network = true");
        let asked = steps
            .filter(made)
            .filter(|step| step.contains("[step.ask]"));
        assert_eq!(text.matches(": choice ").count(), asked.count(), "{text}");
    }
}

/// The names that the lessons ask for.
#[cfg(target_os = "linux")]
pub fn answer(network: &Network) {
    let dns = network.dns();
    dns.answer(
        "example.com",
        Answer::addresses(&["192.0.2.80", "2001:db8::80"]),
    );
}

#[cfg(target_os = "linux")]
fn lessons_return_what_is_written() {
    Network::run(|network| {
        answer(network);
        check_all(&[]);
        check_all(&["--network"]);
    });
}

#[cfg(windows)]
fn lessons_return_what_is_written() {
    check_all(&[]);
}

/// A line of the file with another result, if it is a call or a choice of Linux.
#[cfg(target_os = "linux")]
fn altered(line: &str) -> Option<String> {
    let (start, result) = match line.split_once(") = ") {
        Some((call, result)) if !line.contains(" = '") || line.starts_with("calls = '") => {
            (format!("{call}) = "), result)
        }
        None if line.starts_with("result = '") => {
            ("result = '".to_owned(), line.strip_prefix("result = '")?)
        }
        _ => return None,
    };
    let end = if result.ends_with('\'') { "'" } else { "" };
    let result = result.trim_end_matches('\'');
    let first = result.split(" | ").next()?;
    let elsewhere = start.contains("WSA") || start.contains("EXCLUSIVE");
    if line.starts_with('#') || first.starts_with("windows:") || elsewhere {
        return None;
    }
    // What other systems bind is skipped here; what nothing binds is a mistake in the lesson.
    let opens = start.contains("socket(") || start.contains("accept(");
    let name = if opens && !first.starts_with('-') {
        format!(" | freebsd: {first}")
    } else {
        String::new()
    };
    let error = if start.contains("getaddrinfo") || first.starts_with("EAI_") {
        "EAI_MEMORY"
    } else {
        "-1 EHOSTDOWN"
    };
    Some(format!("{start}{error}{name}{end}"))
}

/// Every expectation of every lesson is changed. A socket's name is changed alone, since the calls after it
/// need it, and the others at once: each is reported.
#[cfg(target_os = "linux")]
fn altered_lessons_are_found() {
    Network::run(|network| {
        answer(network);
        let mut alone = Vec::new();
        for file in files() {
            let text = fs::read_to_string(&file).unwrap();
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let output = command(&["check", name(&file), "--network"])
                .output()
                .unwrap();
            let right = right_answers(&lines, stdout(&output));
            let (mut together, mut reported) = (lines.clone(), Vec::new());
            for (at, line) in lines.iter().enumerate() {
                let Some(new) = altered(line) else { continue };
                let asked = right.iter().find(|(_, result)| *result == at);
                if new.contains("freebsd: ") {
                    let mut changed = lines.clone();
                    changed[at] = new;
                    alone.push((changed, vec![at + 1]));
                } else if let Some((question, _)) = asked {
                    together[at] = new;
                    reported.push(*question);
                } else if !line.starts_with("result = ") {
                    together[at] = new;
                    reported.push(at + 1);
                }
            }
            assert!(reported.len() >= 8, "{}: {reported:?}", name(&file));
            alone.push((together, reported));
        }
        each(&alone, |port, (lines, reported)| {
            let text = lines.join("\n").replace("27015", &port.to_string());
            // What waits for a line that is skipped now waits in vain.
            let output = piped(&["check", "-", "--network", "--timeout", "0.2"], &text);
            assert_status(&output, 6, &format!("{}, line {reported:?}", lines[2]));
            for line in reported {
                let place = format!("# -, line {line}: ");
                let mut found = stdout(&output).lines();
                let found = found.any(|it| it.starts_with(&place) && it.contains(": expected "));
                assert!(found, "{place}{}{}", lines[line - 1], stdout(&output));
            }
        });
    });
}

/// The number of the line of each question and the index of that with the result that the call returned,
/// from the output of check.
#[cfg(target_os = "linux")]
fn right_answers(lines: &[String], output: &str) -> Vec<(usize, usize)> {
    let answers = output.lines().filter_map(|line| {
        let (place, number) = line.strip_prefix("# ")?.split_once(": choice ")?;
        let line: usize = place.rsplit_once("line ")?.1.parse().ok()?;
        let number: usize = number.split_once(':')?.0.parse().ok()?;
        Some((line, number))
    });
    let results = |from: usize| {
        let lines = lines.iter().enumerate().skip(from);
        lines.filter(|(_, line)| line.starts_with("result = "))
    };
    let index = |(line, number): (usize, usize)| (line, results(line).nth(number - 1).unwrap().0);
    answers.map(index).collect()
}

/// Runs `check` for each item with a port of its own, eight at a time: most of the time they wait.
#[cfg(target_os = "linux")]
fn each<T: Sync>(items: &[T], check: impl Fn(usize, &T) + Sync) {
    let items: Vec<_> = (27016..).zip(items).collect();
    thread::scope(|scope| {
        for part in items.chunks(items.len().div_ceil(8)) {
            let check = &check;
            scope.spawn(move || part.iter().for_each(|(port, item)| check(*port, item)));
        }
    });
}

fn list_names_every_lesson_in_each_language() {
    let list = |language: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
        command.args(["--lang", language, "--lesson", "list"]);
        let output = command.env("LC_ALL", "C.UTF-8").output().unwrap();
        assert_status(&output, 0, language);
        String::from_utf8(output.stdout).unwrap()
    };
    let [english, spanish] = ["en", "es"].map(list);
    for text in [&english, &spanish] {
        assert_eq!(text.lines().count(), files().len());
        for file in files() {
            let row = text.lines().find(|row| row.starts_with(name(&file)));
            assert!(row.unwrap().len() > name(&file).len() + 5, "{text}");
        }
    }
    assert!(
        english.contains("winsock-server     A server, step by step"),
        "{english}"
    );
    assert!(
        spanish.contains("winsock-server     Un servidor, paso a paso"),
        "{spanish}"
    );
}

fn skeleton_is_a_lesson_that_passes() {
    for language in ["en", "es"] {
        let new = Command::new(env!("CARGO_BIN_EXE_sockscope"))
            .args(["--lang", language, "--lesson", "new"])
            .output()
            .unwrap();
        assert_status(&new, 0, language);
        let output = check(stdout(&new));
        assert_status(&output, 0, stdout(&new));
        assert!(
            stdout(&output).contains("# -, line 34: choice 1: "),
            "{}",
            stdout(&output)
        );
    }
}

fn example_of_the_page_for_teachers_passes() {
    let page = fs::read_to_string(directory().join("README.md")).unwrap();
    let page = page.replace("\r\n", "\n");
    let (_, start) = page.split_once("```toml\n").unwrap();
    let (example, _) = start.split_once("```").unwrap();
    let output = check(example);
    assert_status(&output, 0, example);
    assert!(
        stdout(&output).contains(": choice 1: an error"),
        "{}",
        stdout(&output)
    );
}

/// A lesson whose question has these results, on line 10 and 13.
fn question(results: [&str; 2]) -> String {
    format!(
        "id = 'own'
title = 'Own'
[[step]]
text = 'A.'
calls = 'socket(AF_INET, SOCK_STREAM, 0) = s'
[step.ask]
text = 'What?'
call = 'bind(s, 127.0.0.1:0)'
[[step.ask.choice]]
result = '{}'
text = 'First'
[[step.ask.choice]]
result = '{}'
text = 'Second'
",
        results[0], results[1]
    )
}

fn question_without_one_right_choice_is_status_6() {
    let call = "bind(s, 127.0.0.1:0)";
    for (results, status, expected) in [
        (["0", "-1"], 0, "# -, line 8: choice 1: First\n".to_owned()),
        (["-1", "0"], 0, "# -, line 8: choice 2: Second\n".to_owned()),
        (
            ["-1", "7"],
            6,
            format!("# -, line 8: {call}: expected -1 | 7, got 0\n"),
        ),
        (
            ["0", "7 | -1 | 0x0"],
            6,
            "# -, line 8: 2 choices name this result, but only one may\n".to_owned(),
        ),
    ] {
        let output = check(&question(results));
        assert_status(&output, status, results[0]);
        let text = stdout(&output);
        assert!(text.contains(&expected), "{text}");
        let different = usize::from(status != 0);
        let summary = format!(
            "# As written: {}; different: {different}; skipped: 0\n",
            2 - different
        );
        assert!(text.ends_with(&summary), "{text}");
    }
}

fn bad_lesson_is_status_2_with_its_line() {
    let text = question(["0", "-1"]).replace("bind(s", "bind(t");
    for task in ["check", "export"] {
        let output = piped(&[task, "-"], &text);
        assert_status(&output, 2, task);
        assert_eq!(output.stdout, b"");
        let error = str::from_utf8(&output.stderr).unwrap();
        let expected = "error: -, line 8: no line before this one opens the socket \"t\"\n";
        assert!(error.starts_with(expected), "{error}");
    }
    let output = lesson(&["check", "no/such.toml"]);
    assert_status(&output, 2, "a missing file");
}

fn lesson_stays_on_this_host_unless_allowed() {
    let text = |network: bool| {
        format!(
            "id = 'own'
title = 'Own'
[[step]]
text = 'A.'
network = {network}
calls = '''
socket(AF_INET, SOCK_DGRAM, 0) = u
connect(u, 192.0.2.1:9) = ...
'''
"
        )
    };
    let output = check(&text(false));
    assert_status(&output, 2, "not marked");
    let error = str::from_utf8(&output.stderr).unwrap();
    assert!(
        error.contains("-, line 8: connect(u, 192.0.2.1:9) reaches more"),
        "{error}"
    );
    assert!(!stdout(&output).contains("socket("), "{}", stdout(&output));
    // A marked step is left out instead.
    let output = check(&text(true));
    assert_status(&output, 0, "marked");
    assert_eq!(
        stdout(&output),
        "# -, step 1: skipped; it needs the network, and --network allows it\n\
         # As written: 0; different: 0; skipped: 2\n"
    );
    let output = piped(&["check", "-", "--network"], &text(true));
    assert_status(&output, 0, "allowed");
    assert!(
        stdout(&output).contains("As written: 2"),
        "{}",
        stdout(&output)
    );
}

fn handout_has_blanks_and_solutions_have_results() {
    let mut text = question(["0", "-1 EINVAL | windows: SOCKET_ERROR WSAEINVAL"]);
    text = text.replace("text = 'Second'", "text = 'Second'\nwhy = 'It was free.'");
    text = text.replace(
        "text = 'A.'",
        "text = \"A.\\n\\nB.\"\nsource = 'int a = ```;'\nhint = 'Think.'",
    );
    text += "[[step]]\ntext = 'C.'\nnetwork = true\ncalls = 'getaddrinfo(\"a.test\", \"80\", NULL, [l]) = 0'\n";
    let handout = "# Own

Name: ______________________________   Date: ______________

In the calls, list[0] is the first entry that getaddrinfo() returned; words such as server stand for handles and ports.

## Step 1

A.

B.

````c
int a = ```;
````

```
socket(AF_INET, SOCK_STREAM, 0) = s
```

**What?**

```
bind(s, 127.0.0.1:0) = ______
```

Your prediction:

- [ ] First
- [ ] Second

## Step 2

C.

*This step needs the network.*

```
getaddrinfo(\"a.test\", \"80\", NULL, [l]) = 0
```

## Hints

- Step 1: Think.
";
    let output = piped(&["-"], &text);
    assert_status(&output, 0, "printed");
    assert_eq!(stdout(&output).replace("\r\n", "\n"), handout);
    let output = piped(&["export", "-"], &text);
    assert_status(&output, 0, "exported");
    let (start, solutions) = stdout(&output).split_once("\n---\n\n").unwrap();
    assert_eq!(start, handout);
    let (start, end) = solutions.split_once("\n## Step 1\n\n```\n").unwrap();
    assert!(
        start.starts_with("# Solutions: Own\n\nWhat the calls returned on "),
        "{start}"
    );
    let (calls, end) = end.split_once("\n```\n\n").unwrap();
    // With the names of the hand-out.
    assert_eq!(
        calls.replace("\r\n", "\n"),
        "socket(AF_INET, SOCK_STREAM, 0) = s\nbind(s, 127.0.0.1:0) = 0"
    );
    assert_eq!(
        end,
        "- [x] First\n- [ ] Second – It was free.\n\n## Step 2\n\nNot called: the step needs the \
         network, and --network allows it.\n"
    );
    let other = piped(
        &["export", "-"],
        &text.replace("result = '0'", "result = '7'"),
    );
    assert_status(&other, 6, "another result");
    assert!(stdout(&other).contains("No choice names this result."));
}

fn lessons_of_the_user_are_listed_and_checked() {
    let home = tempfile::tempdir().unwrap();
    let lessons = home.path().join("sockscope").join("lessons");
    fs::create_dir_all(&lessons).unwrap();
    fs::write(lessons.join("own.toml"), question(["0", "-1"])).unwrap();
    fs::write(lessons.join("bad.toml"), "id = 'bad'\nnothing = 1\n").unwrap();
    let run = |arguments: &[&str]| {
        let mut command = command(arguments);
        for variable in VARIABLES {
            command.env(variable, home.path());
        }
        command.output().unwrap()
    };
    let list = run(&["list"]);
    assert_status(&list, 0, "list");
    let text = stdout(&list);
    assert!(text.starts_with("own                Own\n"), "{text}");
    assert!(
        text.lines()
            .last()
            .unwrap()
            .ends_with("bad.toml, line 2: unknown name \"nothing\"")
    );
    assert_eq!(text.lines().count(), files().len() + 2);
    assert_status(&run(&["check", "own"]), 0, "own");
    let bad = run(&["check", "bad"]);
    assert_status(&bad, 2, "bad");
    assert!(
        str::from_utf8(&bad.stderr)
            .unwrap()
            .contains("bad.toml, line 2: unknown name")
    );
}

#[cfg(unix)]
fn lesson_is_taken_with_enter_alone() {
    let home = tempfile::tempdir().unwrap();
    let lesson = home.path().join("port.toml");
    fs::write(&lesson, PORT).unwrap();
    let lesson = lesson.to_str().unwrap();
    let mut terminal = Terminal::sockscope(80, 24, &["--lang", "es", "--lesson", lesson]);
    for (wait, then) in [
        ("El puerto · 1/2", "Enter: hacer las llamadas"),
        ("= 127.0.0.1:", "Enter o F8: el paso siguiente"),
        ("2/2", "Enter: responder"),
        (
            "Correcto.",
            "Fin de la lección: 1 preguntas, 1 respondidas, 1 correctas.",
        ),
    ] {
        terminal.wait_for(wait);
        terminal.wait_for(then);
        terminal.send("\r");
    }
    terminal.wait_for("EADDRINUSE");
    terminal.send("\u{1b}");
    terminal.wait_for("Esc otra vez");
    terminal.send("\u{1b}");
    terminal.wait_for("Ha salido de la lección");
    terminal.send("\u{3}");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

#[cfg(unix)]
fn waiting_call_of_a_lesson_blocks_nothing() {
    let home = tempfile::tempdir().unwrap();
    let file = |name| home.path().join(name).to_str().unwrap().to_owned();
    let (lesson, trace) = (file("accept.toml"), file("trace"));
    fs::write(
        &lesson,
        r#"
id = "accept"
title = "The queue"
[[step]]
text = "Nobody comes."
calls = '''
socket(AF_INET, SOCK_STREAM, 0) = first
bind(first, 127.0.0.1:0) = 0
listen(first, 1) = 0
accept(first) = client
getpeername(client) = 127.0.0.1:port
'''
[[step]]
text = "The other step."
"#,
    )
    .unwrap();
    let mut terminal = Terminal::sockscope(80, 24, &["--trace", &trace, "--lesson", &lesson]);
    terminal.wait_for("1/2");
    terminal.send("\r");
    terminal.wait_for_row(&["accept(", " s "]);
    // A second Enter does nothing, the other keys work.
    terminal.send("\rL");
    terminal.wait_for("La llamada todavía no ha vuelto.");
    terminal.send("\u{1b}[19~");
    terminal.wait_for("The other step.");
    terminal.send("\u{1b}[18~");
    terminal.wait_for("Nobody comes.");
    terminal.send("\u{1b}");
    terminal.wait_for("Esc otra vez");
    terminal.send("\u{1b}");
    terminal.wait_for("Ha salido de la lección");
    // Its socket is closed at once, not when the program ends.
    for line in ["close(", "given up: accept("] {
        wait_for("a trace with both", || {
            let text = fs::read_to_string(&trace).unwrap();
            text.contains(line).then_some(())
        });
    }
    terminal.send("\u{3}");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

/// A lesson of two steps, the second with a question.
#[cfg(unix)]
const PORT: &str = r#"
id = "port"
title = { en = "The port", es = "El puerto" }
[[step]]
text = { en = "One server.", es = "Un servidor." }
calls = '''
socket(AF_INET, SOCK_STREAM, 0) = first
bind(first, 127.0.0.1:0) = 0
getsockname(first) = 127.0.0.1:port
'''
[[step]]
text = { en = "A second server.", es = "Un segundo servidor." }
calls = "socket(AF_INET, SOCK_STREAM, 0) = second"
[step.ask]
text = { en = "What does bind() return?", es = "¿Qué devuelve bind()?" }
call = "bind(second, 127.0.0.1:port)"
[[step.ask.choice]]
result = "-1 EADDRINUSE"
text = { en = "an error", es = "un error" }
[[step.ask.choice]]
result = "0"
text = { en = "success", es = "éxito" }
why = { en = "The port is taken.", es = "El puerto está ocupado." }
"#;

fn unknown_lesson_is_refused_with_the_nearest() {
    for (arguments, expected) in [
        (
            &["check", "winsock-sever"][..],
            "no lesson is named 'winsock-sever'; did you mean winsock-server?\n\nLessons:\n  ",
        ),
        (&["nothing"], "no lesson is named 'nothing'\n\nLessons:\n  "),
        (
            &["check"],
            "--lesson check needs a lesson: its name or its file",
        ),
        (
            &["list", "a"],
            "'--lesson list' takes no value, but was given 'a'",
        ),
        (
            &["list", "--format", "json"],
            "'--lesson <NAME>...' cannot be used with '--format",
        ),
    ] {
        let output = lesson(arguments);
        assert_status(&output, 2, arguments[0]);
        let error = str::from_utf8(&output.stderr).unwrap();
        assert!(error.contains(expected), "{error}");
    }
}
