"""A slow clock is told from reports that are old."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.decode.feedclock import WINDOW, FeedClock
from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.model import Lines
from monitor.units import HOUR_US, SECOND_US

AT = 1_700_000_000 * SECOND_US
MANY = 4 * WINDOW


def lags(clock: FeedClock, lag_s: np.ndarray) -> np.ndarray:
    """What is left of these lags, s, of reports that come each ten seconds."""
    received = AT + 10 * SECOND_US * np.arange(len(lag_s))
    at = received - np.round(lag_s * SECOND_US).astype(np.int64)
    return (received - clock.corrected(at, received)) / SECOND_US


@pytest.mark.parametrize("slow_s", [8.0, 60.0, 3 * 3600.0])
def test_a_slow_clock_is_learned(slow_s: float) -> None:
    """After some reports they are as young as they are."""
    clock = FeedClock()
    noise = np.random.default_rng(1).uniform(0, 0.8, MANY)
    left = lags(clock, slow_s + noise)
    assert np.abs(left[WINDOW:]).max() < 1
    assert clock.slow_us == pytest.approx(slow_s * SECOND_US, abs=SECOND_US)


def test_a_clock_that_drifts_is_followed() -> None:
    clock = FeedClock()
    left = lags(clock, 10 + np.arange(MANY) * 0.02)
    assert np.abs(left[WINDOW:]).max() < 1


def test_a_clock_that_jumps_is_learned_anew() -> None:
    """And one that is set right is believed again."""
    clock = FeedClock()
    left = lags(clock, np.concatenate([np.full(MANY, 0.3), np.full(MANY, 300.0)]))
    assert np.abs(left[-WINDOW:]).max() < 1
    assert lags(clock, np.full(MANY, 0.3))[-1] == pytest.approx(0.3)
    assert clock.slow_us == 0


@pytest.mark.parametrize("spread_s", [30.0, 7200.0])
def test_reports_that_are_old_stay_old(spread_s: float) -> None:
    """A satellite's, or a snapshot of a minute: their lag varies."""
    clock = FeedClock()
    lag = np.random.default_rng(1).uniform(5, 5 + spread_s, MANY)
    assert lags(clock, lag) == pytest.approx(lag, abs=1e-6)
    assert clock.slow_us == 0


def test_what_is_quick_is_left_alone() -> None:
    clock = FeedClock()
    assert lags(clock, np.full(MANY, 2.0)) == pytest.approx(np.full(MANY, 2.0))


@pytest.mark.parametrize("size", [1, 7, 50])
def test_however_it_is_cut_and_restarted_the_same_is_learned(size: int) -> None:
    lag = np.concatenate([np.full(50, 0.5), np.full(90, 20.0)])
    whole = lags(FeedClock(), lag)
    clock, found = FeedClock(), []
    received = AT + 10 * SECOND_US * np.arange(len(lag))
    at = received - np.round(lag * SECOND_US).astype(np.int64)
    for begin in range(0, len(lag), size):
        again = FeedClock()
        again.restore(clock.state())
        clock = again
        cut = slice(begin, begin + size)
        found += ((received[cut] - clock.corrected(at[cut], received[cut])) / SECOND_US).tolist()
    assert found == whole.tolist()


def test_a_live_feed_with_a_slow_clock_is_not_late() -> None:
    """Sentences stamped three hours ago, all of them."""
    count = 2 * WINDOW
    received = AT + 10 * SECOND_US * np.arange(count)
    line = b"\\c:%d*00\\!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
    data = b"".join(line % ((at - 3 * HOUR_US) // SECOND_US) for at in received.tolist())
    decoder = NmeaDecoder()
    reports = decoder.decode(Lines(data=data, source="feed", received_at=received))
    late = reports.positions["received_at"] - reports.positions["at"]
    assert late[WINDOW:].max() < SECOND_US
    assert decoder.feed_clock.slow_us == pytest.approx(3 * HOUR_US, abs=SECOND_US)
