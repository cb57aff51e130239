"""Who can reach a watch: whether that is safe to begin with, and where links lead.

On loopback it is this machine's users who ask. Elsewhere passwords and tokens would be read on the
way, so TLS is wanted, the watch's own or that of a proxy before it. Where feeds alone are pushed
to, at a door of their own, it is not: what stations send is believed of nobody, and their tokens
open nothing else.
"""

from __future__ import annotations

import ssl
from ipaddress import ip_address
from typing import NamedTuple

from monitor.errors import UsageError
from monitor.settings import Settings

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - where serve may listen
"""Addresses that are listened on, and where to reach them from here."""


class Exposure(NamedTuple):
    """Who reaches a watch."""

    local: bool = True  # users of this machine, and nobody through a proxy
    secure: bool = False  # by TLS, its own or a proxy's
    behind_proxy: bool = False
    open_reading: bool = False


LOCAL = Exposure()


def exposure_of(settings: Settings) -> Exposure:
    """Who reaches the watch of these settings."""
    return Exposure(
        local=is_loopback(settings.readers_at) and not settings.behind_proxy,
        secure=settings.tls_certificate is not None or settings.behind_proxy,
        behind_proxy=settings.behind_proxy,
        open_reading=settings.open_reading,
    )


def is_loopback(listen: str) -> bool:
    """Whether only this machine reaches an address, host:port."""
    host = listen.rpartition(":")[0].strip("[]").lower()
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False  # a name may lead anywhere


def check_exposure(settings: Settings) -> None:
    """UsageError where secrets would be read on the way, or half of a certificate is missing."""
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        missing = "tls_key" if settings.tls_key is None else "tls_certificate"
        message = f"tls_certificate and tls_key go together: set {missing} as well, or neither."
        raise UsageError(message)
    listen = settings.readers_at
    if not is_loopback(listen) and not exposure_of(settings).secure:
        message = (
            f"Others than this machine reach {listen}, and could read passwords and tokens on the"
            " way: set tls_certificate and tls_key; or behind_proxy = true, where a proxy sees to"
            " TLS; or listen on 127.0.0.1."
        )
        raise UsageError(message)


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """What the watch's own TLS needs; None: it has none. UsageError where it cannot be had."""
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 9325, 3.1.1
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key, password=_no_password)
    except ssl.SSLError as error:
        reason = (error.reason or "they cannot be read").lower().replace("_", " ")
        message = (
            f"{settings.tls_certificate} and {settings.tls_key} are no certificate and its key, as"
            f" PEM and without a password: {reason}."
        )
        raise UsageError(message) from error
    except OSError as error:
        named = settings.tls_certificate, settings.tls_key
        message = f"tls_certificate {named[0]} or tls_key {named[1]} cannot be read: "
        raise UsageError(f"{message}{error.strerror}.") from error
    return context


def _no_password() -> str:
    """A key with a password would make the start ask at a terminal that nobody sits at."""
    return ""


def address_of(settings: Settings) -> str:
    """Where people reach the watch, as far as that can be known from here.

    A proxy is known by the first of ``hosts``; without one the link leads past it, which whoever
    sits at this machine can follow.
    """
    if settings.hosts and settings.behind_proxy:
        return f"https://{settings.hosts[0]}"
    scheme = "http" if settings.tls_certificate is None else "https"
    host, _, port = settings.readers_at.rpartition(":")
    if settings.hosts:
        host = settings.hosts[0]
    return f"{scheme}://{EVERYWHERE.get(host, host)}:{port}"
