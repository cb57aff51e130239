"""Areas of interference in reports: those of the time, and of whom they tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from monitor.report.interfered import MEANT, MOST_ROWS, interference_section
from monitor.report.page import Grid, Prose
from monitor.store.whereabouts import disturbed
from tests.integration.api.features.test_interference import fill
from tests.integration.report.found import gathered
from tests.unit.report.sailed import ship

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


async def test_those_that_lasted_in_the_time_are_read(db: asyncpg.Connection) -> None:
    """One that is over, one that lasts; what late reports took back is none."""
    await fill(db)
    there, here = await disturbed(db, minute(0), minute(60))
    assert (there["ships"], there["members"], there["kind"]) == (6, [1, 2, 3], "leapt to")
    assert (there["lon"], there["lat"]) == (35.5, 33.8)
    assert there["over"] is not None
    assert (here["over"], here["begun"]) == (None, minute(3))
    assert len(await disturbed(db, minute(30), minute(60))) == 1  # the other was over
    assert await disturbed(db, minute(-60), minute(0)) == []


def row(**words: Any) -> dict[str, Any]:
    """An area off Beirut."""
    return {
        "lon": 35.5, "lat": 33.8, "begun": minute(0), "over": minute(90), "kind": "leapt to",
        "ships": 6, "more": False, "froze": 0, "members": [1, 273_999_410], **words,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ({}, ("2024-12-13 12:00", "2024-12-13 13:30", "6", "leapt to it")),
        ({"over": None}, ("2024-12-13 12:00", "still there", "6", "leapt to it")),
        ({"more": True, "kind": "were"},
         ("2024-12-13 12:00", "2024-12-13 13:30", "> 6", "leapt away from it")),
        ({"froze": 2}, ("2024-12-13 12:00", "2024-12-13 13:30", "6", "leapt to it; 2 stood still")),
        ({"froze": 6},
         ("2024-12-13 12:00", "2024-12-13 13:30", "6", "stood still, to the last digit")),
    ],
)  # fmt: skip
def test_a_row_says_what_ships_did_and_which_of_the_report_s(
    words: dict[str, Any], shown: tuple[str, ...]
) -> None:
    section = interference_section(gathered(ship(), disturbed=(row(**words),)))
    found, meant = section.blocks
    assert isinstance(found, Grid)
    (cells,) = found.rows
    assert (cells[0], cells[1], cells[3], cells[4]) == shown
    assert cells[5] == "SEVERNYY VETER"
    assert meant == Prose(text=MEANT)


def test_none_and_too_many() -> None:
    (none,) = interference_section(gathered(ship())).blocks
    assert isinstance(none, Grid)
    assert none.empty == "None was told of in this time."
    many = interference_section(gathered(ship(), disturbed=(row(),) * (MOST_ROWS + 2)))
    assert Prose(text="And 2 more.") in many.blocks
