"""What a ship said of herself over time: each thing that she said, from when to when.

Of each field (FIELDS) the words of a ship become intervals. What she says again while nothing else
was begun goes on; what means the same (see ``vessel/changed.py``) is the same, in its newest form.
Where two intervals of a field overlap she said both *by turns*: two ships that use one number, or
a set that is switched. An end is true to an hour, a begin to the report.

All of it is typed by hand and is a claim. The flag is that of the number, and changes with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import Field

from monitor.destinations import Destinations
from monitor.engine.detect.vessel import changed
from monitor.engine.geofence import FenceSet
from monitor.model import Static
from monitor.report.columns import Column, Sheet
from monitor.report.forms import Form, Mmsi
from monitor.report.records import iso
from monitor.report.tables import short
from monitor.store import questions
from monitor.store.findings import Record
from monitor.words import destination_text

SaidField = Literal["name", "callsign", "imo", "ship_type", "size", "draught_m", "destination"]

FIELDS: tuple[SaidField, ...] = get_args(SaidField)
"""What is told, in this order."""


class IdentityForm(Form):
    """Something that a ship said of herself for a time."""

    mmsi: Mmsi
    field: SaidField
    value: str = Field(description="As she said it last.")
    words: str = Field(description="The same for people.")
    since: datetime
    until: datetime = Field(description="True to an hour.")
    stands: bool = Field(description="It is what she said last.")
    by_turns: bool = Field(description="She said something else meanwhile.")


@dataclass(slots=True, kw_only=True)
class Saying:
    """One thing, as long as it was said."""

    value: str
    since: datetime
    until: datetime


async def identities(connection: Any, *, mmsi: int, fences: FenceSet | None = None) -> list[Record]:
    """What a ship said of herself, field by field, the oldest first."""
    rows = await questions.claimed(connection, mmsi)
    meant = Destinations(()) if fences is None else fences.destinations
    return [each for name in FIELDS for each in _records(mmsi, name, rows, meant)]


def sayings(
    rows: Iterable[Mapping[str, Any]], name: SaidField, meant: Destinations
) -> list[Saying]:
    """The intervals of one field, of rows of ``ask_identity``: they come by ``first_at``."""
    found: list[Saying] = []
    for row in rows:
        value = _value(name, row)
        if value is None:
            continue
        known = _goes_on(found, name, value, row["first_at"], meant)
        if known is None:
            found.append(Saying(value=value, since=row["first_at"], until=row["last_at"]))
        elif row["last_at"] >= known.until:
            known.value, known.until = value, row["last_at"]
    return found


def _goes_on(
    found: list[Saying], name: SaidField, value: str, at: datetime, meant: Destinations
) -> Saying | None:
    """That of the same meaning, if it is the newest one or was not at its end."""
    for one in reversed(found):
        if (one is found[-1] or at <= one.until) and _same(name, one.value, value, meant):
            return one
    return None


def _same(name: SaidField, one: str, other: str, meant: Destinations) -> bool:
    if name == "destination":
        return meant.same(one, other)
    return one == other if name == "draught_m" else changed.same(name, one, other)


def _value(name: SaidField, row: Mapping[str, Any]) -> str | None:
    if name == "draught_m":
        return f"{row[name]:g}" if row[name] else None
    if name == "destination":
        return destination_text(row[name])
    return changed.value_of(name, Static(mmsi=0, **{each: row[each] for each in _STATIC}))


_STATIC = ("name", "callsign", "imo", "ship_type", "to_bow_m", "to_stern_m", "to_port_m",
           "to_starboard_m")  # fmt: skip


def _records(
    mmsi: int, name: SaidField, rows: Iterable[Mapping[str, Any]], meant: Destinations
) -> list[Record]:
    found = sayings(rows, name, meant)
    newest = max((one.until for one in found), default=None)
    return [
        {
            "mmsi": mmsi, "field": name, "value": one.value,
            "words": _words(name, one.value, meant),
            "since": iso(one.since), "until": iso(one.until), "stands": one.until == newest,
            "by_turns": any(
                other is not one and other.since < one.until and one.since < other.until
                for other in found
            ),
        }
        for one in found
    ]  # fmt: skip


def _words(name: SaidField, value: str, meant: Destinations) -> str:
    if name == "destination":
        return meant.words(value)
    return f"{value} m" if name == "draught_m" else changed.shown(name, value)


def identities_table(records: list[Record]) -> Sheet:
    """What a ship said of herself."""
    columns = (
        Column(heading="what", cell=lambda r: HEADINGS[r["field"]]),
        Column(heading="she said", cell=lambda r: r["words"], folds=28),
        Column(heading="from (UTC)", cell=lambda r: short(r["since"])),
        Column(heading="until (UTC)", cell=lambda r: short(r["until"])),
        Column(heading="", cell=lambda r: "by turns" if r["by_turns"] else ""),
    )
    return Sheet(title="What she said of herself", columns=columns, records=records)


HEADINGS = {**changed.WORDS, "draught_m": "draught", "destination": "destination"}
"""What people call each field."""
