"""Watchlists for people and programs: entries, and the vessels that meet them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.alert.entry import Entry
from monitor.alert.watchlist import Match
from monitor.model import Static
from monitor.report.columns import Column, Sheet
from monitor.report.records import iso
from monitor.report.tables import cell, flag, numbers, short
from monitor.store.findings import Record, iso_of
from monitor.words import flag_words, ship_type_text

SAID = ("mmsi", "name", "callsign", "imo", "ship_type")
"""What a row of vessels has of what she says of herself."""


def entry_record(entry: Entry) -> Record:
    """An entry in stable words."""
    return {
        "id": entry.id, "list": entry.list, "mmsi": entry.mmsi, "imo": entry.imo,
        "callsign": entry.callsign, "name": entry.name, "flag": entry.flag,
        "ship_type": entry.ship_type, "ship_type_text": ship_type_text(entry.ship_type),
        "reason": entry.reason, "source": entry.source, "note": entry.note,
        "valid_from": iso_of(entry.valid_from), "valid_to": iso_of(entry.valid_to),
        "recorded_at": iso_of(entry.recorded_at), "added_by": entry.added_by,
        "removed_at": iso_of(entry.removed_at), "removed_by": entry.removed_by,
        "title": entry.title,
    }  # fmt: skip


def said_by(row: Mapping[str, Any]) -> Static:
    """What a vessel says of herself, of a row of vessels."""
    return Static(**{name: row[name] for name in SAID})


def match_record(match: Match, row: Mapping[str, Any]) -> Record:
    """A vessel that meets an entry, of a row of vessels, in stable words."""
    return {
        "match": match.grade.value, "may_page": match.may_page, "by": list(match.by),
        "why": match.why, "list": match.entry.list, "entry": match.entry.id,
        "listed": match.entry.title, "reason": match.entry.reason, "source": match.entry.source,
        "mmsi": row["mmsi"], "name": row["name"], **flag_words(row["mmsi"]), "imo": row["imo"],
        "callsign": row["callsign"], "ship_type": row["ship_type"],
        "ship_type_text": ship_type_text(row["ship_type"]), "at": iso(row["at"]),
    }  # fmt: skip


def entries_table(records: list[Record]) -> Sheet:
    """Entries, list by list."""
    gone = any(record["removed_at"] for record in records)
    columns = (
        Column(heading="no.", cell=lambda r: cell(r["id"]), right=True),
        Column(heading="list", cell=lambda r: r["list"], folds=10),
        Column(heading="watched", cell=lambda r: r["title"], folds=18),
        Column(heading="reason", cell=lambda r: r["reason"], folds=24),
        Column(heading="source", cell=lambda r: r["source"], folds=24, rank=5),
        Column(heading="valid", cell=_valid, rank=2),
        Column(heading="added", cell=lambda r: short(r["recorded_at"]), rank=3),
        Column(heading="by", cell=lambda r: r["added_by"], folds=8, rank=6),
        Column(heading="removed", cell=_removed, rank=0 if gone else 4),
        Column(heading="note", cell=lambda r: r["note"] or "", folds=20, rank=7),
    )
    return Sheet(title="Watchlists (UTC)", columns=columns, records=records)


def matches_table(records: list[Record]) -> Sheet:
    """Vessels on watchlists, the sure ones first."""
    columns = (
        Column(heading="match", cell=lambda r: r["match"]),
        Column(heading="list", cell=lambda r: r["list"], folds=10),
        Column(heading="listed", cell=lambda r: r["listed"], folds=16),
        Column(heading="MMSI", cell=numbers),
        Column(heading="vessel", cell=lambda r: r["name"] or "(no name yet)", folds=12),
        Column(heading="flag", cell=flag, folds=8, rank=3),
        Column(heading="last heard (UTC)", cell=lambda r: short(r["at"]), rank=1),
        Column(heading="why", cell=lambda r: r["why"], folds=28),
        Column(heading="reason", cell=lambda r: r["reason"], folds=16, rank=2),
    )
    return Sheet(title="Vessels on watchlists", columns=columns, records=records)


def _valid(record: Record) -> str:
    """From when to when it holds; blank: always."""
    since, until = record["valid_from"], record["valid_to"]
    if since is None:
        return "" if until is None else f"until {short(until)}"
    return f"since {short(since)}" if until is None else f"{short(since)} to {short(until)}"


def _removed(record: Record) -> str:
    return short(record["removed_at"]) if record["removed_at"] else ""
