"""GET /status: the whole state of a watch as JSON, from values written down by hand."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from monitor import __version__
from monitor.api import status as module
from monitor.api.status import status_record
from monitor.clock import now_us
from monitor.report.status_forms import StatusForm
from monitor.service.status import (
    ClusterStatus,
    EdgeStatus,
    FeedState,
    PortStatus,
    SpoolStatus,
    StoreStatus,
)
from monitor.store.tally import Tally
from monitor.units import MINUTE_US, SECOND_US, from_datetime
from tests.integration.api.standing import NOON, Standing, asking, channel, feed, status


async def asked(watch: Standing) -> dict[str, Any]:
    async with asking(module, watch) as client, client.get("/status") as answer:
        assert (answer.status, answer.content_type) == (200, "application/json")
        found: dict[str, Any] = await answer.json()
        StatusForm.model_validate(found)
        return found


async def test_an_engine_and_the_edges_that_it_takes_from() -> None:
    """How far each is, and who leads."""
    cluster = ClusterStatus(
        role="engine", name="", stream="sea", where="nats://a:4222", since=NOON, connected=True,
        why="messages come", leads=False, leader="process 7 on north", sequence=9, waiting=None,
        edges=[EdgeStatus(name="north", received_at=NOON, journal_bytes=70)],
    )  # fmt: skip
    found = await asked(Standing(status(cluster=cluster)))
    assert found["cluster"] == {
        "role": "engine", "name": "", "stream": "sea", "where": "nats://a:4222",
        "connected": True, "why": "messages come", "since": "2026-01-01T12:00:00Z",
        "leads": False, "leader": "process 7 on north", "sequence": 9, "waiting": None, "stray": 0,
        "edges": [
            {"name": "north", "received_at": "2026-01-01T12:00:00Z", "journal_bytes": 70}
        ],
    }  # fmt: skip


async def test_a_watch_that_has_just_begun() -> None:
    """Nothing is null that could be said, and nothing is said that is not known."""
    found = await asked(Standing(status()))
    told = from_datetime(datetime.fromisoformat(found.pop("now")))
    assert abs(told - now_us()) < MINUTE_US
    assert found == {
        "version": __version__, "clock_speed": 1.0, "started_at": "2026-01-01T12:00:00Z",
        "lines": 0, "vessels": 0, "visits": 0, "deadlines": 0, "next_deadline_at": None,
        "waiting_reports": 0, "events": {}, "store": {
            "ready": False, "since": "2026-01-01T12:00:00Z", "why": "connecting", "commits": 0,
            "rows": 0, "committed_to": None, "lag_p50_s": None, "lag_p99_s": None,
            "refused": 0, "refused_why": None, "revised_ships": 0, "revised_reports": 0,
        },
        "spool": {
            "directory": "/spool", "recorded": False, "waiting_bytes": 0,
            "limit_bytes": 1_073_741_824, "dropped_lines": 0, "unrecorded_lines": 0,
            "lost_lines": 0, "lost_bytes": 0, "trouble": None,
        },
        "feeds": [], "ports": [], "alerts": None, "channels": [], "cluster": None,
    }  # fmt: skip


async def test_the_figures_of_a_watch_that_goes_on() -> None:
    found = await asked(
        Standing(
            status(
                lines=1000, vessels=7, visits=2, deadlines=1, waiting_reports=12,
                next_deadline_at=NOON + 90 * SECOND_US,
                events=Counter(PortDeparted=1, PortArrived=3),
            )
        )
    )  # fmt: skip
    names = ("lines", "vessels", "visits", "deadlines", "next_deadline_at", "waiting_reports")
    assert [found[name] for name in names] == [1000, 7, 2, 1, "2026-01-01T12:01:30Z", 12]
    assert list(found["events"].items()) == [("PortArrived", 3), ("PortDeparted", 1)]


async def test_a_feed() -> None:
    down = feed(
        state=FeedState.DOWN, why="no route", next_try_at=NOON + 42 * SECOND_US, connections=3,
        lines=1000, messages=900, received_bytes=48_000, dropped=5, held_up_s=1.26,
        slowed_s=2.46, left_out=Counter(too_many_lines=7, blank=9),
        late=4, slow_s=8.26, refused=Counter(not_ais=2, garbled=1),
        last_message_at=NOON - SECOND_US,
    )  # fmt: skip
    (found,) = (await asked(Standing(status(feeds={"harbour": down}))))["feeds"]
    assert found == {
        "name": "harbour", "kind": "nmea-tcp", "where": "192.0.2.7:10110", "state": "down",
        "since": "2026-01-01T12:00:00Z", "why": "no route", "next_try_at": "2026-01-01T12:00:42Z",
        "connections": 3, "lines": 1000, "messages": 900,
        "last_message_at": "2026-01-01T11:59:59Z", "dropped": 5, "held_up_s": 1.3,
        "slowed_s": 2.5, "left_out": {"blank": 9, "too_many_lines": 7},
        "refused": {"garbled": 1, "not_ais": 2}, "late": 4, "clock_slow_s": 8.3,
    }  # fmt: skip


async def test_feeds_stand_in_the_order_of_the_configuration() -> None:
    feeds = {name: feed(name) for name in ("roof", "harbour", "aisstream")}
    found = await asked(Standing(status(feeds=feeds)))
    assert [each["name"] for each in found["feeds"]] == ["roof", "harbour", "aisstream"]


@pytest.mark.parametrize(
    ("vessels", "usual", "words"),
    [
        (0, None, "not heard"),
        (0, 10.0, "not heard"),
        (2, 10.0, "hardly heard"),
        (3, 10.0, "heard"),
        (1, None, "heard"),
    ],
)
async def test_a_port_says_in_words_how_it_is_heard(
    vessels: int, usual: float | None, words: str
) -> None:
    port = PortStatus(
        port="tartus", vessels=vessels, heard_at=NOON if vessels else None, usual=usual,
        feeds=["harbour"],
    )  # fmt: skip
    (found,) = (await asked(Standing(status(ports=[port]))))["ports"]
    assert found == {
        "port": "tartus", "words": words, "vessels": vessels,
        "heard_at": "2026-01-01T12:00:00Z" if vessels else None, "usual": usual,
        "feeds": ["harbour"],
    }  # fmt: skip


async def test_the_store_tells_how_long_lines_take() -> None:
    """98 lines in 0.2 s, two in 40: half within 0.25 s, 99 of a hundred within a minute."""
    store = StoreStatus(since=NOON, ready=True, why="good", commits=3, rows=90, committed_to=NOON)
    store.refused, store.refused_why = 2, "no such ship"
    store.note_revised(3, 40)
    late = [NOON - 40 * SECOND_US] * 2
    store.note_lag(np.array([NOON - SECOND_US // 5] * 98 + late, dtype=np.int64), NOON)
    found = (await asked(Standing(status(store=store))))["store"]
    assert found == {
        "ready": True, "since": "2026-01-01T12:00:00Z", "why": "good", "commits": 3, "rows": 90,
        "committed_to": "2026-01-01T12:00:00Z", "lag_p50_s": 0.25, "lag_p99_s": 60.0,
        "refused": 2, "refused_why": "no such ship", "revised_ships": 3, "revised_reports": 40,
    }  # fmt: skip


async def test_the_spool_is_looked_at_for_each_answer() -> None:
    watch = Standing(
        status(
            spool=SpoolStatus(
                directory="/journal", recorded=True, limit_bytes=1, waiting_bytes=2,
                dropped_lines=3, unrecorded_lines=4, lost_lines=5, lost_bytes=6,
                trouble="No space left on device",
            )
        )
    )  # fmt: skip
    found = (await asked(watch))["spool"]
    assert watch.spool_noted == 1
    assert found == {
        "directory": "/journal", "recorded": True, "waiting_bytes": 2, "limit_bytes": 1,
        "dropped_lines": 3, "unrecorded_lines": 4, "lost_lines": 5, "lost_bytes": 6,
        "trouble": "No space left on device",
    }  # fmt: skip


def test_a_record_can_be_made_without_a_server() -> None:
    """The same values give the same record, but for the time."""
    one, other = (status_record(status(lines=5)) for _ in range(2))
    assert {**one, "now": 0} == {**other, "now": 0}


async def test_alerts_and_channels() -> None:
    """As they were counted last, and as the deliverer has it now."""
    tally = Tally(raised=9, open=Counter(critical=2), acknowledged=1, dead=Counter(mail=3))
    found = await asked(Standing(status(alerts=tally, channels=[channel(lag_s=0.5)])))
    assert found["alerts"] == {
        "raised": 9, "open": {"info": 0, "warning": 0, "critical": 2}, "acknowledged": 1,
        "muted": 0, "waiting": {}, "dead": {"mail": 3},
    }  # fmt: skip
    assert found["channels"] == [
        {
            "name": "mail", "kind": "email", "where": "mail.example:587", "works": True,
            "why": "nothing was sent yet", "since": "2026-01-01T12:00:00Z", "sent": 0, "failed": 0,
            "cancelled": 0, "digested": 0, "dead": 0, "sent_at": None, "lag_s": 0.5,
        }
    ]  # fmt: skip
