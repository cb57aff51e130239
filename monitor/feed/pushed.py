"""Feeds that do not connect: others send them bodies over HTTP, which the API's server takes.

The server hands the body of ``POST /feeds/<name>`` to ``receive`` and answers what that returns.
"""

from __future__ import annotations

import abc
import asyncio
import base64
import binascii
import hmac
import zlib
from typing import ClassVar, TypeVar

from pydantic import Field, SecretStr

from monitor.feed.http import reveal, variable
from monitor.feed.kind import Feed, FeedConfig, Sink

GZIP = b"\x1f\x8b"  # RFC 1952, 2.3.1

PACKED = {"", "identity", "gzip", "x-gzip"}

STOPPED = 503, "This feed is not running: try again later."


class PushedConfig(FeedConfig):
    """What all pushed kinds have."""

    token: SecretStr | None = Field(None, description="What a sender must show.")
    max_body_bytes: int = Field(
        8 << 20, ge=1 << 10, le=256 << 20, description="The longest body taken, unpacked."
    )


P = TypeVar("P", bound=PushedConfig)


class TooLongError(ValueError):
    """A body has more bytes than are taken."""


class Pushed(Feed[P]):
    """Takes what is sent to it: subclasses make lines of a body."""

    CONNECTS: ClassVar[bool] = False

    _sink: Sink | None = None
    _token = ""

    @property
    def where(self) -> str:
        """The path it is reached at."""
        return f"POST /feeds/{self.config.name}"

    @abc.abstractmethod
    def lines_of(self, body: bytes, sink: Sink) -> tuple[bytes, int]:
        """Make lines of a body, and say how many messages they hold."""

    async def run(self, sink: Sink) -> None:
        """Take what is sent until cancelled; see Feed."""
        self._token = reveal(self.config, "token")
        self._sink = sink
        sink.connected()
        try:
            await asyncio.Event().wait()
        finally:
            self._sink = None

    def refusal(self, *, encoding: str | None, authorization: str | None) -> tuple[int, str] | None:
        """Say why nothing is taken, whatever the body; None: a body may be received."""
        if self._sink is None:
            return STOPPED
        if not shows(authorization, self._token):
            hint = variable(self.config, "token")
            return 401, f"The token is missing or wrong: send the one of {hint}."
        if (encoding or "").strip().lower() not in PACKED:
            self._sink.refuse("encoding")
            return 400, "The encoding of this body is not known: send it plain or with gzip."
        return None

    async def receive(
        self, body: bytes, *, encoding: str | None, authorization: str | None
    ) -> tuple[int, str]:
        """Take a body with its Content-Encoding and Authorization; give status and a sentence.

        A packed body may come unpacked already, as some servers do it; its bytes tell.
        """
        refusal = self.refusal(encoding=encoding, authorization=authorization)
        sink = self._sink
        if refusal is not None or sink is None:
            return refusal or STOPPED
        try:
            plain = unpacked(body, self.config.max_body_bytes)
        except TooLongError:
            sink.refuse("too_long")
            return 413, f"The body is longer than {self.config.max_body_bytes} bytes: send less."
        except zlib.error:
            sink.refuse("garbled")
            return 400, "The body is not whole gzip: send it again."
        return self._take(plain, sink)

    def _take(self, body: bytes, sink: Sink) -> tuple[int, str]:
        lines, messages = self.lines_of(body, sink)
        if not messages:
            sink.refuse("not_ais")
            return 400, f"There is no AIS message in it: {self.expected}."
        if not sink.offer(lines, messages):
            return 503, "There is no room for more at the moment: try again later."
        return 200, f"Taken: {messages} messages."

    @property
    @abc.abstractmethod
    def expected(self) -> str:
        """What a sender should send, for the answer to one who does not."""


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


def unpacked(body: bytes, longest: int) -> bytes:
    """Unpack gzip, never to more than ``longest`` bytes; what is not packed stays as it is."""
    parts, size = [], 0
    while body.startswith(GZIP):
        member = zlib.decompressobj(wbits=31)
        part = member.decompress(body, longest + 1 - size)
        size += len(part)
        if size > longest:
            raise TooLongError
        if not member.eof:
            raise zlib.error
        parts.append(part)
        body = member.unused_data
        if not body.startswith(GZIP):  # padding behind the last member
            return b"".join(parts)
    if len(body) > longest:
        raise TooLongError
    return body
