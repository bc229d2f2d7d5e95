# Calls getaddrinfo(), and socket() on {% if let Some(number) = entry %}entry {{ number }}{% else %}every entry{% endif %} of its list.
#
# It prints:
#   getaddrinfo NUMBER
#   entry FAMILY TYPE PROTOCOL ADDRESS PORT socket ok
#   entry FAMILY TYPE PROTOCOL ADDRESS PORT socket error NUMBER
# Exit status: 0 if a socket was opened, 1 if getaddrinfo failed, else 3.
#
# Run:  python3 sockets.py

import socket
import sys


def main() -> int:
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
{% if let Some(number) = entry %}
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
    {#- The next step (bind, listen, connect, ...) goes here: its call and its check. #}

    sock.close()
    return 0
{%- else %}
    opened = 0
    # Python adds SOCK_CLOEXEC to the type on systems that have it.
    for family, socktype, protocol, _name, address in entries:
        print_entry(family, socktype, protocol, address)
        try:
            sock = socket.socket(family, socktype, protocol)
        except OSError as error:
            print("socket error", error.errno)
            continue
        print("socket ok")
        opened += 1
        sock.close()
    return 0 if opened > 0 else 3
{%- endif %}


def print_entry(family: int, socktype: int, protocol: int, address: tuple) -> None:
    """Print the numbers, and address and port; `- -` unless the family is IP."""
    text = "- -"
    if family in (socket.AF_INET, socket.AF_INET6):
        host, port, *rest = address
        scope = f"%{rest[1]}" if rest and rest[1] else ""
        text = f"{host}{scope} {port}"
    print("entry", int(family), int(socktype), protocol, text, end=" ")


sys.exit(main())
