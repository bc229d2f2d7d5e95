//! Calls that sockscope makes here, for programs that repeat them.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sockscope::names::Os;
use sockscope::net::{
    Call, Datagram, Hint, Hints, How, Linger, OptionValue, Query, Recorder, Role, Run, SocketId,
    SocketOption, Steps, Triple, encode,
};
use sockscope::sys::System;
use sockscope::text::Text;

use super::cases::value;

/// Sent by a server: it could break out of a literal, and contains NUL.
pub(crate) const HOSTILE: &[u8] = b"\"'\\ ?\x3f/ %s {x} \x00\x1b[2J\xff */ \r\n\x007";

/// A run whose calls one program repeats.
pub(crate) struct Session {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
    recorder: Arc<Recorder<System>>,
}

/// A port of 127.0.0.1 that is free, and that no connect() chooses (ip_local_port_range in ip(7)).
pub(crate) fn port() -> u16 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let place = (u64::from(std::process::id()) * 97 + next) % 20_000;
        let port = 12_000 + u16::try_from(place).unwrap();
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

fn loopback(port: u16) -> Box<[u8]> {
    encode(Os::HOST, SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
}

impl Session {
    /// Resolves 127.0.0.1 and the port.
    fn new(
        name: &'static str,
        recorder: &Arc<Recorder<System>>,
        port: u16,
        flags: &str,
        [socktype, protocol]: [&str; 2],
    ) -> Self {
        let query = Arc::new(Query {
            node: Text::new("127.0.0.1").ok(),
            service: Text::new(port.to_string()).ok(),
            hints: Some(Hints {
                flags: value(Hint::Flags, flags),
                family: value(Hint::Family, "AF_INET"),
                socktype: value(Hint::Socktype, socktype),
                protocol: value(Hint::Protocol, protocol),
            }),
        });
        let mut run = Run::new(Arc::clone(recorder.host()), Arc::clone(&query));
        run.push(recorder.call(None, Call::Getaddrinfo(query)));
        Self {
            name,
            run,
            recorder: Arc::clone(recorder),
        }
    }

    fn call(&mut self, call: Call) {
        let record = self.recorder.call(None, call);
        self.run.push(record);
    }

    fn id() -> SocketId {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        SocketId(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// socket() of the first entry.
    fn open(&mut self) -> SocketId {
        let socket = Self::id();
        let triple = self.run.entries()[0].triple();
        let record = self.recorder.call(Some(0), Call::Socket { socket, triple });
        self.run.push(record);
        socket
    }

    /// socket() of three numbers.
    fn socket(&mut self, family: &str, socktype: &str, protocol: &str) -> SocketId {
        let socket = Self::id();
        let triple = Triple {
            family: value(Hint::Family, family),
            socktype: value(Hint::Socktype, socktype),
            protocol: value(Hint::Protocol, protocol),
        };
        self.call(Call::Socket { socket, triple });
        socket
    }

    fn set(&mut self, socket: SocketId, option: SocketOption, number: i32) {
        self.call(Call::Setsockopt {
            socket,
            option,
            value: OptionValue::Number(number),
        });
    }

    fn bind(&mut self, socket: SocketId, address: Box<[u8]>) {
        self.call(Call::Bind { socket, address });
    }

    fn listen(&mut self, socket: SocketId, backlog: i32) {
        self.call(Call::Listen { socket, backlog });
    }

    fn accept(&mut self, socket: SocketId) -> SocketId {
        let new = Self::id();
        self.call(Call::Accept { socket, new });
        new
    }

    fn connect(&mut self, socket: SocketId, address: Box<[u8]>) {
        self.call(Call::Connect { socket, address });
    }

    fn send(&mut self, socket: SocketId, data: &[u8]) {
        let data = data.into();
        self.call(Call::Send { socket, data });
    }

    fn recv(&mut self, socket: SocketId, length: usize) {
        self.call(Call::Recv { socket, length });
    }

    fn close(&mut self, socket: SocketId) {
        self.call(Call::Close { socket });
    }

    /// Frees the port for the programs.
    fn end(self) -> Self {
        self.recorder.close_all();
        self
    }
}

fn recorder() -> Arc<Recorder<System>> {
    Arc::new(Recorder::new(System, None))
}

const TCP: [&str; 2] = ["SOCK_STREAM", "IPPROTO_TCP"];

/// The tutorial's server and its client, as two runs.
pub(crate) fn pair(port: u16) -> [Session; 2] {
    let recorder = recorder();
    let mut server = Session::new("server", &recorder, port, "AI_PASSIVE", TCP);
    let listener = server.open();
    server.set(listener, SocketOption::ReuseAddr, 1);
    server.bind(listener, loopback(port));
    server.listen(listener, 4096);
    let mut client = Session::new("client", &recorder, port, "AI_NUMERICHOST", TCP);
    let socket = client.open();
    client.connect(socket, loopback(port));
    let accepted = server.accept(listener);
    server.close(listener);
    client.send(socket, b"this is a test");
    server.recv(accepted, 512);
    server.send(accepted, HOSTILE);
    client.recv(socket, 512);
    client.call(Call::Shutdown {
        socket,
        how: How::Write,
    });
    server.recv(accepted, 512);
    client.close(socket);
    server.close(accepted);
    [server, client].map(Session::end)
}

/// Runs whose calls are in no ladder's order, or use several sockets.
pub(crate) fn flat() -> Vec<Session> {
    vec![planned(), both_ends(), mistakes(), datagrams(), by_hand()]
}

/// The calls of [`planned_steps`] on the only entry.
fn planned() -> Session {
    let port = port();
    let mut run = Session::new("planned", &recorder(), port, "AI_PASSIVE", TCP);
    let listener = run.open();
    run.set(listener, SocketOption::ReuseAddr, 1);
    run.bind(listener, loopback(port));
    run.listen(listener, 5);
    run.end()
}

/// Calls on every entry; the option of IPv6 is for no entry of IPv4.
pub(crate) fn planned_steps() -> Steps {
    Steps {
        options: vec![
            (SocketOption::V6only, OptionValue::Number(0)),
            (SocketOption::ReuseAddr, OptionValue::Number(1)),
        ],
        role: Some(Role::Server { keep: false }),
    }
}

fn both_ends() -> Session {
    let port = port();
    let mut run = Session::new("both_ends", &recorder(), port, "AI_PASSIVE", TCP);
    let listener = run.open();
    run.set(listener, SocketOption::ReuseAddr, 1);
    run.bind(listener, loopback(port));
    run.listen(listener, 5);
    let client = run.socket("AF_INET", "SOCK_STREAM", "IPPROTO_TCP");
    run.connect(client, loopback(port));
    let accepted = run.accept(listener);
    run.send(client, HOSTILE);
    run.recv(accepted, 4);
    run.recv(accepted, 512);
    run.call(Call::Shutdown {
        socket: client,
        how: How::Write,
    });
    run.recv(accepted, 512);
    run.send(accepted, &b"long ?\x3f".repeat(700));
    run.recv(client, 65536);
    let linger = Linger {
        onoff: 1,
        seconds: 1,
    };
    run.call(Call::Setsockopt {
        socket: client,
        option: SocketOption::Linger,
        value: OptionValue::Linger(linger),
    });
    run.close(client);
    run.close(accepted);
    run.end()
}

fn mistakes() -> Session {
    let port = port();
    let mut run = Session::new("mistakes", &recorder(), port, "AI_PASSIVE", TCP);
    let first = run.open();
    run.bind(first, loopback(port));
    run.bind(first, loopback(port));
    run.accept(first);
    run.listen(first, 1);
    let second = run.open();
    run.bind(second, loopback(port));
    run.bind(second, encode(Os::HOST, ([192, 0, 2, 77], port).into()));
    run.send(second, b"nobody is there");
    let third = run.socket("AF_INET6", "SOCK_STREAM", "IPPROTO_TCP");
    run.set(third, SocketOption::V6only, 0);
    run.connect(third, encode(Os::HOST, "[::1]:1".parse().unwrap()));
    run.close(second);
    run.end()
}

fn datagrams() -> Session {
    let port = port();
    let udp = ["SOCK_DGRAM", "IPPROTO_UDP"];
    let mut run = Session::new("datagrams", &recorder(), port, "AI_PASSIVE", udp);
    let receiver = run.open();
    run.bind(receiver, loopback(port));
    let sender = run.socket("AF_INET", "SOCK_DGRAM", "IPPROTO_UDP");
    run.set(sender, SocketOption::Broadcast, 1);
    let sendto = |socket, data: &[u8], address| Call::Sendto {
        socket,
        datagram: Box::new(Datagram {
            data: data.into(),
            address,
        }),
    };
    run.call(sendto(sender, HOSTILE, loopback(port)));
    run.call(Call::Recvfrom {
        socket: receiver,
        length: 512,
    });
    let peer = run
        .run
        .records()
        .iter()
        .rev()
        .find_map(|record| match record.value() {
            Some(sockscope::net::Value::Datagram(datagram)) => Some(datagram.address.clone()),
            _ => None,
        });
    run.call(sendto(receiver, b"answer", peer.unwrap()));
    run.call(Call::Recvfrom {
        socket: sender,
        length: 6,
    });
    run.close(receiver);
    run.end()
}

/// What only POSIX has, and what sockaddrs in bytes do.
fn by_hand() -> Session {
    let port = port();
    let mut run = Session::new("by_hand", &recorder(), port, "AI_NUMERICHOST", TCP);
    run.socket("AF_INET", "SOCK_STREAM", "IPPROTO_UDP");
    let socket = run.socket("AF_INET", "SOCK_STREAM", "IPPROTO_TCP");
    run.set(socket, SocketOption::ReusePort, 1);
    run.bind(socket, loopback(port)[..3].into());
    run.bind(socket, [0xff; 16].into());
    run.bind(socket, loopback(port));
    run.listen(socket, -1);
    run.end()
}
