"""GET /metrics: what Prometheus reads, parsed as it would."""

from __future__ import annotations

from collections import Counter
from math import inf

import numpy as np
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from monitor.api import metrics
from monitor.api.metrics import WatchCollector
from monitor.clock import now_us
from monitor.service.status import ClusterStatus, FeedState, PortStatus, SpoolStatus, StoreStatus
from monitor.store.tally import Tally
from monitor.units import SECOND_US
from tests.integration.api.standing import NOON, Standing, asking, channel, feed, status

Samples = dict[tuple[str, tuple[str, ...]], float]


async def scraped(watch: Standing) -> list[Metric]:
    async with asking(metrics, watch) as client, client.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        return list(text_string_to_metric_families(await answer.text()))


async def samples(watch: Standing) -> Samples:
    """Name and labels' values, in the order of the labels' names -> value, of all samples."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in await scraped(watch)
        for sample in family.samples
    }


def refused(found: Samples) -> dict[str, float]:
    """What was refused of the feed "harbour"."""
    return {
        labels[0]: value
        for (name, labels), value in found.items()
        if name == "monitor_refusals_total" and labels[1] == "harbour"
    }


async def test_a_watch_that_has_just_begun_has_all_that_has_no_labels() -> None:
    """A figure that appears only with its first count cannot be asked for its growth."""
    found = await samples(Standing(status(), buffered_bytes=512))
    now = found.pop(("monitor_now_seconds", ()))
    assert abs(now - now_us() / SECOND_US) < 60
    lag = {name: value for (name, labels), value in found.items() if name.startswith("monitor_lag")}
    assert lag == {
        "monitor_lag_seconds_bucket": 0, "monitor_lag_seconds_count": 0,
        "monitor_lag_seconds_sum": 0,
    }  # fmt: skip
    assert {name: value for (name, labels), value in found.items() if name not in lag} == {
        "monitor_lines_total": 0, "monitor_vessels": 0, "monitor_visits": 0,
        "monitor_deadlines": 0, "monitor_waiting_reports": 0, "monitor_store_ready": 0,
        "monitor_commits_total": 0, "monitor_rows_total": 0, "monitor_spool_waiting_bytes": 0,
        "monitor_store_refused_total": 0,
        "monitor_buffer_bytes": 512, "monitor_spool_dropped_lines_total": 0,
        "monitor_spool_unrecorded_lines_total": 0, "monitor_spool_lost_lines_total": 0,
        "monitor_spool_lost_bytes_total": 0, "monitor_up_since_seconds": NOON / SECOND_US,
    }  # fmt: skip


async def test_every_metric_says_what_it_is() -> None:
    watch = Standing(status(feeds={"harbour": feed()}))
    for family in await scraped(watch):
        assert family.name.startswith("monitor_")
        assert family.documentation.endswith("."), family.name
        assert family.type != "unknown"


@pytest.mark.parametrize("state", list(FeedState))
async def test_a_feed_is_in_one_state_and_no_other(state: FeedState) -> None:
    found = await samples(Standing(status(feeds={"harbour": feed(state=state)})))
    ones = [labels for (name, labels), value in found.items() if value and name.endswith("_state")]
    assert ones == [("harbour", state.value)]
    assert len([name for name, _ in found if name == "monitor_feed_state"]) == len(FeedState)


async def test_the_figures_of_a_feed() -> None:
    one = feed(
        lines=1000, messages=900, received_bytes=48_000, connections=3, dropped=5, held_up_s=1.25,
        late=4, slow_s=8.25, slowed_s=2.5, left_out=Counter(blank=7),
        last_message_at=NOON - SECOND_US // 2,
    )  # fmt: skip
    found = await samples(Standing(status(feeds={"harbour": one})))
    assert found["monitor_feed_left_out_total", ("harbour", "blank")] == 7
    assert {
        name.removeprefix("monitor_feed_"): value
        for (name, labels), value in found.items()
        if labels == ("harbour",)
    } == {
        "lines_total": 1000, "messages_total": 900, "received_bytes_total": 48_000,
        "connections_total": 3, "dropped_total": 5, "held_up_s_total": 1.25, "late_total": 4,
        "slowed_s_total": 2.5, "clock_slow_seconds": 8.25,
        "state_since_seconds": NOON / SECOND_US, "last_message_seconds": NOON / SECOND_US - 0.5,
    }  # fmt: skip


async def test_a_feed_that_was_never_heard_has_no_time_of_its_last_message() -> None:
    """0 would be 1970, and an alert on its age would never be right."""
    found = await samples(Standing(status(feeds={"harbour": feed()})))
    assert ("monitor_feed_last_message_seconds", ("harbour",)) not in found


async def test_what_was_read_and_found() -> None:
    port = PortStatus(port="tartus", vessels=12, heard_at=NOON, usual=None, feeds=[])
    watch = Standing(
        status(
            kinds=Counter({("harbour", "position"): 7, ("harbour", "static"): 1}),
            events=Counter(PortArrived=3), ports=[port], lines=1000, vessels=7, visits=2,
            deadlines=1, waiting_reports=12,
        )
    )  # fmt: skip
    found = await samples(watch)
    assert found["monitor_reports_total", ("position", "harbour")] == 7
    assert found["monitor_reports_total", ("static", "harbour")] == 1
    assert found["monitor_events_total", ("PortArrived",)] == 3
    assert found["monitor_port_vessels_heard", ("tartus",)] == 12
    assert [found[f"monitor_{name}", ()] for name in (
        "lines_total", "vessels", "visits", "deadlines", "waiting_reports",
    )] == [1000, 7, 2, 1, 12]  # fmt: skip


async def test_what_was_refused_at_the_door_or_behind_it_is_counted_by_reason() -> None:
    watch = Standing(
        status(
            feeds={"harbour": feed(refused=Counter(garbled=3, too_long=2))},
            refusals=Counter({("harbour", "garbled"): 3, ("harbour", "late"): 1}),
        )
    )
    assert refused(await samples(watch)) == {"garbled": 3, "late": 1, "too_long": 2}


async def test_what_both_refuse_for_one_reason_is_counted_once_and_whole() -> None:
    """A feed's own count has all that speaks against it, and else only what its door refused."""
    watch = Standing(
        status(
            feeds={"harbour": feed(refused=Counter(garbled=5, not_ais=4))},
            refusals=Counter({("harbour", "garbled"): 3, ("harbour", "not_ais"): 10}),
        )
    )
    assert refused(await samples(watch)) == {"garbled": 5, "not_ais": 14}


