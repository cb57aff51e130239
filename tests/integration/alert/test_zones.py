"""Hours and days of a rule are those of its zone, which are read from the disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.alert.criteria import asked
from monitor.units import from_datetime
from tests.findings import span
from tests.unit.alert.drawn import happened, seen, when


@pytest.mark.parametrize(
    ("local", "zone", "hours", "hit"),
    [
        # Athens has summer time until 25 October 2026, 04:00: then it is 03:00 again.
        ("2026-10-25T00:30+00:00", "Europe/Athens", ["22:00-04:00"], True),
        ("2026-10-25T01:30+00:00", "Europe/Athens", ["22:00-04:00"], True),
        ("2026-10-25T02:01+00:00", "Europe/Athens", ["22:00-04:00"], False),
        ("2026-03-29T00:30+00:00", "Europe/Athens", ["02:00-03:00"], True),
        ("2026-03-29T01:30+00:00", "Europe/Athens", ["03:00-04:00"], False),  # it does not exist
        # Damascus has dropped summer time: three hours ahead in winter as well.
        ("2026-12-01T19:00+00:00", "Asia/Damascus", ["22:00-06:00"], True),
        ("2026-12-01T18:59+00:00", "Asia/Damascus", ["22:00-06:00"], False),
        ("2026-12-01T03:00+00:00", "Asia/Damascus", ["22:00-06:00"], False),
        ("2026-12-01T02:59+00:00", "Asia/Damascus", ["22:00-06:00"], True),
    ],
)
def test_10_quiet_hours_are_of_a_zone_in_nights_of_summer_time_too(
    local: str,
    zone: str,
    hours: list[str],
    hit: bool,  # noqa: FBT001
) -> None:
    """Behaviour 10: UTC in the store, the zone's own clock for hours and days."""
    at = from_datetime(datetime.fromisoformat(local))
    told = replace(happened(), span=replace(span(0, 0, 0), earliest=at, at=at, latest=at))
    (one,) = asked(when(hours=hours))
    assert one.met(seen(told), ZoneInfo(zone)) is hit
