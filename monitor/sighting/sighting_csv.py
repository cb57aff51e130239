"""Sightings as CSV: a heading, a sighting a row, as ``entered.py`` has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.box import Box
from monitor.entered import Fault, file_of, rows_of
from monitor.sighting.sighting import WORDS, Sighting, sighting_of
from monitor.units import to_iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A file that was read: its sightings are good only if it has no faults."""

    sightings: tuple[Sighting, ...]
    faults: tuple[Fault, ...]


def read(data: bytes, *, recorded_at: int, added_by: str) -> Read:
    """Read a file; ``added_by`` is who adds them where a row does not say it."""
    found: list[Sighting] = []
    faults: list[Fault] = []
    for line, said in rows_of(data, WORDS, faults, none="These are no sightings"):
        sighting, wrong = sighting_of(said, recorded_at=recorded_at, added_by=added_by)
        faults += [Fault(line, reason) for reason in wrong]
        if sighting is not None:
            found.append(sighting)
    return Read(sightings=tuple(found), faults=tuple(faults))


def written(sightings: Iterable[Sighting]) -> str:
    """A file with these sightings, as ``read`` takes it."""
    return file_of(WORDS, ([cell(one, name) for name in WORDS] for one in sightings))


def cell(sighting: Sighting, name: str) -> str:
    """One of its words as a person writes it."""
    value = getattr(sighting, name)
    if value is None:
        return ""
    if isinstance(value, Box):
        return ",".join(f"{edge:g}" for edge in value)
    return to_iso(value) if name in {"since", "until"} else str(value)
