"""Hostile values in lines of live feeds: nothing raises, and the store would take what comes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.decode.dating import AHEAD_US
from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.model import Reports
from monitor.store.batch import make_batch
from monitor.store.claims import Claims
from monitor.units import SECOND_US
from tests.storable import must_fit
from tests.unit.decode.live_lines import NOW, live
from tests.unit.decode.live_records import IDS, TEMPLATES, leaves, line_of, with_
from tests.unit.decode.reports import refused

QUICK = settings(max_examples=40, deadline=None)

NASTY: list[Any] = [
    None, True, False, "", "\0", "A\0B", "\ud800", "A\udfffB", "\x1b[2J", "\u202eABC", "\u2028",
    "@@@", "A" * 70_000, 0, -1, 2**15, 40_000, -40_000, 2**31, 2**63, 2**64, 10**30, -(10**30),
    1e308, -1e308, 1e-320, 0.1 + 0.2, "1e999", "nan", "inf", "-0", "\u0661\u0662", [], {}, [[]],
    [1, 2], {"a": "\ud800"}, [None], "9" * 5000, "2026-13-40T99:99:99Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", "2026-09-21T14:13:20+99:99", "1970-01-01", 253402300800, -62135596801,
    511, 1023, 102.3, 181, 91, 360, "x" * 200, "\U0001f6a2", "\x7f\x80\x9f", "\r\n", "\ufffe",
]  # fmt: skip


def must_be_storable(form: str, data: bytes) -> Reports:
    """Decode, and hold all that comes of it against what the store's columns take."""
    reports = live(form, data, NOW)
    pipeline, claims = Pipeline(FenceSet(ports=())), Claims()
    statics = list(reports.statics)
    reports.sources = []
    outcome = pipeline.take("feed", reports)
    for report in statics:
        must_fit(report.static)
        assert NOW - 10_000 * 366 * 86_400 * SECOND_US < report.at <= NOW + AHEAD_US
    for last in (outcome, pipeline.finish()):
        batch = make_batch(last, pipeline.snapshot(), [], {"feed": 1}, claims)
        for row in (*batch.identities, *batch.who):
            for field in row:
                if isinstance(field, str):
                    assert "\0" not in field
                    field.encode()
        json.dumps(batch.snapshot.head).encode()
    return reports


@pytest.mark.parametrize(("form", "prefix", "template"), TEMPLATES, ids=IDS)
def test_the_templates_say_something(form: str, prefix: bytes, template: dict[str, Any]) -> None:
    """Or what follows would test nothing."""
    reports = must_be_storable(form, line_of(prefix, template))
    assert len(reports.positions) + len(reports.statics) >= 1
    assert refused(reports) == {}
    for report in reports.statics:
        assert (report.static.name, report.static.callsign) == ("A", "C")


@pytest.mark.parametrize(("form", "prefix", "template"), TEMPLATES, ids=IDS)
def test_nasty_values_in_every_field(form: str, prefix: bytes, template: dict[str, Any]) -> None:
    """Nothing raises, and nothing comes out that the store would not take."""
    lines = {
        f"{'.'.join(map(str, path))} = {value!r:.40}": line_of(prefix, with_(template, path, value))
        for path in leaves(template)
        for value in NASTY
    }
    try:
        must_be_storable(form, b"".join(lines.values()))
    except Exception:  # noqa: BLE001 - which line it was is told below
        wrong = [what for what, line in lines.items() if not is_storable(form, line)]
        pytest.fail("\n".join(wrong) or "only all together")


def is_storable(form: str, line: bytes) -> bool:
    """Whether one line is no trouble."""
    try:
        must_be_storable(form, line)
    except Exception:  # noqa: BLE001 - whatever it is
        return False
    return True


VALUES = st.recursive(
    st.sampled_from(NASTY[:-1]) | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@QUICK
@given(st.sampled_from(TEMPLATES), st.data())
def test_several_nasty_values_at_once(
    template: tuple[str, bytes, dict[str, Any]], data: st.DataObject
) -> None:
    """In any fields of a record; NaN and Infinity as Python's JSON writes them."""
    form, prefix, record = template
    for path in data.draw(st.lists(st.sampled_from(leaves(record)), max_size=4)):
        try:
            record = with_(record, path, data.draw(VALUES))
        except (KeyError, IndexError, TypeError):
            continue
    must_be_storable(form, line_of(prefix, record))


@QUICK
@given(st.sampled_from(TEMPLATES), st.binary(max_size=80), st.integers(0, 2000))
def test_bytes_that_are_no_json(
    template: tuple[str, bytes, dict[str, Any]], noise: bytes, place: int
) -> None:
    """A line with noise in it is a line with noise: the next is read."""
    form, prefix, record = template
    line = line_of(prefix, record)
    noise = noise.replace(b"\n", b"")
    data = line[: place % len(line)].replace(b"\n", b"") + noise + b"\n" + line
    reports = must_be_storable(form, data)
    whole = live(form, line, NOW)
    assert len(reports.positions) >= len(whole.positions)
    assert len(reports.statics) >= len(whole.statics)
    assert reports.lines == 2


@pytest.mark.parametrize(("form", "prefix", "template"), TEMPLATES, ids=IDS)
@pytest.mark.parametrize("depth", [900, 50_000])
def test_deep_json(form: str, prefix: bytes, template: dict[str, Any], depth: int) -> None:
    """Deeper than Python can follow: refused, and the next line is read."""
    line = line_of(prefix, template)
    key = json.dumps(next(iter(template)))
    deep = prefix + b'{"x": ' + b"[" * depth + b"]" * depth + b", " + key.encode() + b": 1}\n"
    object_ = prefix + b'{"a":' * depth + b"1" + b"}" * depth + b"\n"
    reports = must_be_storable(form, deep + object_ + line)
    whole = live(form, line, NOW)
    assert len(reports.positions) >= len(whole.positions)
    assert reports.positions[-1:]["mmsi"].tolist() == whole.positions["mmsi"].tolist()
    assert [s.static for s in reports.statics[-1:]] == [s.static for s in whole.statics]
