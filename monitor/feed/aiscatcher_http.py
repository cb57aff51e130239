"""AIS-catcher's HTTP output (``-H``), sent to us: its envelope, one JSON a line, or sentences."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat

from monitor.feed.aiscatcher import PROTOCOLS, Form, lines_of
from monitor.feed.kind import Counts
from monitor.feed.pushed import Pushed, PushedConfig


class AisCatcherHttpConfig(PushedConfig):
    """``kind = "aiscatcher-http"``."""

    kind: Literal["aiscatcher-http"] = "aiscatcher-http"
    form: Form = Field("nmea", description="Sentences, or the fields AIS-catcher decoded.")
    silence_s: PositiveFloat = Field(
        600.0, description="Nothing for so long: silent; ten times AIS-catcher's own interval."
    )
    lateness_s: float = Field(
        90.0, ge=0, le=86_400, description="AIS-catcher sends what it heard in its last 60 s."
    )


class AisCatcherHttp(Pushed[AisCatcherHttpConfig]):
    """Takes what AIS-catcher posts."""

    KIND = "aiscatcher-http"
    SUMMARY = "AIS-catcher posts its messages to us (-H)."
    CONFIG = AisCatcherHttpConfig

    @property
    def form(self) -> str:
        """As configured."""
        return self.config.form

    @property
    def expected(self) -> str:
        """What AIS-catcher can be told to send."""
        return f"send {PROTOCOLS}"

    def lines_of(self, body: bytes, counts: Counts) -> tuple[bytes, int]:
        """Make lines of one body."""
        return lines_of(body, self.config.form, counts)
