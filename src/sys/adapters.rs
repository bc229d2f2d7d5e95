//! The network adapters of Windows, with what its DNS client is configured with.

use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr};
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_BUFFER_OVERFLOW, ERROR_NO_DATA, ERROR_SUCCESS};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GAA_FLAG_SKIP_ANYCAST, GAA_FLAG_SKIP_MULTICAST, GetAdaptersAddresses,
    IF_TYPE_SOFTWARE_LOOPBACK, IP_ADAPTER_ADDRESSES_LH, IP_ADAPTER_DNS_SERVER_ADDRESS_XP,
    IP_ADAPTER_IPV6_ENABLED, IP_ADAPTER_UNICAST_ADDRESS_LH,
};
use windows_sys::Win32::NetworkManagement::Ndis::IfOperStatusUp;
use windows_sys::Win32::Networking::WinSock::{AF_UNSPEC, SOCKET_ADDRESS};

use crate::names::Os;
use crate::net::{Adapter, Interface, decode};

/// The answer's first size, which Microsoft recommends, and the largest: a thousand adapters take a
/// few hundred kilobytes.
const SIZE: u32 = 15 << 10;
const LIMIT: u32 = 4 << 20;

/// The answer can grow between two calls, but not for ever.
const TRIES: usize = 4;

/// What a list has at most; a longer one is cut.
const NODES: usize = 4096;

/// The adapters, and the configuration of the DNS client for those that are up.
pub(super) fn adapters() -> Option<(Vec<Interface>, Vec<Adapter>)> {
    let mut size = SIZE;
    for _ in 0..TRIES {
        // Of u64, for the alignment of the structures in it.
        let mut words = vec![0_u64; (size as usize).div_ceil(size_of::<u64>())];
        let mut length = size_of_val(&words[..]) as u32;
        let flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST;
        // SAFETY: the buffer has `length` bytes and the alignment of the structure.
        let status = unsafe {
            GetAdaptersAddresses(
                AF_UNSPEC.into(),
                flags,
                ptr::null(),
                words.as_mut_ptr().cast(),
                &raw mut length,
            )
        };
        match status {
            ERROR_SUCCESS => return Some(Answer(&words).read_all()),
            ERROR_NO_DATA => return Some(Default::default()),
            // Some more than it asks for, since the next call may need it.
            ERROR_BUFFER_OVERFLOW if length < LIMIT => size = length.max(size) + (1 << 10),
            _ => return None,
        }
    }
    None
}

/// A structure of numbers and pointers, for which any bytes are valid.
///
/// # Safety
///
/// Every pattern of bytes is a valid value.
unsafe trait Plain: Copy {
    fn next(&self) -> *const Self;
}

// SAFETY: numbers, pointers and unions of them.
unsafe impl Plain for IP_ADAPTER_ADDRESSES_LH {
    fn next(&self) -> *const Self {
        self.Next
    }
}

// SAFETY: numbers, pointers and unions of them.
unsafe impl Plain for IP_ADAPTER_UNICAST_ADDRESS_LH {
    fn next(&self) -> *const Self {
        self.Next
    }
}

// SAFETY: numbers, pointers and unions of them.
unsafe impl Plain for IP_ADAPTER_DNS_SERVER_ADDRESS_XP {
    fn next(&self) -> *const Self {
        self.Next
    }
}

/// What GetAdaptersAddresses wrote. Its pointers lead into itself; one that does not ends its list.
struct Answer<'a>(&'a [u64]);

