"""What a line of a live feed says, in a few words for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from monitor.decode.forms import form_of, make_decoder
from monitor.model import Lines, Refusal, Reports, Static
from monitor.words import position

REFUSED: dict[str, str] = {
    Refusal.NOT_AIS: "no AIS message",
    Refusal.GARBLED: "cannot be read",
    Refusal.BAD_CHECKSUM: "its checksum is wrong",
    Refusal.EMPTY_PAYLOAD: "it holds nothing",
    Refusal.UNDECODABLE: "it is too short, or not of its type",
    Refusal.UNKNOWN_TYPE: "there is no such type of message",
    Refusal.PART_MISSING: "a part of an earlier message never came",
    Refusal.PART_REPEATED: "a part came twice",
    Refusal.CLOCK_NONSENSE: "its time is far off",
}
"""Words for why a line is not understood; other reasons stand for themselves."""

OTHERS = {
    "aton": "aid to navigation", "base_station": "base station", "binary": "binary message",
    "other": "message between stations", "safety": "safety message", "sar_aircraft": "aircraft",
}  # fmt: skip
"""Words for messages that are counted and not used."""

_PART = re.compile(rb"[!$]..VD[MO],([2-9]),(\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one line said."""

    words: str
    good: int = 0  # messages that could be read
    bad: int = 0  # messages that could not


class Listener:
    """Reads the lines of one feed, one at a time, as a watch would."""

    def __init__(self, form: str, feed: str) -> None:
        """Begin with the first line of a feed whose lines have this form."""
        self._decoder = make_decoder(form_of(form))
        self._feed = feed
        self._names: dict[int, str] = {}

    def hear(self, line: bytes, received_at: int) -> Heard:
        """Read a whole line that was received at an instant, us."""
        stamps = np.array([received_at], dtype=np.int64)
        reports = self._decoder.decode(
            Lines(data=line + b"\n", source=self._feed, received_at=stamps)
        )
        return self._told(line, reports)

    def _told(self, line: bytes, reports: Reports) -> Heard:
        reasons = {reason: count for (_, reason), count in reports.refusals.items()}
        others = reasons.pop(Refusal.NOT_AIS.value, 0)
        bad = sum(reasons.values())
        kinds = {kind: count for (_, kind), count in reports.kinds.items()}
        good = max(0, sum(kinds.values()) - reasons.get(Refusal.UNDECODABLE.value, 0))
        for report in reports.statics:
            if report.static.name:
                self._names[report.static.mmsi] = report.static.name
        words = [self._position(row) for row in reports.positions]
        told = {int(row["mmsi"]) for row in reports.positions}
        words += [_static(report.static, told) for report in reports.statics]
        if not words and good:
            words = [OTHERS.get(kind, f"{kind} without content") for kind in kinds]
        words += [REFUSED.get(reason, reason) for reason in reasons]
        if not words:
            part = _PART.search(line)
            words = [f"part {int(part[2])} of {int(part[1])} of a message"] if part else []
        if not words:
            words = [REFUSED[Refusal.NOT_AIS] if others else "no message"]
        more = f"; and {len(words) - 2} more" if len(words) > 3 else ""
        shown = words[:2] if more else words
        return Heard(words="; ".join(shown) + more, good=good, bad=bad)

    def _position(self, row: Any) -> str:
        mmsi, type_ = int(row["mmsi"]), int(row["type"])
        of_type = f" (type {type_})" if type_ else ""
        name = self._names.get(mmsi)
        who = f"MMSI {mmsi:09d}" + (f" {name}" if name else "")
        speed = float(row["sog_kn"])
        moving = "" if np.isnan(speed) else f", {speed:.1f} kn"
        return f"position{of_type}: {who}, {position(row['lon'], row['lat'])}{moving}"


def _static(static: Static, told: set[int]) -> str:
    """Who she is; number and name are left out where they were told with her position."""
    known = static.mmsi in told
    named = (
        ("MMSI ", None if known else f"{static.mmsi:09d}"), ("", None if known else static.name),
        ("IMO ", static.imo), ("call sign ", static.callsign), ("bound for ", static.destination),
    )  # fmt: skip
    words = ", ".join(f"{title}{value}" for title, value in named if value)
    return f"static: {words or 'nothing more'}"


def shortened(text: str, width: int) -> str:
    """At most ``width`` letters of a text."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"
