//! Arguments as each language writes them, and what a language cannot pass.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::Language;
use super::constant::Constants;
use super::literal::Argument;
use super::step::{Action, Address, Step};
use crate::names::Os;
use crate::net::{Call, Hint, How, OptionValue, Record, SocketId, SocketOption, decode, somaxconn};

impl Constants {
    /// The backlog of listen(); `SOMAXCONN` where that is its number in the headers of the host.
    pub(super) fn backlog(&self, backlog: &i32) -> String {
        let most = somaxconn(self.host);
        match self.language {
            Language::C | Language::Winsock if *backlog == most => "SOMAXCONN".to_owned(),
            Language::Python if *backlog == most => "socket.SOMAXCONN".to_owned(),
            _ => self.number(*backlog),
        }
    }

    /// The method of socket2 that sets an option, and its argument.
    pub(super) fn rust_option(&self, option: &SocketOption, value: &OptionValue) -> String {
        let method = match option {
            SocketOption::ReuseAddr => "set_reuse_address",
            SocketOption::ReusePort => "set_reuse_port",
            SocketOption::Broadcast => "set_broadcast",
            SocketOption::Linger => "set_linger",
            _ => "set_only_v6",
        };
        let value = match value {
            OptionValue::Number(number) => (*number != 0).to_string(),
            OptionValue::Linger(linger) if linger.onoff != 0 => {
                format!("Some(Duration::from_secs({}))", linger.seconds)
            }
            OptionValue::Linger(_) => "None".to_owned(),
        };
        format!("{method}({value})")
    }

    /// The arguments of Python's setsockopt().
    pub(super) fn python_option(&self, option: &SocketOption, value: &OptionValue) -> String {
        let value = match value {
            OptionValue::Number(number) => number.to_string(),
            OptionValue::Linger(linger) => {
                let format = if self.host == Os::Windows { "HH" } else { "ii" };
                format!(
                    "struct.pack(\"{format}\", {}, {})",
                    linger.onoff, linger.seconds
                )
            }
        };
        format!(
            "socket.{}, socket.{}, {value}",
            option.level(),
            option.name()
        )
    }

    /// The argument of shutdown() in Python, which has the names of POSIX everywhere.
    pub(super) const fn posix(&self, how: &How) -> &'static str {
        how.name(Os::Linux)
    }

    /// A byte string of Rust.
    pub(super) fn byte_string(&self, bytes: &[u8]) -> String {
        Argument::Bytes(bytes).byte_string()
    }

    /// A constant of Rust as an `i32`.
    pub(super) fn constant(&self, hint: Hint, name: &str) -> String {
        let row = hint.table(self.host).named(name);
        self.value(hint, row.map_or(0, |row| row.value), &mut Vec::new())
    }

    /// Why the language cannot make the call as it was made.
    pub(super) fn lacks(
        &self,
        os: Os,
        step: &Step<'_>,
        record: &Record,
        families: &BTreeMap<SocketId, i32>,
    ) -> Option<&'static str> {
        let family = record.call.on().and_then(|socket| families.get(&socket));
        let family = family.and_then(|family| Hint::Family.table(os).of(*family));
        let family = family.map(|row| row.name);
        match (&step.call, step.address(), self.language) {
            (Action::Setsockopt { option, value }, ..) => self.lacks_option(*option, *value),
            (_, Some(Address::Bytes(bytes)), _) if bytes.len() > 128 => {
                Some("no sockaddr is that long.")
            }
            (_, Some(_), Language::Python) if family != python_family(os, &record.call) => {
                Some("Python cannot pass this address to this socket.")
            }
            _ => None,
        }
    }

    /// Why the language cannot set the option to this value.
    pub(super) fn lacks_option(
        &self,
        option: SocketOption,
        value: OptionValue,
    ) -> Option<&'static str> {
        if !option.exists(self.target()) {
            Some("this system has no such option.")
        } else if self.language == Language::Rust && !rust_can_set(option, value) {
            Some("socket2 cannot set this value.")
        } else {
            None
        }
    }
}

/// Whether socket2 has a method that sets the option to this value.
const fn rust_can_set(option: SocketOption, value: OptionValue) -> bool {
    match (option, value) {
        (
            SocketOption::ReuseAddr
            | SocketOption::ReusePort
            | SocketOption::Broadcast
            | SocketOption::V6only,
            OptionValue::Number(0 | 1),
        ) => true,
        (SocketOption::Linger, OptionValue::Linger(linger)) => {
            matches!(linger.onoff, 0 | 1) && linger.seconds >= 0
        }
        _ => false,
    }
}

/// The family that Python expects of a socket with the address of this call.
fn python_family(os: Os, call: &Call) -> Option<&'static str> {
    let bytes = match call {
        Call::Bind { address, .. } | Call::Connect { address, .. } => address,
        Call::Sendto { datagram, .. } => &datagram.address,
        _ => return None,
    };
    match decode(os, bytes) {
        Some(SocketAddr::V4(_)) => Some("AF_INET"),
        Some(SocketAddr::V6(_)) => Some("AF_INET6"),
        None => Some("an address that is not IP"),
    }
}
