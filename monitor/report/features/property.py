"""Properties of features: what each is called, holds and means, and how a value is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from monitor.report.records import iso
from monitor.store.conditions import Kind
from monitor.words import digits

SCHEMAS: Mapping[Kind, Mapping[str, JsonValue]] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "text": {"type": "string"},
    "time": {"type": "string", "format": "date-time"},
    "boolean": {"type": "boolean"},
    "uuid": {"type": "string", "format": "uuid"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property, which is a column of the collection's statement."""

    name: str
    kind: Kind
    words: str
    values: tuple[str, ...] = ()  # all that there are; none: any

    @property
    def schema(self) -> dict[str, JsonValue]:
        """Its JSON Schema, without null."""
        found = {"title": self.name, "description": self.words, **SCHEMAS[self.kind]}
        return {**found, "enum": list(self.values)} if self.values else found


def integer(name: str, words: str) -> Property:
    """A whole number."""
    return Property(name=name, kind="integer", words=words)


def number(name: str, words: str) -> Property:
    """A number, its unit at the end of its name."""
    return Property(name=name, kind="number", words=words)


def text(name: str, words: str, *values: str) -> Property:
    """A text; perhaps one of these."""
    return Property(name=name, kind="text", words=words, values=values)


def time(name: str, words: str) -> Property:
    """An instant."""
    return Property(name=name, kind="time", words=words)


def boolean(name: str, words: str) -> Property:
    """Yes or no."""
    return Property(name=name, kind="boolean", words=words)


def uuid(name: str, words: str) -> Property:
    """An id."""
    return Property(name=name, kind="uuid", words=words)


def shown(name: str, value: Any) -> Any:
    """A value as GeoJSON has it: numbers as numbers, times as RFC 3339 with Z."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, UUID):
        return str(value)
    return digits(name, value)
