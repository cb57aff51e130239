"""What a replay did, counted: also of ships that were taken again."""

from __future__ import annotations

from collections import Counter

from monitor.model import Amended
from monitor.service.reviser import Tally
from monitor.service.totals import Totals
from monitor.store.amendment import Change
from tests.findings import call, event


def test_what_came_of_late_reports_is_counted_with_the_rest() -> None:
    """Refusals that are none any more are left out; calls are no events."""
    totals = Totals(fixes=10, refusals=Counter(late=3, duplicate=1), kinds={"x": "Berthed"})
    change = Change(word=Amended.ADDED, finding=event(1), before=None)
    other = Change(word=Amended.ADDED, finding=call(2), before=None)
    changed = Counter({"late": -3, "duplicate": 1})
    step = Tally(ships=1, reports=3, fixes=2, refusals=changed, changes=[change, other])
    totals.add(step)
    assert (totals.fixes, totals.refusals) == (12, {"duplicate": 2})
    assert totals.events == {"Berthed": 1, event(1).kind.value: 1}
    assert totals.revised.words == (
        "3 late reports of 1 ship took part after all: events and port calls 2 added, 0 amended,"
        " 0 withdrawn."
    )
    totals.add(step)
    assert (totals.revised.ships, totals.revised.reports) == (2, 6)
    assert totals.events == {"Berthed": 1, event(1).kind.value: 1}
