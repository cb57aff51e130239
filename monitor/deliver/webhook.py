"""A POST to a URL, signed as the Standard Webhooks specification says.

What it looks like to the receiver is one of BODIES. ``webhook-id`` is the key of the message: a
receiver that remembers it takes no message twice.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from monitor.alert.message import Message
from monitor.clock import now_us
from monitor.deliver.body import BODIES, SENDER
from monitor.deliver.channel import Channel, ChannelConfig, place, reveal
from monitor.deliver.http import check_url, request
from monitor.errors import LaterError, NeverError
from monitor.units import SECOND_US

LONGEST_BODY = 256 << 10
"""Receivers of webhooks refuse much more than that."""

SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets of this specification begin with


class WebhookConfig(ChannelConfig):
    """``kind = "webhook"``."""

    kind: Literal["webhook"] = "webhook"
    url: str
    body: Literal["json", "geojson", "cap", "pagerduty", "text"] = "json"
    sender: str = Field(
        SENDER, pattern=r"^[A-Za-z0-9_.:@/-]{1,100}$", description="Who CAP says it is from."
    )
    secret: SecretStr | None = Field(
        None, description="Signs what is sent: whsec_ and base64, or any words."
    )
    token: SecretStr | None = Field(
        None, description="Sent as a bearer token; to PagerDuty, as its routing key."
    )
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


class Webhook(Channel[WebhookConfig]):
    """Posts to one URL."""

    KIND = "webhook"
    SUMMARY = "A POST to a URL, signed (Standard Webhooks): JSON, GeoJSON, CAP, PagerDuty, text."
    CONFIG = WebhookConfig

    @property
    def where(self) -> str:
        """Its address."""
        return place(self.config.url)

    async def send(self, message: Message) -> None:
        """Post it; see Channel."""
        config = self.config
        body = BODIES[config.body]
        headers = {"Content-Type": body.content_type}
        word = config.sender
        if config.body == "pagerduty":
            word = reveal(config, "token")
        elif config.token is not None:
            headers["Authorization"] = f"Bearer {reveal(config, 'token')}"
        data = body.made(message, word)
        if len(data) > LONGEST_BODY:
            message_ = f"The message has {len(data):,} bytes, more than a webhook takes."
            raise NeverError(message_)
        headers |= self._signed(message.key, data)
        await request(
            "POST", config.url, self.where, body=data, headers=headers,
            timeout_s=config.timeout_s, allow=config.allow, ca_file=config.ca_file,
        )  # fmt: skip

    def _signed(self, key: str, data: bytes) -> dict[str, str]:
        """Headers of the specification: id, time, and the signature of both and the body."""
        stamp = str(now_us() // SECOND_US)
        headers = {"webhook-id": key, "webhook-timestamp": stamp}
        if self.config.secret is None:
            return headers
        signed = f"{key}.{stamp}.".encode() + data
        digest = hmac.new(_key(reveal(self.config, "secret")), signed, hashlib.sha256).digest()
        return headers | {"webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}


def _key(secret: str) -> bytes:
    """Give the bytes of a secret."""
    if not secret.startswith(SECRET_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise LaterError("The secret is not base64 behind whsec_: check where it is set.") from None
