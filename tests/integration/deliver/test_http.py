"""Requests that are guarded: the address counts that is connected to, whatever it is called."""

from __future__ import annotations

import socket
from email.utils import format_datetime
from typing import Any

import pytest

from monitor.clock import now_us
from monitor.deliver.http import request, retry_after_s
from monitor.errors import NeverError
from monitor.units import HOUR_US, to_datetime
from tests.integration.deliver.ends import receiver


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.1.1",
        "[fe80::1]",
        "[fd00:ec2::254]",
    ],
)
async def test_what_is_ours_is_not_knocked_at(host: str) -> None:
    """Loopback, private, link-local and metadata, however they are written."""
    async with receiver() as found:
        port = found.url.rpartition(":")[2].partition("/")[0]
        with pytest.raises(
            NeverError, match=r"where nothing is sent to|no address that can be sent to"
        ):
            await request("GET", f"http://{host}:{port}/", "the hook", timeout_s=5)
        assert found.requests == []


async def test_a_name_that_answers_otherwise_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was good when it was configured; when it is connected to, it leads to us."""
    plain = socket.getaddrinfo

    def lookup(host: Any, *others: Any, **words: Any) -> Any:
        return plain("127.0.0.1" if host == "hooks.example" else host, *others, **words)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    async with receiver() as found:
        port = found.url.rpartition(":")[2].partition("/")[0]
        with pytest.raises(NeverError, match=r"at 127\.0\.0\.1, loopback"):
            await request("GET", f"http://hooks.example:{port}/", "the hook", timeout_s=5)
        assert found.requests == []
        await request(
            "GET", f"http://hooks.example:{port}/", "the hook", timeout_s=5,
            allow=["Hooks.example"],
        )  # fmt: skip
    assert len(found.requests) == 1


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:1")
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:1")
    async with receiver() as found:
        await request("GET", found.url, "the hook", timeout_s=5, allow=["127.0.0.1"])
    assert len(found.requests) == 1


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("120", 120.0), (" 7 ", 7.0), ("", None), ("soon", None), ("9" * 30, 86_400.0), ("-1", None)],
)
def test_how_long_to_wait(words: str, seconds: float | None) -> None:
    assert retry_after_s(words) == seconds


def test_how_long_to_wait_until_a_date() -> None:
    words = format_datetime(to_datetime(now_us() + HOUR_US), usegmt=False)
    found = retry_after_s(words)
    assert found is not None
    assert 3590 < found <= 3600
