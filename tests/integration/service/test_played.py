"""A log that is played: each line when it falls due, by a clock that goes at speed."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from monitor.clock import played
from monitor.service.played import Player, at_us, parted
from monitor.units import SECOND_US

BEGIN_S = 1_733_700_000
LINES = [b"\\c:%d*00\\!AIVDM,%d" % (BEGIN_S + at, at) for at in (0, 1, 3600)]


def test_a_log_is_parted_by_its_stamps() -> None:
    """At the first line of that instant or later; a line without a stamp has no time of its own."""
    at = (BEGIN_S + 1) * SECOND_US
    assert parted(LINES, at) == (LINES[:1], LINES[1:])
    assert parted(LINES, at_us(LINES[-1]) + 1) == (LINES, [])
    assert at_us(b"!AIVDM") == 0


async def test_a_line_is_sent_when_it_falls_due() -> None:
    """Whoever connects again goes on where he was; an hour passes within the second."""
    player = Player(LINES)
    with played(BEGIN_S * SECOND_US + 2 * SECOND_US, 1.0):
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(player.run())
            reader, writer = await asyncio.open_connection("127.0.0.1", player.port)
            got = [await reader.readline() for _ in LINES[:2]]
            assert got == [line + b"\r\n" for line in LINES[:2]]
            writer.close()
            with capture_logs() as logs, played(BEGIN_S * SECOND_US, 1e6):
                reader, writer = await asyncio.open_connection("127.0.0.1", player.port)
                lines = [await reader.readline()]
            assert lines == [LINES[2] + b"\r\n"]
            assert "over" in logs[-1]["event"]
            running.cancel()
        assert await reader.read() == b""
        writer.close()
