"""What must change in the store when ships were taken again: all rows, without a database in sight.

What was told before and holds is left as it is, whenever it was decided. What changed is told
again, what no longer holds is withdrawn, and each of them bears a sentence that says why.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from monitor.engine.again import Again
from monitor.engine.detect.evidence import shows_what_is_stored
from monitor.engine.geofence import FenceSet
from monitor.model import Amended, Event, EventState, PortCall, Refusals, Revised
from monitor.store.batch import disbelieved_rows
from monitor.store.claims import Claims
from monitor.store.findings import call_row, candidate_row, event_row, revised_row
from monitor.store.history import History
from monitor.store.off_track import changed_within, off_track_rows
from monitor.store.positions import days_of, months_of, stored_of
from monitor.units import MINUTE_US, to_datetime, to_iso

SAME = ("lon", "lat", "received_at", "line", "source")
"""What tells a fix of an instant from another of that instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """What came late of a ship."""

    count: int  # reports; 0: none, she is taken again for another reason
    first_at: int  # us
    last_at: int  # us
    after: int  # us; what had passed when the last of them came; 0: nothing
    last: int = 0  # number of the last
    why: str = "More became known of her, or of what was heard there."  # the other reason

    @property
    def words(self) -> str:
        """A sentence."""
        if not self.count:
            return self.why
        at = f"of {_minute(self.first_at)}"
        if self.count > 1 and _minute(self.last_at) != _minute(self.first_at):
            at = f"of {_minute(self.first_at)} to {_minute(self.last_at)}"
        reports = "A report" if self.count == 1 else f"{self.count:,} reports"
        if self.after <= self.last_at:  # the watch had not come so far
            return f"{reports} {at} came in beside the watch."
        return f"{reports} {at} came in only after {_minute(self.after)}."


@dataclass(slots=True, kw_only=True)
class Change:
    """A finding that is added, amended or withdrawn."""

    word: Amended
    finding: Event | PortCall
    before: Event | PortCall | None


