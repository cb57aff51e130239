"""Tables: a heading names the columns, whatever the separator, the quotes and the marks."""

from __future__ import annotations

import json
import math
import time
from collections import Counter

import numpy as np
import pytest

from monitor.decode.cells import mmsi_field
from monitor.decode.fields import refused
from monitor.decode.headings import header_in
from monitor.decode.rows import Row
from monitor.decode.table import TableDecoder
from monitor.decode.times import instant_of_text
from monitor.errors import InputError
from monitor.model import Lines, Refusal, Reports
from monitor.units import SECOND_US, to_iso

HEADING = b"When,MMSI,Lon,Lat,Speed"
ROW = b"2024-12-13T04:00:00Z,230108610,24.9,60.1,11.5"


class Ledger(TableDecoder):
    """A harbour master's ledger."""

    NAME = "ledger"

    @staticmethod
    def recognises(head: bytes) -> bool:
        """See Decoder."""
        return "when" in header_in(head)

    def bind(self, columns: dict[str, int]) -> None:
        """See TableDecoder."""
        self.at = self.need(columns, "the time", "when", "time")
        self.mmsi = self.need(columns, "the MMSI", "mmsi")
        self.lon, self.lat = columns["lon"], columns["lat"]
        self.speed = self.place(columns, "speed", "sog")
        self._measures = (self.lon, self.lat, self.speed)

    def read(self, fields: list[bytes], line: bytes) -> Row:
        """See TableDecoder."""
        try:
            mmsi = mmsi_field(fields[self.mmsi])
        except ValueError:
            return refused(Refusal.GARBLED, line)
        return Row(
            at=instant_of_text(fields[self.at]), mmsi=mmsi, has_position=True,
            lon=float(fields[self.lon]), lat=float(fields[self.lat]),
            sog_kn=float(fields[self.speed] or "nan"), raw=line,
        )  # fmt: skip


def decoded(*lines: bytes, decoder: Ledger | None = None, final: bool = True) -> Reports:
    data = b"".join(line + b"\n" for line in lines)
    return (decoder or Ledger()).decode(Lines(data=data, source="log"), final=final)


def refusals(reports: Reports) -> dict[str, int]:
    return {reason: count for (_, reason), count in reports.refusals.items()}


def test_a_row_under_its_heading() -> None:
    reports = decoded(HEADING, ROW)
    (fix,) = reports.positions
    assert (fix["mmsi"], fix["lon"], fix["lat"], fix["sog_kn"]) == (230_108_610, 24.9, 60.1, 11.5)
    assert to_iso(int(fix["at"])) == "2024-12-13T04:00:00Z"
    assert (fix["line"], fix["raw"]) == (2, ROW)
    assert reports.lines == 2


def test_columns_may_stand_in_any_order_and_a_name_twice() -> None:
    """The first of two columns of one name counts; a column that lacks reads as a blank."""
    (fix,) = decoded(b"lat,lon,mmsi,TIME,lat", b"60.1,24.9,1,2024-12-13 04:00,0").positions
    assert (fix["lat"], fix["lon"]) == (60.1, 24.9)
    assert math.isnan(fix["sog_kn"])


def test_a_column_that_is_needed_and_lacks_is_said() -> None:
    with pytest.raises(InputError) as refusal:
        decoded(b"When, Lon, Lat")
    assert str(refusal.value) == (
        "The log has no column for the MMSI; its columns are: When, Lon, Lat."
    )


def test_decimal_commas_where_the_comma_does_not_separate() -> None:
    (fix,) = decoded(
        b"When;MMSI;Lon;Lat;Speed", b"2024-12-13T04:00:00Z;230108610;24,9;60,1;11,5"
    ).positions
    assert (fix["lon"], fix["lat"], fix["sog_kn"]) == (24.9, 60.1, 11.5)


@pytest.mark.parametrize(
    "line",
    [
        b'"2024-12-13T04:00:00Z","230108610","24.9","60.1","11.5"',
        ROW + b"\r",
        ROW + b",,,",
        ROW.replace(b"230108610", b"230108610 "),
    ],
)
def test_quotes_carriage_returns_and_separators_at_the_end_say_nothing(line: bytes) -> None:
    (fix,) = decoded(HEADING, line).positions
    assert (fix["mmsi"], fix["lon"], fix["sog_kn"]) == (230_108_610, 24.9, 11.5)


