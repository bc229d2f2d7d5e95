//! Numbers ↔ names: the constants in the headers of every supported system.
//!
//! All tables exist on every system, so that a run of Windows can be shown on Linux. Tests compare the
//! host's numbers with the `libc` crate and the C headers, and those of Windows with `windows-sys`.

mod constants;
mod table;
#[cfg(test)]
mod tests;

use std::sync::{LazyLock, OnceLock};

pub use table::{Name, Table};

/// A supported operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Os {
    /// Linux, any libc.
    Linux,
    /// macOS.
    Macos,
    /// FreeBSD.
    Freebsd,
    /// Windows (Winsock 2).
    Windows,
}

impl Os {
    /// Every system, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Linux, Self::Macos, Self::Freebsd, Self::Windows];

    /// The system that this program was built for.
    pub const HOST: Self = if cfg!(any(target_os = "linux", target_os = "android")) {
        Self::Linux
    } else if cfg!(target_os = "macos") {
        Self::Macos
    } else if cfg!(target_os = "freebsd") {
        Self::Freebsd
    } else if cfg!(windows) {
        Self::Windows
    } else {
        panic!("sockscope knows the constants of Linux, macOS, FreeBSD and Windows only")
    };

    /// The constants of this system's headers.
    pub fn names(self) -> &'static Names {
        static NAMES: [OnceLock<Names>; 4] = [const { OnceLock::new() }; 4];
        let table =
            |prefix| -> LazyTable { LazyLock::new(Box::new(move || Table::new(self, prefix))) };
        NAMES[self as usize].get_or_init(|| Names {
            families: table("AF_"),
            socktypes: table("SOCK_"),
            protocols: table("IPPROTO_"),
            flags: table("AI_"),
            gai: table("EAI_"),
            errno: table("E"),
            wsa: table("WSA"),
            dns: table("DNS_"),
        })
    }

    /// The system's official name.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::Macos => "macOS",
            Self::Freebsd => "FreeBSD",
            Self::Windows => "Windows",
        }
    }
}

/// A table that is built on first use: most runs need few.
pub type LazyTable = LazyLock<Table, Box<dyn FnOnce() -> Table + Send>>;

/// Every table of one system.
#[derive(Debug)]
pub struct Names {
    /// `AF_`: address families.
    pub families: LazyTable,
    /// `SOCK_`: socket types.
    pub socktypes: LazyTable,
    /// `IPPROTO_`: protocols.
    pub protocols: LazyTable,
    /// `AI_`: flags of getaddrinfo; each row is one bit.
    pub flags: LazyTable,
    /// `EAI_`: errors of getaddrinfo on POSIX systems; on Windows macros for WSA codes.
    pub gai: LazyTable,
    /// `errno`; empty on Windows.
    pub errno: LazyTable,
    /// `WSA`: Winsock's codes; empty on other systems.
    pub wsa: LazyTable,
    /// `DNS_`: what DnsQuery_W returns beside Winsock's codes; empty on other systems.
    pub dns: LazyTable,
}
