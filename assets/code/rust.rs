{% include "head.txt" %}
{%- if windows %}
// Build:  cargo add socket2@0.6; cargo add windows-sys@0.61
//         --features Win32_Networking_WinSock; Rust 1.82 or later
{%- else %}
// Build:  cargo add libc@0.2 socket2@0.6{% if mode.needs_all() %} --features socket2/all{% endif %}; Rust 1.82 or later
{%- endif %}

{% if mode.std_modules(windows) == "io" && !mode.asks() %}use std::io;
{% endif -%}
{% if mode.receives() %}use std::mem::MaybeUninit;
{% endif -%}
{% if mode.shuts_down() || mode.names_sockaddrs() -%}
use std::net::{% if !mode.names_sockaddrs() %}Shutdown{% else if mode.shuts_down() %}{Shutdown, SocketAddr}{% else %}SocketAddr{% endif %};
{% endif -%}
use std::process::ExitCode;
{%- if mode.lingers() %}
use std::time::Duration;
{%- endif %}
{%- if mode.asks() %}
use std::{io, {% if mode.uses_list() %}iter, {% endif %}{% if windows || !null_hints %}mem, {% endif %}ptr};
{%- else if mode.std_modules(windows) != "io" %}
use std::{{ mode.std_modules(windows) }};
{%- endif %}
{% if !windows && mode.asks() %}
use libc::{addrinfo, freeaddrinfo, gai_strerror, getaddrinfo};
{%- endif %}
use socket2::{Domain, Protocol, {% if mode.copies_addresses() || mode.names_bytes() %}SockAddr, SockAddrStorage, {% endif %}Socket, Type};
{%- if windows %}
use windows_sys::Win32::Networking::WinSock{% if mode.asks() %}::{self, ADDRINFOW, FreeAddrInfoW, GetAddrInfoW}{% endif %};
{%- endif %}

fn main() -> ExitCode {
{%- if windows %}
    // Winsock must be started before any other call; 2.2 is its newest version.
    // SAFETY: a WSADATA may be zero, and it outlives the call.
    let mut data: WinSock::WSADATA = unsafe { mem::zeroed() };
    let started = unsafe { WinSock::WSAStartup(0x0202, &mut data) };
    if started != 0 {
        eprintln!("WSAStartup: error {started}");
        return ExitCode::from(1);
    }
    let _winsock = Winsock;
{% endif %}
{%- if !null_hints %}
    // Members that are not set must be zero.
    // SAFETY: numbers and pointers may be zero.
    let mut hints: {{ addrinfo }} = unsafe { mem::zeroed() };
    {%- for remark in hints.remarks %}
    // {{ remark }}
    {%- endfor %}
    hints.ai_family = {{ hints.family }};
    hints.ai_socktype = {{ hints.socktype }};
    hints.ai_protocol = {{ hints.protocol }};
    hints.ai_flags = {{ hints.flag_lines(78, 8) }};
{% endif %}
{%- if mode.asks() %}
    let node = {{ node.rust() }};
    let service = {{ service.rust() }};
    let mut result = ptr::null_mut();
    // SAFETY: each pointer is NULL, or what it points to outlives the call.
    let error = unsafe { {{ getaddrinfo }}(node, service, {% if null_hints %}ptr::null(){% else %}&hints{% endif %}, &mut result) };
    println!("getaddrinfo {error}");
    if error != 0 {
{%- if !windows %}
        // SAFETY: gai_strerror returns a constant string for every number.
        let why = unsafe { std::ffi::CStr::from_ptr(gai_strerror(error)) };
        eprintln!("getaddrinfo: {}", why.to_string_lossy());
{%- endif %}
        return ExitCode::from(1);
    }
    let list = List(result);
{% endif %}
{%- match mode %}{% when Mode::Entry with (number) %}
    let Some(entry) = list.entries().{% if *number == 1 %}next(){% else %}nth({{ number - 1 }}){% endif %} else {
        eprintln!("This list has no entry {{ number }}.");
        return ExitCode::from(3);
    };
    print_entry(entry);

    let socket = match socket(entry) {
        Ok(socket) => socket,
        Err(error) => {
            println!("socket error {}", error.raw_os_error().unwrap_or(0));
            return ExitCode::from(3);
        }
    };
    println!("socket ok");

    drop(socket); // closes it
    ExitCode::SUCCESS
}
{%- when Mode::Every with (each) %}
{%- for remark in each.remarks %}
    // {{ remark }}
{%- endfor %}
    let mut opened = 0;
{%- if each.mixed %}
    // If the list has stream sockets, only they count: connect() of a datagram socket asks no peer.
    let (mut passed, mut streams) = ([0, 0], false);
{%- else if !each.is_empty() %}
    let mut passed = 0;
{%- endif %}
{%- if each.keep %}
    let mut kept = Vec::new();
{%- endif %}
    for entry in list.entries() {
{%- if each.mixed %}
        let stream = entry.ai_socktype == {{ constants.constant(Hint::Socktype, "SOCK_STREAM") }};
        streams |= stream;
{%- endif %}
        print_entry(entry);
        match socket(entry) {
            Ok({% if each.is_empty() %}_{% endif %}socket) => {
                println!("socket ok");
                opened += 1;
{%- if !each.is_empty() %}
                if calls(&socket, entry).is_ok() {
                    passed{% if each.mixed %}[usize::from(stream)]{% endif %} += 1;
                }
{%- endif %}
{%- if each.keep %}
                kept.push(socket); // It is closed at the end.
            }
{%- else %}
            } // The socket is closed here.
{%- endif %}
            Err(error) => println!("socket error {}", error.raw_os_error().unwrap_or(0)),
        }
    }
{%- if each.is_empty() %}
    ExitCode::from(if opened > 0 { 0 } else { 3 })
{%- else %}
    ExitCode::from(match (opened, passed{% if each.mixed %}[usize::from(streams)]{% endif %}) {
        (0, _) => 3,
        (_, 0) => 6,
        _ => 0,
    })
{%- endif %}
}
{%- when Mode::Steps with (body) %}{% include "steps.rs" %}
{%- endmatch %}
{%- include "check.rs" %}
{%- if mode.opens() %}

