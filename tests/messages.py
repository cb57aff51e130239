"""Draws what officers are told by the rules that ship: ``make docs`` writes it into the pages.

Each rule is met by an event written down by hand; the message is made as a watch makes it.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.alert.lapse import Ended, lapse, notice_of
from monitor.alert.message import Message, Word
from monitor.alert.noise import Noise, Usual, noisy_alert, noisy_message
from monitor.alert.rules import Rule, hits
from monitor.alert.seen import Seen, fence_of
from monitor.alert.story import Mute, take
from monitor.alert.telling import message_of
from monitor.alert.watchlist import Watchlist
from monitor.deliver.body import text_of
from monitor.fencefile import load_fences
from monitor.model import (
    Event,
    EventKind,
    EventState,
    Evidence,
    NamedArea,
    NamedFeed,
    Ship,
    ShipAtPort,
    ShipInArea,
    ShipPair,
    Static,
)
from monitor.rulefile import rules_of
from tests.findings import MMSI, after, span, voyage
from tests.unit.alert.lists import SHIP
from tests.unit.alert.stories import EPISODE, berthed

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "monitor" / "alert" / "MESSAGES.md"
README = PROJECT / "README.md"
SHOWN = "tartus-to-tobruk"
"""The rule whose message stands in the README."""

ZONE = "Europe/Rome"
HEAD = (
    "Drawn from the code by `make docs`: the first message of each rule that ships (`monitor rules"
    f" list`), and what is told besides, with `zone` set to {ZONE}. Ships and events are invented."
)
SAID = Static(mmsi=MMSI, imo=SHIP.imo, callsign="UBEW6", name="SEVERNYY VETER", ship_type=70)


def there(kind: EventKind, why: str, **fields: Any) -> Event:
    """Something at Tartus, shortly after noon."""
    known: dict[str, Any] = {
        "kind": kind, "why": why, "said": SAID, "geofence": "tartus-harbour", "lon": 35.865,
        "lat": 34.907,
    }  # fmt: skip
    return berthed(1, **(known | fields))


def because(**figures: Any) -> Evidence:
    """Evidence with these figures."""
    return Evidence(fixes=(), figures=figures, geofence_hash=None)


def told_of(about: NamedFeed | NamedArea, kind: EventKind, minutes: int, why: str,
            **figures: Any) -> Event:  # fmt: skip
    """A silence of a feed or a port, that began at noon."""
    return berthed(
        1, kind=kind, subject=about, name=None, said=None, geofence=None, lon=None, lat=None,
        span=span(0, 0, minutes), decided_at=after(minutes), why=why, confidence=3,
        evidence=because(since="2024-12-13T12:00:00Z", silence_s=60 * minutes, **figures),
    )  # fmt: skip


def in_area(name: str, **figures: Any) -> Event:
    """A ship enters an area that somebody drew."""
    return there(
        EventKind.AREA_ENTERED, f"2 fixes inside {name}, the one before them outside.",
        subject=ShipInArea(MMSI, 0, "a1b2c3d4e5f60718"), geofence=None, lon=24.05, lat=32.21,
        evidence=because(area=name, owner="ann", shared=True, **figures), confidence=4,
    )  # fmt: skip


def at_sea(kind: EventKind, why: str, **fields: Any) -> Event:
    """Something about a ship, wherever she is; told at noon."""
    return there(kind, why, subject=Ship(MMSI, 0), geofence=None, lon=33.2, lat=34.1, **fields)


def waits(off_nm: float) -> Event:
    """A ship waits off Tartus."""
    return there(
        EventKind.WAIT_BEGUN,
        f"Below 2 kn for 4.0 h, {off_nm:.1f} NM off Tartus, in none of its anchorages and berths,"
        " adrift.",
        geofence=None, lon=35.7, lat=34.9, confidence=4, evidence=because(nearest_nm=off_nm),
    )  # fmt: skip


def together(**fields: Any) -> Event:
    """Two ships lie together at sea."""
    figures = {"since": "2024-12-13T10:00:00Z", "other_name": "BRIG", "other_imo": None}
    return there(
        EventKind.SHIPS_MET, "Within 500 m of each other for 2.0 h, at 0.3 kn by median, away from"
        " all watched ports. The other is BRIG, MMSI 273999411. One of them says to be a tanker:"
        " she may bunker the other.",
        subject=ShipPair(MMSI, 0, MMSI + 1, 0), geofence=None, lon=33.05, lat=33.91, confidence=3,
        span=span(-130, -120, -120), evidence=because(**figures), **fields,
    )  # fmt: skip


EVENTS = {
    "watched-arrives": there(
        EventKind.PORT_ARRIVED, "Stayed within 100 m for 12 min (5 fixes).",
        state=EventState.CONFIRMED, confidence=3,
    ),
    "watched-leaves": there(EventKind.PORT_DEPARTED, "Left the approach.", confidence=4),
    "watched-goes-dark": there(
        EventKind.WENT_DARK_INSIDE, "Not heard for 4 h; others are heard there.", confidence=3,
        span=span(0, 0, 240), decided_at=after(240),
        evidence=because(silence_s=14_400, cause="vessel"),
    ),
    "watched-reappears": there(
        EventKind.REAPPEARED_ELSEWHERE, "Heard again 120 NM away, after 14 h.", confidence=1,
        span=span(0, None, 840), decided_at=after(840), lon=33.2, lat=34.1, geofence=None,
        evidence=because(unheard_s=50_400),
    ),
    "watched-meets": together(said=SAID),
    "watched-in-area": in_area("Gate of Tobruk"),
    "watched-identity": at_sea(
        EventKind.IDENTITY_CHANGED,
        "Her name was SPARTA II, now SEVERNYY VETER; her call sign was UBEW5, now UBEW6.",
        confidence=3, span=span(-40, None, 0),
        evidence=because(changed="name, call sign", old_name="SPARTA II"),
    ),
    "watched-destination": at_sea(
        EventKind.DESTINATION_CHANGED,
        "Under way she declares TO ORDER (for orders), and no more EG PSD (Port Said).",
        confidence=3, span=span(-40, None, 0), evidence=because(new_destination="TO ORDER"),
    ),
    "watched-declared": there(
        EventKind.DECLARED_ELSEWHERE,
        "She arrived here and declared EG PSD (Port Said) before she came and since.",
        subject=ShipAtPort(MMSI, 0, "tobruk"), geofence="tobruk-harbour", lon=23.99, lat=32.075,
        confidence=3,
    ),
    "watched-passes-gate": there(
        EventKind.GATE_CROSSED,
        "Two fixes on either side of Bosphorus, 6 min apart: into the Black Sea.",
        subject=Ship(MMSI, 0), geofence="bosphorus", lon=29.06, lat=41.083, confidence=4,
        evidence=because(gate="bosphorus", direction="in"),
    ),
    "watched-waits": waits(8.1),
    "waits-off-port": replace(waits(8.1), said=None, name=None),
    "area-entered": replace(in_area("Roads of Benghazi", tells=True), said=None, name=None),
    "tartus-to-tobruk": replace(
        voyage(about=Ship(MMSI, 0)), said=SAID, episode=EPISODE, lon=24.0, lat=32.07,
        why="From Tartus to Tobruk; not heard for 5 h, 50 NM of it; she needed 10 kn at least.",
    ),
    "naval-berth": there(
        EventKind.BERTHED, "Stayed within 100 m for 16 min (6 fixes).",
        subject=ShipAtPort(MMSI, 0, "tobruk"), geofence="tobruk-berth-naval", lon=23.99, lat=32.075,
    ),
    "dark-in-port": there(
        EventKind.WENT_DARK_INSIDE, "Not heard for 4 h; others are heard there.", confidence=3,
        span=span(0, 0, 240), decided_at=after(240), said=None, name=None,
        evidence=because(silence_s=14_400, cause="vessel"),
    ),
    "watched-dark-at-sea": there(
        EventKind.WENT_DARK,
        "Not heard for 6 h, last 64 NM off Tartus; before that heard in 12 of 12 hours. With it,"
        " before: destination changed from PORT SAID to FOR ORDERS (9 h before).",
        subject=Ship(MMSI, 0), geofence=None, lon=34.61, lat=34.52, confidence=2,
        span=span(0, None, 120), decided_at=after(360),
        evidence=because(grade="dark", silence_s=21_600, port="tartus"),
    ),
    "feed-down": told_of(
        NamedFeed("harbour"), EventKind.FEED_WENT_DOWN, 15,
        "No line came for 15 min."
        " It was the last to hear Tartus: who comes or leaves there is not seen.",
    ),
    "port-not-heard": told_of(
        NamedArea("tobruk"), EventKind.PORT_FELL_SILENT, 360,
        "No report from within 60 NM came for 6 h. Feed harbour brought the last. Nobody is there,"
        " or nobody is heard: who comes or leaves is not seen.", port="tobruk",
    ),
    "interference": replace(
        told_of(
            NamedArea("33.82N 35.49E 2024-04-04 06:00Z"), EventKind.INTERFERENCE_BEGUN, 40,
            "6 ships leapt to within 15 NM of here, 3 of them within 2 h, from where none can have"
            " come. These positions are not believed: interference, or false positions in their"
            " names.", area="33.82N 35.49E 2024-04-04 06:00Z",
        ),
        lon=35.488, lat=33.821, confidence=3,
    ),
}  # fmt: skip
"""Rule -> an event that meets it."""


def met(name: str) -> tuple[Seen, list[Rule]]:
    """The event of a rule in its context, and the rules that it meets."""
    event, fences = EVENTS[name], load_fences(PROJECT / "geofences")
    lists = {}
    if event.said is not None and name.startswith("watched"):
        at = event.decided_at
        for match in Watchlist([SHIP]).matches(event.said, at, known_at_us=at):
            lists[match.entry.list] = match.why
    seen = Seen(event=event, fence=fence_of(fences, event), lists=lists)
    rules = [
        rule.model_copy(update={"enabled": True}) if rule.name == name else rule
        for rule in rules_of(None)
    ]
    return seen, list(hits(rules, seen))


def message(name: str) -> Message:
    """What is told of a rule's event."""
    seen, rules = met(name)
    change = take(None, seen, rules)
    assert change is not None, f"no rule is met by the event of {name}"
    return message_of(change, seen.event, {rule.name: rule for rule in rules}, ZONE, None)


