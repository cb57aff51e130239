"""The runner: opened on a store or on none, restored, and clear about whose fault a failure is."""

from __future__ import annotations

import json
import re
from typing import Any

import asyncpg
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from monitor.decode import FORMS
from monitor.decode.decoder import Decoder
from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.engine.pipeline import Pipeline
from monitor.errors import BatchRefusedError, FaultError, InputError, StoreError
from monitor.model import Reports
from monitor.service.runner import Runner, faults, resumed
from monitor.store.batch import Offset
from monitor.store.database import connected
from monitor.units import MINUTE_US, SECOND_US
from tests.integration.service.seafarers import SEA
from tests.ports import ports


def reports(rows: Any) -> Reports:
    """Fixes as a decoder gives them."""
    batch = rows.copy()
    batch["seq"] = np.arange(len(batch))
    return Reports(positions=batch, lines=len(batch), clock=batch["received_at"].copy())


def offset(**changes: Any) -> Offset:
    """How far a log was taken."""
    words: dict[str, Any] = {
        "source": "harbour.nmea", "head_length": 4, "head_digest": b"\x01" * 32, "byte_offset": 700,
        "lines": 9, "input_format": "nmea", "decoder": "{}", "finished": False, **changes,
    }  # fmt: skip
    return Offset(**words)


# -- opened --------------------------------------------------------------------------------------


async def test_one_writes_to_a_database_at_a_time(database: str) -> None:
    """The second is told so in a sentence; when the first is gone it may."""
    async with connected(database) as first, connected(database) as second:
        await Runner.open(SEA.fences, first)
        with pytest.raises(StoreError) as refused:
            await Runner.open(SEA.fences, second)
        assert re.fullmatch(
            r"Another monitor \(process \d+ on \S+\) is writing to this database: stop it first\.",
            str(refused.value),
        )
        await first.close()
        await Runner.open(SEA.fences, second)


async def test_the_drawings_that_are_decided_on_are_kept(
    database: str, db: asyncpg.Connection
) -> None:
    """Each port's file, once, however often it is opened."""
    for _ in range(2):
        async with connected(database) as connection:
            await Runner.open(ports(), connection)
    rows = await db.fetch("SELECT port, content FROM geofence_version ORDER BY port")
    assert [row["port"] for row in rows] == ["tartus", "tobruk"]
    assert json.loads(rows[0]["content"])["type"] == "FeatureCollection"


@pytest.mark.parametrize(("relaxed", "commits"), [(True, "off"), (False, "on")])
async def test_a_commit_outlives_a_power_failure_unless_it_need_not(
    database: str, *, relaxed: bool, commits: str
) -> None:
    """A replay can read its log again, a watch cannot."""
    async with connected(database) as connection:
        await Runner.open(SEA.fences, connection, relaxed=relaxed)
        assert await connection.fetchval("SHOW synchronous_commit") == commits


async def test_how_late_reports_may_come_is_what_is_said_now(database: str) -> None:
    """Two minutes unless told; who is told more does not let the watermark go back."""
    async with connected(database) as connection:
        runner = await Runner.open(SEA.fences, connection, lateness_us=5 * SECOND_US)
        outcome = runner.take("station", reports(SEA.fixes[:10]))
        await runner.know(["station"])
        await runner.commit(runner.batch(outcome, []))
        watermark = runner.pipeline.watermark
        assert watermark == SEA.fixes["at"][9] - 5 * SECOND_US
    async with connected(database) as connection:
        runner = await Runner.open(SEA.fences, connection)
        assert runner.pipeline.watermark == watermark
        runner.pipeline.advance(runner.pipeline.newest)
        assert runner.pipeline.lateness_us == 2 * MINUTE_US
        assert runner.pipeline.watermark == watermark


# -- at work -------------------------------------------------------------------------------------


async def test_a_dry_run_finds_the_same_and_stores_nothing(
    database: str, db: asyncpg.Connection
) -> None:
    """Nor does it pile up what would be stored."""
    async with connected(database) as connection:
        stored, dry = await Runner.open(SEA.fences, connection), await Runner.open(SEA.fences, None)
        assert await dry.offsets() == []
        await stored.know(["station"])
        await dry.know(["station"])
        found = []
        for runner in (stored, dry):
            outcomes = [runner.take("station", reports(SEA.fixes)), runner.finish()]
            batches = [runner.batch(outcome, [offset()]) for outcome in outcomes]
            for batch in batches:
                await runner.commit(batch)
            found.append([repr(finding) for outcome in outcomes for finding in outcome.findings])
            assert (batches == [None, None]) is (runner is dry)
            assert len(runner.pipeline.snapshot().last) == 0
    assert found[0] == found[1]
    assert len(found[0]) == 18
    assert await db.fetchval("SELECT count(*) FROM position") == len(SEA.fixes)


