"""Written lines of live feeds, one by one: each for itself, dated by record or reception."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from monitor.units import SECOND_US
from tests.integration.decode.live_feeds import (
    has_position,
    hold_alone_as_together,
    hold_each_to_its_time,
    hold_halves_apart,
)
from tests.unit.decode.live_lines import NOW
from tests.written.forms import GUISES
from tests.written.heard import heard

MANY = {"aiscatcher-json aiscatcher_posted", "digitraffic-json digitraffic_answers"}
"""Guises with many reports a record: their feeds hand them on one by one."""

OVER_SEVERAL_LINES = {"digitraffic-json digitraffic_pretty"}
"""Guises whose feed hands them on in one line."""

STAMPS = ("time_utc", "msgtime", "TIME", "timestamp", "time", "rxuxtime")
"""What the time of a record is called; gpsd's have none."""

LIVE = [
    guise
    for guise, (form, _) in GUISES.items()
    if form.endswith("-json") and form != "gfw-json" and guise not in MANY | OVER_SEVERAL_LINES
]


def stamp_of(line: bytes) -> int | None:
    """The instant of a record, by other means than the decoders': simulated ones are whole."""
    found = dict(words(json.loads(line[line.index(b"{") :])))
    value = next((found[name] for name in STAMPS if name in found), None)
    if value is None:
        return None
    if isinstance(value, str) and not value.isdigit():
        return round(datetime.fromisoformat(f"{value[:19]}+00:00").timestamp()) * SECOND_US
    return round(float(value)) * SECOND_US


def words(value: Any) -> Iterator[tuple[str, Any]]:
    """All names in a record and in those within it, with what stands there."""
    for inner in value if isinstance(value, list) else []:
        yield from words(inner)
    for name, inner in value.items() if isinstance(value, dict) else []:
        yield name, inner
        yield from words(inner)


def lines_of(guise: str) -> tuple[str, list[bytes]]:
    """The form, and the lines that its feed would hand on."""
    form, write = GUISES[guise]
    found = [line + b"\n" for line in write(heard("class-b"))[:90_000].split(b"\n")[:-1]]
    return form, [line for line in found if b'"TPV"' not in line]


@pytest.mark.parametrize("guise", LIVE)
def test_written_lines_one_by_one(guise: str) -> None:
    form, lines = lines_of(guise)
    assert hold_each_to_its_time(form, lines[:60], stamp_of) > 50


@pytest.mark.parametrize("guise", LIVE)
def test_a_line_a_batch_is_the_same(guise: str) -> None:
    hold_alone_as_together(*lines_of(guise))


@pytest.mark.parametrize("guise", LIVE)
def test_half_a_line_does_not_swallow_the_next(guise: str) -> None:
    form, lines = lines_of(guise)
    line = next(line for line in lines if has_position(form, line, stamp_of))
    hold_halves_apart(form, line, stamp_of(line) or NOW)


def test_every_form_of_a_feed_is_tried() -> None:
    """But the journal's and the sentences, which have tests of their own."""
    assert {GUISES[guise][0] for guise in LIVE} == {
        "gpsd-json", "aiscatcher-json", "aisstream-json", "digitraffic-json", "barentswatch-json",
        "signalk-json", "aishub-json",
    }  # fmt: skip