def test_a_quoted_field_may_hold_the_separator() -> None:
    heading = b"When,Name,MMSI,Lon,Lat"
    row = b'2024-12-13T04:00:00Z,"SKYE, ISLE OF",230108610,24.9,60.1'
    (fix,) = decoded(heading, row).positions
    assert (fix["mmsi"], fix["lat"]) == (230_108_610, 60.1)


def test_a_lone_quote_is_the_fields_own() -> None:
    heading = b"When,Name,MMSI,Lon,Lat"
    (fix,) = decoded(heading, b'2024-12-13T04:00:00Z,"SKYE,230108610,24.9,60.1').positions
    assert (fix["mmsi"], fix["lat"]) == (230_108_610, 60.1)


@pytest.mark.parametrize("line", [b"one,two", ROW + b",1", b'"' + b"x" * 200_000])
def test_a_row_of_another_width_is_garbled_and_the_next_is_not(line: bytes) -> None:
    reports = decoded(HEADING, line, ROW)
    assert refusals(reports) == {"garbled": 1}
    assert reports.positions["line"].tolist() == [3]


def test_files_that_were_put_one_behind_the_other() -> None:
    """The heading comes again, and blank lines between."""
    reports = decoded(HEADING, ROW, b"", b"   ", HEADING + b"\r", ROW)
    assert reports.positions["line"].tolist() == [2, 6]
    assert (refusals(reports), reports.lines) == ({}, 6)


def test_after_a_restart_the_heading_is_still_known() -> None:
    first, again = Ledger(), Ledger()
    decoded(HEADING, ROW, ROW, decoder=first, final=False)
    again.restore(json.loads(json.dumps(first.state())))
    (fix,) = decoded(ROW, decoder=again).positions
    assert (fix["line"], fix["mmsi"]) == (4, 230_108_610)


def test_a_restart_before_the_first_line_begins_anew() -> None:
    again = Ledger()
    again.restore(Ledger().state())
    assert len(decoded(HEADING, ROW, decoder=again).positions) == 1


def test_a_live_feed_without_a_heading_is_refused_until_it_sends_one() -> None:
    """A log would be given up with a sentence; a feed may only have been joined in the middle."""
    stamp = int(decoded(HEADING, ROW).positions["at"][0]) + SECOND_US
    ledger = Ledger()
    found = []
    for line in (ROW, b"When,Lon,Lat", HEADING, ROW):
        lines = Lines(data=line + b"\n", source="feed", received_at=np.array([stamp]))
        reports = ledger.decode(lines)
        found.append((len(reports.positions), refusals(reports)))
    assert found == [(0, {"garbled": 1}), (0, {"garbled": 1}), (0, {}), (1, {})]


def test_a_line_of_separators_alone_costs_no_more_than_its_length() -> None:
    """A sheet that was saved with all its empty columns."""
    began = time.process_time()
    assert refusals(decoded(HEADING, b"," * 300_000, ROW)) == {"garbled": 1}
    assert time.process_time() - began < 2


@pytest.mark.parametrize("blank", [b"", b"\r\n \n", b"\xef\xbb\xbf"])
def test_begun_in_the_midst_of_a_log_it_takes_its_heading(blank: bytes) -> None:
    """The first row that comes is a row; lines are counted on."""
    decoder = Ledger()
    decoder.begin_within(blank + HEADING + b"\r\n" + ROW + b"\r\n", 71)
    reports = decoder.decode(Lines(data=ROW + b"\n", source="log"), final=True)
    assert reports.positions["mmsi"].tolist() == [230_108_610]
    assert reports.positions["line"].tolist() == [71]


def test_a_line_of_a_feed_is_no_title_for_a_heading_may_follow() -> None:
    """It stands for itself: whether it came with the heading or before it is chance."""
    lines, times = [b"Harbour\n", b"MMSI,Latitude\n"], np.array([1, 2]) * SECOND_US
    whole = Ledger().decode(Lines(data=b"".join(lines), source="x", received_at=times))
    decoder, cut = Ledger(), Counter[tuple[str, str]]()
    for place, line in enumerate(lines):
        one = Lines(data=line, source="x", received_at=times[place : place + 1])
        cut += decoder.decode(one).refusals
    assert cut == whole.refusals == {("x", "garbled"): 2}
