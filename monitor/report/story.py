"""All that is known of a ship on one time line, whichever numbers she was heard under.

An IMO number belongs to a hull for life, an MMSI to whoever has a licence (``hulls.py``): so the
story of a ship by her IMO number goes on from one MMSI to the next, and says where it does, and
what that is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.engine.geofence import FenceSet
from monitor.errors import UsageError
from monitor.report.columns import Column, Sheet
from monitor.report.hulls import hulls, imo_of
from monitor.report.records import iso
from monitor.report.sighted import ais_words, grade, sighted, where_words
from monitor.report.tables import short
from monitor.store import questions
from monitor.store.findings import Record


async def story(
    connection: Any, *, mmsi: int | None = None, imo: int | str | None = None,
    since: datetime | None = None, until: datetime | None = None,
    fences: FenceSet | None = None,
) -> list[Record]:  # fmt: skip
    """All that is known of a ship on one time line: what happened, and what she said of herself.

    By her MMSI; or by her IMO number, under each MMSI that said it: of one until the next begins.
    With ``fences``, also where she was sighted, each line marked: it is no AIS.
    """
    if (mmsi is None) == (imo is None):
        raise UsageError("Say which ship: an MMSI or an IMO number, and not both.")
    if mmsi is not None:
        return await _story(connection, mmsi, since, until, fences)
    number = imo_of(imo or "")
    found = [_bound(row) for row in await hulls(connection, imo=number)]
    found = [row for row in found if _within(datetime.fromisoformat(row["at"]), since, until)]
    numbers = await questions.numbers(connection, number)
    for place, row in enumerate(numbers):
        begin = row["first_at"] if place else None
        end = numbers[place + 1]["first_at"] if place + 1 < len(numbers) else None
        begin, end = _latest(since, begin), _earliest(until, end)
        if begin is None or end is None or begin < end:
            found += await _story(connection, row["mmsi"], begin, end, fences)
    return sorted(found, key=lambda line: datetime.fromisoformat(line["at"]))


def _within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)


def _latest(*those: datetime | None) -> datetime | None:
    return max((each for each in those if each is not None), default=None)


def _earliest(*those: datetime | None) -> datetime | None:
    return min((each for each in those if each is not None), default=None)


def _bound(hull: Record) -> Record:
    """That a second MMSI says her IMO number, as a line of her story."""
    return {
        "mmsi": hull["other_mmsi"], "at": hull["other_first_at"], "earliest": hull["last_at"],
        "latest": hull["other_first_at"], "what": "Renumbered", "state": hull["verdict"],
        "track": None, "port": None, "confidence": None,
        "words": f"IMO {hull['imo']} was said by {hull['mmsi']:09d}, from now on by"
                 f" {hull['other_mmsi']:09d}. {hull['words']}",
    }  # fmt: skip


async def _story(
    connection: Any, mmsi: int, since: datetime | None, until: datetime | None,
    fences: FenceSet | None,
) -> list[Record]:  # fmt: skip
    events, claims = await questions.story(connection, mmsi, since, until)
    lines = [(row["at"], 1, _happened(row)) for row in events]
    if fences is not None:
        seen = await sighted(connection, fences, mmsi=mmsi, since=since, until=until)
        lines += [(datetime.fromisoformat(row["since"]), 2, _sighted(row)) for row in seen]
    said: Mapping[str, Any] = {}
    for row in claims:
        changed = {
            name: row[name] for name in CLAIMS
            if row[name] is not None and row[name] != said.get(name)
        }  # fmt: skip
        said = {**said, **changed}
        if changed:
            lines.append((row["at"], 0, _said(row["at"], changed)))
    return [{"mmsi": mmsi, **line} for *_, line in sorted(lines, key=lambda each: each[:2])]


CLAIMS = {
    "name": "name", "callsign": "call sign", "imo": "IMO number", "ship_type": "ship type",
    "draught_m": "draught in metres", "destination": "destination",
}  # fmt: skip


def _happened(row: Mapping[str, Any]) -> Record:
    return {
        "at": iso(row["at"]), "earliest": iso(row["earliest"]), "latest": iso(row["latest"]),
        "what": row["kind"], "state": row["state"], "track": row["track"], "port": row["port"],
        "confidence": row["confidence"], "words": row["why"],
    }  # fmt: skip


def _said(at: datetime, changed: Mapping[str, Any]) -> Record:
    words = "; ".join(f"{CLAIMS[name]} {value}" for name, value in changed.items())
    return {
        "at": iso(at), "earliest": iso(at), "latest": iso(at), "what": "Said", "state": "claimed",
        "track": None, "port": None, "confidence": None, "words": f"She says: {words}.",
    }  # fmt: skip


def _sighted(row: Record) -> Record:
    words = (
        f"Sighted by {row['seen_by']} ({grade(row)}), {where_words(row)}: {row['source']}."
        f" {ais_words(row)}"
    )
    return {
        "at": row["since"], "earliest": row["since"], "latest": row["until"], "what": "Sighted",
        "state": "sighting", "track": None, "port": row["port"], "confidence": None,
        "words": words,
    }  # fmt: skip


def story_table(records: list[Record]) -> Sheet:
    """A ship's time line."""
    columns = (
        Column(heading="time (UTC)", cell=lambda r: short(r["at"])),
        Column(heading="MMSI", cell=lambda r: f"{r['mmsi']:09d}", rank=1),
        Column(heading="what", cell=lambda r: r["what"]),
        Column(heading="port", cell=lambda r: r["port"] or ""),
        Column(heading="words", cell=lambda r: r["words"], folds=44),
    )
    return Sheet(title="What is known of her", columns=columns, records=records)
