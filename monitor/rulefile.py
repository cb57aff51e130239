"""Reads the rules that hold: those that ship, and an own file that replaces or joins them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from monitor.alert.rules import Rule, read_rules
from monitor.errors import UsageError

DEFAULTS = Path(str(files("monitor.alert"))) / "rules.toml"


def rules_of(file: Path | None) -> list[Rule]:
    """The rules that hold; UsageError where the file cannot be read or has one that is none."""
    found = {rule.name: rule for rule in read_rules(DEFAULTS.read_text(), "the rules that ship")}
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = f"The rules {file} cannot be read: {reason}. See MONITOR_RULES."
            raise UsageError(message) from error
        found |= {rule.name: rule for rule in read_rules(text, str(file))}
    return list(found.values())
