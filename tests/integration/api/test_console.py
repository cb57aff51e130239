"""The console's files over loopback: types, policy, what browsers keep, and what is not served."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from monitor.api import console
from monitor.api.address import CONSOLE
from monitor.api.console import POLICY, shelf
from monitor.engine.detect import feasible
from monitor.engine.detect.vessel import watched
from tests.integration.api.standing import Standing, asking, problem, status

PROJECT = Path(__file__).parents[3]
FOLDER = PROJECT / "monitor" / "console"

PLAIN = {"Accept-Encoding": "identity"}


def watch() -> Standing:
    return Standing(status())


def address(name: str) -> str:
    return f"{CONSOLE}/{shelf().digest}/{name}"


async def test_the_page_names_only_files_that_are_there() -> None:
    """Each address in it is answered, and it is asked for anew each time."""
    async with asking(console, watch()) as client, client.get(CONSOLE) as answer:
        page = await answer.text()
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert answer.headers["Cache-Control"] == "no-cache"
        found = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert len(found) >= 8
        for path in found:
            async with client.get(path) as file:
                assert file.status == 200, path


async def test_nothing_but_files_of_ours_may_run() -> None:
    """The policy stands on the page and on each file: a worker brings its own."""
    async with asking(console, watch()) as client:
        for path in (CONSOLE, address("main.js"), address("vendor/maplibre-gl-worker-6.17.0.mjs")):
            async with client.get(path) as answer:
                assert answer.headers["Content-Security-Policy"] == POLICY
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in POLICY
    assert POLICY.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    page = (FOLDER / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=|https?:", page)


async def test_a_file_is_kept_for_ever_under_its_digest_and_else_asked_for() -> None:
    """A page that was loaded from the release before goes on."""
    async with asking(console, watch()) as client:
        async with client.get(address("main.js")) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            etag = answer.headers["ETag"]
        async with client.get(f"{CONSOLE}/{'0' * 16}/main.js") as answer:
            assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
        async with client.get(address("main.js"), headers={"If-None-Match": etag}) as answer:
            assert (answer.status, await answer.read()) == (304, b"")
            assert answer.headers["ETag"] == etag
        async with client.get(address("main.js"), headers={"If-None-Match": '"other"'}) as answer:
            assert answer.status == 200


async def test_a_file_is_packed_for_who_takes_that() -> None:
    async with asking(console, watch()) as client:
        path, file = address("coast.json"), shelf().files["coast.json"]
        async with client.get(path, headers=PLAIN) as answer:
            assert "Content-Encoding" not in answer.headers
            assert await answer.read() == (FOLDER / "coast.json").read_bytes()
        async with client.get(path) as answer:  # gzip is asked for, and taken apart again
            assert answer.headers["Content-Encoding"] == "gzip"
            assert await answer.read() == file.data
    assert file.packed is not None
    assert gzip.decompress(file.packed) == file.data


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("main.js", "text/javascript"),
        ("vendor/preact-11.2.0.mjs", "text/javascript"),
        ("layers/ships.js", "text/javascript"),
        ("console.css", "text/css"),
        ("coast.json", "application/json"),
        ("icon.svg", "image/svg+xml"),
    ],
)
async def test_types(name: str, media: str) -> None:
    async with asking(console, watch()) as client, client.get(address(name)) as answer:
        assert (answer.status, answer.content_type) == (200, media)


@pytest.mark.parametrize(
    "name", ["__init__.py", "NOTICE", "index.html", "nothing.js", "%2e%2e/app.py", "..%2fapp.py"]
)
async def test_what_is_not_served(name: str) -> None:
    """No code of ours, nothing outside, and no page without its addresses."""
    async with asking(console, watch()) as client, client.get(address(name)) as answer:
        assert answer.status == 404
        assert (await answer.json())["title"] == "Not Found"


async def test_a_word_that_is_none_is_refused() -> None:
    async with asking(console, watch()) as client, client.get(f"{CONSOLE}?theme=x") as answer:
        words = "There is no parameter 'theme': this takes none."
        assert (answer.status, await answer.json()) == (400, problem(400, words, CONSOLE))


def test_another_file_is_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses of a new release are new: old and new files are never mixed."""
    before = shelf().digest
    raw = {name: file.data for name, file in shelf().files.items()}
    raw["main.js"] += b"\n"
    monkeypatch.setattr(console, "_walk", lambda _: list(raw.items()))
    shelf.cache_clear()
    try:
        assert shelf().digest != before
    finally:
        shelf.cache_clear()


def test_vendored_files_are_what_vendor_json_says() -> None:
    """Each has its version in its name, its licence beside it, and the hash that was noted."""
    vendor = FOLDER / "vendor"
    told = json.loads((vendor / "vendor.json").read_text())
    assert {each["file"] for each in told} | {"vendor.json"} == {p.name for p in vendor.iterdir()}
    for each in told:
        data = (vendor / each["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == each["sha256"], each["file"]
        assert each["version"] in each["file"]
        assert b"sourceMappingURL" not in data
    licences = {each["package"] for each in told if each["file"].endswith(".licence.txt")}
    assert licences == {each["package"] for each in told}


def test_what_is_sent_is_small() -> None:
    """Without coast and limit: no more than 600 kB packed, and each module of ours is short."""
    files = shelf().files
    packed = {
        name: len(file.packed or file.data)
        for name, file in files.items()
        if name not in {"coast.json", "limit.json"}
    }
    assert sum(packed.values()) < 600_000
    for path in (*FOLDER.glob("*.js"), *FOLDER.glob("layers/*.js")):
        assert len(path.read_text().splitlines()) <= 200, path.name


def test_modules_import_files_that_are_there_and_nothing_else() -> None:
    """Relative, with their ends: no import map, no address elsewhere."""
    files = shelf().files
    for name, file in files.items():
        if not name.endswith(".js"):
            continue
        text = file.data.decode()
        for path in re.findall(r'(?:from|import) "([^"]+)"', text):
            where = (FOLDER / name).parent / path
            assert path.startswith("."), (name, path)
            assert where.resolve().relative_to(FOLDER).as_posix() in files, (name, path)
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", text), name


def test_a_dark_ship_is_as_fast_on_the_map_as_in_the_engine() -> None:
    """Where no event says how fast she is: else the ring of where she can be is no bound."""
    (said,) = re.findall(
        r"const \[MARGIN_SHARE, TRADE_KN, FASTEST_KN, KNOWN_HOURS, UNDER_WAY_KN\] = (\[.+\]);",
        (FOLDER / "bound.js").read_text(),
    )
    assert json.loads(said) == [
        feasible.MARGIN_SHARE, feasible.TRADE_KN, feasible.FASTEST_KN, feasible.KNOWN_HOURS,
        watched.UNDER_WAY_KN,
    ]  # fmt: skip
