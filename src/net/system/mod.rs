//! The operating system behind [`Net`]: the only place that calls it, and the only
//! one with unsafe code.
#![expect(
    unsafe_code,
    reason = "getaddrinfo, freeaddrinfo, gai_strerror and close are C"
)]

use std::io;
use std::time::{Duration, Instant};

use dns_lookup::{LookupError, getnameinfo};

use super::{
    AddrInfo, Attempt, Call, Closed, GaiError, Handle, Hint, HostService, Inquiry, Net, OsError,
    Query, Resolution, Reverse, Sockaddr,
};
use crate::names::Os;

mod circumstances;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as os;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as os;

/// The machine's own calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Net for System {
    type Socket = socket2::Socket;

    fn about(&self) -> super::About {
        os::about()
    }

    fn resolve(&self, query: &Query) -> Resolution {
        let os::Looked {
            result,
            took,
            freed,
        } = os::getaddrinfo(query);
        Resolution {
            query: query.clone(),
            result,
            took,
            freed,
        }
    }

    fn open(&self, entry: &AddrInfo) -> (Attempt, Option<Self::Socket>) {
        // `new_raw` is the plain call; `Socket::new` would add SOCK_CLOEXEC and the like.
        let (family, socktype, protocol) = (
            entry.family.into(),
            entry.socktype.into(),
            entry.protocol.into(),
        );
        let (result, took) = timed(|| socket2::Socket::new_raw(family, socktype, Some(protocol)));
        match result {
            Ok(socket) => (
                Attempt {
                    result: Ok(Handle(os::number(&socket))),
                    took,
                },
                Some(socket),
            ),
            Err(error) => (
                Attempt {
                    result: Err(os_error(Call::Socket, &error)),
                    took,
                },
                None,
            ),
        }
    }

    fn close(&self, socket: Self::Socket) -> Closed {
        let handle = Handle(os::number(&socket));
        let (result, took) = os::close(socket);
        Closed {
            handle,
            result: result.map_err(|error| os_error(Call::Close, &error)),
            took,
        }
    }

    fn reverse(&self, entry: &AddrInfo) -> Option<Reverse> {
        let Sockaddr::Ip(address) = entry.sockaddr() else {
            return None;
        };
        let (result, took) = timed(|| getnameinfo(&address, 0));
        let result = match result {
            Ok((node, service)) => Ok(HostService { node, service }),
            Err(error) => Err(reverse_error(error)),
        };
        Some(Reverse { result, took })
    }

    fn inquire(&self, socket: &Self::Socket) -> Vec<Inquiry> {
        inquire(socket)
    }

    fn circumstances(&self, query: &Query) -> super::Circumstances {
        circumstances::circumstances(query)
    }
}

impl System {
    /// The language of the user's desktop, as Windows tells it: `es`. Elsewhere the environment is
    /// all there is to ask.
    #[must_use]
    pub fn language() -> Option<&'static str> {
        #[cfg(windows)]
        return os::language();
        #[cfg(not(windows))]
        None
    }
}

/// What can be asked about an open socket on this system. SO_DOMAIN and SO_PROTOCOL are Linux's,
/// the latter FreeBSD's too; the others have no such option (socket(7), getsockopt(2)).
fn inquire(socket: &socket2::Socket) -> Vec<Inquiry> {
    let handle = Handle(os::number(socket));
    let named = |hint: Hint, value: i32| {
        let (name, number) = (hint.show(Os::HOST, value), value.to_string());
        if name == number {
            number
        } else {
            format!("{name} {number}")
        }
    };
    let option = |option, question: &dyn Fn() -> io::Result<String>| {
        let (result, took) = timed(question);
        Inquiry {
            call: Call::Getsockopt,
            option: Some(option),
            handle,
            result: result.map_err(|error| os_error(Call::Getsockopt, &error)),
            took,
        }
    };
    let mut inquiries = vec![
        #[cfg(target_os = "linux")]
        option("SO_DOMAIN", &|| {
            Ok(named(Hint::Family, socket.domain()?.into()))
        }),
        option("SO_TYPE", &|| {
            Ok(named(Hint::Socktype, socket.r#type()?.into()))
        }),
        #[cfg(any(target_os = "linux", target_os = "freebsd"))]
        option("SO_PROTOCOL", &|| {
            let protocol = socket.protocol()?.map_or(0, i32::from);
            Ok(named(Hint::Protocol, protocol))
        }),
    ];
    let (address, took) = timed(|| socket.local_addr());
    if address.as_ref().is_ok_and(socket2::SockAddr::is_ipv6) {
        inquiries.push(option("IPV6_V6ONLY", &|| {
            Ok(i32::from(socket.only_v6()?).to_string())
        }));
    }
    let address = address.map(|address| match address.as_socket() {
        Some(address) => address.to_string(),
        None => "no IP address".to_owned(),
    });
    inquiries.push(Inquiry {
        call: Call::Getsockname,
        option: None,
        handle,
        result: address.map_err(|error| os_error(Call::Getsockname, &error)),
        took,
    });
    inquiries
}

/// dns-lookup gives 0 where the call succeeded and the name is not UTF-8, with words of its own.
fn reverse_error(error: LookupError) -> GaiError {
    match error.error_num() {
        0 => {
            let error = io::Error::from(error);
            let message = error.to_string().into_boxed_str();
            GaiError {
                error: OsError {
                    call: Call::Getnameinfo,
                    domain: os::GAI,
                    code: 0,
                    message,
                },
                errno: None,
            }
        }
        code => os::gai_error(Call::Getnameinfo, code),
    }
}

/// `call`'s result, and how long it took alone.
fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = call();
    (result, start.elapsed())
}

/// The error of a call that sets errno, or on Windows the last error.
fn os_error(call: Call, error: &io::Error) -> OsError {
    let code = error.raw_os_error().unwrap_or_default();
    OsError {
        call,
        domain: os::ERRNO,
        code,
        message: system_text(error, code),
    }
}

/// The system's text of `error` alone: io::Error appends its number in parentheses.
fn system_text(error: &io::Error, code: i32) -> Box<str> {
    let text = error.to_string();
    text.strip_suffix(&format!(" (os error {code})"))
        .unwrap_or(&text)
        .trim_end()
        .into()
}

#[cfg(test)]
mod tests;
