"""What AIS-catcher sends, over MQTT, UDP or HTTP: sentences, or JSON in several shapes.

JSON_NMEA and the HTTP protocol MINIMAL hold no decoded fields, only sentences and their time. So
the sentences are taken out of any JSON and dated by a tag block, and decoded like all others; with
``form = "aiscatcher-json"`` the fields that AIS-catcher decoded are taken instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from monitor.decode.jsonrecords import objects_of
from monitor.decode.nmea.sentence import checksum_of
from monitor.decode.times import instant
from monitor.feed.kind import Counts
from monitor.feed.lines import LONGEST_LINE, sentences_in
from monitor.units import NO_TIME, SECOND_US

Form = Literal["nmea", "aiscatcher-json"]

PROTOCOLS = "the HTTP protocol AISCATCHER, MINIMAL or LIST, or sentences"
"""What is understood, for those who send something else."""


def lines_of(payload: bytes, form: Form, sink: Counts) -> tuple[bytes, int]:
    """Make lines of ``form`` of what AIS-catcher sent, and say how many messages they hold."""
    words = payload.strip(b"\0 \t\r\n")
    if words[:1] in {b"{", b"["}:
        lines = [line for value in _messages(words, sink) for line in _lines(value, form, sink)]
    elif form == "nmea":
        lines = [line.strip() for line in words.splitlines() if line.strip()]
    else:
        lines = []
        sink.refuse("not_json", len(words.splitlines()))
    kept = [line for line in lines if len(line) < LONGEST_LINE]
    if len(kept) < len(lines):
        sink.refuse("too_long", len(lines) - len(kept))
    data = b"".join(line + b"\n" for line in kept)
    return data, sentences_in(data) if form == "nmea" else len(kept)


def _messages(words: bytes, sink: Counts) -> Iterator[dict[str, Any]]:
    """Give each message: of an envelope, an array, or objects one after the other."""
    found = objects_of(words.decode("utf-8", "replace"))
    if found is None:  # a broken one must not take the others with it
        found = []
        for line in words.splitlines():
            values = objects_of(line.decode("utf-8", "replace"))
            if values is None:
                sink.refuse("garbled")
            else:
                found += values
    for value, _ in found:
        inner = value.get("msgs")
        if isinstance(inner, list):
            yield from (message for message in inner if isinstance(message, dict))
        else:
            yield value


def _lines(value: dict[str, Any], form: Form, sink: Counts) -> Iterator[bytes]:
    if value.get("class") != "AIS":
        sink.refuse("not_ais")
        return
    if form == "aiscatcher-json":
        yield json.dumps(value, separators=(",", ":")).encode()
        return
    sentences = value.get("nmea")
    known = [
        sentence.encode()
        for sentence in (sentences if isinstance(sentences, list) else ())
        if isinstance(sentence, str) and sentence.isascii() and sentence.isprintable()
    ]
    if not known:
        sink.refuse("no_sentence")
    at = received_at(value)
    tag = b"" if at == NO_TIME else b"c:%d" % (at // 1000)
    for sentence in known:
        yield b"\\%s*%02X\\%s" % (tag, checksum_of(tag), sentence) if tag else sentence


def received_at(value: dict[str, Any]) -> int:
    """When AIS-catcher received a message, us.

    ``rxuxtime`` has fractions, but some versions write it with six digits, which is hours; then
    ``rxtime`` tells, in whole seconds.
    """
    fine, coarse = instant(value.get("rxuxtime")), instant(str(value.get("rxtime")))
    if coarse != NO_TIME and abs(fine - coarse) > 2 * SECOND_US:
        return coarse
    return fine
