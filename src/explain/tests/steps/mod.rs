//! Calls after socket().

pub(super) mod bind;
pub(super) mod done;
pub(super) mod transfer;

use std::net::SocketAddr;

use super::scene::{Scene, linux};
use crate::explain::{Fix, Note};
use crate::names::Os;
use crate::net::fixture::{self, opened};
use crate::net::{
    Call, Datagram, Domain, Hint, How, OptionValue, Outcome, PortState, PortUser, SocketId,
    SocketOption, Transport, Triple, Value, encode,
};

/// A process without CAP_NET_BIND_SERVICE.
fn unprivileged() -> Scene {
    linux().machine(|machine| {
        (machine.first_port, machine.low_ports) = (Some(1024), Some(false));
    })
}

/// Two send() calls, and one recv() of the other end.
fn merged(received: &str) -> Scene {
    linux().calls(&format!(
        "socket inet stream; bind 0.0.0.0:80; listen; 2 socket inet stream; \
         2 connect 127.0.0.1:80; accept 3; 2 send Hello; 2 send World; 3 recv 99 = {received}"
    ))
}

impl Scene {
    /// One more socket of the machine, with the name of its process, whose number is 7.
    fn user(self, address: &str, state: PortState, process: Option<&str>) -> Self {
        let address: SocketAddr = address.parse().unwrap();
        self.machine(|machine| {
            machine.ports.get_or_insert_default().push(PortUser {
                protocol: Transport::Tcp,
                ip: address.ip(),
                port: address.port(),
                state,
                pid: process.map(|_| 7),
                process: process.map(str::to_owned),
                own: false,
            });
        })
    }

    /// Calls after socket(), with semicolons between them: `[SOCKET] CALL [ARGUMENTS] [= VALUE]`, or
    /// `! ERROR` at the end. The socket is 1 if there is no number.
    fn calls(mut self, text: &str) -> Self {
        let steps: Vec<_> = text
            .split(';')
            .map(|text| step(self.os, text.trim()))
            .collect();
        self.steps.extend(steps);
        self
    }

    /// The scene in which the failing call is made again after this fix, with the same result.
    pub(super) fn fixed(&self, fix: Call) -> Option<Self> {
        let mut other = self.clone();
        let (call, outcome) = self.steps.last()?.clone();
        if fix.name(self.os) == call.name(self.os)
            && call != fix
            && !matches!(fix, Call::Setsockopt { .. })
        {
            other.steps.push((fix, outcome));
        } else {
            other.steps.push((fix, Outcome::Returned(Value::Zero)));
            other.steps.push((call, outcome));
        }
        Some(other)
    }
}

fn step(os: Os, text: &str) -> (Call, Outcome) {
    let (text, error) = text
        .split_once(" ! ")
        .map_or((text, None), |(a, b)| (a, Some(b)));
    let (text, value) = text
        .split_once(" = ")
        .map_or((text, None), |(a, b)| (a, Some(b)));
    let mut words = text.split(' ').peekable();
    let number = words.next_if(|word| word.parse::<u64>().is_ok());
    let socket = SocketId(number.map_or(1, |number| number.parse().unwrap()));
    let name = words.next().unwrap();
    let mut word = || words.next().unwrap();
    let bytes = |text: &str| text.as_bytes().into();
    let (call, mut returned) = match name {
        "socket" => {
            let hint = |hint: Hint, name: &str| hint.parse(os, name).unwrap();
            let triple = Triple {
                family: hint(Hint::Family, word()),
                socktype: hint(Hint::Socktype, word()),
                protocol: 0,
            };
            return (Call::Socket { socket, triple }, opened(socket.0));
        }
        "bind" => {
            let address = address(os, word());
            (Call::Bind { socket, address }, Value::Zero)
        }
        "connect" => {
            let address = address(os, word());
            (Call::Connect { socket, address }, Value::Zero)
        }
        "sendto" => {
            let (data, address) = (bytes("x"), address(os, word()));
            let datagram = Box::new(Datagram { data, address });
            (Call::Sendto { socket, datagram }, Value::Sent(1))
        }
        "listen" => (Call::Listen { socket, backlog: 5 }, Value::Zero),
        "accept" => {
            let new = SocketId(word().parse().unwrap());
            let Outcome::Returned(handle) = opened(new.0) else {
                unreachable!()
            };
            (Call::Accept { socket, new }, handle)
        }
        "send" => {
            let data = word();
            let sent = value.map_or(data.len(), |value| value.parse().unwrap());
            (
                Call::Send {
                    socket,
                    data: bytes(data),
                },
                Value::Sent(sent),
            )
        }
        "recv" => {
            let length = word().parse().unwrap();
            let data = bytes(value.unwrap_or_default());
            (Call::Recv { socket, length }, Value::Received(data))
        }
        "shutdown" => (
            Call::Shutdown {
                socket,
                how: How::Write,
            },
            Value::Zero,
        ),
        "close" => (Call::Close { socket }, Value::Zero),
        "set" => {
            let name = word();
            let mut all = SocketOption::ALL.into_iter();
            let option = all.find(|option| option.name().ends_with(name)).unwrap();
            let value = OptionValue::Number(word().parse().unwrap());
            (
                Call::Setsockopt {
                    socket,
                    option,
                    value,
                },
                Value::Zero,
            )
        }
        other => panic!("{other}"),
    };
    if let Some(name) = error {
        let names = os.names();
        let (domain, table) = match os {
            Os::Windows => (Domain::Wsa, &names.wsa),
            _ => (Domain::Errno, &names.errno),
        };
        let row = table.rows.iter().find(|row| row.name == name);
        let code = row.unwrap_or_else(|| panic!("{name}")).value;
        return (call, fixture::failed(domain, code, ""));
    }
    (
        call,
        Outcome::Returned(std::mem::replace(&mut returned, Value::Zero)),
    )
}

