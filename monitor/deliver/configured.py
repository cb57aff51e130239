"""The channels of a configuration: tables of ``monitor.toml`` become channels, with secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.deliver import CHANNELS
from monitor.deliver.channel import AnyChannel
from monitor.errors import UsageError
from monitor.settings import channel_variable, said

Secrets = Callable[[str, str], str | None]
"""(channel, field) -> what the environment holds for it."""


def make_channels(tables: Sequence[Mapping[str, Any]], secrets: Secrets) -> list[AnyChannel]:
    """Make the channels of a configuration; UsageError says which table is wrong, and how."""
    channels = [make_channel(table, secrets) for table in tables]
    names: dict[str, str] = {}
    for channel in channels:
        name, variable = channel.config.name, channel_variable(channel.config.name, "")
        other = names.get(variable)
        names[variable] = name
        if other is not None:
            message = f"The channels {other!r} and {name!r} would share their secrets: rename one."
            if name == other:
                message = f"Two channels are called {name!r}: give each a name of its own."
            raise UsageError(message)
    return channels


def make_channel(table: Mapping[str, Any], secrets: Secrets) -> AnyChannel:
    """Make one channel of its table."""
    name, kind = table.get("name"), table.get("kind")
    title = f"Channel {name!r}" if name else f"A channel of kind {kind!r}" if kind else "A channel"
    for found in CHANNELS:
        if kind == found.KIND:
            break
    else:
        kinds = ", ".join(found.KIND for found in CHANNELS)
        lacks = "its kind is missing" if kind is None else f"there is no kind {kind!r}"
        message = f"{title}: {lacks}: use one of {kinds}."
        raise UsageError(message)
    try:
        return found(found.CONFIG.model_validate(_with_secrets(dict(table), found, title, secrets)))
    except ValidationError as error:
        first = error.errors()[0]
        word = ".".join(str(part) for part in first["loc"]) or "url"  # the rule of a whole table
        reason = said(first)
        if first["type"] == "string_pattern_mismatch":
            reason = "it is not of the form that is wanted there"
            if word == "name":
                reason = "use small letters, digits, dots and dashes, 32 at most"
        if first["type"] == "extra_forbidden":
            reason = f"there is no such word for this kind: use {', '.join(_words(found))}"
        message = f"{title}: {word}: {reason}."
        raise UsageError(message) from None


def _words(kind: type[AnyChannel]) -> list[str]:
    """What a table of a kind may say."""
    secrets = kind.CONFIG.secrets()
    return [f"{name}_file" if name in secrets else name for name in kind.CONFIG.model_fields]


def _with_secrets(
    table: dict[str, Any], kind: type[AnyChannel], title: str, secrets: Secrets
) -> dict[str, Any]:
    for field in kind.CONFIG.secrets():
        variable = channel_variable(str(table.get("name")), field)
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
                value = Path(path).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                why = error.strerror if isinstance(error, OSError) else "it is no text"
                message = f"{title}: {field}_file {path} cannot be read: {why}."
                raise UsageError(message) from None
        if value is not None:
            table[field] = value
    return table
