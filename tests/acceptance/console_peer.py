"""A stand-in for a watch: the console's own files, answers made by hand, and a stream."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from aiohttp import web

from monitor.api import console
from monitor.api.problems import told
from monitor.api.routes import add_routes
from monitor.clock import now_us
from monitor.units import to_datetime
from tests.live import free_port


class Clock:
    """When a test began, by the real clock: the browser has no other, and ships must be fresh.

    A worker reads this module up to half an hour before it runs the last of its tests.
    """

    begun = to_datetime(now_us())


def unix(**span: float) -> int:
    """An instant so long before the test began, as an address has it."""
    return int((Clock.begun - timedelta(**span)).timestamp())


def ago(**span: float) -> str:
    """An instant so long before the test began."""
    return (Clock.begun - timedelta(**span)).isoformat().replace("+00:00", "Z")


def vessel(mmsi: int, lon: float, lat: float, **words: Any) -> dict[str, Any]:
    """A record of /vessels."""
    return {
        "mmsi": mmsi, "flag": "MT", "flag_text": "Malta", "name": f"SHIP {mmsi}", "callsign": "9HX",
        "imo": 9074729, "ship_type": 70, "ship_type_text": "cargo", "at": ago(minutes=2),
        "lon": lon, "lat": lat, "sog_kn": 12.0, "cog_deg": 90.0, "status": 0,
        "status_text": "under way using engine", **words,
    }  # fmt: skip


def alert(id_: str, severity: str = "warning", **words: Any) -> dict[str, Any]:
    """A record of /alerts."""
    reason = {
        "rules": ["a-rule"], "severity": severity, "event": "0" * 8 + "-0000-0000-0000-" + "0" * 12,
        "kind": "Berthed", "state": "confirmed", "happened_at": ago(hours=1),
        "decided_at": ago(hours=1), "why": "Stayed within 100 m.", "lists": [], "possible": [],
    }  # fmt: skip
    return {
        "id": id_, "state": "open", "severity": severity, "revision": 1, "headline": "A story",
        "mmsi": 1, "track": 0, "name": "SHIP 1", "place": "tartus", "feed": None,
        "raised_at": ago(hours=1), "changed_at": ago(hours=1), "happened_at": ago(hours=1),
        "lon": 35.86, "lat": 34.9, "assignee": None, "muted": False, "reasons": [reason],
        "verdict": None, "note": None, "flag": "MT", "flag_text": "Malta", **words,
    }  # fmt: skip


def why(of: dict[str, Any], **words: Any) -> dict[str, Any]:
    """A record of /alerts/ID."""
    fix = {
        "at": ago(hours=1), "received_at": ago(hours=1), "lon": 35.86, "lat": 34.9, "sog_kn": 0.0,
        "cog_deg": 1.0, "status": 5, "status_text": "moored", "type": 1, "source": "harbour",
        "line": 7, "sentence": "!AIVDM,1,1,,A,345CV<U000RT;hPCvKLJ`RB20haL,0*12",
    }  # fmt: skip
    event = {
        "id": of["reasons"][0]["event"], "kind": "Berthed", "at": ago(hours=1), "earliest": None,
        "latest": None, "confidence": 3,
        "evidence": {"fixes": [fix], "figures": {"spread_m": 9}, "geofence_hash": "ab" * 32},
    }  # fmt: skip
    return {
        **of, "rules": [{"name": "a-rule", "title": "A rule", "sentence": "Warning, when so."}],
        "events": [event], "not_proved": ["That she lies there does not say why."], "told": [],
        "history": [], **words,
    }  # fmt: skip


def status(**words: Any) -> dict[str, Any]:
    """What /status says of a quiet watch."""
    return {
        "version": "0.1.0", "now": to_datetime(now_us()).isoformat(), "clock_speed": 1.0,
        "started_at": ago(hours=9), "lines": 9, "vessels": 2, "visits": 0, "feeds": [],
        "ports": [], "channels": [], "store": {
            "ready": True, "why": "batches are committed", "lag_p50_s": 0.1, "lag_p99_s": 0.2,
        }, "spool": {"waiting_bytes": 0, "dropped_lines": 0, "trouble": None}, **words,
    }  # fmt: skip


def sighting(number: int, **words: Any) -> dict[str, Any]:
    """A record of /sightings/ID."""
    return {
        "id": number, "by": "sighting", "seen_by": "satellite", "title": "SPARTA IV, IMO 9743033",
        "mmsi": None, "imo": 9743033, "name": "SPARTA IV", "hull": None, "length_m": None,
        "port": None, "lon": 35.4, "lat": 34.95, "within_m": None, "area": None,
        "since": ago(hours=9), "until": ago(hours=9), "source": "a picture", "link": None,
        "reliability": "B", "credibility": 2, "note": None, "recorded_at": ago(hours=8),
        "added_by": "ann", "removed_at": None, "removed_by": None, "ais": "dark",
        "ais_words": "Nobody who fits was heard there.", "ais_ships": [],
        "look_radar": "https://browser.dataspace.copernicus.eu/?zoom=10", "look_light": None,
        **words,
    }  # fmt: skip


def sighting_feature(of: dict[str, Any]) -> dict[str, Any]:
    """The same as /collections/sightings has it."""
    if of["area"] is None:
        shape: dict[str, Any] = {"type": "Point", "coordinates": [of["lon"], of["lat"]]}
    else:
        west, south, east, north = of["area"]
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "id": of["id"], "geometry": shape, "properties": of}


def event(kind: str, mmsi: int, figures: dict[str, Any], **words: Any) -> dict[str, Any]:
    """A record of /events."""
    return {
        "id": f"{kind} {figures}", "kind": kind, "state": "confirmed", "mmsi": mmsi, "track": 0,
        "name": f"SHIP {mmsi}", "flag": "MT", "flag_text": "Malta", "imo": None, "port": None,
        "geofence": None, "at": None, "earliest": ago(hours=9), "latest": ago(hours=9),
        "decided_at": ago(hours=3), "confidence": 3, "lon": 35.6, "lat": 34.8, "why": "So it was.",
        "episode": None, "revised_at": None, "revision": None,
        "evidence": {"fixes": [], "figures": figures, "geofence_hash": None}, **words,
    }  # fmt: skip


def said(field: str, value: str, since: str, until: str, **words: Any) -> dict[str, Any]:
    """A record of /ask/identity."""
    return {
        "mmsi": 1, "field": field, "value": value, "words": value, "since": since, "until": until,
        "stands": True, "by_turns": False, **words,
    }  # fmt: skip


SAID = ("name", "callsign", "imo", "ship_type", "size", "draught_m", "destination")
"""Fields of which /ask/identity tells."""


def hull(**words: Any) -> dict[str, Any]:
    """A record of /ask/hulls: the ship 1 took another number."""
    return {
        "imo": 9074729, "mmsi": 1, "name": "SHIP 1", "flag": "MT", "first_at": ago(days=20),
        "last_at": ago(days=9), "other_mmsi": 3, "other_name": "OTHER HULL", "other_flag": "LR",
        "other_first_at": ago(days=8), "other_last_at": ago(days=1), "here_at": ago(days=9),
        "there_at": ago(days=8), "apart_nm": 0.4, "verdict": "swapped",
        "words": "Another number took over here.", **words,
    }  # fmt: skip


def member(mmsi: int, standing: str, **words: Any) -> dict[str, Any]:
    """A record of /ask/fleet."""
    return {
        "fleet": "own", "as_of": ago(minutes=1), "match": "sure", "entry": mmsi,
        "listed": f"SHIP {mmsi}", "reason": "sailed dark", "mmsi": mmsi, "track": 0,
        "name": f"SHIP {mmsi}", "imo": None, "flag": "MT", "flag_text": "Malta",
        "standing": standing, "port": None, "left": None, "since": None, "confidence": None,
        "heard_at": ago(hours=9), "lon": 35.6, "lat": 34.8, "unheard_s": 32_400, "may_be": [],
        **words,
    }  # fmt: skip


class Peer:
    """It answers from ``answers``, by path; what is in none is not there."""

    def __init__(self) -> None:
        """An empty sea; the test begins now."""
        Clock.begun = to_datetime(now_us())
        self.port = free_port()
        self.answers: dict[str, Any] = {
            "/vessels": [], "/alerts": [], "/port-calls": [], "/voyages": [], "/status": status(),
            "/events": [], "/ask/identity": [], "/ask/hulls": [], "/ask/fleets": [],
            "/ask/reach": [], "/watched": [],
            "/areas": {"type": "FeatureCollection", "features": []},
            "/geofences": {"type": "FeatureCollection", "features": []},
            "/collections/gates/items": {"type": "FeatureCollection", "features": []},
            "/collections/sightings/items": {"type": "FeatureCollection", "features": []},
            "/collections/interference/items": {"type": "FeatureCollection", "features": []},
        }  # fmt: skip
        self.streams = False
        self.held: dict[str, asyncio.Event] = {}
        self.asked: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Of its console."""
        return f"http://127.0.0.1:{self.port}/console"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if request.path == "/live" and self.streams:
            return await self._stream(request)
        found = self.answers.get(request.path)
        if found is None:
            raise web.HTTPNotFound
        if held := self.held.get(request.path):
            found = list(found)
            await held.wait()
        return web.json_response(found)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        frames: asyncio.Queue[bytes | None] = asyncio.Queue(10_000)
        self._listeners.add(frames)
        try:
            await response.write(b": here\n\n")
            with suppress(ConnectionError):  # a page was closed
                while (frame := await frames.get()) is not None:
                    await response.write(frame)
        finally:
            self._listeners.discard(frames)
        return response

    @contextmanager
    def slow(self, path: str) -> Iterator[None]:
        """What is asked for at a path meanwhile is answered afterwards, as it is now."""
        self.held[path] = asyncio.Event()
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self.held.pop(path).set)

    def send(self, event: str, data: Any) -> None:
        """Tell whoever listens; of an alert, whoever asks is told as well from now on."""
        if event == "alert":
            others = [each for each in self.answers["/alerts"] if each["id"] != data["id"]]
            stands = data["state"] in {"open", "acknowledged"}
            self.answers["/alerts"] = [*others, data] if stands else others
        frame = f"id: 1\nevent: {event}\ndata: {json.dumps(data)}\n\n".encode()
        self._do(self._tell(frame))

    async def _tell(self, frame: bytes | None) -> None:
        for frames in self._listeners:
            frames.put_nowait(frame)

    def up(self) -> None:
        """Listen."""
        self._do(self._up())

    async def _up(self) -> None:
        app = web.Application(middlewares=[told])
        add_routes(app, [console])
        app.router.add_get("/{rest:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    def down(self) -> None:
        """Break off what is open, and answer nobody."""
        self._do(self._down())

    async def _down(self) -> None:
        await self._tell(None)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    @contextmanager
    def running(self) -> Iterator[Peer]:
        """In a thread of its own."""
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        try:
            self.up()
            yield self
        finally:
            self.down()
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(10)
            self._loop.close()
