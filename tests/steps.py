"""The calls of --listen and --connect on the entries of a list, made with Python's socket module.

Reads a list of {"connect", "keep", "options": [[name, value]], "entries": as in the JSON of sockscope}
from standard input; writes for each, and each of its entries, the name and the errno of each call up to the
first that fails, 0 for success."""

import json
import socket
import sys


def options(sock, family, wanted):
    for name, value in wanted:
        ipv6 = name.startswith("IPV6_")
        if not ipv6 or family == socket.AF_INET6:
            level = socket.IPPROTO_IPV6 if ipv6 else socket.SOL_SOCKET
            number = getattr(socket, name)
            yield "setsockopt", lambda: sock.setsockopt(level, number, value)


def steps(sock, entry, asked):
    family, kind = entry["ai_family"]["value"], entry["ai_socktype"]["value"]
    at = entry["ai_addr"]
    address = (at["ip"], at["port"])
    if family == socket.AF_INET6:
        address += (at["flowinfo"], at["scope_id"])
    yield from options(sock, family, asked["options"])
    if asked["connect"]:
        yield "connect", lambda: sock.connect(address)
        return
    yield "bind", lambda: sock.bind(address)
    if kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        yield "listen", lambda: sock.listen(4096)


def results_of(asked):
    results, kept = [], []
    for entry in asked["entries"]:
        numbers = [entry["ai_" + member]["value"] for member in ("family", "socktype", "protocol")]
        result = []
        results.append(result)
        try:
            sock = socket.socket(*numbers)
        except OSError as error:
            result.append(["socket", error.errno])
            continue
        result.append(["socket", 0])
        for name, call in steps(sock, entry, asked):
            try:
                call()
                result.append([name, 0])
            except OSError as error:
                result.append([name, error.errno])
                break
        if asked["keep"]:
            kept.append(sock)
        else:
            sock.close()
    for sock in kept:
        sock.close()
    return results


json.dump([results_of(asked) for asked in json.load(sys.stdin)], sys.stdout)
