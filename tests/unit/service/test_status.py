"""How a watch is doing, as values: lags counted, quantiles bounded, ports in words."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.service.status import (
    LAG_BOUNDS_S,
    FeedState,
    FeedStatus,
    PortStatus,
    SpoolStatus,
    Status,
    StoreStatus,
)
from monitor.units import SECOND_US

NOW = 1_700_000_000 * SECOND_US


def store(*lags_s: float) -> StoreStatus:
    """A store that took so long for each of some lines."""
    status = StoreStatus(since=NOW)
    if lags_s:
        received = [NOW - round(lag * SECOND_US) for lag in lags_s]
        status.note_lag(np.array(received, dtype=np.int64), NOW)
    return status


def port(vessels: int, usual: float | None) -> PortStatus:
    return PortStatus(port="home", vessels=vessels, heard_at=None, usual=usual, feeds=[])


def test_before_anything_is_stored_no_lag_is_known() -> None:
    """None is not zero."""
    assert store().lag_quantile_s(0.5) is None


@pytest.mark.parametrize(
    ("lags_s", "share", "bound_s"),
    [
        ((0.003,), 0.5, 0.01), ((0.01,), 0.5, 0.01), ((0.0101,), 0.5, 0.025),
        ((0.001, 0.001, 0.001, 40.0), 0.5, 0.01), ((0.001, 0.001, 0.001, 40.0), 0.99, 60.0),
        ((9_999.0,), 0.5, None), ((0.001, 9_999.0), 0.5, 0.01),
    ],
)  # fmt: skip
def test_a_quantile_is_the_bound_that_this_share_stays_below(
    lags_s: tuple[float, ...], share: float, bound_s: float | None
) -> None:
    """None: it is beyond the longest that is told apart, an hour."""
    assert store(*lags_s).lag_quantile_s(share) == bound_s


def test_lags_add_up_and_none_is_negative() -> None:
    """A line that was stamped by a clock ahead took no time."""
    status = store(1.0, 2.0)
    status.note_lag(np.array([NOW + 5 * SECOND_US], dtype=np.int64), NOW)
    assert status.lag_sum_s == 3.0
    assert int(status.lag_counts.sum()) == 3
    assert status.lag_counts[0] == 1
    assert len(status.lag_counts) == len(LAG_BOUNDS_S) + 1


@pytest.mark.parametrize(
    ("vessels", "usual", "words"),
    [
        (0, None, "not heard"), (0, 20.0, "not heard"), (1, None, "heard"),
        (4, 20.0, "hardly heard"), (5, 20.0, "heard"), (9, 1.0, "heard"),
    ],
)  # fmt: skip
def test_a_port_is_heard_hardly_heard_or_not(vessels: int, usual: float | None, words: str) -> None:
    """Hardly: fewer than a quarter of the usual."""
    assert port(vessels, usual).words == words


def test_a_watch_begins_with_nothing_and_two_share_nothing() -> None:
    """Their counters are their own."""
    one, two = (
        Status(
            started_at=NOW, store=store(),
            spool=SpoolStatus(directory="spool", recorded=False, limit_bytes=1),
        )
        for _ in range(2)
    )  # fmt: skip
    one.refusals["feed", "late"] += 1
    one.feeds["feed"] = FeedStatus(name="feed", kind="tail", where="log", since=NOW)
    assert (two.refusals, two.feeds, two.ports, two.next_deadline_at) == ({}, {}, [], None)
    assert one.feeds["feed"].state is FeedState.STARTING