def mute_over(name: str = "watched-arrives") -> Message:
    """What is told when a mute ends that hid it, and it holds still."""
    seen, rules = met(name)
    mute = Mute(
        id=1, mmsi=MMSI, place=None, rule=None, alert=None, since=after(-60), until=after(300)
    )  # fmt: skip
    hidden = take(None, seen, rules, [mute])
    assert hidden is not None
    ended = Ended(mute=mute, at=mute.until, by=None, reason="She is being towed in.", author="ann")
    lapsed = lapse(hidden.alert, ended, [seen.event], [], mute.until)
    assert lapsed is not None
    by_name = {rule.name: rule for rule in rules}
    told = notice_of(lapsed, hidden.alert, ended, [seen.event], by_name, ZONE, mute.until)
    return replace(told, word=Word.RAISED)  # as to who was told nothing of it before


def block(name: str) -> str:
    """It, as it stands on a page."""
    return shown(message(name))


def shown(told: Message) -> str:
    """A message, as it stands on a page."""
    return f"```text\n{text_of(told)}```"


def noisy(name: str = "naval-berth") -> Message:
    """What is told of a rule that raises far more than it was tested to."""
    (rule,) = (one for one in rules_of(None) if one.name == name)
    noise = Noise(since=after(240), at=after(240))
    alert = noisy_alert(rule, noise, 7, Usual(tested=1.3, most=rule.max_per_day))
    return noisy_message(alert, rule, noise, ZONE)