async def test_the_lag_is_a_histogram_whose_last_bucket_is_all() -> None:
    store = StoreStatus(since=NOON, ready=True, commits=4, rows=90)
    lags_s = [0.0, 0.01, 0.02, 40.0, 7200.0]
    store.note_lag(np.array([NOON - round(lag * SECOND_US) for lag in lags_s]), NOON)
    found = await samples(Standing(status(store=store)))
    counts = {
        float(labels[0]): value
        for (name, labels), value in found.items()
        if name == "monitor_lag_seconds_bucket"
    }
    assert counts == {
        0.01: 2, 0.025: 3, 0.05: 3, 0.1: 3, 0.25: 3, 0.5: 3, 1.0: 3, 2.5: 3, 5.0: 3, 10.0: 3,
        30.0: 3, 60.0: 4, 300.0: 4, 3600.0: 4, inf: 5,
    }  # fmt: skip
    assert found["monitor_lag_seconds_count", ()] == 5
    assert found["monitor_lag_seconds_sum", ()] == pytest.approx(7240.03)
    assert [found[f"monitor_{name}", ()] for name in (
        "store_ready", "commits_total", "rows_total",
    )] == [1, 4, 90]  # fmt: skip


async def test_the_spool_is_looked_at_for_each_scrape() -> None:
    spool = SpoolStatus(
        directory="/spool", recorded=False, limit_bytes=1, waiting_bytes=2, dropped_lines=3,
        unrecorded_lines=4, lost_lines=5, lost_bytes=6,
    )  # fmt: skip
    watch = Standing(status(spool=spool))
    found = await samples(watch)
    assert watch.spool_noted == 1
    assert [found[f"monitor_spool_{name}", ()] for name in (
        "waiting_bytes", "dropped_lines_total", "unrecorded_lines_total", "lost_lines_total",
        "lost_bytes_total",
    )] == [2, 3, 4, 5, 6]  # fmt: skip


