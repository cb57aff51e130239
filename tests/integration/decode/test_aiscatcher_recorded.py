"""AIS-catcher's JSON: a real HTTP POST body, and the forms of its documents."""

from __future__ import annotations

from monitor.decode.aiscatcher import AisCatcherDecoder
from monitor.model import Lines, Reports
from tests.integration.decode.recordings import recorded
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return AisCatcherDecoder().decode(Lines(data=data, source="log"), final=True)


def test_the_envelope_of_an_http_post_gives_all_its_messages() -> None:
    reports = decoded(recorded("aiscatcher_json/http_post_v070_20260926.json"))
    assert (reports.lines, len(reports.positions), refused(reports)) == (1, 2, {})
    same(
        reports.positions[0], mmsi=316001269, at="2026-09-26T23:59:57.359632Z",
        received_at="2026-09-27T00:00:00.518870Z", lon=-123.132683, lat=49.006222, sog_kn=0.0,
        cog_deg=264.6, heading_deg=52.0, turn_deg_min=0.0, status=0, type=1, line=1,
    )  # fmt: skip
    same(
        reports.positions[1], mmsi=316011408, at="2026-09-27T00:00:00.518870Z", sog_kn=18.0, line=1
    )


def test_the_documented_forms() -> None:
    reports = decoded(recorded("aiscatcher_json/docs_examples.txt"))
    assert len(reports.positions) == 1
    same(
        reports.positions[0], mmsi=230907000, at="2022-07-29T19:16:10Z", lon=24.915239,
        lat=60.148106, sog_kn=8.8, cog_deg=231.0, heading_deg=230.0, turn_deg_min=18.0, type=3,
    )  # fmt: skip
    assert refused(reports) == {"undecodable": 1, "not_ais": 1}
