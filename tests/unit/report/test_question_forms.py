"""The forms of answers to questions: what is not promised is not told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from monitor.report.question_forms import ActivityForm, TrafficForm

DAY = {
    "port": "tartus", "day": "2024-12-13", "arrivals": 1, "departures": 0, "ships": 1,
    "hours_heard": 24,
}  # fmt: skip


def test_a_day() -> None:
    assert ActivityForm.model_validate(DAY).hours_heard == 24
    with pytest.raises(ValidationError):
        ActivityForm.model_validate({**DAY, "weather": "fine"})


def test_where_from_is_called_from() -> None:
    """A word of Python stands in the way of its own name."""
    names = TrafficForm.model_json_schema()["properties"]
    assert {"from", "to"} <= set(names)
