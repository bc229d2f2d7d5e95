//! Bits of ai_flags that getaddrinfo refuses.

use super::super::case::{Case, Libc};
use super::{Finding, rules};
use crate::names::Os;
use crate::net::Hint;

rules! {
    "flag-of-another-system" of_another_system on ["EAI_BADFLAGS"],
    "flag-unknown" unknown by Text on ["EAI_BADFLAGS"],
}

/// The bits that getaddrinfo does not accept: those that are not in the header. musl's header has
/// fewer (1.2.3: PASSIVE, CANONNAME, NUMERICHOST, V4MAPPED, ALL, ADDRCONFIG, NUMERICSERV). Windows is
/// documented to check them; Wine does not.
fn refused(case: &Case<'_>) -> Option<i32> {
    let rows = Hint::Flags.table(case.os).rows.iter();
    let accepted = match case.libc {
        Libc::Musl => 0x43f,
        _ => rows.fold(0, |mask, row| mask | row.value),
    };
    Some(case.hints().flags & !accepted).filter(|&bits| bits != 0)
}

fn of_another_system(case: &Case<'_>) -> Option<Finding> {
    let bits = refused(case)?;
    let (system, flag) = Os::ALL
        .into_iter()
        .filter(|&os| os != case.os)
        .find_map(|os| Some((os, Hint::Flags.table(os).of(bits)?)))?;
    // The flag may have another value on this system, or not exist.
    let here = case.value(Hint::Flags, flag.name);
    let fix = case.with_hints(|hints| hints.flags = hints.flags & !bits | here.unwrap_or_default());
    let hex = |bits| format!("{bits:#x}");
    Finding::failure()
        .suspected(true)
        .value("bits", hex(bits))
        .value("flag", flag.name)
        .value("system", system.title())
        .value("here", here.map_or_else(|| "-".to_owned(), hex))
        // The bits that the fix sets instead.
        .value("put", here.map_or_else(|| "0".to_owned(), hex))
        .fix(Some(fix))
        .some()
}

fn unknown(case: &Case<'_>) -> Option<Finding> {
    let bits = refused(case)?;
    Finding::failure()
        .suspected(case.os == Os::Windows)
        .value("bits", format_args!("{bits:#x}"))
        .fix(Some(case.with_hints(|hints| hints.flags &= !bits)))
        .some()
}
