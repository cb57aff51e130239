"""Addresses as they may be shown: without the passwords and keys in them."""

from __future__ import annotations

import re

HIDDEN = "***"

_LOGIN = re.compile(r"^([a-z][a-z0-9+.-]*://[^:/?#]*):.*@", re.IGNORECASE | re.DOTALL)
_QUERY = re.compile(
    r"(?i)([?&;#][^=&#\s]*(?:key|token|secret|pass|pwd|user|login|credential|signature)[^=&#\s]*=)"
    r"[^&#\s]+"
)
_OPAQUE = re.compile(
    r"(?<=[^/:]/)(?=[^/?#]*\d)(?=[^/?#]*[A-Za-z])[\w~.=%-]{20,}(?=[/?#]|$)", re.ASCII
)
"""A part of a path that is long and has letters and digits: some services want their key there."""


def without_password(url: str) -> str:
    """Return an address without its password: up to its last @, and in its query."""
    return _QUERY.sub(rf"\1{HIDDEN}", _LOGIN.sub(rf"\1:{HIDDEN}@", url))


def without_keys(url: str) -> str:
    """Return a feed's address without what may be a secret: login, password, keys in it."""
    scheme, parted, rest = without_password(url).partition("://")
    login, at, _ = rest.partition("/")[0].rpartition("@")
    if at and not login.endswith(f":{HIDDEN}"):  # a name alone may be a token
        rest = f"{HIDDEN}{rest[len(login) :]}"
    return f"{scheme}{parted}{_OPAQUE.sub(HIDDEN, rest)}" if parted else scheme


def holds_login(url: str) -> bool:
    """Whether a login, a password or a key stands in an address, as far as that can be seen."""
    return "@" in url.partition("://")[2].partition("/")[0] or without_password(url) != url
