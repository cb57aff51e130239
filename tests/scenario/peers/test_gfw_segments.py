"""Global Fishing Watch's segmenter: which messages of one MMSI may be of one ship.

Their segments are our tracks, their BadSegment is our refusal, their InfoSegment (a message without
a position) is no fix at all. They cut a segment at 8 hours of silence, we do not: a ship that comes
back is the same ship, and the silence is an event of its own.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from monitor.engine.geofence import distance_m, widen
from monitor.engine.track import reach_m
from monitor.units import HOUR_US, SECOND_US
from tests.scenario.peers.sea import ABSENT, MMSI, PEERCASES, Sea, Seen, drawn_port, peer, us

CASES = peer("gfw_segments.json")["cases"]
"""Several have one name, so their number tells them apart."""

EAST_DEG = 5.0
"""Their ships lie at 0/0, to us a receiver without a fix: every case is moved east."""

DIFFERENT: dict[str, tuple[str, list[list[int]]]] = {
    "0-test_unsorted": (
        "Late and shuffled input is normal, so we sort where they raise.",
        [[0, 1]],
    ),
    "2-test_same_point_absurd_timedelta": (
        "A silence of years ends no track: the MMSI came back where it was.",
        [[0, 1]],
    ),
    "3-test_same_time_absurd_distance": (
        "One report elsewhere proves no second ship: of one instant we believe the first.",
        [[0]],
    ),
    "4-test_with_non_posit": (
        "In 100 days a ship can be anywhere, so she keeps her track.",
        [[0, 2, 3, 5]],
    ),
    "7-test_first_message_out_of_bounds_gt_24h": (
        "A silence of nine days ends no track.",
        [[0, 1, 3, 4, 5]],
    ),
    "13-test_duplicate_msgid": (
        "AIS has no message ids: an hour later at another place is another report.",
        [[0, 4]],
    ),
    "14-test_duplicate_msgid_previ_day": (
        "AIS has no message ids, so yesterday's say nothing.",
        [[0, 4]],
    ),
    "15-test_duplicate_pos_prev_day": (
        "A place may be passed again on another day at the same speed.",
        [[0, 4]],
    ),
    "17-test_duplicate_pos_msg_zero_speed": (
        "Of one instant we believe one report, whatever its speed.",
        [[0, 4]],
    ),
    "18-test_duplicate_ts_multiple_segs": (
        "One report elsewhere proves no second ship: three must agree.",
        [[0, 2, 3, 4]],
    ),
    "19-test_two_different_ssvid": (
        "Their segmenter takes one MMSI a run; ours takes all, and each has its track.",
        [[0], [1]],
    ),
}


def title(number: int) -> str:
    return f"{number}-{CASES[number]['test'].split('::')[1]}"


def a_port(folder: Path) -> Any:
    """Make a port at the end of the world: nothing of these cases is near it."""
    return drawn_port(folder, {"far-away": widen(shapely.Point(-150.0, -50.0), 5000.0)})


def seen(message: dict[str, Any], east_deg: float = EAST_DEG) -> Seen:
    return Seen(
        mmsi=MMSI + message["ssvid"],
        at=us(message["t"]),
        lon=message["lon"] + east_deg,
        lat=message["lat"],
        sog_kn=message["speed"],
        cog_deg=message["course"],
    )


def tracks_of(sea: Sea, messages: list[dict[str, Any]]) -> tuple[list[list[int]], dict[str, int]]:
    """Return the messages of each track, by their numbers in the case, and what was refused."""
    positions = [i for i, message in enumerate(messages) if message.get("lat") is not None]
    outcomes = [sea.hear(*(seen(messages[i]) for i in positions)), sea.pipeline.finish()]
    found: dict[tuple[int, int], list[int]] = {}
    for outcome in outcomes:
        for fix, track in zip(outcome.fixes, outcome.tracks.tolist(), strict=True):
            found.setdefault((int(fix["mmsi"]), track), []).append(positions[fix["line"] - 1])
    refused = Counter(outcomes[0].refusals) + Counter(outcomes[1].refusals)
    return (
        sorted(sorted(track) for track in found.values()),
        {reason: count for (_, reason), count in refused.items()},
    )


@pytest.mark.skipif(not CASES, reason=ABSENT)
def test_every_difference_is_of_a_case() -> None:
    """The table of differences names cases that are there."""
    assert set(DIFFERENT) <= {title(number) for number in range(len(CASES))}


@pytest.mark.skipif(not CASES, reason=ABSENT)
@pytest.mark.parametrize("number", [pytest.param(n, id=title(n)) for n in range(len(CASES))])
def test_messages_of_one_ship_make_one_track(number: int, tmp_path: Path) -> None:
    """Our tracks hold the messages that theirs hold, or those that the table says."""
    case = CASES[number]
    theirs = [
        segment["message_indexes"]
        for segment in case["expected"].get("segments", [])
        if segment["class"] in {"Segment", "ClosedSegment"} and segment["message_indexes"]
    ]
    bad = [s for s in case["expected"].get("segments", []) if s["class"] == "BadSegment"]
    found, refused = tracks_of(Sea(a_port(tmp_path), lateness_us=HOUR_US), case["messages"])
    if title(number) in DIFFERENT:
        _, ours = DIFFERENT[title(number)]
        assert ours != sorted(theirs)
        assert found == ours
    else:
        assert found == sorted(theirs)
    assert refused.get("position_unavailable", 0) == sum(s["n_messages"] for s in bad)


@pytest.mark.skipif(not CASES, reason=ABSENT)
def test_their_place_for_anywhere_is_our_null_island(tmp_path: Path) -> None:
    """At 0/0, where the case has it, the first message is refused, and only that."""
    case = next(case for case in CASES if case["test"].endswith("test_good_speed_good_time"))
    outcome = Sea(a_port(tmp_path)).hear(*(seen(m, east_deg=0.0) for m in case["messages"]))
    assert outcome.refusals == {("peer", "null_island"): 1}
    assert outcome.fixes["lat"].tolist() == [1.0]


class SharedMmsi:
    """The month of 416000000, an MMSI that several ships off Taiwan use, as we track it."""

    def __init__(self, folder: Path) -> None:
        """Read the track and run it through the pipe."""
        with (PEERCASES / "gfw_track_416000000.csv").open() as file:
            self.rows = list(csv.DictReader(file))
        sea = Sea(a_port(folder))
        outcome = sea.hear(
            *(
                Seen(
                    mmsi=int(row["mmsi"]), at=us(row["t"]),
                    lon=float(row["lon"]), lat=float(row["lat"]),
                    sog_kn=float(row["speed"]), cog_deg=float(row["course"]),
                )
                for row in self.rows
            )
        )  # fmt: skip
        order = np.lexsort((outcome.fixes["at"], outcome.tracks))
        self.fixes, self.tracks = outcome.fixes[order], outcome.tracks[order]
        self.refusals = {reason: count for (_, reason), count in outcome.refusals.items()}
        self.held = sea.pipeline.tracker.odd[416_000_000].held
        self.labels = np.array([self.rows[line - 1]["segment_v3"] for line in self.fixes["line"]])
        fixes, follows = self.fixes, self.tracks[1:] == self.tracks[:-1]
        away_m = distance_m(
            fixes["lon"][:-1], fixes["lat"][:-1], fixes["lon"][1:], fixes["lat"][1:]
        )
        self.away_m = away_m[follows]
        self.earlier = np.flatnonzero(follows)  # row of the earlier fix of each link
        self.elapsed_s = (np.diff(fixes["at"]) / SECOND_US)[follows]
        self.same_segment = (self.labels[1:] == self.labels[:-1])[follows]


@pytest.fixture(scope="module")
def shared_mmsi(tmp_path_factory: pytest.TempPathFactory) -> SharedMmsi:
    if not (PEERCASES / "gfw_track_416000000.csv").exists():
        pytest.skip(ABSENT)
    return SharedMmsi(tmp_path_factory.mktemp("port"))


def test_no_message_of_the_shared_mmsi_is_lost(shared_mmsi: SharedMmsi) -> None:
    """Of 1,668 messages each is a fix of some track, or refused: a stranger's minute is no ship."""
    assert len(shared_mmsi.rows) == 1668 == 1380 + 107 + 14 + 167
    assert len(shared_mmsi.fixes) == 1380
    assert shared_mmsi.held == []
    assert shared_mmsi.refusals == {"duplicate": 107, "same_instant": 14, "impossible_jump": 167}


