"""Connections of those who ask: no endpoint takes one without saying whose it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from monitor.api import connections
from monitor.store.areas import areas
from monitor.store.database import connected
from tests.integration.api.doors import asking, let_in
from tests.integration.store.areas import area, keep

API = Path(connections.__file__).parent

TAKES = re.compile(r"app\[(?:CONNECT|READ)\]\(\)|\bconnect\(\) as")
"""A connection that is taken as it comes."""


def test_endpoints_take_connections_here_alone() -> None:
    """Only what lets callers in does without: it reads nothing of areas."""
    takers = {
        path.relative_to(API).as_posix()
        for path in API.rglob("*.py")
        if TAKES.search(path.read_text("utf-8"))
    }
    assert takers == {"access.py", "connections.py", "login.py", "people.py"}


async def test_each_who_asks_sees_his_own(database: str) -> None:
    """Also over connections that are kept: whoever asked before leaves nothing behind."""
    let = await let_in(database)
    async with connected(database) as connection:
        await keep(connection, area("mine", "officer", shared=False))
        assert await areas(connection) == []

    async def seen(headers: dict[str, str]) -> Any:
        async with client.get("/collections/areas/items", headers=headers) as answer:
            return (await answer.json())["numberReturned"]

    async with asking(database) as client:
        for _ in range(3):
            assert await seen(let.session("officer")) == 1
            assert await seen(let.session("viewer")) == 0
            assert await seen(let.token("all")) == 0
