//! Numbers ↔ names: what the headers of every supported system call their constants.
//!
//! Pure data, compiled on every system, so that a Linux machine can say what `AF_INET6` is on
//! Windows. Each system has its own file of literal rows; tests hold the host's rows against the
//! `libc` crate and the C headers, and those of Windows against `windows-sys`.

/// Names written one a line, as a header lists them: the number, the name, what it is for.
macro_rules! names {
    ($($value:literal $name:ident $about:literal),* $(,)?) => {
        &[$($crate::names::Name {
            value: $value,
            name: stringify!($name),
            about: $about,
        }),*]
    };
}

mod freebsd;
mod linux;
mod macos;
#[cfg(test)]
mod tests;
mod windows;

/// A system whose constants are known here.
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
    /// Every system, the order in which they are listed to people.
    pub const ALL: [Self; 4] = [Self::Linux, Self::Macos, Self::Freebsd, Self::Windows];

    /// The system this program was built for.
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
    #[must_use]
    pub const fn names(self) -> &'static Names {
        match self {
            Self::Linux => &linux::NAMES,
            Self::Macos => &macos::NAMES,
            Self::Freebsd => &freebsd::NAMES,
            Self::Windows => &windows::NAMES,
        }
    }

    /// The system's name as its makers write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::Macos => "macOS",
            Self::Freebsd => "FreeBSD",
            Self::Windows => "Windows",
        }
    }
}

/// One constant of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The number, as the C `int` that the calls take.
    pub value: i32,
    /// The header's spelling, prefix included: `AF_INET6`.
    pub name: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
}

/// The constants of one kind on one system.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// What the names begin with, and what may be left out when one is typed: `AF_`.
    pub prefix: &'static str,
    /// One row per value: the name by which the value is shown.
    pub rows: &'static [Name],
    /// Further names, understood when typed and never chosen for showing: synonyms
    /// (`AF_LOCAL`), bounds (`AF_MAX`), masks (`AI_DEFAULT`), bits to add to a type
    /// (`SOCK_CLOEXEC`), and protocols of another family (`NETLINK_ROUTE`).
    pub aliases: &'static [Name],
}

impl Table {
    /// The row of `value`.
    #[must_use]
    pub fn of(&self, value: i32) -> Option<&'static Name> {
        self.rows.iter().find(|row| row.value == value)
    }

    /// The row or alias that `text` names: any case, with or without the prefix.
    ///
    /// The prefix may not be left out where a digit would come first: `12844` is a number, and
    /// `AF_12844`, which is 25, needs its prefix.
    #[must_use]
    pub fn named(&self, text: &str) -> Option<&'static Name> {
        self.rows.iter().chain(self.aliases).find(|row| {
            row.name.eq_ignore_ascii_case(text)
                || row.name.strip_prefix(self.prefix).is_some_and(|short| {
                    !short.starts_with(|first: char| first.is_ascii_digit())
                        && short.eq_ignore_ascii_case(text)
                })
        })
    }

    /// The names of the single bits set in `bits`, lowest bit first, and the bits that have none.
    #[must_use]
    pub fn split(&self, bits: i32) -> (Vec<&'static Name>, u32) {
        let mut rest = bits.cast_unsigned();
        let mut names = Vec::new();
        for bit in (0..u32::BITS).map(|shift| 1_u32 << shift) {
            if rest & bit != 0
                && let Some(name) = self.of(bit.cast_signed())
            {
                names.push(name);
                rest &= !bit;
            }
        }
        (names, rest)
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
    /// `AI_`: flags of getaddrinfo; every row is a single bit.
    pub flags: Table,
    /// `EAI_`: what getaddrinfo returns on POSIX systems; on Windows, aliases of WSA codes.
    pub gai: Table,
    /// `errno`; empty on Windows.
    pub errno: Table,
    /// `WSA`: Winsock's codes; empty elsewhere.
    pub wsa: Table,
}
