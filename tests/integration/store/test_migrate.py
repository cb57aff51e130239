"""A database is brought to the newest schema from wherever it is, or one sentence says why not."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.config import Config

from alembic import command
from monitor.errors import StoreError
from monitor.store import migrate as module
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate, migrations, newest
from tests.integration.store.packs import all_of, pack_all, put
from tests.rows import drawn


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    """URL of a database that has PostGIS and no table of ours."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    yield cluster.create_database(name)
    cluster.drop_database(name)


def asked(url: str, *statements: str) -> Any:
    """Run statements; the single value of the last."""

    async def ask() -> Any:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(ask())


def to(url: str, revision: str) -> None:
    """Upgrade only so far."""
    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(migrations()))
    command.upgrade(config, revision)


def down(url: str, revision: str) -> None:
    """Downgrade so far."""
    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(migrations()))
    command.downgrade(config, revision)


REVISION = "SELECT version_num FROM alembic_version"


def test_an_empty_database_is_brought_to_the_newest_schema(empty: str) -> None:
    migrate(empty)
    assert asked(empty, REVISION) == newest()
    assert asked(empty, "SELECT count(*) FROM position") == 0


def test_a_second_time_nothing_is_done(database: str) -> None:
    """What is stored stays, and so does the revision."""
    asked(database, "INSERT INTO source (name) VALUES ('harbour')", "SELECT 1")
    migrate(database)
    assert asked(database, REVISION) == newest()
    assert asked(database, "SELECT name FROM source") == "harbour"


def test_a_database_of_the_first_release_keeps_what_it_holds(empty: str) -> None:
    to(empty, "0001")
    asked(empty, "INSERT INTO source (name) VALUES ('harbour')", "SELECT 1")
    assert asked(empty, REVISION) == "0001" < newest()
    migrate(empty)
    assert asked(empty, REVISION) == newest()
    assert asked(empty, "SELECT name FROM source") == "harbour"


VESSEL = """
INSERT INTO vessel_state (mmsi, at, geom, fix)
VALUES (1, '2025-01-15T12:00:00Z', ST_SetSRID(ST_MakePoint(35.9, 34.9), 4326), 'fix')
"""
CALL = """
INSERT INTO port_call (id, mmsi, track, port, departed, confidence, stages, decided_at)
VALUES (gen_random_uuid(), 1, 0, 'tartus', false, 3, '[]', '2025-01-15T12:00:00Z')
"""
CANDIDATE = """
INSERT INTO candidate (mmsi, first_at, last_at, fixes, geom, away_m, became, decided_at)
SELECT 1, at, at, 1, ST_SetSRID(ST_MakePoint(35.9, 34.9), 4326), 1e6, '{}', at
FROM (SELECT now() AS at) instant RETURNING became
"""
WHAT_IS_KNOWN_SINCE_0006 = "SELECT count(*) FROM vessel_state, port_call WHERE {} IS {}"


def test_what_the_release_before_stored_says_nothing_of_what_it_did_not_know(empty: str) -> None:
    """How a call stands, and what is known of a track: null, not something made up."""
    to(empty, "0005")
    asked(empty, VESSEL, CALL, "SELECT 1")
    migrate(empty)
    for column in ("heard", "state"):
        assert asked(empty, WHAT_IS_KNOWN_SINCE_0006.format(column, "NULL")) == 1
    assert asked(empty, "SELECT count(*) FROM candidate") == 0


def test_back_at_the_release_before_its_own_rows_are_still_there(database: str) -> None:
    """And up again: what it could not say is not known any more."""
    known = ("UPDATE vessel_state SET heard = 'h'", "UPDATE port_call SET state = 'in port'")
    asked(database, VESSEL, CALL, *known, CANDIDATE.format("refused"))
    down(database, "0005")
    assert asked(database, REVISION) == "0005"
    assert asked(database, "SELECT to_regclass('candidate')") is None
    for table in ("vessel_state", "port_call"):
        assert asked(database, f"SELECT count(*) FROM {table}") == 1  # noqa: S608
    migrate(database)
    for column in ("heard", "state"):
        assert asked(database, WHAT_IS_KNOWN_SINCE_0006.format(column, "NULL")) == 1


def test_back_at_the_release_before_all_that_was_packed_is_rows(database: str) -> None:
    """The same rows; and up again they are packed as before."""

    async def packed() -> list[Any]:
        connection = await asyncpg.connect(database)
        try:
            await put(connection, drawn(3))
            await pack_all(connection)
            return await all_of(connection)
        finally:
            await connection.close()

    async def found() -> list[Any]:
        connection = await asyncpg.connect(database)
        try:
            return await all_of(connection)
        finally:
            await connection.close()

    before = asyncio.run(packed())
    assert asked(database, "SELECT count(*) FROM position_packed") > 0
    down(database, "0022")
    assert asked(database, "SELECT relkind FROM pg_class WHERE relname = 'position'") == b"p"
    assert asyncio.run(found()) == before
    migrate(database)
    assert asyncio.run(found()) == before
    assert asked(database, "SELECT count(*) FROM position_packed") == 0


