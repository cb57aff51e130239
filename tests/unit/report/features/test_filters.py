"""Filters into conditions: values of the property's kind, and nothing that is not in the tables."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from monitor.errors import UsageError
from monitor.report.features.collections import BY_ID
from monitor.report.features.filters import condition_of
from monitor.store.conditions import Among, Compare, Condition, Every, Like, Missing, Not, Op, Some

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)
ID = "00000000-0000-0000-0000-000000000007"


def of(text: str) -> Condition:
    return condition_of(text, BY_ID["events"])


def is_(column: str, op: Op, value: object, *, fold: bool = False) -> Compare:
    return Compare(column=column, op=op, value=value, fold=fold)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mmsi = 3", is_("mmsi", Op.EQ, 3)),
        ("draught_m >= 3.5", is_("draught_m", Op.GE, 3.5)),
        ("name <> 'O''B'", is_("name", Op.NE, "O'B")),
        ("CASEI(name) = CASEI('x')", is_("name", Op.EQ, "x", fold=True)),
        (f"id = '{ID}'", is_("id", Op.EQ, UUID(ID))),
        ("at < TIMESTAMP('2024-12-13T13:00:00+01:00')", is_("at", Op.LT, NOON)),
        ("at <= '2024-12-13T12:00:00.0000009Z'", is_("at", Op.LE, NOON)),
        ("name IS NULL", Missing(column="name")),
        ("NOT mmsi = 3", Not(inner=is_("mmsi", Op.EQ, 3))),
        ("mmsi = 3 AND mmsi = 4",
         Every(parts=(is_("mmsi", Op.EQ, 3), is_("mmsi", Op.EQ, 4)))),
        ("FALSE", Some(parts=())),
        ("kind IN ('a', 'b')", Among(column="kind", values=("a", "b"))),
        ("name LIKE 'A\\\\%'", Like(column="name", pattern="A\\\\%")),
        ("mmsi BETWEEN 1 AND 2",
         Every(parts=(is_("mmsi", Op.GE, 1), is_("mmsi", Op.LE, 2)))),
        ("T_AFTER(at, TIMESTAMP('2024-12-13T12:00:00Z'))", is_("at", Op.GT, NOON)),
        ("T_BEFORE(at, INTERVAL('2024-12-13T12:00:00Z', '..'))", is_("at", Op.LT, NOON)),
        ("T_BEFORE(at, INTERVAL('..', '2024-12-13T12:00:00Z'))", Some(parts=())),
    ],
)  # fmt: skip
def test_what_is_allowed(text: str, found: Condition) -> None:
    assert of(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hue = 1", "events have no property 'hue': use one of id, kind,"),
        ("key_mmsi = 1", "no property 'key_mmsi'"),
        ("geom = 1", "no property 'geom'"),
        ("1 = mmsi", "1 is no property: write a property before a value."),
        ("mmsi = track", "is no value: write a property before a value."),
        ("mmsi = 'x'", "'x' is no value of 'mmsi': write a number."),
        ("mmsi = TRUE", "True is no value of 'mmsi'"),
        (f"mmsi = 1{'0' * 400}", "is no value of 'mmsi'"),
        ("mmsi = 1e999", "is no value of 'mmsi'"),
        ("name = 3", "3 is no value of 'name': write a text in single quotes."),
        ("id = 'x'", "'x' is no value of 'id': write an id in single quotes."),
        ("at = 3", "3 is no value of 'at'"),
        ("at = '2024-12-13'", "'2024-12-13' is no time"),
        ("at = TIMESTAMP('now')", "'now' is no time"),
        ("at = DATE('2024-02-30')", "'2024-02-30' is no day"),
        ("name BETWEEN 'a' AND 'b'", "'name' is no number or time"),
        ("mmsi LIKE '2%'", "LIKE compares a text with a pattern"),
        ("name LIKE 'a\\'", "A pattern of LIKE ends in a backslash"),
        ("CASEI(mmsi) = 3", "'mmsi' is no text: leave CASEI out."),
        ("name = CASEI('x')", "is no value"),
        ("mmsi IN (3, 'x')", "'x' is no value of 'mmsi'"),
        ("S_WITHIN(geometry, BBOX(1,2,3,4))", "There is no 's_within' in filters here: use and,"),
        ("S_INTERSECTS(name, BBOX(1,2,3,4))", "S_INTERSECTS takes the geometry"),
        ("S_INTERSECTS(geometry, 'x')", "S_INTERSECTS takes the geometry"),
        ("S_INTERSECTS(geometry, BBOX(1,2,3))", "A bbox has 4 numbers"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "A shape in the filter is"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0)))", "A shape in the filter is none"),
        ("S_INTERSECTS(geometry, POINT(200 0))", "A shape in the filter leaves the globe"),
        ("T_AFTER(mmsi, TIMESTAMP('2024-12-13T12:00:00Z'))", "'mmsi' is no time"),
        ("T_AFTER(at, at)", "is no value of 'at'"),
        ("T_OVERLAPS(at, INTERVAL('..', '..'))", "There is no 't_overlaps'"),
        ("T_DURING(at, INTERVAL('2025-01-01', '2024-01-01'))", "ends before it begins"),
    ],
)
def test_what_is_not_allowed(text: str, words: str) -> None:
    """One sentence, and no statement."""
    with pytest.raises(UsageError) as refusal:
        of(text)
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_a_flag_is_compared_for_being_one_alone() -> None:
    calls = BY_ID["port-calls"]
    assert condition_of("departed = true", calls) == is_("departed", Op.EQ, value=True)
    with pytest.raises(UsageError, match="'departed' is yes or no"):
        condition_of("departed > false", calls)


def test_a_list_is_bounded() -> None:
    listed = ",".join("1" for _ in range(501))
    with pytest.raises(UsageError, match="more than 500 values"):
        of(f"mmsi IN ({listed})")
