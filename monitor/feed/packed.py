"""Bodies that come packed: unpacked within bounds, and what is wrong with them as a sentence."""

from __future__ import annotations

import zlib

GZIP = b"\x1f\x8b"  # RFC 1952, 2.3.1

PACKINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True}
"""What Content-Encoding may say, and whether gzip must follow it."""

MOST_MEMBERS = 100
"""Of one gzip: whoever packs writes one or a few, and each costs a copy of what follows it."""


class TooLongError(ValueError):
    """A body has more bytes than are taken."""


class PackingError(ValueError):
    """A body is not packed as it says; the words are a sentence for its sender."""


def unpacked(body: bytes, longest: int, *, packed: bool) -> bytes:
    """Unpack gzip, never to more than ``longest`` bytes; what is not packed stays as it is.

    ``packed`` says that it must be gzip; without it, its first bytes tell.
    """
    if not body.startswith(GZIP):
        if packed:
            message = "The body is not gzip, though its Content-Encoding says so: send it packed."
            raise PackingError(message)
        if len(body) > longest:
            raise TooLongError
        return body
    plain = bytearray()
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(wbits=31)
        try:
            plain += member.decompress(body, longest + 1 - len(plain))
        except zlib.error:
            raise PackingError("The gzip of this body is damaged: send it again.") from None
        if len(plain) > longest:
            raise TooLongError
        if not member.eof:
            raise PackingError("The gzip of this body was cut: send it again, whole.")
        body = member.unused_data
        if not body.startswith(GZIP):  # the end, or padding behind it
            return bytes(plain)
    raise PackingError(f"The gzip of this body has more than {MOST_MEMBERS} members: send one.")
