//! Bits of ai_flags that getaddrinfo refuses.

use super::super::case::{Case, Libc};
use super::{Finding, rules};
use crate::names::Os;
use crate::net::Hint;

rules! {
    "flag-of-another-system" of_another_system,
    "flag-unknown" unknown,
}

/// The bits that getaddrinfo accepts: those of the header. musl's header has fewer (1.2.3: PASSIVE,
/// CANONNAME, NUMERICHOST, V4MAPPED, ALL, ADDRCONFIG, NUMERICSERV).
fn mask(case: &Case<'_>) -> i32 {
    if case.libc == Libc::Musl {
        return 0x43f;
    }
    let rows = Hint::Flags.table(case.os).rows.iter();
    rows.fold(0, |mask, row| mask | row.value)
}

/// The bits that caused EAI_BADFLAGS. Windows is documented to check them; Wine does not.
fn refused(case: &Case<'_>) -> Option<i32> {
    let bits = case.hints().flags & !mask(case);
    (bits != 0 && case.gai_is(&["EAI_BADFLAGS"])).then_some(bits)
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
    Finding::failure()
        .suspected(true)
        .value("bits", format_args!("{bits:#x}"))
        .value("flag", flag.name)
        .value("system", system.title())
        .value(
            "here",
            here.map_or_else(|| "-".to_owned(), |bits| format!("{bits:#x}")),
        )
        // The bits that the fix sets instead.
        .value(
            "put",
            match here {
                Some(bits) => format!("{bits:#x}"),
                None => "0".to_owned(),
            },
        )
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
