"""Lines of live feeds in JSON: what dates them, and that their words are cleaned."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.decode.dating import AHEAD_US, FAR_AHEAD_US, LONG_AGO_US
from monitor.units import MINUTE_US, SECOND_US
from tests.unit.decode.live_lines import NOW, live
from tests.unit.decode.live_records import IDS, TEMPLATES, leaves, line_of, with_
from tests.unit.decode.reports import refused

NAMED = {
    "name", "shipname", "Name", "NAME", "callsign", "CallSign", "callSign", "CALLSIGN", "DEST",
    "destination", "Destination", "callsignVhf",
}  # fmt: skip


@pytest.mark.parametrize(
    ("ahead_us", "expected"),
    [
        (-LONG_AGO_US - SECOND_US, None), (-LONG_AGO_US, "stamp"), (-MINUTE_US, "stamp"),
        (0, "stamp"), (AHEAD_US, "stamp"), (AHEAD_US + SECOND_US, "reception"),
        (FAR_AHEAD_US, "reception"), (FAR_AHEAD_US + SECOND_US, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("form", "prefix", "template"), TEMPLATES, ids=IDS)
def test_what_dates_a_line(
    form: str, prefix: bytes, template: dict[str, Any], ahead_us: int, expected: str | None
) -> None:
    """Its stamp, its reception, or nothing: then it is refused."""
    reports = live(form, line_of(prefix, template), NOW - ahead_us)
    found = {*reports.positions["at"].tolist(), *(static.at for static in reports.statics)}
    if form == "gpsd-json":  # has no stamp
        expected = "reception"
    assert found == {"stamp": {NOW}, "reception": {NOW - ahead_us}, None: set()}[expected]
    assert refused(reports) == ({} if expected else {"clock_nonsense": 1})


@pytest.mark.parametrize(("form", "prefix", "template"), TEMPLATES, ids=IDS)
def test_words_are_cleaned(form: str, prefix: bytes, template: dict[str, Any]) -> None:
    """What a terminal or a database would choke on is not in a name."""
    paths = [path for path in leaves(template) if path[-1] in NAMED]
    for path in paths:
        for words in ("A\0B", "A\ud800B", "A\x1b[31mB", "A\u202eB", "A\x9bB"):
            data = line_of(prefix, with_(template, path, words))
            (report,) = live(form, data, NOW).statics
            found = (report.static.name, report.static.callsign, report.static.destination)
            assert all(one is None or one.isprintable() for one in found), found
            assert any(one is not None and one.startswith("A") and "B" in one for one in found)
