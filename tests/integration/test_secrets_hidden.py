"""Secrets of feeds' addresses: refused, or hidden in all that is printed."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.cli.shown import settings_json, settings_toml
from monitor.errors import UsageError
from monitor.feed import FEEDS
from monitor.feed.configured import make_feed
from monitor.settings import holds_login, read_settings, without_keys

SECRET = "s3cr3t-0f9ab3c4d5e6f708192a"  # noqa: S105 - invented
WITH = [
    f"SCHEME://joe:{SECRET}@host/a",
    f"SCHEME://{SECRET}@host/a",
    f"SCHEME://joe:a/b@{SECRET}@host/a",
    f"SCHEME://host/a?apiKey={SECRET}",
    f"SCHEME://host/a?b=1&access_token={SECRET}#c",
    f"SCHEME://host/a#token={SECRET}",
    f"SCHEME://host/a;password={SECRET}",
]
SCHEMES = {"aisstream": "wss", "digitraffic-mqtt": "wss", "aiscatcher-mqtt": "mqtts"}
KINDS = [kind for kind in FEEDS if "url" in kind.CONFIG.model_fields]


def table(kind: Any, url: str) -> dict[str, Any]:
    """A feed's table."""
    address = url.replace("SCHEME", SCHEMES.get(kind.KIND, "https"))
    return {"name": "x", "kind": kind.KIND, "url": address}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.KIND)
@pytest.mark.parametrize("url", WITH)
def test_every_kind_refuses_an_address_with_a_secret(kind: Any, url: str) -> None:
    """By its word, in a sentence that does not say it."""
    with pytest.raises(UsageError) as caught:
        make_feed(table(kind, url), lambda _feed, _field: None)
    assert "'x': " in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("url", [*WITH, f"SCHEME://host/{SECRET}/live"])
def test_what_is_shown_of_settings_holds_none(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of addresses that are refused, too."""
    feed = f'[{{"name": "x", "kind": "aisstream", "url": "{url.replace("SCHEME", "wss")}"}}]'
    monkeypatch.setenv("MONITOR_FEEDS", feed)
    settings = read_settings()
    for text in (settings_toml(settings), str(settings_json(settings))):
        assert "***" in text
        assert SECRET not in text


@pytest.mark.parametrize(
    "url",
    [
        "wss://stream.aisstream.io/v0/stream", "https://live.ais.barentswatch.no/v1/ais",
        "https://ec2-52-2-1-1.compute-1.amazonaws.com/v1/x?modelType=Full", "mqtt://192.0.2.7:1883",
        "https://host/ais@7", "/run/credentials/monitor.service/aisstream_key_0123456789", "nmea",
    ],
)  # fmt: skip
def test_what_holds_none_is_shown_as_it_is(url: str) -> None:
    assert without_keys(url) == url
    assert not holds_login(url) or "://" not in url
