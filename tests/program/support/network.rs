//! A network of a test's own that touches nothing outside: its own loopback, resolv.conf, hosts,
//! nsswitch.conf and services, in namespaces made by unshare(1).
//!
//! ```ignore
//! fn a_name_is_found() {
//!     Network::run(|network| {
//!         network.dns().answer("there.test", Answer::addresses(&["192.0.2.1"]));
//!         let output = network.command("getent").args(["ahosts", "there.test"]).output();
//!         …
//!     });
//! }
//! ```
//!
//! The closure runs in a process of its own inside the namespaces: unshare starts the test program
//! again for that one test. So everything that the closure starts is in the network, including a
//! pseudo-terminal's child; [`Network::command`] only makes that explicit. Namespaces need root or
//! a kernel that lets users make them: [`NETWORK`](crate::need::NETWORK).

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::again;
use super::dns::Server;
use crate::need::succeeds;

/// A file of /etc, and its replacement in the network.
const FILES: [(&str, &str); 4] = [
    ("resolv.conf", "nameserver 127.0.0.1\n"),
    ("hosts", "127.0.0.1 localhost\n::1 localhost\n"),
    ("nsswitch.conf", "hosts: files dns\nservices: files\n"),
    (
        "services",
        "tftp 69/udp\nhttp 80/tcp www\ndomain 53/tcp\ndomain 53/udp\n",
    ),
];

/// With an address on lo outside 127.0.0.0/8, and one besides ::1, AI_ADDRCONFIG counts both
/// families as configured. nscd would answer from outside.
const SETUP: &str = "
    set -e
    ip link set lo up
    ip address add 192.0.2.9/32 dev lo
    ip route add default dev lo
    ip address add 2001:db8::9/128 dev lo nodad
    for file in resolv.conf hosts nsswitch.conf services; do
        mount --bind \"$SOCKSCOPE_TEST_AGAIN/$file\" \"/etc/$file\"
    done
    if [ -d /run/nscd ]; then mount -t tmpfs none /run/nscd; fi
";

/// The network of the running test.
pub struct Network {
    files: PathBuf,
    dns: Server,
}

impl Network {
    /// Runs `test` in a new network.
    ///
    /// # Panics
    /// If `test` does, with its output.
    pub fn run<F: FnOnce(&Self)>(test: F) {
        let Some(files) = again::inside() else {
            let files = tempfile::tempdir().unwrap();
            let setup = format!("{SETUP} exec \"$@\"");
            let mut command = unshare(files.path(), &setup);
            command.arg("sh").arg(env::current_exe().unwrap());
            return again::run::<F>(&mut command, files.path());
        };
        again::begin(&files);
        let dns = Server::start().expect("port 53 of a fresh network is free");
        test(&Self { files, dns });
    }

    /// A command that runs in the network.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        command
    }

    /// `sockscope`, in the network.
    pub fn sockscope(&self) -> Command {
        self.command(env!("CARGO_BIN_EXE_sockscope"))
    }

    /// The network's DNS server.
    pub fn dns(&self) -> &Server {
        &self.dns
    }

    /// Rewrites a file of /etc, one of the network's own.
    pub fn write(&self, file: &str, contents: impl AsRef<[u8]>) -> &Self {
        assert!(
            FILES.iter().any(|(name, _)| *name == file),
            "/etc/{file} is not the network's own"
        );
        // In place: a new file would not be the mounted one.
        fs::write(self.files.join(file), contents).unwrap();
        self
    }
}

/// A shell that runs `script` in new namespaces; the files are in `directory`.
fn unshare(directory: &Path, script: &str) -> Command {
    for (file, contents) in FILES {
        fs::write(directory.join(file), contents).unwrap();
    }
    let mut command = Command::new("unshare");
    // Another user becomes root in a user namespace.
    if !rustix::process::geteuid().is_root() {
        command.arg("--map-root-user");
    }
    command
        .args(["--net", "--mount", "--propagation", "private"])
        .args(["sh", "-c", script])
        .env(again::VARIABLE, directory);
    command
}

/// Whether such a network can be made here; if not, why, and what to do.
pub fn possible() -> Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    succeeds(&mut unshare(directory.path(), SETUP)).map_err(|why| {
        format!(
            "{why}; it takes root or unprivileged user namespaces, ip (iproute2), and the files {} \
             in /etc (netbase has services)",
            FILES.map(|(name, _)| name).join(", ")
        )
    })
}