fn address(os: Os, text: &str) -> Box<[u8]> {
    encode(
        os,
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}")),
    )
}

fn note(scene: &Scene, rule: &str) -> Note {
    let notes = scene.notes();
    let note = notes.iter().find(|note| note.rule == rule);
    note.cloned().unwrap_or_else(|| panic!("{rule}: {notes:?}"))
}

/// Each fix is another call, and a few of them lead to a note without a fix.
#[test]
fn fixed_calls_do_not_lead_in_a_circle() {
    for row in [bind::ROWS, transfer::ROWS].into_iter().flatten() {
        let mut scene = (row.speaks)();
        let mut fixes = Vec::new();
        while let Some(Fix::Call(call)) = scene.notes().into_iter().find_map(|note| note.fix) {
            assert!(
                !fixes.contains(&call) && fixes.len() < 4,
                "{}: {fixes:?}",
                row.rule
            );
            fixes.push(call.clone());
            scene = scene.fixed(call).unwrap();
        }
    }
}

#[test]
fn port_of_a_fix_is_the_next_one_then_any() {
    let taken = || linux().calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE");
    let fix = |scene: &Scene| note(scene, "port-taken").fix;
    let bind = |address: &str| {
        let address = self::address(Os::Linux, address);
        Some(Fix::Call(Call::Bind {
            socket: SocketId(1),
            address,
        }))
    };
    assert_eq!(fix(&taken()), bind("0.0.0.0:81"));
    let again = taken().calls("bind 0.0.0.0:81 ! EADDRINUSE");
    assert_eq!(fix(&again), bind("0.0.0.0:0"));
}

/// The port of a bind() to port 0 is known from getsockname().
#[test]
fn port_that_the_system_chose_is_known() {
    let mut scene = linux().calls("socket inet stream; bind 0.0.0.0:0; listen");
    let socket = SocketId(1);
    let name = Outcome::Returned(Value::Address(address(Os::Linux, "0.0.0.0:5000")));
    scene.steps.push((Call::Getsockname { socket }, name));
    let scene = scene.calls("2 socket inet stream; 2 bind 0.0.0.0:5000 ! EADDRINUSE");
    assert_eq!(scene.notes()[0].rule, "port-own-socket");
}

#[test]
fn owner_of_a_port_is_named() {
    let scene = linux()
        .user("0.0.0.0:80", PortState::Listening, Some("nginx"))
        .calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE");
    let line = note(&scene, "port-taken-by").line(crate::words::Language::En);
    assert_eq!(line, "Port 80 is taken: nginx (pid 7) has 0.0.0.0:80.");
}

/// A hostile process may have any name.
#[test]
fn name_of_a_process_is_escaped() {
    let scene = linux()
        .user("0.0.0.0:80", PortState::Listening, Some("a\u{1b}[2J"))
        .calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE");
    let line = note(&scene, "port-taken-by").line(crate::words::Language::En);
    assert!(!line.contains('\u{1b}'), "{line:?}");
}

/// UDP and TCP have ports of their own.
#[test]
fn socket_of_another_protocol_is_not_blamed() {
    let scene = linux()
        .user("0.0.0.0:80", PortState::Listening, Some("nginx"))
        .calls("socket inet dgram; bind 0.0.0.0:80 ! EADDRINUSE");
    assert_eq!(scene.notes()[0].rule, "port-taken");
}

#[test]
fn ports_are_looked_up_again_after_each_failure() {
    use crate::net::Needs;
    let taken = || linux().calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE");
    assert_eq!(taken().needs(), Needs::PORTS);
    let mut run = taken().run();
    run.facts.known = Needs::PORTS;
    assert!(super::super::needs(&taken().case(&run)).is_empty());
    run.push(run.records().last().unwrap().clone());
    assert_eq!(super::super::needs(&taken().case(&run)), Needs::PORTS);
}

#[test]
fn step_that_was_not_made_has_no_note() {
    use crate::net::Reason;
    for outcome in [Outcome::NotStarted(Reason::Busy), Outcome::Unfinished] {
        let mut scene = linux().calls("socket inet stream; bind 0.0.0.0:80 ! EADDRINUSE");
        scene.steps.last_mut().unwrap().1 = outcome;
        assert!(scene.notes().is_empty());
    }
}
