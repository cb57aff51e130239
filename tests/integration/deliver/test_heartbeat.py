"""The dead man's switch is asked by GET, with its token."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from monitor.deliver.heartbeat import Heartbeat, HeartbeatConfig
from monitor.errors import LaterError, NeverError
from tests.integration.deliver.ends import Receiver, message, receiver, status


def heartbeat(found: Receiver, **words: Any) -> Heartbeat:
    settings: dict[str, Any] = {
        "name": "alive", "url": found.url, "insecure": True, "allow": ("127.0.0.1",),
        "timeout_s": 5,
    }  # fmt: skip
    return Heartbeat(HeartbeatConfig(**settings | words))


async def test_it_is_asked() -> None:
    async with receiver() as found:
        await heartbeat(found, token=SecretStr("t0ken")).beat()
        await heartbeat(found).send(message())
    first, second = found.requests
    assert first[0] == second[0] == "GET"
    assert first[2]["Authorization"] == "Bearer t0ken"
    assert "Authorization" not in second[2]


async def test_who_answers_otherwise_was_not_told() -> None:
    async with receiver() as found:
        found.answer = status(500)
        with pytest.raises(LaterError):
            await heartbeat(found).beat()
        with pytest.raises(NeverError, match="nothing is sent to"):
            await heartbeat(found, allow=()).beat()
