//! The calls that are remembered.

use super::*;

fn bytes(calls: &Calls) -> usize {
    calls.lines.iter().map(|line| line.len()).sum()
}

#[test]
fn the_oldest_calls_give_way_to_the_ten_thousand_newest() {
    let mut calls = Calls::default();
    for number in 0..MAX_CALLS + 3 {
        calls.push(number.to_string());
    }
    assert_eq!((calls.lines.len(), calls.forgotten), (MAX_CALLS, 3));
    assert_eq!(calls.lines.front().map(|line| &**line), Some("3"));
}

#[test]
fn long_calls_give_way_before_they_fill_the_memory() {
    let mut calls = Calls::default();
    let long = 1 << 20;
    for _ in 0..100 {
        calls.push("a".repeat(long));
        assert!(bytes(&calls) <= MAX_CALL_BYTES);
    }
    assert_eq!(calls.lines.len(), MAX_CALL_BYTES / long);
    assert_eq!(calls.lines.len() + calls.forgotten, 100);
    // One that is longer than all of them may be is there, and alone.
    calls.push("b".repeat(MAX_CALL_BYTES + 1));
    assert_eq!((calls.lines.len(), calls.forgotten), (1, 100));
    // It gives way as a whole.
    calls.push("c".to_owned());
    assert_eq!(calls.lines.len(), 1);
    assert_eq!(bytes(&calls), 1);
}

#[test]
fn the_selection_stays_on_its_call_while_older_ones_go() {
    let mut calls = Calls::default();
    calls.push("a".repeat(MAX_CALL_BYTES / 2));
    calls.push("b".to_owned());
    calls.selected = Some(1);
    calls.push("c".repeat(MAX_CALL_BYTES / 2));
    assert_eq!(calls.forgotten, 1);
    assert_eq!(&*calls.lines[calls.current()], "b");
}
