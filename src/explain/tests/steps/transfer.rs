//! Calls after bind() that fail.

use super::super::scene::{Row, linux, windows};
use crate::net::PortState;

/// The failing calls after bind(), each with its rule.
pub(in super::super) const ROWS: &[Row] = &[
    Row {
        rule: "not-a-stream",
        speaks: || linux().calls("socket inet dgram; bind 0.0.0.0:80; listen ! EOPNOTSUPP"),
        silent: || linux().calls("socket inet stream; bind 0.0.0.0:80; listen ! EOPNOTSUPP"),
    },
    Row {
        rule: "listen-connected",
        speaks: || linux().calls("socket inet stream; connect 127.0.0.1:80; listen ! EINVAL"),
        silent: || windows().calls("socket inet stream; listen ! WSAEINVAL"),
    },
    Row {
        rule: "listen-unbound-refused",
        speaks: || {
            windows()
                .service("80")
                .calls("socket inet stream; listen ! WSAEINVAL")
        },
        silent: || windows().calls("socket inet stream; bind 0.0.0.0:80; listen ! WSAEINVAL"),
    },
    Row {
        rule: "accept-not-listening",
        speaks: || linux().calls("socket inet stream; bind 0.0.0.0:80; accept 2 ! EINVAL"),
        silent: || linux().calls("socket inet stream; bind 0.0.0.0:80; listen; accept 2 ! EINVAL"),
    },
    Row {
        rule: "accept-aborted",
        speaks: || {
            linux().calls("socket inet stream; bind 0.0.0.0:80; listen; accept 2 ! ECONNABORTED")
        },
        silent: || linux().calls("socket inet stream; bind 0.0.0.0:80; listen; accept 2 ! EINTR"),
    },
    Row {
        rule: "connect-interrupted",
        speaks: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! EINTR"),
        silent: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! ETIMEDOUT"),
    },
    Row {
        rule: "connect-listener",
        speaks: || {
            linux().calls(
                "socket inet stream; bind 0.0.0.0:80; listen; connect 127.0.0.1:80 ! EISCONN",
            )
        },
        silent: || {
            linux()
                .calls("socket inet stream; connect 127.0.0.1:80; connect 127.0.0.1:80 ! EISCONN")
        },
    },
    Row {
        rule: "connect-twice",
        speaks: || {
            linux()
                .calls("socket inet stream; connect 127.0.0.1:80; connect 127.0.0.1:80 ! EISCONN")
        },
        silent: || {
            linux().calls(
                "socket inet stream; connect 127.0.0.1:80 ! EINTR; connect 127.0.0.1:80 ! EISCONN",
            )
        },
    },
    Row {
        rule: "connect-finished",
        speaks: || {
            linux().calls(
                "socket inet stream; connect 192.0.2.1:80 ! EINTR; connect 192.0.2.1:80 ! EISCONN",
            )
        },
        silent: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! EISCONN"),
    },
    Row {
        rule: "connect-going-on",
        speaks: || {
            linux().calls(
                "socket inet stream; connect 192.0.2.1:80 ! EINTR; connect 192.0.2.1:80 ! EALREADY",
            )
        },
        silent: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! EALREADY"),
    },
    Row {
        rule: "connect-port-zero",
        speaks: || {
            linux()
                .service("80")
                .calls("socket inet stream; connect 127.0.0.1:0 ! ECONNREFUSED")
        },
        silent: || linux().calls("socket inet stream; connect 127.0.0.1:80 ! ECONNREFUSED"),
    },
    Row {
        rule: "connect-wildcard-refused",
        speaks: || windows().calls("socket inet stream; connect 0.0.0.0:80 ! WSAEADDRNOTAVAIL"),
        silent: || windows().calls("socket inet stream; connect 192.0.2.1:80 ! WSAEADDRNOTAVAIL"),
    },
    Row {
        rule: "connect-port-swapped",
        // 27015 is 0x6987, and 34665 is 0x8769.
        speaks: || {
            linux()
                .service("27015")
                .calls("socket inet stream; connect 127.0.0.1:34665 ! ECONNREFUSED")
        },
        silent: || {
            linux()
                .service("27015")
                .calls("socket inet stream; connect 127.0.0.1:27015 ! ECONNREFUSED")
        },
    },
    Row {
        rule: "connect-other-address",
        speaks: || {
            linux()
                .user("192.0.2.1:80", PortState::Listening, Some("nginx"))
                .calls("socket inet stream; connect 127.0.0.1:80 ! ECONNREFUSED")
        },
        silent: || {
            linux()
                .user("0.0.0.0:80", PortState::Listening, Some("nginx"))
                .calls("socket inet stream; connect 127.0.0.1:80 ! ECONNREFUSED")
        },
    },
    Row {
        rule: "connect-nobody-listens",
        speaks: || {
            linux()
                .machine(|machine| machine.ports = Some(Vec::new()))
                .calls("socket inet stream; connect 127.0.0.1:80 ! ECONNREFUSED")
        },
        silent: || {
            linux()
                .machine(|machine| machine.ports = Some(Vec::new()))
                .calls("socket inet stream; connect 192.0.2.1:80 ! ECONNREFUSED")
        },
    },
    Row {
        rule: "connect-refused",
        speaks: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! ECONNREFUSED"),
        silent: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! ETIMEDOUT"),
    },
    Row {
        rule: "connect-timed-out",
        speaks: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! ETIMEDOUT"),
        silent: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! ECONNREFUSED"),
    },
    Row {
        rule: "connect-no-ipv6",
        speaks: || {
            linux()
                .configured(true, false)
                .calls("socket inet6 stream; connect [2001:db8::1]:80 ! ENETUNREACH")
        },
        silent: || {
            linux()
                .configured(true, true)
                .calls("socket inet6 stream; connect [2001:db8::1]:80 ! ENETUNREACH")
        },
    },
    Row {
        rule: "connect-unreachable",
        speaks: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! EHOSTUNREACH"),
        silent: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! EADDRNOTAVAIL"),
    },
    Row {
        rule: "connect-no-local-address",
        speaks: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! EADDRNOTAVAIL"),
        silent: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! ENETUNREACH"),
    },
    Row {
        rule: "call-interrupted",
        speaks: || linux().calls("socket inet stream; bind 0.0.0.0:80; listen; accept 2 ! EINTR"),
        silent: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! EINTR"),
    },
    Row {
        rule: "listener-used",
        speaks: || linux().calls("socket inet stream; bind 0.0.0.0:80; listen; recv 9 ! ENOTCONN"),
        silent: || linux().calls("socket inet stream; recv 9 ! ENOTCONN"),
    },
    Row {
        rule: "datagram-no-destination",
        speaks: || linux().calls("socket inet dgram; send a ! EDESTADDRREQ"),
        silent: || linux().calls("socket inet stream; send a ! EPIPE"),
    },
    Row {
        rule: "not-connected",
        speaks: || linux().calls("socket inet stream; send a ! EPIPE"),
        silent: || linux().calls("socket inet stream; connect 127.0.0.1:80; send a ! EPIPE"),
    },
    Row {
        rule: "send-after-shutdown",
        speaks: || {
            linux().calls("socket inet stream; connect 127.0.0.1:80; shutdown; send a ! EPIPE")
        },
        silent: || linux().calls("socket inet stream; connect 127.0.0.1:80; send a ! EPIPE"),
    },
    Row {
        rule: "datagram-refused",
        speaks: || {
            linux().calls("socket inet dgram; connect 127.0.0.1:80; send a; send b ! ECONNREFUSED")
        },
        silent: || linux().calls("socket inet stream; connect 127.0.0.1:80; send b ! ECONNRESET"),
    },
    Row {
        rule: "peer-gone",
        speaks: || linux().calls("socket inet stream; connect 127.0.0.1:80; send b ! ECONNRESET"),
        silent: || linux().calls("socket inet stream; send b ! EPIPE"),
    },
    Row {
        rule: "message-too-long",
        speaks: || linux().calls("socket inet dgram; connect 127.0.0.1:80; send a ! EMSGSIZE"),
        silent: || linux().calls("socket inet dgram; connect 127.0.0.1:80; send a"),
    },
];
