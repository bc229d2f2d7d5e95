use super::*;

#[test]
fn every_step_can_be_reached_and_the_ends_hold() {
    let mut way = Progress::new(&lesson(BIND));
    assert_eq!((way.at(), way.is_last()), (0, false));
    for (turn, at) in [
        (-1, 0),
        (1, 1),
        (1, 2),
        (1, 2),
        (-2, 0),
        (isize::MAX, 2),
        (isize::MIN, 0),
    ] {
        way.turn(turn);
        assert_eq!(way.at(), at);
    }
    way.go(99);
    assert!(way.is_last());
}

#[test]
fn prediction_is_made_once_and_the_call_decides() {
    let mut way = Progress::new(&lesson(BIND));
    // The first step asks nothing.
    assert_eq!((way.selected(), way.predict()), (None, false));
    way.go(1);
    assert_eq!(way.selected(), Some(0));
    way.select(1);
    way.select(2);
    assert_eq!((way.selected(), way.prediction()), (Some(1), None));
    assert_eq!(way.verdict(1), None);
    assert!(way.predict() && !way.predict());
    way.select(0);
    assert_eq!((way.selected(), way.prediction()), (Some(1), Some(1)));
    assert_eq!(way.verdict(1), None);
    for (answer, verdict) in [
        (Some(1), Verdict::Right),
        (Some(0), Verdict::Wrong(0)),
        (None, Verdict::Other),
    ] {
        way.answer(1, answer);
        assert_eq!(way.verdict(1), Some(verdict));
    }
    way.answer(99, None);
}

#[test]
fn summary_counts_what_was_answered() {
    let mut way = Progress::new(&lesson(BIND));
    let counts = |way: &Progress| {
        let Summary {
            questions,
            answered,
            right,
        } = way.summary();
        (questions, answered, right)
    };
    assert_eq!(counts(&way), (2, 0, 0));
    way.go(1);
    way.predict();
    way.answer(1, Some(0));
    assert_eq!(counts(&way), (2, 1, 1));
    // A call that nothing was predicted of.
    way.answer(2, Some(0));
    assert_eq!(counts(&way), (2, 1, 1));
    way.go(2);
    way.predict();
    assert_eq!(counts(&way), (2, 2, 2));
    way.answer(2, Some(1));
    assert_eq!(counts(&way), (2, 2, 1));
}
