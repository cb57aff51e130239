"""The form of a ship of a fleet holds what the record has."""

from __future__ import annotations

from monitor.report.fleet import member_record
from monitor.report.fleet_forms import FleetForm
from tests.unit.report.sailed import at_sea, ship
from tests.unit.report.test_fleet import of


def test_the_form_is_that_of_the_record() -> None:
    """No word too many, and none that is missing; also of an entry that nobody was heard of."""
    for fleet in (of(ship(last=at_sea(90))), of()):
        for member in fleet.members:
            record = member_record(member, fleet)
            assert FleetForm.model_validate(record).model_dump(mode="json").keys() == record.keys()
