"""Where a ship can be: how far, how fast that is reckoned with, and what is said of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import shapely

from monitor.engine.reachable import Reachable
from monitor.engine.seaway import Ashore, Place
from monitor.report.reach import ReachForm, reach, reach_table
from monitor.units import NAUTICAL_MILE_M
from tests.ports import ports

HEARD = datetime.fromisoformat("2024-12-13T12:00:00Z")
TARTUS = ports().by_id["tartus"]


class Store:
    """A ship that was heard once at sea off Tartus, and perhaps again."""

    def __init__(self, *, back: timedelta | None = None, told_kn: float | None = None) -> None:
        """``back``: she is heard again so long after; ``told_kn``: her silence was told of."""
        lon, lat = TARTUS.centre
        self.before = [{"at": HEARD, "track": 0, "lon": lon - 2.0, "lat": lat, "sog_kn": 12.0}]
        self.behind = [] if back is None else [
            {"at": HEARD + back, "track": 0, "lon": lon - 1.0, "lat": lat, "sog_kn": 12.0}
        ]  # fmt: skip
        self.told_kn = told_kn

    async def fetch(self, sql: str, *_: Any) -> list[dict[str, Any]]:
        """Rows of the three questions that are asked."""
        if "WentDark" in sql:
            told = {"silent_since": HEARD, "greatest_kn": self.told_kn}
            return [] if self.told_kn is None else [told]
        return self.behind if "position_after" in sql else self.before


def square(lon: float, lat: float, most_nm: int) -> Reachable:
    """All within a square: a sea without land."""
    side = most_nm / 60
    return Reachable(
        shape=shapely.box(lon - side, lat - side, lon + side, lat + side),
        area_m2=(2 * most_nm * NAUTICAL_MILE_M) ** 2, place=Place(lon, lat), moved_m=0.0,
    )  # fmt: skip


async def asked(store: Store, reached: Any = square, *, hours: float = 2.0) -> ReachForm:
    at = HEARD + timedelta(hours=hours)
    (row,) = await reach(store, reached, ports(), mmsi=273_999_410, at=at)
    assert reach_table([row]).rows()[0][-1] == row["words"]
    return ReachForm.model_validate(row)


async def test_of_whom_nothing_is_known_it_is_as_far_as_frigates_come() -> None:
    row = await asked(Store())
    assert (row.greatest_kn, row.most_nm, row.area_nm2) == (30.0, 61, 122**2)
    assert row.speed == "as fast as frigates and ferries: hers is not known"
    assert row.ports == []
    assert row.words == (
        "Within 61 NM by sea of where she was heard last. At no watched port. That she was there"
        " is not known."
    )


async def test_of_who_is_dark_it_was_told_how_fast_she_is() -> None:
    row = await asked(Store(told_kn=16.0), hours=10)
    assert (row.greatest_kn, row.most_nm) == (16.0, 161)
    assert row.ports == ["tartus"]
    assert "She can have been at Tartus." in row.words


@pytest.mark.parametrize(("hours", "most_nm"), [(1.0, 31), (4.0, 121)])
async def test_before_she_is_heard_again_she_is_on_the_way_there(
    hours: float, most_nm: int
) -> None:
    """She is heard again 49 NM to the east, behind five hours: where both reach."""
    row = await asked(Store(back=timedelta(hours=5)), hours=hours)
    assert row.behind_at == HEARD + timedelta(hours=5)
    assert row.most_nm == most_nm
    assert row.area_nm2 is not None
    assert row.area_nm2 <= min(4 * most_nm**2, 4 * (151 - 30 * hours) ** 2)
    assert "near enough to where she was heard again" in row.words


async def test_who_needed_more_than_a_frigate_makes_can_do_it() -> None:
    row = await asked(Store(back=timedelta(hours=1)), hours=0.5)
    assert row.greatest_kn > 45
    assert row.speed == "what she needed from fix to fix"


@pytest.mark.parametrize(
    ("found", "hours", "words"),
    [(None, 90, "she may be anywhere in these waters"), (Ashore(Place(1, 1)), 2, "is on land")],
)
async def test_where_no_area_is_told_of(found: Any, hours: float, words: str) -> None:
    row = await asked(Store(), lambda *_: found, hours=hours)
    assert (row.shape, row.area_nm2) == (None, None)
    assert words in row.words


async def test_who_was_not_heard_before_is_nowhere() -> None:
    store = Store()
    store.before = []
    assert await reach(store, square, ports(), mmsi=1, at=HEARD) == []
