"""A watchlist written down by hand, and what ships say of themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from monitor.alert.entry import Entry
from monitor.model import Static
from monitor.units import DAY_US, SECOND_US

UNHURRIED = settings(deadline=None)
"""For what is tried with many examples: how long one takes says nothing."""

NOON = 1_734_091_200 * SECOND_US
"""2024-12-13T12:00:00Z."""

IMOS_THAT_HOLD = st.integers(100_000, 999_999).map(
    lambda first: (
        first * 10
        + sum(
            int(digit) * weight for digit, weight in zip(str(first), range(7, 1, -1), strict=True)
        )
        % 10
    )
)
"""IMO numbers whose last digit holds."""

IMO, OTHER_IMO, NO_IMO = 9_268_710, 9_160_994, 9_268_711
MMSI, OTHER_MMSI = 273_999_410, 636_012_345

SHIP = Entry(
    list="own", imo=IMO, mmsi=MMSI, callsign="UBEW6", name="SEVERNYY VETER",
    reason="sailed dark", source="the log", recorded_at=NOON - DAY_US, added_by="ann",
)  # fmt: skip
"""Listed with all that tells her."""


def listed(**words: Any) -> Entry:
    """An entry that has only these identifiers, or these times."""
    bare = {"imo": None, "mmsi": None, "callsign": None, "name": None}
    return replace(SHIP, **{**bare, **words})


def says(mmsi: int = OTHER_MMSI, **words: Any) -> Static:
    """What a ship says, who bears no listed number unless it is given."""
    return Static(mmsi=mmsi, **words)
