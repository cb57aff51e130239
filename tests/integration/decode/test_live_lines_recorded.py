"""Recorded lines of live feeds, one by one: each for itself, dated by record or reception."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from monitor.decode.dating import AHEAD_US, FAR_AHEAD_US, LONG_AGO_US
from monitor.decode.forms import form_of, make_decoder
from monitor.units import MINUTE_US, SECOND_US
from tests.unit.decode.live_lines import NOW, live
from tests.unit.decode.reports import refused


def micros(text: str) -> int:
    """An instant of ISO 8601, by other means than the decoders'."""
    date, _, fraction = text.partition(".")
    digits = re.match(r"\d*", fraction)
    whole = datetime.strptime(date[:19].replace("T", " "), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    micro = int(((digits[0] if digits else "") + "000000")[:6])
    return round(whole.timestamp()) * SECOND_US + micro


def joined(data: bytes) -> list[bytes]:
    """Digitraffic's recording prints a message over several lines; its feed hands on one."""
    parts = re.split(rb"(?m)^(?=vessels-v2/)", data)
    return [b" ".join(part.split()) + b"\n" for part in parts if part.strip()]


def split(data: bytes) -> list[bytes]:
    """A record a line."""
    return [line + b"\n" for line in data.splitlines() if line.startswith(b"{")]


def messages(data: bytes) -> list[bytes]:
    """The messages of an HTTP POST, one by one."""
    return [json.dumps(one).encode() + b"\n" for one in json.loads(data)["msgs"]]


def of(line: bytes) -> dict[str, Any]:
    """The record of a line."""
    found: dict[str, Any] = json.loads(line[line.index(b"{") :])
    return found


Recording = tuple[str, str, Callable[[bytes], list[bytes]], Callable[[bytes], int | None], int]
RECORDINGS: list[Recording] = [
    ("aiscatcher-json", "aiscatcher_json/http_post_v070_20260926.json", messages,
     lambda line: round(of(line)["rxuxtime"] * 1e6), 2),
    ("aisstream-json", "aisstream_json/aiscast_archived_20260830.ndjson", split,
     lambda line: micros(of(line)["MetaData"]["time_utc"]), 3),
    ("barentswatch-json", "barentswatch_json/bw_combined_full_json.txt", split,
     lambda line: micros(of(line)["msgtime"]), 500),
    ("barentswatch-json", "barentswatch_json/bw_combined_simple_geojson.txt", split,
     lambda line: micros(of(line)["properties"]["msgtime"]), 20),
    ("barentswatch-json", "barentswatch_json/bw_combined_simple_json.txt", split,
     lambda line: micros(of(line)["msgtime"]), 326),
    ("barentswatch-json", "barentswatch_json/bw_get_ais.txt", split,
     lambda line: micros(of(line)["msgtime"]), 1748),
    ("digitraffic-json", "digitraffic_json/mqtt_live_20260905.txt", joined,
     lambda line: of(line)["time"] * SECOND_US, 1),
    ("gpsd-json", "gpsd_json/gpsd_sample.aivdm.js.chk", split, lambda _: None, 12),
    ("gpsd-json", "gpsd_json/gpsd_sample.aivdm.ju.chk", split, lambda _: None, 12),
]  # fmt: skip


def has_position(form: str, line: bytes, stamp_of: Callable[[bytes], int | None]) -> bool:
    """Whether a line is a position report, when its stamp is right."""
    try:
        stamp = stamp_of(line)
    except KeyError:  # a record of another kind, stamped by another name
        stamp = None
    return len(live(form, line, NOW if stamp is None else stamp).positions) > 0


@pytest.mark.parametrize(
    ("form", "name", "lines_of", "stamp_of", "least"), RECORDINGS, ids=[r[1] for r in RECORDINGS]
)
def test_recorded_lines_one_by_one(
    shared: Path, form: str, name: str, lines_of: Callable[[bytes], list[bytes]],
    stamp_of: Callable[[bytes], int | None], least: int,
) -> None:  # fmt: skip
    """A plausible stamp dates the fix; one a little ahead gives way; one far ahead is refused."""
    lines = lines_of((shared / name).read_bytes())
    found = 0
    for line in lines:
        if not has_position(form, line, stamp_of):
            continue
        found += 1
        stamp = stamp_of(line)
        base = NOW if stamp is None else stamp
        for ahead, at in (
            (-LONG_AGO_US, stamp), (-MINUTE_US, stamp), (0, stamp), (AHEAD_US, stamp),
            (AHEAD_US + 2, None), (FAR_AHEAD_US - 2, None),
        ):  # fmt: skip
            received_at = base - ahead
            reports = live(form, line, received_at)
            assert refused(reports) == {}
            (row,) = reports.positions
            assert row["received_at"] == received_at
            assert abs(int(row["at"]) - (received_at if at is None else at)) <= 1
            assert all(static.received_at == received_at for static in reports.statics)
        for received_at in (base - FAR_AHEAD_US - 2, base + LONG_AGO_US + 2):
            reports = live(form, line, received_at)
            if stamp is None:
                assert len(reports.positions) == 1
            else:
                assert (len(reports.positions), refused(reports)) == (0, {"clock_nonsense": 1})
                assert not reports.statics
    assert found >= least


@pytest.mark.parametrize(
    ("form", "name", "lines_of"), [r[:3] for r in RECORDINGS], ids=[r[1] for r in RECORDINGS]
)
def test_a_line_a_batch_is_the_same(
    shared: Path, form: str, name: str, lines_of: Callable[[bytes], list[bytes]]
) -> None:
    """All in one go, with times of their own, or each alone."""
    lines = lines_of((shared / name).read_bytes())[:300]
    times = [NOW + index for index in range(len(lines))]
    whole = live(form, b"".join(lines), times)
    decoder = make_decoder(form_of(form))
    rows, statics = [], []
    for index, (line, time) in enumerate(zip(lines, times, strict=True)):
        reports = live(form, line, time, decoder)
        reports.positions["seq"] += index
        rows.append(reports.positions)
        statics += [(s.at, s.received_at, s.seq + index, s.static) for s in reports.statics]
        assert decoder.state()["carry"] == ""
    assert np.concatenate(rows).tobytes() == whole.positions.tobytes()
    assert statics == [(s.at, s.received_at, s.seq, s.static) for s in whole.statics]
    assert whole.clock is not None
    assert whole.clock.tolist() == times


@pytest.mark.parametrize(
    ("form", "name", "lines_of", "stamp_of"), [r[:4] for r in RECORDINGS],
    ids=[r[1] for r in RECORDINGS],
)  # fmt: skip
def test_half_a_line_does_not_swallow_the_next(
    shared: Path, form: str, name: str, lines_of: Callable[[bytes], list[bytes]],
    stamp_of: Callable[[bytes], int | None],
) -> None:  # fmt: skip
    """Wherever it is cut, within one batch or at its end."""
    lines = lines_of((shared / name).read_bytes())
    line = next(line for line in lines if has_position(form, line, stamp_of))
    now = stamp_of(line) or NOW
    for place in range(1, len(line) - 1):
        half = line[:place] + b"\n"
        reports = live(form, half + line + half + line, now)
        assert len(reports.positions) == 2, half
        assert reports.positions["seq"].tolist() == [1, 3]
        decoder = make_decoder(form_of(form))
        assert len(live(form, half, now, decoder).positions) == 0
        assert len(live(form, line, now, decoder).positions) == 1
