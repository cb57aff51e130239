"""Feeds that do not connect: others send them bodies over HTTP, which the API's server takes.

The server hands the body of ``POST /feeds/<name>`` to ``receive`` and answers what that returns.
"""

from __future__ import annotations

import abc
import asyncio
import base64
import binascii
import hmac
import re
from collections import Counter
from typing import ClassVar, NamedTuple, TypeVar

from pydantic import Field, SecretStr

from monitor.feed.http import reveal, variable
from monitor.feed.kind import Counts, Feed, FeedConfig, Sink
from monitor.feed.packed import PACKINGS, PackingError, TooLongError, unpacked

MOST_AT_ONCE = 4
"""Bodies of one feed that are in memory together; the others wait unread."""

JSON = re.compile(rb"[\0 \t\r\n]*[\[{]")


class Answer(NamedTuple):
    """What a sender is told: HTTP's status, and a sentence."""

    status: int
    words: str


class Taken(NamedTuple):
    """What a body holds."""

    lines: bytes
    messages: int


STOPPED = Answer(503, "This feed is not running: try again later.")
UNKEPT = Answer(503, "It could not be put on disk, and may be lost: send it again later.")


class PushedConfig(FeedConfig):
    """What all pushed kinds have."""

    token: SecretStr | None = Field(None, description="What a sender must show.")
    own_token: bool = Field(
        default=True, description="Unset it where senders show tokens of `monitor tokens add`."
    )
    max_body_bytes: int = Field(
        8 << 20, ge=1 << 10, le=256 << 20, description="The longest body taken, unpacked."
    )
    max_values: int = Field(
        500_000, ge=100, le=20_000_000,
        description="The most values of JSON, or lines, in a body: each takes memory to read.",
    )  # fmt: skip


P = TypeVar("P", bound=PushedConfig)


class Tally:
    """Counts of one body that is read beside the loop, handed on when it is done."""

    def __init__(self) -> None:
        """Nothing is refused yet."""
        self.refused: Counter[str] = Counter()

    def refuse(self, reason: str, count: int = 1) -> None:
        """See Sink."""
        self.refused[reason] += count


class Pushed(Feed[P]):
    """Takes what is sent to it: subclasses make lines of a body."""

    CONNECTS: ClassVar[bool] = False

    _sink: Sink | None = None
    _token = ""

    def __init__(self, config: P) -> None:
        """See Feed."""
        super().__init__(config)
        self.room = asyncio.Semaphore(MOST_AT_ONCE)
        self._reading = asyncio.Lock()  # one at a time: the threads are there for the journal, too

    @property
    def where(self) -> str:
        """The path it is reached at."""
        return f"POST /feeds/{self.config.name}"

    @abc.abstractmethod
    def lines_of(self, body: bytes, counts: Counts) -> tuple[bytes, int]:
        """Make lines of a body, and say how many messages they hold."""

    async def run(self, sink: Sink) -> None:
        """Take what is sent until cancelled; see Feed."""
        self._token = reveal(self.config, "token") if self.config.own_token else ""
        self._sink = sink
        sink.connected()
        try:
            await asyncio.Event().wait()
        finally:
            self._sink = None

    def refusal(
        self, *, encoding: str | None, authorization: str | None, let_in: bool = False
    ) -> Answer | None:
        """Say why nothing is taken, whatever the body; None: a body may be received.

        ``let_in``: he may push here, whatever he shows.
        """
        if self._sink is None:
            return STOPPED
        if not let_in and not shows(authorization, self._token):
            own = f"the one of {variable(self.config, 'token')}"
            wanted = own if self.config.own_token else "one that may push here"
            return Answer(401, f"The token is missing or wrong: send {wanted}.")
        if _name(encoding) not in PACKINGS:
            self._sink.refuse("garbled")
            words = "The encoding of this body is not known: send it plain or with gzip."
            return Answer(400, words)
        return None

    async def receive(
        self, body: bytes, *, encoding: str | None, authorization: str | None, let_in: bool = False
    ) -> Answer:
        """Take a body with its Content-Encoding and Authorization; give status and a sentence.

        What was taken is on disk by then: 200 outlives whatever ends this process.
        It is unpacked and read in a thread, so that feeds are heard meanwhile.
        """
        refusal = self.refusal(encoding=encoding, authorization=authorization, let_in=let_in)
        if refusal is not None:
            return refusal
        tally = Tally()
        async with self._reading:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(None, self._read, body, encoding, tally)
        sink = self._sink
        if sink is None:
            return STOPPED
        for reason, count in tally.refused.items():
            sink.refuse(reason, count)
        if isinstance(found, Answer):
            return found
        if not sink.offer(*found):
            return Answer(503, "There is no room for more at the moment: try again later.")
        if not await sink.kept():
            return UNKEPT
        return Answer(200, f"Taken: {found.messages} messages.")

    def _read(self, body: bytes, encoding: str | None, counts: Counts) -> Taken | Answer:
        """Make lines of a body, or say why not; without a look at anything that may change."""
        longest, most = self.config.max_body_bytes, self.config.max_values
        try:
            plain = unpacked(body, longest, packed=PACKINGS[_name(encoding)])
        except TooLongError:
            counts.refuse("too_long")
            return Answer(413, f"The body is longer than {longest} bytes: send less.")
        except PackingError as error:
            counts.refuse("garbled")
            return Answer(400, str(error))
        if values_of(plain) > most:
            counts.refuse("too_long")
            return Answer(413, f"The body holds more than {most} values: send less at a time.")
        taken = Taken(*self.lines_of(plain, counts))
        if not taken.messages:
            counts.refuse("not_ais")
            return Answer(400, f"There is no AIS message in it: {self.expected}.")
        return taken

    @property
    @abc.abstractmethod
    def expected(self) -> str:
        """What a sender should send, for the answer to one who does not."""


def _name(encoding: str | None) -> str:
    return (encoding or "").strip().lower()


def shows(authorization: str | None, token: str) -> bool:
    """Say whether the token stands in a header: as a bearer, or as the password of a login."""
    scheme, _, words = (authorization or "").strip().partition(" ")
    shown = words.strip().encode("utf-8", "replace")
    if scheme.lower() == "basic":
        try:
            shown = base64.b64decode(shown, validate=True).partition(b":")[2]
        except binascii.Error:
            return False
    elif scheme.lower() != "bearer":
        return False
    return bool(token) and hmac.compare_digest(shown, token.encode())


def values_of(body: bytes) -> int:
    """Say how many values of JSON a body may hold at most, or how many lines, before it is read."""
    lines = body.count(b"\n") + body.count(b"\r")
    if not JSON.match(body):
        return lines
    return lines + sum(map(body.count, (b",", b"[", b"{")))
