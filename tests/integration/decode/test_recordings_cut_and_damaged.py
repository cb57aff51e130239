"""Recorded logs in pieces and with damage: what is decoded does not depend on the cut, nor stop."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from monitor.decode.aiscatcher import AisCatcherDecoder
from monitor.decode.aisstream import AisStreamDecoder
from monitor.decode.barentswatch import BarentsWatchDecoder
from monitor.decode.danish import DanishDecoder
from monitor.decode.digitraffic import DigitrafficDecoder
from monitor.decode.gfw import GfwDecoder
from monitor.decode.gpsd import GpsdDecoder
from monitor.decode.named_csv import NamedCsvDecoder
from monitor.decode.noaa import NoaaDecoder
from monitor.decode.rows import RowDecoder
from monitor.model import Lines
from tests.integration.decode.recordings import DATA
from tests.pipe import by_kind

FORMS: dict[str, type[RowDecoder]] = {
    "csv_danish/aisdk_header.csv": DanishDecoder,
    "csv_noaa/aisdb_noaa_20230101.csv": NoaaDecoder,
    "csv_misc/boutsko_AISDaily.csv": NamedCsvDecoder,
    "csv_misc/jupste_ais_sample.csv": NamedCsvDecoder,
    "aisstream_json/shimizu_snapshot_20260330.csv": NamedCsvDecoder,
    "gpsd_json/gpsd_ais-nmea.log.chk": GpsdDecoder,
    "gpsd_json/gpsd_sample.aivdm.js.chk": GpsdDecoder,
    "aiscatcher_json/docs_examples.txt": AisCatcherDecoder,
    "aiscatcher_json/http_post_v070_20260926.json": AisCatcherDecoder,
    "aisstream_json/aiscast_archived_20260830.ndjson": AisStreamDecoder,
    "aisstream_json/kinds_20231022/PositionReport.json": AisStreamDecoder,
    "digitraffic_json/mqtt_live_20260905.txt": DigitrafficDecoder,
    "barentswatch_json/bw_get_ais.txt": BarentsWatchDecoder,
    "barentswatch_json/bw_get_latest_ais.txt": BarentsWatchDecoder,
    "barentswatch_json/bw_combined_simple_geojson.txt": BarentsWatchDecoder,
    "gfw_json/gfwseg_segmented-416000000.json": GfwDecoder,
}


def summed(form: type[RowDecoder], pieces: list[bytes]) -> tuple[Any, ...]:
    """Decode pieces one by one, each by a new decoder that is given the last one's state."""
    state = None
    lines, positions, statics, clock = 0, [], [], []
    refusals: dict[Any, int] = {}
    kinds: dict[str, int] = {}
    for index, piece in enumerate(pieces):
        decoder = form()
        if state is not None:
            decoder.restore(json.loads(state))
        batch = Lines(data=piece, source="log")
        reports = decoder.decode(batch, final=index == len(pieces) - 1)
        state = json.dumps(decoder.state())
        reports.positions["seq"] += lines
        positions.append(reports.positions)
        statics += [(r.at, r.received_at, r.seq + lines, r.static) for r in reports.statics]
        assert reports.clock is not None
        assert len(reports.clock) == reports.lines
        clock += reports.clock.tolist()
        lines += reports.lines
        for key, count in reports.refusals.items():
            refusals[key] = refusals.get(key, 0) + count
        for kind, count in by_kind(reports).items():
            kinds[kind] = kinds.get(kind, 0) + count
    return lines, np.concatenate(positions).tobytes(), statics, clock, refusals, kinds


@pytest.mark.parametrize("name", FORMS)
def test_cutting_at_any_line_end_changes_nothing(name: str) -> None:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the recorded log is not there: {path}")
    data = path.read_bytes()
    whole = summed(FORMS[name], [data])
    assert whole[0] == len(data.split(b"\n")) - data.endswith(b"\n")
    ends = [place + 1 for place, byte in enumerate(data) if byte == ord("\n")]
    for seed in range(4):
        chosen = random.Random(seed).sample(ends, min(len(ends), 2 + 4 * seed))
        cuts = sorted({0, *chosen, len(data)})
        pieces = [data[a:b] for a, b in pairwise(cuts)]
        assert summed(FORMS[name], pieces) == whole


@pytest.mark.parametrize("name", FORMS)
def test_damaged_logs_are_decoded_to_the_end(name: str) -> None:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the recorded log is not there: {path}")
    head, _, body = path.read_bytes()[:40_000].partition(b"\n")
    for seed in range(40):
        chance = random.Random(seed)
        damaged = bytearray(body)
        for _ in range(len(damaged) // 50 + 1 if damaged else 0):
            damaged[chance.randrange(len(damaged))] = chance.choice(b'09-.,;:"{}[]\n\0e\xff null')
        log = head + b"\n" + bytes(damaged)
        reports = FORMS[name]().decode(Lines(data=log, source="log"), final=True)
        assert reports.lines == len(log.split(b"\n")) - log.endswith(b"\n")
