"""The order in which glibc returns addresses, from RFC 3484, gai.conf(5) and glibc's behaviour.

A second implementation, independent of the program: it asks the kernel itself, through Python's
sockets and ip(8). Standard input is a JSON list of lists of addresses, as a hosts file has them;
standard output a JSON list of {"order": [address], "pairs": [[rule, values]]}.
"""

import json
import socket
import subprocess
import sys
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

MAPPED = IPv6Network("::ffff:0:0/96")


def table(text):
    return [(IPv6Network(prefix), int(value)) for prefix, value in map(str.split, text)]


LABELS = table(
    ["::1/128 0", "::/0 1", "2002::/16 2", "::/96 3", "::ffff:0:0/96 4"]
    + ["fec0::/10 5", "fc00::/7 6", "2001::/32 7"]
)
PRECEDENCES = table(["::1/128 50", "::/0 40", "2002::/16 30", "::/96 20", "::ffff:0:0/96 10"])
SCOPES = table(["::ffff:169.254.0.0/112 2", "::ffff:127.0.0.0/104 2", "::ffff:0:0/96 14"])


def configuration():
    """The tables, those of gai.conf in place of the built-in ones."""
    found = {"label": [], "precedence": [], "scopev4": []}
    for line in open("/etc/gai.conf"):
        words = line.partition("#")[0].split()
        # glibc ignores a line without a length (2.36, measured).
        if words and words[0] in found and "/" in words[1]:
            network = words[1] if ":" in words[1] else None
            if network is None:
                address, length = words[1].split("/")
                network = f"::ffff:{address}/{96 + int(length)}"
            found[words[0]].append((IPv6Network(network, strict=False), int(words[2])))
    defaults = [("label", "::/0", 1), ("precedence", "::/0", 40), ("scopev4", "::ffff:0:0/96", 14)]
    for kind, network, value in defaults:
        network = IPv6Network(network)
        if found[kind] and network not in [prefix for prefix, _ in found[kind]]:
            found[kind].append((network, value))
    return found["label"] or LABELS, found["precedence"] or PRECEDENCES, found["scopev4"] or SCOPES


LABEL, PRECEDENCE, SCOPE = configuration()


def six(address):
    """The address in the tables' notation."""
    return IPv6Address(f"::ffff:{address}") if address.version == 4 else address


def value(rows, address):
    matching = [row for row in rows if six(address) in row[0]]
    return max(matching, key=lambda row: row[0].prefixlen)[1]


def scope(address):
    if address.version == 4:
        return value(SCOPE, address)
    if address.is_multicast:
        return address.packed[1] & 15
    if address == IPv6Address("::1") or address in IPv6Network("fe80::/10"):
        return 2
    return 5 if address.is_site_local else 14


def interfaces():
    """Each address of this machine: prefix length, deprecated, home, interface."""
    found = {}
    for link in json.loads(subprocess.check_output(["ip", "-json", "address"])):
        for entry in link["addr_info"]:
            flags = [entry.get(flag, False) for flag in ("deprecated", "home")]
            data = (entry["prefixlen"], *flags, link["ifindex"])
            found.setdefault(ip_address(entry["local"]), data)
    # glibc keeps none unless there is an IPv6 address besides ::1.
    return found if any(a.version == 6 and not a.is_loopback for a in found) else {}


KNOWN = interfaces()


def source(address):
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), 80))
            return ip_address(probe.getsockname()[0])
    except OSError:
        return None


class Destination:
    def __init__(self, text):
        self.text = text
        self.address = ip_address(text)
        self.source = source(self.address)
        key = getattr(self.source, "ipv4_mapped", None) or self.source
        if self.source is not None and self.source.version == 4 and key.is_loopback:
            key = IPv4Address("127.0.0.1")
        unknown = (0, False, False, None)
        self.length, self.deprecated, self.home, self.interface = KNOWN.get(key, unknown)

    def prefix(self):
        width = 32 if self.address.version == 4 else 128
        bits = width - (int(self.address) ^ int(self.source)).bit_length()
        if width == 32 and bits < (self.length or 32):
            return 0
        return bits


def rules(a, b):
    """Each rule that applies to both, with the values of both and their ranks, higher first."""
    both = (a, b)
    reached = [x.source is not None for x in both]
    yield 1, reached, reached
    with_source = all(reached)
    if with_source:
        scopes = [[scope(x.address), scope(x.source)] for x in both]
        yield 2, scopes, [x == y for x, y in scopes]
        deprecated = [x.deprecated for x in both]
        yield 3, deprecated, [not x for x in deprecated]
        home = [x.home for x in both]
        yield 4, home, home
        labels = [[value(LABEL, x.address), value(LABEL, x.source)] for x in both]
        yield 5, labels, [x == y for x, y in labels]
    precedences = [value(PRECEDENCE, x.address) for x in both]
    yield 6, precedences, precedences
    if with_source and a.interface != b.interface:
        native = [x.interface is not None for x in both]
        yield 7, native, native
    scopes = [scope(x.address) for x in both]
    yield 8, scopes, [-x for x in scopes]
    if with_source and a.address.version == b.address.version:
        bits = [x.prefix() for x in both]
        yield 9, bits, bits


def decision(a, b):
    """The rule, the values, and whether b comes first."""
    for number, values, ranks in rules(a, b):
        if ranks[0] != ranks[1]:
            return number, values, ranks[0] < ranks[1]
    return 10, None, False


def merge_sort(items):
    if len(items) < 2:
        return items
    half = len(items) // 2
    left, right = merge_sort(items[:half]), merge_sort(items[half:])
    merged = []
    while left and right:
        merged.append((right if decision(left[0], right[0])[2] else left).pop(0))
    return merged + left + right


def explain(addresses):
    order = merge_sort([Destination(address) for address in addresses])
    pairs = [decision(a, b)[:2] for a, b in zip(order, order[1:])]
    return {"order": [x.text for x in order], "pairs": pairs}


json.dump([explain(addresses) for addresses in json.load(sys.stdin)], sys.stdout)
