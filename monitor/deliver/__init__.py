"""Channels: where alerts are told. One file a kind, listed in CHANNELS."""

from __future__ import annotations

from typing import Any

from monitor.deliver.channel import Channel
from monitor.deliver.heartbeat import Heartbeat
from monitor.deliver.jsonlines import File
from monitor.deliver.log import Log
from monitor.deliver.mail import Mail
from monitor.deliver.mqtt import Mqtt
from monitor.deliver.services import Service
from monitor.deliver.webhook import Webhook

CHANNELS: tuple[type[Channel[Any]], ...] = (Webhook, Mail, Service, Mqtt, File, Log, Heartbeat)
"""All kinds of channels. A new one is a file and a row."""
