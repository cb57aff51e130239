"""Makes the desk that raises alerts: rules, polygons and channels of the settings."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.alert.rules import Rule
from monitor.engine.geofence import FenceSet
from monitor.errors import UsageError
from monitor.rulefile import rules_of
from monitor.settings import Settings
from monitor.store.desk import Desk


def desk_of(settings: Settings, fences: FenceSet, channels: Sequence[str] | None = None) -> Desk:
    """The desk of a watch that tells ``channels``; None: alerts are kept and nobody is told.

    UsageError where the rules cannot be read, or name a channel that there is not.
    """
    rules = rules_of(settings.rules)
    if channels is not None:
        check_channels(rules, channels)
    return Desk(
        rules, fences, channels or (), deliver=channels is not None, zone=settings.zone,
        public_url=settings.public_url,
    )  # fmt: skip


def check_channels(rules: Sequence[Rule], channels: Sequence[str]) -> None:
    """UsageError where a rule names a channel that is not configured: nobody would be told."""
    for rule in rules:
        named = [*rule.channels, *(name for step in rule.escalate for name in step.channels)]
        for name in named:
            if name not in channels:
                message = (
                    f"Rule {rule.name} names the channel {name}, which is not configured: add it"
                    " to [[channels]], or see `monitor channels list`."
                )
                raise UsageError(message)
