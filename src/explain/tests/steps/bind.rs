//! Options, addresses and bind() that are refused.

use super::super::scene::{Row, linux, windows};
use super::unprivileged;
use crate::net::{Call, PortState};

/// The failing calls up to bind(), each with its rule.
pub(in super::super) const ROWS: &[Row] = &[
    Row {
        rule: "v6only-after-bind",
        speaks: || linux().calls("socket inet6 stream; bind [::]:80; set V6ONLY 1 ! EINVAL"),
        silent: || linux().calls("socket inet6 stream; set V6ONLY 1 ! EINVAL"),
    },
    Row {
        rule: "v6only-ipv4",
        speaks: || linux().calls("socket inet stream; set V6ONLY 1 ! ENOPROTOOPT"),
        silent: || linux().calls("socket inet6 stream; set V6ONLY 1 ! ENOPROTOOPT"),
    },
    Row {
        rule: "exclusive-and-reuse",
        speaks: || {
            windows()
                .calls("socket inet stream; set REUSEADDR 1; set EXCLUSIVEADDRUSE 1 ! WSAEINVAL")
        },
        silent: || {
            windows()
                .calls("socket inet stream; set REUSEADDR 0; set EXCLUSIVEADDRUSE 1 ! WSAEINVAL")
        },
    },
    Row {
        rule: "option-unknown",
        speaks: || linux().calls("socket inet stream; set REUSEPORT 1 ! ENOPROTOOPT"),
        silent: || linux().calls("socket inet stream; set REUSEPORT 1 ! EINVAL"),
    },
    Row {
        rule: "handle-not-open",
        speaks: || linux().calls("socket inet stream; close; send a ! EBADF"),
        silent: || linux().calls("socket inet stream; send a ! EPIPE"),
    },
    Row {
        rule: "address-family",
        speaks: || linux().calls("socket inet6 stream; bind 0.0.0.0:80 ! EINVAL"),
        silent: || linux().calls("socket inet6 stream; bind [::]:80 ! EINVAL"),
    },
    Row {
        rule: "address-malformed",
        speaks: || {
            let mut scene = linux().calls("socket inet stream; bind 0.0.0.0:80 ! EINVAL");
            if let Some((Call::Bind { address, .. }, _)) = scene.steps.last_mut() {
                *address = address[..8].into();
            }
            scene
        },
        silent: || linux().calls("socket inet stream; bind 0.0.0.0:80 ! EINVAL"),
    },
    Row {
        rule: "address-scope",
        speaks: || {
            linux()
                .interface("eth0", false, &["fe80::1"])
                .calls("socket inet6 stream; bind [fe80::1]:80 ! EINVAL")
        },
        silent: || {
            linux()
                .interface("eth0", false, &["fe80::1"])
                .calls("socket inet6 stream; bind [fe80::1%1]:80 ! EINVAL")
        },
    },
    Row {
        rule: "address-scope-unknown",
        speaks: || linux().calls("socket inet6 stream; bind [fe80::1%9]:80 ! ENODEV"),
        silent: || linux().calls("socket inet6 stream; bind [::1]:80 ! ENODEV"),
    },
    Row {
        rule: "mapped-v6only",
        speaks: || {
            linux().calls(
                "socket inet6 stream; set V6ONLY 1; connect [::ffff:127.0.0.1]:80 ! ENETUNREACH",
            )
        },
        silent: || {
            linux().calls("socket inet6 stream; connect [::ffff:127.0.0.1]:80 ! ENETUNREACH")
        },
    },
    Row {
        rule: "broadcast-off",
        speaks: || linux().calls("socket inet dgram; sendto 255.255.255.255:9 ! EACCES"),
        silent: || {
            linux().calls("socket inet dgram; set BROADCAST 1; sendto 255.255.255.255:9 ! EACCES")
        },
    },
    Row {
        rule: "bind-twice",
        speaks: || linux().calls("socket inet stream; bind 0.0.0.0:80; bind 0.0.0.0:81 ! EINVAL"),
        silent: || linux().calls("socket inet stream; bind 0.0.0.0:81 ! EINVAL"),
    },
    Row {
        rule: "port-privileged",
        speaks: || unprivileged().calls("socket inet stream; bind 0.0.0.0:80 ! EACCES"),
        silent: || unprivileged().calls("socket inet stream; bind 0.0.0.0:8080 ! EACCES"),
    },
    Row {
        rule: "port-exclusive",
        speaks: || {
            windows()
                .user("0.0.0.0:80", PortState::Listening, Some("w3wp.exe"))
                .calls("socket inet stream; bind 127.0.0.1:80 ! WSAEACCES")
        },
        silent: || {
            windows()
                .user("0.0.0.0:81", PortState::Listening, Some("w3wp.exe"))
                .calls("socket inet stream; bind 127.0.0.1:80 ! WSAEACCES")
        },
    },
    Row {
        rule: "port-reserved",
        speaks: || windows().calls("socket inet stream; bind 0.0.0.0:50000 ! WSAEACCES"),
        silent: || linux().calls("socket inet stream; bind 0.0.0.0:50000 ! EACCES"),
    },
    Row {
        rule: "call-denied",
        speaks: || linux().calls("socket inet stream; connect 192.0.2.1:80 ! EACCES"),
        silent: || unprivileged().calls("socket inet stream; bind 0.0.0.0:80 ! EACCES"),
    },
    Row {
        rule: "no-free-port",
        speaks: || linux().calls("socket inet stream; bind 0.0.0.0:0 ! EADDRINUSE"),
        silent: || linux().calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE"),
    },
    Row {
        rule: "own-dual-stack",
        speaks: || {
            linux().calls(
                "socket inet stream; bind 0.0.0.0:80; 2 socket inet6 stream; 2 bind [::]:80 ! EADDRINUSE",
            )
        },
        silent: || {
            linux().calls(
                "socket inet stream; bind 0.0.0.0:80; 2 socket inet stream; 2 bind 0.0.0.0:80 ! EADDRINUSE",
            )
        },
    },
    Row {
        rule: "port-own-socket",
        speaks: || {
            linux().calls(
                "socket inet stream; bind 0.0.0.0:80; 2 socket inet stream; 2 bind 0.0.0.0:80 ! EADDRINUSE",
            )
        },
        silent: || {
            linux().calls(
                "socket inet stream; bind 0.0.0.0:80; close; 2 socket inet stream; 2 bind 0.0.0.0:80 ! EADDRINUSE",
            )
        },
    },
    Row {
        rule: "port-dual-stack",
        speaks: || {
            linux()
                .user("0.0.0.0:80", PortState::Listening, Some("nginx"))
                .calls("socket inet6 stream; bind [::]:80 ! EADDRINUSE")
        },
        silent: || {
            linux()
                .user("0.0.0.0:80", PortState::Listening, Some("nginx"))
                .calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE")
        },
    },
    Row {
        rule: "port-this-process",
        speaks: || {
            let scene = linux().user("0.0.0.0:80", PortState::Listening, Some("sockscope"));
            scene
                .machine(|machine| machine.ports.as_mut().unwrap()[0].own = true)
                .calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE")
        },
        silent: || {
            linux()
                .user("0.0.0.0:80", PortState::Listening, Some("sockscope"))
                .calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE")
        },
    },
    Row {
        rule: "port-reuse-listener",
        speaks: || {
            linux()
                .user("0.0.0.0:80", PortState::Listening, Some("nginx"))
                .calls("socket inet stream; set REUSEADDR 1; bind 0.0.0.0:80 ! EADDRINUSE")
        },
        silent: || {
            linux()
                .user("0.0.0.0:80", PortState::Listening, Some("nginx"))
                .calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE")
        },
    },
    Row {
        rule: "port-taken-by",
        speaks: || {
            linux()
                .user("0.0.0.0:80", PortState::Listening, Some("nginx"))
                .calls("socket inet stream; bind 127.0.0.1:80 ! EADDRINUSE")
        },
        silent: || {
            linux()
                .user("192.0.2.1:80", PortState::Listening, Some("nginx"))
                .calls("socket inet stream; bind 127.0.0.1:80 ! EADDRINUSE")
        },
    },
    Row {
        rule: "port-hidden-owner",
        speaks: || {
            linux()
                .user("0.0.0.0:80", PortState::Listening, None)
                .calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE")
        },
        silent: || {
            linux()
                .user("0.0.0.0:80", PortState::Listening, Some("nginx"))
                .calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE")
        },
    },
    Row {
        rule: "port-time-wait-no-reuse",
        speaks: || {
            linux()
                .user("127.0.0.1:80", PortState::TimeWait, None)
                .calls("socket inet stream; bind 127.0.0.1:80; listen; close")
                .calls("2 socket inet stream; 2 bind 0.0.0.0:80 ! EADDRINUSE")
        },
        silent: || {
            linux()
                .user("127.0.0.1:80", PortState::TimeWait, None)
                .calls("socket inet stream; set REUSEADDR 1; bind 127.0.0.1:80; listen; close")
                .calls("2 socket inet stream; 2 bind 0.0.0.0:80 ! EADDRINUSE")
        },
    },
    Row {
        rule: "port-time-wait",
        speaks: || {
            linux()
                .user("127.0.0.1:80", PortState::TimeWait, None)
                .calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE")
        },
        silent: || {
            linux()
                .user("127.0.0.1:80", PortState::TimeWait, None)
                .calls("socket inet stream; set REUSEADDR 1; bind 0.0.0.0:80 ! EADDRINUSE")
        },
    },
    Row {
        rule: "port-steam",
        speaks: || linux().calls("socket inet stream; bind 0.0.0.0:27015 ! EADDRINUSE"),
        silent: || linux().calls("socket inet stream; bind 0.0.0.0:27016 ! EADDRINUSE"),
    },
    Row {
        rule: "port-taken",
        speaks: || linux().calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE"),
        silent: || linux().calls("socket inet stream; bind 0.0.0.0:80 ! EINVAL"),
    },
    Row {
        rule: "bind-ipv6-off",
        speaks: || {
            linux()
                .interface("lo", true, &[])
                .calls("socket inet6 stream; bind [::1]:80 ! EADDRNOTAVAIL")
        },
        silent: || {
            linux()
                .interface("lo", false, &["::1"])
                .calls("socket inet6 stream; bind [::1]:80 ! EADDRNOTAVAIL")
        },
    },
    Row {
        rule: "address-not-here",
        speaks: || {
            linux()
                .interface("eth0", false, &["192.0.2.2"])
                .calls("socket inet stream; bind 192.0.2.1:80 ! EADDRNOTAVAIL")
        },
        silent: || {
            linux()
                .interface("eth0", false, &["192.0.2.1"])
                .calls("socket inet stream; bind 192.0.2.1:80 ! EADDRNOTAVAIL")
        },
    },
    Row {
        rule: "address-not-ready",
        speaks: || {
            linux()
                .interface("eth0", false, &["2001:db8::1"])
                .calls("socket inet6 stream; bind [2001:db8::1]:80 ! EADDRNOTAVAIL")
        },
        silent: || {
            linux()
                .interface("eth0", false, &["2001:db8::2"])
                .calls("socket inet6 stream; bind [2001:db8::1]:80 ! EADDRNOTAVAIL")
        },
    },
];
