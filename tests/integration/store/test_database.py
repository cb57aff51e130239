"""A connection is to a database that this program knows, or one sentence says what to do."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest

from monitor.errors import BatchRefusedError, StoreError
from monitor.store import database as module
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from monitor.store.migrate import newest

Work = Callable[[asyncpg.Connection], Awaitable[object]]
FORM = "database_url is not of the form postgresql://user:password@host:port/name."


async def sentence(url: str, work: Work | None = None) -> str:
    """What is said when a connection fails, or what is done on it."""

    async def go() -> None:
        async with connected(url) as connection:
            if work is not None:
                await work(connection)

    with pytest.raises(StoreError) as refusal:
        await go()
    words = str(refusal.value)
    assert "s3cret" not in words
    assert "\n" not in words
    assert words.endswith(".")
    return words


@asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[str]:
    """Listen on loopback and give every caller the same answers in turn; "127.0.0.1:port"."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.read(1024)
            writer.write(answer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        yield f"{host}:{port}"


async def test_an_up_to_date_database_is_opened_and_closed(database: str) -> None:
    async with connected(database) as connection:
        assert await connection.fetchval("SELECT count(*) FROM position") == 0
        assert not connection.is_closed()
    assert connection.is_closed()


async def test_it_is_closed_when_the_work_on_it_fails_for_a_reason_of_its_own(
    database: str,
) -> None:
    """Such an error is not the database's, and passes as it is."""
    with pytest.raises(ZeroDivisionError):
        async with connected(database) as connection:
            raise ZeroDivisionError
    assert connection.is_closed()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://a:s3cret@127.0.0.1/x",
        "postgresql://a:s3cret@127.0.0.1:port/x",
        "postgresql://a:s3cret@127.0.0.1:99999/x",
        "postgresql://a:s3cret@127.0.0.1:-5/x",
        "postgresql://a:s3/cret@127.0.0.1/x",
        "postgresql://a:s3[cret@127.0.0.1/x",
        "postgresql://a:s3cret@127.0.0.1/x?sslmode=perhaps",
    ],
)
async def test_a_url_of_another_form(url: str) -> None:
    """What the driver says of it is kept back: it may show a piece of the password."""
    assert await sentence(url) == FORM


async def test_nobody_listens() -> None:
    assert await sentence("postgresql://a:s3cret@127.0.0.1:1/x") == (
        "The database cannot be reached: Connection refused. Check MONITOR_DATABASE_URL."
    )


async def test_a_socket_that_is_not_there() -> None:
    assert await sentence("postgresql://a:s3cret@/x?host=/nowhere") == (
        "The database cannot be reached: No such file or directory. Check MONITOR_DATABASE_URL."
    )


async def test_a_database_that_is_not_there(cluster: Cluster) -> None:
    assert await sentence(cluster.url("atlantis")) == (
        'The database cannot be reached: database "atlantis" does not exist.'
        " Check MONITOR_DATABASE_URL."
    )


async def test_a_name_that_nobody_knows() -> None:
    """Resolvers number their errors apart from the system's."""
    said = await sentence("postgresql://a:s3cret@no.such.host.invalid/x")
    assert "Unknown error" not in said
    assert said.startswith("The database cannot be reached: ")


async def test_a_server_whose_tls_is_none() -> None:
    """OpenSSL numbers its errors apart from the system's, where 1 is "not permitted"."""
    async with answering(b"S", b"nonsense" * 9) as where:
        said = await sentence(f"postgresql://a:s3cret@{where}/x?sslmode=require")
    assert said.startswith("The database cannot be reached: TLS failed")
    assert "not permitted" not in said


async def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert await sentence(f"postgresql://a:s3cret@127.0.0.1:{port}/x?sslmode=disable") == (
            "The database cannot be reached: no answer in time. Check MONITOR_DATABASE_URL."
        )


