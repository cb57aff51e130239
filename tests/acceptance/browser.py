"""The system's Chromium, which draws WebGL in software, and what tests ask of a page."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

if os.environ.get("CI"):
    import playwright.sync_api as driver  # where tests must run, none may be left out
else:
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed here")

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SOFTWARE = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
"""Without these flags there may be no WebGL, and a test would be green on nothing."""

NO_WEBGL = ("--disable-3d-apis",)
PATIENCE_S = 40
TABLET = {"width": 1024, "height": 768}
UPRIGHT = {"width": 768, "height": 1024}
DESK = {"width": 1280, "height": 800}

SHOTS = os.environ.get("CONSOLE_SHOTS", "")
"""Where screenshots are kept; by default in the folder of the test."""

Page = Any

DRAWN = """() => {
  const map = window.monitorConsole?.map;
  return map?.getLayer('ship-signs') && map.loaded()
    ? map.queryRenderedFeatures({layers: ['ship-signs']}).length : 0;
}"""
"""How many ships are drawn, at a moment when all is."""

SOURCE = "async () => (await monitorConsole.map.getSource('ships').getData()).features"
"""What the map was given to draw."""


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


def shot(page: Page, folder: Path, name: str) -> Path:
    """A screenshot; its path."""
    path = (Path(SHOTS) if SHOTS else folder) / f"{name}.png"
    page.screenshot(path=path)
    return path
