{% include "head.txt" %}
# Run:  python3 sockets.py

import socket
{%- if mode.lingers() %}
import struct
{%- endif %}
import sys


def main() -> int:
{%- if mode.asks() %}
    try:
{%- if null_hints %}
        # Python cannot pass NULL for the hints; it passes zeros instead. For
        # glibc NULL means AI_V4MAPPED | AI_ADDRCONFIG, and zeros do not.
{%- endif %}
{%- if node.is_utf16() %}
        # Python turns a node that is not ASCII into Punycode before the call.
{%- endif %}
{%- if hints.flags.contains("AI_CANONNAME") %}
        # UnicodeDecodeError means that the canonical name is not UTF-8.
{%- endif %}
{%- for remark in hints.remarks %}
        # {{ remark }}
{%- endfor %}
        entries = socket.getaddrinfo(
            {{ node.python() }},
            {{ service.python() }},
            family={{ hints.family }},
            type={{ hints.socktype }},
            proto={{ hints.protocol }},
            flags={{ hints.flag_lines(57, 16) }},
        )
    except socket.gaierror as error:
        print("getaddrinfo", error.errno)
        print("getaddrinfo:", error.strerror, file=sys.stderr)
        return 1
{%- if !windows %}
    except OSError as error:  # how Python reports EAI_SYSTEM
        print("getaddrinfo", socket.EAI_SYSTEM)
        print("getaddrinfo:", error.strerror, file=sys.stderr)
        return 1
{%- endif %}
    print("getaddrinfo 0")
{% endif %}
{%- match mode %}{% when Mode::Entry with (number) %}
    {%- if *number > 1 %}
    if len(entries) < {{ number }}:
        print("This list has no entry {{ number }}.", file=sys.stderr)
        return 3
    {%- endif %}
    family, socktype, protocol, _name, address = entries[{{ number - 1 }}]
    print_entry(family, socktype, protocol, address)

    # Python adds SOCK_CLOEXEC to the type on systems that have it.
    try:
        sock = socket.socket(family, socktype, protocol)
    except OSError as error:
        print("socket error", error.errno)
        return 3
    print("socket ok")

    sock.close()
    return 0
{%- when Mode::Every with (each) %}
{%- for remark in each.remarks %}
    # {{ remark }}
{%- endfor %}
    opened = 0
{%- if each.mixed %}
    # If the list has stream sockets, only they count: connect() of a datagram
    # socket asks no peer.
    passed, streams = [0, 0], False
{%- else if !each.is_empty() %}
    passed = 0
{%- endif %}
{%- if each.keep %}
    kept = []
{%- endif %}
    # Python adds SOCK_CLOEXEC to the type on systems that have it.
    for family, socktype, protocol, _name, address in entries:
{%- if each.mixed %}
        stream = socktype == socket.SOCK_STREAM
        streams = streams or stream
{%- endif %}
        print_entry(family, socktype, protocol, address)
        try:
            sock = socket.socket(family, socktype, protocol)
        except OSError as error:
            print("socket error", error.errno)
            continue
        print("socket ok")
        opened += 1
{%- if !each.is_empty() %}
        if calls(sock, family, socktype, address):
            passed{% if each.mixed %}[stream]{% endif %} += 1
{%- endif %}
{%- if each.keep %}
        kept.append(sock)  # closed at the end
{%- else %}
        sock.close()
{%- endif %}
{%- if each.is_empty() %}
    return 0 if opened > 0 else 3
{%- else %}
    return 3 if opened == 0 else 0 if passed{% if each.mixed %}[streams]{% endif %} > 0 else 6


def calls(
    sock: socket.socket, family: int, socktype: int, address: tuple
) -> bool:
    """Make the calls after socket(). A failed one is the last."""
    call = ""
    try:
{%- for step in each.calls %}
        {%- match step %}
        {%- when Rung::Setsockopt with (option, value) %}
        {%- if *option == SocketOption::V6only %}
        if family == socket.AF_INET6:
            call = "setsockopt"
            sock.setsockopt({{ constants.python_option(option, value) }})
            print("setsockopt 0")
        {%- else %}
        call = "setsockopt"
        sock.setsockopt({{ constants.python_option(option, value) }})
        print("setsockopt 0")
        {%- endif %}
        {%- when Rung::Bind %}
        call = "bind"
        sock.bind(address)
        print("bind 0")
        {%- when Rung::Listen with (backlog) %}
        if socktype in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
            call = "listen"
            sock.listen({{ constants.backlog(backlog) }})
            print("listen 0")
        {%- when Rung::Connect %}
        call = "connect"
        sock.connect(address)
        print("connect 0")
        {%- endmatch %}
{%- endfor %}
    except OSError as error:
        print(call, "error", error.errno)
        return False
    return True
{%- endif %}
{%- when Mode::Steps with (body) %}{% include "steps.py" %}
{%- endmatch %}
{%- if mode.prints_entries() %}


def print_entry(family: int, socktype: int, protocol: int, address: tuple) -> None:
    """Print the numbers, and address and port; `- -` unless the family is IP."""
    text = "- -"
    if family in (socket.AF_INET, socket.AF_INET6):
        host, port, *rest = address
        scope = f"%{rest[1]}" if rest and rest[1] else ""
        text = f"{host}{scope} {port}"
    print("entry", int(family), int(socktype), protocol, text, end=" ")
{%- endif %}


sys.exit(main())
