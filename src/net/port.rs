//! The sockets of this machine that hold a port.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

/// A socket as the kernel lists it: of any process, or of none in `TIME_WAIT`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortUser {
    /// The protocol.
    pub protocol: Transport,
    /// The local address.
    pub ip: IpAddr,
    /// The local port.
    pub port: u16,
    /// What the socket does.
    pub state: PortState,
    /// The process that has it, if this process may see that.
    pub pid: Option<u32>,
    /// The name of that process.
    pub process: Option<String>,
    /// Whether that process is this one.
    pub own: bool,
}

/// A protocol with ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// TCP
    Tcp,
    /// UDP
    Udp,
}

/// The state of a socket with a port. The kernel of Linux does not list a TCP socket that is only
/// bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PortState {
    /// A UDP socket.
    Bound,
    /// It waits for connections.
    Listening,
    /// It is connected, or a connection begins or ends.
    Connected,
    /// The connection has ended; its port is kept for late packets (RFC 9293 §3.3.2).
    TimeWait,
}

impl PortUser {
    /// Its address: `0.0.0.0:27015`.
    pub(crate) const fn address(&self) -> SocketAddr {
        SocketAddr::new(self.ip, self.port)
    }

    /// The process: `nginx (pid 4120)`, or as much as is known.
    pub(crate) fn owner(&self) -> Option<String> {
        let pid = self.pid?;
        Some(match &self.process {
            Some(name) => format!("{name} (pid {pid})"),
            None => format!("pid {pid}"),
        })
    }
}
