//! The calls on sockets, against std's on the loopback interface.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
#[cfg(target_os = "linux")]
use std::time::Instant;

use super::*;
use crate::net::{
    Datagram, How, Linger, MAX_BUFFER, OptionValue, Record, SocketOption, decode, encode,
};
use crate::sys::socket;

const SOCK_DGRAM: i32 = 2;
const AF_INET: i32 = 2;
const DEADLINE: Duration = Duration::from_secs(20);

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A recorder with socket 1, of AF_INET and this type.
fn recorder(socktype: i32) -> Recorder<System> {
    let recorder = Recorder::new(System, None);
    add(&recorder, SOCKET, socktype);
    recorder
}

fn add(recorder: &Recorder<System>, socket: SocketId, socktype: i32) {
    let triple = Triple {
        family: AF_INET,
        socktype,
        protocol: 0,
    };
    succeeds(recorder, Call::Socket { socket, triple });
}

#[track_caller]
fn succeeds(recorder: &Recorder<System>, call: Call) -> Value {
    let record = recorder.call(None, call);
    match record.outcome {
        Outcome::Returned(value) => value,
        _ => panic!("{record:?}"),
    }
}

/// The number of the call's error on POSIX or Windows.
#[track_caller]
fn fails(record: &Record, posix: i32, wsa: i32) {
    let expected = if cfg!(windows) { wsa } else { posix };
    let code = record.error().map(|error| error.code);
    assert_eq!(code, Some(expected), "{record:?}");
}

fn bind(socket: SocketId, address: SocketAddr) -> Call {
    let address = encode(Os::HOST, address);
    Call::Bind { socket, address }
}

fn connect(socket: SocketId, address: SocketAddr) -> Call {
    let address = encode(Os::HOST, address);
    Call::Connect { socket, address }
}

fn recv(socket: SocketId) -> Call {
    Call::Recv {
        socket,
        length: MAX_BUFFER,
    }
}

fn send(socket: SocketId, data: &str) -> Call {
    let data = data.as_bytes().into();
    Call::Send { socket, data }
}

fn received(data: &str) -> Value {
    Value::Received(data.as_bytes().into())
}

