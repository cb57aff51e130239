"""Messages in several sentences: joined, never mixed, given up in time."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from monitor.decode.nmea.assembler import (
    EARLY_DISTANCE,
    GROUPED_AGE_US,
    MAX_AGE_US,
    MAX_DISTANCE,
    Assembler,
    Message,
    Part,
)
from monitor.units import NO_TIME, SECOND_US


def part(number: int, payload: str, order: int, **changed: Any) -> Part:
    """Return part ``number`` of 2 of sequence 1 on channel A, undated unless told."""
    plain: dict[str, Any] = {
        "station": b"", "group": b"", "talker": b"AI", "total": 2, "number": number,
        "sequence": b"1", "channel": b"A", "payload": payload.encode(), "fill": number,
        "at": NO_TIME, "clock": NO_TIME, "order": order, "raw": f"!{payload}".encode(), **changed,
    }  # fmt: skip
    return Part(**plain)


def joined(*parts: Part) -> list[str]:
    """Return the payloads of the messages that came of these parts."""
    assembler = Assembler()
    messages = [assembler.add(item) for item in parts]
    return [message.payload.decode() for message in messages if message is not None]


def test_two_parts_are_a_message() -> None:
    """Payloads in order, the fill bits of the last, time and sentence of the first."""
    assembler = Assembler()
    assert assembler.add(part(1, "abc", 0, at=5)) is None
    assert not assembler.idle
    message = assembler.add(part(2, "def", 1, at=9))
    assert message == Message(payload=b"abcdef", fill=2, at=5, raw=b"!abc")
    assert assembler.idle


def test_the_time_is_that_of_the_first_part_that_has_one() -> None:
    """Some loggers stamp the last sentence only."""
    assembler = Assembler()
    assembler.add(part(1, "a", 0))
    message = assembler.add(part(2, "b", 1, at=9))
    assert message is not None
    assert message.at == 9


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_parts_may_come_in_any_order(order: tuple[int, ...]) -> None:
    """Shuffled by a merger."""
    parts = [part(n, "xabc"[n], i, total=3) for i, n in enumerate(order)]
    assert joined(*parts) == ["abc"]


@pytest.mark.parametrize(
    "other",
    [
        {"sequence": b"2"},
        {"channel": b"B"},
        {"talker": b"BS"},
        {"total": 3},
        {"station": b"south"},
    ],
)
def test_two_ships_at_once_are_never_mixed(other: dict[str, Any]) -> None:
    """Another sequence, channel, talker, total or station: each part finds its own."""
    mine = {"station": b"north"}
    parts = [
        part(1, "A", 0, **mine), part(1, "X", 1, **{**mine, **other}),
        part(2, "B", 2, **mine), part(2, "Y", 3, **{**mine, **other}),
    ]  # fmt: skip
    expected = ["AB"] if other.get("total") == 3 else ["AB", "XY"]
    assert joined(*parts) == expected


def test_the_same_sequence_and_channel_at_two_stations_are_two_messages() -> None:
    """What pyais's queue joins into one valid-looking message of two ships."""
    parts = [
        part(1, "A", 0, station=b"north"), part(2, "Y", 1, station=b"south"),
        part(1, "X", 2, station=b"south"), part(2, "B", 3, station=b"north"),
    ]  # fmt: skip
    assert joined(*parts) == ["XY", "AB"]


def test_a_part_without_a_station_joins_the_message_that_waits() -> None:
    """With group tags the second part often names none."""
    first = part(1, "A", 0, station=b"north", group=b"33")
    assert joined(first, part(2, "B", 1, group=b"33")) == ["AB"]
    assert joined(first, part(2, "B", 1, group=b"34")) == []


def test_an_empty_channel_is_that_of_the_part_before() -> None:
    """IEC 61162-1: fields may be left out in later sentences."""
    assert joined(part(1, "A", 0), part(2, "B", 1, channel=b"")) == ["AB"]


def test_a_repeated_part_is_counted_and_changes_nothing() -> None:
    """The same sentence by a second path."""
    assembler = Assembler()
    assembler.add(part(1, "A", 0))
    assert assembler.add(part(1, "A", 1)) is None
    message = assembler.add(part(2, "B", 2))
    assert message is not None
    assert message.payload == b"AB"
    assert (assembler.repeated, assembler.missing) == (1, 0)


def test_another_first_part_gives_the_old_one_up() -> None:
    """The second part of the first message was lost: the next message is whole."""
    assembler = Assembler()
    assembler.add(part(1, "A", 0))
    assembler.add(part(1, "X", 1))
    message = assembler.add(part(2, "Y", 2))
    assert message is not None
    assert message.payload == b"XY"
    assert (assembler.repeated, assembler.missing) == (0, 1)


@pytest.mark.parametrize(("age", "payloads"), [(MAX_AGE_US, ["AB"]), (MAX_AGE_US + 1, [])])
def test_parts_age_in_the_logs_own_time(age: int, payloads: list[str]) -> None:
    """Ten seconds by their own stamps, else by their reception."""
    assert MAX_AGE_US == 10 * SECOND_US
    assert joined(part(1, "A", 0, at=100), part(2, "B", 1, at=100 + age)) == payloads
    assert joined(part(1, "A", 0, clock=100), part(2, "B", 1, clock=100 + age)) == payloads


@pytest.mark.parametrize(("age", "payloads"), [(GROUPED_AGE_US, ["AB"]), (GROUPED_AGE_US + 1, [])])
def test_parts_of_one_group_wait_longer(age: int, payloads: list[str]) -> None:
    """Station and group named by both: satellites deliver half an hour late."""
    assert GROUPED_AGE_US == 1800 * SECOND_US
    tags = {"station": b"sat", "group": b"33"}
    parts = (part(1, "A", 0, at=100, **tags), part(2, "B", 1, at=100 + age, **tags))
    assert joined(*parts) == payloads


@pytest.mark.parametrize(("order", "payloads"), [(MAX_DISTANCE, ["AB"]), (MAX_DISTANCE + 1, [])])
def test_in_an_undated_feed_parts_age_in_sentences(order: int, payloads: list[str]) -> None:
    """Two hundred."""
    assert joined(part(1, "A", 0), part(2, "B", order)) == payloads


@pytest.mark.parametrize(
    ("order", "payloads"), [(EARLY_DISTANCE, ["AB"]), (EARLY_DISTANCE + 1, [])]
)
def test_a_second_part_may_come_a_little_early(order: int, payloads: list[str]) -> None:
    """Beyond twenty sentences a first part begins another message."""
    assert joined(part(2, "B", 0), part(1, "A", order)) == payloads


def test_what_never_came_is_counted() -> None:
    """By age, and at the end of the log."""
    assembler = Assembler()
    assembler.add(part(1, "A", 0, total=3))
    assembler.add(part(2, "B", 1, total=3))
    assembler.add(part(1, "X", 1000))
    assert assembler.missing == 2
    assembler.flush()
    assert assembler.missing == 3
    assert assembler.idle


def test_what_waits_survives_a_restart() -> None:
    """Through JSON, bytes above ASCII and all."""
    assembler = Assembler()
    assembler.add(part(1, "A", 0, station=b"\xe9", raw=b"\xff!"))
    assembler.add(part(1, "X", 1, sequence=b"7"))
    again = Assembler()
    again.restore(json.loads(json.dumps(assembler.state())))
    message = again.add(part(2, "B", 2))
    assert message is not None
    assert (message.payload, message.raw) == (b"AB", b"\xff!")
    assert not again.idle
