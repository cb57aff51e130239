"""An empty batch costs nothing, however many ships are waited for."""

from __future__ import annotations

import statistics

from tests.bench.idle import empty_batches, pipeline_with
from tests.sizes import sized

FEW, MANY = 10, sized(5_000, 20_000)


def test_an_empty_batch_does_not_look_at_every_ship() -> None:
    """With many times the ships it takes no longer, but for noise."""
    few, many = (statistics.median(empty_batches(pipeline_with(n), 30)) for n in (FEW, MANY))
    assert many < 5 * few + 0.001


def test_and_yet_none_is_forgotten() -> None:
    """When their silence falls due, each is told."""
    pipeline = pipeline_with(FEW)
    outcome = pipeline.advance(pipeline.newest + 4 * 3_600_000_000)
    assert {finding.mmsi for finding in outcome.findings} == set(range(200_000_000, 200_000_010))
