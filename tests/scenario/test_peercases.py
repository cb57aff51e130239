"""Every case of the peers is run in ``tests/scenario/peers``, or stands here with its reason.

Each file there has a table DIFFERENT of the cases where our meaning is another on purpose, and
asserts our meaning for them.

========================  ======================================================================
not yet run               why
========================  ======================================================================
gfw_voyages               joins port calls to voyages by confidence; nothing makes voyages yet
gfw_loitering             slow hours on the open sea; membership, stops and gaps know no hours
gfw_encounters            two vessels beside each other; the detectors look at one vessel each
tile38_fence: roaming     two vessels beside each other, at an instant: no meeting lasts so short
gfw_gaps: hours before    how many positions of which receiver preceded a gap; no event tells it
========================  ======================================================================
"""

from __future__ import annotations

from pathlib import Path

from tests.scenario.peers.sea import PEERCASES, needs_peers

NOT_YET = {"gfw_voyages.json", "gfw_loitering.json"}


@needs_peers
def test_every_file_of_the_peers_is_run_or_says_why_not() -> None:
    """A file that is added to the peers' cases asks for a test, or for a line above."""
    tests = "".join(
        path.read_text() for path in (Path(__file__).parent / "peers").glob("test_*.py")
    )
    files = {path.name for path in PEERCASES.iterdir()} - {"README.md"}
    assert {name for name in files if f'"{name}"' not in tests} == NOT_YET
    assert all(name.removesuffix(".json") in (__doc__ or "") for name in NOT_YET)
