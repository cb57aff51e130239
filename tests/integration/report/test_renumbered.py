"""Hulls under two numbers, in reports: a row each, and a word where one may have moved."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from monitor.report.hulls import hulls_of
from monitor.report.page import Grid, Points
from monitor.report.renumbered import COUNTED, maybe_moved, renumbered_section
from tests.findings import MMSI, OTHER
from tests.integration.report.found import gathered
from tests.integration.report.test_story import IMO, said
from tests.unit.report.sailed import ship

PORTS = ("Tartus", "Tobruk")


def hull(**words: Any) -> dict[str, Any]:
    """The ship of ``sailed``, and another number."""
    return {
        "imo": IMO, "mmsi": MMSI, "name": "SEVERNYY VETER", "last_at": "2024-12-13T12:00:00Z",
        "other_mmsi": OTHER, "other_name": None, "other_first_at": "2024-12-14T06:00:00Z",
        "apart_nm": 0.4, "verdict": "swapped", "words": "Maybe the same hull.", **words,
    }  # fmt: skip


async def test_those_of_the_ships_of_a_report_are_read(db: asyncpg.Connection) -> None:
    await said(db, MMSI, -60, name="ALDA", imo=IMO)
    await said(db, OTHER, 60, name="BETA", imo=IMO)
    for ships, count in (([MMSI], 1), ([OTHER, 7], 1), ([7], 0), ([], 0)):
        assert len(await hulls_of(db, ships)) == count


def test_a_row_for_each_pair() -> None:
    table, note = renumbered_section(gathered(ship(), hulls=(hull(),))).blocks
    assert isinstance(table, Grid)
    assert table.rows == ((
        str(IMO), f"SEVERNYY VETER ({MMSI})", "2024-12-13 12:00", f"{OTHER}", "2024-12-14 06:00",
        "0 NM", "swapped: Maybe the same hull.",
    ),)  # fmt: skip
    assert note == Points(items=(COUNTED,))
    (none,) = renumbered_section(gathered(ship())).blocks
    assert isinstance(none, Grid)
    assert none.empty == "No IMO number was said under two MMSIs."


@pytest.mark.parametrize(
    ("words", "here", "there", "count"),
    [
        ({}, [MMSI], [OTHER], 1), ({}, [OTHER], [MMSI], 0), ({}, [MMSI], [], 0),
        ({"verdict": "contradiction"}, [MMSI], [OTHER], 0),
        ({"verdict": "not known", "apart_nm": None}, [MMSI], [OTHER], 1),
    ],
)  # fmt: skip
def test_who_may_have_moved_under_another_number(
    words: dict[str, Any], here: list[int], there: list[int], count: int
) -> None:
    told = maybe_moved(gathered(ship(), hulls=(hull(**words),)), here, there, PORTS)
    sentence = (
        f"Maybe the same hull: SEVERNYY VETER ({MMSI}) at Tartus, and {OTHER} at Tobruk, both with"
        f" IMO {IMO}."
    )
    assert told == [sentence] * count
