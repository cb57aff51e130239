"""Features over PostGIS: every row once, filters as SQL has them, and what cannot be taken."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import asyncpg
import pytest

from monitor.report.features.collections import COLLECTIONS
from monitor.report.features.forms import feature_form, page_form
from tests.integration.api.features.sea import FENCES, asking, fill, got, pages

COUNTS = {
    "vessels": 5, "positions": 240, "tracks": 10, "events": 27, "port-calls": 6, "voyages": 2,
    "geofences": sum(len(port.fences) for port in FENCES.ports), "gates": 7, "areas": 3,
    "alerts": 5,
    "interference": 0, "sightings": 0,
}  # fmt: skip


@pytest.mark.parametrize("limit", [1, 7, 10_000])
async def test_each_row_once_whatever_the_page(
    database: str, db: asyncpg.Connection, limit: int
) -> None:
    """Events, calls and alerts here have equal times."""
    await fill(db)
    async with asking(database) as client:
        for each in COLLECTIONS:
            small = limit if COUNTS[each.id] < 50 or limit > 1 else 40
            found = await pages(client, f"/collections/{each.id}/items?limit={small}")
            ids = [feature["id"] for page in found for feature in page]
            assert len(set(ids)) == len(ids) == COUNTS[each.id], each.id
            assert all(len(page) == small for page in found[:-1])


async def test_answers_have_their_forms(database: str, db: asyncpg.Connection) -> None:
    """Pages and single features, of each collection."""
    await fill(db)
    async with asking(database) as client:
        for each in COLLECTIONS:
            _, words = await got(client, f"/collections/{each.id}/items")
            page_form(each).model_validate(words)
            for feature in words["features"][:3]:
                path = f"/collections/{each.id}/items/{feature['id']}"
                code, alone = await got(client, path)
                assert code == 200
                feature_form(each).model_validate(alone)
                assert {**feature, "links": alone["links"]} == alone


POSITIONS = "SELECT mmsi FROM position WHERE "
EVENTS = "SELECT id FROM event WHERE "
TOLD = "coalesce(at, latest, earliest, decided_at)"

SAME = [
    ("positions", "mmsi = 273999410", POSITIONS + "mmsi = 273999410"),
    ("positions", "NOT mmsi = 273999410", POSITIONS + "mmsi <> 273999410"),
    ("positions", "mmsi IN (273999410, 211000002) AND sog_kn = 12.3",
     POSITIONS + "mmsi IN (273999410, 211000002)"),
    ("positions", "mmsi BETWEEN 2.5e8 AND 300000000.5",
     POSITIONS + "mmsi BETWEEN 250000000 AND 300000000"),
    ("positions", "at >= TIMESTAMP('2024-12-14T00:00:00Z')",
     POSITIONS + "at >= '2024-12-14T00:00:00Z'"),
    ("positions", "at > DATE('2024-12-13')", POSITIONS + "at >= '2024-12-14T00:00:00Z'"),
    ("positions", "at = DATE('2024-12-13')", POSITIONS + "at < '2024-12-14T00:00:00Z'"),
    ("positions", "T_AFTER(at, TIMESTAMP('2024-12-14T05:00:00Z'))",
     POSITIONS + "at > '2024-12-14T05:00:00Z'"),
    ("positions", "T_DURING(at, INTERVAL('2024-12-13T05:00:00Z', '2024-12-13T07:00:00Z'))",
     POSITIONS + "at > '2024-12-13T05:00:00Z' AND at < '2024-12-13T07:00:00Z'"),
    ("positions", "T_DISJOINT(at, INTERVAL('2024-12-13T05:00:00Z', '..'))",
     POSITIONS + "at < '2024-12-13T05:00:00Z'"),
    ("positions", "S_INTERSECTS(geometry, BBOX(23, 31, 25, 33))",
     POSITIONS + "ST_X(geom) BETWEEN 23 AND 25 AND ST_Y(geom) BETWEEN 31 AND 33"),
    ("positions", "S_INTERSECTS(geometry, BBOX(179, -30, -179, 0))",
     POSITIONS + "ST_Y(geom) = -20 AND (ST_X(geom) >= 179 OR ST_X(geom) <= -179)"),
    ("positions", "S_INTERSECTS(geometry, POLYGON((23 31, 25 31, 25 33, 23 31)))",
     POSITIONS + "ST_Intersects(geom, 'SRID=4326;POLYGON((23 31, 25 31, 25 33, 23 31))')"),
    ("positions", "source IS NULL", POSITIONS + "true"),
    ("positions", "TRUE AND NOT FALSE", POSITIONS + "true"),
    ("events", "kind = 'Berthed' OR kind LIKE 'Port%'",
     EVENTS + "kind = 'Berthed' OR kind LIKE 'Port%'"),
    ("events", "kind NOT LIKE '%Port%'", EVENTS + "kind NOT LIKE '%Port%'"),
    ("events", "CASEI(kind) IN (CASEI('BERTHED'), 'anchored')",
     EVENTS + "kind IN ('Berthed', 'Anchored')"),
    ("events", "CASEI(name) LIKE 'severnyy v_ter'", EVENTS + "name = 'SEVERNYY VETER'"),
    ("events", "port IS NULL AND area = '12 miles'", EVENTS + "port IS NULL AND area = '12 miles'"),
    ("events", "id = '00000000-0000-0000-0000-000000000007'",
     EVENTS + "id = '00000000-0000-0000-0000-000000000007'"),
    ("events", "fixes > 1 AND confidence <> 3 AND last_fix_line >= 17",
     EVENTS + "jsonb_array_length(evidence->'fixes') > 1 AND confidence <> 3 AND"
     " (evidence#>>'{fixes,-1,line}')::int >= 17"),
    ("port-calls", "departed = false", "SELECT id FROM port_call WHERE NOT departed"),
    ("vessels", "name = '<b>O''Brien & S\u00f8n</b>'",
     "SELECT mmsi FROM vessel WHERE name = '<b>O''Brien & S\u00f8n</b>'"),
    ("vessels", "ship_type BETWEEN 70 AND 79 AND CASEI(name) LIKE CASEI('%D%')",
     "SELECT mmsi FROM vessel WHERE name ILIKE '%d%'"),
    ("alerts", "severity IN ('warning', 'critical') AND state <> 'closed'",
     "SELECT id FROM alert WHERE severity IN ('warning', 'critical') AND state <> 'closed'"),
]  # fmt: skip
"""A filter, and a statement written by hand that finds the same rows."""


async def test_a_filter_finds_what_sql_finds(database: str, db: asyncpg.Connection) -> None:
    await fill(db)
    async with asking(database) as client:
        for name, filter_, statement in SAME:
            path = f"/collections/{name}/items?limit=1000&filter={quote(filter_)}"
            code, words = await got(client, path)
            assert code == 200, (filter_, words)
            wanted = sorted(str(row[0]) for row in await db.fetch(statement))
            key = "mmsi" if name in {"positions", "vessels"} else "id"
            found = sorted(str(each["properties"][key]) for each in words["features"])
            assert (filter_, found) == (filter_, wanted)
            assert wanted, filter_


GIVEN = [
    ("positions/items?datetime=2024-12-13T05:00:00Z", 5),
    ("positions/items?datetime=2024-12-13T05:00:00Z/2024-12-13T06:00:00Z", 10),
    ("positions/items?datetime=2024-12-14T22:00:00Z/..", 10),
    ("positions/items?datetime=../2024-12-13T00:00:00Z", 5),
    ("positions/items?datetime=/2024-12-13T01:00:00%2B01:00", 5),
    ("positions/items?datetime=2024-12-14", 120),
    ("positions/items?bbox=23,31,25,33", 48),
    ("positions/items?bbox=23,31,-10,25,33,10", 48),
    ("positions/items?bbox=179,-30,-179,0", 9),
    ("positions/items?bbox=-180,-90,180,90", 240),
    ("positions/items?bbox=24,32.1,24,32.1", 1),
    ("positions/items?bbox=24,32.1,24.1,32.1", 6),
    ("positions/items?bbox=24,32,24,33", 1),
    ("positions/items?mmsi=273999410&sog_kn=12.3&at=2024-12-13T05:00:00Z", 1),
    ("tracks/items?datetime=2024-12-14", 5),
    ("tracks/items?datetime=2024-12-13T10:00:00Z/2024-12-13T11:00:00Z&mmsi=273999410", 1),
    ("tracks/items?bbox=-180,-90,-179,90", 1),
    ("tracks/items?filter=mmsi%3D503000003%20AND%20fixes%3D24", 2),
    ("events/items?datetime=2024-12-13T12:02:30Z&kind=Berthed", 2),
    ("events/items?port=tartus&state=confirmed&bbox=35,34,36,35", 24),
    ("port-calls/items?datetime=2024-12-13T13:00:00Z", 6),
    ("port-calls/items?datetime=2026-01-01", 1),
    ("port-calls/items?datetime=../2024-12-13T11:00:00Z", 0),
    ("port-calls/items?bbox=35,34,36,36&departed=true", 5),
    ("voyages/items?from=tartus", 2),
    ("voyages/items?made=false", 1),
    ("geofences/items?kind=approach", 2),
    ("geofences/items?bbox=24,32,24.1,32.1&datetime=1999-01-01", 4),
    ("vessels/items?name=KARADENIZ&f=json", 1),
    ("alerts/items?severity=critical", 2),
]  # fmt: skip


async def test_what_is_asked_is_given(database: str, db: asyncpg.Connection) -> None:
    """By time, by place and by properties."""
    await fill(db)
    async with asking(database) as client:
        for path, count in GIVEN:
            code, words = await got(client, f"/collections/{path}&limit=1000")
            found = (code, words.get("detail"), len(words.get("features", [])))
            assert (path, *found) == (path, 200, None, count)


REFUSED = [
    ("positions/items?hue=red", "There is no parameter 'hue': use f, limit,"),
    ("positions/items?limit=0", "'0' is no limit"),
    ("positions/items?limit=ten", "'ten' is no limit"),
    ("positions/items?limit=1&limit=2", "The parameter 'limit' was given twice"),
    ("positions/items?bbox=1,2,3", "A bbox has 4 numbers, or 6 with heights, not 3"),
    ("positions/items?bbox=1,2,3,x", "'1,2,3,x' is no bbox"),
    ("positions/items?bbox=1,2,3,nan", "A bbox has numbers alone"),
    ("positions/items?bbox=1,5,3,2", "The south of this bbox, 5, is beyond its north, 2"),
    ("positions/items?datetime=yesterday", "'yesterday' is no time"),
    ("positions/items?datetime=2024-13-01T00:00:00Z", "'2024-13-01T00:00:00Z' is no time"),
    ("positions/items?datetime=2024-12-14/2024-12-13", "'2024-12-14/2024-12-13' ends before"),
    ("positions/items?datetime=a/b/c", "'a/b/c' is no interval"),
    ("positions/items?datetime=0001-01-01T00:00:00%2B14:00", "'0001-01-01T00:00:00+14:00'"),
    ("positions/items?cursor=abc", "This cursor is none that was given here"),
    ("positions/items?filter=mmsi", "The filter cannot be read at letter 5"),
    ("positions/items?filter=hue=1", "positions have no property 'hue'"),
    ("positions/items?filter=mmsi='x'", "'x' is no value of 'mmsi'"),
    ("positions/items?filter-lang=cql2-json", "Filters are read in cql2-text here"),
    ("positions/items?crs=http://www.opengis.net/def/crs/EPSG/0/3857", "'http://www.opengis"),
    ("positions/items?f=xml", "There is no form 'xml': use f=json or f=html"),
    ("positions/items?mmsi=x", "'x' is no value of 'mmsi'"),
    ("positions/items?at=noon", "'noon' is no time"),
    ("events/items?id=7", "'7' is no value of 'id'"),
    ("port-calls/items?departed=yes", "'yes' is no value of 'departed'"),
    ("events/items?name=%00", "'\\x00' is no value of 'name'"),
    ("vessels?hue=red", "There is no parameter 'hue'"),
]


async def test_what_cannot_be_taken_is_refused(database: str) -> None:
    """400 and a sentence, before the store is asked."""
    async with asking(database) as client:
        for path, words in REFUSED:
            code, found = await got(client, f"/collections/{path}")
            assert (path, code, found["status"]) == (path, 400, 400)
            assert found["detail"].startswith(words)
            assert found["detail"].endswith(".")


ABSENT = [
        "vessels/items/1", "vessels/items/x", "vessels/items/-1", "positions/items/1-1",
        "positions/items/1-99999999999999999", "tracks/items/1-20241313-0", "events/items/7",
        "events/items/00000000-0000-0000-0000-0000000000ff", "geofences/items/%00",
        "geofences/items/atlantis", "alerts/items/----------------------------------", "fish",
        "fish/items",
]  # fmt: skip


async def test_what_is_not_there(database: str) -> None:
    """404, whatever the id is like."""
    async with asking(database) as client:
        for path in ABSENT:
            code, found = await got(client, f"/collections/{path}")
            assert (path, code, found["status"]) == (path, 404, 404)


async def test_links_lead_on_and_keep_what_was_asked(database: str, db: asyncpg.Connection) -> None:
    """Also those of pages; a cursor of one collection is none of another."""
    await fill(db)
    async with asking(database) as client:
        path = "/collections/positions/items?limit=2&mmsi=273999410&f=json"
        _, words = await got(client, path, Host="watch.example:8080")
        links = {each["rel"]: each["href"] for each in words["links"]}
        assert links["next"].startswith(f"http://watch.example:8080{path}&cursor=")
        cursor = links["next"].partition("cursor=")[2]
        assert (await got(client, f"/collections/tracks/items?cursor={cursor}"))[0] == 400
        _, words = await got(client, path, **{"X-Forwarded-Proto": "https", "Host": "w.example"})
        assert words["links"][0]["href"] == f"https://w.example{path}"


async def test_a_page_shows_the_same_and_escapes_it(database: str, db: asyncpg.Connection) -> None:
    """A ship's name is what anybody may send."""
    await fill(db)
    async with asking(database) as client:
        for path in ("items", "items/636012345"):
            address = f"/collections/vessels/{path}"
            async with client.get(address, headers={"Accept": "text/html"}) as answer:
                page = await answer.text()
            assert answer.content_type == "text/html"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "&lt;b&gt;O&#x27;Brien &amp; S\u00f8n&lt;/b&gt;" in page
            assert "<b>" not in page
        async with client.get("/collections/positions/items?f=html&limit=10000") as answer:
            page = await answer.text()
        assert page.count("<tr>") == 241
        for each in COLLECTIONS:
            for tail in ("", "/queryables", "/items"):
                address = f"/collections/{each.id}{tail}?f=html"
                async with client.get(address) as answer:
                    assert (answer.status, answer.content_type) == (200, "text/html")


