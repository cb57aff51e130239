"""Reading times in all forms that logs write them in.

What a text leaves open is told apart: whether 3/4 is the third of April (``DAY_FIRST``) or the
fourth of March (``MONTH_FIRST``), and of which zone a time is that names none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from monitor.decode.fields import text
from monitor.units import HOUR_US, MINUTE_US, NO_TIME, SECOND_US, from_datetime

DAY_FIRST, MONTH_FIRST, EITHER = "day-first", "month-first", "either"

SERIALS = 1e6
"""Numbers below are no Unix times but days since 1899-12-30, as spreadsheets have them."""

_CLOCK = r"(\d\d?)[:.](\d\d)(?:[:.](\d\d)(?:[.,](\d+))?)?(?:\s*([AP])\.?M\.?)?"
_ISO = re.compile(
    r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[T ]+" + _CLOCK + r")?"
    r"\s*(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)?(?:\s(?:UTC|GMT))?(?:\sm=\S+)?",
    re.ASCII | re.IGNORECASE,
)
_EITHER = re.compile(
    r"(\d\d?)[/.-](\d\d?)[/.-](\d{4}|\d\d)[T ]+" + _CLOCK + r"\s*(?:Z|UTC|GMT)?",
    re.ASCII | re.IGNORECASE,
)
_COMPACT = re.compile(
    r"((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)[T_ ]*([0-2]\d):?([0-5]\d):?([0-6]\d)(?:[.,](\d+))?"
    r"\s*(?:Z|UTC|GMT)?",
    re.ASCII | re.IGNORECASE,
)
_PLAIN = re.compile(r"\d+(?:\.\d+)?(?:[eE]\+?\d+)?", re.ASCII)
_LOST = re.compile(r"\d(?:\.\d{0,8})?[eE]\+?\d+", re.ASCII)
"""As 1.70935E+12: a spreadsheet has cut it, and the seconds are gone."""
_SAYS_ZONE = re.compile(r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*$", re.IGNORECASE)


def epoch_us(value: float) -> int:
    """Microseconds from a Unix time in s, ms, us or ns, told apart by size; NO_TIME if none.

    10^11 s lies in the year 5138 and 10^11 ms in 1973, so no time of AIS can be mistaken.
    """
    if not 0 <= value < 1e20:
        return NO_TIME
    if value < 1e11:
        return round(value * SECOND_US)
    if value < 1e14:
        return round(value * 1000)
    return round(value) if value < 1e17 else round(value) // 1000


def instant(value: object) -> int:
    """Microseconds since the epoch of a time in any form seen; NO_TIME where there is none.

    Unix time, ISO 8601 with or without a zone (then UTC), Go's ``time.String()``, day first
    (DD/MM/YYYY, DD.MM.YYYY, DD-MM-YY) and YYYYMMDDHHMMSS; hours of 12 with AM or PM.
    """
    if isinstance(value, (str, bytes)):
        return instant_of_text(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return epoch_us(value)
    return NO_TIME


def order_of(value: str | bytes) -> str | None:
    """Whether a date like 3/4/2024 has the day or the month first; None: it is not like that."""
    found = _EITHER.fullmatch(text(value) or "")
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    if first > 12:
        return DAY_FIRST
    return MONTH_FIRST if second > 12 else EITHER


@lru_cache(maxsize=1 << 14)
def instant_of_text(value: str | bytes, order: str = DAY_FIRST, zone: tzinfo = UTC) -> int:
    """Read ``instant`` of words, remembered: in a log in order of time they come again.

    ``order``: DAY_FIRST or MONTH_FIRST. ``zone``: of a time that names none.
    """
    stamp = text(value)
    if stamp is None:
        return NO_TIME
    if found := _ISO.fullmatch(stamp):
        year, month, day, hour, minute, second, fraction, half, sign, zone_h, zone_m = (
            found.groups()
        )
        ahead = int(zone_h or 0) * HOUR_US + int(zone_m or 0) * MINUTE_US
        ahead = -ahead if sign == "-" else ahead
    elif found := _EITHER.fullmatch(stamp):
        day, month, year, hour, minute, second, fraction, half = found.groups()
        if order == MONTH_FIRST:
            day, month = month, day
        year, ahead = year if len(year) == 4 else "20" + year, 0
    elif found := _COMPACT.fullmatch(stamp):
        year, month, day, hour, minute, second, fraction = found.groups()
        half, ahead = None, 0
    elif _PLAIN.fullmatch(stamp) and not _LOST.fullmatch(stamp):
        found_us = epoch_us(int(stamp) if stamp.isdigit() else float(stamp))
        return NO_TIME if found_us < SERIALS * SECOND_US and "." in stamp else found_us
    else:
        return NO_TIME
    if int(second or 0) > 60:  # 60 is a leap second
        return NO_TIME
    local = UTC if zone is UTC or _SAYS_ZONE.search(stamp) else zone
    try:
        at = datetime(
            int(year), int(month), int(day), _hour(int(hour or 0), half), int(minute or 0),
            tzinfo=local,
        )  # fmt: skip
    except ValueError:
        return NO_TIME
    micros = int(((fraction or "") + "000000")[:6])
    return from_datetime(at) + int(second or 0) * SECOND_US + micros - ahead


def _hour(hour: int, half: str | None) -> int:
    """Hour of the day; ``half``: A or P of AM or PM, then 12 is 0. ValueError beyond 12."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        message = "no hour of a half day"
        raise ValueError(message)
    return hour % 12 + (12 if half in "Pp" else 0)
