"""The collections: one row each, which is all that a new one needs beside its statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from monitor.model import EventKind, EventState
from monitor.report.features import identify
from monitor.report.features.property import (
    Property,
    boolean,
    integer,
    number,
    text,
    time,
    uuid,
)
from monitor.sighting.sighting import SeenBy
from monitor.store.conditions import Compare, Kind
from monitor.store.items import Shelf
from monitor.words import flag_words, ship_type_text, status_text

MOST = 10_000
"""Features in one answer."""

USUAL = 100
"""Where nobody says how many."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Collection:
    """Features of one kind."""

    id: str
    title: str
    words: str
    statement: str  # of queries.sql
    properties: tuple[Property, ...]
    hidden: Mapping[str, Kind]  # columns that order or bound it, and are not shown
    key: tuple[str, ...]
    geometry: str  # the type of its geometry, or "any"
    begin: str | None  # columns of the time that it has or lasts; None: it has none
    end: str | None = None  # None: as ``begin``
    open_end: bool = False  # without an end it lasts still
    name: Callable[[Mapping[str, Any]], str | int]  # a row's id
    named: Callable[[str], tuple[Compare, ...] | None]  # the rows of an id; None: there is none
    arguments: str | None = None  # "fences", "ships": what its statement is given
    near: str | None = None  # a statement for what is in a small box, where presence is known
    stamp: str | None = None  # a statement: another word whenever a feature changed; None: none
    page_rows: int = 1_000
    also: tuple[str, ...] = ()  # words made of a row: flag, status_text, ship_type_text

    @cached_property
    def shelf(self) -> Shelf:
        """Where its features are taken from."""
        shown: dict[str, Kind] = {each.name: each.kind for each in self.properties}
        columns = {**shown, **self.hidden}
        return Shelf(
            statement=self.statement, columns=columns, key=self.key,
            in_order=self.arguments == "ships",
        )  # fmt: skip

    @cached_property
    def near_shelf(self) -> Shelf | None:
        """Where those in a small box are taken from; None: from where all are."""
        return (
            None if self.near is None else replace(self.shelf, statement=self.near, in_order=False)
        )

    @cached_property
    def property_of(self) -> dict[str, Property]:
        """By its name."""
        return {each.name: each for each in self.properties}


ALSO: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "flag": lambda row: flag_words(row["mmsi"]),
    "status_text": lambda row: {"status_text": status_text(row["status"])},
    "ship_type_text": lambda row: {"ship_type_text": ship_type_text(row["ship_type"])},
}
"""Words that are made of a row; they cannot be filtered by."""

MMSI = integer("mmsi", "As claimed: no ship's for sure.")
TRACK = integer("track", "0; 1… where several ships use one number.")
NAME = text("name", "As the ship said.")
IMO = integer("imo", "As the ship said.")
SHIP_TYPE = integer("ship_type", "ITU-R M.1371, table 53.")
PORT = text("port", "Id of the port.")
SOG = number("sog_kn", "Speed over ground, knots.")
COG = number("cog_deg", "Course over ground, degrees true.")
STATUS = integer("status", "Navigational status, 0 to 15.")
CONFIDENCE = integer("confidence", "1 to 4; 4 is best known.")
WHY = text("why", "How it is known, in a sentence.")
REVISED = (
    text("revised", "What became of it when reports came late.", "added", "amended", "withdrawn"),
    time("revised_at", "How far the watch had come then."),
    text("revision", "And why, in a sentence."),
)


def span(name: str, words: str) -> tuple[Property, ...]:
    """An instant as far as it is known."""
    return (
        time(f"{name}_earliest", f"{words}, not before."), time(f"{name}_at", f"{words}, at best."),
        time(f"{name}_latest", f"{words}, not after."),
    )  # fmt: skip


