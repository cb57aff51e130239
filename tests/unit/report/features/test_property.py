"""Properties: what each holds as JSON Schema has it, and how a value is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from monitor.report.features.property import boolean, integer, number, shown, text, time, uuid


@pytest.mark.parametrize(
    ("made", "schema"),
    [
        (integer("mmsi", "It."), {"type": "integer"}),
        (number("sog_kn", "It."), {"type": "number"}),
        (boolean("made", "It."), {"type": "boolean"}),
        (text("kind", "It."), {"type": "string"}),
        (text("kind", "It.", "a", "b"), {"type": "string", "enum": ["a", "b"]}),
        (time("at", "It."), {"type": "string", "format": "date-time"}),
        (uuid("id", "It."), {"type": "string", "format": "uuid"}),
    ],
)
def test_its_schema(made: object, schema: dict[str, object]) -> None:
    found = dict(getattr(made, "schema", {}))
    assert found.pop("description") == "It."
    assert found.pop("title") == getattr(made, "name", None)
    assert found == schema


def test_how_a_value_is_shown() -> None:
    """Numbers as numbers, with the digits that they deserve; times with Z."""
    there = datetime(2024, 12, 13, 13, tzinfo=timezone(timedelta(hours=1)))
    assert shown("at", there) == "2024-12-13T12:00:00Z"
    assert shown("at", datetime(2024, 12, 13, 12, 0, 0, 5, tzinfo=UTC)).endswith(":00.000005Z")
    assert shown("sog_kn", 12.300000190735) == 12.3
    assert shown("id", UUID(int=7)) == "00000000-0000-0000-0000-000000000007"
    assert [shown("x", value) for value in (None, 3, True, "a")] == [None, 3, True, "a"]
