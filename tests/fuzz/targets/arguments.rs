//! The command line: any arguments, separated by NUL bytes as in the kernel.
#![no_main]

use std::ffi::OsString;
use std::iter::once;
use std::os::unix::ffi::OsStringExt as _;

use libfuzzer_sys::fuzz_target;
use sockscope::cli::{Request, Usage, arguments, parse};
use sockscope_fuzz::assert_inert;

fn program() -> OsString {
    "sockscope".into()
}

fuzz_target!(|bytes: &[u8]| {
    let typed: Vec<OsString> = bytes
        .split(|&byte| byte == 0)
        .map(|argument| OsString::from_vec(argument.to_vec()))
        .collect();
    for terminal in [false, true] {
        match parse(once(program()).chain(typed.clone()), terminal) {
            Ok(Request::Invoke(invocation)) => {
                assert!(terminal || invocation.format.is_some());
                let printed = arguments(&invocation.query);
                // The screen refuses a long text; `--format` passes it on.
                let again = parse(once(program()).chain(printed.clone()), false);
                let Ok(Request::Invoke(again)) = again else {
                    panic!("{printed:?}: {again:?}");
                };
                assert_eq!(again.query, invocation.query, "{printed:?}");
            }
            Ok(Request::Print(text)) | Err(Usage(text)) => assert_inert(&text, true),
        }
    }
});