#[track_caller]
fn address_of(recorder: &Recorder<System>, call: Call) -> SocketAddr {
    match succeeds(recorder, call) {
        Value::Address(bytes) => decode(Os::HOST, &bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Socket 1 listens; returns its address.
fn listening(recorder: &Recorder<System>, backlog: i32) -> SocketAddr {
    let socket = SOCKET;
    succeeds(recorder, bind(socket, ANY));
    succeeds(recorder, Call::Listen { socket, backlog });
    address_of(recorder, Call::Getsockname { socket })
}

#[test]
fn server_exchanges_data_with_a_client_of_std() {
    let recorder = recorder(SOCK_STREAM);
    let address = listening(&recorder, 5);
    let mut client = TcpStream::connect(address).unwrap();
    let (socket, new) = (SOCKET, SocketId(2));
    let record = recorder.call(None, Call::Accept { socket, new });
    let handle = record.handle().unwrap();
    assert_eq!(
        address_of(&recorder, Call::Getpeername { socket: new }),
        client.local_addr().unwrap()
    );
    client.write_all(b"this is a test").unwrap();
    let record = recorder.call(None, recv(new));
    assert_eq!(record.on, Some(handle));
    assert_eq!(record.value(), Some(&received("this is a test")));
    assert_eq!(succeeds(&recorder, send(new, "back")), Value::Sent(4));
    let how = How::Write;
    assert_eq!(
        succeeds(&recorder, Call::Shutdown { socket: new, how }),
        Value::Zero
    );
    let mut back = String::new();
    client.read_to_string(&mut back).unwrap();
    assert_eq!(back, "back");
    drop(client);
    assert_eq!(succeeds(&recorder, recv(new)), received(""));
    recorder.close_all();
    TcpListener::bind(address)
        .map(drop)
        .unwrap_or_else(|error| {
            // The server closed first, so that POSIX systems keep the port for TIME_WAIT.
            assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
        });
}

#[test]
fn client_exchanges_datagrams_with_a_socket_of_std() {
    let recorder = recorder(SOCK_DGRAM);
    let (socket, server) = (SOCKET, UdpSocket::bind(ANY).unwrap());
    let to = server.local_addr().unwrap();
    let datagram = Datagram {
        data: b"x".as_slice().into(),
        address: encode(Os::HOST, to),
    };
    let datagram = Box::new(datagram);
    let sent = succeeds(&recorder, Call::Sendto { socket, datagram });
    assert_eq!(sent, Value::Sent(1));
    let mut buffer = [0; 9];
    let (length, from) = server.recv_from(&mut buffer).unwrap();
    assert_eq!(&buffer[..length], b"x");
    server.send_to(b"", from).unwrap();
    server.send_to(b"longer", from).unwrap();
    let recvfrom = |length| recorder.call(None, Call::Recvfrom { socket, length });
    let Some(Value::Datagram(empty)) = recvfrom(4).value().cloned() else {
        panic!("no datagram");
    };
    assert_eq!(
        (&*empty.data, decode(Os::HOST, &empty.address)),
        (&[][..], Some(to))
    );
    let truncated = recvfrom(4);
    if cfg!(windows) {
        // WSAEMSGSIZE
        fails(&truncated, 0, 10040);
    } else {
        let Some(Value::Datagram(start)) = truncated.value() else {
            panic!("{truncated:?}");
        };
        assert_eq!(&*start.data, b"long");
    }
    recorder.close_all();
}

#[test]
fn recvfrom_on_a_stream_has_no_address() {
    let recorder = recorder(SOCK_STREAM);
    let server = TcpListener::bind(ANY).unwrap();
    let socket = SOCKET;
    succeeds(&recorder, connect(socket, server.local_addr().unwrap()));
    server.accept().unwrap().0.write_all(b"x").unwrap();
    let Value::Datagram(datagram) = succeeds(&recorder, Call::Recvfrom { socket, length: 9 })
    else {
        panic!("no datagram");
    };
    assert_eq!((&*datagram.data, &*datagram.address), (&b"x"[..], &[][..]));
    recorder.close_all();
}

#[test]
fn option_has_the_value_that_was_set() {
    let socket = SOCKET;
    for option in SocketOption::ALL {
        let exists = option.exists(Os::HOST);
        assert_eq!(socket::number(option).is_some(), exists, "{option:?}");
        let recorder = recorder(SOCK_STREAM);
        let get = |option| recorder.call(None, Call::Getsockopt { socket, option });
        let set = |value| {
            let call = Call::Setsockopt {
                socket,
                option,
                value,
            };
            recorder.call(None, call)
        };
        let number = match option {
            _ if !exists => {
                let absent = Outcome::NotStarted(Reason::Absent);
                assert_eq!(set(OptionValue::Number(1)).outcome, absent);
                assert_eq!(get(option).outcome, absent);
                continue;
            }
            SocketOption::Linger => {
                let linger = Linger {
                    onoff: 1,
                    seconds: 3,
                };
                set(OptionValue::Linger(linger));
                assert_eq!(get(option).value(), Some(&Value::Linger(linger)));
                recorder.close_all();
                continue;
            }
            // An AF_INET socket has none on POSIX; the others are read-only.
            SocketOption::V6only
            | SocketOption::Type
            | SocketOption::Domain
            | SocketOption::Protocol
            | SocketOption::ProtocolInfo => continue,
            _ => 1,
        };
        assert_eq!(get(option).value(), Some(&Value::Number(0)), "{option:?}");
        assert_eq!(set(OptionValue::Number(number)).value(), Some(&Value::Zero));
        match get(option).value() {
            // FreeBSD and macOS return the option's bit.
            Some(Value::Number(value)) => assert_ne!(*value, 0, "{option:?}"),
            other => panic!("{option:?}: {other:?}"),
        }
        recorder.close_all();
    }
}

/// Starts a call that waits, interrupts it, and returns its record.
fn interrupted(recorder: &Recorder<System>, call: Call) -> Record {
    let pending = recorder.begin(None, call).unwrap();
    let id = pending.id();
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || sender.send(recorder.make(pending)));
        // Often before the call has entered the system.
        recorder.interrupt(id);
        receiver.recv_timeout(DEADLINE).unwrap()
    })
}

