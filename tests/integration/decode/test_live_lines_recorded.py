"""Recorded lines of live feeds, one by one: each for itself, dated by record or reception."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.units import SECOND_US
from tests.integration.decode.live_feeds import (
    StampOf,
    has_position,
    hold_alone_as_together,
    hold_each_to_its_time,
    hold_halves_apart,
)
from tests.unit.decode.live_lines import NOW


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


LinesOf = Callable[[bytes], list[bytes]]
Recording = tuple[str, str, LinesOf, StampOf, int]
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


@pytest.mark.parametrize(
    ("form", "name", "lines_of", "stamp_of", "least"), RECORDINGS, ids=[r[1] for r in RECORDINGS]
)
def test_recorded_lines_one_by_one(
    shared: Path, form: str, name: str, lines_of: LinesOf, stamp_of: StampOf, least: int
) -> None:
    lines = lines_of((shared / name).read_bytes())
    assert hold_each_to_its_time(form, lines, stamp_of) >= least


@pytest.mark.parametrize(
    ("form", "name", "lines_of"), [r[:3] for r in RECORDINGS], ids=[r[1] for r in RECORDINGS]
)
def test_a_line_a_batch_is_the_same(shared: Path, form: str, name: str, lines_of: LinesOf) -> None:
    hold_alone_as_together(form, lines_of((shared / name).read_bytes())[:300])


@pytest.mark.parametrize(
    ("form", "name", "lines_of", "stamp_of"), [r[:4] for r in RECORDINGS],
    ids=[r[1] for r in RECORDINGS],
)  # fmt: skip
def test_half_a_line_does_not_swallow_the_next(
    shared: Path, form: str, name: str, lines_of: LinesOf, stamp_of: StampOf
) -> None:
    lines = lines_of((shared / name).read_bytes())
    line = next(line for line in lines if has_position(form, line, stamp_of))
    hold_halves_apart(form, line, stamp_of(line) or NOW)