def test_ships_of_one_mmsi_are_not_joined(shared_mmsi: SharedMmsi) -> None:
    """Within a track no ship needs more speed than ships have.

    But for one message that her track could reach, and that strayed: 14 seconds later she is where
    she was.
    """
    lines = shared_mmsi.fixes["line"]
    impossible = shared_mmsi.earlier[shared_mmsi.away_m > reach_m(shared_mmsi.elapsed_s)]
    assert [lines[row : row + 2].tolist() for row in impossible] == [[1209, 1210]]


def test_our_tracks_are_unions_of_their_segments(shared_mmsi: SharedMmsi) -> None:
    """What they hold for one ship we hold for one ship: we cut less than 1 % of their links."""
    order = np.lexsort((shared_mmsi.fixes["at"], shared_mmsi.labels))
    labels, tracks = shared_mmsi.labels[order], shared_mmsi.tracks[order]
    linked = labels[1:] == labels[:-1]
    cut = linked & (tracks[1:] != tracks[:-1])
    assert (int(linked.sum()), int(cut.sum())) == (1342, 4)


def test_where_we_join_their_segments(shared_mmsi: SharedMmsi) -> None:
    """We join 40 times where they cut: mostly at the 8 hours of silence, which end no track.

    The other joins are of ships that need more than their 25 knots (we grant 60), or of messages
    that they discard as noise.
    """
    joined = ~shared_mmsi.same_segment
    soon = shared_mmsi.elapsed_s <= 8 * 3600
    assert (len(joined), int(joined.sum())) == (1377, 40)
    assert int((joined & soon).sum()) == 8
