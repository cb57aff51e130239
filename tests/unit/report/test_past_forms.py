"""The forms of the past are those of now, and one word more."""

from __future__ import annotations

from monitor.report.forms import AlertForm, CallForm, VesselForm
from monitor.report.past_forms import PastAlertForm, PastCallForm, PastVesselForm


def test_what_came_late_is_told_of_each() -> None:
    for form, now in ((PastAlertForm, AlertForm), (PastCallForm, CallForm)):
        assert set(form.model_fields) - set(now.model_fields) == {"late"}
    more = set(PastVesselForm.model_fields) - set(VesselForm.model_fields)
    assert more == {"late", "received_at"}