COLLECTIONS = (
    Collection(
        id="vessels", title="Vessels", words="Vessels with their last fix.",
        statement="feature_vessels", geometry="point", key=("mmsi",), begin="at", hidden={},
        properties=(
            MMSI, NAME, text("callsign", "As the ship said."), IMO, SHIP_TYPE,
            integer("length_m", "Of the ship, as she said."), integer("beam_m", "As she said."),
            time("identified_at", "When she said it last."), time("at", "Of the last fix."),
            SOG, COG, STATUS,
        ),
        also=("flag", "ship_type_text", "status_text"), **identify.BY_MMSI,
    ),
    Collection(
        id="positions", title="Positions", words="Fixes: position reports that were believed.",
        statement="feature_positions", geometry="point", key=("mmsi", "at"), begin="at", hidden={},
        near="feature_positions_near", stamp="stamp_days", arguments="ships",
        properties=(
            MMSI, time("at", "When it was true, by the source's clock."), SOG, COG,
            integer("heading_deg", "Heading, degrees true."), STATUS,
            integer("type", "Of the message."), TRACK, time("received_at", "When it came in."),
            text("source", "The feed or the log."), integer("line", "Its line there."),
        ),
        also=("flag", "status_text"), **identify.BY_FIX,
    ),
    Collection(
        id="tracks", title="Tracks",
        words="The way of each ship through each day (UTC), one line each. Between two fixes it is"
        " straight, which is not the way she went; a day of one fix has no line.",
        statement="feature_tracks", geometry="any", key=("mmsi", "day", "track"), begin="begun_at",
        end="ended_at", hidden={}, arguments="ships", page_rows=50,
        properties=(
            MMSI, TRACK, time("day", "Its begin."), NAME, IMO, SHIP_TYPE,
            time("begun_at", "Of its first fix."), time("ended_at", "Of its last."),
            integer("fixes", "That it is made of."), number("length_m", "Of the line."),
        ),
        also=("flag", "ship_type_text"), **identify.BY_DAY,
    ),
    Collection(
        id="events", title="Events",
        words="Facts told to the world, with their evidence; each at its best time, else its"
        " latest, its earliest, or that when it was told.",
        statement="feature_events", geometry="point",
        key=("told_at", "decided_at", "key_mmsi", "key_kind", "id"), begin="told_at",
        hidden={"told_at": "time", "key_mmsi": "integer", "key_kind": "text"},
        stamp="stamp_events",
        properties=(
            uuid("id", "It stays while the event changes."),
            text("kind", "What happened.", *(each.value for each in EventKind)),
            text("state", "How it stands.", *(each.value for each in EventState)),
            MMSI, TRACK, integer("other_mmsi", "Of the other ship."),
            integer("other_track", "Of the other ship."), text("area", "That it is about."),
            text("feed", "That it is about."), NAME, IMO, text("callsign", "As the ship said."),
            SHIP_TYPE, number("draught_m", "As the ship said."),
            text("destination", "As the ship said."), PORT,
            text("geofence", "Id of the polygon, or of the gate."),
            time("at", "At best."), time("earliest", "Not before."), time("latest", "Not after."),
            time("decided_at", "When it was told."), CONFIDENCE, WHY,
            uuid("episode", "Events of one story have the same."), *REVISED,
            text("geofence_hash", "Of the drawing that it was decided on."),
            integer("fixes", "That it rests on."), time("first_fix_at", "Of the first of them."),
            time("last_fix_at", "Of the last."), text("last_fix_source", "Its feed or log."),
            integer("last_fix_line", "Its line there."),
            text("last_fix_sentence", "As it came in."),
            text("cause", "Of a silence, where something can be said."),
            text("figures", "Distances and thresholds, as JSON."),
        ),
        also=("flag", "ship_type_text"), page_rows=200, **identify.BY_ID,
    ),
    Collection(
        id="port-calls", title="Port calls",
        words="Stays of ships in ports, with bounds, each at the point of its port.",
        statement="feature_port_calls", geometry="point", key=("told_at", "mmsi", "id"),
        begin="told_at", end="over_at", open_end=True, arguments="fences",
        hidden={"told_at": "time", "over_at": "time"},
        stamp="stamp_port_calls",
        properties=(
            uuid("id", "Of the call."), MMSI, TRACK, NAME, PORT,
            text("state", "How it stands: dark is not heard since.", "left", "dark", "in port",
                 "entered", "away", "leaving"),
            *span("arrived", "She arrived"), *span("departed", "She departed"),
            boolean("departed", "Whether she is known to have left."), CONFIDENCE,
            integer("stages", "How many are known."), text("last_stage", "What was seen last."),
            text("last_geofence", "And where."), time("decided_at", "When it was told."), *REVISED,
        ),
        also=("flag",), **identify.BY_ID,
    ),
    Collection(
        id="voyages", title="Voyages",
        words="What joins one port call to the next, as the line between the fixes that it rests"
        " on, which is not the way she went; of one fix there is no line yet.",
        statement="feature_voyages", geometry="any", begin="under_way_at", end="over_at",
        open_end=True, key=("told_at", "decided_at", "key_mmsi", "key_kind", "id"),
        hidden={
            "told_at": "time", "under_way_at": "time", "over_at": "time", "key_mmsi": "integer",
            "key_kind": "text",
        },
        stamp="stamp_events",
        properties=(
            uuid("id", "Of the event that tells it."), MMSI, TRACK, NAME,
            text("from", "Id of the port she left."), text("to", "Id of the port she came to."),
            boolean("made", "Whether she came to one."), *span("departed", "She departed"),
            *span("arrived", "She arrived"), number("sailed_heard_m", "While she was heard."),
            number("sailed_least_m", "With what was not heard, at least."),
            number("needed_kn", "The speed that she needed at least."),
            number("unheard_s", "How long she was not heard."),
            time("last_heard_at", "Before the longest silence."),
            time("heard_again_at", "After it."), text("destination", "As the ship said."),
            number("draught_before_m", "As the ship said."),
            number("draught_after_m", "As the ship said."),
            boolean("contradiction", "Whether she needed more speed than ships have."), CONFIDENCE,
            WHY, time("decided_at", "When it was told."),
        ),
        also=("flag",), page_rows=200, **identify.BY_ID,
    ),
    Collection(
        id="geofences", title="Geofences", words="The polygons that are watched.",
        statement="feature_geofences", geometry="any", key=("id",), begin=None, hidden={},
        arguments="fences",
        properties=(
            text("id", "Of the polygon."), PORT, text("port_name", "Of the port."),
            text("country", "Of the port."), text("unlocode", "Of the port."),
            text("kind", "What it stands for.", "approach", "anchorage", "roads", "harbour",
                 "berth"),
            text("name", "Of the polygon."), text("use", "Naval, commercial and the like."),
            text("hash", "Of its file: which drawing events were decided on."),
        ),
        **identify.BY_TEXT,
    ),
    Collection(
        id="gates", title="Gates", words="Directed lines across straits and canals.",
        statement="feature_gates", geometry="any", key=("id",), begin=None, hidden={},
        arguments="fences",
        properties=(
            text("id", "Events have it as their polygon."), text("name", "Of the gate."),
            text("inward", "Where a ship goes that passes to the left of the line."),
            text("outward", "Where a ship goes that passes to its right."),
            text("hash", "Of its file: which drawing events were decided on."),
        ),
        **identify.BY_TEXT,
    ),
    Collection(
        id="areas", title="Areas",
        words="Polygons that people drew: the caller's own, and those that are shared.",
        statement="feature_areas", geometry="any", key=("id",), begin=None, hidden={},
        properties=(
            text("id", "Events call it so."), text("owner", "Who drew it."),
            text("name", "No two of an owner have the same."),
            boolean("shared", "Whether others see it."),
            boolean("tells", "Whether its owner wants to be told who enters."),
            text("kind", "Of a fence.", "area"),
            time("since", "What was true before does not concern it."),
            text("note", "Of its owner."), text("added_by", "Who added it."),
            text("hash", "Of the drawing that events were decided on."),
        ),
        **identify.BY_TEXT,
    ),
    Collection(
        id="alerts", title="Alerts", words="Stories that an officer must see.",
        statement="feature_alerts", geometry="point", key=("raised_at", "id"), begin="raised_at",
        end="changed_at", hidden={},
        stamp="stamp_alerts",
        properties=(
            uuid("id", "Of its episode."),
            text("state", "How it stands.", "open", "acknowledged", "closed", "withdrawn"),
            text("severity", "How much it matters.", "info", "warning", "critical"),
            integer("revision", "How often it changed."), text("headline", "In a sentence."),
            MMSI, TRACK, NAME, text("place", "Id of the port or area."),
            text("feed", "That it is about."), time("raised_at", "When it was raised."),
            time("changed_at", "When it changed last."),
            time("happened_at", "When what it tells of happened."),
            text("assignee", "Whom it was assigned to."), boolean("muted", "Whether it is muted."),
            text("verdict", "Of an officer.", "true", "false", "not-relevant"),
            text("note", "Of an officer."), integer("reasons", "How many there are."),
            text("rules", "That were met."), text("kinds", "Of its events."),
            text("events", "Their ids."),
        ),
        also=("flag",), **identify.BY_ID,
    ),
    Collection(
        id="interference", title="Interference",
        words="Areas where several ships leapt to, or froze, at about the same time: what is told"
        " in them is in doubt. Each as the circle that it reaches.",
        statement="feature_interference", geometry="any", key=("begun", "id"), begin="begun",
        end="over", open_end=True, hidden={"begun": "time", "over": "time"}, stamp="stamp_events",
        properties=(
            uuid("id", "Of the event that tells it."), text("area", "Events call it so."),
            text("kind", "What the ships did here.", "leapt to", "were"),
            integer("ships", "How many leapt or froze."), integer("froze", "Of them."),
            text("members", "Their numbers, a hundred at most."),
            *span("begun", "It began"), *span("ended", "It ended"),
            number("radius_m", "How far it reaches."), number("west", "Of what was heard there."),
            number("south", "Of that."), number("east", "Of that."), number("north", "Of that."),
            CONFIDENCE, WHY, time("decided_at", "When it was told."),
        ),
        **identify.BY_ID,
    ),
    Collection(
        id="sightings", title="Sightings",
        words="What people and satellites saw: never AIS. Each at its place, in its area or at the"
        " point of its port.",
        statement="feature_sightings", geometry="any", key=("since", "id"), begin="since",
        end="until", hidden={}, arguments="fences",
        properties=(
            integer("id", "Of the sighting."),
            text("seen_by", "Who saw it.", *(each.value for each in SeenBy)),
            integer("mmsi", "As it was said."), integer("imo", "As it was said."),
            text("name", "As it was said."), text("hull", "Its class, in words."),
            integer("length_m", "As it was seen."), PORT,
            integer("within_m", "How far from the place it may have been."),
            time("since", "It was seen not before."), time("until", "It was seen not after."),
            text("source", "Who says so."), text("link", "Where it can be read."),
            text("reliability", "Of the source, A to F.", *"ABCDEF"),
            integer("credibility", "Of what it says, 1 to 6."), text("note", "Whatever else."),
            time("recorded_at", "When it was entered."), text("added_by", "Who entered it."),
        ),
        page_rows=200, **identify.BY_NUMBER,
    ),
)  # fmt: skip
"""In the order in which people read of them."""

BY_ID = {each.id: each for each in COLLECTIONS}
