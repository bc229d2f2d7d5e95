//! Thousands of calls leak no memory and no descriptor.
//!
//! `SOCKSCOPE_LEAK_ROUNDS` lowers the number of rounds if each takes long: `.ci/memory` runs this
//! under valgrind.

use std::io::Write as _;
use std::net::TcpListener;
use std::thread;

use sockscope::names::Os;
use sockscope::net::{Call, Hints, Query, Recorder, SocketId, Triple, Value, encode};
use sockscope::sys::System;
use sockscope::text::Text;

use crate::support::again::alone;
use crate::support::process::status;
use crate::support::run::here;

tests! {
    thousands_of_calls_leak_nothing: File("/etc/services"), LOCALHOST;
    gigabyte_from_the_peer_takes_no_memory: PROC;
}

/// Alone in its process: the allocations of other tests would count.
#[expect(unsafe_code, reason = "mallinfo2 is C")]
fn thousands_of_calls_leak_nothing() {
    alone(|| {
        let query = |node: Option<&str>, service: Option<&str>, hints: [i32; 4]| Query {
            node: node.map(|text| Text::new(text).unwrap()),
            service: service.map(|text| Text::new(text).unwrap()),
            hints: Some(Hints {
                flags: hints[0],
                family: hints[1],
                socktype: hints[2],
                protocol: hints[3],
            }),
        };
        /// From netdb.h; the libc crate lacks it.
        const EAI_ADDRFAMILY: i32 = -9;
        let v6 = libc::AF_INET6;
        let queries = [
            // Lists of one entry and of several, with and without a canonical name; some sockets
            // are refused.
            (0, query(None, Some("80"), [0; 4])),
            (0, query(Some("127.0.0.1"), None, [0; 4])),
            (
                0,
                query(
                    Some("fe80::1%1"),
                    Some("27015"),
                    [libc::AI_CANONNAME, 0, 1, 0],
                ),
            ),
            (
                0,
                query(
                    Some("localhost"),
                    Some("http"),
                    [libc::AI_CANONNAME, 0, 0, 0],
                ),
            ),
            // Every error that needs no network.
            (libc::EAI_NONAME, query(None, None, [0; 4])),
            (libc::EAI_NONAME, query(Some("a..b"), Some("80"), [0; 4])),
            (
                libc::EAI_BADFLAGS,
                query(Some("::1"), None, [i32::MIN, 0, 0, 0]),
            ),
            (libc::EAI_FAMILY, query(Some("::1"), None, [0, 999, 0, 0])),
            (libc::EAI_SOCKTYPE, query(Some("::1"), None, [0, 0, 1, 17])),
            (
                libc::EAI_SERVICE,
                query(Some("::1"), Some("nosuch"), [0; 4]),
            ),
            (
                EAI_ADDRFAMILY,
                query(Some("127.0.0.1"), None, [0, v6, 0, 0]),
            ),
        ];
        let round = || {
            for (code, query) in &queries {
                let run = here(query, true);
                let record = run.answer().unwrap();
                let returned = record.error().map_or(0, |error| error.code);
                assert_eq!(returned, *code, "{query:?}");
            }
        };
        let allocated = || {
            // SAFETY: the call takes nothing and returns a struct of numbers.
            let info = unsafe { libc::mallinfo2() };
            info.uordblks + info.hblkhd
        };
        let descriptors = || std::fs::read_dir("/proc/self/fd").unwrap().count();

        // The first calls read the configuration, which stays in memory.
        for _ in 0..10 {
            round();
        }
        let before = (allocated(), descriptors());
        let rounds =
            std::env::var("SOCKSCOPE_LEAK_ROUNDS").map_or(500, |rounds| rounds.parse().unwrap());
        for _ in 0..rounds {
            round();
        }
        let after = (allocated(), descriptors());
        // An addrinfo has at least 48 bytes: one lost in each round would be 24,000.
        let grown = after.0.saturating_sub(before.0);
        assert!(grown < 4_096, "{grown} bytes after {rounds} rounds");
        assert_eq!(after.1, before.1, "descriptors");
    });
}

/// The most that it may add to the resident memory, in kilobytes: the peer's megabyte is part of it.
const GROWTH: u64 = 4 * 1024;

/// Alone in its process: the memory of other tests would count.
fn gigabyte_from_the_peer_takes_no_memory() {
    alone(|| {
        let recorder = Recorder::new(System, None);
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = SocketId(1);
        let triple = Triple {
            family: libc::AF_INET,
            socktype: libc::SOCK_STREAM,
            protocol: 0,
        };
        let address = encode(Os::HOST, server.local_addr().unwrap());
        for call in [
            Call::Socket { socket, triple },
            Call::Connect { socket, address },
        ] {
            assert!(recorder.call(None, call).value().is_some());
        }
        let mut peer = server.accept().unwrap().0;
        let most = || status(std::process::id(), "VmHWM").unwrap();
        let before = most();
        let sender = thread::spawn(move || {
            let megabyte = vec![b'x'; 1 << 20];
            (0..1024).for_each(|_| peer.write_all(&megabyte).unwrap());
        });
        let mut received = 0;
        loop {
            let length = usize::MAX;
            let record = recorder.call(None, Call::Recv { socket, length });
            let Some(Value::Received(data)) = record.value() else {
                panic!("{record:?}");
            };
            if data.is_empty() {
                break;
            }
            received += data.len();
        }
        sender.join().unwrap();
        recorder.close_all();
        assert_eq!(received, 1 << 30);
        let after = most();
        assert!(after < before + GROWTH, "{before} kB, {after} kB");
    });
}
