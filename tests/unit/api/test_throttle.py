"""Logins that fail wait, those of others do not, and what is remembered is bounded."""

from __future__ import annotations

import pytest

from monitor.api import throttle
from monitor.api.throttle import FORGIVEN_S, MOST_FAILURES, Throttle, network_of

MOST = int(MOST_FAILURES)
HOME, AWAY = "192.0.2.1", "198.51.100.7"


def fail(gate: Throttle, name: str, address: str, times: int, now_s: float = 0.0) -> list[float]:
    """Try and fail; what each had to wait."""
    return [gate.begin(name, address, now_s) for _ in range(times)]


def test_an_address_that_fails_waits() -> None:
    """Whatever names it tries; in time each failure is forgiven, one by one."""
    gate = Throttle()
    assert [gate.begin(f"name{n}", AWAY, 0.0) for n in range(MOST)] == [0.0] * MOST
    assert gate.begin("another", AWAY, 0.0) == FORGIVEN_S
    assert gate.begin("another", AWAY, 30.0) == FORGIVEN_S - 30.0
    assert gate.begin("another", AWAY, FORGIVEN_S) == 0.0
    assert gate.begin("another", AWAY, FORGIVEN_S) > 0.0
    assert gate.begin("another", HOME, 0.0) == 0.0


def test_a_name_that_is_tried_from_everywhere_waits() -> None:
    gate = Throttle()
    found = [gate.begin("ann", f"198.51.100.{n}", 0.0) for n in range(MOST + 1)]
    assert found == [0.0] * MOST + [FORGIVEN_S]
    assert gate.begin("bob", "198.51.100.99", 0.0) == 0.0


def test_who_logged_in_from_there_before_is_not_locked_out() -> None:
    """However hard others try his name from elsewhere."""
    gate = Throttle()
    assert gate.begin("ann", HOME, 0.0) == 0.0
    gate.succeeded("ann", HOME, 0.0)
    for n in range(100):
        gate.begin("ann", f"198.51.100.{n}", 0.0)
    assert gate.begin("ann", AWAY, 0.0) > 0.0
    assert gate.begin("ann", HOME, 0.0) == 0.0


def test_one_who_succeeds_has_failed_in_nothing() -> None:
    """An office behind one address logs in all day."""
    gate = Throttle()
    for _ in range(50):
        assert gate.begin("ann", HOME, 0.0) == 0.0
        gate.succeeded("ann", HOME, 0.0)
    assert len(gate.names) == len(gate.addresses) == 0


def test_a_success_does_not_wash_off_the_failures_of_others() -> None:
    """An attacker with a name of his own gains no guesses by it."""
    gate = Throttle()
    assert fail(gate, "ann", AWAY, MOST - 1) == [0.0] * (MOST - 1)
    assert gate.begin("eve", AWAY, 0.0) == 0.0
    gate.succeeded("eve", AWAY, 0.0)
    assert gate.begin("ann", AWAY, 0.0) == 0.0
    assert gate.begin("ann", AWAY, 0.0) > 0.0


def test_many_at_once_are_no_way_round() -> None:
    """Each counts when it begins, not when it has failed."""
    gate = Throttle()
    found = fail(gate, "ann", AWAY, 100)
    assert found.count(0.0) == MOST


def test_what_could_not_be_tried_is_no_failure() -> None:
    gate = Throttle()
    for _ in range(50):
        assert gate.begin("ann", AWAY, 0.0) == 0.0
        gate.untried("ann", AWAY, 0.0)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The eldest goes first, and with it no other."""
    monkeypatch.setattr(throttle, "MOST_KEPT", 10)
    gate = Throttle()
    for n in range(100):
        gate.begin(f"name{n}", f"192.0.2.{n}", 0.0)
        gate.succeeded(f"home{n}", f"192.0.2.{n}", 0.0)
    fail(gate, "name99", "192.0.2.99", MOST)
    assert len(gate.names) == 10
    assert len(gate.addresses) <= 10
    assert len(gate._homes) == 10
    assert gate.begin("name99", "203.0.113.9", 0.0) > 0.0


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002"),
        ("fe80::1%eth0", "fe80:0000:0000:0000"),
        ("unknown", "unknown"),
        ("x" * 100, "x" * 64),
    ],
)
def test_whom_an_address_stands_for(address: str, found: str) -> None:
    """Of IPv6 a guest has a whole /64, and could take another address for each try."""
    assert network_of(address) == found
