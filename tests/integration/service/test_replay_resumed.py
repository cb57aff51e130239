"""A replay that was stopped, or whose log grew, goes on where it was left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.journal.blocks import block, header
from monitor.model import Lines
from monitor.units import SECOND_US, to_iso
from tests.acceptance.test_kill import tables
from tests.integration.service.journals import AT, FORMS, report
from tests.integration.service.replays import LINES, replay, stopped, write
from tests.integration.service.seafarers import asked


def test_stopped_by_its_user_it_goes_on_where_it_was(database: str, other: str, log: Path) -> None:
    """In the end all tables are those of a run that was not stopped."""
    replay(other, log)
    for _ in range(2):
        assert 0 < stopped(database, log, piece_bytes=1500).totals.lines < 250
        assert asked(database, "SELECT finished FROM source_offset") == [(False,)]
    assert replay(database, log).totals.resumed == ["sea.nmea"]
    assert tables(database) == tables(other)


def test_a_log_that_grew_is_taken_from_its_old_end(database: str, log: Path) -> None:
    """Nothing is read twice; what is new is counted."""
    write(log, LINES[:300])
    assert replay(database, log).totals.lines == 300
    write(log, LINES[:400])
    stopped(database, log, piece_bytes=1 << 20)
    assert asked(database, "SELECT lines, finished FROM source_offset") == [(400, False)]
    write(log, LINES)
    totals = replay(database, log).totals
    assert (totals.lines, totals.resumed, totals.skipped) == (157, ["sea.nmea"], [])
    assert asked(database, "SELECT lines, finished FROM source_offset") == [(557, True)]
    assert asked(database, "SELECT sum(count)::int FROM report_count") == [
        (replay(None, log).totals.reports,)
    ]


def as_csv(lines: list[bytes]) -> bytes:
    """The positions of these lines as a table."""
    data = b"".join(line + b"\n" for line in lines)
    fixes = NmeaDecoder().decode(Lines(data=data, source="x"), final=True).positions
    rows = [f"{f['mmsi']},{to_iso(int(f['at']))},{f['lat']:.6f},{f['lon']:.6f},5.0" for f in fixes]
    return "\n".join(["mmsi,time,lat,lon,sog", *rows, ""]).encode()


def as_journal(lines: list[bytes]) -> bytes:
    """These lines as a watch received them, and the time when each was sent."""
    head = header(FORMS, lateness_s=600.0)
    return head + b"".join(
        block(int(line.split(b"c:")[1][:10]) * SECOND_US, "harbour", line + b"\n") for line in lines
    )


def as_lines(lines: list[bytes]) -> bytes:
    """As they are."""
    return b"".join(line + b"\n" for line in lines)


@pytest.mark.parametrize("form", [as_lines, as_csv, as_journal])
def test_a_decoder_that_cannot_be_read_begins_anew_where_it_stood(
    database: str, other: str, log: Path, form: Callable[[list[bytes]], bytes]
) -> None:
    """It knows the log's heading, and counts its lines on; what it says from there on is taken."""
    log.write_bytes(form([line for line in LINES if b"VDM,1,1," in line]))
    replay(other, log)
    stopped(database, log, piece_bytes=4000)
    asked(database, "UPDATE source_offset SET decoder = '[]'")
    with capture_logs() as said:
        assert replay(database, log).totals.resumed == ["sea.nmea"]
    (words,) = [entry["event"] for entry in said]
    assert words == (
        "The kept state of the decoder of sea.nmea cannot be used, it begins anew where it stood:"
        " TypeError: list indices must be integers or slices, not str."
    )
    for name in ("position", "event", "port_call", "refusal"):
        found, wanted = tables(database)[name], tables(other)[name]
        if form is as_journal:  # the lines of each feed are counted for themselves, and anew
            found, wanted = ([_unnumbered(row) for row in rows] for rows in (found, wanted))
        assert found == wanted, name


def _unnumbered(row: Any) -> dict[str, Any]:
    """A row without the numbers of lines."""
    return {name: value for name, value in row.items() if name not in {"line", "evidence"}}


def test_an_undated_log_does_not_begin_at_its_begin_again(
    database: str, other: str, log: Path
) -> None:
    """Where it goes on it is as late as it was."""
    path = write(log, [report(i % 9, second=i % 60).strip() for i in range(400)])
    replay(other, path, start_at=AT)
    assert stopped(database, path, piece_bytes=700, start_at=AT).totals.lines < 300
    asked(database, "UPDATE source_offset SET decoder = '[]'")
    replay(database, path, start_at=AT)
    assert tables(database)["position"] == tables(other)["position"]


def test_a_journal_does_not_end_with_its_last_line(database: str, tmp_path: Path) -> None:
    """More may come: what waits goes on waiting, and is let out when time goes on."""
    path = tmp_path / "journal.ais"
    head = header(FORMS, lateness_s=60.0)
    path.write_bytes(head + block(AT, "harbour", report(1)))
    assert replay(database, path).totals.fixes == 0
    path.write_bytes(path.read_bytes() + block(AT + 61 * SECOND_US, "harbour", report(2)))
    totals = replay(database, path).totals
    assert (totals.fixes, totals.lines, totals.resumed) == (1, 1, ["journal.ais"])
    assert asked(database, "SELECT mmsi FROM position") == [(211_000_001,)]
