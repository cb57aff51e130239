"""Conditions in SQL: values stand beside it, and only words of the program and columns in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.store.conditions import (
    Among,
    Behind,
    Compare,
    Condition,
    Every,
    Kind,
    Lasts,
    Like,
    Meets,
    Missing,
    Not,
    Op,
    Some,
    Writer,
)

COLUMNS: dict[str, Kind] = {
    "mmsi": "integer", "speed": "number", "name": "text", "at": "time", "over_at": "time",
    "made": "boolean", "id": "uuid",
}  # fmt: skip
NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)


def is_(column: str, op: Op, value: Any, *, fold: bool = False) -> Compare:
    return Compare(column=column, op=op, value=value, fold=fold)


@pytest.mark.parametrize(
    ("condition", "text", "words"),
    [
        (is_("mmsi", Op.EQ, 3), 'item."mmsi" = $1::bigint', [3]),
        (is_("mmsi", Op.LT, 3.0), 'item."mmsi" < $1::bigint', [3]),
        (is_("mmsi", Op.GE, 3.5), 'item."mmsi" >= $1::float8', [3.5]),
        (is_("mmsi", Op.EQ, 2**63), 'item."mmsi" = $1::float8', [2**63]),
        (is_("speed", Op.NE, 3), 'item."speed" <> $1::float8', [3]),
        (is_("name", Op.EQ, "A"), 'item."name" = $1::text', ["A"]),
        (is_("name", Op.LE, "A"), 'item."name" <= $1::text COLLATE "C"', ["A"]),
        (is_("name", Op.EQ, "A", fold=True), 'lower(item."name") = $1::text', ["a"]),
        (is_("made", Op.EQ, value=True), 'item."made" = $1::boolean', [True]),
        (is_("id", Op.EQ, UUID(int=7)), 'item."id" = $1::uuid', [UUID(int=7)]),
        (Among(column="mmsi", values=(1, 2.0)), 'item."mmsi" = ANY($1::bigint[])', [[1, 2]]),
        (Among(column="mmsi", values=(1, 2.5)), 'item."mmsi" = ANY($1::float8[])', [[1, 2.5]]),
        (Among(column="name", values=("A",), fold=True), 'lower(item."name") = ANY($1::text[])',
         [["a"]]),
        (Like(column="name", pattern="A%"), 'item."name" LIKE $1::text', ["A%"]),
        (Missing(column="name"), 'item."name" IS NULL', []),
        (Meets(shape=b"x"), "ST_Intersects(item.geom, ST_GeomFromWKB($1::bytea, 4326))", [b"x"]),
        (Not(inner=Missing(column="at")), 'NOT (item."at" IS NULL)', []),
        (Every(parts=()), "true", []), (Some(parts=()), "false", []),
        (Some(parts=(is_("mmsi", Op.EQ, 1), is_("mmsi", Op.EQ, 2))),
         '(item."mmsi" = $1::bigint) OR (item."mmsi" = $2::bigint)', [1, 2]),
        (Lasts(begin="at", end="over_at", since=NOON, until=NOON, open_end=True),
         (
             '(item."over_at" IS NULL OR item."over_at" >= $1::timestamptz) AND'
             ' item."at" <= $2::timestamptz'
         ), [NOON, NOON]),
        (Lasts(begin="at", end="at", since=None, until=None), "true", []),
        (Behind(columns=("at", "mmsi"), values=(NOON, 3)),
         '(item."at", item."mmsi") > ($1::timestamptz, $2::bigint)', [NOON, 3]),
    ],
)  # fmt: skip
def test_how_a_condition_is_written(condition: Condition, text: str, words: list[Any]) -> None:
    """Those of a number that is whole as such, so that an index of whole numbers helps."""
    writer = Writer(COLUMNS, ())
    assert (writer.written(condition), writer.words) == (text, words)


def test_words_of_the_statement_come_first() -> None:
    writer = Writer(COLUMNS, ("its own",))
    assert writer.written(is_("mmsi", Op.EQ, 3)) == 'item."mmsi" = $2::bigint'
    assert writer.words == ["its own", 3]


@pytest.mark.parametrize("name", ["hue", "", 'mmsi" = 1 OR "mmsi', "geom"])
def test_a_column_that_there_is_not_is_a_fault(name: str) -> None:
    """Whoever reads filters refuses it before."""
    for condition in (
        is_(name, Op.EQ, 1), Among(column=name, values=(1,)), Like(column=name, pattern=""),
        Missing(column=name), Lasts(begin=name, end=name, since=NOON, until=None),
        Behind(columns=(name,), values=(1,)),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="no column"):
            Writer(COLUMNS, ()).written(condition)


ALLOWED = re.compile(
    r'(?:item\."[a-z_]+"|item\.geom|\$[0-9]+|::[a-z0-9]+(?:\[\])?|COLLATE "C"|lower|ANY|LIKE'
    r"|IS NULL|NOT|AND|OR|true|false|ST_Intersects|ST_GeomFromWKB|4326|<=|>=|<>|[=<>(),\s])*"
)

TEXTS = st.text(max_size=20)
LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.builds(is_, st.just("name"), st.sampled_from(list(Op)), TEXTS, fold=st.booleans()),
    st.builds(is_, st.just("mmsi"), st.sampled_from(list(Op)), st.integers() | st.floats()),
    st.builds(Like, column=st.just("name"), pattern=TEXTS, fold=st.booleans()),
    st.builds(Among, column=st.just("name"), values=st.lists(TEXTS).map(tuple)),
    st.builds(Meets, shape=st.binary()),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner=inner),
        st.builds(Every, parts=st.lists(inner, max_size=3).map(tuple)),
        st.builds(Some, parts=st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=12,
)


@given(TREES)
def test_nothing_that_was_said_stands_in_the_statement(condition: Condition) -> None:
    """However it is put together: as many $n as values, and no other word than those above."""
    writer = Writer(COLUMNS, ())
    text = writer.written(condition)
    assert ALLOWED.fullmatch(text)
    numbers = [int(number) for number in re.findall(r"\$([0-9]+)", text)]
    assert numbers == list(range(1, len(writer.words) + 1))
