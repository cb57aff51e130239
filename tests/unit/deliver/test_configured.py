"""Tables of the settings file become channels, or one sentence says what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.deliver import CHANNELS
from monitor.deliver.configured import make_channels
from monitor.errors import UsageError

HOOK = {"name": "duty", "kind": "webhook", "url": "https://x.example/"}
MAIL = {
    "name": "m", "kind": "email", "host": "h.example", "sender": "a@b.example",
    "to": ["c@d.example"],
}  # fmt: skip


def none(_: str, __: str) -> None:
    return None


def test_each_kind_is_made() -> None:
    tables: list[dict[str, Any]] = [
        HOOK,
        MAIL,
        {"name": "phones", "kind": "apprise"},
        {"name": "broker", "kind": "mqtt", "url": "mqtts://b.example"},
        {"name": "lines", "kind": "file", "path": "alerts.jsonl"},
        {"name": "log", "kind": "log"},
        {"name": "alive", "kind": "heartbeat", "url": "https://hc.example/ping"},
    ]
    channels = make_channels(tables, none)
    assert [type(channel) for channel in channels] == list(CHANNELS)
    assert [channel.config.name for channel in channels if not channel.TELLS] == ["alive"]
    assert all(channel.where for channel in channels)


def test_secrets_come_from_the_environment() -> None:
    (channel,) = make_channels([HOOK], lambda name, field: f"{name}-{field}")
    assert channel.config.secret.get_secret_value() == "duty-secret"
    assert "duty-secret" not in repr(channel.config)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([{"name": "x"}], "Channel 'x': its kind is missing: use one of webhook, email, apprise,"),
        ([{"name": "x", "kind": "pigeon"}], "Channel 'x': there is no kind 'pigeon': use one of"),
        ([{"kind": "webhook"}], "A channel of kind 'webhook': name: is missing."),
        ([HOOK | {"secret": "s"}], "Channel 'duty': secret must not stand in the file: set"),
        ([HOOK | {"colour": 1}], "Channel 'duty': colour: there is no such word for this kind:"),
        ([HOOK | {"url": "http://x.example"}], "must begin with https://, unless insecure = true"),
        ([HOOK | {"url": "ftp://x.example"}], "must begin with https:// and name a host"),
        ([HOOK | {"url": "https://x.example/a b"}], "must be of plain characters"),
        ([HOOK | {"url": "https://x.example:99999/"}], "Channel 'duty': url: "),
        ([HOOK | {"name": "A B"}], "name: use small letters, digits, dots and dashes, 32 at most"),
        ([HOOK | {"timeout_s": 90}], "Channel 'duty': timeout_s: must be 60.0 at most."),
        ([HOOK, HOOK], "Two channels are called 'duty': give each a name of its own."),
        ([HOOK | {"name": "a.b"}, HOOK | {"name": "a-b"}], "would share their secrets"),
        ([MAIL | {"to": ["x@y.example\nBcc: z@y.example"]}], "Channel 'm': to.0: it is not of"),
        ([MAIL | {"sender": "nobody"}], "Channel 'm': sender: it is not of the form"),
        ([{"name": "b", "kind": "mqtt", "url": "x://b"}], "must begin with one of mqtt://, mqtts"),
        (
            [{"name": "b", "kind": "mqtt", "url": "mqtt://b", "topic": "a/#"}],
            "Channel 'b': topic: it is not of the form",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(tables: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(UsageError) as refusal:
        make_channels(tables, none)
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(".")
