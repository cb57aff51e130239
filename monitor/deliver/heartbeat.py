"""A dead man's switch: a URL that is asked every so often while the watch is well.

Who answers there (such as healthchecks.io, or Uptime Kuma) calls somebody when it is not asked any
more: a watch that is dead cannot tell so itself.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, PositiveFloat, SecretStr, model_validator

from monitor.alert.message import Message
from monitor.deliver.channel import Channel, ChannelConfig, place, reveal
from monitor.deliver.http import check_url, request


class HeartbeatConfig(ChannelConfig):
    """``kind = "heartbeat"``."""

    kind: Literal["heartbeat"] = "heartbeat"
    url: str
    token: SecretStr | None = Field(None, description="Sent as a bearer token.")
    every_s: PositiveFloat = Field(60.0, le=86_400, description="How often it is asked.")
    insecure: bool = Field(default=False, description="Whether http:// will do.")
    ca_file: str | None = Field(
        None, description="Whom to trust in place of those whom the system trusts; PEM."
    )
    allow: tuple[str, ...] = Field(
        (), description="Hosts of our own network, loopback and the like that are meant."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_url(self.url, secure=not self.insecure)
        return self


class Heartbeat(Channel[HeartbeatConfig]):
    """Asks one URL."""

    KIND = "heartbeat"
    SUMMARY = "A dead man's switch: a URL that is asked while the watch is well."
    CONFIG = HeartbeatConfig
    TELLS = False

    @property
    def where(self) -> str:
        """Its address."""
        return place(self.config.url)

    async def beat(self) -> None:
        """Ask once; DeliveryError if that was in vain."""
        config, headers = self.config, {}
        if config.token is not None:
            headers["Authorization"] = f"Bearer {reveal(config, 'token')}"
        await request(
            "GET", config.url, self.where, headers=headers, timeout_s=config.timeout_s,
            allow=config.allow, ca_file=config.ca_file,
        )  # fmt: skip

    async def send(self, message: Message) -> None:  # noqa: ARG002 - whatever it is, we live
        """Ask once, for a test; see Channel."""
        await self.beat()
