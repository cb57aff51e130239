"""Filters of every kind, right and wrong: made by a grammar, cut, joined and changed by letters.

Whatever comes of one is a refusal in one sentence, or a statement of allowed words alone.
"""

from __future__ import annotations

import random
import re
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import cql2

from monitor.errors import UsageError
from monitor.report.features.collections import COLLECTIONS, Collection
from monitor.report.features.cqltext import parse
from monitor.report.features.filters import condition_of
from monitor.report.features.property import Property
from monitor.store.conditions import Writer

ALLOWED = re.compile(
    r'(?:item\."[a-z_]+"|item\.geom|\$[0-9]+|::[a-z0-9]+(?:\[\])?|COLLATE "C"|lower|ANY|LIKE'
    r"|IS NULL|NOT|AND|OR|true|false|ST_Intersects|ST_GeomFromWKB|4326|<=|>=|<>|[=<>(),\s])*"
)

EVIL = (
    "'", '"', "''", "\\", "\0", ";", "--", "/*", "*/", "$1", "$$", "::text", "pg_sleep(9)", "(",
    ")", "((((", "))))", "NOT NOT ", "\u0661", "\U0001f6a2", "\x1b", "%s", "{0}", "1e999", "-",
    "NULL", "0x1F", " UNION SELECT ", "=", "TRUE", "AND", "OR", ",", ".", "geom", "\u00a0", "\r\n",
)  # fmt: skip
WORDS = (
    "a",
    "VETER",
    "O''Brien",
    "%",
    "_",
    "50\\%",
    "\u00d8",
    "",
    "tartus",
    "Berthed",
    "'' OR 1=1",
)
TIMES = ("2024-12-13T12:00:00Z", "2024-12-13T12:00:00.5+01:00", "9999-12-31T23:59:59Z", "now", "",
         "0001-01-01T00:00:00Z", "2024-13-13T12:00:00Z")  # fmt: skip
NUMBERS = ("0", "1", "-1", "3.5", "273999410", "1e3", "-1.5E-3", "99999999999999999999", "1e400")
TIMED = ("T_AFTER", "T_BEFORE", "T_DURING", "T_EQUALS", "T_INTERSECTS", "T_OVERLAPS")
SIGNS = ("=", "<>", "<", "<=", ">", ">=")

SHORT = 60
"""Letters of what another's parser is asked about, too: it takes long for what it does not know."""


_TIME = re.compile(r"\d{4}-[01]\d-\d\dT\d\d:\d\d:\d\d\S+\Z", re.ASCII)


UNREAD = re.compile(r"(?<![0-9])\.[0-9]|[0-9]\.(?![0-9])|\+[0-9]")
"""Numbers of the standard's grammar that the other one does not read: .5, 1. and +1."""


class Made(NamedTuple):
    """A filter and whose it is."""

    collection: Collection
    text: str


