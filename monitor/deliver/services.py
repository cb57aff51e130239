"""Everything that apprise reaches: Slack, Telegram, Matrix, ntfy, Signal, SMS and many more."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from monitor.alert.message import Message, Severity, Word
from monitor.deliver.body import text_of, title_of
from monitor.deliver.channel import Channel, ChannelConfig, one_line, reveal
from monitor.errors import LaterError

_TYPES = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.CRITICAL: "failure"}
"""What apprise calls them: many services have a colour or a sign for each."""


class ServiceConfig(ChannelConfig):
    """``kind = "apprise"``."""

    kind: Literal["apprise"] = "apprise"
    url: SecretStr | None = Field(
        None, description="The service as apprise writes it, such as ntfys://ntfy.example/topic."
    )


class Service(Channel[ServiceConfig]):
    """One target: each has its own outcome."""

    KIND = "apprise"
    SUMMARY = "Any service that apprise knows: Slack, Telegram, Matrix, ntfy, Signal, SMS …"
    CONFIG = ServiceConfig
    NEEDS = ("url",)

    @property
    def where(self) -> str:
        """Its scheme: the rest of the address may be a key."""
        url = self.config.url.get_secret_value() if self.config.url else ""
        return url.partition("://")[0] or "not set"

    async def send(self, message: Message) -> None:
        """Send it; see Channel. Apprise does not say why it failed, nor whether it may pass."""
        import apprise  # noqa: PLC0415 - half a second that only this channel needs

        target = apprise.Apprise()
        if not target.add(reveal(self.config, "url")):
            raise LaterError("The url is none that apprise knows: check where it is set.")
        kind = "success" if message.word is Word.WITHDRAWN else _TYPES[message.severity]
        taken = await target.async_notify(
            title=one_line(title_of(message)),
            body=text_of(message),
            notify_type=apprise.NotifyType(kind),
            body_format=apprise.NotifyFormat.TEXT,
            interpret_escapes=False,
        )
        if not taken:
            raise LaterError(f"{self.where} did not take it.", perhaps=True)