@dataclass(slots=True)
class Rewritten:
    """Rows of findings that changed."""

    events: list[tuple[Any, ...]] = field(default_factory=list)
    withdrawn: list[tuple[Any, ...]] = field(default_factory=list)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    calls_gone: list[tuple[str]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Amendment:
    """One transaction's worth, but for the engine's own state."""

    ships: list[int]
    passed: int  # us; what is later was not taken
    last_late: int
    gone: tuple[list[int], list[Any]]  # MMSIs and instants of positions to be deleted
    months: list[tuple[int, bytes]]  # (an instant in the month, COPY rows) of positions
    days: set[date]  # of positions that are deleted or written, UTC
    disbelieved: bytes
    rewritten: Rewritten
    candidates: list[tuple[Any, ...]]
    off_track: list[tuple[Any, ...]]  # none where nothing of it changed
    off_track_changed: tuple[int, int] | None  # us; first and last change; None: it is the same
    refusals: list[tuple[str, str, int]]
    identities: list[tuple[Any, ...]]
    who: list[tuple[Any, ...]]
    claims: Claims
    changes: list[Change]
    rows: int  # of positions, that are deleted or written
    unheard: list[int]  # ships of which no fix is believed
    more_fixes: int  # that are believed now, than before


def amendment(
    again: Again,
    before: History,
    late: Mapping[int, Lateness],
    numbers: Sequence[int],
    fences: FenceSet,
    *,
    revised_at: int,
    passed: int,
    last_late: int,
) -> Amendment:
    """Compare what is told of ships with what was; ``numbers`` of the engine's sources."""
    fixes = np.concatenate([before.positions[:0], *again.fixes])
    tracks = np.concatenate([before.tracks[:0], *again.tracks])
    removed, fresh = _difference(before, fixes, tracks)
    changes = [
        *changes_of(before.events, _with_sentences(again.events, before.events)),
        *changes_of(before.calls, again.calls),
    ]
    rewritten = rewrite(changes, revised_at, lambda finding: _late_of(finding, late).words)
    claims = Claims()
    identities, who = claims.news(before.statics)
    ships = sorted(again.ships)
    changed = changed_within(before.off_track, again.off_track)
    return Amendment(
        ships=ships,
        passed=passed,
        last_late=last_late,
        gone=removed,
        months=months_of(stored_of(fixes[fresh], tracks[fresh], list(numbers), fences)),
        days={at.date() for at in removed[1]} | days_of(fixes[fresh]["at"]),
        disbelieved=disbelieved_rows(again.disbelieved, list(numbers)),
        rewritten=rewritten,
        candidates=[candidate_row(came) for came in again.candidates],
        off_track=[] if changed is None else off_track_rows(again.off_track, numbers),
        off_track_changed=changed,
        refusals=_counts(again.refusals, before.refused),
        identities=identities,
        who=who,
        claims=claims,
        changes=changes,
        rows=len(removed[0]) + len(fresh),
        more_fixes=len(fixes) - len(before.positions),
        unheard=sorted(again.ships - set(np.unique(fixes["mmsi"]).tolist())),
    )


def rewrite(
    changes: Sequence[Change], revised_at: int, why: Callable[[Event | PortCall], str]
) -> Rewritten:
    """Rows of changes, whose findings are marked as revised then (us), each with its sentence."""
    made = Rewritten()
    for change in changes:
        revised = Revised(change.word, revised_at, why(change.finding))
        finding = change.finding = replace(change.finding, revised=revised)
        gone = change.word is Amended.WITHDRAWN
        marks = revised_row(revised)
        if isinstance(finding, PortCall):
            change.finding = replace(finding, withdrawn=gone)
            if gone:
                made.calls_gone.append((finding.id,))
            else:
                made.calls.append((*call_row(finding), *marks))
        elif gone:
            change.finding = replace(finding, state=EventState.WITHDRAWN)
            made.withdrawn.append((finding.id, *marks))
        else:
            made.events.append((*event_row(finding), *marks))
    return made


def _late_of(finding: Event | PortCall, late: Mapping[int, Lateness]) -> Lateness:
    """What came late of the ship that a finding is about; of two, of the first that is taken."""
    subject = finding.subject if isinstance(finding, Event) else None
    ships = [finding.mmsi, getattr(subject, "other_mmsi", None)]
    return next(late[mmsi] for mmsi in ships if mmsi is not None and mmsi in late)


def _difference(before: History, fixes: Any, tracks: Any) -> tuple[tuple[Any, Any], Any]:
    """Positions to be deleted (MMSIs, instants), and the rows to be written."""
    old = before.positions
    order = np.lexsort([old["at"], old["mmsi"]])
    old, old_tracks = old[order], before.tracks[order]
    keys = np.zeros(len(old), dtype=[("mmsi", "<i4"), ("at", "<i8")])
    keys["mmsi"], keys["at"] = old["mmsi"], old["at"]
    new = np.zeros(len(fixes), dtype=keys.dtype)
    new["mmsi"], new["at"] = fixes["mmsi"], fixes["at"]
    place = np.searchsorted(keys, new)
    place_in = np.minimum(place, max(len(old) - 1, 0))
    same = (keys[place_in] == new) if len(old) else np.zeros(len(new), dtype=np.bool_)
    for name in SAME if len(old) else ():
        same &= old[name][place_in] == fixes[name]
    if len(old):
        same &= old_tracks[place_in] == tracks
    stays = np.zeros(len(old), dtype=np.bool_)
    stays[place_in[same]] = True
    gone = old[~stays]
    return (
        (gone["mmsi"].tolist(), [to_datetime(at) for at in gone["at"].tolist()]),
        np.flatnonzero(~same),
    )


def _with_sentences(events: Sequence[Event], before: Sequence[Event]) -> list[Event]:
    """Events whose fixes were stored without their sentences: those that were told are known."""
    known = {
        (fix.source, fix.line, fix.at): fix.sentence
        for event in before
        for fix in event.evidence.fixes
    }

    def whole(event: Event) -> Event:
        if shows_what_is_stored(event.kind, event.subject):
            return event
        fixes = tuple(
            fix
            if fix.sentence
            else replace(fix, sentence=known.get((fix.source, fix.line, fix.at), ""))
            for fix in event.evidence.fixes
        )
        return replace(event, evidence=replace(event.evidence, fixes=fixes))

    return [whole(event) for event in events]


def changes_of(before: Sequence[Any], now: Sequence[Any]) -> list[Change]:
    """What is added, amended or withdrawn, by id."""
    old = {finding.id: finding for finding in before}
    found = []
    for finding in sorted(now, key=lambda one: (one.decided_at, one.id)):
        was = old.pop(finding.id, None)
        if was is None:
            found.append(Change(word=Amended.ADDED, finding=finding, before=None))
        elif _is_withdrawn(was) or _differ(was, finding):
            found.append(Change(word=Amended.AMENDED, finding=finding, before=was))
    found += [
        Change(word=Amended.WITHDRAWN, finding=was, before=was)
        for was in sorted(old.values(), key=lambda one: (one.decided_at, one.id))
        if not _is_withdrawn(was)
    ]
    return found


def _is_withdrawn(finding: Event | PortCall) -> bool:
    """Whether it was withdrawn for what came late, not told as withdrawn."""
    return finding.revised is not None and finding.revised.word is Amended.WITHDRAWN


def _differ(was: Any, now: Any) -> bool:
    """Whether something else is said; releases up to 0.4 kept no episodes, nor what she said."""
    if isinstance(was, Event) and was.episode is None:
        now = replace(now, episode=None, said=None)
    return bool(_content(was) != _content(now))


def _content(finding: Event | PortCall) -> Any:
    """What is said, but for when it was first known."""
    words = asdict(finding)
    for name in ("decided_at", "revised", "withdrawn"):
        words.pop(name, None)
    for fix in words.get("evidence", {}).get("fixes", ()):
        fix.pop("received_at")
    return json.dumps(words, sort_keys=True, default=str)


def _counts(now: Refusals, before: Refusals) -> list[tuple[str, str, int]]:
    """By how much refusals change: what was refused before is judged again."""
    found = Refusals(now)
    found.subtract(before)
    return [(source, reason, n) for (source, reason), n in sorted(found.items()) if n]


def _minute(at: int) -> str:
    return f"{to_iso(at // MINUTE_US * MINUTE_US)[:16]}Z"
