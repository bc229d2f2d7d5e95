//! The command line: any arguments, separated by NUL bytes as in the kernel.
#![no_main]

use std::ffi::OsString;
use std::iter::once;
use std::os::unix::ffi::OsStringExt as _;

use libfuzzer_sys::fuzz_target;
use sockscope::cli::{Request, parse};
use sockscope::config::Config;
use sockscope::words::Language;
use sockscope_fuzz::assert_inert;

fuzz_target!(|bytes: &[u8]| {
    let typed = bytes
        .split(|&byte| byte == 0)
        .map(|argument| OsString::from_vec(argument.to_vec()));
    let arguments: Vec<OsString> = once("sockscope".into()).chain(typed).collect();
    for terminal in [false, true] {
        match parse(arguments.clone(), terminal, Language::Es, Config::default()) {
            Ok(Request::Invoke(invocation)) => assert!(terminal || invocation.format.is_some()),
            Ok(
                Request::Doctor(_) | Request::Run(_) | Request::Lesson(..) | Request::Without(..),
            ) => {}
            Ok(Request::Print(text) | Request::Write(_, text)) | Err(text) => {
                assert_inert(&text, true)
            }
        }
    }
});
