"""What is deployed, as tests read it: the compose file, and what the program takes of it."""

from __future__ import annotations

import re
from typing import Any

import yaml

from monitor.cli.app import COMMANDS
from monitor.cli.app import app as cli
from monitor.settings import Settings
from tests.program import PROJECT

DEPLOY = PROJECT / ".deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]

SECRETS = ("database_superuser_password", "database_owner_url", "database_writer_url")
STOP_S = 10
"""So long may the service take to stop."""


def seconds(text: str) -> float:
    """A duration of the compose file or of the unit."""
    number, word = re.fullmatch(r"(\d+)(s|m|min)", text).groups()  # type: ignore[union-attr]
    return int(number) * {"s": 1, "m": 60, "min": 60}[word]


def known_variables() -> set[str]:
    """Variables that the program reads."""
    return {f"MONITOR_{name.upper()}" for name in Settings.model_fields} | {"MONITOR_CONFIG"}


def is_command(words: list[str]) -> bool:
    """Whether the program has this command, and this one below it."""
    if words[0] not in {name for name, _, _ in COMMANDS}:
        return False
    _, _, rest = cli.parse_commands(words)
    return not rest
