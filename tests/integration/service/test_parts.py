"""What each role needs is asked for in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.errors import UsageError
from monitor.service.parts import check_role, cluster_status, place_of
from monitor.settings import Settings

BROKER = "nats://me:secret@a:4222,tls://b:4222"
EDGE = {"role": "edge", "edge": "north", "broker": BROKER}
ENGINE = {"role": "engine", "broker": BROKER, "database_url": "postgresql://x/y"}


@pytest.mark.parametrize("words", [{}, EDGE, ENGINE])
def test_what_each_role_needs(words: dict[str, Any]) -> None:
    check_role(Settings(**words))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"broker": BROKER}, "role is all, which uses none"),
        ({**EDGE, "broker": None}, "An edge needs a broker"),
        ({**ENGINE, "broker": None}, "An engine needs a broker"),
        ({**EDGE, "edge": None}, "An edge needs a name of its own"),
        ({**ENGINE, "database_url": None}, "Engines share one database"),
        ({**ENGINE, "record": Path("x")}, "An engine has no journal to record"),
        ({**ENGINE, "feeds": [{"name": "a"}]}, "An engine hears no feeds"),
    ],
)
def test_what_is_missing_or_of_no_use_is_said(words: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        check_role(Settings(**words))


def test_what_is_told_of_it_shows_no_password() -> None:
    status = cluster_status(Settings(**EDGE))
    assert status.where == "nats://me:***@a:4222, tls://b:4222"
    assert (status.role, status.name, status.stream) == ("edge", "north", "monitor")
    assert cluster_status(Settings(**{**ENGINE, "edge": "north"})).name == ""


def test_where_the_broker_is() -> None:
    place = place_of(Settings(**EDGE, stream="sea", stream_replicas=3, stream_mb=64))
    assert place.servers == ["nats://me:secret@a:4222", "tls://b:4222"]
    assert (place.stream, place.replicas, place.most_mb, place.ca) == ("sea", 3, 64, None)
