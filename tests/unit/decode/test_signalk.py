"""Signal K's deltas: units, words and sides, merged by timestamp, from the shapes servers write."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from monitor.decode.signalk import STATE, SignalKDecoder, tells, values_of, vessel_of
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso
from tests.unit.decode.reports import refused

AT = "2026-08-30T11:59:57.548Z"
VESSEL = "vessels.urn:mrn:imo:mmsi:246326000"
HELLO = {
    "name": "signalk-server", "version": "2.19.1", "timestamp": AT, "roles": ["master", "main"],
    "self": "vessels.urn:mrn:imo:mmsi:230099999",
}  # fmt: skip


def update(*values: tuple[str, Any], at: str | None = AT) -> dict[str, Any]:
    source = {"sentence": "VDM", "talker": "AI", "type": "NMEA0183", "label": "ais"}
    return {
        "source": source,
        "$source": "ais.AI",
        "timestamp": at,
        "values": [{"path": path, "value": value} for path, value in values],
    }


def delta(*updates: dict[str, Any], context: str = VESSEL) -> dict[str, Any]:
    return {"context": context, "updates": list(updates)}


POSITION = ("navigation.position", {"longitude": 23.98, "latitude": 32.08})
SPEED = ("navigation.speedOverGround", 5.195888888888889)  # 10.1 kn


def decoded(*deltas: dict[str, Any]) -> Reports:
    data = b"".join(json.dumps(one).encode() + b"\n" for one in deltas)
    return SignalKDecoder().decode(Lines(data=data, source="log"), final=True)


def counted(reports: Reports) -> dict[str, int]:
    return {kind: count for (_, kind), count in reports.kinds.items()}


def test_a_position_report_of_class_a() -> None:
    reports = decoded(
        delta(
            update(
                ("", {"mmsi": "246326000"}),
                SPEED,
                ("navigation.courseOverGroundTrue", 215.4 * 0.0174532925),  # a server's constant
                ("navigation.headingTrue", 214 * 0.0174532925),
                ("navigation.rateOfTurn", math.radians(111.6) / 60),
                ("navigation.state", "moored"),
                ("sensors.ais.class", "A"),
                ("navigation.specialManeuver", "not engaged"),
                POSITION,
            )
        )
    )
    (row,) = reports.positions
    assert (row["mmsi"], to_iso(row["at"].item())) == (246326000, "2026-08-30T11:59:57.548000Z")
    assert (row["lon"], row["lat"], row["status"]) == (23.98, 32.08, 5)
    assert row["sog_kn"] == pytest.approx(10.1)
    assert row["cog_deg"] == pytest.approx(215.4, abs=1e-4)
    assert row["heading_deg"] == pytest.approx(214, abs=1e-4)
    assert row["turn_deg_min"] == pytest.approx(111.6, abs=0.01)
    assert counted(reports) == {"position": 1}
    assert reports.statics == []


def test_what_is_left_out_or_null_is_not_available() -> None:
    reports = decoded(
        delta(update(POSITION, ("navigation.speedOverGround", None), ("navigation.state", None))),
        delta(update(POSITION, ("navigation.headingTrue", "north"), at="2026-08-30T12:00:07Z")),
    )
    for row in reports.positions:
        assert all(
            math.isnan(row[name]) for name in ("sog_kn", "cog_deg", "heading_deg", "turn_deg_min")
        )
        assert row["status"] == -1


def test_a_static_report_gives_sides_draught_and_time_of_arrival() -> None:
    reports = decoded(
        delta(
            update(
                ("", {"mmsi": "246326000"}),
                ("", {"name": "UTGERDINA"}),
                ("design.length", {"overall": 641}),
                ("design.beam", 65),
                ("design.draft", {"current": 14.1}),
                ("sensors.ais.fromBow", 256),
                ("sensors.ais.fromCenter", -27.5),
                ("navigation.destination.commonName", "OOI SILEN"),
                ("navigation.destination.eta", "2027-06-15T10:30:00.000Z"),
                ("", {"communication": {"callsignVhf": "PH510"}}),
                ("sensors.ais.class", "A"),
                ("", {"registrations": {"imo": "IMO 9134270"}}),
                ("design.aisShipType", {"id": 67, "name": "Passenger ship"}),
            )
        )
    )
    assert [report.static for report in reports.statics] == [
        Static(
            mmsi=246326000, name="UTGERDINA", callsign="PH510", imo=9134270, ship_type=67,
            to_bow_m=256, to_stern_m=385, to_port_m=5, to_starboard_m=60, draught_m=14.1,
            destination="OOI SILEN", eta="06-15T10:30",
        )
    ]  # fmt: skip
    assert counted(reports) == {"static": 1}
    assert len(reports.positions) == 0


def test_the_other_way_to_write_draught_and_sides() -> None:
    values = [
        ("design.draft", {"maximum": 3.2}),
        ("design.length", {"overall": 40}),
        ("design.beam", 9),
    ]
    (report,) = decoded(delta(update(*values))).statics
    static = report.static
    assert static.draught_m == 3.2
    assert (static.to_bow_m, static.to_stern_m) == (0, 40)  # the antenna's place is not known
    assert (static.to_port_m, static.to_starboard_m) == (0, 9)


def test_updates_of_one_instant_make_one_row_and_other_instants_others() -> None:
    later = "2026-08-30T12:00:07Z"
    reports = decoded(
        delta(
            update(SPEED),
            update(POSITION, at=later),
            update(("navigation.state", "anchored")),
            update(POSITION),
        )
    )
    first, second = reports.positions
    assert to_iso(first["at"].item()) == "2026-08-30T11:59:57.548000Z"
    assert first["sog_kn"] == pytest.approx(10.1)
    assert first["status"] == 1
    assert to_iso(second["at"].item()) == later
    assert math.isnan(second["sog_kn"])
    assert reports.lines == 1


def test_a_delta_without_a_position_is_counted_and_no_position() -> None:
    reports = decoded(delta(update(SPEED)), delta({"timestamp": AT, "meta": []}), delta())
    assert len(reports.positions) == 0
    assert counted(reports) == {"other": 1}
    assert refused(reports) == {}


@pytest.mark.parametrize(
    "context",
    [
        "atons.urn:mrn:imo:mmsi:993672087",
        "aircraft.urn:mrn:imo:mmsi:111230303",
        "sar.urn:mrn:imo:mmsi:970111222",
        "meteo.urn:mrn:imo:mmsi:002300059",
        "vessels.self",
        "vessels.urn:mrn:signalk:uuid:c0d79334-4e25-4245-8892-54e8ccc8021d",
        "",
    ],
)
def test_what_is_no_vessel_with_an_mmsi_is_refused(context: str) -> None:
    reports = decoded(delta(update(POSITION), context=context))
    assert refused(reports) == {"not_ais": 1}
    assert len(reports.positions) == 0


def test_own_vessel_counts_where_its_values_tell_its_mmsi() -> None:
    own = delta(update(("", {"mmsi": "230099999"}), POSITION), context="vessels.self")
    assert decoded(own).positions["mmsi"].tolist() == [230099999]
    own = delta(update(("mmsi", "230099999")), update(POSITION), context="vessels.self")
    assert decoded(own).positions["mmsi"].tolist() == [230099999]


def test_older_servers_call_base_stations_vessels() -> None:
    station = delta(
        update(("", {"mmsi": "003669702"}), POSITION, ("sensors.ais.class", "BASE")),
        context="vessels.urn:mrn:imo:mmsi:003669702",
    )
    reports = decoded(station)
    assert counted(reports) == {"base_station": 1}
    assert len(reports.positions) == 0


def test_class_b_has_no_status() -> None:
    values = [POSITION, ("navigation.state", "motoring"), ("sensors.ais.class", "B")]
    assert decoded(delta(update(*values))).positions["status"].tolist() == [-1]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        *STATE.items(), ("Moored", 5), ("under way using engine", 0), ("at anchor", 1),
        ("restricted maneuverability", 3), ("pilotage", -1), ("not-under-way", -1), (5, -1),
        ({"value": "moored"}, -1),
    ],
)  # fmt: skip
def test_states_are_navigational_status(state: object, status: int) -> None:
    reports = decoded(delta(update(POSITION, ("navigation.state", state))))
    assert reports.positions["status"].tolist() == [status]


def test_without_a_time_it_is_undated_in_a_log() -> None:
    assert refused(decoded(delta(update(POSITION, at=None)))) == {"undated": 1}


@pytest.mark.parametrize(
    "broken",
    [
        {"context": 5, "updates": []},
        {"context": VESSEL, "updates": 5},
        {"context": VESSEL, "updates": [5, None, {}, {"values": 5}, {"values": [5, {}]}]},
        {"context": VESSEL, "updates": [{"values": [{"path": 5, "value": 1}]}]},
        {"context": VESSEL, "updates": [{"timestamp": [], "values": [{"path": "name"}]}]},
        {"context": VESSEL, "updates": [update(("navigation.position", "here"))]},
        {"context": VESSEL, "updates": [update(("navigation.position", {"longitude": "x"}))]},
        {"context": VESSEL, "updates": [update(("navigation.destination.eta", 5))]},
        {"context": VESSEL, "updates": [update(("name", {"a": {"b": {"c": {"d": {"e": 1}}}}}))]},
        {"context": VESSEL, "updates": [update(("sensors.ais.class", []))]},
        HELLO,
    ],
)
def test_broken_deltas_break_nothing(broken: dict[str, Any]) -> None:
    reports = decoded(broken, delta(update(POSITION)))
    assert reports.positions["lon"].tolist()[-1] == 23.98


def test_what_is_nested_without_end_is_not_followed() -> None:
    nested: object = 1
    for _ in range(5000):
        nested = {"a": nested}
    (values,) = values_of(delta(update(("name", nested), SPEED))).values()
    assert list(values) == [SPEED[0]]


def test_the_form_is_recognised() -> None:
    def head(*values: Any) -> bytes:
        return b"".join(json.dumps(value).encode() + b"\n" for value in values)

    assert SignalKDecoder.recognises(head(HELLO, delta(update(POSITION))))
    assert not SignalKDecoder.recognises(head(HELLO))
    assert not SignalKDecoder.recognises(b'{"MessageType":"PositionReport","Message":{}}\n')
    assert not SignalKDecoder.recognises(b"!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26\n")


def test_what_a_delta_is_about() -> None:
    assert vessel_of(delta(update(POSITION))) == 246326000
    assert vessel_of(HELLO) == 0
    assert tells(delta(update(POSITION)))
    assert tells(delta(update(("", {"name": "UTGERDINA"}))))
    assert not tells(delta(update(("electrical.batteries.0.voltage", 12.6))))
    assert not tells(delta(update(("", {"mmsi": "246326000"}))))
    assert values_of(HELLO) == {}


def test_a_multiplexed_log_with_sentences_is_read_for_those() -> None:
    head = b"1700000000123;I;" + json.dumps(delta(update())).encode() + b"\n"
    assert SignalKDecoder.recognises(head)
    assert not SignalKDecoder.recognises(head + b"1700000000123;N;!AIVDM,1,1,,A,1,0*00\n")
