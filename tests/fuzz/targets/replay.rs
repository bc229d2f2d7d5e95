//! Files of `--replay` and `--compare`: any bytes are refused with an inert message, or shown, compared, and
//! read back as they were written.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use sockscope::compare::{Answer, Comparison};
use sockscope::names::Os;
use sockscope::print::Format;
use sockscope::print::headless;
use sockscope::replay::Replay;
use sockscope::words::Language;
use sockscope_fuzz::assert_inert;

fn written(replay: &Replay, with: Option<&Replay>, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    let status = headless::replay(replay, with, format, false, Language::Es, &mut out);
    assert!(status.is_ok());
    out
}

fuzz_target!(|bytes: &[u8]| {
    let path = Path::new("file");
    let replay = match Replay::read(path, bytes) {
        Ok(replay) => replay,
        Err(message) => {
            assert_inert(&message.text(Language::En), false);
            return assert_inert(&message.text(Language::Es), false);
        }
    };
    let answer = Answer {
        run: &replay.run,
        notes: &replay.notes,
    };
    assert!(Comparison::of([answer, answer]).is_equal());
    for os in Os::ALL {
        if let Err(message) = replay.query_on(os) {
            assert_inert(&message.text(Language::En), false);
        }
    }
    let table = written(&replay, None, Format::Table);
    assert_inert(&String::from_utf8_lossy(&table), true);
    let compared = written(&replay, Some(&replay), Format::Table);
    assert_inert(&String::from_utf8_lossy(&compared), true);
    let read = |json: &[u8]| {
        let again = Replay::read(path, json).map_err(|message| message.text(Language::En));
        again.unwrap_or_else(|message| panic!("{message}: {}", String::from_utf8_lossy(json)))
    };
    let again = read(&written(&replay, None, Format::Json));
    assert_eq!(again.run.entries(), replay.run.entries());
    // The version that wrote the file is now this one.
    let json = written(&again, None, Format::Json);
    assert_eq!(written(&read(&json), None, Format::Json), json);
});
