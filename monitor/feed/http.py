"""HTTP as feeds use it: a session, and one plain sentence for all that can go wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from monitor import __version__
from monitor.clock import now_us
from monitor.errors import FeedError
from monitor.feed.kind import FeedConfig
from monitor.hidden import without_keys
from monitor.settings import secret_variable
from monitor.units import SECOND_US, from_datetime

USER_AGENT = f"maritime-movement-monitor/{__version__}"
"""What servers are told: some want to know whom to write to before they block."""

LONGEST_PAUSE_S = 86_400.0
"""A Retry-After beyond a day is a mistake of the server, and is taken as a day."""


def session(
    config: FeedConfig, *, total_s: float | None = None, headers: Mapping[str, str] | None = None
) -> aiohttp.ClientSession:
    """Give a client session for one run of a feed, to be closed with ``async with``.

    ``total_s`` bounds a whole answer; None is for streams, which have no end.
    """
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=total_s, sock_connect=config.connect_timeout_s),
        headers={"User-Agent": USER_AGENT, **(headers or {})},
    )


def check(
    response: aiohttp.ClientResponse,
    where: str,
    *,
    login: str = "",
    pause_s: float | None = None,
) -> None:
    """Raise FeedError for an answer that is not 200; see ``refusal``."""
    if response.status != 200:
        raise refusal(response.status, response.headers, where, login=login, pause_s=pause_s)


def refusal(
    status: int,
    headers: Mapping[str, str] | None,
    where: str,
    *,
    login: str = "",
    pause_s: float | None = None,
) -> FeedError:
    """Say what an HTTP status means.

    ``login`` names what to check where the login is refused (the variable of the secret), and
    ``pause_s`` is the pause after a 429 that does not say how long to wait.
    """
    wait_s = retry_after_s(headers or {})
    if status in {401, 403}:
        advice = f": check {login}" if login else ""
        return FeedError(f"{where} refuses the login (HTTP {status}){advice}.")
    if status == 404:
        return FeedError(f"{where} has nothing at this address (HTTP 404): check the url.")
    if status == 429:
        message = f"{where} has had too many requests (HTTP 429)."
        return FeedError(message, retry_after_s=pause_s if wait_s is None else wait_s)
    if status >= 500:
        message = f"{where} is out of order (HTTP {status})."
        return FeedError(message, retry_after_s=wait_s)
    return FeedError(f"{where} answered HTTP {status}, not what was asked for: check the url.")


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After, which may be a number or a date (RFC 9110, 10.2.3)."""
    words = headers.get("Retry-After", "").strip()
    if words.isascii() and words.isdigit():
        found = float(words)
    else:
        try:
            date = parsedate_to_datetime(words)
        except ValueError:
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        found = (from_datetime(date) - now_us()) / SECOND_US
    return min(max(found, 0.0), LONGEST_PAUSE_S)


@contextmanager
def plain_errors(
    where: str, timeout_s: float, *, login: str = "", pause_s: float | None = None
) -> Iterator[None]:
    """Raise FeedError for what aiohttp raises inside, and for a time-out of ``timeout_s``."""
    try:
        yield
    except aiohttp.WSServerHandshakeError as error:
        raise refusal(error.status, error.headers, where, login=login, pause_s=pause_s) from error
    except TimeoutError as error:  # aiohttp's own are of this class too
        raise FeedError(f"{where} did not answer within {timeout_s:g} s.") from error
    except (aiohttp.ClientError, OSError) as error:
        raise FeedError(f"{where} {_said(error)}.") from error


def _said(error: aiohttp.ClientError | OSError) -> str:
    """Put an error in words that hold neither its address nor its class."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
        return f"has no valid certificate: {getattr(cause, 'verify_message', 'it is not trusted')}"
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return "does not speak TLS as expected: check the url"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"cannot be reached: {error.os_error.strerror or 'no connection'}"
    if isinstance(error, aiohttp.InvalidURL):
        return "is not an address: check the url"
    if isinstance(error, aiohttp.TooManyRedirects):
        return "sends from one address to the next: check the url"
    if isinstance(error, aiohttp.ClientResponseError):
        return "does not speak HTTP as expected: check the url"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "closed the connection without an answer"
    if isinstance(error, OSError) and error.strerror:
        return f"broke off: {error.strerror}"
    return "broke off in the middle"


def place(url: str) -> str:
    """Give an address for people: without user, password, query and keys in its path."""
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2]
    return without_keys(urlunsplit((parts.scheme, netloc, parts.path, "", "")))


def variable(config: FeedConfig, field: str) -> str:
    """Name the environment variable of a secret of this feed."""
    return secret_variable(config.name, field)


def reveal(config: FeedConfig, field: str) -> str:
    """Give the words of a secret; FeedError says where to put it if it is not set."""
    secret = getattr(config, field)
    words: str = secret.get_secret_value().strip() if secret else ""
    if not words:
        message = (
            f"The {field} is not set: set {variable(config, field)}, or name a file that holds it"
            f" with {field}_file."
        )
        raise FeedError(message)
    if not (words.isascii() and words.isprintable()):  # it could not stand in a header
        raise FeedError(f"The {field} is not one line of plain characters: check where it is set.")
    return words
