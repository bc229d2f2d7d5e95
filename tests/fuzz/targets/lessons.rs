//! A lesson's file: any text.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use sockscope::lesson::{Lesson, Progress};
use sockscope::print::lesson::hand_out;
use sockscope::words::Language;
use sockscope_fuzz::assert_inert;

fuzz_target!(|text: &str| {
    match Lesson::read(Path::new("own.toml"), text) {
        Ok(lesson) => {
            assert_inert(&hand_out(&lesson, Language::En), true);
            let mut progress = Progress::new(&lesson);
            for step in 0..lesson.steps.len() {
                progress.go(step);
                progress.predict();
                progress.answer(step, Some(0));
            }
            let summary = progress.summary();
            assert_eq!(summary.answered, summary.questions);
            assert_eq!(summary.right, summary.questions);
        }
        Err(error) => assert_inert(&error.text(Language::Es), false),
    }
});
