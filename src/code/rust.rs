//! The program in Rust. std has no hints, so getaddrinfo is called itself, by way of libc or
//! windows-sys.

mod windows;

use super::constant::{Constants, Style};
use super::{Subject, head, literal};
use crate::names::Os;
use crate::net::{Hint, Hints, Query, Text};

const BUILD: [&str; 1] = ["Build:  cargo add libc@0.2 socket2@0.6; Rust 1.82 or later"];

const USES: &str = "
use std::ffi::CStr;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::{iter, mem, ptr};

use libc::{addrinfo, freeaddrinfo, gai_strerror, getaddrinfo};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};

fn main() -> ExitCode {
";

const ZEROED: &str = "    // What is not set in the hints must be zero.
    // SAFETY: numbers and pointers may be zero.
    let mut hints: addrinfo = unsafe { mem::zeroed() };
";

const AFTER_CALL: &str = r#"    println!("getaddrinfo {error}");
    if error != 0 {
        // SAFETY: gai_strerror has a string that stays, for every number.
        let text = unsafe { CStr::from_ptr(gai_strerror(error)) };
        eprintln!("getaddrinfo: {}", text.to_string_lossy());
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
        // new_raw is the plain call; Socket::new adds flags to the type.
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

    // SAFETY: getaddrinfo gave the list, and nothing uses it any more.
    unsafe { freeaddrinfo(result) };
    ExitCode::from(if opened > 0 { 0 } else { 3 })
}

/// Address and port, as far as the family is IP.
fn address(entry: &addrinfo) -> String {
    // SAFETY: ai_addrlen bytes stand at ai_addr, and any sockaddr fits.
    let copied = unsafe {
        SockAddr::try_init(|storage, length| {
            *length = entry.ai_addrlen;
            let bytes = entry.ai_addrlen as usize;
            storage.cast::<u8>().copy_from(entry.ai_addr.cast(), bytes);
            Ok(())
        })
    };
"#;

/// The end of both programs.
const ADDRESS: &str = r#"    match copied.ok().and_then(|((), address)| address.as_socket()) {
        Some(SocketAddr::V6(v6)) if v6.scope_id() != 0 => {
            format!("{}%{} {}", v6.ip(), v6.scope_id(), v6.port())
        }
        Some(address) => format!("{} {}", address.ip(), address.port()),
        None => "- -".to_owned(),
    }
}
"#;

/// As rustfmt has it.
const STYLE: Style = Style {
    indent: "    ",
    end: ";",
    mark: "//",
    width: 100,
};

pub(super) fn program(host: Os, query: &Query, subject: Subject) -> String {
    if host == Os::Windows {
        return windows::program(query, subject, ADDRESS);
    }
    let constants = Constants {
        host,
        target: host,
        prefix: "libc::",
        has,
    };
    let hints = query.hints.as_ref().map_or_else(String::new, |hints| {
        ZEROED.to_owned() + &members(&constants, hints)
    });
    let uses = if query.hints.is_some() {
        USES.to_owned()
    } else {
        USES.replace("use std::{iter, mem, ptr};", "use std::{iter, ptr};")
    };
    let (node, service) = (
        argument(query.node.as_ref()),
        argument(query.service.as_ref()),
    );
    let hint = if query.hints.is_some() {
        "&hints"
    } else {
        "ptr::null()"
    };
    [
        &head("//", subject, &BUILD),
        &uses,
        &hints,
        &format!("    let node = {node};\n    let service = {service};\n"),
        "    let mut result = ptr::null_mut();\n",
        "    // SAFETY: each pointer is NULL, or what it points to outlives the call.\n",
        &format!("    let error = unsafe {{ getaddrinfo(node, service, {hint}, &mut result) }};\n"),
        AFTER_CALL,
        &each(subject),
        ENTRY,
        ADDRESS,
    ]
    .concat()
}

/// The beginning of the loop over the list.
fn each(subject: Subject) -> String {
    match subject {
        Subject::AllEntries => "    for entry in list {\n".to_owned(),
        Subject::Entry(0) => "    for entry in list.take(1) {\n".to_owned(),
        Subject::Entry(place) => format!("    for entry in list.skip({place}).take(1) {{\n"),
    }
}

fn members(constants: &Constants, hints: &Hints) -> String {
    let mut lines = String::new();
    for hint in [Hint::Flags, Hint::Family, Hint::Socktype, Hint::Protocol] {
        let value = constants.value(hint, hint.get(hints));
        lines += &value.statement(&format!("hints.{} = ", hint.member()), &STYLE);
    }
    lines + "\n"
}

fn argument(text: Option<&Text>) -> String {
    text.map_or_else(
        || "ptr::null()".to_owned(),
        |text| literal::rust(literal::bytes(text.as_os_str())) + ".as_ptr()",
    )
}

/// Whether the crate libc has the constant on `os`, of those that the tables have.
fn has(os: Os, name: &str) -> bool {
    match os {
        Os::Linux => {
            !name.starts_with("AI_IDN")
                && !matches!(
                    name,
                    "AF_KCM"
                        | "AF_QIPCRTR"
                        | "AF_SMC"
                        | "AF_MCTP"
                        | "SOCK_PACKET"
                        | "SOCK_DCCP"
                        | "AI_CANONIDN"
                )
        }
        Os::Macos => name != "AF_MULTIPATH",
        Os::Freebsd => !matches!(
            name,
            "AF_NETLINK" | "AF_HYPERV" | "AF_DIVERT" | "AI_V4MAPPED_CFG"
        ),
        Os::Windows => false,
    }
}
