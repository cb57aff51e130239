"""JSON found in lines: one object a line, many, or one over many; a broken one swallows none."""

from __future__ import annotations

import json
import math
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from monitor.decode import jsonrecords
from monitor.decode.fields import refused
from monitor.decode.gpsd import GpsdDecoder
from monitor.decode.jsonrecords import (
    Chunk,
    JsonDecoder,
    behind_logger,
    objects_in,
    objects_of,
    records,
)
from monitor.decode.rows import Row
from monitor.decode.times import instant
from monitor.model import RAW_BYTES, Lines, Refusal, Reports
from monitor.units import HOUR_US, SECOND_US, to_iso

BEGIN = 1_700_000_000
NUMBERED = re.compile(rb'\{"n":')


def values(found: list[Chunk]) -> list[list[Any]]:
    return [[value for value, _ in record.values] for record in found]


def cut(*lines: bytes, final: bool = True, **words: Any) -> list[Chunk]:
    return list(records(b"".join(line + b"\n" for line in lines), final=final, **words))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{"a":1}', [{"a": 1}]),
        ('{"a":1}{"b":2}', [{"a": 1}, {"b": 2}]),
        ('[{"a":1}, {"b":2}]', [{"a": 1}, {"b": 2}]),
        ('[[{"a":[1,2]}],\n[{"b":{}}]],', [{"a": [1, 2]}, {"b": {}}]),
        ("[]", []),
        ("", []),
        ('{"a":1', None),
        ('{"a":1}{"b"', None),
        ('{"a":1} and more', None),
        ("[1, 2]", None),
        ('"a"', None),
        ('{"a":' + "[" * 100_000, None),
    ],
)
def test_the_objects_of_a_text(source: str, found: list[Any] | None) -> None:
    """Arrays around them say nothing; what is cut, or no object, spoils the text."""
    objects = objects_of(source)
    assert (None if objects is None else [value for value, _ in objects]) == found


def test_each_object_comes_with_its_first_bytes() -> None:
    first, second = '{"name":"ÆGIR"}', json.dumps({"long": "x" * 100})
    found = objects_of(f"[{first},{second}]")
    assert found is not None
    assert [raw for _, raw in found] == [
        (first + "," + second)[:RAW_BYTES].encode(),
        second[:RAW_BYTES].encode(),
    ]


def test_a_line_a_record() -> None:
    found = cut(b'{"a":1}', b"", b'  {"b":2},\r', b"hello")
    assert values(found) == [[{"a": 1}], [], [{"b": 2}], []]
    assert [record.prefix for record in found] == [b"", b"", b"", b"hello"]
    assert [record.lines for record in found] == [1, 1, 1, 1]


def test_an_object_over_several_lines_is_one_record() -> None:
    pretty = json.dumps({"a": {"b": ["}", {"c": '"{"'}]}}, indent=2).encode().split(b"\n")
    found = cut(b'{"z":0}', *pretty, b'{"y":0}')
    assert values(found) == [[{"z": 0}], [{"a": {"b": ["}", {"c": '"{"'}]}}], [{"y": 0}]]
    assert [record.lines for record in found] == [1, len(pretty), 1]


def test_a_pretty_array_is_cut_at_its_objects() -> None:
    """A whole answer need not be held: each object goes on its way at its last brace."""
    pretty = json.dumps([{"a": 1}, {"b": 2}], indent=1).encode().split(b"\n")
    assert values(cut(*pretty)) == [[], [{"a": 1}], [{"b": 2}], []]
    assert values(cut(b'[{"a":', b"1},", b'{"b":2}]')) == [[{"a": 1}], [{"b": 2}]]


def test_a_blank_line_inside_an_object_is_part_of_it() -> None:
    (record,) = cut(b'{"a":', b"", b"  \r", b"1}")
    assert ([value for value, _ in record.values], record.lines) == ([{"a": 1}], 4)


@pytest.mark.parametrize(
    ("line", "prefix"),
    [
        (b'data: {"a":1}', b"data:"),
        (b'vessels-v2/230108610/location {"a":1}', b"vessels-v2/230108610/location"),
        (b'INFO [{"a":1}]', b"INFO"),
    ],
)
def test_what_stands_before_the_brace_is_kept(line: bytes, prefix: bytes) -> None:
    (record,) = cut(line)
    assert (record.prefix, [value for value, _ in record.values]) == (prefix, [{"a": 1}])


