//! The calls on a socket that a user can make, with their arguments as text.

use super::side::Side;
use std::net::SocketAddr;

use super::held::HeldSocket;
use crate::names::Os;
use crate::net::{
    Call, Datagram, How, Linger, MAX_BUFFER, OptionValue, SocketId, SocketOption, Triple, address,
    encode,
};
use crate::words::Phrase;

/// What send() sends first, as in Microsoft's tutorial.
const TEXT: &str = "this is a test";

/// The size of the tutorial's buffer, `DEFAULT_BUFLEN`.
const LENGTH: &str = "512";

/// The tutorial's port, `DEFAULT_PORT`.
const PORT: u16 = 27015;

/// A call on a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Setsockopt(SocketOption),
    Bind,
    Listen,
    Accept,
    Connect,
    Send,
    Sendto,
    Recv,
    Recvfrom,
    Shutdown,
    Close,
}

/// An argument that can be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Argument {
    Value,
    Address,
    Backlog,
    Text,
    Length,
    How,
}

impl Step {
    /// Every call that can be made on a socket of `os`.
    pub(crate) fn all(os: Os) -> impl Iterator<Item = Self> {
        let options = [
            SocketOption::V6only,
            SocketOption::ReuseAddr,
            SocketOption::ExclusiveAddrUse,
            SocketOption::ReusePort,
            SocketOption::Broadcast,
            SocketOption::Linger,
        ];
        let options = options.into_iter().filter(move |option| option.exists(os));
        let calls = [
            Self::Bind,
            Self::Listen,
            Self::Accept,
            Self::Connect,
            Self::Send,
            Self::Sendto,
            Self::Recv,
            Self::Recvfrom,
            Self::Shutdown,
            Self::Close,
        ];
        calls.into_iter().chain(options.map(Self::Setsockopt))
    }

    /// The step that makes this call.
    pub(crate) const fn of(call: &Call) -> Option<Self> {
        Some(match call {
            Call::Setsockopt { option, .. } => Self::Setsockopt(*option),
            Call::Bind { .. } => Self::Bind,
            Call::Listen { .. } => Self::Listen,
            Call::Accept { .. } => Self::Accept,
            Call::Connect { .. } => Self::Connect,
            Call::Send { .. } => Self::Send,
            Call::Sendto { .. } => Self::Sendto,
            Call::Recv { .. } => Self::Recv,
            Call::Recvfrom { .. } => Self::Recvfrom,
            Call::Shutdown { .. } => Self::Shutdown,
            Call::Close { .. } => Self::Close,
            _ => return None,
        })
    }

