"""Who vessels say they are, and when they last said it: which reports tell something new.

A static report comes every six minutes and says the same for months. Only news is written: a new
claim, a change of the vessel's present identity, and once an hour that a claim still stands. The
rule looks at reports one by one, so it does not depend on how batches were cut, and only at what is
written, so it does not depend on restarts.

An older log may be read after a newer one: it tells since when a claim was made, and what no newer
report has told, but does not give a vessel back a name that she no longer has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from monitor.model import Static, StaticReport
from monitor.units import HOUR_US, NO_TIME, from_datetime, to_datetime

STANDS_US = HOUR_US
"""``identity.last_at`` is true to this."""

PRESENT = ("name", "callsign", "imo", "ship_type", "to_bow_m", "to_stern_m", "to_port_m",
           "to_starboard_m")  # fmt: skip
"""Fields of table ``vessel``: the newest claim of each."""

_fields = attrgetter(*PRESENT)
_besides = attrgetter("draught_m", "destination", "eta")


@lru_cache(maxsize=65_536)
def digest_of(static: Static) -> bytes:
    """What tells one claim from another: all that it says."""
    return hashlib.sha256(json.dumps(astuple(static)).encode()).digest()[:16]


class _Newest(NamedTuple):
    """The last of all claims of a vessel."""

    static: Static
    first: int  # us; from then on
    next_at: int  # us; until then it is no news
    digest: bytes


class Claims:
    """What the store holds of identities."""

    def __init__(self) -> None:
        """It holds nothing."""
        self._stands: dict[tuple[int, bytes], tuple[int, int]] = {}  # as noted: first, last
        self._noted: dict[int, int] = {}  # the last of all claims of a vessel
        self._present: dict[int, list[Any]] = {}
        self.unsure: set[int] = set()  # vessels whose claims did not come in order of time
        self._newest: dict[int, _Newest] = {}

    def restore(
        self, claims: Iterable[Mapping[str, Any]], vessels: Iterable[Mapping[str, Any]]
    ) -> None:
        """Learn what the store holds."""
        for row in claims:
            stands = from_datetime(row["first_at"]), from_datetime(row["last_at"])
            self._note(row["mmsi"], row["digest"], *stands)
        for row in vessels:
            self._present[row["mmsi"]] = [row[name] for name in PRESENT]

    def news(
        self, statics: list[StaticReport]
    ) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Rows for ``staged_identity`` and for ``staged_who``."""
        claims: list[tuple[Any, ...]] = []
        changed: dict[int, Any] = {}
        for report in statics:
            static, at = report.static, report.at
            mmsi, known = static.mmsi, self._newest.get(static.mmsi)
            if known is not None and (known.static is not static or at < known.first):
                known = None
            if known is not None and at < known.next_at:
                continue  # the same words as the last time, and lately
            noted = max(at, self._noted.get(mmsi, at))
            if at < noted:
                self.unsure.add(mmsi)
            if known is not None:
                digest = known.digest
            else:
                digest = digest_of(static)
                if self._learn(static, old=at < noted):
                    changed[mmsi] = to_datetime(noted)
            first, last = self._stands.get((mmsi, digest), (at, NO_TIME))
            if at < first or last == NO_TIME or at >= last + STANDS_US:
                first, last = min(first, at), max(last, at)
                self._note(mmsi, digest, first, last)
                heard = to_datetime(at)
                claims.append((mmsi, digest, *_fields(static), *_besides(static), heard, heard))
            if at == noted:  # an old one may say something new when it is said again
                self._newest[mmsi] = _Newest(static, first, last + STANDS_US, digest)
        return claims, [(mmsi, *self._present[mmsi], at) for mmsi, at in sorted(changed.items())]

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

    def _learn(self, static: Static, *, old: bool) -> bool:
        """Note each field that the report has; True if that changes who the vessel is.

        ``old``: a newer report was noted, so only what is not known yet is learned.
        """
        fields = _fields(static)
        known = self._present.setdefault(static.mmsi, [None] * len(PRESENT))
        merged = [
            was if new is None or (old and was is not None) else new
            for was, new in zip(known, fields, strict=True)
        ]
        self._present[static.mmsi] = merged
        return merged != known
