//! The program in Python, whose socket.getaddrinfo always sends hints.

use super::constant::{Constants, Style, Value};
use super::{Subject, head, literal};
use crate::names::Os;
use crate::net::{Hint, Query, Text};

const BUILD: [&str; 1] = ["Run:  python3 sockets.py"];

const BEGIN: &str = "
import socket
import sys


def main() -> int:
    try:
";

const AFTER_CALL: &str = r#"    except socket.gaierror as error:
        print("getaddrinfo", error.errno)
        print("getaddrinfo:", error.strerror, file=sys.stderr)
        return 1
"#;

/// POSIX alone has EAI_SYSTEM.
const EAI_SYSTEM: &str = r#"    except OSError as error:  # Python's way to say EAI_SYSTEM
        print("getaddrinfo", socket.EAI_SYSTEM)
        print("getaddrinfo:", error.strerror, file=sys.stderr)
        return 1
"#;

const END: &str = r#"        numbers = int(family), int(socktype), int(protocol)
        print("entry", *numbers, text(family, address), end=" ")
        try:
            with socket.socket(family, socktype, protocol):
                print("socket ok")
                opened += 1
        except OSError as error:
            print("socket error", error.errno)
    return 0 if opened > 0 else 3


def text(family: int, address: tuple) -> str:
    """Address and port, as far as the family is IP."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return "- -"
    host, port, *rest = address
    scope = f"%{rest[1]}" if rest and rest[1] else ""
    return f"{host}{scope} {port}"


sys.exit(main())
"#;

const NULL_HINTS: &str =
    "        # Python cannot pass NULL for the hints, as was asked: it sends zeros.
        # To glibc NULL means AI_V4MAPPED | AI_ADDRCONFIG, and zeros do not.
";

const PUNYCODE: &str =
    "        # Python turns text that is not ASCII into Punycode before the call.
";

const CANONNAME: &str = "        # UnicodeDecodeError: the canonical name is not UTF-8.
";

const CLOEXEC: &str = "    # Python adds SOCK_CLOEXEC to the type where the system has that.
";

/// An argument of the call.
const STYLE: Style = Style {
    indent: "            ",
    end: ",",
    mark: "#",
    width: 76,
};

pub(super) fn program(host: Os, query: &Query, subject: Subject) -> String {
    let constants = Constants {
        host,
        target: host,
        prefix: "socket.",
        has,
    };
    let hints = query.hints.unwrap_or_default();
    let mut arguments = String::new();
    let mut canonname = false;
    for (hint, name) in [
        (Hint::Family, "family"),
        (Hint::Socktype, "type"),
        (Hint::Protocol, "proto"),
        (Hint::Flags, "flags"),
    ] {
        let value = match hint.get(&hints) {
            // Python's flags are a class that drops the bits of a negative number.
            flags if hint == Hint::Flags && flags < 0 => Value {
                code: flags.to_string(),
                remarks: vec![format!("{flags} is {flags:#x}")],
                names: Vec::new(),
            },
            number => constants.value(hint, number),
        };
        arguments += &value.statement(&format!("{name}="), &STYLE);
        canonname |= value.names.contains(&"AI_CANONNAME");
    }
    let (null, canonname) = (
        if query.hints.is_none() {
            NULL_HINTS
        } else {
            ""
        },
        if canonname { CANONNAME } else { "" },
    );
    let (node, service) = (
        argument(host, query.node.as_ref()),
        argument(host, query.service.as_ref()),
    );
    let ascii = |text: &Option<Text>| text.as_ref().is_none_or(|text| text.as_os_str().is_ascii());
    let punycode = if host == Os::Windows && !ascii(&query.node) {
        PUNYCODE
    } else {
        ""
    };
    let system = if host == Os::Windows { "" } else { EAI_SYSTEM };
    let entries = match subject {
        Subject::AllEntries => "entries".to_owned(),
        Subject::Entry(place) => format!("entries[{place}:{}]", place.saturating_add(1)),
    };
    [
        &head("#", subject, &BUILD),
        BEGIN,
        null,
        punycode,
        canonname,
        &format!(
            "        entries = socket.getaddrinfo(\n            {node},\n            {service},\n\
             {arguments}        )\n"
        ),
        AFTER_CALL,
        system,
        "    print(\"getaddrinfo 0\")\n\n    opened = 0\n",
        CLOEXEC,
        &format!("    for family, socktype, protocol, _name, address in {entries}:\n"),
        END,
    ]
    .concat()
}

/// Bytes go to getaddrinfo as they are; a str would be turned into Punycode first.
fn argument(host: Os, text: Option<&Text>) -> String {
    let Some(text) = text else {
        return "None".to_owned();
    };
    let text = text.as_os_str();
    match literal::utf16(text) {
        // Bytes would be read in the machine's code page there.
        Some(units) if host == Os::Windows && !text.is_ascii() => literal::python_str(&units),
        _ => literal::python(literal::bytes(text)),
    }
}

/// Whether the module socket has the constant wherever the system does.
fn has(os: Os, name: &str) -> bool {
    let everywhere = matches!(
        name,
        "AF_UNSPEC"
            | "AF_INET"
            | "AF_INET6"
            | "SOCK_STREAM"
            | "SOCK_DGRAM"
            | "SOCK_RAW"
            | "SOCK_RDM"
            | "SOCK_SEQPACKET"
            | "IPPROTO_IP"
            | "IPPROTO_TCP"
            | "IPPROTO_UDP"
            | "IPPROTO_ICMP"
            | "IPPROTO_ICMPV6"
            | "IPPROTO_IGMP"
            | "IPPROTO_IPV6"
            | "IPPROTO_ROUTING"
            | "IPPROTO_FRAGMENT"
            | "IPPROTO_ESP"
            | "IPPROTO_AH"
            | "IPPROTO_NONE"
            | "IPPROTO_DSTOPTS"
            | "IPPROTO_PIM"
            | "IPPROTO_SCTP"
            | "IPPROTO_RAW"
            | "AI_PASSIVE"
            | "AI_CANONNAME"
            | "AI_NUMERICHOST"
            | "AI_NUMERICSERV"
            | "AI_ALL"
            | "AI_V4MAPPED"
            | "AI_ADDRCONFIG"
    );
    everywhere
        || (os != Os::Windows && matches!(name, "AF_UNIX" | "IPPROTO_RSVP" | "IPPROTO_GRE"))
        || (os == Os::Linux
            && matches!(
                name,
                "AF_NETLINK" | "AF_PACKET" | "AF_VSOCK" | "AF_CAN" | "AF_ALG"
            ))
}
