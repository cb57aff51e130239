"""Settings as they may be shown: with their sources, and without any secret."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from monitor.hidden import HIDDEN, without_keys
from monitor.settings import TOKENS, Settings, channel_secret, config_file, feed_secret

TABLES = ("feeds", "channels")
"""Settings that are lists of tables; in a file they stand last."""

_SECRET = re.compile(r"key|token|secret|pass|username", re.IGNORECASE)


def settings_json(settings: Settings) -> dict[str, Any]:
    """Each setting with its value and where it comes from."""
    return {name: {"value": value, "from": source} for name, value, source in _each(settings)}


def settings_toml(settings: Settings) -> str:
    """The same as a settings file, with its sources as comments."""
    lines, tables = [], list[str]()
    for name, value, source in _each(settings):
        words = Settings.model_fields[name].description
        if name in TABLES:
            tables += ["", f"# {words}", f"# {len(value) or 'none'}, {source}"]
            tables += [_table_toml(name, table) for table in value]
        elif value is None:
            lines += ["", f"# {words}", f"# {name} is not set"]
        else:
            lines += ["", f"# {words}", f"{name} = {_toml(value)}  # {source}"]
    file = config_file()
    head = [f"# From {file}, the environment and the defaults." if file else "# There is no file."]
    return "\n".join([*head, *lines, *tables]) + "\n"


def _each(settings: Settings) -> list[tuple[str, Any, str]]:
    """(name, value as it may be shown, source) of every setting."""
    file = config_file()
    in_file = tomllib.loads(file.read_text()) if file is not None else {}
    in_environment = {name.upper(): name for name in os.environ}
    found = []
    for name in Settings.model_fields:
        value = _shown(getattr(settings, name))
        variable = in_environment.get(f"MONITOR_{name.upper()}")
        if variable is not None:
            source = f"environment, {variable}"
        elif name in in_file:
            source = f"file, {file}"
        elif name == "database_url" and value is not None:
            source = f"file, {settings.database_url_file}"
        elif name in TOKENS and value is not None:
            source = f"file, {getattr(settings, f'{name}_file')}"
        else:
            source = "default"
        if name in TABLES:
            value = [_table(name, table) for table in getattr(settings, name)]
        found.append((name, value, source))
    return found


def _table(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a feed's or a channel's table with its secrets as they are set, hidden.

    Of words that its kind does not know, those that sound secret are hidden, too.
    """
    kinds, secret = _kinds(name)
    config = kinds.get(str(table.get("kind")))
    secrets = config.secrets() if config else []
    known = config.model_fields.keys() if config else ()
    found = {}
    for word, value in table.items():
        sounds_secret = word not in known and _SECRET.search(word) and not word.endswith("_file")
        found[word] = HIDDEN if word in secrets or sounds_secret else _shown(value)
    for field in secrets:
        if secret(str(table.get("name")), field) is not None:
            found[field] = HIDDEN
    return found


def _kinds(name: str) -> tuple[dict[str, Any], Callable[[str, str], str | None]]:
    """The settings of each kind of feed or channel, and where their secrets are."""
    if name == "feeds":
        from monitor.feed import FEEDS

        return {kind.KIND: kind.CONFIG for kind in FEEDS}, feed_secret
    from monitor.deliver import CHANNELS

    return {kind.KIND: kind.CONFIG for kind in CHANNELS}, channel_secret


def _shown(value: Any) -> Any:
    """A value as it may be shown: addresses without their passwords and keys."""
    if isinstance(value, Mapping):
        return {key: _shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner) for inner in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, SecretStr):
        return HIDDEN
    return without_keys(value) if isinstance(value, str) else value


def _table_toml(name: str, table: Mapping[str, Any]) -> str:
    return f"\n[[{name}]]\n" + "\n".join(f"{_key(k)} = {_toml(v)}" for k, v in table.items())


def _toml(value: Any) -> str:
    """A value as TOML 1.0 writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    text = json.dumps(str(value), ensure_ascii=False)
    return "".join(mark if mark.isprintable() else f"\\U{ord(mark):08x}" for mark in text)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)
