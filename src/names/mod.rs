//! Numbers ↔ names: the constants in the headers of every supported system.
//!
//! All tables exist on every system, so that a run of Windows can be shown on Linux. Tests compare the
//! host's numbers with the `libc` crate and the C headers, and those of Windows with `windows-sys`.

mod constants;
mod table;
#[cfg(test)]
mod tests;

use table::{Kind, count, list};
pub use table::{Name, Rows, Table};

/// The tables of one system.
macro_rules! names {
    ($os:ident) => {
        Names {
            families: names!($os Families "AF_"),
            socktypes: names!($os Socktypes "SOCK_"),
            protocols: names!($os Protocols "IPPROTO_"),
            flags: names!($os Flags "AI_"),
            gai: names!($os Gai "EAI_"),
            errno: names!($os Errno "E"),
            wsa: names!($os Wsa "WSA"),
        }
    };
    ($os:ident $kind:ident $prefix:literal) => {
        Table::new::<{ count(Kind::$kind, Os::$os) }>(
            $prefix,
            &const { list(Kind::$kind, Os::$os) },
        )
    };
}

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
    pub const fn names(self) -> &'static Names {
        match self {
            Self::Linux => &const { names!(Linux) },
            Self::Macos => &const { names!(Macos) },
            Self::Freebsd => &const { names!(Freebsd) },
            Self::Windows => &const { names!(Windows) },
        }
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

/// Every table of one system.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// `AF_`: address families.
    pub families: Table,
    /// `SOCK_`: socket types.
    pub socktypes: Table,
    /// `IPPROTO_`: protocols.
    pub protocols: Table,
    /// `AI_`: flags of getaddrinfo; each row is one bit.
    pub flags: Table,
    /// `EAI_`: errors of getaddrinfo on POSIX systems; on Windows macros for WSA codes.
    pub gai: Table,
    /// `errno`; empty on Windows.
    pub errno: Table,
    /// `WSA`: Winsock's codes; empty on other systems.
    pub wsa: Table,
}
