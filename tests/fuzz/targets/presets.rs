//! A presets file: any text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope::lesson::parse;
use sockscope::names::Os;

fuzz_target!(|text: &str| {
    for os in Os::ALL {
        match parse(os, text) {
            Ok(presets) => {
                for preset in presets {
                    let texts = [preset.query.node, preset.query.service];
                    for text in texts.iter().flatten() {
                        assert!(!text.as_os_str().as_encoded_bytes().contains(&0));
                    }
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
