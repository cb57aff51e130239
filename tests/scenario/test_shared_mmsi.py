"""Several ships under one MMSI for days: what is one ship's is one track, and no report is lost.

What another project's month of such a number shows (``peers/test_gfw_segments``), shown on a sea of
our own: ships of several simulated seas, each with her number taken away.
"""

from __future__ import annotations

import numpy as np
import pytest

from monitor.engine.geofence import distance_m
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.engine.track import reach_m
from monitor.model import FIX, Reports
from monitor.units import HOUR_US, SECOND_US
from tests.ports import ports
from tests.scenario.sea import MMSI
from tests.written.heard import at_sea, heard

SEAS = [("clone", 1), ("call", 4), ("dark-alongside", 2)]
PIECE = 200
"""Reports of a batch."""


class Shared:
    """A number that they all use, as we track it; ``ship`` says who sent each row of ``fixes``."""

    def __init__(self) -> None:
        """Mix their reports in order of time, and run them through the pipe."""
        rows, senders = [], []
        for sea, seed in SEAS:
            for report, fix in at_sea(heard(sea, seed)):
                far = sea == "clone" and fix.lon < 21.0  # the second ship of the clone's number
                rows.append(fix._replace(received_at=fix.at))
                senders.append(f"{sea} {report.mmsi}{' far' if far else ''}")
        order = sorted(range(len(rows)), key=lambda row: (rows[row].at, row))
        self.sent = np.array([rows[row] for row in order], dtype=FIX)
        self.sent["mmsi"], self.sent["line"] = MMSI, np.arange(len(rows))
        self.sent["content"] = self.sent["line"] + 1
        self.senders = np.array([senders[row] for row in order])
        pipeline = Pipeline(ports(), lateness_us=0)
        outcomes = [self._taken(pipeline, begin) for begin in range(0, len(rows), PIECE)]
        outcomes.append(pipeline.finish())
        fixes = np.concatenate([outcome.fixes for outcome in outcomes])
        tracks = np.concatenate([outcome.tracks for outcome in outcomes])
        order_of_tracks = np.lexsort((fixes["at"], tracks))
        self.fixes, self.tracks = fixes[order_of_tracks], tracks[order_of_tracks]
        self.ships = self.senders[self.fixes["line"]]
        self.refusals: dict[str, int] = {}
        for outcome in outcomes:
            for (_, reason), count in outcome.refusals.items():
                self.refusals[reason] = self.refusals.get(reason, 0) + count

    def _taken(self, pipeline: Pipeline, begin: int) -> Outcome:
        batch = self.sent[begin : begin + PIECE].copy()
        batch["seq"] = np.arange(len(batch))
        return pipeline.take(
            "log", Reports(positions=batch, lines=len(batch), clock=batch["at"].copy())
        )


@pytest.fixture(scope="module")
def shared_number() -> Shared:
    return Shared()


def test_no_report_of_a_shared_number_is_lost(shared_number: Shared) -> None:
    """Each is a fix of some track, or refused with its reason."""
    fixes, refused = len(shared_number.fixes), sum(shared_number.refusals.values())
    assert fixes + refused == len(shared_number.sent) > 6_000
    assert set(shared_number.refusals) <= {"impossible_jump", "same_instant"}
    assert fixes > 0.97 * len(shared_number.sent)


def test_within_a_track_no_ship_needs_more_speed_than_ships_have(shared_number: Shared) -> None:
    fixes = shared_number.fixes
    follows = shared_number.tracks[1:] == shared_number.tracks[:-1]
    away_m = distance_m(fixes["lon"][:-1], fixes["lat"][:-1], fixes["lon"][1:], fixes["lat"][1:])
    elapsed_s = np.diff(fixes["at"]) / SECOND_US
    assert not (follows & (away_m > reach_m(elapsed_s))).any()


def test_what_one_ship_sent_is_hardly_ever_cut(shared_number: Shared) -> None:
    """Of two reports that follow each other within the hour, both are of one track."""
    for ship in sorted(set(shared_number.ships)):
        hers = shared_number.fixes[shared_number.ships == ship]
        tracks = shared_number.tracks[shared_number.ships == ship]
        order = np.argsort(hers["at"], kind="stable")
        soon = np.diff(hers["at"][order]) < HOUR_US
        cut = soon & (np.diff(tracks[order]) != 0)
        assert cut.sum() <= 0.02 * soon.sum(), ship


def test_ships_far_apart_are_not_joined(shared_number: Shared) -> None:
    """The one in the Ionian Sea has a track of her own as long as she is heard."""
    far = np.char.endswith(shared_number.ships, "far")
    assert far.sum() > 500
    assert not set(shared_number.tracks[far]) & set(shared_number.tracks[~far])