#[test]
fn interrupted_accept_leaves_the_listener_listening() {
    let recorder = recorder(SOCK_STREAM);
    let address = listening(&recorder, 5);
    let (socket, new) = (SOCKET, SocketId(2));
    for _ in 0..20 {
        let record = interrupted(&recorder, Call::Accept { socket, new });
        fails(&record, 4, 995);
        assert!(record.is_interrupted());
    }
    let client = TcpStream::connect(address).unwrap();
    succeeds(&recorder, Call::Accept { socket, new });
    drop(client);
    assert_eq!(succeeds(&recorder, recv(new)), received(""));
    recorder.close_all();
}

#[test]
fn interrupted_recv_loses_nothing() {
    let recorder = recorder(SOCK_STREAM);
    let server = TcpListener::bind(ANY).unwrap();
    succeeds(&recorder, connect(SOCKET, server.local_addr().unwrap()));
    let mut peer = server.accept().unwrap().0;
    for _ in 0..20 {
        fails(&interrupted(&recorder, recv(SOCKET)), 4, 995);
    }
    peer.write_all(b"late").unwrap();
    assert_eq!(succeeds(&recorder, recv(SOCKET)), received("late"));
    recorder.close_all();
}

/// The kernel does not answer while the listener's queue is full. A second connect() waits with the
/// first: Linux returns EALREADY only to a socket with O_NONBLOCK.
#[cfg(target_os = "linux")]
#[test]
fn interrupted_connect_goes_on_by_itself() {
    let recorder = recorder(SOCK_STREAM);
    let address = listening(&recorder, 0);
    let _queued = TcpStream::connect(address).unwrap();
    let (socket, second, new) = (SOCKET, SocketId(2), SocketId(3));
    add(&recorder, second, SOCK_STREAM);
    for _ in 0..2 {
        let record = interrupted(&recorder, connect(second, address));
        assert_eq!(record.error().unwrap().code, libc::EINTR);
    }
    succeeds(&recorder, Call::Accept { socket, new });
    assert_eq!(succeeds(&recorder, connect(second, address)), Value::Zero);
    let again = recorder.call(None, connect(second, address));
    assert_eq!(again.error().unwrap().code, libc::EISCONN);
    recorder.close_all();
}

#[cfg(target_os = "linux")]
#[test]
fn interrupted_send_leaves_what_was_sent() {
    let recorder = recorder(SOCK_STREAM);
    let server = TcpListener::bind(ANY).unwrap();
    succeeds(&recorder, connect(SOCKET, server.local_addr().unwrap()));
    let _peer = server.accept().unwrap();
    // More than the buffers of both ends hold.
    let data = vec![0; 64 << 20].into();
    let record = interrupted(
        &recorder,
        Call::Send {
            socket: SOCKET,
            data,
        },
    );
    match record.outcome {
        // It had filled the buffers.
        Outcome::Returned(Value::Sent(count)) => assert!(count < 64 << 20),
        _ => fails(&record, libc::EINTR, 0),
    }
    recorder.close_all();
}

/// close() waits for the data that the peer does not read.
#[cfg(target_os = "linux")]
#[test]
fn interrupted_close_closes() {
    let recorder = recorder(SOCK_STREAM);
    let server = TcpListener::bind(ANY).unwrap();
    let socket = SOCKET;
    let value = OptionValue::Linger(Linger {
        onoff: 1,
        seconds: 60,
    });
    let option = SocketOption::Linger;
    succeeds(
        &recorder,
        Call::Setsockopt {
            socket,
            option,
            value,
        },
    );
    succeeds(&recorder, connect(socket, server.local_addr().unwrap()));
    let _peer = server.accept().unwrap();
    let data: Box<[u8]> = vec![0; 64 << 20].into();
    let fill = || {
        interrupted(
            &recorder,
            Call::Send {
                socket,
                data: data.clone(),
            },
        )
    };
    while fill().error().is_some() {}
    let start = Instant::now();
    let record = interrupted(&recorder, Call::Close { socket });
    assert_eq!(record.outcome, CLOSED);
    assert!(start.elapsed() < DEADLINE);
    let again = recorder.call(None, Call::Close { socket });
    assert_eq!(again.outcome, Outcome::NotStarted(Reason::NotOpen));
}

