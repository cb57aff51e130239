"""The README's pictures of the console are real: they are taken here, of an invented sea.

``python -m tests.pictures`` keeps what is taken; else it is looked at, and thrown away.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from monitor.store.cluster import Cluster
from tests.acceptance.browser import DESK, DRAWN, opened, until
from tests.acceptance.demo_watch import NEW, QUEUE, Demo, demo
from tests.pictures import FOLDER, KEEP, PICTURES
from tests.program import PROJECT

MOST_BYTES = 300_000
LEAST_COLOURS = 60
README = (PROJECT / "README.md").read_text()


@pytest.fixture(scope="module")
def sea(cluster: Cluster) -> Iterator[Demo]:
    """The demo, from the morning on which the first ship comes to Tobruk."""
    with demo(cluster) as found:
        yield found


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_the_readme_is_taken(
    browser: Any, sea: Demo, tmp_path: Path, name: str
) -> None:
    """With the alert that comes within a minute; small, of the size of a desk, and not empty."""
    folder = FOLDER if os.environ.get(KEEP) else tmp_path
    with opened(browser, f"{sea.url}#{PICTURES[name]}") as page:
        until(page, DRAWN)
        page.keyboard.press("1")
        until(page, QUEUE, lambda rows: NEW in rows)
        if "tab=" not in PICTURES[name]:
            page.click(f"text={NEW}")
            until(page, "() => document.querySelectorAll('.not-proved li').length")
        else:
            page.keyboard.press("3")
        page.wait_for_timeout(2500)  # the map comes to rest, and its labels
        until(page, DRAWN)
        page.screenshot(path=tmp_path / "raw.png")
    with Image.open(tmp_path / "raw.png") as raw:
        raw.convert("RGB").save(folder / name, optimize=True)
    check(folder / name)


def check(path: Path) -> None:
    """What every picture of the README is."""
    assert path.stat().st_size < MOST_BYTES
    with Image.open(path) as found:
        assert found.size == (DESK["width"], DESK["height"])
        assert len(found.convert("RGB").getcolors(1 << 16) or ()) >= LEAST_COLOURS


def test_the_readme_shows_them() -> None:
    """Each that is taken stands in it and in the tree, with words for whoever cannot see it."""
    shown = dict(re.findall(r"!\[(.+?)\]\((.+?)\)", README))
    places = set(shown.values())
    for name in PICTURES:
        path = FOLDER / name
        assert path.relative_to(PROJECT).as_posix() in places
        check(path)
