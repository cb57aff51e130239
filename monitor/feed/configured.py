"""The feeds of a configuration: tables of ``monitor.toml`` become feeds, with their secrets."""

from __future__ import annotations

from monitor.configured import Tables
from monitor.feed import FEEDS
from monitor.feed.kind import AnyFeed
from monitor.settings import secret_variable

_TABLES: Tables[AnyFeed] = Tables(
    noun="feed", kinds=FEEDS, variable=secret_variable, whole="the table"
)

make_feeds, make_feed = _TABLES.all, _TABLES.one