class Filters:
    """Makes filters from a seed."""

    def __init__(self, seed: object) -> None:
        """The same seed makes the same filters."""
        self.chance = random.Random(str(seed))

    def made(self) -> Made:
        """One more."""
        collection = self.chance.choice(COLLECTIONS)
        text = self._boolean(collection, self.chance.randrange(4))
        for _ in range(self.chance.choice((0, 0, 0, 1, 1, 2, 5))):
            text = self._changed(text)
        return Made(collection, text)

    def _changed(self, text: str) -> str:
        """A letter or a piece less, more or elsewhere."""
        chance = self.chance
        first, last = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        match chance.randrange(6):
            case 0:
                return text[:first] + text[last:]
            case 1:
                return text[:first] + chance.choice(EVIL) + text[first:]
            case 2:
                return text[:first] + text[first:last] * 2 + text[last:]
            case 3:
                return text[:first] + chr(chance.randrange(0x2FF)) + text[first + 1 :]
            case 4:
                return chance.choice(("(", "NOT ", "((")) * chance.randrange(70) + text
        return text[first:last] + text[:first] + text[last:]

    def _boolean(self, of: Collection, depth: int) -> str:
        chance = self.chance
        if not depth:
            return self._predicate(of)
        inner = [self._boolean(of, depth - 1) for _ in range(chance.randrange(1, 4))]
        joined = chance.choice((" AND ", " or ", "\nOR\t")).join(inner)
        return chance.choice(("{}", "({})", "NOT ({})", "NOT {}", "( {} )")).format(joined)

    def _predicate(self, of: Collection) -> str:
        chance, found = self.chance, self.chance.choice(of.properties)
        name = chance.choice((found.name, f'"{found.name}"'))
        value, other = self._value(found), self._value(found)
        forms = [
            f"{name} {chance.choice(SIGNS)} {value}", f"{name} IS NULL", f"{name} is not null",
            f"{name} IN ({value}, {other})", f"{name} NOT IN ({value})",
            f"{name} BETWEEN {value} AND {other}", f"{name} LIKE {self._text()}",
            f"CASEI({name}) LIKE CASEI({self._text()})", f"casei({name}) = {value}",
            chance.choice(("TRUE", "FALSE", "1 = 1", f"{name} = {name}", "hue = 3")),
            f"S_INTERSECTS(geometry, {self._shape()})",
            f"{chance.choice(TIMED)}({name}, {self._time()})",
        ]  # fmt: skip
        return chance.choice(forms)

    def _value(self, found: Property) -> str:
        chance = self.chance
        if chance.random() < 0.15:
            return chance.choice((self._text(), chance.choice(NUMBERS), self._time(), "NULL"))
        match found.kind:
            case "integer" | "number":
                return chance.choice(NUMBERS)
            case "time":
                return self._time()
            case "boolean":
                return chance.choice(("true", "FALSE"))
            case "uuid":
                return "'00000000-0000-0000-0000-000000000007'"
        return self._text()

    def _text(self) -> str:
        return f"'{self.chance.choice(WORDS)}'"

    def _time(self) -> str:
        one, other = self.chance.choice(TIMES), self.chance.choice((*TIMES, ".."))
        return self.chance.choice(
            (
                f"TIMESTAMP('{one}')",
                f"INTERVAL('{one}','{other}')",
                "DATE('2024-12-13')",
                f"'{one}'",
            )
        )

    def _shape(self) -> str:
        number = lambda: self.chance.choice(("0", "1", "-1", "179.5", "-180", "90", "1e9"))  # noqa: E731
        point = lambda: f"{number()} {number()}"  # noqa: E731
        ring = f"({point()}, {point()}, {point()}, {point()})"
        return self.chance.choice(
            (
                f"BBOX({number()},{number()},{number()},{number()})", f"POINT({point()})",
                "POLYGON((0 0, 1 0, 1 1, 0 0))", f"POLYGON({ring})", f"MULTIPOLYGON(({ring}))",
                f"LINESTRING({point()}, {point()})", f"MULTIPOINT(({point()}), ({point()}))",
            )
        )  # fmt: skip


def hold(made: Made) -> bool:
    """Whether a filter is taken; AssertionError where neither a sentence nor a statement comes."""
    try:
        condition = condition_of(made.text, made.collection)
    except UsageError as error:
        words = str(error)
        assert words.endswith("."), (made.text, words)
        assert "\n" not in words, (made.text, words)
        return False
    writer = Writer(made.collection.shelf.columns, ())
    text = writer.written(condition)
    assert ALLOWED.fullmatch(text), (made.text, text)
    numbers = [int(number) for number in re.findall(r"\$([0-9]+)", text)]
    assert numbers == list(range(1, len(writer.words) + 1)), (made.text, text)
    if len(made.text) <= SHORT and not UNREAD.search(made.text):
        assert _values(cql2.parse_text(made.text).to_json()) == _values(parse(made.text)), made.text
    return True


def _values(value: Any) -> Any:
    """Numbers and times as values, and ANDs within ANDs as one: the other one writes them so."""
    if isinstance(value, list):
        return [_values(each) for each in value]
    if isinstance(value, dict):
        found = {name: _values(inner) for name, inner in value.items()}
        if found.get("op") in {"and", "or"}:
            found["args"] = [each for inner in found["args"] for each in _flat(found["op"], inner)]
        return found
    if isinstance(value, str) and _TIME.match(value):
        with suppress(ValueError):
            return datetime.fromisoformat(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _flat(op: str, inner: Any) -> list[Any]:
    same = isinstance(inner, dict) and inner.get("op") == op
    return list(inner["args"]) if same else [inner]


def fuzz(count: int, seed: int) -> int:
    """Try so many; how many of them were taken."""
    filters = Filters(seed)
    return sum(hold(filters.made()) for _ in range(count))
