"""The first two addresses that clients ask, as JSON and as pages."""

from __future__ import annotations

import pytest

from monitor.api.address import CONSOLE
from monitor.report.features.documents import conformance, landing
from tests.integration.api.features.sea import asking, got

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


async def test_where_clients_begin(database: str) -> None:
    async with asking(database) as client:
        base = str(client.make_url("")).rstrip("/")
        assert await got(client, "/") == (200, landing(base))
        assert await got(client, "/conformance") == (200, conformance(base))


@pytest.mark.parametrize("path", ["/", "/conformance"])
async def test_a_browser_gets_a_page(database: str, path: str) -> None:
    """Without being asked for it by name, at ``/`` the console: people begin there."""
    async with asking(database) as client:
        for address, accept in ((f"{path}?f=html", BROWSER), (f"{path}?f=html", "*/*")):
            async with client.get(address, headers={"Accept": accept}) as answer:
                assert (answer.status, answer.content_type) == (200, "text/html")
        code, words = await got(client, f"{path}?f=json", Accept=BROWSER)
        assert code == 200
        assert isinstance(words, dict)
        assert (await got(client, f"{path}?hue=red"))[0] == 400
        async with client.get(path, headers={"Accept": BROWSER}, allow_redirects=False) as answer:
            led = (303, CONSOLE) if path == "/" else (200, None)
            assert (answer.status, answer.headers.get("Location")) == led


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Accept": "*/*"}, {"Accept": "application/json"},
        {"Accept": "application/json, text/html;q=0.9"},
        {"Accept": "application/geo+json, application/json"},
    ],
)  # fmt: skip
async def test_programs_are_led_nowhere(database: str, headers: dict[str, str]) -> None:
    """The landing page is theirs, whatever they take beside JSON."""
    async with asking(database) as client:
        code, words = await got(client, "/", **headers)
        assert (code, words) == (200, landing(str(client.make_url("")).rstrip("/")))
