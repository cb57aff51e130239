"""What apprise reaches: an ntfy-like target over HTTP that takes, refuses, and is away."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr

from monitor.alert.message import Severity, Word
from monitor.deliver.services import Service, ServiceConfig
from monitor.errors import LaterError
from tests.integration.deliver.ends import Receiver, message, receiver, status

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def service(found: Receiver, path: str = "alerts") -> Service:
    """A channel to a receiver that answers as ntfy does."""
    found.answer = found.answer or status(200)
    address = found.url.partition("://")[2].partition("/")[0]
    return Service(
        ServiceConfig(name="phones", url=SecretStr(f"ntfy://{address}/{path}"), timeout_s=10)
    )


async def test_a_message_reaches_the_topic() -> None:
    async with receiver() as found:
        await service(found).send(message())
    ((method, _, _, body),) = found.requests
    sent = json.loads(body)
    assert method == "POST"
    assert sent["topic"] == "alerts"
    assert sent["title"] == "SPARTA IV arrived at Tobruk"
    assert "IMO 9743033" in sent["message"]


async def test_a_target_that_refuses_or_is_away() -> None:
    async with receiver() as found:
        found.answer = status(500)
        with pytest.raises(LaterError, match="ntfy did not take it"):
            await service(found).send(message(severity=Severity.CRITICAL))
    with pytest.raises(LaterError, match="ntfy did not take it"):
        await service(found).send(message(word=Word.WITHDRAWN))


async def test_no_word_of_a_message_becomes_a_header() -> None:
    async with receiver() as found:
        await service(found).send(message(headline="A\r\nX-Evil: 1", text="B\r\nX-Evil: 2"))
    ((_, _, headers, body),) = found.requests
    assert "X-Evil" not in headers
    assert json.loads(body)["title"] == "A X-Evil: 1"


@pytest.mark.parametrize("url", [None, SecretStr("pigeon://loft"), SecretStr("nonsense")])
async def test_a_url_that_is_none(url: SecretStr | None) -> None:
    """The scheme alone is shown: the rest may be a key."""
    channel = Service(ServiceConfig(name="phones", url=url))
    with pytest.raises(LaterError) as refusal:
        await channel.send(message())
    assert "loft" not in str(refusal.value)
    assert "loft" not in channel.where
