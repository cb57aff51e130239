"""Kept visits of earlier versions, made those of the present one.

Version 0 (up to release 0.1) was lists without names: the fields of the dataclasses in their order,
fences by their place in the file. FIELDS names them. Version 1 (0.2) had no trail of marks: what a
ship did in the minutes before is lost, and nothing else. Version 2 believed at once where a ship
was heard behind a silence. In version 3 no call was disputed.
"""

from __future__ import annotations

from typing import Any

from monitor.engine.detect.port.first_seen import EVER
from monitor.engine.detect.port.step import deepest
from monitor.engine.geofence import Port
from monitor.engine.kept import NotReadableError
from monitor.model import Fix

FIELDS: dict[str, tuple[str, ...]] = {
    "visit": (
        "mmsi", "track", "port", "last", "inside", "near", "first", "membership", "stay",
        "silence", "call", "passage",
    ),
    "membership": ("fences", "calm"),
    "fence": ("state", "before", "first", "count"),
    "stay": (
        "anchor", "before", "last", "count", "stopped", "alongside", "fence", "out", "trail",
        "unheard", "moving", "slow", "moved_from", "moved_by", "window", "rested_from",
        "rested_by",
    ),
    "silence": ("dark",),
    "call": (
        "state", "key_at", "arrived", "departed", "entry", "stopped", "berthed", "started",
        "departed_key_at", "stages", "found", "entered_fence",
    ),
    "passage": ("entered", "closest_m", "closest", "called", "dark"),
    "fact": (
        "kind", "span", "decided_at", "fence", "place", "fixes", "why", "figures", "key_at",
    ),
    "span": ("earliest", "at", "latest"),
    "stage": ("kind", "span", "geofence"),
}  # fmt: skip

MOTION = FIELDS["stay"][8:]
"""What of a stay was the ship's motion: of it, the trail is taken over."""


def upgraded(state: Any, version: int, port: Port | None) -> Any:
    """Return the plain state of a visit as of the present version; NotReadableError if unknown."""
    if version not in {0, 1, 2, 3}:
        message = f"version {version} is not known here"
        raise NotReadableError(message)
    if port is None:
        message = "its port is watched no more"
        raise NotReadableError(message)
    try:
        if version == 0:
            state = _visit(state, [fence.id for fence in port.fences])
        if version < 2:
            state = _second(state, port)
        if version < 3:
            state = {**state, "silence": {**state["silence"], "away": None}}
        return {**state, "call": {**state["call"], "disputed": False}}
    except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
        message = f"it is no visit of version {version} ({error})"
        raise NotReadableError(message) from error


def _visit(raw: Any, fences: list[str]) -> dict[str, Any]:
    visit = _named("visit", raw)
    membership, stay = _named("membership", visit["membership"]), _named("stay", visit["stay"])
    call, passage = _named("call", visit["call"]), _named("passage", visit["passage"])
    return {
        "last": visit["last"], "inside": visit["inside"], "near": visit["near"],
        "first_seen": {"fix": visit["first"]},
        "membership": {
            "fences": {
                fences[int(place)]: _named("fence", held)
                for place, held in membership["fences"].items()
            },
            "calm": membership["calm"],
        },
        "stay": _stay(stay, fences),
        "silence": _named("silence", visit["silence"]),
        "call": {
            **call,
            "arrived": _span(call["arrived"]), "departed": _span(call["departed"]),
            "entry": _span(call["entry"]), "started": _fact(call["started"], fences),
            "stages": [_stage(stage) for stage in call["stages"]],
            "found": _fact(call["found"], fences),
            "entered_fence": _fence(call["entered_fence"], fences),
        },
        "passage": {**passage, "entered": _fact(passage["entered"], fences)},
    }  # fmt: skip


def _second(visit: dict[str, Any], port: Port) -> dict[str, Any]:
    """A visit of version 1 as of version 2."""
    last, stay, call, passage = (visit[name] for name in ("last", "stay", "call", "passage"))
    first, at = visit["first_seen"]["fix"], Fix._fields.index("at")
    held = visit["membership"]
    return {
        "drawing": "",  # not known: it may have been drawn anew since
        "last": last, "known_at": 0 if last is None else last[at],
        "inside": visit["inside"], "near": visit["near"],
        "first_seen": {"fix": first, "fence": deepest(port, visit["inside"]), "why": EVER},
        "membership": {
            "fences": {
                fence: {name: one[name] for name in ("state", "before", "first")}
                for fence, one in held["fences"].items()
            },
            "calm": held["calm"],
        },
        "stay": _second_stay(stay, port),
        "silence": {"dark": visit["silence"]["dark"], "gaps": []},
        "call": {**call, "darkened": False, "doubtful": False},
        "passage": {
            **{name: passage[name] for name in ("entered", "closest", "called")},
            "closest_m": None if passage["closest"] is None else passage["closest_m"],
            "hidden_at": last[at] if passage["dark"] and last is not None else None,
        },
    }  # fmt: skip


def _second_stay(stay: dict[str, Any], port: Port) -> dict[str, Any]:
    anchor = None if stay["anchor"] is None else [stay["anchor"], 0.0]
    berths = [fence.id for fence in port.fences if port.bit_of[fence.id] & port.berth_bits]
    trail = stay["motion"]["trail"] if anchor is not None else []
    return {
        "state": stay["state"], "window": [] if anchor is None else [anchor],
        "centre": anchor if stay["state"] == "lying" else None,
        **{name: stay[name] for name in ("before", "last", "count", "alongside", "fence")},
        "jumped": False,
        "at_berth": stay["fence"] in berths or (stay["alongside"] and not berths),
        "out": [[fix, 0.0] for fix in stay["out"]],
        "trail": {
            "marks": [[fix, 0.0] for fix in trail], "way_kn": None, "slow": False,
            "coarse": False, "under_way": None,
        },
        "unnamed": None, "fine": [],
        "pause": {
            "pausing": False, "last": None, "in_waters": False, "came_from": None,
            "found_at_rest": False, "hidden": None, "inside": False,
        },
    }  # fmt: skip


def _stay(stay: dict[str, Any], fences: list[str]) -> dict[str, Any]:
    state = "lying" if stay["stopped"] else "nowhere" if stay["anchor"] is None else "trying"
    kept = ("anchor", "before", "last", "count", "alongside", "out")
    return {
        "state": state, **{name: stay[name] for name in kept},
        "fence": _fence(stay["fence"], fences),
        "motion": {name: stay[name] for name in MOTION},
    }  # fmt: skip


def _fact(raw: Any, fences: list[str]) -> dict[str, Any] | None:
    if raw is None:
        return None
    fact = _named("fact", raw)
    return {
        **{name: fact[name] for name in FIELDS["fact"] if name != "fence"},
        "span": _span(fact["span"]), "geofence": _fence(fact["fence"], fences),
        "state": "confirmed", "confidence": None,
    }  # fmt: skip


def _stage(raw: Any) -> dict[str, Any]:
    stage = _named("stage", raw)
    return {**stage, "span": _span(stage["span"])}


def _span(raw: Any) -> dict[str, Any] | None:
    return None if raw is None else _named("span", raw)


def _fence(place: int | None, fences: list[str]) -> str | None:
    return None if place is None else fences[place]


def _named(kind: str, raw: Any) -> dict[str, Any]:
    return dict(zip(FIELDS[kind], raw, strict=True))
