"""Who ships say they are, and when that changes, comes and goes, or cannot be true.

    what she says                               what is told
    another name, call sign, IMO number, kind   IdentityChanged, when it was said twice: the change
    or size than before, and no other since     lies between the last report of the old and the
                                                first of the new
    the old again, and the new again, in days   IdentityFlapped, once; then nothing of these until
                                                she says one thing for KEEP_US
    an IMO number whose last digit does not     IdentityDoubted, when it was said twice
    follow from the others
    anything, under a number with digits that   IdentityDoubted, when she said something twice
    no country was given

What counts as another: of names and call signs the letters and digits, of kinds of ships the tens
(cargo, and cargo with hazard, are one), of sizes more than sets round off. What was said once is a
slip (see ``turns.py``). All is by number: two ships that use one flap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from monitor.engine.detect.detector import Detector, Fact, Found, Seen, ordered
from monitor.engine.detect.vessel.heard import Word, words_of
from monitor.engine.detect.vessel.turns import Turn, Turns, first_turn
from monitor.engine.identity import News
from monitor.engine.stood import AGAIN_US, SIZE
from monitor.model import EventKind, Fix, Ship, Span, Static
from monitor.units import MINUTE_US, NO_TIME, to_iso
from monitor.words import flag_of, imo_holds, mid_of, ship_type_text

LENGTH_M, BEAM_M = 5, 3
"""Sizes that differ by more are two: each is the sum of two that are rounded to a metre, and typed
by hand (ITU-R M.1371-5 figure 41); no ship is lengthened by less."""

AIS_NAME = 20
"""Letters of a name that AIS carries (ITU-R M.1371-5 table 52): other sources say longer ones."""

BACK = 2
"""Values that came back: then both are meant. One that comes back was left for a slip."""

FIELDS = ("name", "callsign", "imo", "ship_type", "size")
"""What is looked at, in the order in which it is told."""

WORDS = {
    "name": "name", "callsign": "call sign", "imo": "IMO number", "ship_type": "kind",
    "size": "size",
}  # fmt: skip

MID = "mid"
"""Under which it is remembered that no country has her digits."""


@dataclass(slots=True)
class Claimed:
    """What a ship says of herself while some of it is new."""

    fields: dict[str, Turns] = field(default_factory=dict)
    fix: Fix | None = None  # where she was heard last, since something is new, while it matters

    @property
    def is_open(self) -> bool:
        """Whether something is new that may stand yet."""
        return any(not one.now.stands and not one.flaps for one in self.fields.values())


class Identities(Detector[Ship, Claimed, Word]):
    """The detector of identities: what ships say they are, by their numbers."""

    NAME: ClassVar[str] = "identity"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = Ship
    STATE: ClassVar[type[Any]] = Claimed

    def rows(self, seen: Seen, states: Mapping[Ship, Claimed]) -> Iterator[tuple[Ship, Word]]:
        """What ships say of which something is new, and their fixes meanwhile."""
        open_ = {ship for ship, claimed in states.items() if claimed.is_open}
        yield from words_of(seen, _is_new, states, open_)

    def step(self, state: Claimed | None, moment: Word) -> tuple[Claimed | None, list[Found]]:
        """Take what comes next; see Detector."""
        told: list[Found] = []
        if moment.news is not None:
            state, told = _said(state or Claimed(), moment.news)
        elif state is not None and state.is_open:
            state.fix = moment.fix
        if state is not None and not state.is_open:
            state.fix = None
        return state, told

    def deadline(self, state: Claimed) -> int | None:
        """When something of it was said for so long that it is known."""
        return min((turns.ends_at for turns in state.fields.values()), default=None)

    def wake(self, key: Ship, state: Claimed, at: int) -> tuple[Claimed | None, list[Found]]:
        """Forget that; see Detector."""
        del key
        state.fields = {name: one for name, one in state.fields.items() if one.ends_at > at}
        return (state if state.fields else None), []


def value_of(name: str, static: Static, before: Static | None = None) -> str | None:
    """What a ship says of one of FIELDS; None: nothing.

    Sides of her that she does not say are those that she said ``before``.
    """
    if name == "size":
        sides = [getattr(static, side) for side in SIZE]
        if before is not None and sides != [None] * len(SIZE):
            said = [getattr(before, side) for side in SIZE]
            sides = [was if now is None else now for now, was in zip(sides, said, strict=True)]
        known = [side or 0 for side in sides]
        length, beam = known[0] + known[1], known[2] + known[3]
        return f"{length} x {beam} m" if length and beam else None
    said = getattr(static, name)
    return None if said is None else " ".join(str(said).split()) or None


def same(name: str, one: str, other: str) -> bool:
    """Whether two values of one of FIELDS mean one thing."""
    if one == other:
        return True
    if name in {"name", "callsign"}:
        return _letters(one[:AIS_NAME]) == _letters(other[:AIS_NAME])
    if name == "ship_type":
        first, second = ship_type_text(int(one)), ship_type_text(int(other))
        return first is not None and second is not None and _kind(first) == _kind(second)
    if name == "size":
        (long, wide), (length, beam) = _metres(one), _metres(other)
        return abs(long - length) <= LENGTH_M and abs(wide - beam) <= BEAM_M
    return False


def shown(name: str, value: str) -> str:
    """A value of one of FIELDS as people read it."""
    return ship_type_text(int(value)) or f"type {value}" if name == "ship_type" else value


def _letters(text: str) -> str:
    return "".join(mark for mark in text.upper() if mark.isalnum())


def _kind(words: str) -> str:
    return words.partition(",")[0]


def _metres(size: str) -> tuple[int, int]:
    length, _, beam, _ = size.split()
    return int(length), int(beam)


def _is_new(news: News) -> bool:
    """Whether what she says may have to be told."""
    static, before = news.report.static, news.before
    if before == Static(mmsi=before.mmsi) and flag_of(before.mmsi) is None:
        return True
    if static.imo is not None and static.imo != before.imo and not imo_holds(static.imo):
        return True
    for name in FIELDS:
        was, now = value_of(name, before), value_of(name, static, before)
        if was is not None and now is not None and not same(name, was, now):
            return True
    return False


def _said(state: Claimed, news: News) -> tuple[Claimed | None, list[Found]]:
    at, static, before = news.now, news.report.static, news.before
    if before == Static(mmsi=before.mmsi) and flag_of(before.mmsi) is None:
        state.fields[MID] = Turns([Turn(str(mid_of(before.mmsi)), at, at, stands=False)])
    changed: list[tuple[str, Turn, Turn]] = []
    doubted: list[tuple[str, Turn]] = []
    flapping: list[str] = []
    for name in (*FIELDS, MID):
        value = str(mid_of(static.mmsi)) if name == MID else value_of(name, static, before)
        turns = None if value is None else _turns(state, name, value, news)
        if value is None or turns is None:
            continue

        def is_same(one: str, other: str, name: str = name) -> bool:
            return same(name, one, other)

        if turns.say(value, at, is_same):
            old, now = turns.held, turns.now
            known = [one.value for one in turns.turns if one.stands and one is not now]
            if name == MID or (name == "imo" and not imo_holds(int(value)) and value not in known):
                doubted.append((name, now))
            if old is not None and not is_same(old.value, value) and not turns.flaps:
                changed.append((name, old, now))
        if not turns.flaps and turns.back(is_same) >= BACK:
            if not any(one.flaps for one in state.fields.values()) or flapping:
                flapping.append(name)
            turns.flaps = True
        if turns.now.stands and len(turns.turns) == 1:
            del state.fields[name]  # it is what she says, and nothing else is remembered
    told: list[Found] = [
        _changed([one for one in changed if one[2].first == first], state, at)
        for first in sorted({now.first for _, _, now in changed})
    ]
    if flapping:
        told.append(_flapped(flapping, state, at))
    told += [_doubted(name, turn, state, at) for name, turn in doubted]
    return (state if state.fields else None), told


def _turns(state: Claimed, name: str, value: str, news: News) -> Turns | None:
    """What is remembered of a field, from now on if it must be; None: nothing."""
    known = state.fields.get(name)
    if known is not None or name == MID:
        return known
    was, at = value_of(name, news.before), news.now
    if was is None:
        if name != "imo" or imo_holds(int(value)):
            return None
        state.fields[name] = Turns([Turn(value, at, at, stands=False)])
    elif same(name, was, value):
        return None
    else:
        state.fields[name] = first_turn(was, *news.stood.of(name))
    return state.fields[name]


def _changed(changes: list[tuple[str, Turn, Turn]], state: Claimed, at: int) -> Fact:
    """What changed with one report."""
    first = changes[0][2].first
    lasts = [old.last for _, old, _ in changes]
    figures: dict[str, Any] = {"changed": ", ".join(WORDS[name] for name, _, _ in changes)}
    said = []
    for name, old, new in changes:
        figures |= {
            f"old_{name}": old.value, f"new_{name}": new.value,
            f"old_{name}_since": _iso(old.first), f"old_{name}_last": _iso(old.last),
        }  # fmt: skip
        said.append(f"her {WORDS[name]} was {shown(name, old.value)}, now {shown(name, new.value)}")
    if any(name == "imo" and not imo_holds(int(new.value)) for name, _, new in changes):
        figures["imo_holds"] = False
    why = "; ".join(said)
    return _fact(
        EventKind.IDENTITY_CHANGED, state, at,
        span=Span(earliest=None if NO_TIME in lasts else min(lasts), at=None, latest=first),
        key_at=first + FIELDS.index(changes[0][0]), why=f"{why[0].upper()}{why[1:]}.",
        figures=figures | {"first_said": to_iso(first)},
    )  # fmt: skip


def _flapped(names: list[str], state: Claimed, at: int) -> Fact:
    begins, figures, said = [], {}, []
    for name in names:
        turns = state.fields[name]

        def is_same(one: str, other: str, name: str = name) -> bool:
            return same(name, one, other)

        values = [shown(name, value) for value in turns.values(is_same)]
        begins.append(turns.turns[1].first)
        figures[f"{name}_said"] = values
        said.append(f"{WORDS[name]} {' and '.join(values)}")
    return _fact(
        EventKind.IDENTITY_FLAPPED, state, at,
        span=Span(earliest=min(begins), at=None, latest=at), key_at=at,
        why=f"By turns she says {'; '.join(said)}: two ships use her number, or a set is switched.",
        figures={"changed": ", ".join(WORDS[name] for name in names), **figures},
    )  # fmt: skip


def _doubted(name: str, turn: Turn, state: Claimed, at: int) -> Fact:
    figures: dict[str, Any] = {"doubt": "number", "mid": int(turn.value)}
    why = f"Her number begins with {turn.value}, which no country was given."
    if name == "imo":
        figures = {"doubt": "IMO number", "imo": int(turn.value)}
        why = f"{turn.value} is no IMO number: its last digit does not follow from the others."
    return _fact(
        EventKind.IDENTITY_DOUBTED, state, at,
        span=Span(earliest=turn.first, at=turn.first, latest=turn.first),
        key_at=turn.first + (name == "imo"), why=why,
        figures=figures | {"first_said": to_iso(turn.first)},
    )  # fmt: skip


def _fact(
    kind: EventKind, state: Claimed, at: int, *, span: Span, key_at: int, why: str,
    figures: dict[str, Any],
) -> Fact:  # fmt: skip
    again_min = AGAIN_US // MINUTE_US
    return Fact(
        kind=kind, span=span, decided_at=at, place=state.fix, fixes=ordered(state.fix), why=why,
        figures={**figures, "again_min": again_min}, key_at=key_at,
    )  # fmt: skip


def _iso(at: int) -> str | None:
    return None if at == NO_TIME else to_iso(at)
