//! The source address of each entry of a list, found as the C library finds it to sort the list.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use rustix::net::connect_unspec;
use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use super::{code, os_error};
use crate::names::Os;
use crate::net::{AddrInfo, Origin, Sorting, SourceAddress, SourceInterface};

/// The sources of `entries`, and gai.conf. Nothing is sent: connect() of a UDP socket only chooses a
/// route and a source address.
pub(super) fn sorting(entries: &[AddrInfo]) -> Sorting {
    let known = addresses().unwrap_or_default();
    let interfaces = interfaces().unwrap_or_default();
    let mut probe = Probe::default();
    let mut sources: Vec<Origin> = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        // One connect() for all the types of one address, as glibc does.
        let same = at > 0 && entries[at - 1].addr == entry.addr;
        let source = match (sources.last(), entry.sockaddr(Os::HOST)) {
            (Some(source), _) if same => source.clone(),
            (_, None) => Origin::NoAddress,
            (_, Some(address)) => match probe.source(address) {
                Err(error) => Origin::Unreachable(os_error(code(&error))),
                Ok(ip) => {
                    let mapped = probe.domain == Some(Domain::IPV6);
                    Origin::Address(Box::new(describe(ip, mapped, &known, &interfaces)))
                }
            },
        };
        sources.push(source);
    }
    Sorting {
        entries: sources,
        gai_conf: fs::read("/etc/gai.conf")
            .ok()
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// The UDP socket that glibc uses for entry after entry (nss/getaddrinfo.c). An IPv6 socket serves for
/// IPv4 addresses too, but not the other way round. musl has a socket for each address, and port 65535
/// (src/network/lookup_name.c).
#[derive(Default)]
struct Probe {
    socket: Option<Socket>,
    domain: Option<Domain>,
}

impl Probe {
    fn source(&mut self, address: SocketAddr) -> io::Result<IpAddr> {
        let domain = Domain::for_address(address);
        let mut address = address;
        let fits = !(self.domain == Some(Domain::IPV4) && domain == Domain::IPV6);
        if cfg!(target_env = "musl") {
            address.set_port(65535);
            self.open(domain)?;
        } else if let Some(socket) = self.socket.as_ref().filter(|_| fits) {
            // A failure leaves the socket connected, as in glibc.
            let _ = connect_unspec(socket);
        } else {
            self.open(domain)?;
        }
        match self.connect(address) {
            // An IPv6 socket that takes IPv6 only.
            Err(error)
                if error.raw_os_error() == Some(libc::EAFNOSUPPORT)
                    && self.domain == Some(Domain::IPV6)
                    && domain == Domain::IPV4 =>
            {
                self.open(domain)?;
                self.connect(address)
            }
            result => result,
        }
    }

    fn open(&mut self, domain: Domain) -> io::Result<()> {
        self.domain = Some(domain);
        self.socket = None;
        self.socket = Some(Socket::new(domain, Type::DGRAM, None)?);
        Ok(())
    }

    fn connect(&self, address: SocketAddr) -> io::Result<IpAddr> {
        let socket = self.socket.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        socket.connect(&SockAddr::from(address))?;
        let source = socket.local_addr()?.as_socket();
        let source = source.ok_or(io::ErrorKind::AddrNotAvailable)?.ip();
        Ok(match (source, address) {
            (IpAddr::V6(ip), SocketAddr::V4(_)) => ip.to_ipv4_mapped().map_or(source, IpAddr::V4),
            _ => source,
        })
    }
}

/// An address of an interface.
struct Address {
    /// An IPv4 address is mapped, as glibc compares it.
    ip: Ipv6Addr,
    prefix_length: u8,
    flags: u8,
    index: u32,
}

/// What glibc finds out about a source address. `mapped` is whether the socket is of IPv6.
fn describe(
    ip: IpAddr,
    mapped: bool,
    known: &[Address],
    interfaces: &BTreeMap<u32, SourceInterface>,
) -> SourceAddress {
    let listed = match ip {
        // All of 127.0.0.0/8 is looked up as 127.0.0.1, with a socket of IPv4.
        IpAddr::V4(ip) if ip.is_loopback() && !mapped => Ipv4Addr::LOCALHOST.to_ipv6_mapped(),
        IpAddr::V4(ip) => ip.to_ipv6_mapped(),
        IpAddr::V6(ip) => ip,
    };
    let address = known.iter().find(|address| address.ip == listed);
    let flag = |bits: u32| address.is_some_and(|address| u32::from(address.flags) & bits != 0);
    SourceAddress {
        ip,
        interface: address.and_then(|address| interfaces.get(&address.index).cloned()),
        prefix_length: address.map_or(0, |address| address.prefix_length),
        deprecated: flag(libc::IFA_F_DEPRECATED | libc::IFA_F_OPTIMISTIC),
        home: flag(libc::IFA_F_HOMEADDRESS),
    }
}

/// The addresses of all interfaces, as glibc keeps them (sysdeps/unix/sysv/linux/check_pf.c): none
/// unless there is an IPv6 address other than ::1.
fn addresses() -> io::Result<Vec<Address>> {
    let (mut addresses, mut has_ipv6) = (Vec::new(), false);
    dump(libc::RTM_GETADDR, |kind, message| {
        if kind != libc::RTM_NEWADDR {
            return;
        }
        // struct ifaddrmsg of linux/if_addr.h: family, prefix length, flags, scope, index.
        let Some((&[family, prefix_length, flags, _, a, b, c, d], rest)) =
            message.split_first_chunk()
        else {
            return;
        };
        let value = attribute(rest, libc::IFA_ADDRESS)
            .or_else(|| attribute(rest, libc::IFA_LOCAL))
            .unwrap_or_default();
        let ip = match i32::from(family) {
            libc::AF_INET => value
                .first_chunk::<4>()
                .map(|&ip| Ipv4Addr::from(ip).to_ipv6_mapped()),
            libc::AF_INET6 => value.first_chunk::<16>().map(|&ip| Ipv6Addr::from(ip)),
            _ => None,
        };
        has_ipv6 |= ip.is_some_and(|ip| ip.to_ipv4_mapped().is_none() && !ip.is_loopback());
        addresses.extend(ip.map(|ip| Address {
            ip,
            prefix_length,
            flags,
            index: u32::from_ne_bytes([a, b, c, d]),
        }));
    })?;
    if cfg!(target_env = "gnu") && !has_ipv6 {
        addresses.clear();
    }
    Ok(addresses)
}

/// The interfaces by index. The tunnels are those of glibc's
/// sysdeps/unix/sysv/linux/check_native.c.
fn interfaces() -> io::Result<BTreeMap<u32, SourceInterface>> {
    let tunnels = [libc::ARPHRD_TUNNEL, libc::ARPHRD_TUNNEL6, libc::ARPHRD_SIT];
    let mut interfaces = BTreeMap::new();
    dump(libc::RTM_GETLINK, |kind, message| {
        if kind != libc::RTM_NEWLINK {
            return;
        }
        // struct ifinfomsg of linux/rtnetlink.h: family, padding, type, index, flags, change.
        let Some((head, rest)) = message.split_first_chunk::<16>() else {
            return;
        };
        let hardware = u16::from_ne_bytes([head[2], head[3]]);
        let index = u32::from_ne_bytes([head[4], head[5], head[6], head[7]]);
        let name = attribute(rest, libc::IFLA_IFNAME).unwrap_or_default();
        let name = name.strip_suffix(b"\0").unwrap_or(name);
        let interface = SourceInterface {
            index,
            name: String::from_utf8_lossy(name).into_owned(),
            native: !tunnels.contains(&hardware),
        };
        interfaces.insert(index, interface);
    })?;
    Ok(interfaces)
}

/// Asks the kernel for all objects of a kind (rtnetlink(7)), and passes each message's type and body.
fn dump(request: u16, mut each: impl FnMut(u16, &[u8])) -> io::Result<()> {
    let domain = Domain::from(libc::AF_NETLINK);
    let route = Protocol::from(libc::NETLINK_ROUTE);
    let mut socket = Socket::new(domain, Type::RAW, Some(route))?;
    // struct nlmsghdr: length, type, flags, sequence number, port; then a family and padding.
    let flags = (libc::NLM_F_REQUEST | libc::NLM_F_DUMP) as u16;
    let mut message = 20_u32.to_ne_bytes().to_vec();
    message.extend(request.to_ne_bytes());
    message.extend(flags.to_ne_bytes());
    message.extend([0; 12]);
    socket.send(&message)?;
    // The kernel's messages are at most 32 KiB long.
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = socket.read(&mut buffer)?;
        let mut rest = &buffer[..length];
        while let Some((head, _)) = rest.split_first_chunk::<16>() {
            let length = u32::from_ne_bytes([head[0], head[1], head[2], head[3]]) as usize;
            let kind = u16::from_ne_bytes([head[4], head[5]]);
            let Some(body) = rest.get(16..length) else {
                return Err(io::ErrorKind::InvalidData.into());
            };
            match i32::from(kind) {
                libc::NLMSG_DONE => return Ok(()),
                libc::NLMSG_ERROR => return Err(io::ErrorKind::Other.into()),
                _ => each(kind, body),
            }
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// The first attribute of this type (struct rtattr: length, type, value, padded to 4 bytes).
fn attribute(mut rest: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let (&[a, b, c, d], _) = rest.split_first_chunk()?;
        let length = usize::from(u16::from_ne_bytes([a, b]));
        let value = rest.get(4..length)?;
        if u16::from_ne_bytes([c, d]) == wanted {
            return Some(value);
        }
        rest = rest.get(length.next_multiple_of(4)..)?;
    }
}
