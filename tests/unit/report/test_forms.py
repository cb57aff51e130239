"""The forms of records are those of real records: no word more, none less, each of its type."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from monitor.model import Amended, Revised
from monitor.report.alerted import alert_record
from monitor.report.forms import (
    AlertForm,
    CallForm,
    EventForm,
    PositionForm,
    VesselForm,
    VoyageForm,
    WhyForm,
)
from monitor.report.records import plain_record, vessel_record
from monitor.report.why import why_record
from monitor.store.alerts import Stored
from monitor.store.findings import call_record, event_record, voyage_record
from tests.findings import ABOUT, MMSI, after, begun, call, event, voyage
from tests.unit.alert.stories import alert_of, berthed, rule
from tests.unit.report.test_why import step, told

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
REVISED = Revised(Amended.AMENDED, after(1), "A report came late.")
ALERT = alert_of([(berthed(), [rule()])])
STORED = Stored(ALERT, None, None)

VESSEL = {
    "mmsi": MMSI, "name": "VETER", "callsign": None, "imo": 9_268_710, "ship_type": 70,
    "length_m": 120, "beam_m": 16, "at": NOON, "lon": 24.0, "lat": 32.0, "sog_kn": 12.3,
    "cog_deg": None, "heading_deg": 271, "status": 0, "draught_m": 6.1, "draught_at": NOON,
    "destination": "TOBRUK@@", "destination_at": None,
}  # fmt: skip
POSITION = {
    "mmsi": MMSI, "at": NOON, "lon": 24.0, "lat": 32.0, "sog_kn": None, "cog_deg": 359.9,
    "heading_deg": 359, "status": None, "type": 1, "track": 0, "received_at": NOON,
    "source": "harbour", "line": 7,
}  # fmt: skip

RECORDS: list[tuple[type[BaseModel], dict[str, Any]]] = [
    *((EventForm, event_record(event(1, about))) for about in ABOUT.values()),
    (EventForm, event_record(event(1, revised=REVISED))),
    (CallForm, call_record(call())),
    (CallForm, call_record(call(1, departed=None, revised=REVISED))),
    (VoyageForm, voyage_record(voyage())),
    (VoyageForm, voyage_record(begun())),
    (VesselForm, vessel_record(VESSEL)),
    (PositionForm, plain_record(POSITION)),
    (AlertForm, alert_record(STORED)),
    (WhyForm, why_record(STORED, [berthed()], {}, [step("ack", actor="ann")], [told()])),
]


@pytest.mark.parametrize(("form", "record"), RECORDS, ids=range(len(RECORDS)))
def test_a_record_has_the_form(form: type[BaseModel], record: dict[str, Any]) -> None:
    """As JSON, which is how it is sent; and each word that is not optional stands in it."""
    form.model_validate_json(json.dumps(record), by_alias=True)
    for name in list(record):
        short = {key: value for key, value in record.items() if key != name}
        field = next(f for key, f in form.model_fields.items() if (f.alias or key) == name)
        if field.is_required():
            with pytest.raises(ValidationError):
                form.model_validate_json(json.dumps(short))
    with pytest.raises(ValidationError):
        form.model_validate_json(json.dumps({**record, "hue": "red"}))