/// The plain call; Socket::new would add flags to the type.
fn socket(entry: &{{ addrinfo }}) -> io::Result<Socket> {
    Socket::new_raw(
        Domain::from(entry.ai_family),
        Type::from(entry.ai_socktype),
        Some(Protocol::from(entry.ai_protocol)),
    )
}
{%- endif %}
{%- if windows %}

/// Winsock, started; dropping it ends that.
struct Winsock;

impl Drop for Winsock {
    fn drop(&mut self) {
        // SAFETY: WSAStartup succeeded, and nothing calls Winsock after this.
        unsafe { WinSock::WSACleanup() };
    }
}
{%- endif %}
{%- if mode.asks() %}

/// The list from {{ getaddrinfo }}; dropping it frees it.
struct List(*mut {{ addrinfo }});
{% if mode.uses_list() %}
impl List {
    fn entries(&self) -> impl Iterator<Item = &{{ addrinfo }}> {
        // SAFETY: the list is valid until it is freed, and NULL ends it.
        iter::successors(unsafe { self.0.as_ref() }, |entry| unsafe {
            entry.ai_next.as_ref()
        })
    }
}
{% endif %}
impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: {{ getaddrinfo }} returned the list, and nothing refers to it now.
        unsafe { {{ freeaddrinfo }}(self.0) };
    }
}
{%- endif %}
{%- if mode.copies_addresses() %}

/// A copy of the entry's address.
fn address(entry: &{{ addrinfo }}) -> SockAddr {
    let mut storage = SockAddrStorage::zeroed();
    // SAFETY: ai_addr points to ai_addrlen bytes, and any sockaddr fits.
    unsafe {
        let bytes = ptr::from_mut(&mut storage).cast::<u8>();
        bytes.copy_from(entry.ai_addr.cast(), entry.ai_addrlen as _);
        SockAddr::new(storage, entry.ai_addrlen as _)
    }
}
{%- endif %}
{%- if mode.names_bytes() %}

/// The address that has these bytes.
fn raw_address(sockaddr: &[u8]) -> SockAddr {
    let mut storage = SockAddrStorage::zeroed();
    // SAFETY: the address has at most the 128 bytes of a sockaddr_storage.
    unsafe {
        let bytes = ptr::from_mut(&mut storage).cast::<u8>();
        bytes.copy_from(sockaddr.as_ptr(), sockaddr.len());
        SockAddr::new(storage, sockaddr.len() as _)
    }
}
{%- endif %}
{%- if mode.prints_entries() %}

/// Prints the numbers, and address and port; `- -` unless the family is IP.
fn print_entry(entry: &{{ addrinfo }}) {
    let address = match address(entry).as_socket() {
        Some(SocketAddr::V6(v6)) if v6.scope_id() != 0 => {
            format!("{}%{} {}", v6.ip(), v6.scope_id(), v6.port())
        }
        Some(address) => format!("{} {}", address.ip(), address.port()),
        None => "- -".to_owned(),
    };
    let (family, socktype, protocol) = (entry.ai_family, entry.ai_socktype, entry.ai_protocol);
    print!("entry {family} {socktype} {protocol} {address} ");
}
{%- endif %}
