"""HTTP as channels use it: one request, guarded, and one plain sentence for all that goes wrong.

The address is looked at when it is connected to, so a name that answers otherwise the second time
gains nothing. Redirects are not followed, the answer's body is not read, proxies and cookies are
not used.
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from monitor import __version__
from monitor.clock import now_us
from monitor.deliver.address import forbidden
from monitor.deliver.trust import trust
from monitor.errors import DeliveryError, LaterError, NeverError
from monitor.units import DAY_US, SECOND_US, from_datetime

USER_AGENT = f"maritime-movement-monitor/{__version__}"

NEVER = {400: "what was sent", 410: "everything from now on", 413: "so much", 422: "what was sent"}
"""Statuses that will be the same on another day, and what is refused then. All others may pass:
keys are mended, addresses come back."""


class _ForbiddenError(OSError):
    """An address that nothing is to be sent to; aiohttp hands on what is an OSError."""


def check_url(url: str, *, secure: bool) -> str:
    """Return a URL that may be configured; ValueError says what is wrong with it."""
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        message = "it must begin with https:// and name a host"
        raise ValueError(message)
    if secure and parts.scheme != "https":
        message = "it must begin with https://, unless insecure = true"
        raise ValueError(message)
    if not url.isascii() or not url.isprintable() or " " in url:
        message = "it must be of plain characters, without blanks"
        raise ValueError(message)
    _ = parts.port  # ValueError where it is none
    return url


async def request(
    method: str,
    url: str,
    where: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    timeout_s: float,
    allow: Collection[str] = (),
    ca_file: str | None = None,
) -> None:
    """Send a request; DeliveryError unless it was answered by 2xx.

    ``allow`` names hosts whose addresses are not looked at; ``ca_file`` holds whom to trust in
    place of those whom the system trusts.
    """
    guard = _Guard(allowed=urlsplit(url).hostname in {host.lower() for host in allow})
    connector = aiohttp.TCPConnector(
        socket_factory=guard.made,
        force_close=True,
        ssl=True if ca_file is None else trust(ca_file, where),
    )
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            headers={"User-Agent": USER_AGENT, **(headers or {})},
            auto_decompress=False,
        ) as client:
            sent = client.request(method, url, data=body or None, allow_redirects=False)
            async with sent as response:
                status, told = response.status, response.headers
                response.close()  # nothing of the body is wanted, however long it is
    except TimeoutError as error:  # aiohttp's own are of this class too
        message = f"{where} did not answer within {timeout_s:g} s."
        raise LaterError(message, perhaps=True) from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise guard.refusal(where) or _trouble(error, where) from error
    if not 200 <= status < 300:
        raise _refusal(status, told, where)


class _Guard:
    """Makes the sockets of one request."""

    def __init__(self, *, allowed: bool) -> None:
        self._allowed = allowed
        self._met: str | None = None

    def made(self, info: tuple[Any, ...]) -> socket.socket:
        """Make a socket for one address that was found, if it may be connected to."""
        family, kind, protocol, _, address = info
        word = None if self._allowed else forbidden(str(address[0]))
        if word is not None:
            self._met = f"{address[0]}, {word}"
            raise _ForbiddenError(self._met)
        found = socket.socket(family, kind, protocol)
        found.settimeout(0)  # asyncio wants it so
        return found

    def refusal(self, where: str) -> DeliveryError | None:
        """The error of a host that has no other address."""
        if self._met is None:
            return None
        message = (
            f"{where} is at {self._met}, where nothing is sent to: name its host in allow if that"
            " is meant."
        )
        return NeverError(message)


def _refusal(status: int, headers: Mapping[str, str], where: str) -> DeliveryError:
    """Say what a status means."""
    if status in NEVER:
        return NeverError(f"{where} refuses {NEVER[status]} (HTTP {status}).")
    if 300 <= status < 400:
        message = f"{where} sends elsewhere (HTTP {status}), which is not followed: mend the url."
        return LaterError(message)
    pause_s = retry_after_s(headers.get("Retry-After", ""))
    if status in {401, 403}:
        message = f"{where} refuses the login (HTTP {status}): check its secret."
        return LaterError(message, retry_after_s=pause_s)
    if status == 429:
        message = f"{where} has had too many requests (HTTP 429)."
        return LaterError(message, retry_after_s=pause_s)
    if status == 404:
        return LaterError(f"{where} has nothing at this address (HTTP 404): check the url.")
    return LaterError(f"{where} answered HTTP {status}.", retry_after_s=pause_s)


def retry_after_s(words: str) -> float | None:
    """Seconds of a Retry-After, a number or a date (RFC 9110, 10.2.3); a day at most."""
    words = words.strip()
    if words.isascii() and words.isdigit():
        found = float(words[:9])
    else:
        try:
            date = parsedate_to_datetime(words)
        except ValueError:
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        found = (from_datetime(date) - now_us()) / SECOND_US
    return min(max(found, 0.0), DAY_US / SECOND_US)


def _trouble(error: Exception, where: str) -> DeliveryError:
    """Put an error in words that hold neither its address nor its class."""
    if isinstance(error, aiohttp.InvalidURL):
        return NeverError(f"{where} is no address that can be sent to: mend the url.")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
        why = getattr(cause, "verify_message", "") or "it is not trusted"
        return LaterError(f"{where} has no valid certificate: {why}.")
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return LaterError(f"{where} does not speak TLS as expected: check the url.")
    if isinstance(error, aiohttp.ClientConnectorError):
        why = error.os_error.strerror or "no connection"
        return LaterError(f"{where} cannot be reached: {why}.")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return LaterError(f"{where} closed the connection without an answer.", perhaps=True)
    if isinstance(error, aiohttp.ClientResponseError):
        return LaterError(f"{where} does not speak HTTP as expected: check the url.", perhaps=True)
    if isinstance(error, OSError) and error.strerror:
        return LaterError(f"{where} broke off: {error.strerror}.", perhaps=True)
    return LaterError(f"{where} broke off in the middle.", perhaps=True)
