"""What a live feed is: a connection that hands on lines. One file a kind, one row in FEEDS.

A feed connects, hands each message on as a line of a form that ``monitor.decode`` knows, and stops
when the connection ends. It does not reconnect, keep time or count: whoever runs it does
(``monitor.service``), the same for all kinds. It never logs, and no secret stands in what it
raises.
"""

from __future__ import annotations

import abc
import os
import re
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import (
    Field,
    PositiveFloat,
    PositiveInt,
)

from monitor.configured import TableConfig


class FeedConfig(TableConfig):
    """What a feed's table in ``monitor.toml`` may say; kinds add their own words.

    A field of type ``SecretStr | None`` is a secret: it must not stand in the file, and comes from
    ``MONITOR_FEED_<NAME>_<FIELD>`` or from the file that ``<field>_file`` names.
    """

    NOUN = "feed"

    silence_s: PositiveFloat = Field(
        300.0, description="No message for so long: the feed is silent, and connected anew."
    )
    lateness_s: float = Field(
        5.0, ge=0, le=86_400, description="How late its reports may come and still be detected on."
    )
    retry_s: PositiveFloat = Field(1.0, description="First pause before connecting again.")
    retry_max_s: PositiveFloat = Field(60.0, description="Longest pause before connecting again.")
    connect_timeout_s: PositiveFloat = Field(
        15.0, description="How long connecting and the handshake may take."
    )
    lines_per_s: PositiveFloat = Field(
        5000.0,
        description="So many lines a second are taken (one of 1,000 bytes counts twice): beyond"
        " that it is made to wait, or they are left out and counted.",
    )
    spool_mb: PositiveInt | None = Field(
        None,
        description="How much of it may wait in the spool, MB; unset: all but what is kept free"
        " for the other feeds.",
    )


class Counts(Protocol):
    """Where a feed counts what it does not hand on."""

    def refuse(self, reason: str, count: int = 1) -> None:
        """Count what was dropped at the door, by reason (a ``Refusal``'s value or a new word)."""


class Sink(Counts, Protocol):
    """Where a feed hands on what it received."""

    def connected(self) -> None:
        """Say that the handshake is done; nothing may have come yet."""

    async def put(self, lines: bytes, messages: int) -> None:
        """Hand on whole lines, each ended by LF, that hold so many AIS messages.

        Waits while those downstream have no room: a stream that can be slowed is slowed by that.
        """

    def offer(self, lines: bytes, messages: int) -> bool:
        """Do the same without waiting, for what cannot be slowed; False: no room, and counted."""

    async def kept(self) -> bool:
        """Wait until all that was handed on is on disk; False: it is not, or not soon enough."""


C = TypeVar("C", bound=FeedConfig)


class Feed(abc.ABC, Generic[C]):
    """One configured feed."""

    KIND: ClassVar[str]
    """What ``kind`` in ``monitor.toml`` calls it."""

    SUMMARY: ClassVar[str]
    """One line for ``monitor feeds list``."""

    CONFIG: ClassVar[type[FeedConfig]]
    """Its table in ``monitor.toml``."""

    CONNECTS: ClassVar[bool] = True
    """Whether connecting anew can help a silent feed; False for those that only listen."""

    def __init__(self, config: C) -> None:
        """Take the settings; nothing is opened before ``run``."""
        self.config = config

    @property
    @abc.abstractmethod
    def form(self) -> str:
        """Name of the decoder of its lines (``monitor.decode.form_names()``)."""

    @property
    @abc.abstractmethod
    def where(self) -> str:
        """What it is connected to or listens on, for people; never with a secret."""

    @abc.abstractmethod
    async def run(self, sink: Sink) -> None:
        """Connect and hand on lines until the other side ends it.

        Returns when the connection was closed in good order; raises FeedError with one sentence
        otherwise. Cancelling it stops it: it must then close politely, within 2 s.
        """


def reason_of(error: OSError) -> str:
    """Give the words of the system for an error, without numbers and addresses."""
    if error.errno and error.errno > 0:
        return os.strerror(error.errno)
    if error.strerror:  # names that cannot be looked up have numbers of their own
        return error.strerror
    found = re.search(r"\[Errno (\d+)\]", str(error))  # several addresses were tried
    return os.strerror(int(found[1])) if found else str(error)


AnyFeed = Feed[Any]
