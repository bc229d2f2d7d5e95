//! A presets file: any text.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use sockscope::lesson::parse;
use sockscope::names::Os;
use sockscope::words::Language;
use sockscope_fuzz::assert_inert;

fuzz_target!(|text: &str| {
    for os in Os::ALL {
        match parse(os, Path::new("own.toml"), text) {
            Ok(presets) => {
                for preset in presets {
                    let texts = [preset.query.node, preset.query.service];
                    for text in texts.iter().flatten() {
                        assert!(!text.as_os_str().as_encoded_bytes().contains(&0));
                    }
                }
            }
            Err(error) => assert_inert(&error.text(Language::En), false),
        }
    }
});
