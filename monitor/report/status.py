"""How a live watch is doing, for a person at a terminal: what is wrong first, in plain words.

All is made of what ``GET /status`` says, and ages are counted by the watch's own clock.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.report.notes import Clock, by_state, duration, megabytes, notes
from monitor.store.findings import Record
from monitor.words import all_plain, plain

WIDE = 110
"""From so many columns on, tables say where their rows come from, too."""

ALL_WELL = "All is well: every feed is live, every port heard, the database up."
WELL_AS = {
    "edge": "All is well: every feed is live, and the broker has what they bring.",
    "engine": "All is well: the broker is heard, every port, too, the database up.",
}
HEARD = ("not heard", "hardly heard", "heard")
STYLES = {"down": "bold red", "silent": "bold red", "degraded": "yellow", "starting": "cyan",
          "live": "green", "not heard": "bold red", "hardly heard": "yellow",
          "heard": "green"}  # fmt: skip

Rates = Mapping[str, float]
"""Feed -> messages a second."""


def watch_view(
    record: Record, rates: Rates, *, where: str, width: int, trouble: str | None = None
) -> RenderableType:
    """Everything; ``trouble``: why what is shown is not how it is now.

    What feeds, servers and files said is shown without what could steer a terminal.
    """
    record, where, trouble = all_plain(record), plain(where), trouble and plain(trouble)
    clock = Clock(record["now"])
    parts: list[RenderableType] = [_head(record, clock, where)]
    if trouble:
        parts.append(_note("!!", trouble))
    parts.append(Text())
    found = notes(record, clock)
    parts += [_note(mark, words) for mark, words in found] or [Text(_well(record))]
    if record["feeds"]:
        parts += [Text(), _feeds(record["feeds"], rates, clock, wide=width >= WIDE)]
    if record["ports"]:
        parts += [Text(), *_ports(record, clock, wide=width >= WIDE)]
    parts += [Text(), _rest(record, clock)]
    return Group(*parts)


def _well(record: Record) -> str:
    cluster = record.get("cluster")
    return ALL_WELL if cluster is None else WELL_AS[cluster["role"]]


def _note(mark: str, words: str) -> Table:
    """A sentence behind a mark, its further lines under its begin."""
    style = {"!!": "bold red", "!": "yellow"}.get(mark, "")
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(width=2, no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(Text(mark, style), Text(words, style))
    return table


def _head(record: Record, clock: Clock, where: str) -> Text:
    return Text.assemble(
        ("Watch", "bold"), f" at {where}, up {clock.since(record['started_at'])},"
        f" {clock.now:%Y-%m-%d %H:%M:%S} UTC",
    )  # fmt: skip


def _table(*columns: str, right: tuple[str, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold underline")
    for name in columns:
        if name in {"feed", "port", "where", "feeds"}:
            table.add_column(name, overflow="fold", min_width=6)
        else:
            table.add_column(name, no_wrap=True, justify="right" if name in right else "left")
    return table


def _feeds(feeds: list[Record], rates: Rates, clock: Clock, *, wide: bool) -> Table:
    more = ("where",) if wide else ()
    figures = ("for", "last heard", "messages", "per s", "dropped", "refused")
    table = _table("feed", "state", *figures, *more, right=figures)
    for feed in by_state(feeds):
        heard, rate = feed["last_message_at"], rates.get(feed["name"])
        cells = [
            feed["name"], feed["state"], clock.since(feed["since"]),
            "not yet" if heard is None else f"{clock.since(heard)} ago", f"{feed['messages']:,}",
            "?" if rate is None else f"{rate:,.1f}", f"{_dropped(feed):,}", _share(feed),
        ]  # fmt: skip
        cells += [feed[name] for name in more]
        table.add_row(*(Text(cell, STYLES.get(cell, "")) for cell in cells))
    return table


def _ports(record: Record, clock: Clock, *, wide: bool) -> list[RenderableType]:
    ports, store = record["ports"], record["store"]
    more = ("feeds",) if wide else ()
    table = _table(
        "port", "last hour", "vessels", "usual", "last heard", *more,
        right=("vessels", "usual", "last heard"),
    )  # fmt: skip
    for port in sorted(ports, key=lambda port: (HEARD.index(_heard(port)), port["port"])):
        at, usual, heard = port["heard_at"], port["usual"], _heard(port)
        cells = [
            port["port"], heard, f"{port['vessels']:,}" if port["vessels"] else "unknown",
            "?" if usual is None else f"{usual:.0f}",
            "not yet" if at is None else f"{clock.since(at)} ago", ", ".join(port["feeds"]),
        ]  # fmt: skip
        table.add_row(*(Text(c, STYLES.get(c, "")) for c in cells[: len(table.columns)]))
    if store["ready"] or store["committed_to"] is None:
        return [table]
    at = clock.of_day(store["committed_to"])
    return [Text(f"As it was at {at}, when the database went away:"), table]


def _rest(record: Record, clock: Clock) -> Table:
    """Database, spool and vessels: a line each."""
    store, spool = record["store"], record["spool"]
    lost = spool["dropped_lines"] + spool.get("lost_lines", 0)
    state = "up" if store["ready"] else "AWAY"
    cluster = record.get("cluster")
    is_edge = cluster is not None and cluster["role"] == "edge"
    if cluster is not None and cluster["role"] == "engine" and not cluster["leads"]:
        state = "not used"
    where = f"{store['commits']:,} messages" if is_edge else f"{store['commits']:,} commits"
    more = f" {store['rows']:,} lines" if is_edge else f" {_lag(store)}"
    lines = {
        "broker" if is_edge else "database": f"{state} for {clock.since(store['since'])}; {where};"
        f"{more}",
        "spool": f"{megabytes(spool['waiting_bytes'])} of {megabytes(spool['limit_bytes'])} MB"
        f" wait; {lost:,} lines lost; in {spool['directory']}"
        + (", which is kept" if spool["recorded"] else ""),
        "vessels": f"{record['vessels']:,} tracked; {record['visits']:,} near a port;"
        f" {_deadline(record, clock)}",
    }
    if cluster is not None:
        lines |= _cluster(cluster, clock)
    if record["waiting_reports"]:
        waiting = f"{record['waiting_reports']:,} wait, in case earlier ones come late"
        lines["reports"] = waiting
    if record["events"]:
        events = ", ".join(f"{count:,} {kind}" for kind, count in record["events"].items())
        lines["events"] = f"since the start: {events}"
    if record.get("alerts") is not None:  # a watch of an earlier release has none
        lines["alerts"] = _alerts(record["alerts"])
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, words in lines.items():
        table.add_row(Text(name), Text(words))
    return table


def _cluster(cluster: Record, clock: Clock) -> dict[str, str]:
    """The stream, and who sends to it."""
    name = cluster["name"] or ("leads" if cluster["leads"] else "stands by")
    found = {
        cluster["role"]: f"{name} for {clock.since(cluster['since'])}",
        "stream": f"{cluster['stream']} at {cluster['where']}; message {cluster['sequence']:,}",
    }
    if cluster["waiting"] is not None:
        found["stream"] += f", {cluster['waiting']:,} wait"
    if cluster["edges"]:
        heard = [f"{e['name']} {clock.since(e['received_at'])} ago" for e in cluster["edges"]]
        found["edges"] = ", ".join(heard)
    return found


def _alerts(alerts: Record) -> str:
    """How many stand, the gravest first, and how many messages have not been told yet."""
    grave = [f"{alerts['open'][name]} {name}" for name in ("critical", "warning", "info")]
    standing = sum(alerts["open"].values())
    words = f"{standing:,} open" + (f" ({', '.join(grave)})" if standing else "")
    muted = f"; {alerts['muted']:,} muted" if alerts["muted"] else ""
    waiting, dead = (sum(alerts[name].values()) for name in ("waiting", "dead"))
    told = f"{waiting:,} messages wait, {dead:,} given up"
    return f"{words}; {alerts['acknowledged']:,} acknowledged{muted}; {told}"


def _lag(store: Record) -> str:
    half, most = store["lag_p50_s"], store["lag_p99_s"]
    if half is None and most is None:
        return "nothing stored yet"
    told = [f"within {lag:g} s" if lag is not None else "after an hour" for lag in (half, most)]
    return f"half of all lines stored {told[0]}, 99 % {told[1]}"


def _deadline(record: Record, clock: Clock) -> str:
    at = record["next_deadline_at"]
    if at is None:
        return "no silence falls due"
    seconds = -clock.seconds_since(at)
    due = f"in {duration(seconds)}, at {clock.of_day(at)}" if seconds >= 0 else "now"
    silences = "silence falls" if record["deadlines"] == 1 else "silences fall"
    return f"{record['deadlines']:,} {silences} due, the next {due}"


def _heard(port: Record) -> str:
    return port["words"] if port["words"] in HEARD and port["vessels"] else "not heard"


def _dropped(feed: Record) -> int:
    """Messages for which there was no room, and lines beyond its budget."""
    left_out = feed.get("left_out", {})  # a watch of an earlier release does not say
    return int(feed["dropped"] + sum(left_out.values()) - left_out.get("blank", 0))


def _share(feed: Record) -> str:
    """How much of what came was refused."""
    refused = sum(feed["refused"].values())
    if not refused:
        return "0"
    share = 100 * refused / max(feed["lines"], refused)
    return f"{share:.0f} %" if share >= 1 else "< 1 %"
