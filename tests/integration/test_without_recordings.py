"""Nothing is held by recordings alone: each test that needs ``../shared`` has a twin that does not.

A checkout alone skips what needs the recordings, the peers' cases and the coastline beside it. What
these tests hold is held by others too, of simulated seas, literal lines or drawings:

    tests/integration/decode/test_gfw_recorded.py     two recorded months
    tests/unit/decode/test_gfw.py                     a few lines of the same form, made up

A new file that uses ``../shared`` asks for a row in TWINS. A test uses it if it names what stands
there, or the fixture ``shared``, or anything that does, in its module or in one that it imports.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FOLDER = "shared"
"""The name of the folder beside the repository, and of the fixture that gives it."""

WRITTEN = "integration/decode/test_written_forms.py"
STOPS = ("scenario/test_drawn_stops.py", "unit/engine/detect/port/test_stay.py")

TWINS: dict[str, tuple[str, ...]] = {
    "acceptance/test_cases.py": (
        "acceptance/test_fleets.py", "scenario/test_drawn_leaps.py", "scenario/test_drawn_dark.py",
        "scenario/test_drawn_found.py", "scenario/test_drawn_anchor.py",
    ),
    "acceptance/test_recordings.py": (
        "acceptance/test_scenarios_replayed.py",
        "acceptance/test_cli.py::test_undated_logs_need_a_start",
        "scenario/test_drawn_stops.py::test_drifting_is_no_stop",
    ),
    "acceptance/test_recordings_newest_first.py": (
        "integration/service/test_reviser.py::test_newest_first",
    ),
    "contract/test_decode_equals_pyais.py": (
        "::test_on_every_simulated_line", "::test_on_generated_messages", "::test_at_every_length",
    ),
    "integration/decode/test_aiscatcher_recorded.py": ("unit/decode/test_aiscatcher.py", WRITTEN),
    "integration/decode/test_aisstream_recorded.py": ("unit/decode/test_aisstream.py", WRITTEN),
    "integration/decode/test_barentswatch_recorded.py": (
        "unit/decode/test_barentswatch.py", WRITTEN,
    ),
    "integration/decode/test_danish_recorded.py": ("unit/decode/test_danish.py", WRITTEN),
    "integration/decode/test_digitraffic_recorded.py": ("unit/decode/test_digitraffic.py", WRITTEN),
    "integration/decode/test_gfw_recorded.py": ("unit/decode/test_gfw.py", WRITTEN),
    "integration/decode/test_gpsd_recorded.py": ("unit/decode/test_gpsd.py", WRITTEN),
    "integration/decode/test_live_lines_recorded.py": (
        "integration/decode/test_live_lines_written.py",
    ),
    "integration/decode/test_named_csv_recorded.py": ("unit/decode/test_named_csv.py", WRITTEN),
    "integration/decode/test_noaa_recorded.py": ("unit/decode/test_noaa.py", WRITTEN),
    "integration/decode/test_recognition.py": ("integration/decode/test_written_recognition.py",),
    "integration/decode/test_recordings_cut_and_damaged.py": (
        "integration/decode/test_written_cut_and_damaged.py",
    ),
    "integration/service/test_decoding_recorded.py": ("integration/service/test_decoding.py",),
    "integration/store/test_packed_recorded.py": (
        "integration/store/test_packing.py::test_the_view_is_the_same_row_for_row",
    ),
    "integration/feed/test_aiscatcher_http.py": ("::test_a_body_as_it_is_posted",),
    "integration/feed/test_aiscatcher_mqtt.py": ("::test_full_json",),
    "integration/feed/test_aiscatcher_udp.py": ("::test_full_json",),
    "integration/feed/test_aisstream.py": (
        "::test_it_subscribes_first_and_hands_on_each_envelope",
    ),
    "integration/feed/test_barentswatch.py": ("::test_it_logs_in_and_hands_on_the_stream",),
    "integration/feed/test_digitraffic_mqtt_messages.py": ("::test_messages_come_as_lines",),
    "integration/feed/test_gpsd.py": (
        "::test_a_written_log_is_read_by_its_decoder",
        "::test_gpsd_itself_on_simulated_sentences",
    ),
    "integration/feed/test_kystverket.py": ("::test_a_simulated_log_comes_through_and_is_read",),
    "integration/feed/test_nmea_serial.py": ("::test_a_simulated_log_comes_through",),
    "integration/feed/test_nmea_tcp.py": ("::test_a_simulated_log_comes_through_whole",),
    "integration/feed/test_nmea_tcp_server.py": ("::test_a_simulated_log_comes_through",),
    "integration/feed/test_nmea_udp.py": ("::test_a_simulated_log_comes_through",),
    "integration/feed/test_tail.py": ("::test_from_the_start_a_simulated_log_comes_through",),
    "integration/simulator/test_behaviour.py": ("integration/simulator/test_shores.py",),
    "scenario/peers/test_gfw_encounters.py": (
        "scenario/test_drawn_company.py", "unit/simulator/test_together.py",
    ),
    "scenario/peers/test_gfw_gaps.py": (
        "scenario/test_drawn_silences.py", "unit/engine/detect/port/test_silence.py",
    ),
    "scenario/peers/test_gfw_segments.py": (
        "scenario/test_shared_mmsi.py", "unit/engine/test_track.py", "unit/engine/test_quality.py",
    ),
    "scenario/peers/test_movingpandas_stops.py": STOPS,
    "scenario/peers/test_tile38_fence.py": (
        "scenario/test_drawn_ways.py", "scenario/test_drawn_calls.py",
        "::test_a_crossing_in_the_far_north", "::test_a_crossing_at_the_antimeridian",
    ),
    "scenario/peers/test_traccar_geofence.py": (
        "scenario/test_drawn_ways.py", "unit/engine/test_geofence.py",
        "integration/test_fencefile.py",
    ),
    "scenario/peers/test_traccar_motion.py": STOPS,
}  # fmt: skip
"""File that needs ../shared -> what holds the same without it: a file, or a test of one (::)."""

OF_THE_FILES = {
    "scenario/test_peercases.py": "it says of the peers' files that each is run or why it is not",
}
"""What speaks of the files themselves: without them there is nothing to hold."""


@cache
def module(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def parts(path: Path) -> dict[str, ast.stmt]:
    """What a module has at its top: functions, classes and values, by name."""
    found: dict[str, ast.stmt] = {}
    for node in module(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return found


@cache
def imported(path: Path) -> dict[str, tuple[Path, str]]:
    """Where names come from that a test's module takes of another of ours."""
    found = {}
    for node in module(path).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            origin = TESTS.parent.joinpath(*(node.module or "").split(".")).with_suffix(".py")
            for name in node.names if origin.is_file() else []:
                found[name.asname or name.name] = (origin, name.name)
    return found


