//! `--watch` and `W`: a query that is repeated.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::terminal::{OPEN, Terminal};

tests! {
    json_has_one_object_a_line_until_nobody_reads;
    screen_counts_answers_until_esc;
    w_repeats_the_query;
    watch_without_sense_is_refused;
}

fn json_has_one_object_a_line_until_nobody_reads() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args([
            "--format",
            "json",
            "--watch",
            "0.01",
            "-n",
            "127.0.0.1",
            "80",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for number in 1..=5 {
        let line = lines.next().unwrap().unwrap();
        let object: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(object["schema"], 1);
        assert_eq!(object["getaddrinfo"]["return"], 0);
        let watch = &object["watch"];
        assert_eq!(watch["answers"], number);
        assert_eq!(watch["changes"]["all"], 0, "{watch}");
        assert_eq!(
            watch["changed"],
            if number == 1 {
                Value::Null
            } else {
                false.into()
            }
        );
        assert!(watch["fastest_us"].as_u64() <= watch["slowest_us"].as_u64());
    }
    drop(lines);
    // The next answer finds nobody to read it; the status is that of the answer.
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

fn screen_counts_answers_until_esc() {
    let arguments = ["--watch", "0.05", "-n", "127.0.0.1", "80"];
    let mut terminal = Terminal::sockscope(100, 30, &arguments);
    terminal.wait_for("Every 0.05 s: answers ");
    terminal.wait_for(", changed 0 (order 0, entries 0, results 0); ");
    terminal.wait_until("ten answers", |screen| {
        let text = screen.contents();
        let count = text.split("Every 0.05 s: answers ").nth(1);
        let count = count.and_then(|text| text.split(',').next()?.parse().ok());
        count.is_some_and(|count: usize| count >= 10)
    });
    // The first Esc may only cancel a pending call.
    terminal.send("\x1b");
    terminal.wait_until("an end", |screen| {
        let text = screen.contents();
        text.contains("Stopped: ") || text.contains("Cancelled after ")
    });
    if terminal.contents().contains("Cancelled after ") {
        terminal.send("\x1b");
    }
    terminal.wait_for("Stopped: the query is no longer repeated.");
    // Equal answers are one run.
    terminal.send("h");
    terminal.wait_for("╭ runs of this session ─");
    terminal.wait_until("one run", |screen| {
        screen.contents().matches("127.0.0.1\", \"80\"").count() <= 4
    });
    terminal.send("q");
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    terminal.assert_restored();
}

fn w_repeats_the_query() {
    let mut terminal = Terminal::sockscope(80, 24, &["-n", "127.0.0.1", "80"]);
    terminal.wait_for(OPEN);
    terminal.send("W");
    terminal.wait_for("Every 5 s: answers 1, changed 0");
    terminal.send("\x03");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

fn watch_without_sense_is_refused() {
    for arguments in [
        ["--watch", "x", "--format", "json"],
        ["--watch", "1", "--format", "c"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_sockscope"))
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty());
    }
}
