//! The user's configuration: any text.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use sockscope::cli::{Request, parse};
use sockscope::config::Config;
use sockscope::words::Language;
use sockscope_fuzz::assert_inert;

fuzz_target!(|text: &str| {
    let config = Config::parse(Path::new("config.toml"), text);
    // A problem of the file is the answer to any command line that uses it.
    match parse(["sockscope".into()], true, Language::Es, config) {
        Ok(request) => assert!(matches!(request, Request::Invoke(_)), "{request:?}"),
        Err(text) => assert_inert(&text, true),
    }
});
