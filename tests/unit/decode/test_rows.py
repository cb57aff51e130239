"""Rows into columns: a form that yields rows gets dating, counting, carrying and live feeds."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from monitor.decode.fields import refused
from monitor.decode.rows import Row, RowDecoder, content_of
from monitor.model import RAW_BYTES, Lines, Refusal, Reports, Static, StaticReport
from monitor.units import DAY_US, MINUTE_US, NO_TIME, SECOND_US

BEGIN = 1_700_000_000 * SECOND_US


class Notebook(RowDecoder):
    """A watchkeeper's notes: seconds after BEGIN or "-", MMSI, then "lon lat", a name, or both.

    ``#`` begins a word of his own, ``?`` what nobody can read, and a line that ends in a backslash
    goes on in the next.
    """

    NAME = "notebook"

    @staticmethod
    def recognises(head: bytes) -> bool:
        """See Decoder."""
        return head.startswith(b"notes")

    def rows(self, data: bytes, *, final: bool) -> Iterator[Row]:
        """See RowDecoder."""
        held: list[bytes] = []
        lines = data.split(b"\n")
        for line in lines if final and lines[-1] else lines[:-1]:
            held.append(line.removesuffix(b"\\"))
            if line.endswith(b"\\"):
                continue
            row = note(b"".join(held))
            row.lines = len(held)
            yield row
            held = []


def note(line: bytes) -> Row:
    words = line.decode().split()
    if not words or words[0] == "#":
        return Row(kind="")
    if words[0] == "?":
        return refused(Refusal.GARBLED, line)
    at = NO_TIME if words[0] == "-" else BEGIN + round(float(words[0]) * SECOND_US)
    row = Row(at=at, mmsi=int(words[1]), raw=line)
    named = [word for word in words[2:] if word.isalpha()]
    if len(words) - len(named) > 2:
        row.has_position, row.lon, row.lat = True, float(words[2]), float(words[3])
    if named:
        row.static = Static(mmsi=row.mmsi, name=named[0])
        row.kind = "position" if row.has_position else "static"
    return row


def decoded(*lines: str, decoder: Notebook | None = None, final: bool = True) -> Reports:
    data = "".join(f"{line}\n" for line in lines).encode()
    return (decoder or Notebook()).decode(Lines(data=data, source="log"), final=final)


def live(*lines: str, received_s: list[float]) -> Reports:
    data = "".join(f"{line}\n" for line in lines).encode()
    stamps = np.array([BEGIN + round(s * SECOND_US) for s in received_s], dtype=np.int64)
    return Notebook().decode(Lines(data=data, source="feed", received_at=stamps))


def seconds(instants: np.ndarray) -> list[float]:
    return [(int(at) - BEGIN) / SECOND_US for at in instants]


def test_a_row_becomes_a_line_of_the_columns() -> None:
    (fix,) = decoded("12 230108610 24.9 60.1").positions
    assert (fix["mmsi"], fix["lon"], fix["lat"]) == (230_108_610, 24.9, 60.1)
    assert fix["at"] == fix["received_at"] == BEGIN + 12 * SECOND_US
    assert (fix["seq"], fix["line"], fix["source"]) == (0, 1, 0)
    assert fix["raw"] == b"12 230108610 24.9 60.1"


def test_what_a_row_does_not_say_is_not_available() -> None:
    """NaN for what is measured, -1 for a status, 0 for the type: never a number that may be one."""
    (fix,) = decoded("12 230108610 24.9 60.1").positions
    for name in ("sog_kn", "cog_deg", "heading_deg", "turn_deg_min"):
        assert math.isnan(fix[name]), name
    assert (fix["status"], fix["type"]) == (-1, 0)


def test_one_row_may_say_where_she_is_and_who() -> None:
    reports = decoded("12 230108610 24.9 60.1 AURORA", "13 265000000 BORE")
    at12, at13 = BEGIN + 12 * SECOND_US, BEGIN + 13 * SECOND_US
    aurora, bore = Static(mmsi=230_108_610, name="AURORA"), Static(mmsi=265_000_000, name="BORE")
    assert reports.positions["mmsi"].tolist() == [230_108_610]
    assert reports.statics == [
        StaticReport(at=at12, received_at=at12, seq=0, source=0, static=aurora),
        StaticReport(at=at13, received_at=at13, seq=1, source=0, static=bore),
    ]
    assert dict(reports.kinds) == {("log", "position"): 1, ("log", "static"): 1}


def test_a_line_that_says_nothing_keeps_its_number_and_is_not_counted() -> None:
    reports = decoded("# notes", "1 230108610 1 2", "", "2 230108610 1 2")
    assert reports.positions["line"].tolist() == [2, 4]
    assert reports.positions["seq"].tolist() == [1, 3]
    assert reports.lines == 4
    assert dict(reports.kinds) == {("log", "position"): 2}
    assert not reports.refusals


def test_what_is_refused_is_counted_under_its_reason_and_source() -> None:
    reports = decoded("1 230108610 1 2", "? coffee", "? rain", "2 230108610 1 2")
    assert dict(reports.refusals) == {("log", "garbled"): 2}
    assert reports.positions["line"].tolist() == [1, 4]


def test_a_row_without_a_time_has_that_of_the_row_before() -> None:
    reports = decoded("- 230108610 1 2", "7 230108610 1 2", "- 230108610 1 2")
    assert seconds(reports.positions["at"]) == [7, 7, 7]


def test_rows_that_nothing_dates_are_refused_as_undated() -> None:
    """Unless they are told when the log begins."""
    assert dict(decoded("- 230108610 1 2", "# ashore").refusals) == {("log", "undated"): 1}
    told = Notebook()
    told.begin_at(BEGIN + 30 * SECOND_US)
    assert seconds(decoded("- 230108610 1 2", decoder=told).positions["at"]) == [30]


def test_a_lone_stamp_of_another_month_is_nonsense_and_moves_no_clock() -> None:
    month = 30 * 86_400
    reports = decoded("1 230108610 1 2", f"{month} 230108610 1 2", "2 230108610 1 2")
    assert dict(reports.refusals) == {("log", "clock_nonsense"): 1}
    assert seconds(reports.positions["received_at"]) == [1, 2]


def test_an_older_row_keeps_its_time_and_came_in_no_earlier_than_those_before() -> None:
    reports = decoded("5 230108610 1 2", "3 230108610 1 2")
    assert seconds(reports.positions["at"]) == [5, 3]
    assert seconds(reports.positions["received_at"]) == [5, 5]


def test_rows_of_a_log_that_is_not_in_order_are_each_dated_by_themselves() -> None:
    """An archive by vessel: somebody else sorts, and a step of a month is none."""
    decoder = Notebook()
    decoder.in_order = False
    month = 30 * 86_400
    reports = decoded(f"{month} 230108610 1 2", "3 265000000 1 2", decoder=decoder)
    assert seconds(reports.positions["received_at"]) == [month, 3]
    assert decoder.clock.at == BEGIN + month * SECOND_US


def test_the_clock_has_a_stamp_for_every_line_of_a_record_over_several() -> None:
    reports = decoded("1 230108610 1 2", "4 230108610 \\", "1 \\", "2", "5 230108610 1 2")
    assert reports.clock is not None
    assert seconds(reports.clock) == [1, 4, 4, 4, 5]
    assert reports.positions["line"].tolist() == [1, 2, 5]
    assert reports.lines == 5


def test_a_record_that_is_cut_waits_for_its_end() -> None:
    decoder = Notebook()
    notes = ("1 230108610 1 2", "2 230108610 1 2", "4 230108610 \\")
    first = decoded(*notes, decoder=decoder, final=False)
    assert (first.lines, len(first.positions)) == (2, 2)
    rest = decoded("1 2", decoder=decoder)
    assert (rest.lines, rest.positions["line"].tolist()) == (2, [3])
    assert seconds(rest.positions["at"]) == [4]


def test_a_step_of_days_at_the_end_of_a_batch_waits_for_a_witness() -> None:
    decoder = Notebook()
    day3 = 3 * 86_400
    first = decoded("1 230108610 1 2", f"{day3} 230108610 1 2", decoder=decoder, final=False)
    assert seconds(first.positions["at"]) == [1]
    rest = decoded(f"{day3 + 1} 230108610 1 2", decoder=decoder)
    assert seconds(rest.positions["at"]) == [day3, day3 + 1]


@pytest.mark.parametrize("seed", range(10))
def test_batches_and_restarts_change_nothing(seed: int) -> None:
    """Cut anywhere, put away as JSON between any two batches: the same columns and counts."""
    chance = random.Random(seed)
    lines = [
        chance.choice((f"{second} 230108610 1 2", "? fog", "- 265000000 \\\n3 4", "# tea", "ÆGIR"))
        if chance.random() < 0.5
        else f"{second + chance.choice((0, 0, -5, 9 * 86_400))} 230108610 1 2 AURORA"
        for second in range(40)
    ]
    data = "\n".join(line.replace("ÆGIR", "# ÆGIR") for line in lines).encode() + b"\n"
    whole = Notebook().decode(Lines(data=data, source="log"), final=True)
    ends = [0, *(i + 1 for i, byte in enumerate(data) if byte == 10)]
    cuts = sorted({0, len(data), *chance.sample(ends, 7)})
    decoder, parts = Notebook(), []
    for begin, end in pairwise(cuts):
        kept = json.loads(json.dumps(decoder.state()))
        decoder = Notebook()
        decoder.restore(kept)
        lines_ = Lines(data=data[begin:end], source="log")
        parts.append(decoder.decode(lines_, final=end == len(data)))
    found = np.concatenate([part.positions for part in parts])
    for name in ("mmsi", "at", "received_at", "line", "raw", "content"):
        assert found[name].tolist() == whole.positions[name].tolist(), name
    assert sum((part.refusals for part in parts), parts[0].refusals.__class__()) == whole.refusals
    assert sum(part.lines for part in parts) == whole.lines
    assert [r.at for part in parts for r in part.statics] == [r.at for r in whole.statics]


def test_live_lines_came_in_when_they_were_received() -> None:
    reports = live("1 230108610 1 2", "- 230108610 1 2", received_s=[3, 4])
    assert seconds(reports.positions["received_at"]) == [3, 4]
    assert seconds(reports.positions["at"]) == [1, 4]
    assert reports.clock is not None
    assert seconds(reports.clock) == [3, 4]


@pytest.mark.parametrize(
    ("ahead_s", "told_s"), [(2, 2), (2.001, 0), (60, 0), (60.001, None), (3e6, None)]
)
def test_a_live_stamp_that_is_ahead(ahead_s: float, told_s: float | None) -> None:
    """Two seconds are a clock's error, a minute is dated by its reception, more is nonsense."""
    reports = live(f"{ahead_s} 230108610 1 2", received_s=[0])
    if told_s is None:
        assert dict(reports.refusals) == {("feed", "clock_nonsense"): 1}
        assert len(reports.positions) == 0
    else:
        assert seconds(reports.positions["at"]) == [told_s]


