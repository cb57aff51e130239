"""Lines of live feeds in JSON: what dates them, and that no hostile value reaches the store."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.decode.dating import AHEAD_US, FAR_AHEAD_US, LONG_AGO_US
from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.model import Reports, Static
from monitor.store.batch import make_batch
from monitor.store.claims import Claims
from monitor.units import MINUTE_US, SECOND_US
from tests.unit.decode.live_lines import NOW, live, refused

INT16 = range(-(2**15), 2**15)
QUICK = settings(max_examples=40, deadline=None)

STAMP = "2026-09-21T14:13:20Z"
SIGNALK = {
    "context": "vessels.urn:mrn:imo:mmsi:246326000",
    "updates": [{"timestamp": STAMP, "values": [
        {"path": "", "value": {"mmsi": "246326000", "name": "A", "communication": {
            "callsignVhf": "C"}}},
        {"path": "navigation.position", "value": {"longitude": 23.98, "latitude": 32.08}},
        {"path": "navigation.speedOverGround", "value": 5.1},
        {"path": "navigation.destination.commonName", "value": "D"},
        {"path": "design.draft", "value": {"current": 5.0}},
        {"path": "design.length", "value": {"overall": 100}},
        {"path": "design.beam", "value": 20},
        {"path": "sensors.ais.fromBow", "value": 50},
        {"path": "sensors.ais.fromCenter", "value": 0},
    ]}],
}  # fmt: skip
TEMPLATES: list[tuple[str, bytes, dict[str, Any]]] = [
    ("aiscatcher-json", b"", {
        "class": "AIS", "rxuxtime": NOW / 1e6, "type": 19, "mmsi": 211000001, "lon": 10.0,
        "lat": 54.0, "speed": 1.0, "course": 2.0, "heading": 3, "turn": 4, "status": 0,
        "shipname": "A", "callsign": "C", "destination": "D", "imo": 9118824, "shiptype": 70,
        "to_bow": 1, "to_stern": 2, "to_port": 3, "to_starboard": 4, "draught": 5.0,
        "eta": "07-09T05:00Z"}),
    ("gpsd-json", b"", {
        "class": "AIS", "device": "x", "scaled": True, "type": 5, "mmsi": 211000001,
        "shipname": "A", "callsign": "C", "destination": "D", "imo": 9118824, "shiptype": 70,
        "to_bow": 1, "to_stern": 2, "to_port": 3, "to_starboard": 4, "draught": 5.0,
        "eta": "07-09T05:00Z"}),
    ("gpsd-json", b"", {
        "class": "AIS", "device": "x", "scaled": False, "type": 1, "mmsi": 211000001,
        "lon": 6000000, "lat": 6000000, "speed": 1, "course": 2, "heading": 3, "turn": 4,
        "status": 0, "second": 7}),
    ("aisstream-json", b"", {
        "MessageType": "ShipStaticData", "MetaData": {"MMSI": 1, "time_utc": STAMP}, "Message": {
            "ShipStaticData": {
                "MessageID": 5, "UserID": 211000001, "Valid": True, "Name": "A", "CallSign": "C",
                "Destination": "D", "ImoNumber": 9118824, "Type": 70, "MaximumStaticDraught": 5.0,
                "Dimension": {"A": 1, "B": 2, "C": 3, "D": 4},
                "Eta": {"Month": 1, "Day": 2, "Hour": 3, "Minute": 4}}}}),
    ("aisstream-json", b"", {
        "MessageType": "PositionReport", "MetaData": {"MMSI": 1, "time_utc": STAMP}, "Message": {
            "PositionReport": {
                "MessageID": 1, "UserID": 211000001, "Valid": True, "Longitude": 10.0,
                "Latitude": 54.0, "Sog": 1.0, "Cog": 2.0, "TrueHeading": 3, "RateOfTurn": 4,
                "NavigationalStatus": 0}}}),
    ("barentswatch-json", b"", {
        "mmsi": 257034450, "msgtime": STAMP, "courseOverGround": 149.3, "latitude": 66.5,
        "longitude": 12.1, "navigationalStatus": 0, "rateOfTurn": 127, "speedOverGround": 17,
        "trueHeading": 173, "imoNumber": 9118824, "callSign": "C", "name": "A",
        "destination": "D", "eta": "08071300", "draught": 20, "shipType": 69, "dimensionA": 12,
        "dimensionB": 11, "dimensionC": 3, "dimensionD": 3, "reportClass": "A"}),
    ("digitraffic-json", b"vessels-v2/230708000/location ", {
        "time": NOW // SECOND_US, "cog": 355.5, "heading": 311, "lat": 61.1, "lon": 21.4,
        "navStat": 0, "rot": 0, "sog": 0.1}),
    ("digitraffic-json", b"vessels-v2/230018240/metadata ", {
        "timestamp": NOW // 1000, "callSign": "C", "destination": "D", "draught": 10,
        "eta": 1596, "imo": 9118824, "name": "A", "refA": 1, "refB": 2, "refC": 3, "refD": 4,
        "type": 50}),
    ("aishub-json", b"", {
        "MMSI": 244750034, "TIME": NOW // SECOND_US, "LONGITUDE": 3022815, "LATITUDE": 31476144,
        "COG": 3598, "SOG": 104, "HEADING": 358, "ROT": -5, "NAVSTAT": 8, "IMO": 9118824,
        "NAME": "A", "CALLSIGN": "C", "TYPE": 69, "A": 24, "B": 6, "C": 0, "D": 6, "DRAUGHT": 12,
        "DEST": "D", "ETA": 477504}),
    ("aishub-json", b"", {
        "MMSI": 244750034, "TIME": "2026-09-21 14:13:20 GMT", "LONGITUDE": 5.0, "LATITUDE": 52.4,
        "COG": 359.8, "SOG": 10.4, "HEADING": 358, "ROT": -5, "NAVSTAT": 8, "IMO": 9118824,
        "NAME": "A", "CALLSIGN": "C", "TYPE": 69, "A": 24, "B": 6, "C": 0, "D": 6, "DRAUGHT": 1.2,
        "DEST": "D", "ETA": "07-09 05:00"}),
    ("signalk-json", b"", SIGNALK),
]  # fmt: skip
NAMED = {
    "name", "shipname", "Name", "NAME", "callsign", "CallSign", "callSign", "CALLSIGN", "DEST",
    "destination", "Destination", "callsignVhf",
}  # fmt: skip

NASTY: list[Any] = [
    None, True, False, "", "\0", "A\0B", "\ud800", "A\udfffB", "\x1b[2J", "\u202eABC", "\u2028",
    "@@@", "A" * 70_000, 0, -1, 2**15, 40_000, -40_000, 2**31, 2**63, 2**64, 10**30, -(10**30),
    1e308, -1e308, 1e-320, 0.1 + 0.2, "1e999", "nan", "inf", "-0", "\u0661\u0662", [], {}, [[]],
    [1, 2], {"a": "\ud800"}, [None], "9" * 5000, "2026-13-40T99:99:99Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", "2026-09-21T14:13:20+99:99", "1970-01-01", 253402300800, -62135596801,
    511, 1023, 102.3, 181, 91, 360, "x" * 200, "\U0001f6a2", "\x7f\x80\x9f", "\r\n", "\ufffe",
]  # fmt: skip


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all that stands in a record, inner objects too."""
    found = [path] if path else []
    if isinstance(value, dict):
        found += [leaf for key in value for leaf in leaves(value[key], (*path, key))]
    if isinstance(value, list):
        found += [leaf for key, one in enumerate(value) for leaf in leaves(one, (*path, key))]
    return found