impl Answer<'_> {
    fn bytes(&self) -> &[u8] {
        // SAFETY: any initialised number is bytes, and bytes have no alignment.
        unsafe { self.0.align_to().1 }
    }

    /// The bytes from this address to the end.
    fn from<T>(&self, pointer: *const T) -> Option<&[u8]> {
        let offset = pointer.addr().checked_sub(self.0.as_ptr().addr())?;
        self.bytes().get(offset..)
    }

    fn read<T: Plain>(&self, pointer: *const T) -> Option<T> {
        let bytes = self.from(pointer)?.get(..size_of::<T>())?;
        let mut value = MaybeUninit::<T>::uninit();
        // SAFETY: `bytes` has the size of T, and any bytes are a T.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr(), value.as_mut_ptr().cast(), bytes.len());
            Some(value.assume_init())
        }
    }

    /// The nodes of a list.
    fn list<T: Plain>(&self, first: *const T) -> impl Iterator<Item = T> {
        std::iter::successors(self.read(first), |node| self.read(node.next())).take(NODES)
    }

    /// A text that ends with NUL.
    fn text(&self, pointer: *const u16) -> String {
        let (bytes, _) = self.from(pointer).unwrap_or_default().as_chunks();
        let units = bytes.iter().map(|&unit| u16::from_ne_bytes(unit));
        let units: Vec<u16> = units.take_while(|&unit| unit != 0).collect();
        String::from_utf16_lossy(&units)
    }

    fn address(&self, address: SOCKET_ADDRESS) -> Option<SocketAddr> {
        let length = usize::try_from(address.iSockaddrLength).ok()?;
        let bytes = self.from(address.lpSockaddr)?.get(..length)?;
        decode(Os::HOST, bytes)
    }

    fn read_all(&self) -> (Vec<Interface>, Vec<Adapter>) {
        let mut all = Vec::new();
        let mut clients = Vec::new();
        for adapter in self.list::<IP_ADAPTER_ADDRESSES_LH>(self.0.as_ptr().cast()) {
            let interface = self.interface(&adapter);
            if interface.up {
                clients.push(self.client(&adapter, &interface.name));
            }
            all.push(interface);
        }
        all.sort_by_key(|interface| interface.index);
        (all, clients)
    }

    fn interface(&self, adapter: &IP_ADAPTER_ADDRESSES_LH) -> Interface {
        // SAFETY: both members of each union are numbers.
        let (index, flags) = unsafe {
            (
                adapter.Anonymous1.Anonymous.IfIndex,
                adapter.Anonymous2.Flags,
            )
        };
        let unicast = self.list::<IP_ADAPTER_UNICAST_ADDRESS_LH>(adapter.FirstUnicastAddress);
        let addresses = unicast.filter_map(|node| self.address(node.Address));
        let addresses: Vec<IpAddr> = addresses.map(|address| address.ip()).collect();
        let ipv6 = flags & IP_ADAPTER_IPV6_ENABLED != 0
            || adapter.Ipv6IfIndex != 0
            || addresses.iter().any(IpAddr::is_ipv6);
        Interface {
            name: self.text(adapter.FriendlyName),
            // Both are the same, but 0 if the adapter lacks the family.
            index: match adapter.Ipv6IfIndex {
                0 => index,
                index => index,
            },
            up: adapter.OperStatus == IfOperStatusUp,
            loopback: adapter.IfType == IF_TYPE_SOFTWARE_LOOPBACK,
            addresses,
            ipv6_off: Some(!ipv6),
        }
    }

    fn client(&self, adapter: &IP_ADAPTER_ADDRESSES_LH, name: &str) -> Adapter {
        let list = self.list::<IP_ADAPTER_DNS_SERVER_ADDRESS_XP>(adapter.FirstDnsServerAddress);
        let servers = list.filter_map(|node| self.address(node.Address));
        Adapter {
            name: name.to_owned(),
            servers: servers.map(server).collect(),
            suffix: self.text(adapter.DnsSuffix),
        }
    }
}

/// A name server: its address, with the scope of a link-local one.
fn server(address: SocketAddr) -> String {
    let scope = match address {
        SocketAddr::V6(address) => address.scope_id(),
        SocketAddr::V4(_) => 0,
    };
    match scope {
        0 => address.ip().to_string(),
        scope => format!("{}%{scope}", address.ip()),
    }
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    /// An adapter that `change` spoils, at the beginning of a buffer of two.
    fn read(change: fn(&mut IP_ADAPTER_ADDRESSES_LH, *mut u64)) -> Vec<Interface> {
        let size = size_of::<IP_ADAPTER_ADDRESSES_LH>();
        let mut words = vec![u64::from_ne_bytes([b'x'; 8]); 2 * size / size_of::<u64>()];
        let first = words.as_mut_ptr();
        let mut adapter = IP_ADAPTER_ADDRESSES_LH::default();
        change(&mut adapter, first);
        // SAFETY: the buffer has room for two, and its alignment.
        unsafe { first.cast::<IP_ADAPTER_ADDRESSES_LH>().write(adapter) };
        Answer(&words).read_all().0
    }

    #[test]
    fn pointer_out_of_the_answer_ends_its_list() {
        let alone = read(|adapter, first| {
            adapter.Next = first.wrapping_add(1 << 20).cast();
            adapter.FirstUnicastAddress = ptr::without_provenance_mut(1);
            adapter.FirstDnsServerAddress = ptr::without_provenance_mut(usize::MAX);
            adapter.FriendlyName = ptr::null_mut();
        });
        assert_eq!(alone.len(), 1);
        assert!(alone[0].addresses.is_empty() && alone[0].name.is_empty());
        let circle = read(|adapter, first| adapter.Next = first.cast());
        assert_eq!(circle.len(), NODES);
    }

    #[test]
    fn text_without_an_end_ends_with_the_answer() {
        let open = read(|adapter, first| {
            let size = size_of::<IP_ADAPTER_ADDRESSES_LH>();
            adapter.FriendlyName = first.wrapping_byte_add(2 * size - 5).cast();
        });
        // "xx" is one unit of UTF-16.
        assert_eq!(open[0].name, "\u{7878}\u{7878}");
    }
}
