//! Calls that succeed.

use super::super::scene::{Row, freebsd, linux, windows};
use super::merged;

/// The calls that succeed, each with its rule.
pub(in super::super) const ROWS: &[Row] = &[
    Row {
        rule: "bind-port-swapped",
        speaks: || {
            linux()
                .service("27015")
                .calls("socket inet stream; bind 0.0.0.0:34665")
        },
        silent: || {
            linux()
                .service("27015")
                .calls("socket inet stream; bind 0.0.0.0:27015")
        },
    },
    Row {
        rule: "bind-loopback-only",
        speaks: || {
            let listed = linux().service("80").returns(1, 6, "127.0.0.1:80");
            listed.calls("socket inet stream; bind 127.0.0.1:80")
        },
        silent: || {
            let listed = linux().node("127.0.0.1").returns(1, 6, "127.0.0.1:80");
            listed.calls("socket inet stream; bind 127.0.0.1:80")
        },
    },
    Row {
        rule: "reuseaddr-late",
        speaks: || linux().calls("socket inet stream; bind 0.0.0.0:80; set REUSEADDR 1"),
        silent: || linux().calls("socket inet stream; set REUSEADDR 1"),
    },
    Row {
        rule: "reuseaddr-shares",
        speaks: || windows().calls("socket inet stream; set REUSEADDR 1"),
        silent: || freebsd().calls("socket inet stream; set REUSEADDR 1"),
    },
    Row {
        rule: "listen-unbound",
        speaks: || linux().calls("socket inet stream; listen"),
        silent: || linux().calls("socket inet stream; bind 0.0.0.0:80; listen"),
    },
    Row {
        rule: "connect-wildcard",
        speaks: || linux().calls("socket inet stream; connect 0.0.0.0:80"),
        silent: || linux().calls("socket inet stream; connect 127.0.0.1:80"),
    },
    Row {
        rule: "connect-before-accept",
        speaks: || {
            linux().calls(
                "socket inet stream; bind 0.0.0.0:80; listen; 2 socket inet stream; 2 connect 127.0.0.1:80",
            )
        },
        silent: || {
            linux().calls(
                "socket inet stream; bind 0.0.0.0:80; 2 socket inet stream; 2 connect 127.0.0.1:80",
            )
        },
    },
    Row {
        rule: "connect-datagram",
        speaks: || linux().calls("socket inet dgram; connect 127.0.0.1:80"),
        silent: || linux().calls("socket inet stream; connect 127.0.0.1:80"),
    },
    Row {
        rule: "send-partial",
        speaks: || linux().calls("socket inet stream; connect 127.0.0.1:80; send ab = 1"),
        silent: || linux().calls("socket inet stream; connect 127.0.0.1:80; send ab"),
    },
    Row {
        rule: "send-to-closed-peer",
        speaks: || linux().calls("socket inet stream; connect 127.0.0.1:80; recv 9; send a"),
        silent: || linux().calls("socket inet stream; connect 127.0.0.1:80; recv 9 = b; send a"),
    },
    Row {
        rule: "sends-merged",
        speaks: || merged("HelloWorld"),
        silent: || merged("Hello"),
    },
    Row {
        rule: "peer-closed",
        speaks: || linux().calls("socket inet stream; connect 127.0.0.1:80; recv 9"),
        silent: || linux().calls("socket inet stream; connect 127.0.0.1:80; recv 0"),
    },
    Row {
        rule: "datagram-truncated",
        speaks: || linux().calls("socket inet dgram; bind 127.0.0.1:80; recv 2 = ab"),
        silent: || linux().calls("socket inet dgram; bind 127.0.0.1:80; recv 3 = ab"),
    },
    Row {
        rule: "close-without-shutdown",
        speaks: || linux().calls("socket inet stream; connect 127.0.0.1:80; send a; close"),
        silent: || {
            linux().calls("socket inet stream; connect 127.0.0.1:80; send a; shutdown; close")
        },
    },
];
