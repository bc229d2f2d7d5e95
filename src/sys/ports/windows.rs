//! Who has a port: the tables of TCP and UDP with their processes (Microsoft, GetExtendedTcpTable,
//! GetExtendedUdpTable).

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::process;

use windows_sys::Win32::Foundation::{CloseHandle, ERROR_INSUFFICIENT_BUFFER, ERROR_SUCCESS};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GetExtendedTcpTable, GetExtendedUdpTable, MIB_TCP_STATE_LISTEN, MIB_TCP_STATE_TIME_WAIT,
    TCP_TABLE_OWNER_PID_ALL, UDP_TABLE_OWNER_PID,
};
use windows_sys::Win32::Networking::WinSock::{AF_INET, AF_INET6};
use windows_sys::Win32::System::Threading::{
    OpenProcess, PROCESS_NAME_WIN32, PROCESS_QUERY_LIMITED_INFORMATION, QueryFullProcessImageNameW,
};

use crate::net::{PortState, PortUser, Transport};

/// The most that are listed.
const MOST: usize = 64;

/// The largest table, in bytes, and how often it may grow between two calls.
const LIMIT: u32 = 16 << 20;
const TRIES: usize = 4;

/// The places in a row of 32-bit numbers: of the state, the address and how long it is, the port, the
/// process; and the row's length.
struct Layout {
    state: Option<usize>,
    ip: (usize, usize),
    port: usize,
    pid: usize,
    length: usize,
}

/// MIB_TCPROW_OWNER_PID, MIB_TCP6ROW_OWNER_PID, MIB_UDPROW_OWNER_PID and MIB_UDP6ROW_OWNER_PID of
/// tcpmib.h and udpmib.h.
const TABLES: [(Transport, u16, Layout); 4] = [
    (Transport::Tcp, AF_INET, layout(Some(0), (1, 1), 2, 5, 6)),
    (
        Transport::Tcp,
        AF_INET6,
        layout(Some(12), (0, 4), 5, 13, 14),
    ),
    (Transport::Udp, AF_INET, layout(None, (0, 1), 1, 2, 3)),
    (Transport::Udp, AF_INET6, layout(None, (0, 4), 5, 6, 7)),
];

const fn layout(
    state: Option<usize>,
    ip: (usize, usize),
    port: usize,
    pid: usize,
    length: usize,
) -> Layout {
    Layout {
        state,
        ip,
        port,
        pid,
        length,
    }
}

/// The sockets with one of these local ports.
pub(super) fn users(ports: &BTreeSet<u16>) -> Option<Vec<PortUser>> {
    let mut users = Vec::new();
    for (protocol, family, layout) in &TABLES {
        let words = table(*protocol, *family)?;
        // The number of rows comes first.
        let rows = words
            .get(1..)
            .unwrap_or_default()
            .chunks_exact(layout.length);
        let rows = rows.take(words.first().map_or(0, |count| *count as usize));
        let found = rows.filter_map(|row| user(row, *protocol, layout));
        let found = found.filter(|user| ports.contains(&user.port));
        users.extend(found.take(MOST - users.len()));
    }
    for user in &mut users {
        user.process = user.pid.and_then(name);
    }
    Some(users)
}

fn user(row: &[u32], protocol: Transport, layout: &Layout) -> Option<PortUser> {
    let (at, length) = layout.ip;
    let bytes: Vec<u8> = row
        .get(at..at + length)?
        .iter()
        .flat_map(|word| word.to_ne_bytes())
        .collect();
    let ip: IpAddr = match <[u8; 4]>::try_from(&*bytes) {
        Ok(bytes) => Ipv4Addr::from(bytes).into(),
        Err(_) => Ipv6Addr::from(<[u8; 16]>::try_from(&*bytes).ok()?).into(),
    };
    let state = match layout.state.and_then(|at| row.get(at)) {
        None => PortState::Bound,
        Some(&state) if state == MIB_TCP_STATE_LISTEN as u32 => PortState::Listening,
        Some(&state) if state == MIB_TCP_STATE_TIME_WAIT as u32 => PortState::TimeWait,
        Some(_) => PortState::Connected,
    };
    // The process 0 has what no process has any more.
    let pid = row.get(layout.pid).copied().filter(|pid| *pid != 0);
    Some(PortUser {
        protocol,
        ip,
        // The port is in network byte order, in the lower 16 bits.
        port: u16::from_be(*row.get(layout.port)? as u16),
        state,
        pid,
        process: None,
        own: pid == Some(process::id()),
    })
}

/// A table as 32-bit numbers.
fn table(protocol: Transport, family: u16) -> Option<Vec<u32>> {
    let mut size = 1_u32 << 14;
    for _ in 0..TRIES {
        let mut words = vec![0_u32; size.div_ceil(4) as usize];
        let mut length = size_of_val(&words[..]) as u32;
        let buffer = words.as_mut_ptr().cast();
        // SAFETY: the buffer has `length` bytes and the alignment of the rows, which are 32-bit numbers
        // and bytes.
        let status = unsafe {
            match protocol {
                Transport::Tcp => GetExtendedTcpTable(
                    buffer,
                    &raw mut length,
                    0,
                    family.into(),
                    TCP_TABLE_OWNER_PID_ALL,
                    0,
                ),
                Transport::Udp => GetExtendedUdpTable(
                    buffer,
                    &raw mut length,
                    0,
                    family.into(),
                    UDP_TABLE_OWNER_PID,
                    0,
                ),
            }
        };
        match status {
            ERROR_SUCCESS => return Some(words),
            // Some more than it asks for, since the next call may need it.
            ERROR_INSUFFICIENT_BUFFER if length < LIMIT => size = length.max(size) + (1 << 10),
            _ => return None,
        }
    }
    None
}

/// The name of a process's program, without its directory; `None` for the processes of other users that
/// this one may not open.
fn name(pid: u32) -> Option<String> {
    // SAFETY: the call takes numbers and returns a new handle or NULL.
    let process = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid) };
    if process.is_null() {
        return None;
    }
    // The longest path of Windows (Microsoft, Maximum Path Length Limitation).
    let mut path = vec![0_u16; 32_767];
    let mut length = path.len() as u32;
    // SAFETY: the handle is open, and the buffer has `length` characters.
    let named = unsafe {
        QueryFullProcessImageNameW(
            process,
            PROCESS_NAME_WIN32,
            path.as_mut_ptr(),
            &raw mut length,
        )
    };
    // SAFETY: the handle is open and used nowhere else.
    unsafe { CloseHandle(process) };
    let path = String::from_utf16_lossy(path.get(..length as usize).filter(|_| named != 0)?);
    path.rsplit('\\').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]

    use std::net::{TcpListener, UdpSocket};

    use super::*;

    #[test]
    fn own_sockets_are_listed_with_this_process() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let local = [listener.local_addr().unwrap(), socket.local_addr().unwrap()];
        let users = users(&local.iter().map(|address| address.port()).collect()).unwrap();
        for (address, state) in local
            .into_iter()
            .zip([PortState::Listening, PortState::Bound])
        {
            let user = users
                .iter()
                .find(|user| user.address() == address && user.state == state);
            let user = user.unwrap_or_else(|| panic!("{users:?}"));
            // Wine 8 knows no owner of some sockets.
            if user.pid.is_none() {
                continue;
            }
            assert!(user.own, "{user:?}");
            let program = std::env::current_exe().unwrap();
            let program = program.file_name().unwrap().to_string_lossy().into_owned();
            assert_eq!(user.process.as_ref(), Some(&program));
        }
    }
}
