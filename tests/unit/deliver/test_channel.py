"""What all channels share: secrets that are shown to nobody, lines that are one line."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from monitor.deliver.channel import ChannelConfig, one_line, place, reveal
from monitor.deliver.webhook import WebhookConfig
from monitor.errors import LaterError

URL = "https://alerts.example.org/hook"


def test_a_secret_that_is_not_set_says_where_to_put_it() -> None:
    with pytest.raises(LaterError) as refusal:
        reveal(WebhookConfig(name="duty-1", url=URL), "token")
    assert str(refusal.value) == (
        "The token is not set: set MONITOR_CHANNEL_DUTY_1_TOKEN, or name a file that holds it with"
        " token_file."
    )


@pytest.mark.parametrize("words", ["a\r\nb: c", "ключ", "a\x00"])
def test_a_secret_that_could_break_a_header_is_refused(words: str) -> None:
    config = WebhookConfig(name="duty", url=URL, token=SecretStr(words))
    with pytest.raises(LaterError, match="not one line of plain characters"):
        reveal(config, "token")


def test_one_line_is_one_line() -> None:
    assert one_line("a\r\n b\tc") == "a b c"
    assert one_line("x" * 300, 10) == "xxxxxxxxx…"


def test_no_key_of_an_address_is_shown() -> None:
    assert place("https://u:p@x.example/a?key=1#f") == "https://x.example/a"
    shown = place("https://hc.example/ping/1f0e3dad-9990-4f34-8b5c-1a2b3c4d5e6f")
    assert shown == "https://hc.example/ping/***"


@pytest.mark.parametrize("url", ["https://u:p@x.example/", "https://x.example/?token=abc"])
def test_no_login_stands_in_the_file(url: str) -> None:
    with pytest.raises(ValidationError, match="must not stand in it"):
        WebhookConfig(name="duty", url=url)


def test_secrets_are_found_by_their_type() -> None:
    assert ChannelConfig.secrets() == []
    assert WebhookConfig.secrets() == ["secret", "token"]
