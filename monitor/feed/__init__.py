"""Feeds: live ones, one file a kind, listed in FEEDS; and recorded logs (``logfile.py``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.errors import UsageError
from monitor.feed.base import AnyFeed, Feed, read_secret
from monitor.feed.nmea_tcp import NmeaTcp

FEEDS: tuple[type[Feed[Any]], ...] = (NmeaTcp,)
"""All kinds of live feeds. A new one is a file and a row."""

Secrets = Callable[[str, str], str | None]
"""(feed, field) -> what the environment holds for it."""


def make_feeds(tables: list[Mapping[str, Any]], secrets: Secrets) -> list[AnyFeed]:
    """Make the feeds of a configuration; UsageError says which table is wrong, and how."""
    feeds = [make_feed(table, secrets) for table in tables]
    names = [feed.config.name for feed in feeds]
    for name in names:
        if names.count(name) > 1:
            message = f"Two feeds are called {name!r}: give each a name of its own."
            raise UsageError(message)
    return feeds


def make_feed(table: Mapping[str, Any], secrets: Secrets) -> AnyFeed:
    """Make one feed of its table."""
    name, kind = table.get("name"), table.get("kind")
    title = f"feed {name!r}" if name else f"feed of kind {kind!r}"
    for found in FEEDS:
        if kind == found.KIND:
            break
    else:
        kinds = ", ".join(found.KIND for found in FEEDS)
        message = f"{title}: there is no kind {kind!r}: use one of {kinds}."
        raise UsageError(message)
    try:
        return found(found.CONFIG.model_validate(_with_secrets(dict(table), found, title, secrets)))
    except ValidationError as error:
        first = error.errors()[0]
        word = ".".join(str(part) for part in first["loc"]) or "the table"
        message = f"{title}: {word}: {first['msg']}."
        raise UsageError(message) from None


def _with_secrets(
    table: dict[str, Any], kind: type[AnyFeed], title: str, secrets: Secrets
) -> dict[str, Any]:
    for field in kind.CONFIG.secrets():
        variable = secret_variable(str(table.get("name")), field)
        path = table.pop(f"{field}_file", None)
        if field in table:
            message = (
                f"{title}: {field} must not stand in the file: set {variable}, or name a file that"
                f" holds it with {field}_file."
            )
            raise UsageError(message)
        value = secrets(str(table.get("name")), field)
        if value is None and path is not None:
            try:
                value = read_secret(Path(path))
            except OSError as error:
                message = f"{title}: {field}_file {path} cannot be read: {error.strerror}."
                raise UsageError(message) from None
        if value is not None:
            table[field] = value
    return table


def secret_variable(feed: str, field: str) -> str:
    """Name of the environment variable of a feed's secret."""
    return f"MONITOR_FEED_{feed}_{field}".upper().translate(str.maketrans("-.", "__"))
