"""Sightings as CSV: what is written is read as it was, and a bad file is not taken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.sighting.sighting import WORDS
from monitor.sighting.sighting_csv import Read, read, written
from tests.unit.sighting.seen import NOON, hull, seen

ALL = (
    seen(note="by night; clear"),
    hull(lon=None, lat=None, within_m=None, area="35.5,34.25,36,35", until="2024-12-16"),
    hull(lon=None, lat=None, within_m=None, port="tartus", source="=HYPERLINK(1)"),
)


def got(text: str) -> Read:
    return read(text.encode(), recorded_at=NOON, added_by="bob")


def test_there_and_back() -> None:
    found = got(written(ALL))
    assert found.faults == ()
    assert found.sightings == tuple(replace(one, recorded_at=NOON) for one in ALL)
    assert "'=HYPERLINK" in written(ALL)


def test_columns_may_be_missing() -> None:
    text = (
        "seen_by;hull;port;since;source;reliability;credibility\n"
        "press;frigate;tartus;2024-12-14;A paper;C;3\n"
    )
    (one,) = got(text).sightings
    assert (one.hull, one.port, one.added_by) == ("frigate", "tartus", "bob")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, f"The file is empty: begin with the heading {','.join(WORDS)}."),
        ("colour\nred\n", 1, f"There is no column 'colour': the columns are {', '.join(WORDS)}."),
        ("hull,hull\n", 1, "The column hull stands there twice: keep one."),
        (
            "hull\na,b\n",
            2,
            ("The row has 2 cells for 1 columns: put quotes around texts that hold the separator."),
        ),
        ("hull\n\0\n", 1, "These are no sightings: write CSV of 8 MB at most."),
    ],
)
def test_what_cannot_be_read(text: str, line: int, words: str) -> None:
    assert (line, words) in got(text).faults


def test_what_is_no_utf_8() -> None:
    (fault,) = read(b"hull\n\xff\n", recorded_at=0, added_by="bob").faults
    assert fault == (2, "This is no UTF-8: save the file as CSV UTF-8.")


def test_each_bad_row_is_named() -> None:
    good, bad = written(ALL[:1]).splitlines()
    found = got("\n".join([good, bad, bad.replace("satellite", "rumour"), bad]))
    assert [fault.line for fault in found.faults] == [3]
