"""Which addresses a message may be sent to: those of the open internet, unless a host is allowed.

Who may write a URL, or answer for a name, could else let the watch knock at doors that only it can
reach: its own machine, its network, the cloud's metadata.
"""

from __future__ import annotations

import ipaddress

_NETWORKS = {
    "0.0.0.0/8": "this network",  # RFC 791
    "10.0.0.0/8": "private", "172.16.0.0/12": "private", "192.168.0.0/16": "private",  # RFC 1918
    "100.64.0.0/10": "shared by a carrier",  # RFC 6598
    "127.0.0.0/8": "loopback", "169.254.0.0/16": "link-local",  # and the metadata of clouds
    "192.0.0.0/24": "reserved", "192.0.2.0/24": "documentation", "192.88.99.0/24": "reserved",
    "198.18.0.0/15": "reserved", "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation", "224.0.0.0/4": "multicast", "240.0.0.0/4": "reserved",
    "::/128": "unspecified", "::1/128": "loopback", "::/96": "IPv4-compatible",
    "64:ff9b:1::/48": "private", "100::/64": "reserved", "2001::/23": "reserved",
    "2001:db8::/32": "documentation", "3fff::/20": "documentation", "5f00::/16": "reserved",
    "fc00::/7": "private", "fe80::/10": "link-local", "fec0::/10": "private",
    "ff00::/8": "multicast",
}  # fmt: skip
"""IANA's registries of special addresses, November 2026; the first that fits names it."""

_FORBIDDEN = [(ipaddress.ip_network(network), word) for network, word in _NETWORKS.items()]
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4


def forbidden(address: str) -> str | None:
    """What kind of address this is, if nothing is to be sent to it; None: it may be.

    An IPv4 address within an IPv6 one is judged as itself. What is no address is forbidden.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "no address"
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return forbidden(str(inner))
    for network, word in _FORBIDDEN:
        if found.version == network.version and found in network:
            return word
    return None