    /// The function's name on `os`.
    pub(crate) const fn name(self, os: Os) -> &'static str {
        match self {
            Self::Setsockopt(_) => "setsockopt",
            Self::Bind => "bind",
            Self::Listen => "listen",
            Self::Accept => "accept",
            Self::Connect => "connect",
            Self::Send => "send",
            Self::Sendto => "sendto",
            Self::Recv => "recv",
            Self::Recvfrom => "recvfrom",
            Self::Shutdown => "shutdown",
            Self::Close if matches!(os, Os::Windows) => "closesocket",
            Self::Close => "close",
        }
    }

    /// Its arguments that can be edited.
    pub(crate) const fn arguments(self) -> &'static [Argument] {
        match self {
            Self::Setsockopt(_) => &[Argument::Value],
            Self::Bind | Self::Connect => &[Argument::Address],
            Self::Listen => &[Argument::Backlog],
            Self::Send => &[Argument::Text],
            Self::Sendto => &[Argument::Text, Argument::Address],
            Self::Recv | Self::Recvfrom => &[Argument::Length],
            Self::Shutdown => &[Argument::How],
            Self::Accept | Self::Close => &[],
        }
    }

    /// The steps in the order of the tutorials, after socket(). `accepted`: the socket is from accept().
    pub(crate) fn ladder(os: Os, triple: Triple, side: Side, accepted: bool) -> &'static [Self] {
        const SERVER: &[Step] = &[
            Step::Bind,
            Step::Listen,
            Step::Accept,
            Step::Recv,
            Step::Send,
            Step::Shutdown,
            Step::Close,
        ];
        const CLIENT: &[Step] = &[
            Step::Connect,
            Step::Send,
            Step::Recv,
            Step::Shutdown,
            Step::Close,
        ];
        const ACCEPTED: &[Step] = &[Step::Recv, Step::Send, Step::Shutdown, Step::Close];
        const DATAGRAM_SERVER: &[Step] = &[Step::Bind, Step::Recvfrom, Step::Sendto, Step::Close];
        const DATAGRAM_CLIENT: &[Step] = &[Step::Connect, Step::Send, Step::Recv, Step::Close];
        match (is_stream(os, triple), side) {
            _ if accepted => ACCEPTED,
            (true, Side::Server) => SERVER,
            (true, Side::Client) => CLIENT,
            (false, Side::Server) => DATAGRAM_SERVER,
            (false, Side::Client) => DATAGRAM_CLIENT,
        }
    }

    /// The call on `socket` with these texts as arguments. `new` is the id of the socket that accept()
    /// opens.
    ///
    /// # Errors
    /// The message that a text is not a value of its argument.
    pub(super) fn call(
        self,
        os: Os,
        socket: &HeldSocket,
        texts: &[String],
        new: SocketId,
    ) -> Result<Call, Phrase> {
        let id = socket.id;
        let text = |at: usize| texts.get(at).map_or("", String::as_str);
        Ok(match self {
            Self::Setsockopt(option) => Call::Setsockopt {
                socket: id,
                option,
                value: value(option, text(0))?,
            },
            Self::Bind => Call::Bind {
                socket: id,
                address: socket.sockaddr(os, self, text(0))?,
            },
            Self::Listen => Call::Listen {
                socket: id,
                backlog: backlog(os, text(0))?,
            },
            Self::Accept => Call::Accept { socket: id, new },
            Self::Connect => Call::Connect {
                socket: id,
                address: socket.sockaddr(os, self, text(0))?,
            },
            Self::Send => Call::Send {
                socket: id,
                data: text(0).as_bytes().into(),
            },
            Self::Sendto => Call::Sendto {
                socket: id,
                datagram: Box::new(Datagram {
                    data: text(0).as_bytes().into(),
                    address: socket.sockaddr(os, self, text(1))?,
                }),
            },
            Self::Recv => Call::Recv {
                socket: id,
                length: length(text(0))?,
            },
            Self::Recvfrom => Call::Recvfrom {
                socket: id,
                length: length(text(0))?,
            },
            Self::Shutdown => Call::Shutdown {
                socket: id,
                how: how(os, text(0))?,
            },
            Self::Close => Call::Close { socket: id },
        })
    }

    /// The texts of the arguments of this call.
    pub(super) fn texts(os: Os, call: &Call) -> Vec<String> {
        let text = |data: &[u8]| String::from_utf8_lossy(data).into_owned();
        match call {
            Call::Setsockopt { value, .. } => vec![match value {
                OptionValue::Number(number) => number.to_string(),
                OptionValue::Linger(Linger { onoff, seconds }) => format!("{{{onoff}, {seconds}}}"),
            }],
            Call::Bind { address: to, .. } | Call::Connect { address: to, .. } => {
                vec![address(os, to)]
            }
            Call::Listen { backlog, .. } => vec![backlog.to_string()],
            Call::Send { data, .. } => vec![text(data)],
            Call::Sendto { datagram, .. } => {
                vec![text(&datagram.data), address(os, &datagram.address)]
            }
            Call::Recv { length, .. } | Call::Recvfrom { length, .. } => vec![length.to_string()],
            Call::Shutdown { how, .. } => vec![how.name(os).to_owned()],
            _ => Vec::new(),
        }
    }

    /// The text of an argument until it is edited.
    pub(super) fn default_text(self, os: Os, socket: &HeldSocket, argument: Argument) -> String {
        match argument {
            Argument::Value => match self {
                Self::Setsockopt(SocketOption::V6only) => "0".to_owned(),
                Self::Setsockopt(SocketOption::Linger) => "{1, 5}".to_owned(),
                _ => "1".to_owned(),
            },
            Argument::Address => address(os, socket.default_address(self)),
            Argument::Backlog => SOMAXCONN.to_owned(),
            Argument::Text => TEXT.to_owned(),
            Argument::Length => LENGTH.to_owned(),
            Argument::How => How::Write.name(os).to_owned(),
        }
    }
}