OTHERS = (
    (
        "A mute ended, and what it hid holds still",
        "Told once, of each alert that is open; where its episode is over, nobody is told.",
        mute_over,
    ),
    (
        "A rule is noisy",
        "Told once a day of a rule that raises five times as much as when it was tested.",
        noisy,
    ),
)
"""What is told besides: title, when that is, and the message."""


def page() -> str:
    """The page with the message of each rule that ships."""
    parts = ["# What officers are told", HEAD]
    for rule in rules_of(None):
        parts += [f"## {rule.title}", f"`{rule.name}`: {rule.sentence}", block(rule.name)]
    for title, words, told in OTHERS:
        parts += [f"## {title}", words, shown(told())]
    return "\n\n".join(parts) + "\n"


def readme(text: str) -> str:
    """The README with the message of one of them."""
    begin, end = "<!-- message -->\n", "\n<!-- /message -->"
    head, found, rest = text.partition(begin)
    if not found or end not in rest:
        message = f"{README} has no place for a message: write {begin!r} and {end!r}"
        raise ValueError(message)
    return f"{head}{begin}{block(SHOWN)}{end}{rest.partition(end)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    README.write_text(readme(README.read_text("utf-8")), "utf-8")
    sys.stdout.write(f"{PAGE.relative_to(PROJECT)}\n{README.relative_to(PROJECT)}\n")
