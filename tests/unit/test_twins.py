"""Each module of the program has its twin: a test of the same name at the same place.

    monitor/store/pgcopy.py  tests/unit/store/test_pgcopy.py          no disk, socket or sleep
                             tests/integration/store/test_pgcopy.py   PostGIS, files, loopback
                             tests/contract/store/test_pgcopy.py      against another's work

A twin that is split by story has the module's name and the story's: ``test_pgcopy_roundtrip.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ROOMS = ("alert", "engine", "decode", "store", "deliver", "service", "api", "report", "sighting")
TESTS = ("unit", "integration", "contract")

MISSING: set[str] = set()
"""Modules without a twin so far: this set may only shrink."""


def modules() -> list[str]:
    """All modules of these rooms, from ``monitor`` on."""
    return sorted(
        path.relative_to(PROJECT / "monitor").as_posix()
        for room in ROOMS
        for path in (PROJECT / "monitor" / room).rglob("*.py")
        if path.name != "__init__.py"
    )


def twins(module: str) -> list[Path]:
    """Tests that bear a module's name at its place."""
    place, name = Path(module).parent, Path(module).stem
    return [
        path
        for root in TESTS
        for path in sorted((PROJECT / "tests" / root / place).glob(f"test_{name}*.py"))
        if path.stem == f"test_{name}" or path.stem.startswith(f"test_{name}_")
    ]


def test_every_module_has_its_twin() -> None:
    without = [module for module in modules() if module not in MISSING and not twins(module)]
    assert not without, f"no test_<module>.py stands for {', '.join(without)}"


def test_what_is_said_to_have_no_twin_has_none() -> None:
    """A module that got its twin, or is gone, leaves the set."""
    known = modules()
    over = [module for module in sorted(MISSING) if module not in known or twins(module)]
    assert not over, f"strike out of MISSING: {', '.join(over)}"


def test_every_room_is_walked() -> None:
    """A room that was renamed would be walked as an empty one."""
    assert [room for room in ROOMS if not any(m.startswith(f"{room}/") for m in modules())] == []


@pytest.mark.parametrize(
    ("module", "found"),
    [
        ("store/pgcopy.py", ["test_pgcopy", "test_pgcopy_roundtrip"]),
        ("decode/nmea/sixbit.py", ["test_sixbit"]),
        ("decode/decode.py", []),
        ("store/pg.py", []),
    ],
)
def test_a_twin_is_known_by_its_place_and_its_whole_name(module: str, found: list[str]) -> None:
    assert [path.stem for path in twins(module)] == found
