//! Windows' registry, as far as facts need it.

use std::{iter, ptr};

use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::System::Registry::{
    HKEY_LOCAL_MACHINE, RRF_RT_REG_DWORD, RRF_RT_REG_SZ, RegGetValueW,
};

/// More than a search list (Microsoft allows 1,024 characters) or a path has.
const UNITS: usize = 4096;

/// A text of HKEY_LOCAL_MACHINE, with its variables expanded; `None` if it is missing or longer.
pub(super) fn text(key: &str, value: &str) -> Option<String> {
    let [key, value] = [key, value].map(units);
    let mut units = vec![0_u16; UNITS];
    let mut length = size_of_val(&units[..]) as u32;
    // SAFETY: both names end with NUL, the buffer has `length` bytes, and the call keeps no pointer.
    let status = unsafe {
        RegGetValueW(
            HKEY_LOCAL_MACHINE,
            key.as_ptr(),
            value.as_ptr(),
            RRF_RT_REG_SZ,
            ptr::null_mut(),
            units.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    let text = units.split(|&unit| unit == 0).next()?;
    (status == ERROR_SUCCESS).then(|| String::from_utf16_lossy(text))
}

/// A number of 32 bits of HKEY_LOCAL_MACHINE; `None` if it is missing.
pub(super) fn number(key: &str, value: &str) -> Option<u32> {
    let [key, value] = [key, value].map(units);
    let mut number = 0_u32;
    let mut length = size_of_val(&number) as u32;
    // SAFETY: both names end with NUL, the buffer has `length` bytes, and the call keeps no pointer.
    let status = unsafe {
        RegGetValueW(
            HKEY_LOCAL_MACHINE,
            key.as_ptr(),
            value.as_ptr(),
            RRF_RT_REG_DWORD,
            ptr::null_mut(),
            (&raw mut number).cast(),
            &raw mut length,
        )
    };
    (status == ERROR_SUCCESS).then_some(number)
}

/// UTF-16 that ends with NUL.
fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().chain(iter::once(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_the_registry_is_read_whole() {
        let key = "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";
        let path = text(key, "DataBasePath").unwrap_or_default();
        let path = path.to_ascii_lowercase();
        // Expanded, so it has no variable.
        assert!(path.ends_with("\\system32\\drivers\\etc"), "{path}");
        assert!(!path.contains('%'), "{path}");
        assert_eq!(text(key, "no such value"), None);
    }
}
