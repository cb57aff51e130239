"""The channels of a configuration: tables of ``monitor.toml`` become channels, with secrets."""

from __future__ import annotations

from monitor.configured import Tables
from monitor.deliver import CHANNELS
from monitor.deliver.channel import AnyChannel
from monitor.settings import channel_variable

_TABLES: Tables[AnyChannel] = Tables(
    noun="channel", kinds=CHANNELS, variable=channel_variable, whole="url",
    misfit="it is not of the form that is wanted there",
)  # fmt: skip

make_channels, make_channel = _TABLES.all, _TABLES.one
