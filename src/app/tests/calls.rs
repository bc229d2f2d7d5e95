//! The calls that are remembered.

use super::*;

#[test]
fn the_oldest_calls_give_way_to_the_ten_thousand_newest() {
    let mut calls = Calls::default();
    for number in 0..MAX_CALLS + 3 {
        calls.push(line(number.to_string()));
    }
    assert_eq!((calls.lines.len(), calls.forgotten), (MAX_CALLS, 3));
    assert_eq!(calls.lines.front().map(|line| &*line.text), Some("3"));
}

#[test]
fn the_selection_stays_on_its_call_while_older_ones_go() {
    let mut calls = Calls::default();
    for number in 0..MAX_CALLS {
        calls.push(line(number.to_string()));
    }
    calls.selected = Some(1);
    calls.push(line("last"));
    assert_eq!(calls.forgotten, 1);
    assert_eq!(&*calls.lines[calls.current()].text, "1");
}
