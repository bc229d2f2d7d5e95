//! A network of the figures' own: a name with as many addresses as wanted, or a DNS server that
//! never answers. It touches nothing outside and ends with the program that runs in it.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::Duration;
use std::{fmt::Write as _, fs};

use anyhow::{Context as _, Result};

use crate::program::{finish, proc_status};

/// A name with many addresses.
pub(crate) const MANY: &str = "many.test";
/// A name that no one ever answers for.
pub(crate) const HUNG: &str = "hung.test";

/// Sets the network up, then becomes the program. `$1` is the directory of the files to mount.
///
/// The address makes both the machine and the sorting of addresses see a network; packets to the
/// name server go nowhere, since Linux drops what comes in on lo for somebody else.
const SCRIPT: &str = "set -e
ip link set lo up
ip addr add 192.0.2.9/32 dev lo
ip route add default dev lo
for file in hosts resolv.conf nsswitch.conf; do mount --bind \"$1/$file\" \"/etc/$file\"; done
shift
exec \"$@\"";

/// Files to stand in for the machine's own in /etc.
pub(crate) struct Namespace {
    directory: tempfile::TempDir,
}

impl Namespace {
    /// A network where [`MANY`] has so many addresses and nothing but silence answers for the rest.
    ///
    /// # Errors
    /// What this machine does not permit, or lacks.
    pub(crate) fn new(addresses: u32) -> Result<Self> {
        let directory = tempfile::tempdir().context("no directory for the files of /etc")?;
        let mut hosts = String::from("127.0.0.1 localhost\n");
        for address in 0..addresses {
            let [_, high, middle, low] = address.to_be_bytes();
            writeln!(hosts, "10.{high}.{middle}.{low} {MANY}")?;
        }
        let files = [
            ("hosts", hosts.as_str()),
            // The longest that glibc waits for one server (resolv.conf(5)).
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

    /// The command that runs `command` in here. Each step execs the next, so that the process
    /// started is, in the end, the command itself.
    pub(crate) fn wrap(&self, command: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
        // Without a user id to read there is no root to be.
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