async def test_how_far_each_log_was_taken_is_stored_with_the_batch(database: str) -> None:
    """Field for field; another head is another log."""
    one, two = offset(), offset(head_digest=b"\x02" * 32, finished=True, byte_offset=1)
    async with connected(database) as connection:
        runner = await Runner.open(SEA.fences, connection)
        await runner.commit(runner.batch(runner.finish(), [one, two]))
        one.byte_offset, one.lines, one.decoder = 800, 10, '{"clock": 5}'
        await runner.commit(runner.batch(runner.finish(), [one]))
    async with connected(database) as connection:
        found = await (await Runner.open(SEA.fences, connection)).offsets()
    assert sorted(found, key=lambda o: o.head_digest) == [one, two]


async def test_a_batch_is_stored_as_a_whole_or_not_at_all(
    database: str, db: asyncpg.Connection
) -> None:
    """The last of its tables refuses."""
    await db.execute("ALTER TABLE source_offset ADD CHECK (lines < 9)")

    async def store() -> None:
        async with connected(database) as connection:
            runner = await Runner.open(SEA.fences, connection)
            await runner.know(["station"])
            outcome = runner.take("station", reports(SEA.fixes))
            await runner.commit(runner.batch(outcome, [offset()]))

    with pytest.raises(BatchRefusedError):
        await store()
    for table in ("position", "event", "vessel_state", "kept_state", "pipeline_state"):
        assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608


async def test_sources_are_asked_for_once(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are not so many numbers, nor so much time."""
    async with connected(database) as connection:
        runner = await Runner.open(SEA.fences, connection)
        assert runner.writer is not None
        asked: list[list[str]] = []
        number = runner.writer.numbers

        async def numbers(sources: list[str]) -> Any:
            asked.append(sources)
            return await number(sources)

        monkeypatch.setattr(runner.writer, "numbers", numbers)
        for sources in (["a"], ["a", "b"], ["b", "a"]):
            await runner.know(sources)
        assert asked == [["a"], ["b"]]


# -- whose fault it is ---------------------------------------------------------------------------


def fail(*_: Any, **__: Any) -> Any:
    """Fail as a program does."""
    return {}["vessel"]


@pytest.mark.parametrize(
    ("method", "deed"),
    [
        ("take", lambda runner: runner.take("station", reports(SEA.fixes))),
        ("finish", lambda runner: runner.finish()),
        ("snapshot", lambda runner: runner.batch(None, [])),
    ],
)
async def test_what_the_engine_fails_on_is_our_fault(
    monkeypatch: pytest.MonkeyPatch, method: str, deed: Any
) -> None:
    """One sentence says what and where, and behind it stands the error."""
    runner = await Runner.open(SEA.fences, None)
    monkeypatch.setattr(Pipeline, method, fail)
    with pytest.raises(FaultError) as told:
        deed(runner)
    line = fail.__code__.co_firstlineno + 2
    assert str(told.value) == (
        "The program failed on what it was given, which is a fault of ours:"
        f" KeyError at test_runner.py:{line}: 'vessel'."
    )
    assert isinstance(told.value.__cause__, KeyError)


@pytest.mark.parametrize("error", [InputError("No log."), StoreError("No."), KeyboardInterrupt()])
def test_what_is_told_already_stays_as_it_is(error: BaseException) -> None:
    """An error of the tree has its words, and who stops the program means it."""
    with pytest.raises(type(error)) as told, faults():
        raise error
    assert told.value is error


# -- decoders ------------------------------------------------------------------------------------

DEEP = "[" * 100_000


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.NAME)
@pytest.mark.parametrize(
    "kept", ["", "{}", "[]", "5", "null", '"clock"', '{"clock": 1}', "[" * 10**5]
)
def test_a_decoder_whose_state_is_none_begins_anew(form: type[Decoder], kept: str) -> None:
    """Of whatever form, and it is said in one sentence."""
    anew = form()
    with capture_logs() as said:
        assert resumed(form(), offset(decoder=kept), lambda: anew) is anew
    ((words, told),) = [(entry["event"], entry["restored"]) for entry in said]
    assert words.startswith(
        "The kept state of the decoder of harbour.nmea cannot be used, it begins anew where it"
        " stood: "
    )
    assert words.endswith(".")
    assert told == "in part"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.NAME)
def test_a_decoder_whose_state_lacks_something_begins_anew(form: type[Decoder]) -> None:
    """Whichever of its fields it is, but for those that earlier builds did not keep."""
    whole = form().state()
    later = {"feed_clock", "hhmmss", "decimals", "minutes", "listened", "merged"}
    for name in whole.keys() - later:
        part = {key: value for key, value in whole.items() if key != name}
        anew = form()
        assert resumed(form(), offset(decoder=json.dumps(part)), lambda anew=anew: anew) is anew
    same = form()
    with capture_logs() as said:
        assert resumed(same, offset(decoder=json.dumps(whole)), form) is same
    assert said == []
    assert same.state() == whole


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_was_kept_a_decoder_goes_on(data: st.DataObject) -> None:
    """Bytes of its state may have been changed anywhere."""
    text = json.dumps(NmeaDecoder().state())
    place = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 5))
    more = data.draw(st.text(alphabet='{}[]",: 01e.-null', max_size=5))
    with capture_logs():
        found = resumed(
            NmeaDecoder(), offset(decoder=text[:place] + more + text[place + length :]), NmeaDecoder
        )
    assert isinstance(found, NmeaDecoder)
