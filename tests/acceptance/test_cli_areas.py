"""``monitor areas``: drawn, listed, asked about, taken elsewhere and removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from tests.acceptance.alerted import HERO, fits, good, listed, refused
from tests.acceptance.desk import Desk

TOBRUK = shapely.box(23.9, 31.9, 24.3, 32.3)


@pytest.fixture
def drawn(tmp_path: Path) -> str:
    """A file with the waters of Tobruk."""
    file = tmp_path / "tobruk.geojson"
    file.write_text(shapely.to_geojson(TOBRUK))
    return str(file)


def test_an_area_from_its_drawing_to_its_end(desk: Desk, env: dict[str, str], drawn: str) -> None:
    """Whoever is logged in owns it; it is known by its name, and what was told of it stays."""
    assert good(desk, env, "areas", "list").startswith("No areas: `monitor areas add NAME FILE`")
    words = ("areas", "add", "Tobruk waters", drawn)
    assert good(desk, env, *words, "--tell") == "Tobruk waters is in force; all see it.\n"
    private = good(desk, env, "areas", "add", "mine", drawn, "--private", "--by", "bob")
    assert private == "mine is in force; bob alone sees it by the API.\n"
    out = good(desk, env, "areas", "list")
    assert fits(out)
    assert "Tobruk waters" in out
    one, two = listed(desk, env, "areas", "list")
    assert (one["owner"], one["shared"], one["tells"]) == ("ann", True, True)
    assert (two["owner"], two["shared"], two["tells"]) == ("bob", False, False)
    again = refused(desk, env, *words)
    assert again == "ann has an area 'Tobruk waters': remove it, or take another name."

    when = ("--since", "2025-01-10", "--until", "2025-01-25")
    inside = listed(desk, env, "ask", "inside", "--area", "Tobruk waters", *when)
    assert HERO in {row["mmsi"] for row in inside}
    both = refused(desk, env, "ask", "inside", "--area", "mine", "--bbox", "1,2,3,4", *when)
    assert both == "Say where: a bbox or an area, and not both."

    assert good(desk, env, "areas", "remove", "mine") == (
        "mine is removed: what was told of it stays.\n"
    )
    assert "There is no area 'mine'" in refused(desk, env, "areas", "show", "mine")
    assert [row["name"] for row in listed(desk, env, "areas", "list", "--all")] == [
        "Tobruk waters", "mine",
    ]  # fmt: skip


def test_areas_are_taken_elsewhere(
    desk: Desk, env: dict[str, str], drawn: str, tmp_path: Path
) -> None:
    """What is exported is imported, all or none, and shown as it was drawn."""
    for name in ("one", "two"):
        good(desk, env, "areas", "add", name, drawn, "--note", f"of {name}")
    file = tmp_path / "all.geojson"
    file.write_text(good(desk, env, "areas", "export"))
    assert len(json.loads(good(desk, env, "areas", "export", "one"))["features"]) == 1
    good(desk, env, "areas", "remove", "one")
    assert "ann has an area 'two'" in refused(desk, env, "areas", "import", str(file))
    assert [row["name"] for row in listed(desk, env, "areas", "list")] == ["two"]
    good(desk, env, "areas", "import", str(file), "--by", "bob", "--since", "2025-01-01")
    shown = json.loads(good(desk, env, "areas", "show", "bob/one"))
    assert shown["properties"]["note"] == "of one"
    assert shown["properties"]["since"] == "2025-01-01T00:00:00Z"
    assert shapely.from_geojson(json.dumps(shown["geometry"])).equals(TOBRUK)


def test_what_is_no_area(desk: Desk, env: dict[str, str], tmp_path: Path) -> None:
    """One sentence each, and nothing is added."""
    file = tmp_path / "x.geojson"
    for text, words in (
        ("{", "is not JSON"), ('{"type": "Point", "coordinates": [1, 2]}', "type: "),
    ):  # fmt: skip
        file.write_text(text)
        code, out, errors = desk.ask("areas", "add", "x", str(file), **env)
        assert (code, out) == (1, "")
        assert words in errors
    code, _, errors = desk.ask("areas", "add", "x", str(tmp_path / "none"), **env)
    assert (code, "cannot be read" in errors) == (1, True)
    file.write_text(shapely.to_geojson(TOBRUK))
    later = refused(desk, env, "areas", "add", "x", str(file), "--since", "2099-01-01")
    assert later.startswith("An area cannot be in force from a time to come")
    assert listed(desk, env, "areas", "list") == []
