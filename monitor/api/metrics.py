"""Prometheus metrics, read off the status at each scrape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from monitor.alert.message import Severity
from monitor.api.keys import LIVE
from monitor.api.routes import TEXT, Answer, Route
from monitor.clock import now_us
from monitor.service.follow import BAD
from monitor.service.live import Live
from monitor.service.status import LAG_BOUNDS_S, FeedState
from monitor.units import SECOND_US


async def get_metrics(request: web.Request) -> web.Response:
    """Return the text that Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(WatchCollector(request.app[LIVE]))
    body = generate_latest(registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


class WatchCollector(Collector):
    """Makes metrics of a watch's status."""

    def __init__(self, live: Live) -> None:
        """Read this one."""
        self._live = live

    def describe(self) -> list[Metric]:
        """Nothing beforehand: no watch need run to be registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """All metrics, as of now."""
        self._live.note_spool()
        yield from self._feeds()
        yield from self._pipe()
        yield from self._store()
        yield from self._alerts()
        yield from self._channels()
        yield from self._cluster()

    def _cluster(self) -> Iterator[Metric]:
        cluster = self._live.status.cluster
        if cluster is None:
            return
        yield GaugeMetricFamily(
            "monitor_broker_connected", "1 while the broker is heard.",
            value=float(cluster.connected),
        )  # fmt: skip
        if cluster.role == "engine":
            yield GaugeMetricFamily(
                "monitor_leads", "1 of the engine that leads.", value=float(cluster.leads)
            )
        if cluster.waiting is not None:
            yield GaugeMetricFamily(
                "monitor_stream_waiting_messages", "Messages that are not taken yet.",
                value=cluster.waiting,
            )  # fmt: skip

    def _feeds(self) -> Iterator[Metric]:
        feeds = self._live.status.feeds.values()
        state = GaugeMetricFamily(
            "monitor_feed_state", "1 for the state a feed is in.", labels=["feed", "state"]
        )
        since = GaugeMetricFamily(
            "monitor_feed_state_since_seconds", "When that began, Unix time.", labels=["feed"]
        )
        heard = GaugeMetricFamily(
            "monitor_feed_last_message_seconds", "Last message, Unix time.", labels=["feed"]
        )
        slow = GaugeMetricFamily(
            "monitor_feed_clock_slow_seconds", "How slow its clock is.", labels=["feed"]
        )
        counters = [
            (
                CounterMetricFamily(f"monitor_feed_{name}", words, labels=["feed"]),
                name,
            )
            for name, words in (
                ("lines", "Lines received."),
                ("messages", "AIS messages received."),
                ("received_bytes", "Bytes received."),
                ("connections", "Connections made."),
                ("dropped", "Messages for which there was no room."),
                ("held_up_s", "Seconds for which it was made to wait."),
                ("slowed_s", "Seconds for which it was made to wait by its own budget."),
                ("late", "Reports that came too late to be looked at."),
            )
        ]
        left_out = CounterMetricFamily(
            "monitor_feed_left_out", "Lines that were blank or beyond a budget, by reason.",
            labels=["feed", "reason"],
        )  # fmt: skip
        for feed in feeds:
            for reason, count in list(feed.left_out.items()):
                left_out.add_metric([feed.name, reason], count)
            for each in FeedState:
                state.add_metric([feed.name, each.value], float(each is feed.state))
            since.add_metric([feed.name], feed.since / SECOND_US)
            if feed.last_message_at is not None:
                heard.add_metric([feed.name], feed.last_message_at / SECOND_US)
            slow.add_metric([feed.name], feed.slow_s)
            for family, name in counters:
                family.add_metric([feed.name], getattr(feed, name))
        yield from (state, since, heard, slow, left_out, *(family for family, _ in counters))

    def _pipe(self) -> Iterator[Metric]:
        status = self._live.status
        reports = CounterMetricFamily("monitor_reports", "Reports read.", labels=["source", "kind"])
        for key, count in list(status.kinds.items()):
            reports.add_metric(list(key), count)
        refusals = CounterMetricFamily(
            "monitor_refusals", "What was not believed, by reason.", labels=["source", "reason"]
        )
        found = Counter(status.refusals)
        for feed in status.feeds.values():
            for reason, count in feed.refused.items():
                if reason in BAD:  # the feed's count has those behind the door, too
                    found[feed.name, reason] = count
                else:
                    found[feed.name, reason] += count
        for key, count in found.items():
            refusals.add_metric(list(key), count)
        port = GaugeMetricFamily(
            "monitor_port_vessels_heard", "Vessels heard near it in the last hour.", labels=["port"]
        )
        for each in status.ports:
            port.add_metric([each.port], each.vessels)
        yield port
        events = CounterMetricFamily("monitor_events", "Events found.", labels=["kind"])
        for kind, count in list(status.events.items()):
            events.add_metric([kind], count)
        yield from (reports, refusals, events)
        yield CounterMetricFamily("monitor_lines", "Lines stored.", value=status.lines)
        yield GaugeMetricFamily("monitor_vessels", "Vessels tracked.", value=status.vessels)
        yield GaugeMetricFamily("monitor_visits", "Vessels near a port.", value=status.visits)
        yield GaugeMetricFamily(
            "monitor_deadlines", "Silences that will be told unless she is heard again.",
            value=status.deadlines,
        )  # fmt: skip
        yield GaugeMetricFamily(
            "monitor_waiting_reports", "Reports in the reorder buffer.",
            value=status.waiting_reports,
        )  # fmt: skip

    def _store(self) -> Iterator[Metric]:
        store, spool = self._live.status.store, self._live.status.spool
        yield GaugeMetricFamily(
            "monitor_store_ready", "1 while batches are committed.", value=float(store.ready)
        )
        yield CounterMetricFamily("monitor_commits", "Batches committed.", value=store.commits)
        yield CounterMetricFamily("monitor_rows", "Positions committed.", value=store.rows)
        yield CounterMetricFamily(
            "monitor_store_refused", "Rows that the database refused, one by one.",
            value=store.refused,
        )  # fmt: skip
        lag = HistogramMetricFamily(
            "monitor_lag_seconds", "From the reception of a line to its commit."
        )
        counts = store.lag_counts.cumsum().tolist()
        bounds = [*map(str, LAG_BOUNDS_S), "+Inf"]
        lag.add_metric([], list(zip(bounds, counts, strict=True)), store.lag_sum_s)
        yield lag
        yield GaugeMetricFamily(
            "monitor_spool_waiting_bytes", "What is received and not stored yet.",
            value=spool.waiting_bytes,
        )  # fmt: skip
        yield GaugeMetricFamily(
            "monitor_buffer_bytes", "What waits for the disk.", value=self._live.buffered_bytes
        )
        yield CounterMetricFamily(
            "monitor_spool_dropped_lines", "Lines lost before they were stored.",
            value=spool.dropped_lines,
        )  # fmt: skip
        yield CounterMetricFamily(
            "monitor_spool_unrecorded_lines", "Lines stored but not recorded.",
            value=spool.unrecorded_lines,
        )  # fmt: skip
        yield CounterMetricFamily(
            "monitor_spool_lost_lines", "Lines that were damaged on disk, or removed there.",
            value=spool.lost_lines,
        )  # fmt: skip
        yield CounterMetricFamily(
            "monitor_spool_lost_bytes", "Bytes on disk that hold nothing any more.",
            value=spool.lost_bytes,
        )  # fmt: skip
        yield GaugeMetricFamily(
            "monitor_up_since_seconds", "When the watch began, Unix time.",
            value=self._live.status.started_at / SECOND_US,
        )  # fmt: skip
        yield GaugeMetricFamily("monitor_now_seconds", "Its clock.", value=now_us() / SECOND_US)

    def _alerts(self) -> Iterator[Metric]:
        """Nothing while it is not known: a zero would say that all is quiet."""
        tally = self._live.status.alerts
        if tally is None:
            return
        yield CounterMetricFamily("monitor_alerts_raised", "Alerts raised.", value=tally.raised)
        standing = GaugeMetricFamily("monitor_alerts_open", "Alerts open.", labels=["severity"])
        for severity in Severity:
            standing.add_metric([severity.value], tally.open[severity])
        yield standing
        yield GaugeMetricFamily(
            "monitor_alerts_acknowledged", "Alerts acknowledged and not closed.",
            value=tally.acknowledged,
        )  # fmt: skip
        yield GaugeMetricFamily(
            "monitor_alerts_muted", "Alerts that stand and are muted.", value=tally.muted
        )
        for name, words, found in (
            ("waiting", "Messages that wait to be sent.", tally.waiting),
            ("dead", "Messages that were given up.", tally.dead),
        ):
            family = GaugeMetricFamily(f"monitor_deliveries_{name}", words, labels=["channel"])
            known = {channel.name for channel in self._live.status.channels}
            for channel in sorted(known | found.keys()):
                family.add_metric([channel], found[channel])
            yield family

    def _channels(self) -> Iterator[Metric]:
        channels = self._live.status.channels
        works = GaugeMetricFamily(
            "monitor_channel_works", "1 while messages are taken.", labels=["channel"]
        )
        lag = GaugeMetricFamily(
            "monitor_channel_lag_seconds", "From made to sent, of the last.", labels=["channel"]
        )
        counters = [
            (CounterMetricFamily(f"monitor_channel_{name}", words, labels=["channel"]), name)
            for name, words in (
                ("sent", "Messages sent."),
                ("failed", "Tries that failed."),
                ("cancelled", "Messages that were not needed any more."),
                ("digested", "Messages told in a digest."),
            )
        ]
        for channel in channels:
            works.add_metric([channel.name], float(channel.works))
            if channel.lag_s is not None:
                lag.add_metric([channel.name], channel.lag_s)
            for family, name in counters:
                family.add_metric([channel.name], getattr(channel, name))
        yield from (works, lag, *(family for family, _ in counters))


ROUTES = (
    Route(
        method="GET", path="/metrics", handler=get_metrics, needs="read",
        summary="Counts and gauges, as Prometheus reads them.",
        answer=Answer(words="The text format of Prometheus.", media=(TEXT,)),
    ),
)  # fmt: skip
"""What a scraper asks."""
