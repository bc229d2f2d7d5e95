//! `--listen`, `--connect` and the options that belong to them.

use std::ffi::OsStr;

use super::matches::Matches;
use super::name_lines;
use crate::names::Os;
use crate::net::{Hint, Linger, OptionValue, Role, SocketOption, Steps};
use crate::text::{nearest, printable, utf8};
use crate::words::{Key, Phrase};

/// The calls after socket() that the arguments ask for; `None` if there are none.
pub(super) fn steps(matches: &Matches) -> Result<Option<Steps>, Phrase> {
    let given = matches.texts("option");
    let options: Vec<_> = given.map(option).collect::<Result<_, Phrase>>()?;
    let keep = matches.is_given("keep");
    let role = match matches.is_given("connect") {
        _ if matches.is_given("listen") => Some(Role::Server { keep }),
        _ if keep => return Err(Key::ErrorKeepAlone.into()),
        true => Some(Role::Client),
        false if options.is_empty() => return Ok(None),
        false if matches.is_given("socket-only") => None,
        false => return Err(Key::ErrorOptionAlone.into()),
    };
    Ok(Some(Steps { options, role }))
}

/// `IPV6_V6ONLY=0`
fn option(text: &OsStr) -> Result<(SocketOption, OptionValue), Phrase> {
    let shown = || printable(text).into_owned();
    let whole = utf8(text);
    let Some((name, value)) = whole.split_once('=') else {
        return Err(Phrase::error_not_an_option(shown()));
    };
    let option = named(name)?;
    let value = value.trim();
    let shown = printable(value.as_ref()).into_owned();
    let value = match option {
        SocketOption::Linger => {
            let braces = value.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
            let members = braces.unwrap_or(value).split_once(',');
            let linger = members.and_then(|(onoff, seconds)| {
                Some(Linger {
                    onoff: number(onoff)?,
                    seconds: number(seconds)?,
                })
            });
            let linger = linger.ok_or_else(|| Phrase::error_option_linger(shown))?;
            OptionValue::Linger(linger)
        }
        _ => {
            let number = number(value);
            let number = number.ok_or_else(|| Phrase::error_option_number(option.name(), shown))?;
            OptionValue::Number(number)
        }
    };
    Ok((option, value))
}

/// A C int: decimal, or hexadecimal with 0x, as a hint without its names.
fn number(text: &str) -> Option<i32> {
    let text = text.trim();
    let begins = text.trim_start_matches(['-', '+']);
    let is_number = begins.starts_with(|c: char| c.is_ascii_digit());
    let value = is_number.then(|| Hint::Protocol.parse(Os::HOST, text));
    value?.ok()
}

/// The option with this name, in any case and with or without its prefix.
fn named(name: &str) -> Result<SocketOption, Phrase> {
    let options = SocketOption::ALL.into_iter();
    let options: Vec<_> = options.filter(|it| it.can_be_set(Os::HOST)).collect();
    let short = |option: &SocketOption| option.name().split_once('_').map(|(_, rest)| rest);
    let upper = name.trim().to_ascii_uppercase();
    let found = options
        .iter()
        .find(|option| option.name() == upper || short(option) == Some(&upper));
    found.copied().ok_or_else(|| {
        let names = options.iter().map(|option| option.name());
        let shown = printable(name.as_ref()).into_owned();
        let problem = match nearest(&upper, names.clone()) {
            None => Phrase::error_unknown_option(shown),
            Some(similar) => Phrase::error_unknown_option_similar(similar, shown),
        };
        Phrase::error_option_names(name_lines(names), problem, Os::HOST.title())
    })
}
