"""Units and physical constants, each with its equation. Nothing here reads anything.

Names carry their unit: ``_m`` metres, ``_s`` seconds, ``_us`` microseconds, ``_kn`` knots,
``_deg`` degrees. Instants are int64 microseconds since 1970-01-01T00:00:00Z and end in ``_at``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

SECOND_US = 1_000_000  # 1 s = 10^6 us
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

NAUTICAL_MILE_M = 1852.0  # 1 NM = 1852 m (BIPM)
KNOT_MPS = NAUTICAL_MILE_M / 3600.0  # 1 kn = 1 NM / h
EARTH_RADIUS_M = 6_371_008.8  # mean radius of WGS 84, (2a + b) / 3
EQUATOR_M, POLE_M = 6_378_137.0, 6_356_752.314245  # half axes a and b of WGS 84, metres
DEGREE_M = 111_195.08  # 1 deg of a great circle = EARTH_RADIUS_M * pi / 180

NO_TIME = -(2**63)  # "not known" for an instant: the least int64, numpy's NaT

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_datetime(instant: datetime) -> int:
    """Microseconds since the epoch of an aware datetime; a naive one raises ValueError."""
    if instant.tzinfo is None:
        message = "an instant needs a time zone"
        raise ValueError(message)
    return (instant - _EPOCH) // timedelta(microseconds=1)


def to_datetime(at_us: int) -> datetime:
    """Return the aware UTC datetime of an instant in microseconds."""
    return _EPOCH + timedelta(microseconds=at_us)


def from_iso(text: str) -> int:
    """Microseconds since the epoch of what ``to_iso`` wrote; ValueError if it is none."""
    return from_datetime(datetime.fromisoformat(text))


def to_iso(at_us: int) -> str:
    """RFC 3339 in UTC: ``2024-12-13T04:05:06Z``; microseconds only where there are some."""
    text = to_datetime(at_us).isoformat()
    return text.replace("+00:00", "Z")
