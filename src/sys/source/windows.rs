//! The sources of Windows: the hosts file, read by this program, and `DnsQuery_W`. No choice is made for
//! the process, and getaddrinfo is not called.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{
    DNS_INFO_NO_RECORDS, ERROR_ACCESS_DENIED, ERROR_FILE_NOT_FOUND, ERROR_SUCCESS, ERROR_TIMEOUT,
};
use windows_sys::Win32::NetworkManagement::Dns::{
    DNS_QUERY_MULTICAST_ONLY, DNS_QUERY_NO_HOSTS_FILE, DNS_QUERY_NO_MULTICAST, DNS_QUERY_NO_NETBT,
    DNS_QUERY_WIRE_ONLY, DNS_RECORDA, DNS_TYPE_A, DNS_TYPE_AAAA, DNSREC_ADDITIONAL,
    DNSREC_AUTHORITY, DNSREC_SECTION, DnsFree, DnsFreeRecordList, DnsQuery_W,
};
use windows_sys::Win32::Networking::WinSock::{AF_INET, AF_INET6, WSAETIMEDOUT};

use super::super::facts::facts;
use super::super::{os_error, timed, windows};
use crate::net::{Hosts, Needs, Query, SourceAnswer, SourceResult};

/// How long giving up may take.
const TURN: Duration = Duration::from_millis(100);

/// What a list of records has at most; a longer one is cut.
const RECORDS: usize = 4096;

const TIMEOUT: i32 = ERROR_TIMEOUT.cast_signed();

pub(in super::super) fn choose(_: &str) -> io::Result<()> {
    Ok(())
}

/// `DnsQuery_W` cannot be cancelled. If it is too late, its thread is left behind, as getaddrinfo's is;
/// it ends when the DNS client gives up, or with the process.
pub(in super::super) fn ask(
    source: &str,
    query: &Query,
    limit: Duration,
    given_up: &AtomicBool,
) -> SourceAnswer {
    let start = Instant::now();
    let (sender, receiver) = mpsc::channel();
    let (name, query) = (source.to_owned(), query.clone());
    let thread = thread::Builder::new().name(format!("ask {source}"));
    // The receiver is gone if it is too late.
    let started = thread.spawn(move || sender.send(timed(|| result(&name, &query))));
    let answer = |(result, took)| SourceAnswer {
        source: source.to_owned(),
        result,
        took,
    };
    if let Err(error) = started {
        let reason = SourceResult::NotAsked(Some(error.to_string()));
        return answer((reason, Duration::ZERO));
    }
    loop {
        let left = limit.saturating_sub(start.elapsed());
        let over = left.is_zero() || given_up.load(Relaxed);
        match receiver.recv_timeout(left.min(TURN)) {
            Ok(returned) => return answer(returned),
            Err(RecvTimeoutError::Timeout) if !over => {}
            Err(RecvTimeoutError::Timeout) => {
                return answer((SourceResult::TimedOut, start.elapsed()));
            }
            // The thread panicked.
            Err(RecvTimeoutError::Disconnected) => {
                return answer((SourceResult::NotAsked(None), start.elapsed()));
            }
        }
    }
}

/// What a source answers. LLMNR and NetBIOS are no sources of their own.
fn result(source: &str, query: &Query) -> SourceResult {
    match source {
        "hosts" => hosts(query),
        "dns" => dns(
            query,
            DNS_QUERY_WIRE_ONLY
                | DNS_QUERY_NO_HOSTS_FILE
                | DNS_QUERY_NO_MULTICAST
                | DNS_QUERY_NO_NETBT,
        ),
        "mdns" => dns(
            query,
            DNS_QUERY_MULTICAST_ONLY | DNS_QUERY_NO_HOSTS_FILE | DNS_QUERY_NO_NETBT,
        ),
        // `Lookup::askable` lists no others.
        _ => SourceResult::NotAsked(None),
    }
}

/// The families that the hints ask for: IPv4, IPv6.
fn families(query: &Query) -> (bool, bool) {
    let family = query.hints.map_or(0, |hints| hints.family);
    (family != i32::from(AF_INET6), family != i32::from(AF_INET))
}

/// The hosts file's addresses of the hints' family.
fn hosts(query: &Query) -> SourceResult {
    let (ipv4, ipv6) = families(query);
    let not_asked = |error: io::Error| SourceResult::NotAsked(Some(error.to_string()));
    let system = |code: u32| io::Error::from_raw_os_error(code.cast_signed());
    match facts(Needs::HOSTS, query).hosts {
        Some(Hosts::Lines(lines)) => {
            let all = lines.into_iter().map(|line| line.address);
            let fits = |ip: &IpAddr| if ip.is_ipv4() { ipv4 } else { ipv6 };
            SourceResult::addresses(all.filter(fits))
        }
        Some(Hosts::Missing) => not_asked(system(ERROR_FILE_NOT_FOUND)),
        Some(Hosts::Unreadable) => not_asked(system(ERROR_ACCESS_DENIED)),
        // The name is not UTF-8, or the file is too large or cannot be found.
        None => not_asked(io::ErrorKind::InvalidData.into()),
    }
}

