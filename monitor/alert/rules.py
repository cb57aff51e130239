"""Rules: which events raise an alert, how severe it is, and through which channels it is told.

Closed tables, read from TOML. A file replaces rules of its names; the others are those that ship.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import UTC, date
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from monitor.alert.criteria import Asked, When, asked
from monitor.alert.message import Severity
from monitor.alert.seen import Seen
from monitor.errors import UsageError
from monitor.words import zone_name


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", text):
        message = f"{text!r} is no name of a rule: use small letters, digits and hyphens"
        raise ValueError(message)
    return text


class Step(BaseModel):
    """What follows when nobody acknowledges."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after_min: Annotated[int, Field(ge=1, le=24 * 60)]
    channels: Annotated[list[str], Field(min_length=1)]


class Rule(BaseModel):
    """One rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    name: Annotated[str, AfterValidator(_name)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    severity: Severity
    when: When  # type: ignore[valid-type]
    channels: list[str] = Field(default_factory=list)
    """Names of channels; none: all."""

    text: str | None = Field(default=None, max_length=1000)
    """What an officer should know or do; it stands in the message."""

    zone: Annotated[str, AfterValidator(zone_name)] = "UTC"
    """For hours and days."""

    enabled: bool = True
    on_enable: Literal["new", "current"] = "new"
    """Whether, switched on, it tells what holds already as well."""

    max_per_day: Annotated[int, Field(ge=1)] | None = None
    review_by: date | None = None
    owner: str | None = None
    escalate: list[Step] = Field(default_factory=list)

    @cached_property
    def asked(self) -> list[Asked]:
        """Its criteria."""
        return asked(self.when)

    def met(self, seen: Seen) -> bool:
        """Whether an event, as it was known then, meets all of its criteria."""
        zone = UTC if self.zone == "UTC" else ZoneInfo(self.zone)
        return all(one.met(seen, zone) for one in self.asked)

    @property
    def sentence(self) -> str:
        """The rule, read back."""
        told = ", ".join(self.channels) or "all channels"
        *most, last = (one.sentence for one in self.asked)
        when = f"{', '.join(most)}, and {last}" if most else last
        zone = f" ({self.zone})" if any(a.row.name in {"hours", "days"} for a in self.asked) else ""
        off = "" if self.enabled else " It is switched off."
        too = " Switched on, it tells what holds already." if self.on_enable == "current" else ""
        return f"{self.severity.value.capitalize()}, to {told}, when {when}{zone}.{too}{off}"


def read_rules(text: str, where: str) -> list[Rule]:
    """The rules of a file; UsageError where it has none, or one that is none."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{where} is no TOML: {error}."
        raise UsageError(message) from error
    if unknown := sorted(document.keys() - {"rule"}):
        message = f"{where} has {unknown[0]!r}, which is not known: write [[rule]] tables."
        raise UsageError(message)
    tables = document.get("rule", [])
    if not isinstance(tables, list):
        message = f"{where} has [rule]: write [[rule]], for there may be several."
        raise UsageError(message)
    rules = [_rule(table, number, where) for number, table in enumerate(tables, start=1)]
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            message = f"{where} has two rules named {name}: name one of them otherwise."
            raise UsageError(message)
    return rules


def _rule(table: Any, number: int, where: str) -> Rule:
    try:
        return Rule.model_validate(table)
    except ValidationError as error:
        name = table.get("name", f"number {number}") if isinstance(table, dict) else number
        message = f"{where}: rule {name}: {_fault(error)}."
        raise UsageError(message) from error


def _fault(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    words = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"{place} is not known"
    if first["type"] == "missing":
        return f"{place} is missing"
    return f"{place}: {words[:1].lower()}{words[1:].rstrip('.')}" if place else words.rstrip(".")


def hits(rules: Iterable[Rule], seen: Seen) -> Sequence[Rule]:
    """Rules that are enabled and that an event meets; one that is withdrawn meets none."""
    return [rule for rule in rules if rule.enabled and rule.met(seen)] if seen.holds else []
