//! The program in Rust for Windows, where getaddrinfo takes UTF-16.

use super::super::constant::{Constants, Value};
use super::super::{Subject, head, literal};
use super::{STYLE, each};
use crate::names::Os;
use crate::net::{Hint, Hints, Query, Text};

const BUILD: [&str; 2] = [
    "Build:  cargo add socket2@0.6; cargo add windows-sys@0.61",
    "        --features Win32_Networking_WinSock; Rust 1.82 or later",
];

const USES: &str = "
use std::net::SocketAddr;
use std::process::ExitCode;
use std::{iter, mem, ptr};

use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use windows_sys::Win32::Networking::WinSock;

fn main() -> ExitCode {
    // No call of Winsock works before this one; 2.2 is the newest version.
    // SAFETY: the structure may be zero, and outlives the call.
    let mut data: WinSock::WSADATA = unsafe { mem::zeroed() };
    let started = unsafe { WinSock::WSAStartup(0x0202, &mut data) };
    if started != 0 {
        eprintln!(\"WSAStartup: error {started}\");
        return ExitCode::from(1);
    }

";

const ZEROED: &str = "    // What is not set in the hints must be zero.
    // SAFETY: numbers and pointers may be zero.
    let mut hints: WinSock::ADDRINFOW = unsafe { mem::zeroed() };
";

const AFTER_CALL: &str = r#"    println!("getaddrinfo {error}");
    if error != 0 {
        // SAFETY: it takes back the WSAStartup above.
        unsafe { WinSock::WSACleanup() };
        return ExitCode::from(1);
    }

    // SAFETY: until it is freed the list is valid, and NULL ends it.
    let list = iter::successors(unsafe { result.as_ref() }, |entry| unsafe {
        entry.ai_next.as_ref()
    });
    let mut opened = 0;
"#;

const ENTRY: &str = r#"        print!(
            "entry {} {} {} {} socket ",
            entry.ai_family,
            entry.ai_socktype,
            entry.ai_protocol,
            address(entry)
        );
        match Socket::new_raw(
            Domain::from(entry.ai_family),
            Type::from(entry.ai_socktype),
            Some(Protocol::from(entry.ai_protocol)),
        ) {
            Ok(_socket) => {
                println!("ok");
                opened += 1;
            } // Dropped here, the socket is closed.
            Err(e) => println!("error {}", e.raw_os_error().unwrap_or(0)),
        }
    }

    // SAFETY: GetAddrInfoW gave the list, and nothing uses it any more.
    unsafe {
        WinSock::FreeAddrInfoW(result);
        WinSock::WSACleanup();
    }
    ExitCode::from(if opened > 0 { 0 } else { 3 })
}

/// Address and port, as far as the family is IP.
fn address(entry: &WinSock::ADDRINFOW) -> String {
    // SAFETY: ai_addrlen bytes stand at ai_addr, and any sockaddr fits.
    let copied = unsafe {
        SockAddr::try_init(|storage, length| {
            *length = entry.ai_addrlen as _;
            let bytes = entry.ai_addrlen;
            storage.cast::<u8>().copy_from(entry.ai_addr.cast(), bytes);
            Ok(())
        })
    };
"#;

pub(super) fn program(query: &Query, subject: Subject, address: &str) -> String {
    let constants = Constants {
        host: Os::Windows,
        target: Os::Windows,
        prefix: "WinSock::",
        // In another module of the crate.
        has: |_, name| name != "AF_BTH",
    };
    let hints = query.hints.as_ref().map_or_else(String::new, |hints| {
        ZEROED.to_owned() + &members(&constants, hints)
    });
    let hint = match query.hints {
        Some(_) => "&hints",
        None => "ptr::null()",
    };
    let [node, service] = [&query.node, &query.service].map(|text| argument(text.as_ref()));
    [
        &head("//", subject, &BUILD),
        USES,
        &hints,
        &format!("    let node = {node};\n    let service = {service};\n"),
        "    let mut result = ptr::null_mut();\n",
        "    // SAFETY: each pointer is NULL, or what it points to outlives the call.\n",
        "    let error =\n",
        &format!(
            "        unsafe {{ WinSock::GetAddrInfoW(node, service, {hint}, &mut result) }};\n"
        ),
        AFTER_CALL,
        &each(subject),
        ENTRY,
        address,
    ]
    .concat()
}

/// The crate's constants are of several types, and the members are of one.
fn members(constants: &Constants, hints: &Hints) -> String {
    let mut lines = String::new();
    for hint in [Hint::Flags, Hint::Family, Hint::Socktype, Hint::Protocol] {
        let mut value = match hint.get(hints) {
            // The flags are u32.
            flags if hint == Hint::Flags && flags < 0 => Value {
                code: flags.to_string(),
                remarks: vec![format!("{flags} is {flags:#x}")],
                names: Vec::new(),
            },
            number => constants.value(hint, number),
        };
        match hint {
            _ if value.names.is_empty() => {}
            Hint::Flags if value.code.contains('|') => {
                value.code = format!("({}) as i32", value.code)
            }
            Hint::Flags => value.code += " as i32",
            Hint::Family => value.code += ".into()",
            Hint::Socktype | Hint::Protocol => {}
        }
        lines += &value.statement(&format!("hints.{} = ", hint.member()), &STYLE);
    }
    lines + "\n"
}

fn argument(text: Option<&Text>) -> String {
    let Some(text) = text else {
        return "ptr::null()".to_owned();
    };
    match text.as_os_str().to_str() {
        Some(text) => format!("windows_sys::w!({})", literal::rust_str(text)),
        // Half of a surrogate pair, which no str has.
        None => {
            let units = literal::utf16(text.as_os_str()).unwrap_or_default();
            let units: Vec<_> = units.iter().map(|unit| format!("0x{unit:04x}, ")).collect();
            format!("const {{ &[{}0_u16] }}.as_ptr()", units.concat())
        }
    }
}
