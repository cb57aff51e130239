"""Where a vessel was heard: around a port, across 180 degrees, near the pole, displaced."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.engine.reception import BUCKET_US, DISPLACED_NM, RANGE_NM, RINGS_NM, WHOLE_FEED, Bucket
from tests.unit.engine.hearing import LAT, LON, NOON, OTHERS, SHE, heard, port_at, reports


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(179.99, -17.0), (-179.99, 65.0), (0.0, 0.0), (20.0, 80.8), (-66.7, -77.85), (180.0, 52.0)],
)
@pytest.mark.parametrize("miles", [0.5, 4.9, 5.1, 19.9, 39.0, 59.9, 60.2, 90.0])
def test_all_around_a_port(lon: float, lat: float, miles: float) -> None:
    """Within 60 miles in every direction, across 180 degrees and in high latitudes."""
    rows = []
    for source, bearing_deg in enumerate(range(0, 360, 15)):
        there_lon, there_lat = destination(lon, lat, bearing_deg, miles)
        rows.append(reports(SHE, at=NOON, lon=there_lon, lat=there_lat, source=source))
    buckets = heard(*rows, ports=(port_at(lon, lat),)).buckets
    near = [bucket for (_, port, _), bucket in buckets.items() if port == "home"]
    if miles > RANGE_NM:
        assert not near
        return
    assert len(near) == len(rows)
    rings = [0] * len(RINGS_NM)
    rings[next(i for i, edge in enumerate(RINGS_NM) if miles <= edge)] = 1
    assert all((b.rings, b.vessels, b.messages) == (rings, {SHE}, 1) for b in near)


@pytest.mark.parametrize("bearing_deg", range(0, 360, 30))
def test_near_the_pole(bearing_deg: float) -> None:
    """Where 60 miles are many degrees of longitude, or all of them."""
    for lat in (86.0, 88.0, 88.9, 89.5):
        there = destination(20.0, lat, bearing_deg, 59.0)
        reception = heard(
            reports(SHE, at=NOON, lon=there[0], lat=there[1]), ports=(port_at(20.0, lat),)
        )
        assert (0, "home", NOON) in reception.buckets, lat


@pytest.mark.parametrize("lon", [0.0, 179.99])
@pytest.mark.parametrize(("miles", "disturbed"), [(70, False), (99, False), (101, True)])
def test_a_jump(lon: float, miles: float, *, disturbed: bool) -> None:
    """Up to DISPLACED_NM a fast craft may have gone; beyond it she was displaced."""
    assert DISPLACED_NM == 100
    there = destination(lon, 10.0, 90, miles)
    reception = heard(
        reports(SHE, at=NOON, lon=lon, lat=10.0),
        reports(SHE, at=NOON + BUCKET_US, lon=there[0], lat=there[1]),
        ports=(port_at(lon, 10.0),),
    )
    bucket = reception.buckets.get((0, "home", NOON + BUCKET_US), Bucket())
    assert bucket.disturbed == ({SHE} if disturbed else set())


def test_a_ship_that_was_not_here_is_not_disturbed() -> None:
    """Nor one that was here twenty minutes ago."""
    far = {"lon": LON + 5.0}
    late = heard(reports(SHE, at=NOON), reports(SHE, at=NOON + 2 * BUCKET_US, **far))
    assert not any(bucket.disturbed for bucket in late.buckets.values())
    never = heard(reports(*OTHERS, at=NOON), reports(SHE, at=NOON + BUCKET_US, **far))
    assert not any(bucket.disturbed for bucket in never.buckets.values())


def test_positions_that_are_none() -> None:
    """181/91 written as they are, NaN and numbers out of range are near no port, and no error."""
    for lon, lat in ((181.0, 91.0), (float("nan"), LAT), (1e9, LAT), (LON, 1e9), (LON, -1e9)):
        reception = heard(reports(SHE, at=NOON, lon=lon, lat=lat))
        assert set(reception.buckets) == {(0, WHOLE_FEED, NOON)}


def destination(lon: float, lat: float, bearing_deg: float, miles: float) -> tuple[float, float]:
    """Where one is after so many miles on a great circle."""
    arc, bearing, phi = map(np.radians, (miles / 60.04, bearing_deg, lat))
    there = np.arcsin(np.sin(phi) * np.cos(arc) + np.cos(phi) * np.sin(arc) * np.cos(bearing))
    turn = np.arctan2(
        np.sin(bearing) * np.sin(arc) * np.cos(phi), np.cos(arc) - np.sin(phi) * np.sin(there)
    )
    east = (lon + np.degrees(turn) + 180.0) % 360.0 - 180.0
    return float(east), float(np.degrees(there))