/// Whether a socket of these numbers connects before it sends.
pub(super) fn is_stream(os: Os, triple: Triple) -> bool {
    let row = os.names().socktypes.of(triple.socktype);
    row.is_some_and(|row| matches!(row.name, "SOCK_STREAM" | "SOCK_SEQPACKET"))
}

/// An address on this machine for a socket of `family`; the family alone if it is not an IP family.
pub(super) fn loopback(os: Os, family: i32) -> Box<[u8]> {
    let name = os.names().families.of(family).map(|row| row.name);
    let any = match name {
        Some("AF_INET6") => SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1_u16], PORT)),
        _ => SocketAddr::from(([127, 0, 0, 1], PORT)),
    };
    let mut bytes = encode(os, any);
    if !matches!(name, Some("AF_INET" | "AF_INET6")) {
        // The family's number stands where that of an IPv4 address does.
        let [low, high, ..] = family.to_le_bytes();
        let family = match os {
            Os::Macos | Os::Freebsd => [2, low],
            Os::Linux | Os::Windows => u16::from_le_bytes([low, high]).to_ne_bytes(),
        };
        bytes = family.into();
    }
    bytes
}

/// `IP:port`, `[IPv6]:port` or hexadecimal bytes; a length may follow.
pub(super) fn sockaddr(os: Os, text: &str) -> Result<Box<[u8]>, Phrase> {
    let bad = || Phrase::notice_bad_address(text.trim());
    let (text, length) = match text.split_once(',') {
        Some((text, length)) => (text, Some(length.trim().parse().map_err(|_| bad())?)),
        None => (text, None),
    };
    let text = text.trim();
    let mut bytes = match text.strip_prefix("0x") {
        Some(digits) => unhex(digits).ok_or_else(bad)?,
        None => encode(os, text.parse().map_err(|_| bad())?).into_vec(),
    };
    match length {
        // The size of sockaddr_storage.
        Some(length) if length > 128 => return Err(bad()),
        Some(length) => bytes.resize(length, 0),
        None => {}
    }
    Ok(bytes.into())
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    if !digits.is_ascii() || !digits.len().is_multiple_of(2) || digits.len() > 256 {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// The name of the largest backlog.
const SOMAXCONN: &str = "SOMAXCONN";

/// `SOMAXCONN` of the headers: glibc's `bits/socket.h` since 2.31, `winsock2.h`, `sys/socket.h` of the BSDs.
const fn somaxconn(os: Os) -> i32 {
    match os {
        Os::Linux => 4096,
        Os::Windows => 0x7fff_ffff,
        Os::Macos | Os::Freebsd => 128,
    }
}

fn number(text: &str) -> Result<i32, Phrase> {
    let text = text.trim();
    text.parse().map_err(|_| Phrase::notice_bad_number(text))
}

fn backlog(os: Os, text: &str) -> Result<i32, Phrase> {
    match text.trim() {
        SOMAXCONN => Ok(somaxconn(os)),
        text => number(text),
    }
}

fn length(text: &str) -> Result<usize, Phrase> {
    let length = text.trim().parse().ok();
    let length = length.filter(|&length: &usize| length <= MAX_BUFFER);
    length.ok_or_else(|| Phrase::notice_bad_length(MAX_BUFFER))
}

fn how(os: Os, text: &str) -> Result<How, Phrase> {
    let text = text.trim();
    let is = |(number, how): &(usize, How)| how.name(os) == text || number.to_string() == text;
    let how = How::ALL.into_iter().enumerate().find(is);
    how.map(|(_, how)| how).ok_or_else(|| {
        let names = How::ALL.map(|how| how.name(os));
        Phrase::notice_bad_how(names.join(", "))
    })
}

fn value(option: SocketOption, text: &str) -> Result<OptionValue, Phrase> {
    if option != SocketOption::Linger {
        return number(text).map(OptionValue::Number);
    }
    let members = text.trim().trim_start_matches('{').trim_end_matches('}');
    let (onoff, seconds) = members.split_once(',').unwrap_or((members, "0"));
    Ok(OptionValue::Linger(Linger {
        onoff: number(onoff)?,
        seconds: number(seconds)?,
    }))
}
