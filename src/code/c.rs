//! The program in C for POSIX systems.

use super::constant::{Constants, Style};
use super::{Subject, head, literal};
use crate::names::Os;
use crate::net::{Hint, Hints, Query, Text};

const BUILD: [&str; 1] = ["Build:  cc -std=c11 -Wall -Wextra -o sockets sockets.c"];

const INCLUDES: &str = "
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
";

const AFTER_CALL: &str = r#"    if (error != 0) {
        // Only EAI_SYSTEM leaves its reason in errno, until the next call.
        const char *why =
            error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
        fprintf(stderr, "getaddrinfo: %s\n", why);
        printf("getaddrinfo %d\n", error);
        return 1;
    }
    printf("getaddrinfo 0\n");

"#;

const ENTRY: &str = r#"        char address[NI_MAXHOST], port[NI_MAXSERV];
        if (getnameinfo(ai->ai_addr, ai->ai_addrlen,
                        address, sizeof address, port, sizeof port,
                        NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
            strcpy(address, "-");
            strcpy(port, "-");
        }
        printf("entry %d %d %d %s %s ", ai->ai_family, ai->ai_socktype,
               ai->ai_protocol, address, port);

        int fd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
        if (fd == -1) {
            printf("socket error %d\n", errno);
            continue;
        }
        printf("socket ok\n");
        opened++;
        close(fd);
    }

    freeaddrinfo(result);
    return opened > 0 ? 0 : 3;
}
"#;

const STYLE: Style = Style {
    indent: "    ",
    end: ";",
    mark: "//",
    width: 76,
};

pub(super) fn program(host: Os, query: &Query, subject: Subject) -> String {
    let constants = Constants {
        host,
        // There is no POSIX on Windows; what every POSIX system has will do.
        target: if host == Os::Windows { Os::Linux } else { host },
        prefix: "",
        has: if host == Os::Windows { in_posix } else { has },
    };
    let (hints, gnu) = match &query.hints {
        None => (String::new(), false),
        Some(hints) => members(&constants, hints),
    };
    let zeroed = if query.hints.is_some() {
        "    // What is not set in the hints must be zero.
    struct addrinfo hints;
    memset(&hints, 0, sizeof hints);
"
    } else {
        ""
    };
    let feature = if gnu {
        "\n#define _GNU_SOURCE // for getaddrinfo, and flags that only glibc has\n"
    } else {
        "\n#define _DEFAULT_SOURCE // -std=c11 alone hides getaddrinfo (glibc, musl)\n"
    };
    let [node, service] = [("node", &query.node), ("service", &query.service)]
        .map(|(name, text)| Argument::bytes(name, text.as_ref()));
    [
        &head("//", subject, &BUILD),
        feature,
        INCLUDES,
        zeroed,
        &hints,
        &node.declaration,
        &service.declaration,
        "    struct addrinfo *result = NULL;\n",
        &call("getaddrinfo", &node, &service, query.hints.is_some()),
        AFTER_CALL,
        &list("struct addrinfo", subject),
        ENTRY,
    ]
    .concat()
}

/// The lines that fill in the hints, and whether a name in them is glibc's own.
pub(super) fn members(constants: &Constants, hints: &Hints) -> (String, bool) {
    let mut lines = String::new();
    let mut gnu = false;
    for hint in [Hint::Flags, Hint::Family, Hint::Socktype, Hint::Protocol] {
        let mut value = constants.value(hint, hint.get(hints));
        // C has no literal for INT_MIN: the minus is an operator, and the rest is no int.
        value.code = value.code.replace("-2147483648", "(-2147483647 - 1)");
        lines += &value.statement(&format!("hints.{} = ", hint.member()), &STYLE);
        gnu |= value.names.iter().any(|name| is_gnu(name));
    }
    (lines + "\n", gnu)
}

/// An argument of getaddrinfo.
pub(super) struct Argument {
    /// The variable that holds a text too long to stand in the call; else empty.
    pub(super) declaration: String,
    /// What stands in the call.
    expression: String,
}

/// No compiler has to take a longer string (C11, 5.2.4.1), an array it has to.
const LONGEST: usize = 4095;
/// What fits in the call's line.
const SHORT: usize = 32;

impl Argument {
    pub(super) fn null() -> Self {
        Self {
            declaration: String::new(),
            expression: "NULL".to_owned(),
        }
    }

