"""Sightings as tests say them."""

from __future__ import annotations

from typing import Any

from monitor.sighting.sighting import Sighting, sighting_of
from monitor.units import DAY_US

NOON = 20_071 * DAY_US + DAY_US // 2
"""2024-12-14T12:00Z, us."""

WORDS: dict[str, Any] = {
    "seen_by": "satellite", "name": "Sparta II", "imo": "9160994", "lon": "35.86", "lat": "34.91",
    "within_m": "300", "since": "2024-12-14T12:00Z", "source": "Sentinel-2, 14 December",
    "link": "https://example.org/a?b=1", "reliability": "b", "credibility": "2",
}  # fmt: skip
"""A ship that was named, at a place."""


def said(**words: Any) -> dict[str, Any]:
    """The words of a sighting, with others in place of these."""
    return {**WORDS, **words}


def seen(**words: Any) -> Sighting:
    """A good one."""
    found, faults = sighting_of(said(**words), recorded_at=NOON + DAY_US, added_by="ann")
    assert found is not None, faults
    return found


def hull(**words: Any) -> Sighting:
    """One that nobody named."""
    bare = {"name": None, "imo": None, "hull": "landing ship", "length_m": "112"}
    return seen(**{**bare, **words})
