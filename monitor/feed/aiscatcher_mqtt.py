"""AIS-catcher's messages from a broker: its MQTT output, NMEA or JSON."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat

from monitor.feed.aiscatcher import Form, lines_of
from monitor.feed.kind import Sink
from monitor.feed.mqtt import MqttConfig, MqttFeed


class AisCatcherMqttConfig(MqttConfig):
    """``kind = "aiscatcher-mqtt"``."""

    kind: Literal["aiscatcher-mqtt"] = "aiscatcher-mqtt"
    topic: str = Field("ais/data", min_length=1, max_length=1024)
    form: Form = Field("nmea", description="Sentences, or the fields AIS-catcher decoded.")
    silence_s: PositiveFloat = Field(
        600.0, description="No message for so long: connected anew; one receiver may hear nobody."
    )
    lateness_s: float = Field(
        10.0, ge=0, le=86_400, description="Two networks lie between the receiver and here."
    )


class AisCatcherMqtt(MqttFeed[AisCatcherMqttConfig]):
    """Subscribes to one topic, which may have wildcards."""

    KIND = "aiscatcher-mqtt"
    SUMMARY = "AIS-catcher's messages from an MQTT broker."
    CONFIG = AisCatcherMqttConfig

    @property
    def form(self) -> str:
        """As configured."""
        return self.config.form

    @property
    def topics(self) -> tuple[str, ...]:
        """The one configured."""
        return (self.config.topic,)

    def lines_of(self, topic: str, payload: bytes, sink: Sink) -> tuple[bytes, int]:  # noqa: ARG002
        """Make lines of one message."""
        return lines_of(payload, self.config.form, sink)
