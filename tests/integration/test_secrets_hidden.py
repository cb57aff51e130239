"""Secrets of feeds' addresses: refused, or hidden in all that is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.cli.shown import settings_json, settings_toml
from monitor.errors import UsageError
from monitor.feed import FEEDS
from monitor.feed.configured import make_feed
from monitor.hidden import holds_login, without_keys
from monitor.settings import read_settings

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


TOKEN = f"officers-{SECRET}"


def test_the_token_of_officers_comes_from_the_environment_and_is_never_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MONITOR_ALERTS_TOKEN", TOKEN)
    settings = read_settings()
    assert settings.alerts_token is not None
    assert settings.alerts_token.get_secret_value() == TOKEN
    for text in (settings_toml(settings), str(settings_json(settings)), repr(settings)):
        assert TOKEN not in text
    assert settings_json(settings)["alerts_token"] == {
        "value": "***", "from": "environment, MONITOR_ALERTS_TOKEN",
    }  # fmt: skip


def test_the_token_of_officers_comes_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And what is no token is said, not the token."""
    file = tmp_path / "token"
    monkeypatch.setenv("MONITOR_ALERTS_TOKEN_FILE", str(file))
    with pytest.raises(UsageError, match=r"alerts_token_file .* cannot be read: No such file"):
        read_settings()
    file.write_text(f"{TOKEN}\n")
    settings = read_settings()
    assert settings.alerts_token is not None
    assert settings.alerts_token.get_secret_value() == TOKEN
    assert settings_json(settings)["alerts_token"]["from"] == f"file, {file}"
    for text in (
        "",
        "short",
        "has a blank in it, " * 3,
        "\N{LATIN SMALL LETTER E WITH ACUTE}" * 20,
    ):
        file.write_text(text)
        with pytest.raises(UsageError, match="must have 16 letters and digits at least") as caught:
            read_settings()
        assert not text or text not in str(caught.value)


def test_the_token_of_officers_must_not_stand_in_the_settings_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text(f'alerts_token = "{TOKEN}"\n')
    monkeypatch.setenv("MONITOR_CONFIG", str(file))
    with pytest.raises(UsageError, match="alerts_token must not stand in the file") as caught:
        read_settings()
    assert TOKEN not in str(caught.value)
