"""Who vessels say they are, and when they last said it: which reports tell something new.

A static report comes every six minutes and says the same for months. Only news is written: a new
claim, a change of the vessel's present identity, and once an hour that a claim still stands. The
rule looks at reports one by one, so it does not depend on how batches were cut.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from monitor.keep import plain
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
    return hashlib.sha256(json.dumps(plain(static)).encode()).digest()[:16]


class Claims:
    """What the store holds of identities."""

    def __init__(self) -> None:
        """It holds nothing."""
        self._last: dict[tuple[int, bytes], int] = {}
        self._present: dict[int, list[Any]] = {}
        self._newest: dict[int, Static] = {}

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
        """Rows for ``upsert_identity`` and for ``upsert_vessel``."""
        claims: list[tuple[Any, ...]] = []
        changed: dict[int, Any] = {}
        for report in statics:
            static = report.static
            key = static.mmsi, digest_of(static)
            last = self._last.get(key)
            if last is None or report.at >= last + STANDS_US:
                self._last[key] = report.at
                at = to_datetime(report.at)
                claims.append(
                    (
                        static.mmsi, key[1], *self._fields(static), static.draught_m,
                        static.destination, static.eta, at, at,
                    )
                )  # fmt: skip
            if self._newest.get(static.mmsi) is not static:
                self._newest[static.mmsi] = static
                if self._learn(static):
                    changed[static.mmsi] = to_datetime(report.at)
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
