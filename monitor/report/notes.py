"""What needs attention in a live watch: sentences, the worst first."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.store.findings import Record

FULL_SHARE = 0.5
"""A spool that is fuller than this is told of before it overflows."""

WORST_FIRST = ("down", "silent", "degraded", "starting", "live")
MARKS = {"down": "!!", "silent": "!!", "degraded": "!", "starting": "-"}

Note = tuple[str, str]
"""How bad it is ("!!", "!" or "-"), and a sentence."""


class Clock:
    """What time the watch says it is: ages are counted by it."""

    def __init__(self, now: str) -> None:
        """Take the instant, RFC 3339."""
        self.now = datetime.fromisoformat(now)

    def since(self, at: str | None) -> str:
        """How long ago it was, in words."""
        return "?" if at is None else duration(self.seconds_since(at))

    def seconds_since(self, at: str) -> float:
        """How long ago it was, s; negative: it is to come."""
        return (self.now - datetime.fromisoformat(at)).total_seconds()

    def of_day(self, at: str) -> str:
        """Time of day, with the date where it is not today's."""
        when = datetime.fromisoformat(at).astimezone(UTC)
        return f"{when:%H:%M}" if when.date() == self.now.date() else f"{when:%Y-%m-%d %H:%M}"


def notes(record: Record, clock: Clock) -> list[Note]:
    """All there is to say; none when all is well.

    Without a database nothing is read, so that nothing new is known of the ports.
    """
    cluster = record.get("cluster")
    if cluster is not None and cluster["role"] == "engine" and not cluster["leads"]:
        return _standing_by(cluster)
    found = _cluster_notes(cluster) if cluster is not None else []
    found += [*_store_notes(record, clock), *_channel_notes(record, clock)]
    if cluster is None or cluster["role"] != "engine":
        found += _feed_notes(record["feeds"], clock)
    if cluster is not None and cluster["role"] == "edge":
        return found
    return [*found, *_port_notes(record["ports"], clock)] if record["store"]["ready"] else found


def _standing_by(cluster: Record) -> list[Note]:
    """An engine that does not lead does nothing else."""
    leader = cluster["leader"] or "no engine that can be named"
    words = f"This engine stands by, {leader} leads: it takes over when that one is gone."
    if cluster["connected"]:
        return [("-", words)]
    away = f"No broker at {cluster['where']}: {_sentence(cluster['why'])}"
    return [("!!", f"{away} It could not take over."), ("-", words)]


def _cluster_notes(cluster: Record) -> list[Note]:
    notes: list[Note] = []
    if not cluster["connected"] and cluster["role"] == "engine":
        away = f"No broker at {cluster['where']}: {_sentence(cluster['why'])}"
        notes.append(("!!", f"{away} Nothing new comes; edges keep it."))
    if cluster["stray"]:
        left_out = f"{cluster['stray']:,} messages of the stream were none of an edge's"
        notes.append(("!", f"{left_out}, and left out."))
    return notes


def _store_notes(record: Record, clock: Clock) -> list[Note]:
    store, spool, notes = record["store"], record["spool"], []
    full = f"{megabytes(spool['waiting_bytes'])} of {megabytes(spool['limit_bytes'])} MB"
    if spool["trouble"]:
        held = "What comes waits in memory, and is lost when that is full."
        notes.append(("!!", f"The disk takes nothing: {_sentence(spool['trouble'])} {held}"))
    if spool["dropped_lines"]:
        lost = f"{spool['dropped_lines']:,} lines were lost since the start, the oldest first"
        notes.append(("!!", f"{lost}: there was no room on disk."))
    if gone := spool.get("lost_lines", 0):  # a watch of an earlier release does not say
        notes.append(
            ("!!", f"{gone:,} lines were lost on disk: its journal is damaged, or was cut.")
        )
    cluster = record.get("cluster")
    if not store["ready"] and cluster is not None and cluster["role"] == "edge":
        away = f"No broker for {clock.since(store['since'])}: {_sentence(store['why'])}"
        notes.append(("!!", f"{away} What comes is kept on disk ({full}) and sent later."))
    elif not store["ready"]:
        away = f"No database for {clock.since(store['since'])}: {_sentence(store['why'])}"
        kept = f" What comes is kept on disk ({full}) and stored later; nothing is detected now."
        notes.append(("!!", away + kept))
    elif spool["waiting_bytes"] > FULL_SHARE * spool["limit_bytes"]:
        notes.append(("!", f"The spool is filling: {full} wait to be stored."))
    if count := store.get("refused"):
        rows = "1 row" if count == 1 else f"{count:,} rows"
        last = _sentence(f"The last: {store['refused_why']}")
        kept = f"The database refused {rows} since the start; its table refused_row has them."
        notes.append(("!", f"{kept} {last}"))
    if spool["unrecorded_lines"]:
        notes.append(("!", f"{spool['unrecorded_lines']:,} lines were stored, but not recorded."))
    return notes


