"""Users and tokens over HTTP: what administrators do, noted, and nobody else."""

from __future__ import annotations

from typing import Any

from monitor.api.people import YOURSELF
from monitor.store.access import changes
from monitor.store.database import connected
from tests.integration.api.doors import Let, asking, code, let_in
from tests.integration.api.standing import Client

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


async def post(client: Client, let: Let, path: str, body: Any = None) -> tuple[int, Any]:
    """As the administrator, from a page."""
    headers = let.session("admin")
    async with client.post(path, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_user_is_added_and_comes_in_by_his_link(database: str) -> None:
    """And is kept out, let in again, made another; all of it is noted."""
    let = await let_in(database)
    async with asking(database) as client:
        status, made = await post(client, let, "/users", {"name": "Ann", "role": "officer"})
        assert (status, made["name"]) == (200, "ann")
        path = made["link"].removeprefix(str(client.make_url("")).rstrip("/"))
        async with client.post(path, json={"password": "seven sailors at sea"}) as answer:
            assert (answer.status, await answer.json()) == (200, {"name": "ann"})
        assert (await post(client, let, "/users/ann/role", {"role": "viewer"}))[1]["changed"]
        assert not (await post(client, let, "/users/ann/role", {"role": "viewer"}))[1]["changed"]
        assert (await post(client, let, "/users/ann/disable"))[1]["changed"]
        assert (await post(client, let, "/users/ann/disable", {"disabled": False}))[1]["changed"]
        status, made = await post(client, let, "/users/ann/reset")
        assert (status, made["name"]) == (200, "ann")
        async with client.get("/users", headers=let.session("admin")) as answer:
            found = {each["name"]: each["role"] for each in await answer.json()}
        assert found["ann"] == "viewer"
    async with connected(database) as connection:
        noted = [each for each in await changes(connection, 20) if each["user_name"] == "ann"]
    assert {each["actor"] for each in noted} == {"admin", "ann"}
    assert len(noted) == 7


async def test_a_token_lets_in_until_it_is_revoked(database: str) -> None:
    let = await let_in(database)
    async with asking(database) as client:
        wish = {"name": "qgis", "scopes": ["read"], "days": 2, "owner": "viewer"}
        status, made = await post(client, let, "/tokens", wish)
        assert status == 200
        shown = {"Authorization": f"Bearer {made['token']}"}
        assert await code(client, "/events", shown) == 200
        async with client.get("/tokens", headers=let.session("admin")) as answer:
            text = await answer.text()
        assert "qgis" in text
        assert made["token"] not in text
        assert (await post(client, let, "/tokens/qgis/revoke"))[0] == 200
        assert await code(client, "/events", shown) == 401


async def test_what_cannot_be_done(database: str) -> None:
    """Each is told in a sentence; nobody locks himself out."""
    let = await let_in(database)
    async with asking(database) as client:
        for path, body, status in (
            ("/users", {"name": "viewer"}, 400), ("/users", {"name": "a b"}, 400),
            ("/users", {"name": "ann", "role": "king"}, 400), ("/users", {}, 400),
            ("/users/nobody/reset", None, 404), ("/users/nobody/role", {"role": "viewer"}, 404),
            ("/users/%00/reset", None, 404), ("/tokens/nothing/revoke", None, 404),
            ("/tokens", {"name": "t", "days": 0}, 400),
            ("/tokens", {"name": "t", "feed": "a"}, 400),
            ("/tokens", {"name": "t", "owner": "nobody"}, 404),
            ("/tokens", {"name": "t", "owner": "\0"}, 400),
            ("/tokens", {"name": "t", "scopes": ["all"]}, 400), ("/tokens?x=1", {"name": "t"}, 400),
        ):  # fmt: skip
            found, told = await post(client, let, path, body)
            assert found == status, (path, body, told)
            assert told["detail"]
        for path, body in (("role", {"role": "viewer"}), ("disable", None)):
            found, told = await post(client, let, f"/users/admin/{path}", body)
            assert (found, told["detail"]) == (400, YOURSELF)


async def test_a_browser_is_led_to_where_one_logs_in(database: str) -> None:
    """To pages alone; programs are told what is missing."""
    let = await let_in(database)
    async with asking(database) as client:
        for path in ("/", "/collections", "/collections/events/items"):
            async with client.get(path, headers=BROWSER, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (303, "/login")
        for path, headers in (
            ("/", {}), ("/", {"Accept": "*/*"}), ("/status", BROWSER),
            ("/", {**BROWSER, "Authorization": "Bearer x"}),
        ):  # fmt: skip
            assert await code(client, path, headers) == 401, (path, headers)
        seen = {**BROWSER, **let.session("viewer")}
        assert await code(client, "/collections", seen) == 200
        async with client.get("/", headers=seen, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/console")
