"""What a channel is: somewhere messages are sent to. One file a kind, one row in CHANNELS.

A channel sends one message, once, and returns when the other side has taken it. It does not retry,
keep time or count: whoever runs it does (``monitor.service``), the same for all kinds. No secret
stands in what it raises.
"""

from __future__ import annotations

import abc
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, PositiveFloat

from monitor.alert.message import Message
from monitor.configured import TableConfig
from monitor.engine.geofence import FenceSet
from monitor.errors import LaterError
from monitor.hidden import without_keys
from monitor.settings import channel_variable
from monitor.words import plain


class ChannelConfig(TableConfig):
    """What a channel's table in ``monitor.toml`` may say; kinds add their own words.

    A field of type ``SecretStr | None`` is a secret: it must not stand in the file, and comes from
    ``MONITOR_CHANNEL_<NAME>_<FIELD>`` or from the file that ``<field>_file`` names.
    """

    NOUN = "channel"

    timeout_s: PositiveFloat = Field(
        15.0, le=60, description="How long sending may take, with all that belongs to it."
    )


C = TypeVar("C", bound=ChannelConfig)


class Channel(abc.ABC, Generic[C]):
    """One configured channel."""

    KIND: ClassVar[str]
    """What ``kind`` in ``monitor.toml`` calls it."""

    SUMMARY: ClassVar[str]
    """One line for ``monitor channels list``."""

    CONFIG: ClassVar[type[ChannelConfig]]
    """Its table in ``monitor.toml``."""

    NEEDS: ClassVar[tuple[str, ...]] = ()
    """Secrets without which it cannot send."""

    TELLS: ClassVar[bool] = True
    """Whether alerts are told through it; False for the heartbeat, which tells that we live."""

    def __init__(self, config: C) -> None:
        """Take the settings; nothing is opened before ``send``."""
        self.config = config

    def sees(self, fences: FenceSet) -> None:
        """Take the polygons of the ports that are watched, to draw them."""

    @property
    @abc.abstractmethod
    def where(self) -> str:
        """Where it sends to, for people; never with a secret."""

    @abc.abstractmethod
    async def send(self, message: Message) -> None:
        """Send a message, and return when the other side has taken it.

        Raises LaterError or NeverError with one sentence otherwise. It may be cancelled.
        """


AnyChannel = Channel[Any]


def reveal(config: ChannelConfig, field: str) -> str:
    """Give the words of a secret; LaterError says where to put it if it is not set."""
    secret = getattr(config, field)
    words: str = secret.get_secret_value().strip() if secret else ""
    if not words:
        message = (
            f"The {field} is not set: set {channel_variable(config.name, field)}, or name a file"
            f" that holds it with {field}_file."
        )
        raise LaterError(message)
    if not (words.isascii() and words.isprintable()):  # it could not stand in a header
        message = f"The {field} is not one line of plain characters: check where it is set."
        raise LaterError(message)
    return words


def one_line(text: str, most: int = 200) -> str:
    """Text that may stand in a header or a subject: one line, nothing that is not printable."""
    line = " ".join(plain(text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def place(url: str) -> str:
    """Give an address for people: without user, password, query and keys in its path."""
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2]
    return without_keys(urlunsplit((parts.scheme, netloc, parts.path, "", "")))