@pytest.mark.parametrize(
    "before",
    [
        b"2024-12-13 04:00:00 INFO ", b"Nov 14 22:13:20 pi aiscatcher[1029]: ", b">> ",
        b"1700000000000;I;", b"<134>1 2024-12-13T04:00:00Z pi ais - - - ",
        b"[2024-12-13 04:00:00] ",
    ],
)  # fmt: skip
def test_what_a_logger_wrote_before_it_is_not(before: bytes) -> None:
    (record,) = cut(before + b'{"a":1}')
    assert (record.prefix, [value for value, _ in record.values]) == (b"", [{"a": 1}])


def test_words_with_a_bracket_are_words() -> None:
    (record,) = cut(b"the pilot [who came late] left")
    assert (record.prefix, record.values, record.garbled) == (
        b"the pilot [who came late] left", [], False,
    )  # fmt: skip


def test_an_object_that_is_cut_waits_for_more() -> None:
    assert cut(b'{"a":', final=False) == []
    assert values(cut(b'{"z":1}', b'{"a":', final=False)) == [[{"z": 1}]]


def test_at_the_end_a_cut_object_is_garbled() -> None:
    (record,) = cut(b'{"a":', b'"never')
    assert (record.garbled, record.lines, record.values) == (True, 2, [])


@pytest.mark.parametrize("broken", [b'{"a":"cu', b'{"a":1,', b'{"a":{"b":1', b'{"a":[1'])
def test_a_broken_record_does_not_swallow_the_next(broken: bytes) -> None:
    """A brace cannot stand there, so another record has begun."""
    found = cut(broken, b'{"b":2}', b'{"c":3}')
    assert [record.garbled for record in found] == [True, False, False]
    assert values(found) == [[], [{"b": 2}], [{"c": 3}]]


def test_it_may_swallow_one_that_could_be_its_own() -> None:
    """Behind ``[1,`` an object may follow, but not a second one without a comma."""
    found = cut(b'{"a":[1,', b'{"b":2}', b'{"c":3}')
    assert [(record.garbled, record.lines) for record in found] == [(True, 2), (False, 1)]


def test_an_object_that_is_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """One brace that lacks must not gather a day's log in memory."""
    monkeypatch.setattr(jsonrecords, "MAX_RECORD_BYTES", 100)
    found = cut(b'{"a":[', *[b"1234567,"] * 20, b"1]}")
    assert (found[0].garbled, found[0].lines) == (True, 13)


