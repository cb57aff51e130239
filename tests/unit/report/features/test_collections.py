"""The collections: rows that hold together."""

from __future__ import annotations

import re

import pytest

from monitor.report.features.asked import WORDS
from monitor.report.features.collections import ALSO, BY_ID, COLLECTIONS, Collection
from monitor.report.features.forms import ALSO as ALSO_NAMES
from monitor.store.sql import query


def test_what_there_is() -> None:
    assert list(BY_ID) == [
        "vessels", "positions", "tracks", "events", "port-calls", "voyages", "geofences", "gates",
        "areas", "alerts", "interference", "sightings",
    ]  # fmt: skip
    assert set(ALSO) == set(ALSO_NAMES)


@pytest.mark.parametrize("each", COLLECTIONS, ids=lambda each: each.id)
def test_a_row_holds_together(each: Collection) -> None:
    """Its key and times are columns of its statement, and no property hides a word of queries."""
    columns = each.shelf.columns
    times = [name for name in (each.begin, each.end) if name is not None]
    assert set(each.key) | set(times) <= set(columns)
    assert all(columns[name] == "time" for name in times)
    assert not set(each.property_of) & set(WORDS)
    assert not set(each.property_of) & set(each.hidden)
    assert len(each.property_of) == len(each.properties)
    statement = query(each.statement)
    for name in columns:
        assert re.search(rf'(?:\b|"){name}(?:\b|")', statement), name
    assert all(found.words.endswith(".") for found in each.properties)
    assert each.words.endswith(".")