def with_(template: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The record with another value at a path."""
    record = copy.deepcopy(template)
    place: Any = record
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return record


def line_of(prefix: bytes, record: dict[str, Any]) -> bytes:
    """One line of a feed, as ASCII JSON: lone surrogates stand there as escapes."""
    return prefix + json.dumps(record).encode() + b"\n"


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


def must_fit(static: Static) -> None:
    """The columns of tables ``vessel`` and ``identity``."""
    assert 0 <= static.mmsi < 2**31
    for words in (static.name, static.callsign, static.destination, static.eta):
        if words is not None:
            words.encode()  # a lone surrogate raises
            assert words.isprintable(), repr(words)
            assert words == words.strip() != ""
    sides = (static.to_bow_m, static.to_stern_m, static.to_port_m, static.to_starboard_m)
    assert all(side is None or 0 <= side <= 1022 for side in sides)
    assert static.ship_type is None or static.ship_type in INT16
    assert static.imo is None or 0 < static.imo < 2**31
    assert static.draught_m is None or 0 < static.draught_m < 1e3


IDS = [f"{form}-{index}" for index, (form, _, _) in enumerate(TEMPLATES)]


@pytest.mark.parametrize(("form", "prefix", "template"), TEMPLATES, ids=IDS)
def test_the_templates_say_something(form: str, prefix: bytes, template: dict[str, Any]) -> None:
    """Or what follows would test nothing."""
    reports = must_be_storable(form, line_of(prefix, template))
    assert len(reports.positions) + len(reports.statics) >= 1
    assert refused(reports) == {}
    for report in reports.statics:
        assert (report.static.name, report.static.callsign) == ("A", "C")


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
