"""Parts that several reports have: reception, dark times, voyages, odd positions, evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.reach import MAX_SPEED_KN
from monitor.model import Event, EventKind, Span
from monitor.report.gathered import Ear, Gathered
from monitor.report.page import Block, Grid, Points, Prose, Section, grid
from monitor.report.whereabouts import CARGO_KN, Interval, Reach, Silence, Vessel
from monitor.report.wording import (
    Places,
    interval,
    lasting,
    listed,
    minute,
    ships,
    somewhere,
    stretch,
)
from monitor.store.findings import Record, voyage_record
from monitor.units import HOUR_US, NAUTICAL_MILE_M, from_datetime, from_iso
from monitor.words import digits

LONG_US = 12 * HOUR_US
"""Silences so long are told one by one: Global Fishing Watch's bound for a gap at sea. Shorter ones
are usual where satellites alone hear a ship."""

MOST_ROWS = 200
"""Rows of a table of evidence: what is more is counted."""

LIMITS = (
    (
        "Who a ship is. MMSI, name, IMO number and class are what she says. One that changed her"
        " number counts as two; two that use one number are told apart by where they are."
    ),
    (
        "That a position is true. One that no ship could have reached is refused, one that she"
        " could have reached is believed: a photograph or a witness proves more."
    ),
    (
        "Where a ship was while she was not heard. What she had time for is reckoned by the great"
        f" circle, with {CARGO_KN:.0f} kn if she says that she is a cargo ship or tanker, else with"
        f" {MAX_SPEED_KN:.0f} kn."
    ),
)
"""What no report on ships that send AIS shows."""

COUNTED = (
    "At most: with those that were not heard for over 4 h, and have had the time to be there, be it"
    " again. While the port is not heard nothing is counted as empty."
)
"""What a count over time is."""

HOW_SURE = (
    (
        "Sure: 4 known within 10 minutes, 3 within 4 hours, 2 wider, 1 not bounded. Of arrivals,"
        " departures and stays: 4 entry, stop and exit seen, 3 stop and one of them, 2 stop only,"
        " 1 no stop."
    ),
    "Fixes and sentences that an event rests on: `monitor events --mmsi MMSI --format json`.",
)

WORTH = {
    EventKind.PORT_ARRIVED: "arrived", EventKind.PORT_DEPARTED: "departed",
    EventKind.WENT_DARK_INSIDE: "went dark in port",
    EventKind.REAPPEARED_INSIDE: "heard again in port",
    EventKind.REAPPEARED_ELSEWHERE: "heard again elsewhere",
    EventKind.WENT_DARK: "went dark at sea", EventKind.REAPPEARED: "heard again at sea",
    EventKind.PASSED_THROUGH: "passed through", EventKind.VOYAGE_MADE: "made a voyage",
    EventKind.IDENTITY_CHANGED: "changed who she says she is",
    EventKind.IDENTITY_FLAPPED: "was said to be two ships by turns",
    EventKind.DESTINATION_DOUBTED: "sailed away from the port that she declared",
    EventKind.DECLARED_ELSEWHERE: "called at another port than she declared",
    EventKind.DRAUGHT_CHANGED: "declared another draught than before",
    EventKind.DESTINATION_CHANGED: "declared another destination",
    EventKind.DESTINATION_VARIED: "declared one destination after the other",
    EventKind.IDENTITY_DOUBTED: "says of herself what cannot be",
    EventKind.WAIT_BEGUN: "waited off", EventKind.WAIT_ENDED: "waited no more off",
    EventKind.GATE_CROSSED: "passed a gate",
    EventKind.SHIPS_MET: "met another", EventKind.SHIPS_PARTED: "parted from whom she met",
    EventKind.CONVOY_FORMED: "sailed with another",
    EventKind.CONVOY_PARTED: "sailed with another no more",
}  # fmt: skip
"""Kinds of events that are evidence, and what they say."""


def about(since: int, until: int, heard_to: int | None, made_at: int) -> str:
    """The time of a report and what it rests on."""
    heard = "nothing was received" if heard_to is None else f"received up to {minute(heard_to)}"
    return f"{stretch(since, until)} UTC · AIS {heard} UTC · made {minute(made_at)} UTC"


def deaf_sentence(ear: Ear, places: Places) -> str:
    """How long a port was not heard."""
    share = 100 * ear.deaf_us / max(1, ear.until - ear.since)
    times = "once" if len(ear.deaf) == 1 else f"{len(ear.deaf)} times"
    return (
        f"{places.name(ear.port)} was not heard for {lasting(ear.deaf_us)} ({share:.0f} % of the"
        f" time, {times}): nothing is said of that time, and it is not counted as empty."
    )


def reception_section(
    ears: Sequence[Ear], heard_to: int | None, until: int, places: Places
) -> Section:
    """When ports were not heard."""
    rows = [
        (places.name(ear.port), stretch(begin, end), lasting(end - begin))
        for ear in ears
        for begin, end in ear.deaf
    ]
    columns = (("port", 1.0), ("nothing was heard (UTC)", 3.0), ("for", 1.0))
    names = listed([places.name(ear.port) for ear in ears])
    blocks: list[Block] = [
        grid(columns, rows, empty=f"{names}: heard all the time, never an hour without a message.")
    ]
    if heard_to is None or until - heard_to > HOUR_US:
        blocks.append(Prose(text=f"The last message of all was received at {minute(heard_to)}."))
    return Section(title="Reception", blocks=tuple(blocks))


def dark_section(
    vessels: Iterable[Vessel], ports: Sequence[Reach], ears: Mapping[str, Ear], until: int,
    places: Places,
) -> Section:  # fmt: skip
    """When ships were not heard for long, and which of the ports that allows.

    What is no ship's doing, or allows none of the ports, is counted and not listed.
    """
    rows, short, apart = [], 0, 0
    deaf: Counter[tuple[str, Interval]] = Counter()
    for vessel in vessels:
        for silence in vessel.all_silences(until):
            lasted = _end(silence, until) - silence.before.at
            unheard = _unheard_port(silence, ears)
            fits = [p for p in ports if p.window(silence, vessel.fastest_kn, until) is not None]
            if unheard is not None:
                deaf[unheard] += 1
            elif lasted < LONG_US and (silence.after is not None or not fits):
                short += 1
            elif not fits:
                apart += 1
            else:
                rows.append((silence.before.at, _dark_row(vessel, silence, fits, until, places)))
    columns = (
        ("ship", 2.2), ("not heard (UTC)", 2.5), ("for", 0.7), ("heard before", 1.5),
        ("heard again", 1.5), ("time enough for", 1.6),
    )  # fmt: skip
    told = [
        f"While {places.name(port)} was not heard ({stretch(*span)}), {ships(count)} there"
        f" {'was' if count == 1 else 'were'} not heard either: that says nothing of"
        f" {'her' if count == 1 else 'them'}."
        for (port, span), count in sorted(deaf.items())
    ]
    if apart:
        told.append(f"Besides {_silences(apart)} of 12 hours and more with time enough for none.")
    if short:
        told.append(f"Besides {_silences(short)} of 4 to 12 hours, as are usual by satellite.")
    table = grid(columns, [row for _, row in sorted(rows)], empty="None of 12 hours or more.")
    blocks: list[Block] = [table, *([Points(items=tuple(told))] if told else [])]
    return Section(title="Dark: ships that were not heard", blocks=tuple(blocks))


def _silences(count: int) -> str:
    return f"{count} silence{'' if count == 1 else 's'}"


def _end(silence: Silence, until: int) -> int:
    return until if silence.after is None else silence.after.at


def _unheard_port(silence: Silence, ears: Mapping[str, Ear]) -> tuple[str, Interval] | None:
    """The port and the time in which it was not heard, if that is all of a silence there."""
    port, after = silence.before.port, silence.after
    if port is None or after is None or after.port != port or port not in ears:
        return None
    for begin, end in ears[port].deaf:
        if silence.before.at >= begin - SILENCE_US and after.at <= end + SILENCE_US:
            return port, (begin, end)
    return None


def _dark_row(
    vessel: Vessel, silence: Silence, fits: Sequence[Reach], until: int, places: Places
) -> tuple[str, ...]:
    end = _end(silence, until)
    span = stretch(silence.before.at, end)
    if silence.after is None:
        span = f"since {minute(silence.before.at)}"
    return (
        vessel.title, span, lasting(end - silence.before.at), places.of(silence.before),
        "not yet" if silence.after is None else places.of(silence.after),
        listed([port.port.name for port in fits]),
    )  # fmt: skip


def voyages_grid(events: Sequence[Event], places: Places) -> Grid:
    """Voyages with their unseen part."""
    rows = []
    for event in events:
        record = voyage_record(event)
        figures = event.evidence.figures
        unheard = (figures.get("unheard_s") or 0) * 1_000_000
        rows.append(
            (
                f"{event.name or ''} ({event.mmsi:09d})".strip(),
                f"{places.name(record['from'])} to {places.name(record['to'] or 'not known yet')}",
                _bounds(record["departed"]), _bounds(record["arrived"]),
                lasting(unheard) if unheard else _heard_of(record),
                _miles(record, "sailed_least_m"), _needed(record), f"{event.confidence}/4",
            )
        )  # fmt: skip
    columns = (
        ("ship", 2.2), ("from, to", 1.4), ("left (UTC)", 2.2), ("arrived (UTC)", 2.2),
        ("not heard for", 1.0), ("at least", 0.9), ("speed", 1.1), ("sure", 0.75),
    )  # fmt: skip
    return grid(columns, rows, empty="No voyage was told.")


def _heard_of(record: Record) -> str:
    """Of a voyage that goes on, what is not heard of it is not reckoned yet."""
    return "all heard" if record["to"] else "not known yet"


def _bounds(record: dict[str, str | None]) -> str:
    known = {name: None if text is None else from_iso(text) for name, text in record.items()}
    return interval(Span(**known))


def _miles(record: dict[str, float | None], name: str) -> str:
    value = record.get(name)
    return "" if value is None else f"{value / NAUTICAL_MILE_M:.0f} NM"


def _needed(record: dict[str, float | None]) -> str:
    if record["contradiction"]:
        return "no ship is so fast"
    value = digits("needed_kn", record.get("needed_kn"))
    return "" if value is None else f"{value} kn at least"


def odd_section(found: Gathered) -> Section:
    """Positions that no ship could have reached, and what came of them."""
    became = {
        "refused": "refused", "second_ship": "another ship with her number",
        "leapt": "her number leapt there: nothing is concluded",
    }  # fmt: skip
    rows = [
        (
            f"{row['mmsi']:09d}",
            stretch(from_datetime(row["first_at"]), from_datetime(row["last_at"])),
            str(row["fixes"]), somewhere(row["lon"], row["lat"]),
            f"{row['away_m'] / NAUTICAL_MILE_M:.0f} NM", became.get(row["became"], row["became"]),
        )
        for row in found.odd[:MOST_ROWS]
    ]  # fmt: skip
    columns = (
        ("MMSI", 1.0), ("heard (UTC)", 2.4), ("fixes", 0.6), ("where", 1.6),
        ("from where she was", 1.2), ("taken as", 2.6),
    )  # fmt: skip
    blocks: list[Block] = [grid(columns, rows, empty="None.")]
    if len(found.odd) > MOST_ROWS:
        blocks.append(Prose(text=f"And {len(found.odd) - MOST_ROWS} more."))
    return Section(title="Positions that no ship could have reached", blocks=tuple(blocks))


def evidence_section(events: Iterable[Event], places: Places) -> Section:
    """The events that the report rests on."""
    told = [event for event in events if event.kind in WORTH]
    rows = [
        (
            interval(event.span), f"{event.name or ''} ({event.mmsi or 0:09d})".strip(),
            f"{WORTH[event.kind]}{_at(event, places)}{_unless_final(event)}",
            f"{event.confidence}/4",
            event.why, event.id[:8],
        )
        for event in told[-MOST_ROWS:]
    ]  # fmt: skip
    columns = (
        ("when (UTC)", 2.2), ("ship", 2.0), ("what", 1.6), ("sure", 0.75), ("why", 3.6),
        ("event", 1.0),
    )  # fmt: skip
    blocks: list[Block] = [grid(columns, rows, empty="No event was told.")]
    if len(told) > MOST_ROWS:
        blocks.append(Prose(text=f"The last {MOST_ROWS} of {len(told)} events."))
    blocks.append(Points(items=HOW_SURE))
    return Section(title="Evidence", blocks=tuple(blocks))


def _at(event: Event, places: Places) -> str:
    return f", {places.name(event.port)}" if event.port else ""


def _unless_final(event: Event) -> str:
    return "" if event.state.value == "confirmed" else f" ({event.state.value})"
