//! A network of a test's own, that touches nothing outside: its own loopback, resolv.conf, hosts,
//! nsswitch.conf and services, in namespaces made by unshare(1).
//!
//! ```ignore
//! #[test]
//! fn a_name_is_found() {
//!     Network::run(|network| {
//!         network.dns().answer("there.test", Answer::addresses(&["192.0.2.1"]));
//!         let output = network.command("getent").args(["ahosts", "there.test"]).output();
//!         …
//!     });
//! }
//! ```
//!
//! The closure runs in a process of its own, which is in the namespaces: the test's program,
//! started again by unshare for that one test. So whatever the closure starts is in the network,
//! a pseudo-terminal's child too; [`Network::command`] only says so. Namespaces need root or a
//! kernel that lets users make them; elsewhere the test says that it did not run.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::dns::Server;

/// Set in the inner process: the directory of the network's files.
const VARIABLE: &str = "SOCKSCOPE_TEST_NETWORK";

/// A file that the inner process makes when it begins, so that a test that was not found there
/// cannot pass.
const BEGUN: &str = "begun";

/// A file of /etc, and what the network has in its place.
const FILES: [(&str, &str); 4] = [
    ("resolv.conf", "nameserver 127.0.0.1\n"),
    ("hosts", "127.0.0.1 localhost\n::1 localhost\n"),
    ("nsswitch.conf", "hosts: files dns\nservices: files\n"),
    (
        "services",
        "tftp 69/udp\nhttp 80/tcp www\ndomain 53/tcp\ndomain 53/udp\n",
    ),
];

/// With an address on the loopback interface that is none of 127.0.0.0/8, and ::1's like,
/// AI_ADDRCONFIG counts both families as configured. nscd would answer from outside.
const SETUP: &str = "
    set -e
    ip link set lo up
    ip address add 192.0.2.9/32 dev lo
    ip route add default dev lo
    ip address add 2001:db8::9/128 dev lo nodad
    for file in resolv.conf hosts nsswitch.conf services; do
        mount --bind \"$SOCKSCOPE_TEST_NETWORK/$file\" \"/etc/$file\"
    done
    if [ -d /run/nscd ]; then mount -t tmpfs none /run/nscd; fi
";

/// The network that the running test is in.
pub struct Network {
    files: PathBuf,
    dns: Server,
}

impl Network {
    /// Runs `test` inside a fresh network, or says loudly why it cannot.
    ///
    /// # Panics
    /// If `test` does, with its output.
    pub fn run<F: FnOnce(&Self)>(test: F) {
        if let Err(why) = Self::try_run(test) {
            super::not_run(name_of::<F>(), &why);
        }
    }

    /// Runs `test` inside a fresh network.
    ///
    /// # Errors
    /// Why no network can be made here; `test` was not run then.
    ///
    /// # Panics
    /// If `test` does, with its output.
    pub fn try_run<F: FnOnce(&Self)>(test: F) -> Result<(), String> {
        let Some(files) = env::var_os(VARIABLE) else {
            possible()?;
            inside(name_of::<F>());
            return Ok(());
        };
        let files = PathBuf::from(files);
        fs::write(files.join(BEGUN), "").unwrap();
        let dns = Server::start().expect("port 53 of a fresh network is free");
        test(&Self { files, dns });
        Ok(())
    }

    /// A command that runs inside the network.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_remove(VARIABLE).stdin(Stdio::null());
        command
    }

    /// `sockscope`, inside the network.
    pub fn sockscope(&self) -> Command {
        self.command(env!("CARGO_BIN_EXE_sockscope"))
    }

    /// The network's DNS server.
    pub fn dns(&self) -> &Server {
        &self.dns
    }

    /// Replaces a file of /etc, one of those that are the network's own.
    pub fn write(&self, file: &str, contents: impl AsRef<[u8]>) -> &Self {
        assert!(
            FILES.iter().any(|(name, _)| *name == file),
            "/etc/{file} is not the network's own"
        );
        // In place: a new file would not be the one that is mounted.
        fs::write(self.files.join(file), contents).unwrap();
        self
    }
}

/// The test that a closure is in: its type is named after the function around it.
fn name_of<F>() -> &'static str {
    let path = std::any::type_name::<F>();
    path.split_once("::")
        .and_then(|(_crate, rest)| rest.strip_suffix("::{{closure}}"))
        .unwrap_or_else(|| panic!("{path} is no closure of a test"))
}

/// The test's own program again, for the test `name` alone, in new namespaces.
fn inside(name: &str) {
    let directory = tempfile::tempdir().unwrap();
    write_files(directory.path());
    let output = unshare()
        .args(["sh", "-c", &format!("{SETUP} exec \"$@\""), "sh"])
        .arg(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--include-ignored"])
        .env(VARIABLE, directory.path())
        .stdin(Stdio::null())
        .output()
        .expect("unshare runs");
    // Through print, so that libtest shows it where it shows a test's output.
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    let not_run: Vec<&[u8]> = output
        .stderr
        .split_inclusive(|&byte| byte == b'\n')
        .filter(|line| line.starts_with(b"NOT RUN:"))
        .collect();
    std::io::stderr().write_all(&not_run.concat()).unwrap();
    assert!(
        output.status.success(),
        "{name} failed inside the network: {}",
        output.status
    );
    assert!(
        directory.path().join(BEGUN).exists(),
        "{name} did not run inside the network: no test of this program has that name"
    );
}

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    // A user who is not root is made root of a user namespace of his own.
    if !rustix::process::geteuid().is_root() {
        command.arg("--map-root-user");
    }
    command.args(["--net", "--mount", "--propagation", "private"]);
    command
}

fn write_files(directory: &Path) {
    for (file, contents) in FILES {
        fs::write(directory.join(file), contents).unwrap();
    }
}

/// Whether such a network can be made here; else why not, and what to do.
fn possible() -> Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    write_files(directory.path());
    let output = unshare()
        .args(["sh", "-c", SETUP])
        .env(VARIABLE, directory.path())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("unshare: {error}; install util-linux"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "no network namespace can be set up here ({}): {}; it takes root or unprivileged user \
         namespaces, ip (iproute2), and the files {} in /etc",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim(),
        FILES.map(|(name, _)| name).join(", ")
    ))
}
