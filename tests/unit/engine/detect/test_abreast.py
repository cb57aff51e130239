"""Who is near whom: the same pairs as of all with all, at a cost that grows with ships."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.engine.detect.abreast import CROWD, abreast, near_pairs
from monitor.engine.detect.picture import NOBODY, SLOT_US, Picture
from monitor.engine.geofence import distance_m
from monitor.model import ShipPair

BOXES = (
    (0.0, -1.0, 1.0, 1.0),
    (10.0, 50.0, 11.5, 51.0),
    (-5.0, 70.0, 0.0, 72.0),
    (179.0, -1.0, 181.0, 1.0),
)


def drawn(seed: int, ships: int, slots: int, box: tuple[float, ...]) -> Picture:
    """Ships anywhere in a box, at some instants."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.integers(1, slots + 1, ships)) * SLOT_US
    return picture(
        at, (rng.uniform(box[0], box[2], ships) + 180) % 360 - 180,
        rng.uniform(box[1], box[3], ships),
    )  # fmt: skip


def picture(at: Any, lon: Any, lat: Any, about: frozenset[int] | None = None) -> Picture:
    """Ships at rest, each of a number of its own."""
    size = len(at)
    zeros = np.zeros(size)
    return Picture(
        at=np.asarray(at), mmsi=np.arange(size) + 1, track=np.zeros(size, dtype=np.int64),
        lon=np.asarray(lon, dtype=float), lat=np.asarray(lat, dtype=float), sog_kn=zeros,
        cog_deg=zeros, in_port=zeros.astype(bool), row=np.arange(size), known=NOBODY, about=about,
    )  # fmt: skip


def found(sea: Picture, range_m: float) -> list[tuple[int, int]]:
    one, two = near_pairs(sea, np.ones(len(sea), dtype=bool), range_m)
    return sorted(zip(one.tolist(), two.tolist(), strict=True))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(BOXES), st.sampled_from([500.0, 1852.0, 9260.0]))
def test_pairs_are_those_of_all_with_all(seed: int, box: tuple[float, ...], range_m: float) -> None:
    sea = drawn(seed, 150, 3, box)
    one, two = np.triu_indices(len(sea), 1)
    near = sea.at[one] == sea.at[two]
    near &= distance_m(sea.lon[one], sea.lat[one], sea.lon[two], sea.lat[two]) <= range_m
    assert found(sea, range_m) == sorted(zip(one[near].tolist(), two[near].tolist(), strict=True))


def test_only_pairs_of_those_that_are_asked_about() -> None:
    at = np.full(3, SLOT_US)
    assert len(found(picture(at, [0, 0, 0], [0, 0, 0]), 500)) == 3
    assert found(picture(at, [0, 0, 0], [0, 0, 0], frozenset({2})), 500) == [(0, 1), (1, 2)]


@pytest.mark.parametrize(("ships", "pairs"), [(CROWD + 1, True), (CROWD + 2, False), (4000, False)])
def test_a_crowd_is_no_meeting_of_each_with_each(ships: int, *, pairs: bool) -> None:
    """So many in one place cost no more than they are."""
    sea = picture(np.full(ships, SLOT_US), np.zeros(ships), np.zeros(ships))
    assert bool(found(sea, 500)) == pairs


def test_who_is_watched_is_told_of_wherever_she_is() -> None:
    """As long as both are in the picture; the lower MMSI is first."""
    sea = picture([SLOT_US, SLOT_US, 2 * SLOT_US], [0, 1, 0], [0, 0, 0])
    nobody = np.zeros(0, dtype=np.int64)
    key = ShipPair(1, 0, 2, 0)
    told = list(abreast(sea, {key: None}, (nobody, nobody), SLOT_US))
    assert [(pair, one.at, one.places) for pair, one in told] == [(key, SLOT_US, (0, 1))]
    assert told[0][1].away_m == pytest.approx(111_195, abs=1)
    assert list(abreast(sea, {}, (nobody, nobody), SLOT_US)) == []
    assert list(abreast(sea, {key: None}, (nobody, nobody), 2 * SLOT_US)) == []


def test_instants_come_in_order_and_pairs_once() -> None:
    sea = picture([SLOT_US, SLOT_US, 2 * SLOT_US, 2 * SLOT_US], [0, 0, 0, 0], [0, 0, 0, 0])
    near = near_pairs(sea, np.ones(4, dtype=bool), 500)
    told = list(abreast(sea, {ShipPair(1, 0, 2, 0): None}, near, SLOT_US))
    assert [(one.at, one.places) for _, one in told] == [(SLOT_US, (0, 1)), (2 * SLOT_US, (2, 3))]