def test_a_live_stamp_of_more_than_a_month_ago_is_nonsense() -> None:
    month_s = 30 * DAY_US / SECOND_US
    reports = live("0 230108610 1 2", "0 265000000 1 2", received_s=[month_s, month_s + 1])
    assert reports.positions["mmsi"].tolist() == [230_108_610]
    assert dict(reports.refusals) == {("feed", "clock_nonsense"): 1}


def test_a_live_batch_without_a_line_is_nothing() -> None:
    reports = live(received_s=[])
    assert (reports.lines, len(reports.positions)) == (0, 0)


def test_only_the_first_bytes_of_a_long_row_are_evidence() -> None:
    (fix,) = decoded(f"1 230108610 1 2 {'A' * 200}").positions
    assert len(fix["raw"]) == RAW_BYTES == 72


def test_two_copies_of_a_report_have_the_same_content_in_every_process() -> None:
    """The number is kept in the store and compared after a restart: it is not Python's hash."""
    row = Row(mmsi=230_108_610, lon=24.9, lat=60.1, sog_kn=11.5, cog_deg=359.9, status=0)
    assert content_of(row) == 0xF551A982071666DD
    row.at, row.raw, row.type = BEGIN + MINUTE_US, b"another receiver's", 3
    assert content_of(row) == 0xF551A982071666DD


@pytest.mark.parametrize(
    "name", ["mmsi", "lon", "lat", "sog_kn", "cog_deg", "heading_deg", "status"]
)
def test_content_tells_reports_apart(name: str) -> None:
    one, other = (Row(mmsi=1, lon=1.0, lat=2.0, sog_kn=3.0, cog_deg=4.0, heading_deg=5.0, status=6)
                  for _ in range(2))  # fmt: skip
    setattr(other, name, getattr(other, name) + 1)
    assert content_of(one) != content_of(other)


def test_content_tells_west_from_east() -> None:
    assert content_of(Row(mmsi=1, lon=-7.0)) != content_of(Row(mmsi=1, lon=7.0))


def test_begun_in_the_midst_of_a_log_it_counts_the_lines_on() -> None:
    """A record says all of itself: nothing else is asked of the lines before."""
    decoder = Notebook()
    decoder.begin_within(b"notes\n", 71)
    assert decoded("#", "0 211000001 10 54", decoder=decoder).positions["line"].tolist() == [72]
