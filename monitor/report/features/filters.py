"""Filters: CQL2's JSON into conditions of the store, as far as what it names is allowed here.

Whatever is not in these tables is refused with a sentence. Literals become values of the property's
kind; none of them ever becomes a word of SQL.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from monitor.errors import UsageError
from monitor.report.features.collections import Collection
from monitor.report.features.cqltext import parse
from monitor.report.features.instants import DAY, TICK, Interval, day, instant, interval
from monitor.report.features.property import Property
from monitor.report.features.shapes import boxed, drawn
from monitor.store.conditions import (
    Among,
    Compare,
    Condition,
    Every,
    Like,
    Missing,
    Not,
    Op,
    Some,
    Value,
)

GEOMETRY = ("geometry", "geom")
"""Names of a feature's place."""

MOST_VALUES = 500
"""In one list."""


class Side(NamedTuple):
    """A property, and whether letters are the same in both sizes."""

    found: Property
    fold: bool


def condition_of(text: str, collection: Collection) -> Condition:
    """A filter in CQL2 text; UsageError where it cannot be read or is not allowed."""
    return _Walker(collection).condition(parse(text))


def value_of(found: Property, literal: Any) -> Value:
    """A literal as a value of a property; UsageError where it is none."""
    match found.kind, literal:
        case (("integer" | "number"), bool()):
            pass
        case (("integer" | "number"), (int() | float())) if _is_finite(literal):
            return literal
        case "boolean", bool():
            return literal
        case "text", str() if "\0" not in literal:
            return literal
        case "uuid", str():
            try:
                return UUID(literal)
            except ValueError:
                pass
        case "time", {"timestamp": str(said)}:
            return instant(said)
        case "time", {"date": str(said)}:
            return day(said)
        case "time", str():
            return instant(literal)
    message = f"{_words(literal)} is no value of {found.name!r}: {_HOW[found.kind]}."
    raise UsageError(message)


_HOW = {
    "integer": "write a number", "number": "write a number", "boolean": "write true or false",
    "text": "write a text in single quotes", "uuid": "write an id in single quotes",
    "time": "write such as TIMESTAMP('2024-12-13T04:00:00Z')",
}  # fmt: skip


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _words(literal: Any) -> str:
    return repr(literal)[:60]