@cache
def used(path: Path, name: str) -> frozenset[str]:
    """Names that a part uses, fixtures among them; FOLDER if it makes a path to there."""
    found = set()
    for node in ast.walk(parts(path)[name]):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Constant) and f"{FOLDER}/data" in str(node.value):
            found.add(FOLDER)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            right = node.right.value if isinstance(node.right, ast.Constant) else None
            found |= {FOLDER} & {right}
    return frozenset(found - {name})


@cache
def needs(path: Path, name: str) -> bool:
    """Whether a part of a module is nothing without ../shared."""
    asked, waiting = set(), [(path, name)]
    while waiting:
        place, part = waiting.pop()
        if part == FOLDER:
            return True
        if part not in parts(place):
            place, part = imported(place).get(part, (place, ""))
        if part in parts(place) and (place, part) not in asked:
            asked.add((place, part))
            waiting += [(place, other) for other in used(place, part)]
    return False


def cases(path: Path) -> list[str]:
    """The tests of a file."""
    return [name for name in parts(path) if name.startswith("test")]


@cache
def in_need() -> tuple[str, ...]:
    """Files with a test that needs ../shared."""
    return tuple(
        path.relative_to(TESTS).as_posix()
        for path in sorted(TESTS.rglob("test_*.py"))
        if any(needs(path, test) for test in cases(path))
    )


def test_every_file_that_needs_recordings_has_its_twin() -> None:
    """A new one asks for a row in TWINS, with what holds the same without them."""
    without = [name for name in in_need() if name not in TWINS.keys() | OF_THE_FILES.keys()]
    assert not without, f"held by ../shared alone: {', '.join(without)}: see TWINS"


def test_a_file_that_needs_no_recordings_has_no_row() -> None:
    over = sorted((TWINS.keys() | OF_THE_FILES.keys()) - set(in_need()))
    assert not over, f"strike out: {', '.join(over)}"


@pytest.mark.parametrize(
    ("name", "twin"), [(name, twin) for name, twins in TWINS.items() for twin in twins]
)
def test_a_twin_is_there_and_needs_no_recordings(name: str, twin: str) -> None:
    file, _, test = twin.partition("::")
    path = TESTS / (file or name)
    assert path.is_file()
    asked = [test] if test else cases(path)
    assert asked
    assert set(asked) <= set(cases(path))
    assert [one for one in asked if needs(path, one)] == []


def test_what_needs_recordings_is_seen_through_whatever_it_goes() -> None:
    """A fixture, a fixture of a fixture, a value, a mark, a class and another module."""
    for name, test in {
        "integration/feed/test_tail.py": "test_from_the_start_a_recording_comes_through",
        "acceptance/test_recordings.py": "test_the_shuttle",
        "scenario/peers/test_gfw_gaps.py": "test_gaps_of_a_run",
        "scenario/peers/test_gfw_segments.py": "test_ships_of_one_mmsi_are_not_joined",
        "integration/simulator/test_behaviour.py": "test_no_ship_is_on_land",
        "integration/decode/test_noaa_recorded.py": "test_the_recorded_log_gives_its_positions",
    }.items():
        assert needs(TESTS / name, test), name
    assert not needs(TESTS / "integration/feed/test_tail.py", "test_byte_by_byte")
