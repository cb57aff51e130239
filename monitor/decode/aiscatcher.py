"""AIS-catcher's JSON: one message a line, or the body of its HTTP POST with many in ``msgs``.

The words are gpsd's, always scaled; ``rxuxtime`` (or ``rxtime``, YYYYMMDDHHMMSS UTC) says when a
message was received. The sparse form leaves out what is not available, and JSON_NMEA all but the
sentences of the message.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.decode.fields import refused, type_of
from monitor.decode.gpsd_words import row_of
from monitor.decode.jsonrecords import JsonDecoder, objects_in
from monitor.decode.nmea.whole import row_of_sentences
from monitor.decode.rows import Row
from monitor.decode.times import instant
from monitor.model import Refusal
from monitor.units import NO_TIME

PROTOCOL = "jsonaiscatcher"
DECODED = {"status", "speed", "lon", "lat", "course", "heading", "second", "accuracy", "raim"}
"""A position message that was decoded has at least one of these."""


class AisCatcherDecoder(JsonDecoder):
    """``aiscatcher-json``: see the module."""

    NAME = "aiscatcher-json"

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head holds AIS-catcher's messages or its envelope."""
        return any(
            value.get("protocol") == PROTOCOL
            or (_is_ais(value) and not value.keys().isdisjoint(("rxtime", "rxuxtime")))
            for prefix, value in objects_in(head)
            if not prefix
        )

    def read(self, value: dict[str, Any], prefix: bytes) -> Iterator[Row]:
        """Yield the reports of one message or envelope; see JsonDecoder."""
        messages = value.get("msgs")
        if not prefix and isinstance(messages, list):
            for message in messages:
                yield _row(message) if isinstance(message, dict) else refused(Refusal.GARBLED)
        else:
            yield refused(Refusal.NOT_AIS) if prefix else _row(value)


def _is_ais(value: dict[str, Any]) -> bool:
    """Whether it says so, or has nothing but sentences."""
    return bool(value.get("class", "AIS" if "nmea" in value else None) == "AIS")


def _row(value: dict[str, Any]) -> Row:
    at = instant(value.get("rxuxtime"))
    if at == NO_TIME:
        at = instant(str(value.get("rxtime")))
    if not _is_ais(value):
        return refused(Refusal.NOT_AIS, at=at)
    sentences = value.get("nmea")
    sentences = [sentences] if isinstance(sentences, str) else sentences
    if "type" not in value and isinstance(sentences, list):
        return row_of_sentences([str(one).encode() for one in sentences], at=at)
    if type_of(value.get("type")) == 0:
        return refused(Refusal.UNKNOWN_TYPE, at=at)
    row = row_of(value, at=at, scaled=True)
    if (row.has_position and value.keys().isdisjoint(DECODED)) or (
        row.kind == "static" and row.static is None and "nmea" in value
    ):
        return refused(Refusal.UNDECODABLE, at=at)
    return row
