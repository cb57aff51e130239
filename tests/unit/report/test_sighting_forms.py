"""The forms of sightings say what records have, word for word."""

from __future__ import annotations

from dataclasses import replace

from monitor.report.sighted import NO_SPOT, Sighted, sighted_record, sighting_record
from monitor.report.sighting_forms import EnteredForm, SightedForm, SightingForm
from tests.unit.sighting.seen import hull, seen


def test_what_was_entered() -> None:
    for one in (seen(), hull(lon=None, lat=None, within_m=None, area="35,34,36,35")):
        record = sighting_record(replace(one, id=1))
        assert set(record) == set(SightingForm.model_fields)
        assert SightingForm.model_validate(record).title == one.title
        EnteredForm.model_validate({"changed": True, "sighting": record})


def test_with_what_ais_tells() -> None:
    record = sighted_record(Sighted(sighting=replace(seen(), id=1), spot=None, matched=NO_SPOT))
    assert set(record) == set(SightedForm.model_fields)
    assert SightedForm.model_validate(record).look_radar is None
