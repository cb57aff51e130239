"""Whom the watch is asked for as: its names, or an address."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from aiohttp.test_utils import TestClient

from monitor.api.app import make_app
from monitor.api.hosts import is_known
from monitor.service.live import Live
from tests.integration.api.standing import Served, Standing, problem, status
from tests.integration.api.test_app import nowhere

NAMES = ["watch.example", "monitor"]


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("watch.example", True),
        ("watch.example:8080", True),
        ("Watch.Example.", True),
        ("monitor:80", True),
        ("localhost:8080", True),
        ("127.0.0.1", True),
        ("192.0.2.7:8080", True),
        ("[::1]:8080", True),
        ("[::1]", True),
        ("evil.example", False),
        ("watch.example.evil.example", False),
        ("evil.watch.example", False),
        ("watch.example@evil.example", False),
        ("127.0.0.1.evil.example:8080", False),
        ("", False),
        (":8080", False),
        ("\u0661.0.0.1", False),
    ],
)
def test_a_name_is_known_or_it_is_an_address(asked: str, *, known: bool) -> None:
    """Whatever its letters and its port."""
    assert is_known(asked, NAMES) is known


async def test_another_name_is_refused_whatever_is_asked() -> None:
    """421 and a sentence, before any endpoint hears of it; with no names set any will do."""
    for hosts, code in ((NAMES, 421), ([], 200)):
        app = make_app(cast("Live", Standing(status())), nowhere, hosts=hosts)
        async with TestClient(Served(app)) as client:
            for path in ("/status", "/events", "/nothing"):
                headers = {"Host": "evil.example"}
                async with client.get(path, headers=headers) as answer:
                    assert (answer.status == 421) is (code == 421)
                    words = await answer.json()
                assert code != 421 or words == problem(
                    421,
                    "The watch is not known as 'evil.example': use its address, or add it to"
                    " hosts.",
                    path,
                )
            async with client.get("/status", headers={"Host": "monitor:8080"}) as answer:
                assert answer.status == 200
            async with client.get("/status") as answer:
                assert answer.status == 200


@pytest.mark.parametrize("hosts", [b"", b"Host: monitor\r\nHost: evil.example\r\n"])
async def test_a_request_names_one_host(hosts: bytes) -> None:
    app = make_app(cast("Live", Standing(status())), nowhere, hosts=NAMES)
    async with TestClient(Served(app)) as client:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(b"GET /status HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n")
        told = await reader.read()
        writer.close()
    assert b" 400 Bad Request\r\n" in told
    assert told.endswith(b'."}' if hosts == b"" else b'1.1."}')