def test_what_became_of_a_candidate_is_one_of_three(database: str) -> None:
    for word in ("refused", "second_ship", "leapt"):
        assert asked(database, CANDIDATE.format(word)) == word
    with pytest.raises(asyncpg.CheckViolationError):
        asked(database, CANDIDATE.format("sunk"))


def test_the_chain_is_one_line_in_the_order_of_the_files() -> None:
    """Each stands on the one before it, so that the last file is the newest schema."""
    before, last = "None", ""
    for path in sorted((migrations() / "versions").glob("*.py")):
        text = path.read_text()
        revision = re.search(r'^revision = "(\d{4})"$', text, re.MULTILINE)
        down = re.search(r'^down_revision = "?(\w+)"?$', text, re.MULTILINE)
        assert revision is not None, path.name
        assert down is not None, path.name
        assert path.name.startswith(f"{revision[1]}_")
        assert down[1] == before, path.name
        before = last = revision[1]
    assert newest() == last


def test_in_a_checkout_the_migrations_lie_beside_the_package() -> None:
    assert migrations() == Path(__file__).parents[3] / "alembic"


def test_in_a_wheel_they_lie_inside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "monitor" / "_bundled" / "alembic"
    inside.mkdir(parents=True)
    monkeypatch.setattr(module, "files", lambda _: tmp_path / "monitor")
    assert migrations() == inside


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://a:s3cret@127.0.0.1:1/x", "The database cannot be reached: Connection"),
        ("nonsense", "database_url is not of the form"),
        ("postgresql://a:s3cret@127.0.0.1:99999/x", "database_url is not of the form"),
    ],
)
def test_a_database_that_cannot_be_reached(url: str, words: str) -> None:
    """The same sentence as for any other use of it."""
    with pytest.raises(StoreError) as refusal:
        migrate(url)
    assert str(refusal.value).startswith(words)
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    "written",
    [
        lambda url: url.replace("postgresql://", "postgres://"),
        lambda url: f"{url}&sslmode=disable",
        lambda url: f"{url}&application_name=harbour",
    ],
    ids=["short scheme", "sslmode", "a setting of the server"],
)
def test_every_url_that_opens_a_database_migrates_it(
    empty: str, written: Callable[[str], str]
) -> None:
    """What libpq and the watch understand, no other parser has a say in."""
    migrate(written(empty))
    assert asked(empty, REVISION) == newest()


def test_a_database_of_a_newer_release(database: str) -> None:
    asked(database, "UPDATE alembic_version SET version_num = '9999'", "SELECT 1")
    with pytest.raises(StoreError) as refusal:
        migrate(database)
    assert str(refusal.value) == (
        "The database is at a revision that this program does not know: use a newer one."
    )


def test_a_role_that_may_not_make_tables(cluster: Cluster, empty: str) -> None:
    name = empty.partition("@/")[2].partition("?")[0]
    with pytest.raises(StoreError) as refusal:
        migrate(cluster.url(name, role="monitor_reader"))
    assert str(refusal.value) == (
        "The database could not be migrated: permission denied for schema public."
    )
    assert asked(empty, "SELECT to_regclass('position')") is None


def test_a_path_with_a_percent_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alembic's settings would take it for a reference."""
    inside = tmp_path / "100%" / "monitor" / "_bundled"
    inside.mkdir(parents=True)
    (inside / "alembic").symlink_to(Path(__file__).parents[3] / "alembic")
    monkeypatch.setattr(module, "files", lambda _: inside.parent)
    with pytest.raises(StoreError, match="cannot be reached"):
        migrate("postgresql://a:s3cret@127.0.0.1:1/x")


def test_8_what_mutes_kept_back_before_is_known(empty: str) -> None:
    """Behaviour 8: of an alert that was hidden when its release knew no notices."""
    to(empty, "0012")
    counts = asked(
        empty,
        "INSERT INTO alert (id, subject, state, severity, revision, headline, reasons, raised_at,"
        " changed_at, muted_by)"
        " VALUES (gen_random_uuid(), '', 'open', 'info', 2, '', '[]', now(), now(), 7)",
        "INSERT INTO alert_change (alert, what, revision, event, note)"
        " SELECT id, 'amend', 1, gen_random_uuid(), 'muted by mute ' || mute"
        " FROM alert, unnest(ARRAY[7, 7, 6]) AS mute",
        "SELECT count(*) FROM alert_change",
    )
    assert counts == 3
    migrate(empty)
    assert asked(empty, "SELECT kept_back FROM alert") == 2
