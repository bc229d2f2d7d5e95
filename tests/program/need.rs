//! What a test needs and a machine may lack.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

#[cfg(target_os = "linux")]
use sockscope::net::Net as _;
use sockscope::sys::System;

#[cfg(target_os = "linux")]
use crate::recorded::socket_here;
use crate::support::again;

pub use Need::{File, Program};

/// Something besides Rust. Essential packages of Debian (bash, coreutils, util-linux) are not
/// listed.
#[derive(Clone, Copy)]
pub enum Need {
    /// A program that prints its version.
    Program(&'static str),
    File(&'static str),
    /// A name, and a probe that returns why it is missing.
    Fact(&'static str, fn() -> Result<(), String>),
}

/// [`c_compiler`] with the system's headers, or a [`tests/oracle.c`](crate::support::oracle) that
/// is already built.
pub const COMPILER: Need = Need::Fact("a C compiler", || {
    if env::var_os("SOCKSCOPE_ORACLE").is_some() {
        return Ok(());
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle.c");
    let mut command = Command::new(c_compiler());
    succeeds(command.arg("-fsyntax-only").arg(source))
        .map_err(|why| format!("{why}; install gcc and libc6-dev, or name a compiler in CC"))
});

/// `$CC`, else `cc`.
pub fn c_compiler() -> OsString {
    env::var_os("CC").unwrap_or_else(|| "cc".into())
}

/// A name that most hosts files have; otherwise a DNS server is asked.
pub const LOCALHOST: Need = Need::Fact("localhost in /etc/hosts", || {
    let hosts = std::fs::read_to_string("/etc/hosts");
    let there = cfg!(windows) || hosts.is_ok_and(|hosts| hosts.contains("localhost"));
    so(there, "it is not there; add a line `127.0.0.1 localhost`")
});

/// [`Network`](crate::support::network::Network).
#[cfg(target_os = "linux")]
pub const NETWORK: Need = Need::Fact("network namespaces", crate::support::network::possible);

#[cfg(target_os = "linux")]
pub const USER_NAMESPACE: Need = Need::Fact("user namespaces", || {
    succeeds(Command::new("unshare").args(["--map-root-user", "true"]))
});

/// To become another user.
#[cfg(target_os = "linux")]
pub const OTHER_USER: Need = Need::Fact("root", || {
    let other = ["--reuid=65534", "--regid=65534", "--clear-groups", "true"];
    succeeds(Command::new("setpriv").args(other))
});

/// Its namespaces, /proc and limits.
#[cfg(not(target_os = "linux"))]
pub const LINUX: Need = Need::Fact("Linux", || Err("this is another system".to_owned()));

/// The recorded library.
#[cfg(target_os = "linux")]
pub const GLIBC_2_36: Need = Need::Fact("glibc 2.36", || {
    let libc = System.host().libc.unwrap_or_default();
    so(libc == "glibc 2.36", &format!("this is {libc:?}"))
});

#[cfg(target_os = "linux")]
pub const KERNEL: Need = Need::Fact("Linux 6.18", crate::recorded::is_the_kernel);

#[cfg(any(target_os = "linux", windows))]
pub const WINE_8: Need = Need::Fact("Wine 8", crate::recorded::is_wine);

/// The Windows program and Wine to run it, which `.ci/windows` has.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub const WINDOWS_PROGRAM: Need = Need::Fact("the Windows program", || {
    so(
        env::var_os("SOCKSCOPE_WINDOWS").is_some(),
        "SOCKSCOPE_WINDOWS does not name it; .ci/windows runs this test",
    )
});

/// [`tests/console.c`](crate::support::terminal), which `.ci/windows` builds.
#[cfg(windows)]
pub const CONSOLE: Need = Need::Fact("console.exe", || {
    so(
        env::var_os("SOCKSCOPE_CONSOLE").is_some(),
        "SOCKSCOPE_CONSOLE does not name it",
    )
});

/// `tests/sequence.c`, which `.ci/windows` builds.
#[cfg(windows)]
pub const SEQUENCE: Need = Need::Fact("sequence.exe", || {
    so(
        env::var_os("SOCKSCOPE_SEQUENCE").is_some(),
        "SOCKSCOPE_SEQUENCE does not name it",
    )
});

/// systemd-resolved's module of glibc's name service.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub const RESOLVE: Need = Need::Fact("libnss-resolve", || module("resolve"));

/// avahi's.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub const MDNS: Need = Need::Fact("libnss-mdns", || module("mdns4_minimal"));

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub const MYHOSTNAME: Need = Need::Fact("libnss-myhostname", || module("myhostname"));

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn module(name: &str) -> Result<(), String> {
    so(
        crate::daemons::module(name).is_some(),
        &format!(
            "there is no libnss_{name}.so.2; .ci/run --install unpacks it into target/name-service"
        ),
    )
}

/// A protocol that has a name but is not available.
#[cfg(target_os = "linux")]
pub const NO_SCTP: Need = Need::Fact("a kernel without SCTP", || {
    let error = socket_here(libc::AF_INET, libc::SOCK_STREAM, libc::IPPROTO_SCTP);
    so(error.is_some(), "this one has it")
});

/// Linux's data about processes.
pub const PROC: Need = Need::File("/proc/self/stat");

/// Linux's data about a thread's processor time.
pub const SCHEDSTAT: Need = Need::File("/proc/self/schedstat");

impl Need {
    fn name(self) -> &'static str {
        match self {
            Self::Program(name) | Self::File(name) | Self::Fact(name, _) => name,
        }
    }

    fn met(self) -> Result<(), String> {
        match self {
            Self::Program(name) => {
                // The Debian package, if its name differs.
                let package = match name {
                    "script" => "bsdutils",
                    "getconf" => "libc-bin",
                    "musl-gcc" => "musl-tools",
                    "wine" => "wine and wine64",
                    "x86_64-w64-mingw32-gcc" => "gcc-mingw-w64-x86-64-posix",
                    "cargo-clippy" => "rustup's component clippy",
                    "rustfmt" => "rustup's component rustfmt",
                    other => other,
                };
                succeeds(Command::new(name).arg("--version"))
                    .map_err(|why| format!("{why}; install {package}"))
            }
            Self::File(file) => {
                let install = match file {
                    "/etc/services" => "; install netbase",
                    _ => "",
                };
                so(Path::new(file).exists(), &format!("there is none{install}"))
            }
            Self::Fact(_, met) => met(),
        }
    }
}

/// Succeeds if `met`; otherwise the reason is the error.
pub fn so(met: bool, why_not: &str) -> Result<(), String> {
    if met {
        return Ok(());
    }
    Err(why_not.to_owned())
}

/// Runs the command; returns why it could not run, or how it failed.
pub fn succeeds(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let program = command.get_program().display();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program}: {}, {}", output.status, message.trim()))
}

/// Which needs are met, each probed once. Displayed, it is the reasons for the others.
#[derive(Default)]
pub struct Needs(BTreeMap<&'static str, (usize, Result<(), String>)>);

impl Needs {
    /// The names of a test's unmet needs.
    pub fn lacking(&mut self, needs: &[Need]) -> Vec<&'static str> {
        // The outer process has probed them.
        if again::inside().is_some() {
            return Vec::new();
        }
        let lacking = needs.iter().filter(|need| {
            let (tests, met) = self.0.entry(need.name()).or_insert_with(|| (0, need.met()));
            *tests += 1;
            met.is_err()
        });
        lacking.map(|need| need.name()).collect()
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, (tests, met)) in &self.0 {
            if let Err(why) = met {
                let plural = if *tests == 1 { " needs" } else { "s need" };
                writeln!(f, "{tests} test{plural} {name}: {why}")?;
            }
        }
        Ok(())
    }
}
