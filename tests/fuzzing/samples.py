"""Good lines of every form, made in code: what the grammar changes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

import numpy as np
from pyais import encode_dict

from monitor.decode.forms import form_of
from monitor.decode.nmea.sentence import checksum_of
from monitor.model import Lines
from monitor.units import NO_TIME, SECOND_US
from tests.unit.decode.live_lines import NOW
from tests.unit.decode.live_records import TEMPLATES, line_of
from tests.written.forms import GUISES
from tests.written.heard import heard, log

SCENARIO = "class-b"
TABLES = ("danish-csv", "noaa-csv", "csv")
"""Forms whose first line says what all others mean."""

BEGIN_S = NOW // SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A log of one form, in one of the guises that it is met in."""

    form: str
    guise: str
    head: bytes  # the heading of a table; of other forms nothing
    lines: list[bytes]  # each with its end
    times: list[int]  # us, when each was received; as many


@cache
def samples() -> dict[str, list[Sample]]:
    """Of each form but the journal, which holds lines of all others."""
    found = [_sample("nmea", "simulated", log(SCENARIO)), *_loggers()]
    for guise, (form, write) in GUISES.items():
        found.append(_sample(form, guise, write(heard(SCENARIO))))
    for number, (form, prefix, template) in enumerate(TEMPLATES):
        lines = [line_of(prefix, template)] * 40
        times = [NOW + place * SECOND_US for place in range(40)]
        found.append(
            Sample(form=form, guise=f"template {number}", head=b"", lines=lines, times=times)
        )
    by_form: dict[str, list[Sample]] = {}
    for one in found:
        by_form.setdefault(one.form, []).append(one)
    return by_form


def _sample(form: str, guise: str, data: bytes) -> Sample:
    """A log with the times that its own decoder finds in it."""
    reports = form_of(form)().decode(Lines(data=data, source="log"), final=True)
    assert reports.clock is not None
    lines, times = data.splitlines(keepends=True), reports.clock.tolist()
    assert len(lines) == len(times)
    skip = 1 if form in TABLES else 0
    first = int(np.min([at for at in times if at != NO_TIME]))
    times = [max(at, first) for at in times]
    return Sample(
        form=form, guise=guise, head=b"".join(lines[:skip]), lines=lines[skip:], times=times[skip:]
    )


STYLES = ("tag block", "epoch before", "in brackets", "date before", "epoch behind", "GPS")
"""How loggers tell the time: each log in its own way."""


def _loggers() -> list[Sample]:
    """Sentences of all types of message as different loggers write them."""
    return [_sample("nmea", style, _logged(style)) for style in STYLES]


def _logged(style: str) -> bytes:
    chance = random.Random(style)
    found: list[bytes] = []
    for second in range(300):
        at = BEGIN_S + second
        clock = b"%02d%02d%02d" % (at // 3600 % 24, at // 60 % 60, at % 60)
        if style == "GPS" and second % 5 == 0:
            rmc = b"GPRMC,%s,A,,,,,,,%s,,," % (clock, b"210926")
            zda = b"GPZDA,%s,21,09,2026,00,00" % clock
            found += [b"$" + _sealed(rmc)[1:], b"$" + _sealed(zda)[1:], b"# a comment", b""]
        before, after = _around(style, at)
        found += [before + one + after for one in _sentences(at, chance)]
    return b"".join(line + (b"\r\n" if place % 3 else b"\n") for place, line in enumerate(found))


def _around(style: str, at: int) -> tuple[bytes, bytes]:
    """What stands before and behind a sentence."""
    tag = b"g:1-2-%d,s:roof,c:%d" % (at % 100, at)
    before = {
        "tag block": b"\\%s*%02X\\" % (tag, checksum_of(tag)), "epoch before": b"%d " % at,
        "in brackets": b"[%d] " % at,
        "date before": b"2026-09-21 %02d:%02d:%02d " % (at // 3600 % 24, at // 60 % 60, at % 60),
    }  # fmt: skip
    return before.get(style, b""), b",%d" % at if style == "epoch behind" else b""


def _sentences(at: int, chance: random.Random) -> list[bytes]:
    """A message of each type in turn, every second one a position."""
    kind = at // 2 % 28 if at % 2 else 1
    said = {
        "type": kind, "mmsi": 211_000_001 + at % 9, "lon": 23.9 + at % 1000 / 1e4, "lat": 32.0,
        "speed": 7.5, "course": 90.0, "second": at % 60, "shipname": "A SHIP", "callsign": "CALL",
        "destination": "TOBRUK", "text": "HELLO", "name": "LIGHT", "year": 2026, "month": 9,
        "day": 21, "hour": at // 3600 % 24, "minute": at // 60 % 60, "partno": at % 2,
    }  # fmt: skip
    try:
        return [one.encode() for one in encode_dict(said, seq_id=at % 10)]
    except Exception:  # noqa: BLE001 - pyais cannot write this type: any payload of it
        symbols = bytes(chance.choices(ARMOUR, k=28))
        return [_sealed(b"AIVDM,1,1,,A,%c%s,0" % (ARMOUR[kind], symbols))]


ARMOUR = bytes(c + 48 if c < 40 else c + 56 for c in range(64))


def _sealed(body: bytes) -> bytes:
    return b"!%s*%02X" % (body, checksum_of(body))
