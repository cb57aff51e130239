"""Ships that declare another draught at the end of a voyage than at its begin.

    she made a voyage, and declares         what is told
    a draught that differs (see             DraughtChanged: she loaded or discharged between the two
    ``draughts.py``), twice, and began      ports, or it was typed wrongly
    to more than TYPED_US after she left
    the same, or nearly                     nothing
    another, since shortly after she left   nothing: that is typed late, of what she loaded there
    nothing, or the voyage contradicts      nothing

Nothing is remembered: a voyage has both draughts, and one that is known better is the same event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from monitor.engine.detect.detector import Detector, Fact, Found, Seen
from monitor.engine.detect.draughts import DIFFERS_M, DIFFERS_SHARE, differs
from monitor.engine.stood import stood_twice
from monitor.model import EventKind, Ship, Span
from monitor.units import HOUR_US, SECOND_US, from_iso, to_iso

TYPED_US = 12 * HOUR_US
"""A draught is typed on the bridge when there is time, often after the pilot has left."""


class Made(NamedTuple):
    """A voyage that was made, and since when its last draught is declared."""

    fact: Fact
    since: int  # us

    @property
    def now(self) -> int:
        """The instant at which this was known."""
        return self.fact.decided_at


class Draughts(Detector[Ship, None, Made]):
    """The detector of draughts that change at sea; it stands below that of voyages."""

    NAME: ClassVar[str] = "draught"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = Ship
    STATE: ClassVar[type[Any]] = type(None)

    def rows(self, seen: Seen, states: Mapping[Ship, None]) -> Iterator[tuple[Ship, Made]]:
        """Voyages that end with another draught than they began with."""
        del states  # nothing is remembered
        for subject, fact in seen.told:
            if not isinstance(fact, Fact) or fact.kind is not EventKind.VOYAGE_MADE:
                continue
            if not isinstance(subject, Ship) or not _differs(fact.figures):
                continue
            at = fact.decided_at
            since, last = seen.stood(subject.mmsi, at).of("draught_m")
            said = seen.said(subject.mmsi, at)[0]
            if said == fact.figures["draught_after_m"] and stood_twice(since, last):
                yield subject, Made(fact, since)

    def step(self, state: None, moment: Made) -> tuple[None, list[Found]]:
        """Tell of a voyage; see Detector."""
        voyage = moment.fact.figures
        sailed, left = _instant(voyage["departed_earliest"]), _instant(voyage["departed_latest"])
        if left is None or moment.since <= left + TYPED_US:
            return state, []
        ends = self.fences.name_of(voyage["from"]), self.fences.name_of(voyage["to"])
        return state, [_changed(moment, sailed, ends)]


def _differs(voyage: dict[str, Any]) -> bool:
    if voyage["contradiction"]:
        return False
    return differs(voyage["draught_before_m"], voyage["draught_after_m"])


def _changed(moment: Made, sailed: int | None, ends: tuple[str, str]) -> Fact:
    fact, voyage = moment.fact, moment.fact.figures
    before, after = voyage["draught_before_m"], voyage["draught_after_m"]
    unheard_h = voyage["unheard_s"] * SECOND_US / HOUR_US
    why = (
        f"She left {ends[0]} with a declared draught of {before:g} m and came to {ends[1]}"
        f" with {after:g} m."
    )
    if unheard_h >= 1:
        why += f" For {unheard_h:.0f} h of the voyage she was not heard."
    names = ("voyage", "from", "to", "draught_before_m", "draught_after_m", "unheard_s")
    return Fact(
        kind=EventKind.DRAUGHT_CHANGED,
        span=Span(earliest=sailed, at=None, latest=moment.since),
        decided_at=fact.decided_at, place=fact.place, fixes=fact.fixes, why=why,
        figures={
            **{name: voyage[name] for name in names}, "first_said": to_iso(moment.since),
            "differs_m": DIFFERS_M, "differs_share": DIFFERS_SHARE,
        },
        key_at=fact.key_at,
    )  # fmt: skip


def _instant(text: str | None) -> int | None:
    return None if text is None else from_iso(text)
