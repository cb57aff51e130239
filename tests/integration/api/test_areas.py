"""Areas over HTTP: drawn by officers and analysts, and private ones seen by nobody else."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
import shapely
from shapely.geometry import shape

from monitor.api.areas import MOST_BYTES
from monitor.model import EventKind, ShipInArea
from monitor.report.area_forms import AreaFeature, AreasForm
from monitor.store.alerts import alert_row
from monitor.store.database import connected
from monitor.store.sql import query
from tests.findings import MMSI, event, store
from tests.integration.api.doors import COMMON, Let, asking, let_in
from tests.integration.api.standing import Client
from tests.integration.store.areas import SQUARE, area, keep
from tests.unit.alert.stories import alert_of, berthed, rule

LATER = "2025-01-01T00:00Z"
DRAWN = {"name": "gate", "geometry": json.loads(shapely.to_geojson(SQUARE))}


async def told(
    client: Client, method: str, path: str, headers: dict[str, str], body: Any = None
) -> tuple[int, Any]:
    async with client.request(method, path, headers=headers, json=body) as answer:
        return answer.status, await answer.json()


async def names(client: Client, let: Let, who: str) -> list[str]:
    """What somebody sees."""
    _, answer = await told(client, "GET", "/areas", let.session(who))
    AreasForm.model_validate(answer)
    return [each["properties"]["name"] for each in answer["features"]]


@pytest.mark.parametrize("who", ["officer", "analyst", "admin"])
async def test_who_works_here_draws(database: str, who: str) -> None:
    """In his own name, private unless he says otherwise, and in force from now on."""
    let = await let_in(database)
    async with asking(database) as client:
        code, answer = await told(client, "POST", "/areas", let.session(who), DRAWN)
        assert code == 200, answer
        made = AreaFeature.model_validate(answer).properties
        assert (made.owner, made.added_by, made.shared, made.tells) == (who, who, False, False)
        assert made.since <= made.added_at or made.since > made.added_at
        assert shape(answer["geometry"]).equals(SQUARE)
        assert await names(client, let, who) == ["gate"]
        assert await names(client, let, "viewer") == []


async def test_who_reads_draws_nothing(database: str) -> None:
    let = await let_in(database)
    async with asking(database) as client:
        code, answer = await told(client, "POST", "/areas", let.session("viewer"), DRAWN)
        assert (code, answer["detail"]) == (
            403, "This needs the scope 'analyst' or 'officer', and you have read.",
        )  # fmt: skip
        nameless = {"Authorization": f"Bearer {COMMON}"}
        code, answer = await told(client, "POST", "/areas", nameless, DRAWN)
        assert code == 403
        assert "An area belongs to somebody" in answer["detail"]


async def test_what_is_private_is_seen_by_its_owner_alone(database: str) -> None:
    """In the list, as a feature and in a file, by a question; nor by an administrator."""
    let = await let_in(database)
    async with connected(database) as connection:
        await keep(
            connection, area("mine", "officer", shared=False), area("ours", "officer"),
            area("his", "analyst", shared=False),
        )  # fmt: skip
    when = "since=2024-12-13&until=2024-12-14"
    async with asking(database) as client:
        for who, seen in (
            ("officer", ["mine", "ours"]), ("analyst", ["ours", "his"]), ("admin", ["ours"]),
            ("viewer", ["ours"]),
        ):  # fmt: skip
            assert await names(client, let, who) == seen
            headers = let.session(who)
            path = "/collections/areas/items"
            _, page = await told(client, "GET", path, headers)
            assert sorted(f["properties"]["name"] for f in page["features"]) == sorted(seen)
            async with client.get(
                "/collections/areas/download?form=csv", headers=headers
            ) as answer:
                text = await answer.text()
            assert {name for name in ("mine", "ours", "his") if f",{name}," in text} == set(seen)
            code, answer = await told(
                client, "GET", f"{path}/{area('mine', 'officer').id}", headers
            )
            assert code == (200 if who == "officer" else 404)
            for name in ("mine", "officer/mine", area("mine", "officer").id):
                path_to = f"/ask/inside?area={name}&{when}"
                code, answer = await told(client, "GET", path_to, headers)
                assert (code == 200) is (who == "officer"), (who, name, answer)
                if who != "officer":
                    assert code == 404


async def test_what_is_told_of_a_private_area_is_its_owners(database: str) -> None:
    """Events and alerts: in lists, as features, in files, by a question, as they happen, by act."""
    let = await let_in(database)
    mine = area("mine", "officer", shared=False)
    entered = event(1, ShipInArea(MMSI, 0, mine.id), kind=EventKind.AREA_ENTERED)
    alert = alert_of([(berthed(), [rule()])], id=f"{7:032x}", area=mine.id)
    async with connected(database) as connection, asking(database) as client:
        await keep(connection, mine)
        await store(connection, entered)
        await connection.execute(query("save_alert"), *alert_row(alert))
        id_, story = str(UUID(entered.id)), str(UUID(alert.id))
        for who in ("officer", "analyst", "admin", "viewer"):
            headers, seen = let.session(who), who == "officer"
            for path, word in (
                ("/events", id_), (f"/events?port={mine.id}", id_),
                ("/collections/events/items", id_), ("/collections/alerts/items", story),
                ("/collections/events/download?form=csv", id_),
                ("/collections/alerts/download?form=geojsons", story),
                ("/alerts?all=true", alert.id), (f"/past/alerts?at={LATER}", alert.id),
                (f"/ask/story?mmsi={MMSI}", "AreaEntered"),
            ):  # fmt: skip
                async with client.get(path, headers=headers) as answer:
                    assert answer.status == 200
                    assert (word in await answer.text()) is seen, (who, path)
            for path in (
                f"/collections/events/items/{id_}", f"/collections/alerts/items/{story}",
                f"/alerts/{alert.id}", f"/alerts/{alert.id}/messages",
                f"/past/alerts/{alert.id}?at={LATER}",
            ):  # fmt: skip
                async with client.get(path, headers=headers) as answer:
                    assert answer.status == (200 if seen else 404), (who, path)
        path = f"/alerts/{alert.id}/ack"
        assert (await told(client, "POST", path, let.session("admin"), {}))[0] == 404
        assert (await told(client, "POST", path, let.session("officer"), {}))[0] == 200


async def test_an_area_is_removed_by_its_owner_or_an_administrator(database: str) -> None:
    """By nobody else; and what an administrator does not see he does not remove."""
    let = await let_in(database)
    ours, mine = area("ours", "officer"), area("mine", "officer", shared=False)
    async with connected(database) as connection:
        await keep(connection, ours, mine, area("more", "officer"))
    async with asking(database) as client:
        path = f"/areas/{ours.id}"
        assert (await told(client, "DELETE", path, let.session("viewer")))[0] == 403
        code, answer = await told(client, "DELETE", path, let.session("analyst"))
        assert (code, answer["detail"]) == (
            403, "This area is officer's: ask him, or an administrator.",
        )  # fmt: skip
        for who in ("analyst", "admin"):
            code, _ = await told(client, "DELETE", f"/areas/{mine.id}", let.session(who))
            assert code == 404
        assert (await told(client, "DELETE", path, let.session("admin")))[0] == 200
        assert (await told(client, "DELETE", path, let.session("admin")))[0] == 404
        assert (await told(client, "DELETE", "/areas/more", let.session("officer")))[0] == 200
        assert await names(client, let, "officer") == ["mine"]


SAW = [[24 + tooth / 1e4, 32 + (tooth % 2) / 1e3] for tooth in range(1_001)]
TOO_MANY = {"type": "Polygon", "coordinates": [[*SAW, [24.2, 31], [24, 32]]]}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "a/b"}, "cannot be the name of an area"),
        ({"name": ""}, "name: "),
        ({"geometry": {"type": "Point", "coordinates": [1, 2]}}, "geometry: type: "),
        ({"geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]}},
         "geometry: has a ring of fewer than four positions."),
        ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1]]]}},
         "geometry: has a ring that is not closed: repeat its first position."),
        ({"geometry": {"type": "Polygon",
                       "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}},
         "geometry: is not a simple polygon"),
        ({"geometry": {"type": "Polygon",
                       "coordinates": [[[0, 0], [20, 0], [20, 1], [0, 0]]]}},
         "geometry: is wider than 10 degrees."),
        ({"geometry": {"type": "Polygon", "coordinates": [1]}}, "geometry: "),
        ({"geometry": {"type": "MultiPolygon", "coordinates": [[1]]}}, "geometry: "),
        ({"geometry": {"type": "Polygon", "coordinates": []}}, "geometry: "),
        ({"geometry": TOO_MANY}, "geometry: has 1,"),
        ({"note": "a\0b"}, "note: "),
        ({"owner": "bob"}, "There is no word 'owner'"),
        ({"shared": "yes"}, "shared: "),
    ],
)  # fmt: skip
async def test_what_cannot_be_drawn(database: str, changes: dict[str, Any], words: str) -> None:
    """One sentence that says why, and nothing is added."""
    let = await let_in(database)
    async with asking(database) as client:
        code, answer = await told(
            client, "POST", "/areas", let.session("officer"), {**DRAWN, **changes}
        )
        assert code == 400, answer
        assert words in answer["detail"]
        assert await names(client, let, "officer") == []


async def test_two_of_one_name_and_too_much_of_a_body(database: str) -> None:
    let = await let_in(database)
    headers = let.session("officer")
    async with asking(database) as client:
        assert (await told(client, "POST", "/areas", headers, DRAWN))[0] == 200
        code, answer = await told(client, "POST", "/areas", headers, DRAWN)
        assert (code, answer["detail"]) == (
            400, "officer has an area 'gate': remove it, or take another name.",
        )  # fmt: skip
        long = {**DRAWN, "note": "x" * MOST_BYTES}
        assert (await told(client, "POST", "/areas", headers, long))[0] == 413
