"""What became of what two edges heard: stations, journals, the stream, and the tables.

Alerts are what was told when: reports that come late change what is told first, and that is not the
same in a replay. So each that the events as they stand raise must be there (``told_reckoning.py``).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.alert.watchlist import Watchlist
from monitor.decode.journal_parts import parts_in
from monitor.journal.merged import BETWEEN, merged
from monitor.rulefile import rules_of
from monitor.store.desk import Desk
from monitor.units import NO_TIME
from tests.bench import reckoning
from tests.bench.reckoning import Block, Toll
from tests.bench.stations import Pusher, Station, Tcp, Udp
from tests.bench.told_reckoning import store_of
from tests.ports import ports
from tests.program import run_monitor

if TYPE_CHECKING:
    from tests.bench.cluster import ClusterCampaign

PATIENCE_S = 1_800.0
"""Of a replay of half an hour of four feeds, of which each outage of an edge makes much late."""


def judged(campaign: ClusterCampaign) -> tuple[Toll, dict[str, Any]]:
    """Hold all against all: what is lost or doubled, and the figures to print."""
    toll = Toll()
    text = merged(b"\x01" * 16, campaign.stream)
    path = campaign.folder / "merged.ais"
    path.write_bytes(text)
    env = {"MONITOR_DATABASE_URL": campaign.urls["cluster_replayed"]}
    done = run_monitor("replay", path, env=env, patience_s=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    figures = _of_edges(campaign, toll, text)
    tables = reckoning.of_tables(toll, campaign.urls["monitor"], reckoning.read(text))
    rows = reckoning.of_replay(toll, *campaign.urls.values())
    store = store_of(campaign.urls["monitor"])
    would = Desk(rules_of(None), ports()).would(store.events, Watchlist(()))
    lacking = [alert.headline for alert in would if alert.id not in store.alerts]
    toll.lose(len(lacking), f"alerts: {lacking[:3]}")
    doubled = len(campaign.stream) - len({(p.edge, p.journal, p.begin) for p in campaign.stream})
    lines = sum(
        parcel.blocks.count(b"\n!") + parcel.blocks.count(b"\n\\") for parcel in campaign.stream
    )
    return toll, {
        "kills": ", ".join(f"{kind} {many}" for kind, many in sorted(campaign.kills.items())),
        **{f"until the next commit, {kind}": quantiles(took)
           for kind, took in sorted(campaign.took_s.items())},
        **figures,
        "messages of the stream": f"{len(campaign.stream):,}, {doubled} of them twice",
        "lines a second": f"{lines / campaign.ran_s:,.0f}",
        **{name: f"{number:,}" for name, number in tables.items()},
        "rows": ", ".join(f"{name} {number:,}" for name, number in rows.items()),
        "alerts": f"{len(store.alerts):,}, of {len(would):,} that the events raise",
        "errors logged": dict(_errors(campaign)) or "none",
        "lost": toll.lost,
        "doubled": toll.doubled,
    }  # fmt: skip


def _of_edges(campaign: ClusterCampaign, toll: Toll, text: bytes) -> dict[str, str]:
    """Stations against journals, and journals against the stream."""
    came: dict[str, list[bytes]] = {}
    for part in parts_in(text, whole=True, summed=True):
        if part.received_at != NO_TIME and part.begin < part.end:
            came.setdefault(part.name, []).append(text[part.begin : part.end])
    figures = {}
    for name, stations in campaign.stations.items():
        _, blocks = reckoning.journal(campaign.folder / name / "journal")
        for station in stations:
            taken = _of_station(toll, station, blocks)
            kept = [block.body for block in blocks if block.feed == station.name]
            there = came.pop(f"{name}{BETWEEN}{station.name}", [])
            if kept != there:
                lost, more = Counter(kept) - Counter(there), Counter(there) - Counter(kept)
                what = f"blocks of {name}'s {station.name} on the stream"
                toll.lose(lost.total(), f"{what}: {list(lost)[:2]}")
                toll.double(more.total(), f"{what}: {list(more)[:2]}")
                toll.lose(int(not lost and not more), f"order of {what}")
            figures[f"lines of {station.name}"] = (
                f"{station.sent:,} sent, {taken:,} taken, {station.unheard:,} for nobody"
            )
    toll.double(len(came), f"feeds that nobody has: {list(came)}")
    return figures


def _errors(campaign: ClusterCampaign) -> Counter[str]:
    return Counter(
        entry["event"] for watch in campaign.every for entry in watch.log
        if entry["level"] == "error"
    )  # fmt: skip


def _of_station(toll: Toll, station: Station, blocks: list[Block]) -> int:
    if isinstance(station, Tcp):
        return reckoning.of_streams(toll, station.name, station.streams, blocks)
    if isinstance(station, Udp):
        return reckoning.of_datagrams(toll, station.name, station.datagrams, blocks)
    assert isinstance(station, Pusher)
    return reckoning.of_pushes(toll, station.name, station.pushes, blocks)


def quantiles(took: list[float]) -> str:
    p50, p99 = np.quantile(took, [0.5, 0.99])
    return f"p50 {p50:.2f} s, p99 {p99:.2f} s, worst {max(took):.2f} s of {len(took)}"