def test_a_line_that_no_json_can_hold_ends_a_cut_object() -> None:
    found = cut(b'{"a":[', b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24", b'{"b":2}')
    assert [record.garbled for record in found] == [True, False, False]
    assert found[1].prefix.startswith(b"!AIVDM")


def test_a_form_may_know_how_its_records_begin() -> None:
    """Inside an array an object may follow a comma; not one that begins as a record does."""
    lines = b'{"n":1,"of":[', b'{"m":2},', b'{"n":3}'
    assert [record.garbled for record in cut(*lines)] == [True]
    found = cut(*lines, starts=NUMBERED)
    assert [record.garbled for record in found] == [True, False]
    assert values(found) == [[], [{"n": 3}]]


def test_live_lines_stand_for_themselves() -> None:
    """The next line of a feed may be another sender's."""
    found = cut(b'{"a":', b"1}", b'{"b":2}', joined=False)
    assert [record.garbled for record in found] == [True, False, False]
    assert values(found) == [[], [], [{"b": 2}]]


def test_the_objects_in_a_head_come_with_what_stands_before_them() -> None:
    head = b'topic/1 {"a":1}\nHTTP/2.0 200 OK\r\n\r\n[{"b":2},\n {"c":3},{"cut":'
    assert list(objects_in(head)) == [
        (b"topic/1", {"a": 1}),
        (b"", {"b": 2}),
        (b"", {"c": 3}),
    ]


def test_where_the_head_cuts_a_large_object_those_inside_it_are_given() -> None:
    head = b'{"type":"FeatureCollection","features":[{"id":1},{"id":2},{"id":'
    assert [value for _, value in objects_in(head)] == [{"id": 1}, {"id": 2}]


def test_no_more_of_a_head_is_looked_at_than_asked_for() -> None:
    assert len(list(objects_in(b'{"a":1}' * 100))) == 64
    assert len(list(objects_in(b'{"a":1}' * 100, limit=3))) == 3


class Letters(JsonDecoder):
    """Objects with ``at`` (s after BEGIN) and ``ships``, one position each."""

    NAME = "letters"

    @staticmethod
    def recognises(head: bytes) -> bool:
        """See Decoder."""
        return any("ships" in value for _, value in objects_in(head))

    def read(self, value: dict[str, Any], prefix: bytes) -> Iterator[Row]:
        """See JsonDecoder."""
        if prefix == b"spoilt":
            yield refused(Refusal.GARBLED)
        for ship, second in value.get("ships", {}).items():
            yield Row(at=instant(BEGIN + second), mmsi=int(ship), has_position=True, lon=1, lat=2)


def decoded(*lines: bytes, decoder: Letters | None = None, final: bool = True) -> Reports:
    data = b"".join(line + b"\n" for line in lines)
    return (decoder or Letters()).decode(Lines(data=data, source="log"), final=final)


def letter(**ships: float) -> bytes:
    return json.dumps(
        {"ships": {mmsi.removeprefix("_"): at for mmsi, at in ships.items()}}
    ).encode()


def refusals(reports: Reports) -> dict[str, int]:
    return {reason: count for (_, reason), count in reports.refusals.items()}


def test_the_ships_of_an_object_stand_in_its_line_with_its_bytes() -> None:
    reports = decoded(letter(_1=0, _2=1), b"", letter(_3=2))
    assert reports.positions["mmsi"].tolist() == [1, 2, 3]
    assert reports.positions["line"].tolist() == [1, 1, 3]
    assert reports.positions["raw"][1] == b'{"ships": {"1": 0, "2": 1}}'
    assert reports.positions["raw"][2] == b'{"ships": {"3": 2}}'
    assert reports.lines == 3


def test_words_are_refused_and_blank_lines_are_not() -> None:
    reports = decoded(b"connected", b"", letter(_1=0), b"{}", b"[]", b'{"ships":', b"}")
    assert refusals(reports) == {"not_ais": 1, "garbled": 1}
    assert (len(reports.positions), reports.lines) == (1, 7)


def test_what_stands_before_an_object_reaches_the_form() -> None:
    assert refusals(decoded(b"spoilt " + letter(_1=0))) == {"garbled": 1}


def test_ships_of_one_line_came_in_together() -> None:
    """At the latest time that another ship of the line confirms within an hour."""
    reports = decoded(letter(_1=0, _2=10, _3=5))
    assert {to_iso(int(at)) for at in reports.positions["received_at"]} == {"2023-11-14T22:13:30Z"}
    assert [(int(at) // SECOND_US) - BEGIN for at in reports.positions["at"]] == [0, 10, 5]


def test_ships_of_one_line_in_order_of_time_are_a_log() -> None:
    """Each came in by itself; also where the last is held back until another agrees."""
    far = {f"_{ship}": 600.0 * ship for ship in range(1, 300)}
    reports = decoded(letter(**far), letter(_1=400_000), letter(_1=400_001))
    assert reports.positions["received_at"].tolist() == reports.positions["at"].tolist()
    assert (len(reports.positions), refusals(reports)) == (301, {})


@pytest.mark.parametrize(
    "words",
    [
        b"2024-03-02 04:04:05 host ais[1]: ", b"[INFO] 2024-03-02 04:04:05 ", b"ais-1  | ",
        b'<134>1 2024-03-02T04:04:05Z host ais 1 ID [a@1 b="c"] ', b"\xef\xbb\xbf", b"\x1e",
        b"Sat 2024-03-02 04:04:05 UTC host ais[1]: ", b"1709352245.123456 host ais[1]: ",
        b"ais/data ",
    ],
)  # fmt: skip
def test_what_loggers_write_before_an_object_is_no_word_of_it(words: bytes) -> None:
    reports = decoded(words + letter(_1=0))
    assert (len(reports.positions), refusals(reports)) == (1, {})


def test_a_topic_behind_a_loggers_time_stays() -> None:
    line = b"2024-03-02T04:04:05+0000 vessels-v2/1/location {}"
    assert behind_logger(line) == b"vessels-v2/1/location {}"
    assert behind_logger(b'"at": "04:04:05", "a": {') == b'"at": "04:04:05", "a": {'


def test_a_ship_from_the_future_does_not_carry_the_others_away() -> None:
    reports = decoded(letter(_1=0, _2=3600, _3=2 * 86_400))
    assert refusals(reports) == {"clock_nonsense": 1}
    assert reports.positions["mmsi"].tolist() == [1, 2]
    assert set(reports.positions["received_at"]) == {BEGIN * SECOND_US + HOUR_US}


def test_where_no_two_agree_the_earliest_is_believed() -> None:
    reports = decoded(letter(_1=0, _2=9000))
    assert reports.positions["mmsi"].tolist() == [1]
    assert refusals(reports) == {"clock_nonsense": 1}


@pytest.mark.parametrize("seed", range(10))
def test_cuts_and_restarts_change_nothing(seed: int) -> None:
    """Objects in one line, in many, broken and among words, put away as JSON at every cut."""
    chance = random.Random(seed)
    lines: list[bytes] = []
    for second in range(40):
        ships = {"ships": {str(chance.randrange(1, 9)): second, "9": second}}
        whole = json.dumps(ships).encode()
        pretty = json.dumps(ships, indent=1).encode().split(b"\n")
        lines += chance.choice(
            ([whole], [b"topic " + whole], pretty, pretty[:2], [b"words"], [b""])
        )
    whole_log = decoded(*lines)
    cuts = sorted({0, len(lines), *(chance.randrange(len(lines)) for _ in range(9))})
    decoder, parts = Letters(), []
    for begin, end in pairwise(cuts):
        kept = json.loads(json.dumps(decoder.state()))
        decoder = Letters()
        decoder.restore(kept)
        parts.append(decoded(*lines[begin:end], decoder=decoder, final=end == len(lines)))
    found = np.concatenate([part.positions for part in parts])
    for name in ("mmsi", "at", "received_at", "line", "raw"):
        assert found[name].tolist() == whole_log.positions[name].tolist(), name
    counted: Counter[tuple[str, str]] = Counter()
    for part in parts:
        counted += part.refusals
    assert counted == whole_log.refusals
    assert sum(part.lines for part in parts) == len(lines)


def test_a_live_line_is_decoded_by_itself() -> None:
    stamp = BEGIN * SECOND_US
    data = letter(_1=0, _2=0) + b'\n{"ships":\n' + letter(_3=0) + b"\n"
    lines = Lines(data=data, source="feed", received_at=np.array([stamp, stamp + 1, stamp + 2]))
    reports = Letters().decode(lines)
    assert reports.positions["received_at"].tolist() == [stamp, stamp, stamp + 2]
    assert refusals(reports) == {"garbled": 1}
    assert all(math.isnan(speed) for speed in reports.positions["sog_kn"])


@pytest.mark.parametrize(
    "log", [b'{"' + b'\\"' * 100_000 + b"\n", b'{"a":\n' * 100_000], ids=["quotes", "braces"]
)
def test_a_damaged_log_costs_no_more_than_its_length(log: bytes) -> None:
    """Quotes in a string that never ends; braces within braces, a line each."""
    began = time.process_time()
    assert refusals(Letters().decode(Lines(data=log, source="log"), final=True)).keys() == {
        "garbled"
    }
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("unit", "refusals_each"), [(b"{}", 1), (b"{}\n", 1), (b"[{ },{}],", 2), (b"\n", 0)]
)
def test_objects_with_nothing_in_them_are_counted_and_cost_no_more_than_their_bytes(
    unit: bytes, refusals_each: int
) -> None:
    count = 1_000_000 // len(unit)
    began = time.process_time()
    reports = GpsdDecoder().decode(Lines(data=unit * count, source="log"), final=True)
    assert time.process_time() - began < 1
    assert sum(reports.refusals.values()) == refusals_each * count
    assert reports.lines == max(1, (unit * count).count(b"\n"))


def test_nothing_between_objects_moves_none_of_them() -> None:
    lines = [b"{}", b"{}{}" + letter(_1=0) + b"{}", b"", b"", b"{}", letter(_2=1), b"{", b"}", b""]
    whole, apart, decoder = decoded(*lines), Counter[int](), Letters()
    assert whole.positions["line"].tolist() == [2, 6]
    for place, line in enumerate(lines):
        reports = decoded(line, decoder=decoder, final=place == len(lines) - 1)
        apart.update(reports.positions["line"].tolist())
    assert (apart, whole.lines) == ({2: 1, 6: 1}, len(lines))
