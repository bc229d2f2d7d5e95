//! The program in C for Windows, in the order of Microsoft's "Creating a Socket for the Server".

use super::c::{Argument, call, list, members};
use super::constant::Constants;
use super::{Subject, head, literal};
use crate::names::Os;
use crate::net::{Query, Text};

const BUILD: [&str; 2] = [
    "Build:  cl sockets.c",
    "or:     gcc -Wall -Wextra -o sockets.exe sockets.c -lws2_32  (mingw-w64)",
];

const INCLUDES: &str = r#"
#include <winsock2.h>
#include <ws2tcpip.h>
#include <stdio.h>

#ifdef _MSC_VER
#pragma comment(lib, "Ws2_32.lib")
#endif

int main(void)
{
    // No call of Winsock works before this one; 2.2 is the newest version.
    WSADATA data;
    int started = WSAStartup(MAKEWORD(2, 2), &data);
    if (started != 0) {
        fprintf(stderr, "WSAStartup: error %d\n", started);
        return 1;
    }

"#;

const AFTER_CALL: &str = r#"    printf("getaddrinfo %d\n", error);
    if (error != 0) {
        WSACleanup();
        return 1;
    }

"#;

const ENTRY: &str = r#"        char address[NI_MAXHOST], port[NI_MAXSERV];
        if (getnameinfo(ai->ai_addr, (socklen_t)ai->ai_addrlen,
                        address, sizeof address, port, sizeof port,
                        NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
            snprintf(address, sizeof address, "-");
            snprintf(port, sizeof port, "-");
        }
        printf("entry %d %d %d %s %s ", ai->ai_family, ai->ai_socktype,
               ai->ai_protocol, address, port);

        // A SOCKET is unsigned, never less than 0.
        SOCKET handle =
            socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
        if (handle == INVALID_SOCKET) {
            printf("socket error %d\n", WSAGetLastError());
            continue;
        }
        printf("socket ok\n");
        opened++;
        closesocket(handle);
    }

"#;

const END: &str = "    WSACleanup();
    return opened > 0 ? 0 : 3;
}
";

/// How the call takes its texts.
enum Call {
    /// `getaddrinfo`, in ASCII.
    Plain,
    /// `getaddrinfo`, in bytes that mean nothing in Unicode.
    Bytes,
    /// `GetAddrInfoW`, in UTF-16.
    Wide([Option<Vec<u16>>; 2]),
}

impl Call {
    fn of(query: &Query) -> Self {
        let texts = [query.node.as_ref(), query.service.as_ref()];
        let ascii = |text: Option<&Text>| text.is_none_or(|text| text.as_os_str().is_ascii());
        if texts.into_iter().all(ascii) {
            return Self::Plain;
        }
        let wide = texts.map(|text| text.map(|text| literal::utf16(text.as_os_str())));
        match wide {
            [Some(None), _] | [_, Some(None)] => Self::Bytes,
            [node, service] => Self::Wide([node.flatten(), service.flatten()]),
        }
    }
}

pub(super) fn program(host: Os, query: &Query, subject: Subject) -> String {
    let constants = Constants {
        host,
        target: Os::Windows,
        prefix: "",
        has,
    };
    let way = Call::of(query);
    let (function, info, free) = match way {
        Call::Plain | Call::Bytes => ("getaddrinfo", "struct addrinfo", "freeaddrinfo"),
        Call::Wide(_) => ("GetAddrInfoW", "ADDRINFOW", "FreeAddrInfoW"),
    };
    let why = match way {
        Call::Plain => "",
        Call::Bytes => "    // No UTF-8: Windows reads these bytes in this machine's code page.\n",
        Call::Wide(_) => "    // The call for text that is not ASCII; it takes UTF-16.\n",
    };
    let names = ["node", "service"];
    let [node, service] = match &way {
        Call::Plain | Call::Bytes => [
            Argument::bytes(names[0], query.node.as_ref()),
            Argument::bytes(names[1], query.service.as_ref()),
        ],
        Call::Wide([node, service]) => {
            [(names[0], node), (names[1], service)].map(|(name, text)| {
                text.as_ref()
                    .map_or_else(Argument::null, |text| Argument::wide(name, text))
            })
        }
    };
    let hints = query.hints.as_ref().map_or_else(String::new, |hints| {
        format!(
            "    // What is not set in the hints must be zero.\n    {info} hints;\n    \
             ZeroMemory(&hints, sizeof hints);\n{}",
            members(&constants, hints).0
        )
    });
    [
        &head("//", subject, &BUILD),
        INCLUDES,
        &hints,
        &node.declaration,
        &service.declaration,
        &format!("    {info} *result = NULL;\n"),
        why,
        &call(function, &node, &service, query.hints.is_some()),
        AFTER_CALL,
        &list(info, subject),
        ENTRY,
        &format!("    {free}(result);\n"),
        END,
    ]
    .concat()
}

/// Whether winsock2.h and ws2tcpip.h have the constant, Microsoft's and mingw-w64's of 2022.
fn has(_: Os, name: &str) -> bool {
    !name.starts_with("IPPROTO_RESERVED_")
        && !matches!(
            name,
            "AF_LINK"
                | "AF_HYPERV"
                | "AI_DNS_ONLY"
                | "AI_FORCE_CLEAR_TEXT"
                | "AI_BYPASS_DNS_CACHE"
                | "AI_RETURN_TTL"
        )
}
