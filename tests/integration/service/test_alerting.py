"""The desk of a watch is made of settings: rules, polygons, channels and the zone of messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.engine.geofence import FenceSet
from monitor.errors import UsageError
from monitor.rulefile import rules_of
from monitor.service.alerting import check_channels, desk_of
from monitor.settings import Settings
from tests.unit.alert.stories import rule

NO_FENCES = FenceSet(ports=())
PAGER = (
    "Rule loud names the channel pager, which is not configured: add it to [[channels]], or see"
    " `monitor channels list`."
)


def settings(folder: Path, channels: str) -> Settings:
    """Settings with a rule of one's own that names channels."""
    file = folder / "rules.toml"
    file.write_text(
        f'[[rule]]\nname = "loud"\ntitle = "T"\nseverity = "info"\nchannels = {channels}\n'
        '[rule.when]\nkind = ["Berthed"]\n'
    )
    return Settings(rules=file)


def test_a_desk_has_the_rules_of_the_settings(tmp_path: Path) -> None:
    made = settings(tmp_path, '["mail"]')
    assert desk_of(made, NO_FENCES, ["mail"]).rules == rules_of(made.rules)
    assert desk_of(Settings(), NO_FENCES, []).rules == rules_of(None)


def test_a_channel_that_is_not_configured_is_refused_before_the_watch_begins(
    tmp_path: Path,
) -> None:
    """Else nobody would be told, and nobody would know."""
    with pytest.raises(UsageError) as caught:
        desk_of(settings(tmp_path, '["mail", "pager"]'), NO_FENCES, ["mail"])
    assert str(caught.value) == PAGER


def test_where_nobody_is_told_no_channel_is_asked_for(tmp_path: Path) -> None:
    """A replay keeps alerts, and delivers nothing."""
    assert desk_of(settings(tmp_path, '["pager"]'), NO_FENCES).rules[-1].channels == ["pager"]


def test_rules_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        desk_of(Settings(rules=tmp_path / "none.toml"), NO_FENCES, [])


def test_a_channel_of_an_escalation_is_looked_at_too() -> None:
    """A step that reaches nobody is found by day, not at night."""
    steps = [{"after_min": 5, "channels": ["pager"]}]
    made = rule("loud", channels=["mail"], escalate=steps)
    check_channels([made], ["mail", "pager"])
    with pytest.raises(UsageError) as caught:
        check_channels([rule(), made], ["mail"])
    assert str(caught.value) == PAGER