/// A signal that comes after a call has returned does not end the thread's next one.
#[cfg(target_os = "linux")]
#[test]
fn late_interruption_does_no_harm() {
    let recorder = recorder(SOCK_STREAM);
    let server = TcpListener::bind(ANY).unwrap();
    succeeds(&recorder, connect(SOCKET, server.local_addr().unwrap()));
    let mut peer = server.accept().unwrap().0;
    for _ in 0..200 {
        let pending = recorder.begin(None, recv(SOCKET)).unwrap();
        let id = pending.id();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                recorder.make(pending);
                // It waits for what is sent below.
                recorder.call(None, recv(SOCKET))
            });
            peer.write_all(b"1").unwrap();
            // The first recv() returns or is interrupted.
            recorder.interrupt(id);
            peer.write_all(b"2").unwrap();
            let record = waiting.join().unwrap();
            match record.value() {
                Some(Value::Received(data)) => assert!(!data.is_empty()),
                _ => panic!("{record:?}"),
            }
        });
    }
    recorder.close_all();
}

/// Under Wine 8 recv() returns 0 instead of WSAECONNRESET.
#[cfg(unix)]
#[test]
fn reset_by_the_peer_is_an_error_and_no_signal() {
    let recorder = recorder(SOCK_STREAM);
    let server = TcpListener::bind(ANY).unwrap();
    let socket = SOCKET;
    succeeds(&recorder, connect(socket, server.local_addr().unwrap()));
    let peer = socket2::Socket::from(server.accept().unwrap().0);
    peer.set_linger(Some(Duration::ZERO)).unwrap();
    drop(peer);
    fails(&recorder.call(None, recv(socket)), libc::ECONNRESET, 0);
    // Its signal ends a program that does not ignore it.
    let sent = recorder.call(None, send(socket, "x"));
    fails(&sent, libc::EPIPE, 0);
    recorder.close_all();
}

#[test]
fn gigabyte_from_the_peer_is_read_in_buffers() {
    let recorder = recorder(SOCK_STREAM);
    let server = TcpListener::bind(ANY).unwrap();
    let socket = SOCKET;
    succeeds(&recorder, connect(socket, server.local_addr().unwrap()));
    let mut peer = server.accept().unwrap().0;
    let sender = thread::spawn(move || {
        let megabyte = vec![b'x'; 1 << 20];
        (0..1024).try_for_each(|_| peer.write_all(&megabyte))
    });
    for _ in 0..100 {
        let call = Call::Recv {
            socket,
            length: usize::MAX,
        };
        let Value::Received(data) = succeeds(&recorder, call) else {
            panic!("no data");
        };
        assert!((1..=MAX_BUFFER).contains(&data.len()));
    }
    recorder.close_all();
    // Nobody reads the rest.
    assert!(sender.join().unwrap().is_err());
}

#[test]
fn hundreds_of_sockets_are_held_and_closed() {
    let recorder = Recorder::new(System, None);
    let ids = 1..=500;
    for id in ids.clone() {
        add(&recorder, SocketId(id), SOCK_DGRAM);
        succeeds(&recorder, bind(SocketId(id), ANY));
    }
    let socket = SocketId(500);
    let last = address_of(&recorder, Call::Getsockname { socket });
    UdpSocket::bind(last).unwrap_err();
    recorder.close_all();
    UdpSocket::bind(last).unwrap();
    for id in ids {
        assert!(!recorder.is_open(SocketId(id)));
    }
}

#[test]
fn wrong_length_and_family_reach_the_system() {
    let recorder = recorder(SOCK_STREAM);
    let whole = encode(Os::HOST, ANY);
    let six = encode(Os::HOST, "[::1]:0".parse().unwrap());
    let socket = SOCKET;
    let bind = |address: &[u8]| {
        let address = address.into();
        recorder.call(None, Call::Bind { socket, address })
    };
    // EINVAL and WSAEFAULT for a short one (measured on Linux and Wine).
    fails(&bind(&whole[..8]), 22, 10014);
    assert!(bind(&six).error().is_some());
    assert!(bind(&[]).error().is_some());
    assert_eq!(bind(&whole).value(), Some(&Value::Zero));
    recorder.close_all();
}
