//! Settings of Windows that sockets depend on.

use std::path::Path;

use super::registry;
use crate::net::Setting;

/// The keys of HKEY_LOCAL_MACHINE with their values.
const VALUES: [(&str, &[&str]); 3] = [
    (
        r"SOFTWARE\Microsoft\Windows NT\CurrentVersion",
        &["ProductName", "DisplayVersion", "CurrentBuild"],
    ),
    // Bits that switch IPv6 off (Microsoft, "Configure IPv6 for advanced users").
    (
        r"SYSTEM\CurrentControlSet\Services\Tcpip6\Parameters",
        &["DisabledComponents"],
    ),
    (
        r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters",
        &["MaxUserPort", "TcpTimedWaitDelay"],
    ),
];

/// The settings that exist here.
pub(super) fn settings() -> Option<Vec<Setting>> {
    let values = VALUES
        .iter()
        .flat_map(|(key, names)| names.iter().map(move |name| (*key, *name)));
    let mut settings: Vec<Setting> = values
        .filter_map(|(key, name)| {
            let number = || registry::number(key, name).map(|number| number.to_string());
            let value = registry::text(key, name).or_else(number)?;
            let name = name.to_owned();
            Some(Setting { name, value })
        })
        .collect();
    // Wine has this program, Windows does not.
    if Path::new(r"C:\windows\system32\winecfg.exe").exists() {
        let [name, value] = ["Wine", "1"].map(str::to_owned);
        settings.push(Setting { name, value });
    }
    Some(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_of_windows_is_a_number() {
        let settings = settings().unwrap_or_default();
        let build = settings.iter().find(|it| it.name == "CurrentBuild");
        let build = build.and_then(|it| it.value.parse::<u32>().ok());
        assert!(build.is_some_and(|build| build > 2600), "{settings:?}");
    }
}
