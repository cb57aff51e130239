"""Conditions on rows, as values; and how each is written in SQL.

Whatever a caller said stands beside the statement, as $1, $2 …; into it go only the words below and
names of columns that the statement is known to have. A name that it has not is a fault of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

Kind = Literal["integer", "number", "text", "time", "boolean", "uuid"]
"""What a column holds."""

Value = int | float | str | bool | datetime | UUID


class Op(StrEnum):
    """How two values are compared; each is SQL's own word."""

    EQ = "="
    NE = "<>"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A column against a value; ``fold``: in small letters both."""

    column: str
    op: Op
    value: Value
    fold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """A column is one of these."""

    column: str
    values: tuple[Value, ...]
    fold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """A text matches a pattern: % is any letters, _ is one, a backslash takes that away."""

    column: str
    pattern: str
    fold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Nothing is known."""

    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meets:
    """The row's place meets a shape (WKB, degrees)."""

    shape: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasts:
    """What lasts from one column to another meets a time; None: it has no bound there.

    ``open_end``: an empty end has not come yet.
    """

    begin: str
    end: str
    since: datetime | None
    until: datetime | None
    open_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The contrary; what is not known stays so."""

    inner: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All of them; of none, true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """One of them; of none, false."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Behind the last row of the page before, in the order of these columns."""

    columns: tuple[str, ...]
    values: tuple[Any, ...]


Condition = Compare | Among | Like | Missing | Meets | Lasts | Not | Every | Some | Behind

_CASTS: Mapping[Kind, str] = {
    "integer": "bigint", "number": "float8", "text": "text", "time": "timestamptz",
    "boolean": "boolean", "uuid": "uuid",
}  # fmt: skip


class Writer:
    """Writes conditions, and keeps what stands beside the statement."""

    def __init__(self, columns: Mapping[str, Kind], words: Sequence[Any]) -> None:
        """``words`` stand there already: the statement's own."""
        self._columns = columns
        self.words = list(words)

    def name(self, column: str) -> str:
        """A column in SQL; ValueError where the statement has none of that name."""
        if column not in self._columns:
            message = f"no column {column!r}"
            raise ValueError(message)
        return f'item."{column}"'

    def bound(self, value: Any, cast: str) -> str:
        """A value beside the statement."""
        self.words.append(value)
        return f"${len(self.words)}::{cast}"

    def written(self, condition: Condition) -> str:
        """A condition in SQL."""
        match condition:
            case Compare():
                return self._compared(condition)
            case Among():
                return self._among(condition)
            case Like(column=column, pattern=pattern, fold=fold):
                given = self.bound(pattern.lower() if fold else pattern, "text")
                return f"{self._side(column, fold)} LIKE {given}"
            case Missing(column=column):
                return f"{self.name(column)} IS NULL"
            case Meets(shape=shape):
                return (
                    f"ST_Intersects(item.geom, ST_GeomFromWKB({self.bound(shape, 'bytea')}, 4326))"
                )
            case Lasts():
                return self._lasted(condition)
            case Not(inner=inner):
                return f"NOT ({self.written(inner)})"
            case Every(parts=parts):
                return " AND ".join(f"({self.written(part)})" for part in parts) or "true"
            case Some(parts=parts):
                return " OR ".join(f"({self.written(part)})" for part in parts) or "false"
            case Behind():
                return self._behind(condition)

    def _among(self, each: Among) -> str:
        cast = self._cast(each.column, *each.values)
        given = [_whole(value) if cast == "bigint" else value for value in each.values]
        given = [str(value).lower() for value in given] if each.fold else given
        return f"{self._side(each.column, each.fold)} = ANY({self.bound(given, f'{cast}[]')})"

    def _behind(self, each: Behind) -> str:
        names = ", ".join(self.name(column) for column in each.columns)
        given = ", ".join(
            self.bound(value, _CASTS[self._columns[column]])
            for column, value in zip(each.columns, each.values, strict=True)
        )
        return f"({names}) > ({given})"

    def _compared(self, each: Compare) -> str:
        cast = self._cast(each.column, each.value)
        value = _whole(each.value) if cast == "bigint" else each.value
        given = self.bound(str(value).lower() if each.fold else value, cast)
        by_letter = ' COLLATE "C"' if cast == "text" and each.op not in {Op.EQ, Op.NE} else ""
        return f"{self._side(each.column, each.fold)} {each.op.value} {given}{by_letter}"

    def _cast(self, column: str, *values: Value) -> str:
        """The type to compare in: a whole number is compared as one, so that an index helps."""
        self.name(column)
        kind = self._columns[column]
        if kind == "integer" and not all(_is_whole(value) for value in values):
            return "float8"
        return _CASTS[kind]

    def _side(self, column: str, fold: bool) -> str:  # noqa: FBT001 - a word of the condition
        return f"lower({self.name(column)})" if fold else self.name(column)

    def _lasted(self, each: Lasts) -> str:
        begin, end = self.name(each.begin), self.name(each.end)
        parts = []
        if each.since is not None:
            found = f"{end} >= {self.bound(each.since, 'timestamptz')}"
            parts.append(f"({end} IS NULL OR {found})" if each.open_end else found)
        if each.until is not None:
            parts.append(f"{begin} <= {self.bound(each.until, 'timestamptz')}")
        return " AND ".join(parts) or "true"


LARGEST = 2**63


def _is_whole(value: Value) -> bool:
    if isinstance(value, float):
        return value.is_integer() and abs(value) < LARGEST
    return isinstance(value, int) and abs(value) < LARGEST


def _whole(value: Value) -> Value:
    return int(value) if isinstance(value, float) else value
