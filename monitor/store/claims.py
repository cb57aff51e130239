"""Who vessels say they are, and when they last said it: which reports tell something new.

A static report comes every six minutes and says the same for months. Only news is written: a new
claim, a change of the vessel's present identity, and once an hour that a claim still stands. The
rule looks at reports one by one, so it does not depend on how batches were cut, and only at what is
written, so it does not depend on restarts.

An older log may be read after a newer one: it tells since when a claim was made, and what no newer
report has told, but does not give a vessel back a name that she no longer has. Where it matters
that a report is older than others that were read (two receivers are seconds apart), or that it says
something else at the same instant (two vessels use one number), it is said: such a vessel is taken
again in order of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple

from monitor.engine.said_kept import contradicts, digest_of
from monitor.model import Static, StaticReport
from monitor.units import HOUR_US, NO_TIME, from_datetime, to_datetime

STANDS_US = HOUR_US
"""``identity.last_at`` is true to this."""

PRESENT = ("name", "callsign", "imo", "ship_type", "to_bow_m", "to_stern_m", "to_port_m",
           "to_starboard_m")  # fmt: skip
"""Fields of table ``vessel``: the newest claim of each."""

_fields = attrgetter(*PRESENT)
_besides = attrgetter("draught_m", "destination", "eta")


class _Newest(NamedTuple):
    """The last of all claims of a vessel."""

    static: Static
    first: int  # us; from then on
    next_at: int  # us; until then it is no news
    digest: bytes


@dataclass(slots=True)
class _Present:
    """Who a vessel is by now."""

    fields: list[Any] = field(default_factory=lambda: [None] * len(PRESENT))
    since: int = NO_TIME  # us; ``vessel.identified_at``
    heard: int = NO_TIME  # us; the newest report that was read, by this process

    def learn(self, said: tuple[Any, ...], *, old: bool) -> tuple[bool, bool]:
        """Note what a report says: whether that changes anything, and whether it agrees.

        ``old``: a newer report was noted, so only what is not known yet is learned.
        """
        was = self.fields
        newest = [a if b is None else b for a, b in zip(was, said, strict=True)]
        agrees = newest == was
        if old and not agrees:
            newest = [b if a is None else a for a, b in zip(was, said, strict=True)]
        self.fields = newest
        return newest != was, agrees


class Claims:
    """What the store holds of identities."""

    def __init__(self) -> None:
        """It holds nothing."""
        self._stands: dict[tuple[int, bytes], tuple[int, int]] = {}  # as noted: first, last
        self._noted: dict[int, int] = {}  # the last of all that is written of a vessel
        self._present: dict[int, _Present] = {}
        self.unsure: set[int] = set()  # vessels of which it matters that reports were not in order
        self._newest: dict[int, _Newest] = {}

    def restore(
        self, claims: Iterable[Mapping[str, Any]], vessels: Iterable[Mapping[str, Any]]
    ) -> None:
        """Learn what the store holds."""
        for row in claims:
            stands = from_datetime(row["first_at"]), from_datetime(row["last_at"])
            self._note(row["mmsi"], row["digest"], *stands)
        for row in vessels:
            since = NO_TIME if row["identified_at"] is None else from_datetime(row["identified_at"])
            self._present[row["mmsi"]] = _Present([row[name] for name in PRESENT], since)
            self._noted[row["mmsi"]] = max(since, self._noted.get(row["mmsi"], since))

    def news(
        self, statics: list[StaticReport]
    ) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Rows for ``staged_identity`` and for ``staged_who``."""
        claims: list[tuple[Any, ...]] = []
        changed: set[int] = set()
        for report in statics:
            static, at = report.static, report.at
            mmsi, known = static.mmsi, self._newest.get(static.mmsi)
            if known is not None and (known.static is not static or at < known.first):
                known = None
            if known is not None and at < known.next_at:
                self._heard(mmsi, at, agrees=True)
                continue  # the same words as the last time, and lately
            noted = max(at, self._noted.get(mmsi, at))
            if known is not None:
                digest = known.digest
                self._heard(mmsi, at, agrees=True)
            else:
                digest = digest_of(static)
                present, said = self._present.setdefault(mmsi, _Present()), _fields(static)
                last = max(present.heard, self._noted.get(mmsi, NO_TIME))
                if at == last and contradicts(present.fields, said):
                    self.unsure.add(mmsi)
                changes, agrees = present.learn(said, old=at < noted)
                self._heard(mmsi, at, agrees=agrees)
                if changes:
                    changed.add(mmsi)
                    present.since = self._noted[mmsi] = noted
            first, last = self._stands.get((mmsi, digest), (at, NO_TIME))
            if at < first or last == NO_TIME or at >= last + STANDS_US:
                first, last = min(first, at), max(last, at)
                self._note(mmsi, digest, first, last)
                heard = to_datetime(at)
                claims.append((mmsi, digest, *_fields(static), *_besides(static), heard, heard))
            if at == noted:  # an old one may say something new when it is said again
                self._newest[mmsi] = _Newest(static, first, last + STANDS_US, digest)
        who = ((mmsi, self._present[mmsi]) for mmsi in sorted(changed))
        return claims, [(mmsi, *one.fields, to_datetime(one.since)) for mmsi, one in who]

    def _heard(self, mmsi: int, at: int, *, agrees: bool) -> None:
        """A report was read: see whether it came too late to say who she is, or since when.

        One that agrees with what newer ones say matters only if it is older than they.
        """
        present = self._present[mmsi]
        if at >= present.heard and at >= self._noted.get(mmsi, at):
            present.heard = at
        elif at < present.since or not agrees:
            self.unsure.add(mmsi)

    def let_go(self, vessels: set[int]) -> None:
        """Forget what the store holds of these; ``restore`` learns it again."""
        self._stands = {key: at for key, at in self._stands.items() if key[0] not in vessels}
        for mmsi in vessels:
            self._noted.pop(mmsi, None)
            self._present.pop(mmsi, None)
            self._newest.pop(mmsi, None)

    def adopt(self, other: Claims, vessels: set[int]) -> None:
        """Hold of these vessels what another holds, and nothing else."""
        for key in [key for key in self._stands if key[0] in vessels]:
            del self._stands[key]
        self._stands |= {k: v for k, v in other._stands.items() if k[0] in vessels}
        held: tuple[tuple[dict[int, Any], dict[int, Any]], ...] = (
            (self._noted, other._noted), (self._present, other._present),
            (self._newest, other._newest),
        )  # fmt: skip
        for mine, theirs in held:
            for mmsi in vessels:
                mine.pop(mmsi, None)
                if mmsi in theirs:
                    mine[mmsi] = theirs[mmsi]

    def _note(self, mmsi: int, digest: bytes, first: int, last: int) -> None:
        self._stands[mmsi, digest] = first, last
        self._noted[mmsi] = max(last, self._noted.get(mmsi, last))