async def test_something_else_listens_there() -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as where:
        said = await sentence(f"postgresql://a:s3cret@{where}/x?sslmode=require")
    assert said == (
        f'The database cannot be reached: PostgreSQL server at "{where}" rejected SSL upgrade.'
        " Check MONITOR_DATABASE_URL."
    )


async def test_a_database_without_our_schema(cluster: Cluster) -> None:
    url = cluster.create_database("bare")
    assert await sentence(url) == (
        f"The database holds no schema, this program needs {newest()}:"
        " run `monitor database migrate`."
    )


async def test_a_database_of_a_newer_release(database: str) -> None:
    """To migrate would not help."""
    async with connected(database) as connection:
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert await sentence(database) == (
        "The database is at revision 9999, which this program does not know: use a newer one."
    )


async def test_a_database_of_an_older_release(database: str) -> None:
    async with connected(database) as connection:
        await connection.execute("UPDATE alembic_version SET version_num = '0001'")
    assert await sentence(database) == (
        f"The database is at revision 0001, this program needs {newest()}:"
        " run `monitor database migrate`."
    )


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "INSERT INTO source (name) VALUES ('a'), ('a')",
            'constraint "source_name_key" (Key (name)=(a) already exists).',
        ),
        ("INSERT INTO source (name) VALUES (NULL)", 'null value in column "name"'),
        ("INSERT INTO report_count VALUES ('a', 'b', 2^70)", "bigint out of range"),
    ],
)
async def test_what_the_database_will_never_take(
    database: str, statement: str, reason: str
) -> None:
    """To try the same again would not help, so a watch must know it from the rest."""
    with pytest.raises(BatchRefusedError, match=r"^The database refused: .*\.$") as refusal:
        async with connected(database) as connection:
            await connection.execute(statement)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


async def test_a_statement_that_is_wrong_may_be_right_on_another_day(database: str) -> None:
    """The table may come, the rights may be given: it is no fault of the batch."""
    with pytest.raises(StoreError, match=r'refused: relation "ships" does not exist\.') as refusal:
        async with connected(database) as connection:
            await connection.execute("TABLE ships")
    assert not isinstance(refusal.value, BatchRefusedError)


async def test_the_server_ends_the_connection(database: str) -> None:
    """Whatever the driver was doing meanwhile, it has gone away."""

    async def shot(connection: asyncpg.Connection) -> None:
        other = await asyncpg.connect(database)
        await other.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())
        await other.close()
        await connection.fetchval("SELECT 1")

    assert await sentence(database, shot) in {
        "The database went away: terminating connection due to administrator command.",
        "The database went away: connection was closed in the middle of operation.",
        (
            "The database went away: connection was closed in the middle of operation:"
            " terminating connection due to administrator command."
        ),
        "The database went away: connection is closed.",
        "The database went away: the connection broke.",
    }


async def test_a_connection_is_broken_off_in_the_midst_of_a_copy(database: str) -> None:
    """By whoever has lost the lead: the driver fails on that in a way of its own."""

    async def shot(connection: asyncpg.Connection) -> None:
        async def rows() -> AsyncIterator[bytes]:
            yield b"1\n"
            connection.terminate()
            yield b"2\n"

        await connection.execute("CREATE TEMPORARY TABLE number (one integer)")
        await connection.copy_to_table("number", source=rows())

    assert await sentence(database, shot) == "The database went away: the connection broke."


async def test_a_fault_of_ours_is_none_of_the_databases(database: str) -> None:
    async def fails(connection: asyncpg.Connection) -> None:
        message = "ours"
        assert not connection.is_closed()
        raise AttributeError(message)

    with pytest.raises(AttributeError, match="ours"):
        await sentence(database, fails)


async def test_a_statement_that_takes_too_long_is_given_up(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMMAND_S", 0.2)

    async def sleep(connection: asyncpg.Connection) -> None:
        await connection.execute("SELECT pg_sleep(30)")

    assert await sentence(database, sleep) == "The database went away: no answer in time."
