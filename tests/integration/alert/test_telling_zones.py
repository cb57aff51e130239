"""Times in messages: UTC, and what a clock on the wall shows; zones are files of the system."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.alert.telling import instant, text_of
from monitor.units import from_datetime
from tests.unit.alert.stories import alert_of, berthed, rule


def test_times_are_told_in_utc_and_in_the_zone() -> None:
    made = berthed()
    text = text_of(alert_of([(made, [rule()])]), made, {}, "Europe/Athens")
    assert "13 Dec 2024 12:01 UTC (14:01 EET); between 12:00 and 12:05 UTC" in text
    assert "12:05 UTC (14:00 and 14:05 EET)\n" in text
    later = berthed(2, 60)
    text = text_of(alert_of([(made, [rule()]), (later, [])]), later, {}, "Europe/Athens")
    assert "- Berthed, 13 Dec 2024 12:01 UTC (14:01 EET): " in text


@pytest.mark.parametrize(
    ("at", "zone", "words"),
    [
        ("2026-10-25T00:30Z", "Europe/Athens", "25 Oct 2026 00:30 UTC (03:30 EEST)"),
        ("2026-10-25T01:30Z", "Europe/Athens", "25 Oct 2026 01:30 UTC (03:30 EET)"),
        ("2022-10-27T20:30Z", "Asia/Damascus", "27 Oct 2022 20:30 UTC (23:30 EEST)"),
        ("2026-12-01T22:10Z", "Asia/Damascus", "01 Dec 2026 22:10 UTC (02 Dec 01:10 UTC+03)"),
        ("2026-12-01T10:00Z", "UTC", "01 Dec 2026 10:00 UTC"),
    ],
)
def test_local_times_name_their_zone_and_their_day(at: str, zone: str, words: str) -> None:
    """The hour that comes twice in Athens, and Damascus, which has dropped summer time."""
    assert instant(from_datetime(datetime.fromisoformat(at).astimezone(UTC)), zone) == words
