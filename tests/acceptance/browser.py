"""The system's Chromium, which draws WebGL in software, and what tests ask of a page."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageColor

if os.environ.get("CI"):
    import playwright.sync_api as driver  # where tests must run, none may be left out
else:
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed here")

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SOFTWARE = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
"""Without these flags there may be no WebGL, and a test would be green on nothing."""

NO_WEBGL = ("--disable-3d-apis",)
PATIENCE_S = 40
ALIKE = 24
"""Of 255: how far a colour may be off, for edges are soft."""

TABLET = {"width": 1024, "height": 768}
UPRIGHT = {"width": 768, "height": 1024}
DESK = {"width": 1280, "height": 800}

SHOTS = os.environ.get("CONSOLE_SHOTS", "")
"""Where screenshots are kept; by default in the folder of the test."""

Page = Any

DRAWN = """() => {
  const {map, signs} = window.monitorConsole ?? {};
  return map?.getLayer('ship-signs') && map.loaded() ? signs.drawn : 0;
}"""
"""How many ships are drawn, at a moment when all is; that they are seen, ``inked`` says."""

SOURCE = "() => monitorConsole.signs.features"
"""What the map was given to draw."""


SHIP = "#0b4f8a"
"""The colour of ships by day."""


@contextmanager
def playing() -> Iterator[Any]:
    """What drives browsers; there may be one of it at a time."""
    with driver.sync_playwright() as play:
        yield play


@contextmanager
def browsing(play: Any, *flags: str) -> Iterator[Any]:
    """A browser; without one on the system the test fails, for setup brings it."""
    assert CHROMIUM, "there is no chromium: `.ci/setup tests` brings it"
    browser = play.chromium.launch(executable_path=CHROMIUM, args=list(flags or SOFTWARE))
    try:
        yield browser
    finally:
        browser.close()


class Faults:
    """What a page complained of: errors, and what its policy forbade."""

    def __init__(self, page: Page) -> None:
        """Listen from now on."""
        self.said: list[str] = []
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: Any) -> None:
        network = message.text.startswith("Failed to load resource")  # that is for the page to say
        if message.type == "error" and not network:
            self.said.append(message.text)


@contextmanager
def opened(browser: Any, url: str, size: dict[str, int] = DESK) -> Iterator[Page]:
    """A page of a desk of its own; whatever it complains of fails the test."""
    context = browser.new_context(viewport=size, timezone_id="Europe/Rome")
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    faults = Faults(page)
    page.goto(url)
    try:
        yield page
        assert faults.said == [], faults.said
    finally:
        context.close()


def until(page: Page, code: str, wanted: Callable[[Any], bool] = bool) -> Any:
    """Ask a page again and again; its policy lets nothing wait inside it by eval."""
    deadline = time.monotonic() + PATIENCE_S
    found: Any = None
    while time.monotonic() < deadline:
        found = page.evaluate(code)
        if wanted(found):
            return found
        time.sleep(0.1)
    raise AssertionError(f"{code} gave {found!r} to the end")


def inked(page: Page, places: Sequence[tuple[float, float]], colour: str) -> list[bool]:
    """Of points of the map, whether a picture of it has a colour (#rrggbb) there."""
    box = page.locator("#map").bounding_box()
    with Image.open(BytesIO(page.screenshot(clip=box))) as picture:
        pixels = picture.convert("RGB")
    wanted = ImageColor.getrgb(colour)[:3]

    def near(x: float, y: float) -> bool:
        found = pixels.getpixel((round(x), round(y)))
        assert isinstance(found, tuple)
        return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= ALIKE

    return [near(*place) for place in places]


def shot(page: Page, folder: Path, name: str) -> Path:
    """A screenshot; its path."""
    path = (Path(SHOTS) if SHOTS else folder) / f"{name}.png"
    page.screenshot(path=path)
    return path
