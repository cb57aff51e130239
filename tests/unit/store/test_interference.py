"""Areas of interference of stored events: each begin with its end, where there is one."""

from __future__ import annotations

from monitor.model import EventKind, Evidence, NamedArea
from monitor.store.interference import disturbances_of
from monitor.units import NO_TIME, to_iso
from tests.scenario.sea import START
from tests.unit.engine.detect.test_disturbed import event


def test_each_area_has_its_own_end() -> None:
    figures = {"began": to_iso(START), "told_at": to_iso(START)}
    begun = [
        event(
            EventKind.INTERFERENCE_BEGUN, subject=NamedArea(area),
            evidence=Evidence(figures={**figures, "area": area}),
        )
        for area in ("there", "here")
    ]  # fmt: skip
    ended = event(EventKind.INTERFERENCE_ENDED, 60, 180, subject=NamedArea("there"))
    lone = event(EventKind.INTERFERENCE_ENDED, 60, 180, subject=NamedArea("gone"))
    there, here = disturbances_of([lone, *begun, ended])
    assert (there.area, there.ended_at) == ("there", ended.decided_at)
    assert (here.area, here.ended_at) == ("here", NO_TIME)