async def test_a_line_over_the_antimeridian_is_cut_there(
    database: str, db: asyncpg.Connection
) -> None:
    """RFC 7946, 3.1.9."""
    await fill(db)
    async with asking(database) as client:
        _, words = await got(client, "/collections/tracks/items?mmsi=503000003")
    first, second = (each["geometry"] for each in words["features"])
    assert (first["type"], second["type"]) == ("MultiLineString", "LineString")
    west, east = first["coordinates"]
    lons: list[Any] = [[lon for lon, _ in line] for line in (west, east)]
    assert sorted(max(map(abs, line)) for line in lons) == [180, 180]


async def test_a_head_has_no_body_and_does_not_read_on(
    database: str, db: asyncpg.Connection
) -> None:
    await fill(db)
    path = "/collections/positions/items?limit=10000"
    async with asking(database) as client, client.head(path) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
        assert answer.content_type == "application/geo+json"


async def test_what_is_shown_of_a_finding_is_what_lists_show(
    database: str, db: asyncpg.Connection
) -> None:
    """Word for word where both have the word: how a call stands, bounds, confidence, figures."""
    await fill(db)
    pairs = (("events", "/events"), ("port-calls", "/port-calls"), ("voyages", "/voyages"))
    async with asking(database) as client:
        for name, path in pairs:
            _, listed = await got(client, path)
            _, words = await got(client, f"/collections/{name}/items?limit=1000")
            features = {each["id"]: each["properties"] for each in words["features"]}
            assert len(listed) == len(features)
            for record in listed:
                shown = features[record["id"]]
                flat = {
                    **record,
                    **{
                        f"{which}_{end}": at
                        for which in ("arrived", "departed")
                        for end, at in (record.get(which) or {}).items()
                    },
                }
                both = set(shown) & set(flat) - {"departed", "stages", "evidence"}
                assert {"mmsi", "name", "confidence", "flag"} <= both
                assert {key: shown[key] for key in both} == {key: flat[key] for key in both}
