"""Digitraffic Marine over HTTP: positions once a minute, and static reports now and then.

The service keeps an answer for a minute, gives positions of years ago unless told from when on,
and compresses all it sends: it refuses whoever cannot read gzip.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import aiohttp
from pydantic import Field, PositiveFloat, model_validator

from monitor.clock import now_us
from monitor.decode.fields import mmsi_of
from monitor.decode.times import instant
from monitor.errors import FeedError
from monitor.feed.http import USER_AGENT, place
from monitor.feed.kind import Sink
from monitor.feed.poll import OLD_US, Poll, PollConfig, Seen, fetch
from monitor.units import MINUTE_US, NO_TIME

FIRST_US = 10 * MINUTE_US
"""How far back the first question goes."""

OVERLAP_US = 3 * MINUTE_US
"""So much is asked for again: answers are kept for a minute, and some reports come late."""

METADATA_US = 10 * MINUTE_US
"""Names and voyages change rarely."""


class DigitrafficRestConfig(PollConfig):
    """``kind = "digitraffic-rest"``."""

    kind: Literal["digitraffic-rest"] = "digitraffic-rest"
    url: str = Field(
        "https://meri.digitraffic.fi/api/ais/v1", pattern=r"^https?://[^/\s@?]+[^\s@?]*$"
    )
    digitraffic_user: str = Field(
        USER_AGENT,
        pattern=r"^[ -~]{1,200}$",
        description="Name of the application, for the service's statistics.",
    )
    radius_km: PositiveFloat | None = Field(None, description="Only so far around a position.")
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    metadata: bool = Field(default=True, description="Ask for static reports too.")
    silence_s: PositiveFloat = Field(
        600.0, description="No new position for so long: silent; each answer holds hundreds."
    )
    lateness_s: float = Field(
        180.0, ge=0, le=86_400, description="A minute of pause, a minute of cache, and some."
    )

    @model_validator(mode="after")
    def _whole_circle(self) -> DigitrafficRestConfig:
        circle = (self.radius_km, self.latitude, self.longitude)
        if any(part is None for part in circle) and circle != (None, None, None):
            message = "radius_km, latitude and longitude go together"
            raise ValueError(message)
        return self


class DigitrafficRest(Poll[DigitrafficRestConfig]):
    """Asks for the positions since the last answer."""

    KIND = "digitraffic-rest"
    SUMMARY = "Digitraffic (Finland) over HTTP: free, a snapshot a minute."
    CONFIG = DigitrafficRestConfig

    def __init__(self, config: DigitrafficRestConfig) -> None:
        """Take the settings."""
        super().__init__(config)
        self._statics = Seen()
        self._since = self._statics_since = NO_TIME

    @property
    def form(self) -> str:
        """Features and metadata."""
        return "digitraffic-json"

    @property
    def where(self) -> str:
        """The address."""
        return place(self.config.url)

    @property
    def headers(self) -> Mapping[str, str]:
        """What the service wants to see."""
        return {"Digitraffic-User": self.config.digitraffic_user, "Accept-Encoding": "gzip"}

    async def poll(self, client: aiohttp.ClientSession, sink: Sink) -> list[tuple[bytes, int]]:
        """Ask for positions, and for static reports where they are due; see Poll."""
        now = now_us()
        since = max(self._since - OVERLAP_US, now - OLD_US) if self._since > 0 else now - FIRST_US
        answer = await self._get(client, "locations", since, self._circle())
        self._since = now
        features = answer.get("features") if isinstance(answer, dict) else None
        if not isinstance(features, list):
            raise FeedError(f"{self.where} answered without positions: check the url.")
        found = [
            (line, 1)
            for feature in features
            if (line := _new(feature, _properties(feature), "timestampExternal", self.seen, sink))
        ]
        if self.config.metadata and now - self._statics_since >= METADATA_US:
            found += await self._metadata(client, now, sink)
        return found

    async def _metadata(
        self, client: aiohttp.ClientSession, now: int, sink: Sink
    ) -> list[tuple[bytes, int]]:
        since = max(self._statics_since - OVERLAP_US, now - OLD_US)
        answer = await self._get(client, "vessels", since, {})
        self._statics_since = now
        if not isinstance(answer, list):
            raise FeedError(f"{self.where} answered without vessels: check the url.")
        return [
            (line, 0)
            for vessel in answer
            if (line := _new(vessel, vessel, "timestamp", self._statics, sink))
        ]

    def _circle(self) -> dict[str, str]:
        config = self.config
        if config.radius_km is None:
            return {}
        return {
            "radius": str(config.radius_km),
            "latitude": str(config.latitude),
            "longitude": str(config.longitude),
        }

    async def _get(
        self, client: aiohttp.ClientSession, name: str, since: int, params: dict[str, str]
    ) -> object:
        params = params | {"from": str(since // 1000)}
        url = f"{self.config.url.rstrip('/')}/{name}"
        body = await fetch(client, url, params, self.config, self.where)
        try:
            answer: object = json.loads(body)
        except (ValueError, RecursionError):
            raise FeedError(f"{self.where} answered with what is no JSON.") from None
        return answer


def _properties(feature: object) -> object:
    return feature.get("properties") if isinstance(feature, dict) else None


def _new(record: object, fields: object, time: str, seen: Seen, sink: Sink) -> bytes:
    """Make a line of a record; nothing if it is not new."""
    if not isinstance(record, dict) or not isinstance(fields, dict):
        sink.refuse("garbled")
        return b""
    claimed: dict[str, Any] = {**record, **fields}
    mmsi, at = mmsi_of(claimed.get("mmsi")), instant(claimed.get(time))
    if not seen.is_new(mmsi, at, now_us(), sink):
        return b""
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"
