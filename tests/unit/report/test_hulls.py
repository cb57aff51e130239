"""One IMO number under two MMSIs: the verdict by the table of the module, and its form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.errors import UsageError
from monitor.report.hulls import FAR_NM, WORDS, HullForm, hulls, hulls_table, imo_of, verdict_of
from tests.findings import MMSI, OTHER

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(**other: Any) -> dict[str, Any]:
    """SPARTA until noon; an hour later another begins, 500 metres off."""
    known = {
        "imo": 9_268_710, "mmsi": MMSI, "name": "SPARTA", "first_at": NOON - 90 * HOUR,
        "last_at": NOON, "other_mmsi": OTHER, "other_name": "SPARTA II",
        "other_first_at": NOON + HOUR, "other_last_at": NOON + 90 * HOUR,
        "here_at": NOON, "here_lon": 35.86, "here_lat": 34.91, "here_kn": 0.0,
        "there_at": NOON + HOUR, "there_lon": 35.865, "there_lat": 34.91, "there_kn": 0.0,
    }  # fmt: skip
    return known | other


BOTH = {"last_at": NOON + 2 * HOUR, "here_kn": 11.0, "there_kn": 9.0}
"""The first says it still when the other begins, and both make way."""


@pytest.mark.parametrize(
    ("other", "apart_nm", "verdict"),
    [
        ({}, 0.3, "swapped"), ({}, 1.1, "two numbers"),
        ({"there_at": NOON + 7 * HOUR}, 0.3, "two numbers"),
        ({"last_at": NOON + HOUR}, 0.3, "two numbers"), ({}, None, "not known"),
        (BOTH, FAR_NM + 1, "contradiction"), (BOTH, FAR_NM, "two numbers"),
        (BOTH | {"there_kn": 0.0}, FAR_NM + 1, "two numbers"),
        (BOTH | {"here_kn": None}, FAR_NM + 1, "two numbers"),
        (BOTH | {"there_at": NOON + 7 * HOUR}, FAR_NM + 1, "two numbers"),
        ({"here_kn": 11.0, "there_kn": 9.0}, FAR_NM + 1, "two numbers"),
    ],
)  # fmt: skip
def test_verdicts(other: dict[str, Any], apart_nm: float | None, verdict: str) -> None:
    assert verdict_of(row(**other), apart_nm) == verdict


class Store:
    """Answers with rows, and remembers what was asked."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        """These rows."""
        self.rows, self.asked = rows, ()

    async def fetch(self, _: str, *asked: Any) -> tuple[dict[str, Any], ...]:
        """All of them."""
        self.asked = asked  # type: ignore[assignment]
        return self.rows


async def test_the_answer_and_its_form() -> None:
    store = Store(row(), row(here_at=None, here_lon=None, here_lat=None))
    found, unknown = await hulls(store, imo="IMO 9268710", mmsi=MMSI)
    assert store.asked[:2] == (9_268_710, MMSI)
    for record in (found, unknown):
        assert HullForm.model_validate(record).words == WORDS[record["verdict"]]
    assert (found["verdict"], found["apart_nm"], found["flag"]) == ("swapped", 0.2, "RU")
    assert (found["other_flag"], unknown["apart_nm"]) == ("LR", None)
    assert unknown["verdict"] == "not known"


async def test_the_table() -> None:
    sheet = hulls_table(await hulls(Store(row(there_lon=25.0), row(here_at=None))))
    apart = next(column for column in sheet.columns if column.heading == "apart")
    assert [apart.cell(record) for record in sheet.records] == ["534 NM", ""]


@pytest.mark.parametrize("text", ["9268711", "", "926871", "92687100", "x", "\uff19268710"])
def test_what_is_no_imo_number(text: str) -> None:
    with pytest.raises(UsageError, match="is no IMO number"):
        imo_of(text)
