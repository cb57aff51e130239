"""The feeds of a configuration: tables of ``monitor.toml`` become feeds, with their secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.errors import UsageError
from monitor.feed import FEEDS
from monitor.feed.kind import AnyFeed, read_secret
from monitor.settings import said, secret_variable

Secrets = Callable[[str, str], str | None]
"""(feed, field) -> what the environment holds for it."""


def make_feeds(tables: Sequence[Mapping[str, Any]], secrets: Secrets) -> list[AnyFeed]:
    """Make the feeds of a configuration; UsageError says which table is wrong, and how."""
    feeds = [make_feed(table, secrets) for table in tables]
    names: dict[str, str] = {}
    for feed in feeds:
        name, variable = feed.config.name, secret_variable(feed.config.name, "")
        other = names.get(variable)
        names[variable] = name
        if other is not None:
            message = f"The feeds {other!r} and {name!r} would share their secrets: rename one."
            if name == other:
                message = f"Two feeds are called {name!r}: give each a name of its own."
            raise UsageError(message)
    return feeds


def make_feed(table: Mapping[str, Any], secrets: Secrets) -> AnyFeed:
    """Make one feed of its table."""
    name, kind = table.get("name"), table.get("kind")
    title = f"Feed {name!r}" if name else f"A feed of kind {kind!r}" if kind else "A feed"
    for found in FEEDS:
        if kind == found.KIND:
            break
    else:
        kinds = ", ".join(found.KIND for found in FEEDS)
        lacks = "its kind is missing" if kind is None else f"there is no kind {kind!r}"
        message = f"{title}: {lacks}: use one of {kinds}."
        raise UsageError(message)
    try:
        return found(found.CONFIG.model_validate(_with_secrets(dict(table), found, title, secrets)))
    except ValidationError as error:
        first = error.errors()[0]
        word = ".".join(str(part) for part in first["loc"]) or "the table"
        reason = said(first)
        if first["type"] == "string_pattern_mismatch" and word == "name":
            reason = "use small letters, digits, dots and dashes, 32 at most"
        if first["type"] == "extra_forbidden":
            reason = f"there is no such word for this kind: use {', '.join(_words(found))}"
        message = f"{title}: {word}: {reason}."
        raise UsageError(message) from None


def _words(kind: type[AnyFeed]) -> list[str]:
    """What a table of a kind may say."""
    secrets = kind.CONFIG.secrets()
    return [f"{name}_file" if name in secrets else name for name in kind.CONFIG.model_fields]


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
