"""Times in tables: what is open is told, and read as it is told."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import pytest

from monitor.decode.times import (
    DAY_FIRST,
    EITHER,
    MONTH_FIRST,
    instant_of_text,
    order_of,
)
from monitor.units import NO_TIME, to_iso

ROME = ZoneInfo("Europe/Rome")


def read(value: str, order: str = DAY_FIRST, zone: tzinfo = UTC) -> str | None:
    at = instant_of_text(value, order, zone)
    return None if at == NO_TIME else to_iso(at)


@pytest.mark.parametrize(
    ("value", "order"),
    [
        ("3/4/2024 22:10", EITHER),
        ("13/4/2024 22:10", DAY_FIRST),
        ("3/14/2024 10:10 PM", MONTH_FIRST),
        ("2024-03-04 22:10", None),
        ("1700000000", None),
        ("", None),
    ],
)
def test_whether_day_or_month_comes_first(value: str, order: str | None) -> None:
    assert order_of(value) == order


@pytest.mark.parametrize(
    ("value", "order", "time"),
    [
        ("3/4/2024 22:10", DAY_FIRST, "2024-04-03T22:10:00Z"),
        ("3/4/2024 22:10", MONTH_FIRST, "2024-03-04T22:10:00Z"),
        ("13/4/2024 22:10", MONTH_FIRST, None),
        ("11/14/2023 10:13:20 PM", MONTH_FIRST, "2023-11-14T22:13:20Z"),
        ("03/25/2024 12:30:00 pm", MONTH_FIRST, "2024-03-25T12:30:00Z"),
        ("03/25/2024 12:30:00 AM", MONTH_FIRST, "2024-03-25T00:30:00Z"),
        ("2024/03/25 1:02:03 p.m.", DAY_FIRST, "2024-03-25T13:02:03Z"),
        ("2024/03/25 13:02:03 PM", DAY_FIRST, None),
        ("2023/11/14 22:13:20", DAY_FIRST, "2023-11-14T22:13:20Z"),
        ("45244.925926", DAY_FIRST, None),  # days, as a spreadsheet counts them
        ("2023-10-29 02:30:00 CEST", DAY_FIRST, None),
    ],
)
def test_a_time_in_a_table(value: str, order: str, time: str | None) -> None:
    assert read(value, order) == time


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2023-11-14 23:13:20", "2023-11-14T22:13:20Z"),
        ("2023-07-14 23:13:20", "2023-07-14T21:13:20Z"),
        ("2023-11-14T23:13:20Z", "2023-11-14T23:13:20Z"),
        ("2023-11-14 23:13:20 UTC", "2023-11-14T23:13:20Z"),
        ("2023-11-14T23:13:20+03:00", "2023-11-14T20:13:20Z"),
        ("1700000000", "2023-11-14T22:13:20Z"),
    ],
)
def test_a_time_without_a_zone_is_of_the_one_that_is_said(value: str, time: str) -> None:
    assert read(value, zone=ROME) == time
