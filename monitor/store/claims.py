"""Who vessels say they are, and when they last said it: which reports tell something new.

A static report comes every six minutes and says the same for months. Only news is written: a new
claim, a change of the vessel's present identity, and once an hour that a claim still stands. The
rule looks at reports one by one, so it does not depend on how batches were cut.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from functools import lru_cache
from typing import Any

from monitor.model import Static, StaticReport
from monitor.units import HOUR_US, from_datetime, to_datetime

STANDS_US = HOUR_US
"""``identity.last_at`` is true to this."""

PRESENT = ("name", "callsign", "imo", "ship_type", "to_bow_m", "to_stern_m", "to_port_m",
           "to_starboard_m")  # fmt: skip
"""Fields of table ``vessel``: the newest claim of each."""


@lru_cache(maxsize=65_536)
def digest_of(static: Static) -> bytes:
    """What tells one claim from another: all that it says."""
    return hashlib.sha256(json.dumps(astuple(static)).encode()).digest()[:16]


class Claims:
    """What the store holds of identities."""

    def __init__(self) -> None:
        """It holds nothing."""
        self._last: dict[tuple[int, bytes], int] = {}
        self._present: dict[int, list[Any]] = {}
        self._newest: dict[int, tuple[Static, int]] = {}  # and when to note it again

    def restore(
        self, claims: Iterable[Mapping[str, Any]], vessels: Iterable[Mapping[str, Any]]
    ) -> None:
        """Learn what the store holds."""
        for row in claims:
            self._last[row["mmsi"], row["digest"]] = from_datetime(row["last_at"])
        for row in vessels:
            self._present[row["mmsi"]] = [row[name] for name in PRESENT]

    def news(
        self, statics: list[StaticReport]
    ) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Rows for ``staged_identity`` and for ``staged_who``."""
        claims: list[tuple[Any, ...]] = []
        changed: dict[int, Any] = {}
        for report in statics:
            static = report.static
            known = self._newest.get(static.mmsi)
            if known is not None and known[0] is static and report.at < known[1]:
                continue  # the same words as the last time, and lately
            key = static.mmsi, digest_of(static)
            last = self._last.get(key)
            if last is None or report.at >= last + STANDS_US:
                self._last[key] = last = report.at
                at = to_datetime(report.at)
                claims.append(
                    (
                        static.mmsi, key[1], *self._fields(static), static.draught_m,
                        static.destination, static.eta, at, at,
                    )
                )  # fmt: skip
            if self._learn(static):
                changed[static.mmsi] = to_datetime(report.at)
            self._newest[static.mmsi] = (static, last + STANDS_US)
        return claims, [(mmsi, *self._present[mmsi], at) for mmsi, at in sorted(changed.items())]

    def _learn(self, static: Static) -> bool:
        """Note each field that the report has; True if that changes who the vessel is."""
        fields = self._fields(static)
        known = self._present.setdefault(static.mmsi, [None] * len(PRESENT))
        merged = [old if new is None else new for old, new in zip(known, fields, strict=True)]
        self._present[static.mmsi] = merged
        return merged != known

    @staticmethod
    def _fields(static: Static) -> list[Any]:
        return [getattr(static, name) for name in PRESENT]
