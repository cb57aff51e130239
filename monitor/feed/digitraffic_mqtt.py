"""Digitraffic Marine over MQTT: the AIS of Finland and the northern Baltic, open to all.

A location says whose it is only in its topic, so a line is the topic, a blank and the payload. The
service counts connections an address makes a minute, and may ask who the application is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, PositiveFloat

from monitor.feed.http import USER_AGENT
from monitor.feed.kind import Sink
from monitor.feed.lines import LONGEST_LINE
from monitor.feed.mqtt import MqttConfig, MqttFeed

_BREAK = re.compile(rb"\s*[\r\n]\s*")
"""A line break in JSON and the indent after it: it stands only between words."""


class DigitrafficMqttConfig(MqttConfig):
    """``kind = "digitraffic-mqtt"``."""

    kind: Literal["digitraffic-mqtt"] = "digitraffic-mqtt"
    url: str = "wss://meri.digitraffic.fi:443/mqtt"
    topics: tuple[Annotated[str, Field(min_length=1, max_length=1024)], ...] = Field(
        ("vessels-v2/+/location", "vessels-v2/+/metadata"), min_length=1
    )
    digitraffic_user: str = Field(
        USER_AGENT,
        pattern=r"^[ -~]{1,200}$",
        description="Name of the application, for the service's statistics.",
    )
    silence_s: PositiveFloat = Field(
        120.0,
        description="No position for so long: connected anew; whole Finland sends many a second.",
    )
    lateness_s: float = Field(
        10.0, ge=0, le=86_400, description="Its times are whole seconds, and some seconds old."
    )
    retry_s: PositiveFloat = Field(
        15.0, description="First pause before connecting again: 5 connections a minute are allowed."
    )
    retry_max_s: PositiveFloat = Field(300.0, description="Longest pause before connecting again.")


class DigitrafficMqtt(MqttFeed[DigitrafficMqttConfig]):
    """Subscribes to positions and to static reports."""

    KIND = "digitraffic-mqtt"
    SUMMARY = "Digitraffic (Finland) over MQTT: free, no login."
    CONFIG = DigitrafficMqttConfig

    @property
    def form(self) -> str:
        """Topic and payload."""
        return "digitraffic-json"

    @property
    def topics(self) -> tuple[str, ...]:
        """As configured."""
        return self.config.topics

    @property
    def headers(self) -> Mapping[str, str]:
        """The service wants to know the application."""
        return {"Digitraffic-User": self.config.digitraffic_user}

    def lines_of(self, topic: str, payload: bytes, sink: Sink) -> tuple[bytes, int]:
        """Make one line; only positions count, for metadata come even when those fail."""
        line = b"%s %s\n" % (b"".join(topic.encode().split()), _BREAK.sub(b" ", payload).strip())
        if len(line) > LONGEST_LINE:
            sink.refuse("too_long")
            return b"", 0
        return line, int(topic.endswith("/location") and bool(payload))