    /// A `char *`.
    pub(super) fn bytes(name: &str, text: Option<&Text>) -> Self {
        let Some(text) = text else {
            return Self::null();
        };
        let bytes = literal::bytes(text.as_os_str());
        if bytes.len() > LONGEST {
            let units = bytes.iter().map(|&byte| literal::c_char(byte));
            return Self::array("char", name, units);
        }
        Self::string("char", name, literal::c(bytes))
    }

    /// A `wchar_t *`, of 16 bits.
    pub(super) fn wide(name: &str, text: &[u16]) -> Self {
        if text.len() > LONGEST {
            let units = text.iter().map(|unit| format!("0x{unit:04x}"));
            return Self::array("wchar_t", name, units);
        }
        Self::string("wchar_t", name, literal::c_wide(text))
    }

    fn string(of: &str, name: &str, literal: String) -> Self {
        if literal.len() <= SHORT {
            return Self {
                declaration: String::new(),
                expression: literal,
            };
        }
        Self {
            declaration: format!("    static const {of} {name}[] =\n        {literal};\n"),
            expression: name.to_owned(),
        }
    }

    fn array(of: &str, name: &str, units: impl Iterator<Item = String>) -> Self {
        let units: Vec<_> = units.chain(["0".to_owned()]).collect();
        let lines: Vec<_> = units.chunks(10).map(|line| line.join(", ")).collect();
        Self {
            declaration: format!(
                "    // Longer than the strings that every compiler takes.\n    \
                 static const {of} {name}[] = {{\n        {}\n    }};\n",
                lines.join(",\n        ")
            ),
            expression: name.to_owned(),
        }
    }
}

/// The call's line.
pub(super) fn call(function: &str, node: &Argument, service: &Argument, hints: bool) -> String {
    let hints = if hints { "&hints" } else { "NULL" };
    let (node, service) = (&node.expression, &service.expression);
    let line = format!("    int error = {function}({node}, {service}, {hints}, &result);\n");
    if line.len() <= STYLE.width {
        return line;
    }
    format!("    int error =\n        {function}({node}, {service}, {hints}, &result);\n")
}

/// The beginning of the loop over the list.
pub(super) fn list(entry: &str, subject: Subject) -> String {
    let start = format!("    for ({entry} *ai = result; ai != NULL; ai = ai->ai_next) {{\n");
    match subject {
        Subject::AllEntries => format!("    int opened = 0;\n{start}"),
        Subject::Entry(place) => format!(
            "    int opened = 0, place = 0;\n{start}        \
             // Only this entry was asked for.\n        \
             if (++place != {})\n            continue;\n\n",
            place.saturating_add(1)
        ),
    }
}

/// Whether the headers have the constant, of those that the tables have.
fn has(os: Os, name: &str) -> bool {
    match os {
        // glibc has them since 2.32 and later, musl since later still or never.
        Os::Linux => match name {
            "AF_MCTP" | "IPPROTO_MPTCP" | "IPPROTO_ETHERNET" => false,
            // Deprecated: gcc warns of them.
            "AI_IDN_ALLOW_UNASSIGNED" | "AI_IDN_USE_STD3_ASCII_RULES" => false,
            name => !(cfg!(target_env = "musl") && is_gnu(name)),
        },
        // Only in Apple's own version of the header.
        Os::Macos => name != "AF_MULTIPATH",
        // Since 13.2, 14 and 14.
        Os::Freebsd => !matches!(name, "AF_NETLINK" | "AF_HYPERV" | "AF_DIVERT"),
        Os::Windows => false,
    }
}

/// POSIX.1-2017, netdb.h, netinet/in.h and sys/socket.h.
fn in_posix(_: Os, name: &str) -> bool {
    matches!(
        name,
        "AF_INET"
            | "AF_INET6"
            | "AF_UNIX"
            | "AF_UNSPEC"
            | "SOCK_DGRAM"
            | "SOCK_RAW"
            | "SOCK_SEQPACKET"
            | "SOCK_STREAM"
            | "IPPROTO_ICMP"
            | "IPPROTO_IP"
            | "IPPROTO_IPV6"
            | "IPPROTO_RAW"
            | "IPPROTO_TCP"
            | "IPPROTO_UDP"
            | "AI_PASSIVE"
            | "AI_CANONNAME"
            | "AI_NUMERICHOST"
            | "AI_NUMERICSERV"
            | "AI_V4MAPPED"
            | "AI_ALL"
            | "AI_ADDRCONFIG"
    )
}

/// netdb.h has these only with `_GNU_SOURCE`.
fn is_gnu(name: &str) -> bool {
    name.starts_with("AI_IDN") || name == "AI_CANONIDN"
}
