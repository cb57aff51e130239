"""Everything but positions, one message at a time with pyais: who a vessel says it is.

A static report repeats for hours, so its payload is remembered.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pyais.exceptions import AISBaseException
from pyais.messages import AISSentence

from monitor.model import Static
from monitor.units import NO_TIME, from_datetime

STATIC_TYPES = frozenset({5, 19, 24})

LEAST_CHARS = {5: 60, 19: 52, 24: 26}
"""Shorter payloads are torn: 424, 312 and 160 bits are the standard's, less some padding."""

_REMEMBERED = 65_536  # payloads; some 30 MB at most, a world's static reports of an hour


def sentence_for(payload: bytes, fill: int) -> AISSentence:
    """Wrap a payload as a pyais sentence."""
    return AISSentence(b"!AIVDM,1,1,,A,%s,%d*00" % (payload, fill))


@lru_cache(maxsize=_REMEMBERED)
def decode_static(payload: bytes, fill: int) -> Static | None:
    """Decode type 5, 19 or 24; None where pyais cannot.

    A type 24 B of a craft (98MIDXXXX) carries its mothership's MMSI in place of dimensions.
    """
    try:
        message: Any = sentence_for(payload, fill).decode()
        mmsi = int(message.mmsi)
    except (AISBaseException, ValueError, IndexError, KeyError, TypeError):
        return None
    if not mmsi or len(payload) < LEAST_CHARS.get(message.msg_type, 0):
        return None
    if message.msg_type == 24 and getattr(message, "partno", None) == 0:
        return Static(mmsi=mmsi, name=_text(message.shipname))
    sides = [_metres(message, side) for side in ("to_bow", "to_stern", "to_port", "to_starboard")]
    told = any(sides) and mmsi // 10_000_000 != 98
    bow, stern, port, starboard = sides if told else (None, None, None, None)
    imo = getattr(message, "imo", 0) or 0
    return Static(
        mmsi=mmsi,
        name=_text(getattr(message, "shipname", None)),
        callsign=_text(getattr(message, "callsign", None)),
        imo=imo if 1_000_000 <= imo <= 9_999_999 else None,
        ship_type=int(getattr(message, "ship_type", 0) or 0) or None,
        to_bow_m=bow,
        to_stern_m=stern,
        to_port_m=port,
        to_starboard_m=starboard,
        draught_m=float(getattr(message, "draught", 0) or 0) or None,
        destination=_text(getattr(message, "destination", None)),
        eta=_eta(message),
    )


def base_station_time(payload: bytes, fill: int) -> int:
    """Time in a type 4 of a coast station (00MIDXXXX), us; NO_TIME if it tells none.

    Type 11 is a vessel's answer and is never a clock (recorded ones say 2006).
    """
    try:
        message: Any = sentence_for(payload, fill).decode()
        if message.msg_type != 4 or int(message.mmsi) >= 10_000_000 or not int(message.mmsi):
            return NO_TIME
        return from_datetime(
            datetime(
                message.year, message.month, message.day, message.hour, message.minute,
                message.second, tzinfo=UTC,
            )
        )  # fmt: skip
    except (AISBaseException, ValueError, IndexError, KeyError, TypeError):
        return NO_TIME


def _text(value: str | None) -> str | None:
    """Six-bit text as sent: ends at '@' padding; embedded '@' become spaces; blank is None."""
    if not value:
        return None
    return " ".join(value.replace("@", " ").split()) or None


def _metres(message: Any, name: str) -> int:
    return int(getattr(message, name, 0) or 0)


def _eta(message: Any) -> str | None:
    month, day = getattr(message, "month", 0) or 0, getattr(message, "day", 0) or 0
    hour, minute = getattr(message, "hour", 24), getattr(message, "minute", 60)
    if message.msg_type != 5 or not month or not day or hour is None or minute is None:
        return None
    if month > 12 or day > 31 or hour > 23 or minute > 59:
        return None
    return f"{month:02d}-{day:02d}T{hour:02d}:{minute:02d}"