/// The addresses of the hints' families; an error only if there is none.
fn dns(query: &Query, options: u32) -> SourceResult {
    let Some(node) = &query.node else {
        return SourceResult::NotAsked(None);
    };
    let node = windows::units(node);
    let (ipv4, ipv6) = families(query);
    let mut addresses = Vec::new();
    let mut failure = None;
    for (kind, asked) in [(DNS_TYPE_A, ipv4), (DNS_TYPE_AAAA, ipv6)] {
        if !asked {
            continue;
        }
        match records(&node, kind, options) {
            Ok(found) => addresses.extend(found),
            // Any other error says more.
            Err(code) if failure.is_none_or(|it| it == DNS_INFO_NO_RECORDS) => {
                failure = Some(code);
            }
            Err(_) => {}
        }
    }
    match failure {
        // The DNS client's own time limits.
        Some(TIMEOUT | WSAETIMEDOUT) if addresses.is_empty() => SourceResult::TimedOut,
        Some(code) if addresses.is_empty() => SourceResult::Failed(os_error(code)),
        _ => SourceResult::addresses(addresses.into_iter()),
    }
}

/// The list of `DnsQuery_W`, freed when dropped. The DNS client has checked it: each node is whole, and
/// the last has no next one.
struct Records(*mut DNS_RECORDA);

impl Drop for Records {
    fn drop(&mut self) {
        // SAFETY: the pointer is NULL, which the call ignores, or came from DnsQuery_W; it is freed once.
        // DnsRecordListFree is a macro for this call (windns.h).
        unsafe { DnsFree(self.0.cast(), DnsFreeRecordList) };
    }
}

impl Records {
    fn iter(&self) -> impl Iterator<Item = &DNS_RECORDA> {
        // SAFETY: each node is valid until the list is freed, which `self` prevents.
        let first = unsafe { self.0.as_ref() };
        let next = |node: &&DNS_RECORDA| {
            // SAFETY: as above.
            unsafe { node.pNext.as_ref() }
        };
        std::iter::successors(first, next).take(RECORDS)
    }
}

/// The addresses of the answer's records of this type; `name` ends with NUL.
fn records(name: &[u16], kind: u16, options: u32) -> Result<Vec<IpAddr>, i32> {
    let mut list = Records(ptr::null_mut());
    // SAFETY: the name ends with NUL and outlives the call, which fills in the list; both reserved
    // pointers may be NULL (windns.h).
    let status = unsafe {
        DnsQuery_W(
            name.as_ptr(),
            kind,
            options,
            ptr::null_mut(),
            &raw mut list.0,
            ptr::null_mut(),
        )
    };
    if status != ERROR_SUCCESS {
        return Err(status.cast_signed());
    }
    let own = list.iter().filter(|record| record.wType == kind);
    Ok(own.filter_map(address).collect())
}

/// The address of a record, unless a name server only added it to its answer.
fn address(record: &DNS_RECORDA) -> Option<IpAddr> {
    // SAFETY: both members of the union are a number.
    let section = unsafe { record.Flags.DW } & DNSREC_SECTION;
    if matches!(section, DNSREC_AUTHORITY | DNSREC_ADDITIONAL) {
        return None;
    }
    match (record.wType, record.wDataLength) {
        // SAFETY: a record of this type and length has this member, in network byte order.
        (DNS_TYPE_A, 4..) => Some(unsafe { record.Data.A.IpAddress }.to_ne_bytes())
            .map(|octets| Ipv4Addr::from(octets).into()),
        // SAFETY: as above.
        (DNS_TYPE_AAAA, 16..) => Some(unsafe { record.Data.AAAA.Ip6Address.IP6Byte })
            .map(|octets| Ipv6Addr::from(octets).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record of the header's layout, whose data is an address.
    fn record(kind: u16, length: u16, section: u32) -> DNS_RECORDA {
        let mut record = DNS_RECORDA {
            wType: kind,
            wDataLength: length,
            ..DNS_RECORDA::default()
        };
        record.Flags.DW = section;
        record.Data.AAAA.Ip6Address.IP6Byte = [192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        record
    }

    #[test]
    fn record_of_the_answer_has_its_address() {
        // dns.h: DnsSectionAnswer is 1.
        let ip = |kind, length| address(&record(kind, length, 1)).map(|ip| ip.to_string());
        assert_eq!(ip(1, 4).as_deref(), Some("192.0.2.1"));
        assert_eq!(ip(28, 16).as_deref(), Some("c000:201::1"));
        // CNAME, and lengths that do not fit.
        assert_eq!([ip(5, 16), ip(1, 3), ip(28, 4)], [None, None, None]);
    }

    #[test]
    fn record_of_another_section_is_no_answer() {
        let has = |section| address(&record(DNS_TYPE_A, 4, section)).is_some();
        assert_eq!([1, 2, 3].map(has), [true, false, false]);
    }
}
