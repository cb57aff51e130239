"""MQTT: of each alert the last that was said of it, retained by the broker, in a topic of its own.

Whoever subscribes gets how all alerts stand, and then what changes. With QoS 1: a message counts
when the broker has it.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from typing import Literal
from urllib.parse import urlsplit

import orjson
from pydantic import Field, SecretStr, field_validator

from monitor.alert.message import Message, Word
from monitor.deliver.body import record_of
from monitor.deliver.channel import Channel, ChannelConfig, place, reveal
from monitor.deliver.trust import trust
from monitor.errors import LaterError
from monitor.mqtt_packets import (
    ANSWERED,
    CONNACK,
    DISCONNECT_PACKET,
    PUBACK,
    REFUSALS,
    NotMqttError,
    Packet,
    PacketCutter,
    connect_packet,
    publish_packet,
)
from monitor.settings import channel_variable

PORTS = {"mqtt": 1883, "mqtts": 8883}

KEEP_ALIVE_S = 120
"""A connection lives for one message: it is never silent for so long."""

PARTING_S = 0.5
NUMBER = 1
"""Of the only message of a connection."""


class MqttConfig(ChannelConfig):
    """``kind = "mqtt"``."""

    kind: Literal["mqtt"] = "mqtt"
    url: str
    topic: str = Field(
        "monitor/alerts",
        pattern=r"^[^+#/\x00-\x1f]+(/[^+#/\x00-\x1f]+)*$",
        max_length=200,
        description="What stands before the alert's id.",
    )
    username: str | None = None
    password: SecretStr | None = None
    ca_file: str | None = Field(
        None, description="Whom to trust in place of those whom the system trusts; PEM."
    )

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            message = f"it must begin with one of {'://, '.join(PORTS)}:// and name a host"
            raise ValueError(message)
        _ = parts.port  # ValueError where it is none
        return url


class Mqtt(Channel[MqttConfig]):
    """Publishes to one broker."""

    KIND = "mqtt"
    SUMMARY = "An MQTT broker: the state of each alert, retained."
    CONFIG = MqttConfig

    @property
    def where(self) -> str:
        """The address of the broker."""
        return place(self.config.url)

    def topic_of(self, message: Message) -> str:
        """Where it is published: digests and tests have one topic each, and are not retained."""
        last = message.word.value if not _is_state(message) else message.alert
        return f"{self.config.topic}/{last}"

    async def send(self, message: Message) -> None:
        """Publish it; see Channel."""
        packet = publish_packet(
            self.topic_of(message), orjson.dumps(record_of(message)), NUMBER,
            retain=_is_state(message),
        )  # fmt: skip
        config, parts = self.config, urlsplit(self.config.url)
        password = None if config.username is None else reveal(config, "password")
        context = trust(config.ca_file, self.where) if parts.scheme == "mqtts" else None
        sent = False
        try:
            reader, writer = await asyncio.open_connection(
                parts.hostname, parts.port or PORTS[parts.scheme], ssl=context
            )
            try:
                answers = _Answers(reader, self.where)
                name = f"monitor-{secrets.token_hex(8)}"
                writer.write(connect_packet(name, KEEP_ALIVE_S, config.username, password))
                self._check(await answers.next(CONNACK))
                sent = True
                writer.write(packet)
                await writer.drain()
                await answers.next(PUBACK)
            finally:
                await _part(writer)
        except NotMqttError:
            raise LaterError(f"{self.where} does not speak MQTT: check the url.") from None
        except ssl.SSLError as error:
            why = getattr(error, "verify_message", "") or "TLS failed"
            raise LaterError(f"{self.where} cannot be reached: {why}.") from error
        except OSError as error:
            why = error.strerror or "the connection failed"
            raise LaterError(f"{self.where} cannot be reached: {why}.", perhaps=sent) from error

    def _check(self, answer: Packet) -> None:
        """Raise LaterError unless the broker lets us in."""
        code = answer.body[1] if len(answer.body) > 1 else -1
        if code:
            login = channel_variable(self.config.name, "password")
            said = REFUSALS.get(code, f"refuses with code {code}").format(login=login)
            raise LaterError(f"{self.where} {said}.")


class _Answers:
    """What the broker says."""

    def __init__(self, reader: StreamReader, where: str) -> None:
        self._reader, self._where = reader, where
        self._cutter = PacketCutter(kinds=ANSWERED)

    async def next(self, kind: int) -> Packet:
        """Wait for the answer of a kind."""
        while chunk := await self._reader.read(4096):
            for packet in self._cutter.cut(chunk):
                if packet.type == kind:
                    return packet
            if self._cutter.broken:
                raise NotMqttError
        message = f"{self._where} closed the connection without an answer."
        raise LaterError(message, perhaps=kind == PUBACK)


async def _part(writer: StreamWriter) -> None:
    with suppress(OSError):  # a TimeoutError is one
        async with asyncio.timeout(PARTING_S):
            writer.write(DISCONNECT_PACKET)
            writer.close()
            await writer.wait_closed()
    writer.transport.abort()


def _is_state(message: Message) -> bool:
    """Whether it says how an alert stands."""
    return message.word not in {Word.DIGEST, Word.TEST}