def _channel_notes(record: Record, clock: Clock) -> list[Note]:
    """Where nobody is told: a watch of an earlier release has no channels."""
    notes: list[Note] = []
    for channel in record.get("channels", []):
        if not channel["works"]:
            begun = f"Channel {channel['name']} has not worked for {clock.since(channel['since'])}"
            notes.append(("!!", f"{begun}: {_sentence(channel['why'])} Messages to it wait."))
    dead = (record.get("alerts") or {}).get("dead", {})
    for name, count in dead.items():
        many = "1 message was" if count == 1 else f"{count:,} messages were"
        notes.append(("!", f"{many} given up for {name}: `monitor channels dead` shows which."))
    return notes


def _feed_notes(feeds: list[Record], clock: Clock) -> list[Note]:
    if not feeds:
        words = "No feeds are configured: nothing is heard. `monitor feeds list` shows how."
        return [("!!", words)]
    notes = []
    for feed in by_state(feeds):
        state, name = feed["state"], feed["name"]
        if state == "live":
            continue
        begun = f"Feed {name} has been {state} for {clock.since(feed['since'])}"
        words = f"{begun}: {_sentence(feed['why'])}"
        if feed["next_try_at"] is not None:
            words += f" Next try in {duration(-clock.seconds_since(feed['next_try_at']))}."
        notes.append((MARKS.get(state, "!"), words))
    return notes


def _port_notes(ports: list[Record], clock: Clock) -> list[Note]:
    if not ports:
        return [("-", "Ports: nothing can be said yet; no line was read since the start.")]
    notes = []
    for port in ports:
        name, usual = port["port"], port["usual"]
        if not port["vessels"]:
            words = f"Port {name}: not heard {_since(port, clock)}. Ships there are unknown."
            notes.append(("!", words))
        elif port["words"] != "heard":
            words = (
                f"Port {name}: hardly heard, {_vessels(port['vessels'])} in the last hour where"
                f" {usual:.0f} are usual. Others there are unknown."
            )
            notes.append(("!", words))
    return notes


def _since(port: Record, clock: Clock) -> str:
    at = port["heard_at"]
    if at is None:
        return "so far"
    return f"since {clock.of_day(at)} ({clock.since(at)})"


def duration(seconds: float) -> str:
    """A duration in one unit: 12 s, 3 min, 5 h, 9 d."""
    seconds = max(0.0, seconds)
    for size, unit, most in ((1, "s", 100), (60, "min", 100), (3600, "h", 48)):
        if seconds < most * size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds // 86_400:.0f} d"


def by_state(feeds: list[Record]) -> list[Record]:
    """Feeds, the worst first."""
    return sorted(feeds, key=lambda feed: (_place(feed["state"]), feed["name"]))


def _place(state: str) -> int:
    return WORST_FIRST.index(state) if state in WORST_FIRST else 0


def megabytes(size: int) -> str:
    """A size in MB, without the unit."""
    return f"{size / (1 << 20):,.0f}" if size >= (1 << 20) or not size else "under 1"


def _vessels(count: int) -> str:
    return f"{count:,} vessel{'' if count == 1 else 's'}"


def _sentence(words: str) -> str:
    return f"{words.rstrip('.')}."
