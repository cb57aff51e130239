"""Ids of features: each row's id asks for that row, and what is none asks for nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from monitor.report.features.identify import BY_DAY, BY_FIX, BY_ID, BY_MMSI, BY_TEXT, Identity

AT = datetime(2024, 12, 13, 12, 0, 0, 5, tzinfo=UTC)
DAY = datetime(2024, 12, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("identity", "row", "name"),
    [
        (BY_MMSI, {"mmsi": 273999410}, 273999410),
        (BY_FIX, {"mmsi": 7, "at": AT}, "7-1734091200000005"),
        (BY_DAY, {"mmsi": 7, "day": DAY, "track": 1}, "7-20241213-1"),
        (BY_ID, {"id": UUID(int=7)}, "00000000-0000-0000-0000-000000000007"),
        (BY_TEXT, {"id": "tobruk-harbour"}, "tobruk-harbour"),
    ],
)
def test_an_id_asks_for_its_row(identity: Identity, row: dict[str, Any], name: str | int) -> None:
    assert identity["name"](row) == name
    found = identity["named"](str(name))
    assert found is not None
    assert {each.column: each.value for each in found} == row


@pytest.mark.parametrize("identity", [BY_MMSI, BY_FIX, BY_DAY, BY_ID])
@pytest.mark.parametrize(
    "word",
    ["", "x", "-", "1-", "-1", "1-x", "1-2-3", "1-20241301-0", "\u0661", "1\n", "\0", "0" * 40,
     "g" * 32, "1-" + "9" * 18, "-" * 34],
)  # fmt: skip
def test_what_is_no_id(identity: Identity, word: str) -> None:
    assert identity["named"](word) is None


def test_a_text_may_be_anything_but_what_no_table_takes() -> None:
    assert BY_TEXT["named"]("\0") is None
    assert BY_TEXT["named"]("' OR 1 = 1") is not None
