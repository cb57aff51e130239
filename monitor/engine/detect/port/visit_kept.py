"""Kept visits of earlier versions, made those of the present one.

Version 0 (up to release 0.1) was lists without names: the fields of the dataclasses in their order,
fences by their place in the file. FIELDS names them.
"""

from __future__ import annotations

from typing import Any

from monitor.engine.geofence import Port
from monitor.engine.kept import NotReadableError

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
"""What of a stay is now in ``motion.py``."""


def upgraded(state: Any, version: int, port: Port | None) -> Any:
    """Return the plain state of a visit as of the present version; NotReadableError if unknown."""
    if version != 0:
        message = f"version {version} is not known here"
        raise NotReadableError(message)
    if port is None:
        message = "its port is watched no more"
        raise NotReadableError(message)
    try:
        return _visit(state, [fence.id for fence in port.fences])
    except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
        message = f"it is no visit of version 0 ({error})"
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
