"""AISHub: what its members' receivers hear, as a snapshot that is asked for once a minute.

Who asks more often gets an error, nothing, or bare words, and the same when the username is used
elsewhere. One question takes one area: several boxes are asked for as the one that holds them.
"""

from __future__ import annotations

import asyncio
import bz2
import io
import json
import lzma
import zipfile
import zlib
from typing import Any, Literal

import aiohttp
from pydantic import Field, PositiveFloat, SecretStr

from monitor.clock import now_us
from monitor.decode.aishub import lon_lat
from monitor.decode.fields import mmsi_of
from monitor.decode.times import instant
from monitor.errors import FeedError
from monitor.feed.areas import TARTUS_AND_TOBRUK, Box
from monitor.feed.http import place, reveal, variable
from monitor.feed.kind import Sink
from monitor.feed.packed import GZIP
from monitor.feed.poll import LONGEST_ANSWER, Poll, PollConfig, fetch

TOO_FREQUENT_PAUSE_S = 120.0
"""Twice the shortest interval: another user of the name may have just asked."""


class AisHubConfig(PollConfig):
    """``kind = "aishub"``."""

    kind: Literal["aishub"] = "aishub"
    url: str = Field("https://data.aishub.net/ws.php", pattern=r"^https?://[^/\s@?]+[^\s@?]*$")
    username: SecretStr | None = Field(None, description="Name of a member's account (AH_…).")
    boxes: tuple[Box, ...] = Field(
        TARTUS_AND_TOBRUK,
        description="Areas, each by two opposite corners [[lat, lon], [lat, lon]]; none: all.",
    )
    format: Literal[0, 1] = Field(0, description="0: numbers as on the air, 1: human readable.")
    compress: Literal[0, 1, 2, 3] = Field(2, description="0: no, 1: ZIP, 2: gzip, 3: bzip2.")
    max_age_min: int = Field(60, ge=1, le=1440, description="Older positions are not asked for.")
    silence_s: PositiveFloat = Field(
        1800.0, description="Nothing new for so long: silent; a snapshot may be 5 minutes old."
    )
    lateness_s: float = Field(
        600.0, ge=0, le=86_400, description="A snapshot's age, a minute of pause, and slow members."
    )


class AisHub(Poll[AisHubConfig]):
    """Asks for the snapshot of an area."""

    KIND = "aishub"
    SUMMARY = "AISHub: for its members, a snapshot a minute."
    CONFIG = AisHubConfig

    @property
    def form(self) -> str:
        """Records of the snapshot."""
        return "aishub-json"

    @property
    def where(self) -> str:
        """The address."""
        return place(self.config.url)

    async def poll(self, client: aiohttp.ClientSession, sink: Sink) -> list[tuple[bytes, int]]:
        """Ask for the snapshot; see Poll."""
        username = reveal(self.config, "username")
        body = await fetch(
            client, self.config.url, self._question(username), self.config, self.where
        )
        records = await asyncio.to_thread(self._records, body, username)
        now = now_us()
        found = []
        for record in records:
            if not isinstance(record, dict) or "MMSI" not in record:
                sink.refuse("garbled")
            elif self._is_inside(record) and self.seen.is_new(
                mmsi_of(record["MMSI"]), instant(record.get("TIME")), now, sink
            ):
                found.append((json.dumps(record, separators=(",", ":")).encode() + b"\n", 1))
        return found

    def _question(self, username: str) -> dict[str, str]:
        config = self.config
        question = {
            "username": username,
            "format": str(config.format),
            "output": "json",
            "compress": str(config.compress),
            "interval": str(config.max_age_min),
        }
        if config.boxes:
            lats = [lat for box in config.boxes for lat, _ in box]
            lons = [lon for box in config.boxes for _, lon in box]
            question |= {
                "latmin": str(min(lats)),
                "latmax": str(max(lats)),
                "lonmin": str(min(lons)),
                "lonmax": str(max(lons)),
            }
        return question

    def _is_inside(self, record: dict[str, Any]) -> bool:
        lon, lat = lon_lat(record)
        return not self.config.boxes or any(
            min(a[0], b[0]) <= lat <= max(a[0], b[0]) and min(a[1], b[1]) <= lon <= max(a[1], b[1])
            for a, b in self.config.boxes
        )

    def _records(self, body: bytes, username: str) -> list[Any]:
        """Read an answer; FeedError says what it complains of."""
        try:
            words = unpacked(body).strip()
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
            raise FeedError(f"{self.where} sent an archive that cannot be read.") from None
        if not words:
            message = f"{self.where} answered nothing: it was asked too often, or not by a member."
            raise FeedError(message, retry_after_s=TOO_FREQUENT_PAUSE_S)
        if words.startswith(b"<"):
            raise FeedError(f"{self.where} answered with a web page, not with data: check the url.")
        try:
            answer = json.loads(words)
        except (ValueError, RecursionError):
            answer = {"ERROR": True, "ERROR_MESSAGE": words[:200].decode("utf-8", "replace")}
        parts = answer if isinstance(answer, list) else [answer]
        for part in parts:
            if isinstance(part, dict) and part.get("ERROR"):
                raise self._complaint(str(part.get("ERROR_MESSAGE")), username)
        return [record for part in parts if isinstance(part, list) for record in part]

    def _complaint(self, words: str, username: str) -> FeedError:
        said = " ".join(words.replace(username, "(username)").split())[:200].rstrip(".!")
        if "too frequent" in said.lower():
            message = f"{self.where} was asked too often: see that nothing else uses this username."
            return FeedError(message, retry_after_s=TOO_FREQUENT_PAUSE_S)
        if "username" in said.lower():
            said += f"; check {variable(self.config, 'username')}"
        return FeedError(f"{self.where} answered: {said}.")


def unpacked(body: bytes, longest: int = LONGEST_ANSWER) -> bytes:
    """Unpack a ZIP, gzip or bzip2 file; what is none of them stays as it is.

    ValueError where it holds more than ``longest`` bytes.
    """
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive, archive.open(archive.namelist()[0]) as f:
            found = f.read(longest + 1)
    elif body.startswith(GZIP):
        gzip = zlib.decompressobj(wbits=31)
        found = gzip.decompress(body, longest + 1)
        if not gzip.eof and len(found) <= longest:
            raise EOFError
    elif body.startswith(b"BZh"):
        bzip2 = bz2.BZ2Decompressor()
        found = bzip2.decompress(body, longest + 1)
        if not bzip2.eof and len(found) <= longest:
            raise EOFError
    else:
        found = body
    if len(found) > longest:
        message = "too long"
        raise ValueError(message)
    return found
