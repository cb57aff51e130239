"""Questions by name, as they are answered: the same records over HTTP and at the terminal.

What silence hides is said and not filled in: a place between two fixes tells how far apart they
are, a day tells in how many hours anybody was heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.alert.telling import SEEN
from monitor.box import Box
from monitor.clock import now_us
from monitor.engine.geofence import FenceSet, distance_m
from monitor.engine.reception import RINGS_NM
from monitor.errors import UsageError
from monitor.report.columns import Column, Sheet
from monitor.report.records import iso, plain_record
from monitor.report.sighted import sighted
from monitor.report.tables import flag, short, vessel_columns
from monitor.store import areas, questions
from monitor.store.findings import Record
from monitor.units import KNOT_MPS, NAUTICAL_MILE_M, to_datetime
from monitor.words import flag_words

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


SIGHTED = timedelta(days=14)
"""What was sighted longer ago says nothing of now: calls of auxiliaries last some days."""


async def in_port(
    connection: Any, *, port: str | None = None, fences: FenceSet | None = None
) -> list[Record]:
    """Who is in port now, since when, how sure that is, and when each was heard last.

    With ``fences``, what was sighted there of late follows, each row marked: it is no AIS.
    """
    rows = [_in_port(row) for row in await questions.in_port(connection, port)]
    if fences is None:
        return rows
    since = to_datetime(now_us()) - SIGHTED
    seen = await sighted(connection, fences, port=port, since=since)
    return rows + [row for row in seen if row["port"] is not None]


def _in_port(row: Mapping[str, Any]) -> Record:
    return {
        "by": "ais",
        "port": row["port"], "mmsi": row["mmsi"], "track": row["track"], "name": row["name"],
        **flag_words(row["mmsi"]), "imo": row["imo"], "state": row["state"],
        "since": {
            "earliest": iso(row["arrived_earliest"]), "at": iso(row["arrived_at"]),
            "latest": iso(row["arrived_latest"]),
        },
        "confidence": row["confidence"], "sure": SEEN[row["confidence"]],
        "heard_at": iso(row["heard_at"]), "dark_since": iso(row["dark_since"]),
        "lon": row["lon"], "lat": row["lat"],
    }  # fmt: skip


async def inside(
    connection: Any, *, since: datetime, until: datetime, box: Box | None = None,
    area: str | None = None, caller: str | None = None,
) -> list[Record]:  # fmt: skip
    """Who was heard in a box, or in an area by its name, between two instants."""
    if (box is None) == (area is None):
        raise UsageError("Say where: a bbox or an area, and not both.")
    if area is not None:
        found = (await areas.named(connection, area, caller)).area
        rows = await questions.inside_area(connection, found.id, since, until)
    else:
        assert box is not None  # noqa: S101 - one of them is
        rows = await questions.inside(connection, box, since, until)
    return [{**plain_record(row), **flag_words(row["mmsi"])} for row in rows]


async def where(connection: Any, *, mmsi: int, at: datetime) -> list[Record]:
    """Where a ship was at an instant: of each that uses her number, on the line between two fixes.

    ``sure`` says what that is worth; nobody knows where she was in a long silence.
    """
    before, behind = await questions.around(connection, mmsi, at)
    tracks = sorted({row["track"] for row in [*before, *behind]})
    found = [
        _where(mmsi, track, at, _first(before, track), _first(behind, track)) for track in tracks
    ]
    return [record for record in found if record["before_at"] is not None or len(found) == 1]


def _first(rows: Sequence[Mapping[str, Any]], track: int) -> Mapping[str, Any] | None:
    return next((row for row in rows if row["track"] == track), None)


def _where(
    mmsi: int, track: int, at: datetime, before: Mapping[str, Any] | None,
    behind: Mapping[str, Any] | None,
) -> Record:  # fmt: skip
    lon = lat = apart_s = apart_m = needed_kn = None
    if before is not None and (before["at"] == at or behind is not None):
        lon, lat = before["lon"], before["lat"]
    if before is not None and behind is not None and before["at"] < at:
        seconds = (behind["at"] - before["at"]).total_seconds()
        share = (at - before["at"]).total_seconds() / seconds
        across = (behind["lon"] - before["lon"] + 180) % 360 - 180
        lon = (before["lon"] + share * across + 180) % 360 - 180
        lat = before["lat"] + share * (behind["lat"] - before["lat"])
        apart_s = round(seconds)
        apart_m = round(float(
            distance_m(before["lon"], before["lat"], behind["lon"], behind["lat"])
        ))  # fmt: skip
        needed_kn = round(apart_m / seconds / KNOT_MPS, 1)
    return {
        "mmsi": mmsi, "track": track, **flag_words(mmsi), "at": iso(at),
        "lon": None if lon is None else round(lon, 6),
        "lat": None if lat is None else round(lat, 6),
        "before_at": None if before is None else iso(before["at"]),
        "behind_at": None if behind is None else iso(behind["at"]),
        "apart_s": apart_s, "apart_m": apart_m, "needed_kn": needed_kn,
        "sure": _sure(before, behind, at, apart_s),
    }  # fmt: skip


def _sure(
    before: Mapping[str, Any] | None, behind: Mapping[str, Any] | None, at: datetime,
    apart_s: int | None,
) -> str:  # fmt: skip
    if before is None:
        return "not known: she was not heard before"
    if before["at"] == at:
        return "she was heard at that instant"
    if behind is None:
        return "not known: she was not heard since the fix before"
    minutes = (apart_s or 0) / 60
    if minutes <= 10:
        return "on the line between two fixes, minutes apart"
    if minutes <= 120:
        return "about there: she was not heard for up to two hours"
    return "a guess: she may have been anywhere that she could reach and come back from"


async def activity(
    connection: Any, *, port: str, since: datetime | None = None, until: datetime | None = None
) -> list[Record]:
    """Arrivals and departures at a port, day by day; by default of the last week."""
    end = until or to_datetime(now_us())
    rows = await questions.activity(connection, port, since or end - WEEK, end)
    return [{"port": port, **plain_record(row), "day": f"{row['day'].astimezone(UTC):%Y-%m-%d}"}
            for row in rows]  # fmt: skip


async def reception(
    connection: Any, *, port: str | None = None, since: datetime | None = None,
    until: datetime | None = None,
) -> list[Record]:  # fmt: skip
    """What each feed heard near ports, every ten minutes, and how far off; of the last hour."""
    end = until or to_datetime(now_us())
    rows = await questions.reception(connection, port, since or end - HOUR, end)
    return [
        {
            "port": row["port"], "feed": row["source"], "at": iso(row["at"]),
            "messages": row["messages"], "vessels": row["vessels"],
            "heard_at": iso(row["heard_at"]),
            "furthest_nm": _furthest_nm(row["rings"]),
        }
        for row in rows if row["messages"]
    ]  # fmt: skip


def _furthest_nm(rings: Sequence[int]) -> float | None:
    """The ring in which the message from farthest off was heard, by its outer edge."""
    heard = [edge for edge, messages in zip(RINGS_NM, rings, strict=False) if messages]
    return max(heard, default=None)


async def traffic(
    connection: Any, *, from_: str | None = None, to: str | None = None,
    since: datetime | None = None, until: datetime | None = None,
) -> list[Record]:  # fmt: skip
    """Voyages made, counted by where from and where to, and how many were not seen all the way."""
    rows = await questions.traffic(connection, from_, to, since, until)
    return [
        {
            "from": row["from_port"], "to": row["to_port"], "voyages": row["voyages"],
            "ships": row["ships"], "unseen": row["unseen"], "doubtful": row["doubtful"],
            "first_at": iso(row["first_at"]), "last_at": iso(row["last_at"]),
        }
        for row in rows
    ]  # fmt: skip


# -- for people --------------------------------------------------------------------------------


def in_port_table(records: list[Record]) -> Sheet:
    """Who is in port now."""
    columns = (
        Column(heading="port", cell=lambda r: r["port"]),
        *vessel_columns(),
        Column(heading="since (UTC)", cell=_since),
        Column(heading="last heard", cell=lambda r: short(r["heard_at"]) if r["heard_at"] else ""),
        Column(heading="dark since", cell=_dark, rank=1),
        Column(heading="how sure", cell=lambda r: r["sure"], folds=24, rank=2),
    )
    return Sheet(title="In port now", columns=columns, records=records)


def _since(record: Record) -> str:
    since = record["since"]
    if since["at"] is not None:
        return short(since["at"])
    return f"before {short(since['latest'])}" if since["latest"] else "not known"


def _dark(record: Record) -> str:
    return short(record["dark_since"]) if record["dark_since"] else ""


def inside_table(records: list[Record]) -> Sheet:
    """Who was heard in a box."""
    columns = (
        *vessel_columns(),
        Column(heading="first heard (UTC)", cell=lambda r: short(r["first_at"])),
        Column(heading="last heard", cell=lambda r: short(r["last_at"])),
        Column(heading="fixes", cell=lambda r: f"{r['fixes']:,}", right=True),
    )
    return Sheet(title="Heard there", columns=columns, records=records)


def where_table(records: list[Record]) -> Sheet:
    """Where a ship was."""
    columns = (
        Column(heading="MMSI", cell=lambda r: f"{r['mmsi']:09d}"),
        Column(heading="track", cell=lambda r: str(r["track"]), rank=3),
        Column(heading="flag", cell=flag, folds=10, rank=4),
        Column(heading="lat", cell=lambda r: _degrees(r["lat"]), right=True),
        Column(heading="lon", cell=lambda r: _degrees(r["lon"]), right=True),
        Column(heading="fixes apart", cell=_apart),
        Column(heading="how sure", cell=lambda r: r["sure"], folds=36),
    )
    return Sheet(title="Where she was", columns=columns, records=records)


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.5f}"


def _apart(record: Record) -> str:
    if record["apart_s"] is None:
        return ""
    miles = record["apart_m"] / NAUTICAL_MILE_M
    return f"{record['apart_s'] / 60:.0f} min, {miles:.1f} NM"


def activity_table(records: list[Record]) -> Sheet:
    """Days at a port."""
    columns = (
        Column(heading="day (UTC)", cell=lambda r: r["day"]),
        Column(heading="arrivals", cell=lambda r: str(r["arrivals"]), right=True),
        Column(heading="departures", cell=lambda r: str(r["departures"]), right=True),
        Column(heading="ships", cell=lambda r: str(r["ships"]), right=True),
        Column(heading="hours heard", cell=lambda r: f"{r['hours_heard']} of 24", right=True),
    )
    return Sheet(title="Days at the port", columns=columns, records=records)


def traffic_table(records: list[Record]) -> Sheet:
    """Voyages between ports."""
    columns = (
        Column(heading="from", cell=lambda r: r["from"]),
        Column(heading="to", cell=lambda r: r["to"]),
        Column(heading="voyages", cell=lambda r: str(r["voyages"]), right=True),
        Column(heading="ships", cell=lambda r: str(r["ships"]), right=True),
        Column(heading="partly unseen", cell=lambda r: str(r["unseen"]), right=True),
        Column(heading="in doubt", cell=lambda r: str(r["doubtful"]), right=True),
        Column(heading="first", cell=lambda r: short(r["first_at"]), rank=1),
        Column(heading="last", cell=lambda r: short(r["last_at"]), rank=1),
    )
    return Sheet(title="Voyages between ports", columns=columns, records=records)
