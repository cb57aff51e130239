"""One IMO number under two MMSIs: whether that can be one ship, as it is answered.

    the two were heard                                  verdict
    more than FAR_NM apart within APART_US, both        contradiction: they are two ships, or one
    making way, while both said the number              of the positions is false
    within NEAR_NM and HOURS_US, and the first did      swapped: maybe the same hull, that took
    not say it any more                                 another number
    otherwise                                           two numbers: a new flag, a sale, a slip
    not, or one of them not                             not known

An IMO number belongs to a hull for life, an MMSI to whoever has a licence: so the first may be one
and the second two. What is asked of the store is never an event: which of the two was heard first
may change with whatever comes late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from monitor.engine.geofence import distance_m
from monitor.errors import UsageError
from monitor.report.columns import Column, Sheet
from monitor.report.forms import Form, Mmsi
from monitor.report.records import iso
from monitor.report.tables import short
from monitor.store import questions
from monitor.store.findings import Record
from monitor.units import NAUTICAL_MILE_M
from monitor.words import flag_of, imo_holds

FAR_NM = 500.0
"""No ship makes that within APART (RadianceFleet, imo_fraud)."""

APART = timedelta(hours=6)
"""Fixes further apart in time do not show that there are two ships."""

MOVING_KN = 1.0
"""What lies still may be a set ashore, or a spare one."""

NEAR_NM = 1.0
HOURS = timedelta(hours=6)
"""A set is given another number where the ship lies (RadianceFleet, handshake; C4ADS 2021)."""

Verdict = Literal["contradiction", "swapped", "two numbers", "not known"]

WORDS: dict[str, str] = {
    "contradiction": "Two ships that make way far apart, or a false position.",
    "swapped": "Maybe the same hull: another number took over here.",
    "two numbers": "One number after the other, or both: a sale, a new flag, or a slip.",
    "not known": "It is not known where both were.",
}


class HullForm(Form):
    """An IMO number that was said under two MMSIs."""

    imo: int
    mmsi: Mmsi = Field(description="Who said it first.")
    name: str | None
    flag: str | None
    first_at: datetime
    last_at: datetime = Field(description="True to an hour.")
    other_mmsi: Mmsi = Field(description="Who began to say it later.")
    other_name: str | None
    other_flag: str | None
    other_first_at: datetime
    other_last_at: datetime
    here_at: datetime | None = Field(description="When the first was heard last by then.")
    there_at: datetime | None = Field(description="When the other was heard from then on.")
    apart_nm: float | None = Field(description="Between these two fixes.")
    verdict: Verdict
    words: str


async def hulls(
    connection: Any, *, imo: int | str | None = None, mmsi: int | None = None
) -> list[Record]:
    """IMO numbers that two MMSIs said; of one number, or of one ship."""
    rows = await questions.hulls(connection, None if imo is None else imo_of(imo), mmsi)
    return [_hull(row) for row in rows]


async def hulls_of(connection: Any, ships: Iterable[int]) -> tuple[Record, ...]:
    """IMO numbers that one of some ships (MMSIs) said, and another ship too."""
    rows = await questions.hulls(connection, None, None, list(ships))
    return tuple(_hull(row) for row in rows)


def imo_of(text: int | str) -> int:
    """An IMO number as people write it; UsageError where it is none."""
    bare = str(text).upper().removeprefix("IMO").strip()
    if not (bare.isascii() and bare.isdecimal() and len(bare) == 7 and imo_holds(int(bare))):
        message = f"{str(text)!r} is no IMO number: it has seven digits, and the last is a check."
        raise UsageError(message)
    return int(bare)


def _hull(row: Mapping[str, Any]) -> Record:
    apart_nm = _apart_nm(row)
    verdict = verdict_of(row, apart_nm)
    first, other = flag_of(row["mmsi"]), flag_of(row["other_mmsi"])
    return {
        "imo": row["imo"], "mmsi": row["mmsi"], "name": row["name"],
        "flag": first and first.code,
        "first_at": iso(row["first_at"]), "last_at": iso(row["last_at"]),
        "other_mmsi": row["other_mmsi"], "other_name": row["other_name"],
        "other_flag": other and other.code,
        "other_first_at": iso(row["other_first_at"]), "other_last_at": iso(row["other_last_at"]),
        "here_at": None if row["here_at"] is None else iso(row["here_at"]),
        "there_at": None if row["there_at"] is None else iso(row["there_at"]),
        "apart_nm": apart_nm, "verdict": verdict, "words": WORDS[verdict],
    }  # fmt: skip


def _apart_nm(row: Mapping[str, Any]) -> float | None:
    if row["here_at"] is None or row["there_at"] is None:
        return None
    here, there = (row["here_lon"], row["here_lat"]), (row["there_lon"], row["there_lat"])
    return round(float(distance_m(*here, *there)) / NAUTICAL_MILE_M, 1)


def verdict_of(row: Mapping[str, Any], apart_nm: float | None) -> Verdict:
    """By the table of the module."""
    if apart_nm is None:
        return "not known"
    between = row["there_at"] - row["here_at"]
    moving = all((row[name] or 0.0) >= MOVING_KN for name in ("here_kn", "there_kn"))
    says_still = row["last_at"] >= row["other_first_at"]
    if says_still and moving and apart_nm > FAR_NM and between <= APART:
        return "contradiction"
    if not says_still and apart_nm <= NEAR_NM and between <= HOURS:
        return "swapped"
    return "two numbers"


def hulls_table(records: list[Record]) -> Sheet:
    """Pairs of MMSIs with one IMO number."""
    columns = (
        Column(heading="IMO", cell=lambda r: str(r["imo"])),
        Column(heading="MMSI", cell=lambda r: f"{r['mmsi']:09d}"),
        Column(heading="name", cell=lambda r: r["name"] or "", folds=14),
        Column(heading="until (UTC)", cell=lambda r: short(r["last_at"])),
        Column(heading="then", cell=lambda r: f"{r['other_mmsi']:09d}"),
        Column(heading="name then", cell=lambda r: r["other_name"] or "", folds=14, rank=1),
        Column(heading="from", cell=lambda r: short(r["other_first_at"])),
        Column(heading="apart", cell=_apart, right=True, rank=2),
        Column(heading="verdict", cell=lambda r: r["verdict"]),
        Column(heading="words", cell=lambda r: r["words"], folds=30, rank=3),
    )
    return Sheet(title="One IMO number, two MMSIs", columns=columns, records=records)


def _apart(record: Record) -> str:
    return "" if record["apart_nm"] is None else f"{record['apart_nm']:,.0f} NM"
