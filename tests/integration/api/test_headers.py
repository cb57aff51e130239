"""Headers: every answer is strict, and what not everybody may have is kept by nobody."""

from __future__ import annotations

import asyncio

from monitor.api.headers import STRICT
from monitor.exposure import Exposure
from tests.integration.api.doors import asking, let_in


async def test_every_answer_is_strict(database: str) -> None:
    """Lists that are streamed, problems, pages, and what is not there."""
    let = await let_in(database)
    async with asking(database) as client:
        for path, status in (
            ("/events", 200), ("/status", 200), ("/metrics", 200), ("/health/live", 200),
            ("/login", 200), ("/docs", 200), ("/openapi.json", 200), ("/nothing", 404),
            ("/events?hue=red", 400), ("/invitation/x", 404),
        ):  # fmt: skip
            async with client.get(path, headers=let.token("read")) as answer:
                assert answer.status == status
                for name in STRICT:
                    assert name in answer.headers, (path, name)
                policy = answer.headers["Content-Security-Policy"]
                assert policy.startswith("default-src 'none'")
                assert "script" not in policy
                assert "frame-ancestors 'none'" in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Server"] == "monitor"
                assert "Strict-Transport-Security" not in answer.headers
        async with client.delete("/events") as answer:
            assert answer.headers["X-Frame-Options"] == "DENY"


async def test_what_is_private_is_kept_nowhere(database: str) -> None:
    let = await let_in(database)
    async with asking(database) as client:
        for path, private in (
            ("/events", True), ("/status", True), ("/me", True), ("/login", True),
            ("/docs", False), ("/openapi.json", False), ("/nothing", True),
        ):  # fmt: skip
            async with client.get(path, headers=let.session("viewer")) as answer:
                assert (answer.headers.get("Cache-Control") == "no-store") is private, path
        async with client.get("/events") as answer:
            assert answer.headers["Cache-Control"] == "no-store"


async def test_by_tls_a_browser_is_told_to_stay_with_it(database: str) -> None:
    secure = Exposure(local=False, secure=True)
    async with (
        asking(database, exposure=secure) as client,
        client.get("/health/live") as answer,
    ):
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_what_is_no_http_is_answered_strictly_as_well(database: str) -> None:
    """Before any handler is asked."""
    async with asking(database) as client:
        assert client.port is not None
        for begin in (
            b"\x16\x03\x01\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: " + b"x" * 9000 + b"\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection(client.host, client.port)
            writer.write(begin)
            async with asyncio.timeout(60):
                head = (await reader.read()).partition(b"\r\n\r\n")[0].decode()
            writer.close()
            assert head.split()[1] == "400"
            assert "aiohttp" not in head
            for name in STRICT:
                assert f"{name}: " in head
