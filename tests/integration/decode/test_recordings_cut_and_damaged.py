"""Recorded logs in pieces and with damage: what is decoded does not depend on the cut, nor stop."""

from __future__ import annotations

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
from tests.integration.decode.pieces import count_lines, cuts, damaged, summed
from tests.integration.decode.recordings import recorded

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


@pytest.mark.parametrize("name", FORMS)
def test_cutting_at_any_line_end_changes_nothing(name: str) -> None:
    data = recorded(name)
    whole = summed(FORMS[name], [data])
    assert whole[0] == count_lines(data)
    for pieces in cuts(data):
        assert summed(FORMS[name], pieces) == whole


@pytest.mark.parametrize("name", FORMS)
def test_damaged_logs_are_decoded_to_the_end(name: str) -> None:
    for log in damaged(recorded(name)[:40_000]):
        reports = FORMS[name]().decode(Lines(data=log, source="log"), final=True)
        assert reports.lines == count_lines(log)