class _Walker:
    """Walks one filter of one collection."""

    def __init__(self, collection: Collection) -> None:
        self._properties = collection.property_of
        self._of = collection.id

    def condition(self, node: Any) -> Condition:
        if isinstance(node, bool):
            return Every(parts=()) if node else Some(parts=())
        match node:
            case {"op": str(name), "args": list(args)}:
                operator = _OPERATORS.get(name)
                if operator is not None:
                    return operator(self, name, args)
                message = f"There is no {name[:30]!r} in filters here: use {', '.join(_OPERATORS)}."
                raise UsageError(message)
        message = f"{_words(node)} is no condition: compare a property with a value."
        raise UsageError(message)

    def joined(self, name: str, args: list[Any]) -> Condition:
        parts = tuple(self.condition(each) for each in args)
        return Every(parts=parts) if name == "and" else Some(parts=parts)

    def negated(self, _: str, args: list[Any]) -> Condition:
        return Not(inner=self.condition(args[0]))

    def missing(self, _: str, args: list[Any]) -> Condition:
        return Missing(column=self.side(args[0]).found.name)

    def compared(self, name: str, args: list[Any]) -> Condition:
        side, literal = self.side(args[0]), args[1]
        if side.found.kind == "boolean" and name not in {"=", "<>"}:
            raise _refusal(f"{side.found.name!r} is yes or no", "use = or <>")
        value = value_of(side.found, self.literal(side, literal))
        is_day = isinstance(literal, Mapping) and "date" in literal
        if is_day and isinstance(value, datetime):
            return _within_day(side.found.name, Op(name), value)
        return Compare(column=side.found.name, op=Op(name), value=value, fold=side.fold)

    def between(self, _: str, args: list[Any]) -> Condition:
        side = self.side(args[0])
        if side.fold or side.found.kind not in {"integer", "number", "time"}:
            raise _refusal(f"{side.found.name!r} is no number or time", "use = or IN")
        low, high = (value_of(side.found, each) for each in args[1:])
        name = side.found.name
        return Every(
            parts=(
                Compare(column=name, op=Op.GE, value=low),
                Compare(column=name, op=Op.LE, value=high),
            )
        )

    def among(self, _: str, args: list[Any]) -> Condition:
        side, listed = self.side(args[0]), args[1]
        if len(listed) > MOST_VALUES:
            raise _refusal(f"A list has more than {MOST_VALUES} values", "send less")
        values = tuple(value_of(side.found, self.literal(side, each)) for each in listed)
        return Among(column=side.found.name, values=values, fold=side.fold)

    def alike(self, _: str, args: list[Any]) -> Condition:
        side = self.side(args[0])
        pattern = self.literal(side, args[1])
        if side.found.kind != "text" or not isinstance(pattern, str):
            raise _refusal(
                "LIKE compares a text with a pattern in single quotes", "write such as 'A%'"
            )
        value_of(side.found, pattern)
        if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
            raise _refusal("A pattern of LIKE ends in a backslash", "write two for one")
        return Like(column=side.found.name, pattern=pattern, fold=side.fold)

    def met(self, _: str, args: list[Any]) -> Condition:
        match args:
            case [{"property": str(name)}, {"bbox": list(numbers)}] if name in GEOMETRY:
                return boxed(numbers)
            case [{"property": str(name)}, {"type": str(), "coordinates": _} as geometry] if (
                name in GEOMETRY
            ):
                return drawn(geometry)
        raise _refusal("S_INTERSECTS takes the geometry, and BBOX(…), POLYGON(…) or such",
                    "write S_INTERSECTS(geometry, BBOX(23, 31, 25, 33))")  # fmt: skip

    def timed(self, name: str, args: list[Any]) -> Condition:
        side = self.side(args[0])
        if side.found.kind != "time" or side.fold:
            raise _refusal(f"{side.found.name!r} is no time", "compare it with = or <")
        since, until = self.bounds(side.found, args[1])
        column = side.found.name
        match name:
            case "t_after":
                return _bound(column, Op.GT, until)
            case "t_before":
                return _bound(column, Op.LT, since)
            case "t_during":
                return Every(parts=(_bound(column, Op.GT, since, open_=True),
                                    _bound(column, Op.LT, until, open_=True)))  # fmt: skip
        inside = Every(
            parts=(
                _bound(column, Op.GE, since, open_=True),
                _bound(column, Op.LE, until, open_=True),
            )
        )
        return Not(inner=inside) if name == "t_disjoint" else inside

    def bounds(self, found: Property, literal: Any) -> Interval:
        """The ends of a time; a day or an instant is both."""
        match literal:
            case {"interval": [str(since), str(until)]}:
                return interval(f"{since}/{until}")
            case {"date": str(said)}:
                return interval(said)
        value = value_of(found, literal)
        if not isinstance(value, datetime):
            raise _refusal(f"{_words(literal)} is no time", _HOW["time"])
        return Interval(value, value)

    def side(self, node: Any) -> Side:
        """A property on the left."""
        match node:
            case {"op": "casei", "args": [inner]}:
                found = self.side(inner).found
                if found.kind != "text":
                    raise _refusal(f"{found.name!r} is no text", "leave CASEI out")
                return Side(found, fold=True)
            case {"property": str(name)}:
                if name in self._properties:
                    return Side(self._properties[name], fold=False)
                names = ", ".join(self._properties)
                raise _refusal(f"{self._of} have no property {name[:40]!r}", f"use one of {names}")
        raise _refusal(f"{_words(node)} is no property", "write a property before a value")

    def literal(self, side: Side, node: Any) -> Any:
        """What stands on the right; in CASEI where the property does."""
        match node:
            case {"op": "casei", "args": [inner]} if side.fold:
                return inner
            case {"op": "casei"} | {"property": _}:
                raise _refusal(f"{_words(node)} is no value", "write a property before a value")
        return node


def _refusal(what: str, instead: str) -> UsageError:
    return UsageError(f"{what}: {instead}.")


def _bound(column: str, op: Op, value: datetime | None, *, open_: bool = False) -> Condition:
    """A bound that holds; where there is none, nothing is beyond it, or all is within it."""
    if value is None:
        return Every(parts=()) if open_ else Some(parts=())
    return Compare(column=column, op=op, value=value)


def _within_day(column: str, op: Op, begin: datetime) -> Condition:
    """An instant against a day, which is all of it."""
    end = begin + (DAY - TICK)
    after, before = Op.GE, Op.LE
    inside = Every(
        parts=(
            Compare(column=column, op=after, value=begin),
            Compare(column=column, op=before, value=end),
        )
    )
    if op is Op.EQ:
        return inside
    if op is Op.NE:
        return Not(inner=inside)
    edge = begin if op in {Op.LT, Op.GE} else end
    return Compare(column=column, op=op, value=edge)


_Operator = Callable[[_Walker, str, list[Any]], Condition]

_OPERATORS: Mapping[str, _Operator] = {
    **dict.fromkeys(("and", "or"), _Walker.joined),
    "not": _Walker.negated,
    **dict.fromkeys((op.value for op in Op), _Walker.compared),
    "between": _Walker.between,
    "in": _Walker.among,
    "like": _Walker.alike,
    "isNull": _Walker.missing,
    "s_intersects": _Walker.met,
    **dict.fromkeys(
        ("t_after", "t_before", "t_during", "t_equals", "t_intersects", "t_disjoint"),
        _Walker.timed,
    ),
}
"""All that a filter may do."""
