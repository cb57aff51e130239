"""The power fails under a watch and its store: what was stored or answered is recorded.

The campaign of ``tests/bench/power.py``, small; and what it reckons is seen to fail.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from monitor.journal.segment import segments_in
from tests.bench.power import PowerCampaign
from tests.chaos.forgetful import forgetful
from tests.chaos.lone import needs_gcc
from tests.clusters import quick_folder
from tests.sizes import sized

FAILURES = sized(3, 10)


@pytest.fixture
def campaign() -> Iterator[PowerCampaign]:
    """On a disk that forgets."""
    folder = quick_folder("mmm-power-")
    cluster = forgetful(folder)
    try:
        yield PowerCampaign(
            cluster, folder / "watch", speed=1200, lanes=1, down_s=(0.0, 0.3), disk=cluster.disk
        )
    finally:
        cluster.disk.end_all()
        shutil.rmtree(folder, ignore_errors=True)


@needs_gcc
def test_the_power_fails(campaign: PowerCampaign) -> None:
    """Nothing is lost or doubled; then a file of the recording is taken away, and that is found."""
    campaign.run(FAILURES, pause_s=(0.3, 0.8))
    campaign.replay()
    toll, figures = campaign.judged()
    assert toll.words == [], "\n".join([str(figures), *toll.words])
    assert campaign.kills["power"] == FAILURES
    assert campaign.ended > 6 * FAILURES
    assert sum(push.answered for push in campaign.post.pushes) > 3
    segments_in(campaign.recording)[0].unlink()
    toll, _ = campaign.judged()
    assert any("synced" in words for words in toll.words)
    assert any("push" in words for words in toll.words)
