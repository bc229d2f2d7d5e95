//! What a bug report says of the system's configuration, beside the facts that the notes need.

use serde::{Deserialize, Serialize};

/// A switch, limit or version of the system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The name that sysctl(8) has for it: `net.ipv6.bindv6only`; of Windows' registry the value's name.
    pub name: String,
    /// The value, as the system writes it.
    pub value: String,
}

/// systemd-resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// Whether it runs: its Varlink socket exists.
    pub running: bool,
    /// Who writes resolv.conf.
    pub resolv_conf: ResolvConf,
}

/// The four ways in which systemd-resolved can treat `/etc/resolv.conf` (systemd-resolved.service(8)),
/// read off the file that it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResolvConf {
    /// systemd-resolved's file, with its stub 127.0.0.53 as the server.
    Stub,
    /// systemd-resolved's file, with the servers of the network.
    Uplink,
    /// The file that comes with systemd, with the stub.
    Static,
    /// A file of something else.
    Foreign,
    /// No file.
    Missing,
}

impl ResolvConf {
    /// Of the file that `/etc/resolv.conf` leads to.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "for Linux"))]
    pub(crate) fn of(path: &str) -> Self {
        match path {
            "/run/systemd/resolve/stub-resolv.conf" => Self::Stub,
            "/run/systemd/resolve/resolv.conf" => Self::Uplink,
            "/usr/lib/systemd/resolv.conf" => Self::Static,
            _ => Self::Foreign,
        }
    }
}
