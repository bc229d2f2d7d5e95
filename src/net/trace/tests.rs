use std::sync::{Arc, mpsc};

use super::*;
use crate::net::{Handle, System, Version, WsaData};

#[test]
fn wsastartup_is_a_line_whatever_came_of_it() {
    let took = Duration::from_micros(214);
    let version = Version { major: 2, minor: 2 };
    let data = WsaData {
        version,
        high_version: version,
        description: "WinSock 2.0".to_owned(),
        status: "Running".to_owned(),
    };
    let error = OsError {
        call: Call::WsaStartup,
        domain: Domain::Wsa,
        code: 10091,
        message: "".into(),
    };
    for (winsock, line) in [
        (
            Winsock::Called {
                result: Ok(data),
                took,
            },
            r#"WSAStartup(MAKEWORD(2, 2), &wsaData) = 0 2.2 "WinSock 2.0" "Running" <0.000214>"#,
        ),
        (
            Winsock::Called {
                result: Err(error),
                took,
            },
            if cfg!(windows) {
                "WSAStartup(MAKEWORD(2, 2), &wsaData) = 10091 WSASYSNOTREADY <0.000214>"
            } else {
                "WSAStartup(MAKEWORD(2, 2), &wsaData) = 10091 <0.000214>"
            },
        ),
        (Winsock::NotCalled, "WSAStartup was not called"),
    ] {
        assert_eq!(&*wsastartup(&winsock).text, line);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn every_call_is_a_line_in_the_order_in_which_it_returned() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&lines);
    let net = Traced::new(System, move |line| {
        if let Ok(mut lines) = told.lock() {
            lines.push(String::from(line.text));
        }
    });
    let query = Query {
        hints: None,
        ..Query::server_example()
    };
    let resolution = net.resolve(&query);
    for entry in resolution.entries().iter().rev().take(2) {
        if let (_, Some(socket)) = net.open(entry) {
            net.close(socket);
        }
    }
    let lines = lines
        .lock()
        .map(|lines| lines.join("\n"))
        .unwrap_or_default();
    // Times differ from run to run.
    let shape: Vec<&str> = lines
        .lines()
        .map(|line| line.split(" <").next().unwrap_or(line))
        .collect();
    let raw =
        "socket(AF_INET, SOCK_RAW, IPPROTO_IP) = -1 EPROTONOSUPPORT 93 (Protocol not supported)";
    let raw6 =
        "socket(AF_INET6, SOCK_RAW, IPPROTO_IP) = -1 EPROTONOSUPPORT 93 (Protocol not supported)";
    assert!(
        shape[0].starts_with("getaddrinfo(NULL, \"27015\", NULL, [")
            && shape[0].ends_with("entries]) = 0"),
        "{lines}"
    );
    assert!(shape[1].starts_with("freeaddrinfo(["), "{lines}");
    assert!(shape[2] == raw || shape[2] == raw6, "{lines}");
    assert!(
        shape[3].starts_with("socket(AF_INET") && shape[3].contains("SOCK_DGRAM, IPPROTO_UDP) = "),
        "{lines}"
    );
    assert!(
        shape[4].starts_with("close(") && shape[4].ends_with(") = 0"),
        "{lines}"
    );
    assert!(lines.lines().all(|line| line.ends_with('>')), "{lines}");
}

#[test]
fn failed_is_what_the_result_says_whatever_the_line_says() {
    let took = Duration::ZERO;
    let handle = Handle(9);
    let error = |call, domain, code| OsError {
        call,
        domain,
        code,
        message: "".into(),
    };
    let gai = |code| GaiError {
        error: error(Call::Getaddrinfo, Domain::Gai, code),
        errno: None,
    };
    let resolution = |result| Resolution {
        query: Query::default(),
        result,
        took,
        freed: Some(took),
    };
    let entry = AddrInfo {
        flags: 0,
        family: 0,
        socktype: 0,
        protocol: 0,
        addrlen: 0,
        addr: None,
        canonname: None,
    };
    let inquiry = |result| {
        super::inquiry(&Inquiry {
            call: Call::Getsockopt,
            option: Some("SO_TYPE"),
            handle,
            result,
            took,
        })
    };
    let begun = || "call(".to_owned();
    let close = |result| {
        super::close(&Closed {
            handle,
            result,
            took,
        })
    };
    let failed = [
        wsastartup(&Winsock::Called {
            result: Err(error(Call::WsaStartup, Domain::Wsa, 10091)),
            took,
        }),
        // glibc's codes are negative, those of the BSDs and of Windows positive.
        resolved(begun(), &resolution(Err(gai(-2)))),
        resolved(begun(), &resolution(Err(gai(8)))),
        reversed(
            begun(),
            &Reverse {
                result: Err(gai(4)),
                took,
            },
        ),
        socket(
            &entry,
            &Attempt {
                result: Err(error(Call::Socket, Domain::Wsa, 10047)),
                took,
            },
        ),
        close(Err(error(Call::Close, Domain::Wsa, 10038))),
        inquiry(Err(error(Call::Getsockopt, Domain::Errno, 9))),
    ];
    for line in failed {
        assert!(line.failed, "{line:?}");
    }
    let not_failed = [
        wsastartup(&Winsock::NotCalled),
        resolved(begun(), &resolution(Ok(Vec::new()))),
        freeaddrinfo(&resolution(Ok(Vec::new())), took),
        socket(
            &entry,
            &Attempt {
                result: Ok(handle),
                took,
            },
        ),
        close(Ok(())),
        inquiry(Ok("-1".to_owned())),
    ];
    for line in not_failed {
        assert!(!line.failed, "{line:?}");
    }
}

#[test]
fn a_call_that_has_not_returned_is_told_of_at_the_end_and_then_no_more() {
    let (tell, told) = mpsc::channel();
    let tell = Mutex::new(tell);
    let net = Traced::new(System, move |line| {
        if let Ok(tell) = tell.lock() {
            let _ = tell.send(line.text);
        }
    });
    // Windows has one before the first.
    let _ = told.try_iter().count();
    let call = |begun: &str, then: &dyn Fn()| {
        net.call(
            begun.to_owned(),
            |_| then(),
            |begun, ()| vec![TraceLine::without_result(begun + ") = 0")],
        );
    };
    call("outer(", &|| {
        call("inner(", &|| {});
        net.end();
    });
    net.end();
    assert_eq!(
        told.try_iter().map(String::from).collect::<Vec<_>>(),
        ["inner() = 0", "outer(<unfinished ...>"]
    );
}

#[test]
fn a_failed_lookup_says_its_number_and_name_and_frees_nothing() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&lines);
    let net = Traced::new(System, move |line| {
        if let Ok(mut lines) = told.lock() {
            lines.push(String::from(line.text));
        }
    });
    net.resolve(&Query {
        node: Text::new("a\u{1b}b").ok(),
        ..Query::default()
    });
    net.resolve(&Query {
        hints: Some(Default::default()),
        ..Query::default()
    });
    let lines = lines.lock().map(|lines| lines.clone()).unwrap_or_default();
    // Windows has one before the first.
    let lines = &lines[lines.iter().filter(|line| line.contains("wsaData")).count()..];
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("(\"a\\x1bb\", NULL, NULL, NULL) = "),
        "{lines:?}"
    );
    assert!(
        lines[1]
            .contains("{ai_flags=0, ai_family=AF_UNSPEC, ai_socktype=0, ai_protocol=IPPROTO_IP}"),
        "{lines:?}"
    );
}
