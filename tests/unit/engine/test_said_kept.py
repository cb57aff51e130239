"""What ships say as it is kept: what is written is read, and what cannot be read is said once."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.engine import said_kept
from monitor.engine.kept import Kept
from monitor.engine.said_kept import SAID, WAITS
from monitor.model import Static, StaticReport
from tests.scenario.sea import MMSI, START

REPORT = StaticReport(
    at=START, received_at=START + 1, seq=7, source=2, known_at=START + 5,
    static=Static(mmsi=MMSI, name="ALDA", draught_m=7.3, destination="TOBRUK"),
)  # fmt: skip

ALDA = Static(mmsi=MMSI, name="ALDA")


@pytest.mark.parametrize(
    "words", [{"name": "ALDA", "draught_m": 7.3, "imo": 9_217_993}, {"draught_m": 7}, {"name": ""}]
)
def test_what_a_ship_says_is_read_as_it_was_written(words: dict[str, Any]) -> None:
    said = Static(mmsi=MMSI, **words)
    row = said_kept.row_of(MMSI, said)
    assert (row.detector, row.key) == (SAID, f"[{MMSI}]")
    found = said_kept.read([row])
    assert found == said_kept.Read(said={MMSI: said})


def test_nothing_is_kept_of_one_that_says_nothing() -> None:
    assert said_kept.row_of(MMSI, None).state is None


def test_a_report_that_waits_is_read_as_it_was_written() -> None:
    row = said_kept.waiting(REPORT)
    assert said_kept.read([row]) == said_kept.Read(waiting={row.key: REPORT})
    assert said_kept.waits_no_more(row.key) == row._replace(state=None)


def test_states_of_detectors_are_passed_over() -> None:
    assert said_kept.read([Kept("visit", 3, f'[{MMSI},0,"tartus"]', "{}")]) == said_kept.Read()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "x"}, "it is damaged (JSONDecodeError: "),
        ({"state": '{"fix":1,"state":5}'}, "it does not fit "),
        ({"version": 9}, "version 9 is not known here"),
    ],
)
def test_rows_that_cannot_be_read_are_said_in_a_sentence_a_kind(
    change: dict[str, object], reason: str
) -> None:
    """However many there are; the others are used."""
    rows = [said_kept.row_of(MMSI + i, ALDA) for i in range(3)]
    rows += [said_kept.waiting(REPORT)]
    torn = [row._replace(**change) for row in rows[1:]]  # type: ignore[arg-type]
    found = said_kept.read([rows[0], *torn])
    assert (found.said, found.waiting) == ({MMSI: ALDA}, {})
    assert found.gone == [row._replace(state=None) for row in torn]
    said, waited = found.notes
    assert said.startswith(f"What ships said of themselves is let go: {reason}")
    assert waited.startswith(f"Static reports that waited are let go: {reason}")


def test_the_keys_differ() -> None:
    """Of two reports of a ship, and of a report and the ship."""
    other = StaticReport(
        at=START, received_at=START, seq=8, source=2, known_at=START, static=REPORT.static
    )
    rows = [said_kept.waiting(REPORT), said_kept.waiting(other), said_kept.row_of(MMSI, ALDA)]
    assert len({(row.detector, row.key) for row in rows}) == 3
    assert {row.detector for row in rows} == {SAID, WAITS}
