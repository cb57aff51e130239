"""How the watch is doing, for people's tools: the same words as ``monitor status`` shows."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from monitor import __version__
from monitor.alert.message import Severity
from monitor.api.keys import LIVE
from monitor.api.routes import Answer, Route
from monitor.clock import now_us, speed
from monitor.report.feeds import feed_record
from monitor.report.status_forms import StatusForm
from monitor.service.outbox import ChannelStatus
from monitor.service.status import ClusterStatus, PortStatus, Status
from monitor.store.findings import iso_of
from monitor.store.tally import Tally
from monitor.units import to_iso


async def get_status(request: web.Request) -> web.Response:
    """All of it, as JSON."""
    live = request.app[LIVE]
    live.note_spool()
    return web.json_response(status_record(live.status))


def status_record(status: Status) -> dict[str, Any]:
    """Status as JSON has it: instants are RFC 3339, None is null."""
    store, spool = status.store, status.spool
    return {
        "version": __version__,
        "now": to_iso(now_us()),
        "clock_speed": speed(),
        "started_at": to_iso(status.started_at),
        "lines": status.lines,
        "vessels": status.vessels,
        "visits": status.visits,
        "deadlines": status.deadlines,
        "next_deadline_at": iso_of(status.next_deadline_at),
        "waiting_reports": status.waiting_reports,
        "events": dict(sorted(status.events.items())),
        "store": {
            "ready": store.ready, "since": to_iso(store.since), "why": store.why,
            "commits": store.commits, "rows": store.rows,
            "committed_to": iso_of(store.committed_to),
            "lag_p50_s": store.lag_quantile_s(0.5), "lag_p99_s": store.lag_quantile_s(0.99),
            "refused": store.refused, "refused_why": store.refused_why,
            "revised_ships": store.revised_ships, "revised_reports": store.revised_reports,
        },
        "spool": {
            "directory": spool.directory, "recorded": spool.recorded,
            "waiting_bytes": spool.waiting_bytes, "limit_bytes": spool.limit_bytes,
            "dropped_lines": spool.dropped_lines, "unrecorded_lines": spool.unrecorded_lines,
            "lost_lines": spool.lost_lines, "lost_bytes": spool.lost_bytes,
            "trouble": spool.trouble,
        },
        "feeds": [feed_record(feed) for feed in status.feeds.values()],
        "ports": [_port(port) for port in status.ports],
        "alerts": None if status.alerts is None else _alerts(status.alerts),
        "channels": [_channel(channel) for channel in status.channels],
        "cluster": None if status.cluster is None else _cluster(status.cluster),
    }  # fmt: skip


def _cluster(cluster: ClusterStatus) -> dict[str, Any]:
    return {
        "role": cluster.role, "name": cluster.name, "stream": cluster.stream,
        "where": cluster.where, "connected": cluster.connected, "why": cluster.why,
        "since": to_iso(cluster.since), "leads": cluster.leads, "leader": cluster.leader,
        "sequence": cluster.sequence, "waiting": cluster.waiting, "stray": cluster.stray,
        "edges": [
            {
                "name": edge.name, "received_at": to_iso(edge.received_at),
                "journal_bytes": edge.journal_bytes,
            }
            for edge in cluster.edges
        ],
    }  # fmt: skip


def _port(port: PortStatus) -> dict[str, Any]:
    return {
        "port": port.port, "words": port.words, "vessels": port.vessels,
        "heard_at": iso_of(port.heard_at), "usual": port.usual, "feeds": port.feeds,
    }  # fmt: skip


def _alerts(tally: Tally) -> dict[str, Any]:
    return {
        "raised": tally.raised, "open": {each.value: tally.open[each] for each in Severity},
        "acknowledged": tally.acknowledged, "muted": tally.muted,
        "waiting": dict(sorted(tally.waiting.items())), "dead": dict(sorted(tally.dead.items())),
    }  # fmt: skip


def _channel(channel: ChannelStatus) -> dict[str, Any]:
    return {
        "name": channel.name, "kind": channel.kind, "where": channel.where,
        "works": channel.works, "why": channel.why, "since": to_iso(channel.since),
        "sent": channel.sent, "failed": channel.failed, "cancelled": channel.cancelled,
        "digested": channel.digested, "dead": channel.dead, "sent_at": iso_of(channel.sent_at),
        "lag_s": channel.lag_s,
    }  # fmt: skip


ROUTES = (
    Route(
        method="GET", path="/status", handler=get_status, needs="read",
        summary="How the watch is doing: feeds, store, spool, ports, alerts, channels.",
        answer=Answer(words="As of now.", form=StatusForm),
        more="The same words as `monitor status` shows.",
    ),
)  # fmt: skip
"""What people's tools ask."""
