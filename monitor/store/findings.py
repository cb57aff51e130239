"""Events and port calls: value, row and record of each, in one place.

A *row* is what the statements of ``queries.sql`` take and give; a *record* is the flat form with
stable words that all faces print. Both come from the value, so that a dry run prints what a stored
run would: ``event_record(event_of(row))`` is the record of a stored event.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from monitor.engine.candidate import Candidacy
from monitor.model import (
    SUBJECTS,
    UNKNOWN,
    Amended,
    CallState,
    Event,
    EventKind,
    EventState,
    Evidence,
    FixEvidence,
    PortCall,
    Revised,
    Span,
    Stage,
    Static,
    Subject,
)
from monitor.units import from_datetime, to_datetime, to_iso
from monitor.words import destination_text, digits, flag_words, status_text

Row = Mapping[str, Any]
Record = dict[str, Any]

ABOUT = ("mmsi", "track", "other_mmsi", "other_track", "port", "area", "feed")
"""Columns of table ``event`` that hold the subject: null where its kind has no such word."""

ALWAYS = ("mmsi", "track", "port")
"""Of them, what each record has; the others stand in it only where they are known."""

NUL, ITS_SYMBOL = "\0", "\N{SYMBOL FOR NULL}"
"""Damaged logs have NULs, PostgreSQL's text and jsonb cannot: in a row their symbol stands for
them. Sentences are latin-1, so it stands for nothing else."""


# -- events ----------------------------------------------------------------------------------------


def event_row(event: Event) -> tuple[Any, ...]:
    """Arguments of ``upsert_event``."""
    earliest, at, latest = _times(event.span)
    return (
        event.id, event.kind.value, event.state.value, _subject_name(event.subject),
        *(getattr(event.subject, name, None) for name in ABOUT), event.name, event.geofence,
        at, earliest, latest, to_datetime(event.decided_at), event.confidence, event.lon,
        event.lat, event.why, json.dumps(_evidence_row(event.evidence)), event.episode,
        None if event.said is None else json.dumps(_said_row(event.said)),
    )  # fmt: skip


def event_of(row: Row) -> Event:
    """The event of a row of ``events``."""
    kind = SUBJECTS[row["subject"]]
    return Event(
        id=UUID(str(row["id"])).hex,
        kind=EventKind(row["kind"]),
        state=EventState(row["state"]),
        subject=kind(*(row[name] for name in kind._fields)),
        name=row["name"],
        geofence=row["geofence"],
        span=_span(row["earliest"], row["at"], row["latest"]),
        decided_at=from_datetime(row["decided_at"]),
        confidence=row["confidence"],
        lon=row["lon"],
        lat=row["lat"],
        why=row["why"],
        evidence=evidence_of(json.loads(row["evidence"])),
        said=_said_of(row.get("said")),
        episode=None if row.get("episode") is None else UUID(str(row["episode"])).hex,
        revised=_revised_of(row),
    )


def event_record(event: Event) -> Record:
    """An event in stable words."""
    about = {name: getattr(event.subject, name, None) for name in ABOUT}
    shown = {name: value for name, value in about.items() if name in ALWAYS or value is not None}
    port, said = shown.pop("port"), event.said
    return {
        "id": str(UUID(event.id)), "kind": event.kind.value, "state": event.state.value,
        **shown, "name": event.name, **flag_words(event.mmsi),
        "imo": None if said is None else said.imo, "port": port,
        "geofence": event.geofence,
        "at": iso_of(event.span.at), "earliest": iso_of(event.span.earliest),
        "latest": iso_of(event.span.latest), "decided_at": to_iso(event.decided_at),
        "confidence": event.confidence, "lon": digits("lon", event.lon),
        "lat": digits("lat", event.lat), "why": event.why,
        "episode": None if event.episode is None else str(UUID(event.episode)),
        "evidence": _evidence_record(event.evidence), **_revision(event),
    }  # fmt: skip


def evidence_of(raw: Record) -> Evidence:
    """Evidence as it was stored: jsonb does not keep the order of members."""
    return Evidence(
        fixes=tuple(_fix_of(fix) for fix in raw["fixes"]),
        figures=dict(sorted(raw["figures"].items())),
        geofence_hash=raw["geofence_hash"],
    )


def _said_row(said: Static) -> Record:
    words = {name: value for name, value in asdict(said).items() if value is not None}
    row: Record = without_nul(words)
    return row


def without_nul(value: Any) -> Any:
    """A JSON value with the symbol of NUL in place of NUL, in the texts it holds."""
    if isinstance(value, str):
        return value.replace(NUL, ITS_SYMBOL)
    if isinstance(value, Mapping):
        return {name: without_nul(inner) for name, inner in value.items()}
    return [without_nul(inner) for inner in value] if isinstance(value, list) else value


def _said_of(text: str | None) -> Static | None:
    if text is None:
        return None
    back: Record = {
        name: value.replace(ITS_SYMBOL, NUL) if isinstance(value, str) else value
        for name, value in json.loads(text).items()
    }
    return Static(**back)


def _fix_of(raw: Record) -> FixEvidence:
    known: Record = {field.name: raw.get(field.name) for field in fields(FixEvidence)}
    if known["sentence"] is not None:
        known["sentence"] = known["sentence"].replace(ITS_SYMBOL, NUL)
    return FixEvidence(**known)


def _evidence_row(evidence: Evidence) -> Record:
    row = asdict(evidence)
    for fix in row["fixes"]:
        fix["sentence"] = fix["sentence"].replace(NUL, ITS_SYMBOL)
    return row


def _evidence_record(evidence: Evidence) -> Record:
    figures = {name: digits(name, value) for name, value in sorted(evidence.figures.items())}
    if "destination" in figures:
        figures["destination"] = destination_text(figures["destination"])
    return {
        "fixes": [_fix_record(fix) for fix in evidence.fixes], "figures": figures,
        "geofence_hash": evidence.geofence_hash,
    }  # fmt: skip


def _fix_record(fix: FixEvidence) -> Record:
    record: Record = {}
    for name, value in asdict(fix).items():
        record[name] = digits(name, value)
        if name == "status":
            record["status_text"] = status_text(value)
    return record


def _subject_name(subject: Subject) -> str:
    return next(name for name, kind in SUBJECTS.items() if type(subject) is kind)


# -- port calls ------------------------------------------------------------------------------------


def call_row(call: PortCall) -> tuple[Any, ...]:
    """Arguments of ``upsert_port_call``."""
    return (
        call.id, call.mmsi, call.track, call.name, call.port, *_times(call.arrived),
        *_times(UNKNOWN if call.departed is None else call.departed), call.departed is not None,
        call.state.value, call.confidence,
        json.dumps([_stage_record(stage) for stage in call.stages]), to_datetime(call.decided_at),
    )  # fmt: skip


def call_of(row: Row) -> PortCall:
    """The port call of a row of ``port_calls``."""
    arrived, departed = (
        _span(row[f"{word}_earliest"], row[f"{word}_at"], row[f"{word}_latest"])
        for word in ("arrived", "departed")
    )
    return PortCall(
        id=UUID(str(row["id"])).hex,
        mmsi=row["mmsi"],
        track=row["track"],
        name=row["name"],
        port=row["port"],
        arrived=arrived,
        departed=departed if row["departed"] else None,
        state=_state_of(row),
        confidence=row["confidence"],
        stages=tuple(_stage_of(stage) for stage in json.loads(row["stages"])),
        decided_at=from_datetime(row["decided_at"]),
        revised=_revised_of(row),
    )


def call_record(call: PortCall) -> Record:
    """A port call in stable words."""
    return {
        "id": str(UUID(call.id)), "mmsi": call.mmsi, "track": call.track, "name": call.name,
        **flag_words(call.mmsi), "port": call.port, "arrived": _span_record(call.arrived),
        "departed": None if call.departed is None else _span_record(call.departed),
        "state": standing(call), "confidence": call.confidence,
        "stages": [_stage_record(stage) for stage in call.stages], **_revision(call),
    }  # fmt: skip


def _revision(finding: Event | PortCall) -> Record:
    """What changed a finding after it was told; nothing of one that is as it was told."""
    found = finding.revised
    if found is None:
        return {}
    return {"revised": found.word.value, "revised_at": to_iso(found.at), "revision": found.why}


def revised_row(revised: Revised) -> tuple[Any, ...]:
    """The last arguments of ``revise_event`` and ``revise_port_call``."""
    return revised.word.value, to_datetime(revised.at), revised.why


def _revised_of(row: Row) -> Revised | None:
    if row.get("revised") is None:  # releases up to 0.3 did not revise
        return None
    return Revised(Amended(row["revised"]), from_datetime(row["revised_at"]), row["revision"])


def standing(call: PortCall) -> str:
    """How a call stands: left, dark (not heard since the last stage), or its state."""
    if call.departed is not None:
        return "left"
    heard = [stage for stage in call.stages if stage.kind is not EventKind.FIRST_SEEN_INSIDE]
    if heard and heard[-1].kind is EventKind.WENT_DARK_INSIDE:
        return "dark"
    return _STANDING.get(call.state, call.state.value)


_STANDING = {CallState.FOUND: "in port", CallState.TOUCHED: "entered"}


def _state_of(row: Row) -> CallState:
    """How a call stands; releases up to 0.2 did not say."""
    if row["state"] is not None:
        return CallState(row["state"])
    return CallState.AWAY if row["departed"] else CallState.IN_PORT


def _stage_record(stage: Stage) -> Record:
    return {"kind": stage.kind.value, "geofence": stage.geofence, **_span_record(stage.span)}


def _stage_of(raw: Record) -> Stage:
    instants = (raw["earliest"], raw["at"], raw["latest"])
    known = [None if text is None else datetime.fromisoformat(text) for text in instants]
    return Stage(kind=EventKind(raw["kind"]), geofence=raw["geofence"], span=_span(*known))


# -- voyages ---------------------------------------------------------------------------------------


def voyage_record(event: Event) -> Record:
    """A voyage in stable words, of the event that tells it: VoyageMade, else VoyageBegun."""
    figures = event.evidence.figures
    spans = {
        name: {key: figures.get(f"{name}_{key}") for key in ("earliest", "at", "latest")}
        for name in ("departed", "arrived")
    }
    heard = ("last_heard_at", "last_heard_lon", "last_heard_lat", "heard_again_at",
             "heard_again_lon", "heard_again_lat")  # fmt: skip
    sailed = ("sailed_heard_m", "sailed_least_m", "needed_kn", "unheard_s")
    return {
        "id": str(UUID(event.id)), "mmsi": event.mmsi, "track": event.track, "name": event.name,
        **flag_words(event.mmsi), "from": figures["from"], "to": figures.get("to"), **spans,
        **{name: digits(name, figures.get(name)) for name in (*sailed, *heard)},
        "destination": destination_text(figures.get("destination")),
        "draught_before_m": figures.get("draught_before_m"),
        "draught_after_m": figures.get("draught_after_m"),
        "contradiction": bool(figures.get("contradiction")), "confidence": event.confidence,
        "why": event.why, "lon": digits("lon", event.lon), "lat": digits("lat", event.lat),
        "way": [[digits("lon", f.lon), digits("lat", f.lat)] for f in event.evidence.fixes],
    }  # fmt: skip


# -- candidates ------------------------------------------------------------------------------------


def candidate_row(came: Candidacy) -> tuple[Any, ...]:
    """Arguments of ``save_candidate``."""
    first, track = came.first, came.track
    origin = (None, None, None) if track is None else (to_datetime(track.at), track.lon, track.lat)
    return (
        came.mmsi, to_datetime(first.at), to_datetime(came.last.at), came.fixes, first.lon,
        first.lat, *origin, came.away_m, came.became.value, came.number,
        to_datetime(came.decided_at),
        None if came.believed_from is None else to_datetime(came.believed_from),
    )  # fmt: skip


# -- times -----------------------------------------------------------------------------------------


def _span_record(span: Span) -> Record:
    return {
        "earliest": iso_of(span.earliest), "at": iso_of(span.at), "latest": iso_of(span.latest),
    }  # fmt: skip


def _times(span: Span) -> tuple[datetime | None, datetime | None, datetime | None]:
    earliest, at, latest = (
        None if value is None else to_datetime(value)
        for value in (span.earliest, span.at, span.latest)
    )
    return earliest, at, latest


def _span(earliest: datetime | None, at: datetime | None, latest: datetime | None) -> Span:
    """Bounds as they were stored; of those that contradict each other, as early releases wrote."""
    begin, best, end = _instant(earliest), _instant(at), _instant(latest)
    if begin is not None and end is not None:
        begin, end = min(begin, end), max(begin, end)
    if best is not None and (best < (begin or best) or best > (end or best)):
        best = None
    return Span(earliest=begin, at=best, latest=end)


def _instant(value: datetime | None) -> int | None:
    return None if value is None else from_datetime(value.astimezone(UTC))


def iso_of(at: int | None) -> str | None:
    """An instant (us) as RFC 3339; None stays None."""
    return None if at is None else to_iso(at)
