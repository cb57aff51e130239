"""How a connection to the broker is made: to any of its servers, and as whom, told to no other."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from monitor.errors import BrokerError, UnfitError, UsageError
from monitor.hidden import without_keys

if TYPE_CHECKING:
    from nats.aio.client import Client

PORT = 4222
CONNECT_S = 2

PING_S, UNANSWERED = 2, 2
"""A server that stands still is known after six seconds, if nothing was asked of it before."""

MISSING = (
    "The NATS client is not installed: install maritime-movement-monitor with its extra, as in"
    " pip install 'maritime-movement-monitor[cluster]'."
)


class Place(NamedTuple):
    """Where the broker is, and which stream of it."""

    servers: Sequence[str]
    stream: str
    replicas: int | None = None  # None: 3 in a cluster, 1 where there is one server
    most_mb: int = 4096
    ca: Path | None = None  # whom to believe, by TLS


async def let_go(client: Client) -> None:
    """Close it; what is wrong with it then is nobody's concern any more."""
    with suppress(Exception):
        async with asyncio.timeout(CONNECT_S):
            await client.close()


async def connected(place: Place, name: str) -> tuple[Client, Line]:
    """Connect to any of the servers; BrokerError if none answers."""
    try:
        # an extra: only who runs a cluster has it
        from nats.aio.client import Client  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(MISSING) from error
    servers = list(place.servers)
    random.shuffle(servers)
    tls = None
    if place.ca is not None:
        try:
            tls = ssl.create_default_context(cafile=str(place.ca))
        except OSError as error:
            message = f"broker_ca {place.ca} cannot be read: {error.strerror or error}."
            raise UnfitError(message) from error
    why = ""
    for server in servers:
        met: list[Exception] = []
        client, line = Client(), Line()
        options: dict[str, Any] = {
            "name": name, "error_cb": _noted(met), "closed_cb": line.closed,
            "connect_timeout": CONNECT_S, "allow_reconnect": False, "max_reconnect_attempts": 1,
            "reconnect_time_wait": 0, "ping_interval": PING_S, "tls": tls,
            "max_outstanding_pings": UNANSWERED,
        }  # fmt: skip
        try:
            async with asyncio.timeout(2 * CONNECT_S):
                secured = tls is not None or urlsplit(server).scheme == "tls"
                await client.connect(**_who(server, client, secured=secured), **options)
                _check_secured(client, secured=secured)  # a server that asked for no password
                return client, line
        except Exception as error:  # noqa: BLE001 - the client raises whatever it met
            why = f"{without_keys(server)}: {reason_of(met[-1] if met else error)}"
            await let_go(client)
    message = f"No broker answers: {why}."
    raise BrokerError(message)


def _who(server: str, client: Client, *, secured: bool) -> dict[str, Any]:
    """Where to connect, and as whom: that is said only to whom it is meant for.

    The client takes up TLS if the server asks for it, and else says all in clear.
    """
    parts = urlsplit(server)

    def said(word: str) -> Callable[[], str]:
        def say() -> str:
            _check_secured(client, secured=secured)
            return word

        return say

    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    words: dict[str, Any] = {"servers": f"{parts.scheme}://{host}:{parts.port or PORT}"}
    if parts.username is not None and parts.password is None:
        words["token"] = said(unquote(parts.username))
    elif parts.username is not None and parts.password is not None:
        words["user"] = said(unquote(parts.username))
        words["password"] = said(unquote(parts.password))
    return words


def _check_secured(client: Client, *, secured: bool) -> None:
    """Raise BrokerError where TLS is asked for and the server does without."""
    if secured and not client._server_info.get("tls_required"):  # noqa: SLF001 - no other way to it
        message = "it does without TLS, which is asked for here (tls:// or broker_ca)"
        raise BrokerError(message)


def _noted(met: list[Exception]) -> Callable[[Exception], Coroutine[Any, Any, None]]:
    """What the client meets is kept, and not logged: it is raised where it matters."""

    async def note(error: Exception) -> None:
        met[:] = [error]

    return note


class Line:
    """Whether a connection stands; who waits for an answer waits no longer than it does."""

    def __init__(self) -> None:
        """It stands, and nobody waits."""
        self.is_gone = False
        self.waiting = set[asyncio.Timeout]()

    async def closed(self) -> None:
        """It was closed, by whomever."""
        self.is_gone = True
        for each in self.waiting:
            each.reschedule(asyncio.get_running_loop().time())


def reason_of(error: BaseException) -> str:
    """Say in one line why, without a stop at its end."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = str(error).strip().removeprefix("nats: ").rstrip(".")
    return text.splitlines()[0] if text else type(error).__name__
