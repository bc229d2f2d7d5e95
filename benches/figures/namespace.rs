//! A network of its own for the figures: a name with any number of addresses, or a DNS server that
//! never answers. It touches nothing outside, and ends with the program inside it.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::Duration;
use std::{fmt::Write as _, fs};

use anyhow::{Context as _, Result};

use crate::program::{finish, proc_status};

/// A name with many addresses.
pub(crate) const MANY: &str = "many.test";
/// A name that no server answers for.
pub(crate) const HUNG: &str = "hung.test";

/// Sets up the network, then execs the program. `$1` is the directory of the files to mount.
///
/// With this address the machine and the sorting of addresses see a network. Packets to the name
/// server go nowhere: Linux drops what arrives on lo for another address.
const SCRIPT: &str = "set -e
ip link set lo up
ip addr add 192.0.2.9/32 dev lo
ip route add default dev lo
for file in hosts resolv.conf nsswitch.conf; do mount --bind \"$1/$file\" \"/etc/$file\"; done
shift
exec \"$@\"";

/// Replacements for files in /etc.
pub(crate) struct Namespace {
    directory: tempfile::TempDir,
}

impl Namespace {
    /// A network in which [`MANY`] has these addresses of 10.0.0.0/8 and no server answers for any other
    /// name.
    ///
    /// # Errors
    /// This machine does not permit it, or lacks a program.
    pub(crate) fn new(addresses: impl IntoIterator<Item = u32>) -> Result<Self> {
        let directory =
            tempfile::tempdir().context("cannot make a directory for the files of /etc")?;
        let mut hosts = String::from("127.0.0.1 localhost\n");
        for address in addresses {
            let [_, high, middle, low] = address.to_be_bytes();
            writeln!(hosts, "10.{high}.{middle}.{low} {MANY}")?;
        }
        let files = [
            ("hosts", hosts.as_str()),
            // The longest time that glibc waits for one server (resolv.conf(5)).
            (
                "resolv.conf",
                "nameserver 192.0.2.53\noptions timeout:30 attempts:5\n",
            ),
            ("nsswitch.conf", "hosts: files dns\nservices: files\n"),
        ];
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        }
        let namespace = Self { directory };
        let output = finish(&namespace.wrap(["true".into()]), Duration::from_secs(10))?;
        output.ok().context(
            "no network namespace: it takes unshare, ip, and root or unprivileged user namespaces",
        )?;
        Ok(namespace)
    }

    /// The command that runs `command` in the network. Each step execs the next, so the started
    /// process becomes the command.
    pub(crate) fn wrap(&self, command: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
        // If the user id cannot be read, assume an ordinary user.
        let root = proc_status("/proc/self/status", "Uid:").is_ok_and(|user| user == 0);
        let unshare = ["unshare", "-r", "-n", "-m", "--propagation", "private"];
        let unshare = unshare.iter().filter(|word| !root || **word != "-r");
        let script = ["sh", "-c", SCRIPT, "sh"];
        let directory: &Path = self.directory.path();
        unshare
            .chain(&script)
            .map(OsString::from)
            .chain([OsStr::to_owned(directory.as_os_str())])
            .chain(command)
            .collect()
    }
}
