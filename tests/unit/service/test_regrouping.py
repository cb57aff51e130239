"""Areas told anew day by day; over a database they are in ``tests/integration/service``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from monitor.engine.detect.detector import OffTrack
from monitor.engine.regrouped import Regrouping
from monitor.engine.snapshot import Areas
from monitor.service.regrouping import go_through
from monitor.store.interference import AreasBefore
from tests.unit.engine.test_regrouped import FENCES, NOW, SEA, at, regrouped


class Stored:
    """Moments and days that are stored."""

    def __init__(self, days: list[Areas]) -> None:
        """Nothing was asked for."""
        self.days, self.asked = days, list[int | None]()

    async def off_track_day(
        self, begin: int | None, _: object
    ) -> tuple[list[OffTrack], Areas | None]:
        """See Amender."""
        self.asked.append(begin)
        stood = next((one for one in self.days if begin is None or one.at > begin), None)
        since, until = begin or 0, NOW if stood is None else stood.at
        return [one for one in SEA if since < one.decided_at <= until], stood


async def gone_through(days: list[Areas], changed: float) -> tuple[int | None, Stored]:
    async def know(_: object) -> None:
        """All sources are known."""

    pipeline = SimpleNamespace(watermark=NOW, sources=[], number_of=None)
    runner: Any = SimpleNamespace(pipeline=pipeline, know=know)
    stored: Any = Stored(days)
    before = AreasBefore(areas=None, changed_at=at(changed), events=[])
    return await go_through(runner, stored, before, Regrouping(FENCES, None)), stored


async def test_it_stops_with_the_first_day_that_is_as_it_was() -> None:
    """The ship of minute 11 came late: the first day was another, the second is the same."""
    first, second, third = regrouped(None, SEA, 70, 350, 700).put_by
    without = regrouped(None, SEA[1:], 70).put_by[0]
    over, stored = await gone_through([without, second, third], 11)
    assert (over, stored.asked) == (second.at, [None, first.at])


async def test_it_goes_on_while_something_changed_later() -> None:
    first, second, third = regrouped(None, SEA, 70, 350, 700).put_by
    over, stored = await gone_through([first, second, third], 400)
    assert (over, stored.asked) == (third.at, [None, first.at, second.at])


async def test_without_such_a_day_all_is_told_anew() -> None:
    without = regrouped(None, SEA[1:], 12).put_by[0]
    over, stored = await gone_through([without], 11)
    assert (over, stored.asked) == (None, [None, without.at])