async def test_two_watches_in_one_program_do_not_share_their_figures() -> None:
    """Each has a registry of its own, not the library's global one."""
    for lines in (1, 2):
        found = await samples(Standing(status(lines=lines)))
        assert found["monitor_lines_total", ()] == lines


def test_to_be_registered_no_watch_need_run() -> None:
    """Before it runs there is no buffer to be asked for its size."""
    assert WatchCollector(object()).describe() == []  # type: ignore[arg-type]


async def test_alerts_are_counted_where_they_are_known() -> None:
    """A zero would say that all is quiet, and nobody knows."""
    before = await samples(Standing(status()))
    assert not [name for name, _ in before if name.startswith("monitor_alerts")]
    tally = Tally(
        raised=9, open=Counter(critical=2), acknowledged=1, muted=1, waiting=Counter(old=4),
        dead=Counter(mail=3),
    )  # fmt: skip
    found = await samples(Standing(status(alerts=tally, channels=[channel()])))
    assert {key: value for key, value in found.items() if key[0].startswith("monitor_alerts")} == {
        ("monitor_alerts_raised_total", ()): 9, ("monitor_alerts_open", ("critical",)): 2,
        ("monitor_alerts_open", ("warning",)): 0, ("monitor_alerts_open", ("info",)): 0,
        ("monitor_alerts_acknowledged", ()): 1, ("monitor_alerts_muted", ()): 1,
    }  # fmt: skip
    assert {
        key: value for key, value in found.items() if key[0].startswith("monitor_deliveries")
    } == {
        ("monitor_deliveries_waiting", ("mail",)): 0, ("monitor_deliveries_dead", ("mail",)): 3,
        ("monitor_deliveries_waiting", ("old",)): 4,
    }  # fmt: skip


async def test_each_channel_has_its_figures() -> None:
    """One that does not work is 0."""
    channels = [channel(sent=7, lag_s=0.25), channel("pager", works=False, failed=5)]
    found = await samples(Standing(status(channels=channels)))
    assert {key: value for key, value in found.items() if key[0].startswith("monitor_channel")} == {
        ("monitor_channel_works", ("mail",)): 1, ("monitor_channel_works", ("pager",)): 0,
        ("monitor_channel_lag_seconds", ("mail",)): 0.25,
        ("monitor_channel_sent_total", ("mail",)): 7, ("monitor_channel_sent_total", ("pager",)): 0,
        ("monitor_channel_failed_total", ("mail",)): 0,
        ("monitor_channel_failed_total", ("pager",)): 5,
        ("monitor_channel_cancelled_total", ("mail",)): 0,
        ("monitor_channel_cancelled_total", ("pager",)): 0,
        ("monitor_channel_digested_total", ("mail",)): 0,
        ("monitor_channel_digested_total", ("pager",)): 0,
    }  # fmt: skip


async def test_an_engine_tells_whether_it_leads_and_what_waits() -> None:
    """Alone a watch has none of that; an edge leads nothing."""
    cluster = ClusterStatus(
        role="engine", name="", stream="s", where="w", since=NOON, connected=True, waiting=4
    )
    names = ("monitor_broker_connected", "monitor_leads", "monitor_stream_waiting_messages")
    found = await samples(Standing(status(cluster=cluster)))
    assert [found[name, ()] for name in names] == [1, 0, 4]
    cluster.role, cluster.waiting = "edge", None
    found = await samples(Standing(status(cluster=cluster)))
    assert [(name, ()) in found for name in names] == [True, False, False]
    assert (names[0], ()) not in await samples(Standing(status()))
