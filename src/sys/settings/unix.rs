//! Settings of a Unix system that sockets depend on.

use std::fs;
#[cfg(target_os = "linux")]
use std::{io::ErrorKind, path::Path};

#[cfg(target_os = "linux")]
use crate::net::ResolvConf;
use crate::net::{Resolved, Setting};

/// The settings that exist here.
pub(super) fn settings() -> Option<Vec<Setting>> {
    let named = NAMES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), value(name)?)));
    let system = distribution().map(|name| ("PRETTY_NAME".to_owned(), name));
    let all = system.into_iter().chain(named);
    Some(all.map(|(name, value)| Setting { name, value }).collect())
}

/// The name of the distribution (os-release(5)), which FreeBSD has too.
fn distribution() -> Option<String> {
    let text = fs::read_to_string("/etc/os-release").ok()?;
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(value.trim_matches(['"', '\'']).to_owned())
}

#[cfg(target_os = "linux")]
const NAMES: [&str; 12] = [
    "kernel.osrelease",
    "net.ipv6.conf.all.disable_ipv6",
    "net.ipv6.conf.default.disable_ipv6",
    "net.ipv6.bindv6only",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_nonlocal_bind",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_syn_retries",
    "net.core.somaxconn",
    "net.mptcp.enabled",
];

/// A value of /proc/sys, with a blank between its parts; `None` if it has none.
#[cfg(target_os = "linux")]
fn value(name: &str) -> Option<String> {
    let path = Path::new("/proc/sys").join(name.replace('.', "/"));
    let text = fs::read_to_string(path).ok()?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(text).filter(|text| !text.is_empty())
}

/// systemd-resolved, and who writes /etc/resolv.conf.
#[cfg(target_os = "linux")]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
pub(super) fn resolved() -> Option<Resolved> {
    let resolv_conf = match fs::canonicalize("/etc/resolv.conf") {
        Ok(path) => path.to_str().map_or(ResolvConf::Foreign, ResolvConf::of),
        Err(error) if error.kind() == ErrorKind::NotFound => ResolvConf::Missing,
        Err(_) => ResolvConf::Foreign,
    };
    Some(Resolved {
        running: Path::new("/run/systemd/resolve/io.systemd.Resolve").exists(),
        resolv_conf,
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) const fn resolved() -> Option<Resolved> {
    None
}

#[cfg(not(target_os = "linux"))]
const NAMES: [&str; 7] = [
    "kern.osrelease",
    "kern.osproductversion",
    "kern.ipc.somaxconn",
    "net.inet6.ip6.v6only",
    "net.inet.ip.portrange.first",
    "net.inet.ip.portrange.last",
    "net.inet.ip.portrange.reservedhigh",
];

/// A value of sysctl(3): a text, or an `int`.
#[cfg(not(target_os = "linux"))]
fn value(name: &str) -> Option<String> {
    use std::ffi::{CStr, CString};

    const TEXTS: [&str; 2] = ["kern.osrelease", "kern.osproductversion"];
    let own = CString::new(name).ok()?;
    let mut bytes = [0_u8; 256];
    let mut length = bytes.len();
    // SAFETY: the name ends with NUL, the buffer has `length` bytes, and nothing is set.
    let status = unsafe {
        libc::sysctlbyname(
            own.as_ptr(),
            bytes.as_mut_ptr().cast(),
            &raw mut length,
            std::ptr::null_mut(),
            0,
        )
    };
    if status != 0 {
        return None;
    }
    let bytes = bytes.get(..length)?;
    if TEXTS.contains(&name) {
        let text = CStr::from_bytes_until_nul(bytes).ok()?;
        return Some(text.to_string_lossy().into_owned());
    }
    let number = bytes.first_chunk().copied().map(i32::from_ne_bytes);
    number.map(|number| number.to_string())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]

    use super::*;

    #[test]
    fn settings_are_those_of_the_kernel() {
        let settings = settings().unwrap();
        let named = |name: &str| settings.iter().find(|it| it.name == name).unwrap();
        let read = |file: &str| fs::read_to_string(file).unwrap().trim_end().to_owned();
        let release = read("/proc/sys/kernel/osrelease");
        assert_eq!(named("kernel.osrelease").value, release);
        let ports = read("/proc/sys/net/ipv4/ip_local_port_range");
        let ports = ports.replace('\t', " ");
        assert_eq!(named("net.ipv4.ip_local_port_range").value, ports);
    }

    /// The paths of systemd-resolved.service(8).
    #[test]
    fn who_writes_resolv_conf_is_read_off_its_path() {
        for (path, expected) in [
            ("/run/systemd/resolve/stub-resolv.conf", ResolvConf::Stub),
            ("/run/systemd/resolve/resolv.conf", ResolvConf::Uplink),
            ("/usr/lib/systemd/resolv.conf", ResolvConf::Static),
            ("/etc/resolv.conf", ResolvConf::Foreign),
        ] {
            assert_eq!(ResolvConf::of(path), expected, "{path}");
        }
    }
}
