"""Webhooks against receivers that verify signatures, are slow, flap, refuse and redirect."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from monitor.alert.message import Word
from monitor.deliver import webhook as module
from monitor.deliver.webhook import Webhook, WebhookConfig
from monitor.errors import DeliveryError, LaterError, NeverError
from tests.integration.deliver.ends import (
    Receiver,
    certificate,
    context_of,
    endless,
    message,
    never,
    receiver,
    status,
)

SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four b").decode()


def hook(found: Receiver, **words: Any) -> Webhook:
    """A webhook to a receiver on loopback, which is allowed."""
    settings: dict[str, Any] = {
        "name": "duty", "url": found.url, "insecure": True, "allow": ("127.0.0.1",),
        "timeout_s": 5,
    }  # fmt: skip
    return Webhook(WebhookConfig(**settings | words))


async def test_the_signature_is_that_of_the_standard_webhooks() -> None:
    """As the reference implementation verifies it; one bit of the body changed, it refuses."""
    async with receiver() as found:
        await hook(found, secret=SecretStr(SECRET), token=SecretStr("t0ken")).send(message())
    ((method, path, headers, body),) = found.requests
    assert (method, path) == ("POST", "/hook")
    assert headers["Authorization"] == "Bearer t0ken"
    assert headers["Content-Type"] == "application/json"
    small = {name.lower(): value for name, value in headers.items()}
    sent = Verifier(SECRET).verify(body, small)
    assert sent["data"]["headline"] == message().headline
    assert small["webhook-id"] == message().key == sent["data"]["key"]
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(body.replace(b"Tobruk", b"Tartus"), small)


async def test_23_a_doubled_post_has_the_same_key() -> None:
    """A receiver that honours keys takes it once; what resolves has the same dedup_key."""
    async with receiver() as found:
        channel = hook(found)
        for each in (message(), message(), message(revision=2, word=Word.WITHDRAWN)):
            await channel.send(each)
    keys = [headers["webhook-id"] for _, _, headers, _ in found.requests]
    assert len(keys) == 3
    assert len(dict.fromkeys(keys)) == 2
    data = [json.loads(body)["data"] for *_, body in found.requests]
    assert len({each["dedup_key"] for each in data}) == 1
    assert [each["event_action"] for each in data] == ["trigger", "trigger", "resolve"]


async def test_pagerduty_gets_its_routing_key() -> None:
    async with receiver() as found:
        with pytest.raises(LaterError, match="token is not set"):
            await hook(found, body="pagerduty").send(message())
        await hook(found, body="pagerduty", token=SecretStr("R0")).send(message())
    ((_, _, headers, body),) = found.requests
    assert json.loads(body)["routing_key"] == "R0"
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("geojson", "application/geo+json"),
        ("cap", "application/cap+xml"),
        ("text", "text/plain; charset=utf-8"),
    ],
)
async def test_other_bodies(body: str, kind: str) -> None:
    async with receiver() as found:
        await hook(found, body=body).send(message())
    ((_, _, headers, sent),) = found.requests
    assert headers["Content-Type"] == kind
    assert b"SPARTA IV" in sent


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (400, NeverError, "refuses what was sent (HTTP 400)"),
        (410, NeverError, "refuses everything from now on (HTTP 410)"),
        (413, NeverError, "refuses so much (HTTP 413)"),
        (401, LaterError, "refuses the login (HTTP 401)"),
        (404, LaterError, "nothing at this address"),
        (429, LaterError, "too many requests"),
        (500, LaterError, "answered HTTP 500"),
        (503, LaterError, "answered HTTP 503"),
        (301, LaterError, "sends elsewhere (HTTP 301), which is not followed"),
    ],
)
async def test_what_a_receiver_answers(number: int, kind: type[DeliveryError], words: str) -> None:
    async with receiver() as found:
        found.answer = status(number)
        with pytest.raises(kind) as refusal:
            await hook(found).send(message())
    assert words in str(refusal.value)
    assert not getattr(refusal.value, "perhaps", False)


async def test_a_pause_that_is_asked_for_is_told() -> None:
    async with receiver() as found:
        found.answer = status(429, Retry_After="120")
        with pytest.raises(LaterError) as refusal:
            await hook(found).send(message())
    assert refusal.value.retry_after_s == 120


async def test_a_redirect_is_not_followed() -> None:
    """Not even to where it would be allowed: the message is for one address."""
    async with receiver() as other, receiver() as found:
        found.answer = status(307, Location=other.url)
        with pytest.raises(LaterError, match="not followed"):
            await hook(found).send(message())
        assert other.requests == []


async def test_a_receiver_that_flaps_gets_what_it_missed() -> None:
    """It is the next try's business; the key is the same."""
    async with receiver() as found:
        channel = hook(found)
        found.answer = status(502)
        with pytest.raises(LaterError):
            await channel.send(message())
        found.answer = None
        await channel.send(message())
    assert len({headers["webhook-id"] for _, _, headers, _ in found.requests}) == 1


async def test_a_receiver_that_is_slow_may_have_it() -> None:
    async with receiver() as found:
        found.answer = never
        with pytest.raises(LaterError, match=r"did not answer within 0\.3 s") as refusal:
            await hook(found, timeout_s=0.3).send(message())
    assert refusal.value.perhaps


async def test_an_answer_without_an_end_is_not_read() -> None:
    """Its status says all."""
    async with receiver() as found:
        found.answer = endless
        await hook(found).send(message())


async def test_a_receiver_that_breaks_off() -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with receiver() as found:
        found.answer = broken
        with pytest.raises(LaterError) as refusal:
            await hook(found).send(message())
    assert refusal.value.perhaps


async def test_nobody_listens() -> None:
    async with receiver() as found:
        pass
    with pytest.raises(LaterError, match="cannot be reached") as refusal:
        await hook(found).send(message())
    assert not refusal.value.perhaps


async def test_tls_with_whom_it_trusts_alone(tmp_path: Path) -> None:
    made, key = certificate(tmp_path)
    async with receiver(context_of(made, key)) as found:
        with pytest.raises(LaterError, match=r"no valid certificate: self-signed"):
            await hook(found, insecure=False).send(message())
        with pytest.raises(LaterError, match=r"ca_file .* cannot be read: No such file"):
            await hook(found, ca_file="/nowhere.pem").send(message())
        await hook(found, insecure=False, ca_file=str(made)).send(message())
    assert len(found.requests) == 1


async def test_a_message_that_is_too_long_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_BODY", 1000)
    async with receiver() as found:
        with pytest.raises(NeverError, match="more than a webhook takes"):
            await hook(found).send(message(text="x" * 1000))
    assert found.requests == []


async def test_no_word_of_a_message_becomes_a_header() -> None:
    """Neither of a ship's name nor of an id; a secret that could is refused."""
    async with receiver() as found:
        await hook(found, body="text").send(message(name="A\r\nX-Evil: 1", headline="B\r\nX: 1"))
        with pytest.raises(DeliveryError):
            await hook(found).send(message(alert="a\r\nX-Evil: 1"))
        with pytest.raises(LaterError, match="plain characters"):
            await hook(found, token=SecretStr("t\r\nX-Evil: 1")).send(message())
        with pytest.raises(LaterError, match="not base64"):
            await hook(found, secret=SecretStr("whsec_***")).send(message())
    ((_, _, headers, _),) = found.requests
    assert not {name for name in headers if name.startswith("X")}
