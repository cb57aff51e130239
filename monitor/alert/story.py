"""An alert: one story of a ship at a place, with the reasons for which an officer must see it.

Pure: an event comes with the rules that it meets, and what of the alert changes is returned. The
store keeps alerts, and commits them with the batch that the event came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.alert.kinds import ENDS
from monitor.alert.life import Act, State, after
from monitor.alert.message import Severity, Word
from monitor.alert.rules import Rule
from monitor.alert.seen import Seen
from monitor.model import EventKind, EventState, ShipInArea
from monitor.words import capital

SILENCES = frozenset(
    {
        EventKind.WENT_DARK_INSIDE.value, EventKind.REAPPEARED_INSIDE.value,
        EventKind.REAPPEARED_ELSEWHERE.value, EventKind.FEED_WENT_DOWN.value,
        EventKind.PORT_FELL_SILENT.value, EventKind.INTERFERENCE_BEGUN.value, *ENDS,
    }
)  # fmt: skip
"""An acknowledgement holds through them."""

REASONS = 100
"""Of an alert, at most: the first stays, and the newest."""

CONFIRMED, WITHDRAWN = EventState.CONFIRMED.value, EventState.WITHDRAWN.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """An event for which an alert is there, or that belongs to its story."""

    rules: tuple[str, ...]  # names; none: it met none, and belongs to the story
    severity: Severity | None
    event: str  # id
    kind: str
    state: str
    happened_at: int | None  # us
    decided_at: int  # us
    why: str
    lists: tuple[str, ...] = ()  # why she is on each watchlist, in a sentence
    possible: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it is a reason still."""
        return bool(self.rules) and self.state != WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One story."""

    id: str  # 32 hex digits: of its episode
    mmsi: int | None
    track: int | None
    place: str | None
    feed: str | None
    name: str | None
    state: State
    severity: Severity
    revision: int
    headline: str
    reasons: tuple[Reason, ...]
    channels: tuple[str, ...]  # that rules name; "*": all
    raised_at: int  # us
    changed_at: int  # us
    happened_at: int | None
    lon: float | None
    lat: float | None
    muted_by: int | None = None  # the mute that hides it
    kept_back: int = 0  # events that mutes swallowed since it was told last
    assignee: str | None = None
    rule: str | None = None  # that it is about; None: it is about no rule
    area: str | None = None  # id of the area that it is about; None: about none

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the rules that it met."""
        return tuple(dict.fromkeys(name for reason in self.reasons for name in reason.rules))

    @property
    def kinds(self) -> frozenset[str]:
        """What has happened that is a reason."""
        return frozenset(reason.kind for reason in self.reasons if reason.holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """What is not to be told: of a ship, a place, a rule, an alert, or of what is all of it."""

    id: int
    mmsi: int | None
    place: str | None
    rule: str | None
    alert: str | None
    since: int  # us; of the time of events
    until: int
    for_episode: bool = False  # until the episode of its alert ends, whatever ``until``

    def covers(self, alert: str, seen: Seen, rules: Sequence[str]) -> bool:
        """Whether what happened is not to be told."""
        at = seen.happened_at
        at = seen.event.decided_at if at is None else at
        if not self.for_episode and not self.since <= at < self.until:
            return False
        return (
            self.mmsi in {None, seen.event.mmsi}
            and self.place in {None, seen.place}
            and self.alert in {None, alert}
            and (self.rule is None or set(rules) <= {self.rule})
        )

    def quietens(self, rule: str, at: int) -> bool:
        """Whether all that a rule raises at this time is muted."""
        others = (self.mmsi, self.place, self.alert)
        return self.rule == rule and others == (None,) * 3 and self.since <= at < self.until

    def hides(self, alert: Alert, at: int) -> bool:
        """Whether an alert as it stands is not to be told at this time."""
        rules = {name for reason in alert.reasons if reason.holds for name in reason.rules}
        return (
            (self.for_episode or self.since <= at < self.until)
            and self.mmsi in {None, alert.mmsi}
            and self.place in {None, alert.place}
            and self.alert in {None, alert.id}
            and (self.rule is None or rules <= {self.rule})
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an event does to an alert."""

    alert: Alert
    was: State | None  # None: there was none
    act: Act
    event: str
    word: Word | None  # what is told; None: nothing
    swallowed_by: int | None = None  # the mute for which it is not


def take(
    alert: Alert | None, seen: Seen, rules: Sequence[Rule], mutes: Sequence[Mute] = ()
) -> Change | None:
    """What an event does to the alert of its episode; None: nothing.

    ``rules``: those that it meets.
    """
    event = seen.event
    if event.kind in ENDS:
        rules = ()
    if alert is None:
        return _raised(seen, rules, mutes) if rules else None
    known = next((r for r in alert.reasons if r.event == event.id), None)
    reason = _reason(seen, rules, known)
    if known is not None and _same(known, reason):
        return None
    if known is None and event.state is EventState.WITHDRAWN:
        return None
    reasons = (
        (*_room(alert.reasons), reason)
        if known is None
        else tuple(reason if r is known else r for r in alert.reasons)
    )
    return _amended(alert, reasons, seen, rules, mutes)


def taken_up(change: Change, before: Alert | None, at: int) -> Change:
    """A change by what held already when a rule was switched on: it is decided then (us).

    Whoever is to be told by that rule alone is told, though nothing else of the alert is new.
    """
    alert = change.alert
    raised_at = at if change.was is None else alert.raised_at
    alert = replace(alert, raised_at=raised_at, changed_at=max(alert.changed_at, at))
    word = change.word
    if before is not None and alert.state is State.OPEN and alert.muted_by is None:
        more = "*" not in before.channels and set(alert.channels) - set(before.channels)
        word = Word.AMENDED if more and word is None else word
    return replace(change, alert=alert, word=word)


def _room(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Reasons with room for one more: the first stays, and before them goes what only belongs."""
    if len(reasons) < REASONS:
        return reasons
    places = range(1, len(reasons))
    gone = next((place for place in places if not reasons[place].rules), 1)
    return reasons[:gone] + reasons[gone + 1 :]


def _raised(seen: Seen, rules: Sequence[Rule], mutes: Sequence[Mute]) -> Change:
    event = seen.event
    reason = _reason(seen, rules, None)
    made = Alert(
        id=event.episode or event.id, mmsi=event.mmsi, track=event.track, place=seen.place,
        feed=getattr(event.subject, "feed", None), name=event.name, state=State.OPEN,
        severity=reason.severity or Severity.INFO, revision=1, headline="", reasons=(reason,),
        channels=_channels((), rules, seen), raised_at=event.decided_at,
        changed_at=event.decided_at, happened_at=seen.happened_at, lon=event.lon, lat=event.lat,
        area=event.subject.area if isinstance(event.subject, ShipInArea) else None,
    )  # fmt: skip
    mute = _muting(made.id, seen, reason.rules, mutes)
    made = replace(made, headline=headline(made), muted_by=mute, kept_back=int(mute is not None))
    word = Word.RAISED if mute is None else None
    return Change(
        alert=made, was=None, act=Act.REOPEN, event=event.id, word=word, swallowed_by=mute
    )


def _amended(
    alert: Alert, reasons: tuple[Reason, ...], seen: Seen, rules: Sequence[Rule],
    mutes: Sequence[Mute],
) -> Change:  # fmt: skip
    """An alert with a reason more, or one that changed."""
    event = seen.event
    holding = [reason for reason in reasons if reason.holds]
    severities = [reason.severity for reason in holding if reason.severity is not None]
    severity = max(severities, key=lambda one: one.rank, default=alert.severity)
    now = replace(
        alert, reasons=reasons, severity=severity, revision=alert.revision + 1,
        name=event.name or alert.name, channels=_channels(alert.channels, rules, seen),
        changed_at=max(alert.changed_at, event.decided_at),
        happened_at=alert.happened_at if seen.happened_at is None else seen.happened_at,
        lon=alert.lon if event.lon is None else event.lon,
        lat=alert.lat if event.lat is None else event.lat,
    )  # fmt: skip
    new_kinds = now.kinds - alert.kinds
    word: Word | None = None
    if not holding:
        act, word = Act.WITHDRAW, Word.WITHDRAWN
    elif new_kinds - SILENCES or severity.rank > alert.severity.rank:
        act, word = Act.REOPEN, Word.AMENDED
    else:
        act = Act.AMEND
        news = new_kinds or event.kind in ENDS
        if alert.state is State.OPEN and (news or _changed(alert, now)):
            word = Word.AMENDED
    if act is Act.REOPEN and alert.state is State.WITHDRAWN:
        word = Word.RAISED
    told = None if alert.state is State.WITHDRAWN and act is Act.WITHDRAW else word
    names = next(reason.rules for reason in reasons if reason.event == event.id)
    mute = None if act is Act.WITHDRAW else _muting(alert.id, seen, names, mutes)
    state = after(alert.state, act)
    now = replace(_hidden(now, mute, told), state=state)
    now = replace(now, headline=headline(now))
    return Change(
        alert=now, was=alert.state, act=act, event=event.id,
        word=told if mute is None else None, swallowed_by=mute if told is not None else None,
    )  # fmt: skip


def _hidden(alert: Alert, mute: int | None, word: Word | None) -> Alert:
    """An alert with what of it is kept back: what is told says all, what tells nothing hides on."""
    if mute is not None:
        return replace(alert, muted_by=mute, kept_back=alert.kept_back + (word is not None))
    if word is not None or not alert.kept_back:
        return replace(alert, muted_by=None, kept_back=0)
    return alert


def _changed(alert: Alert, now: Alert) -> bool:
    """Whether a reason is otherwise now: confirmed, or withdrawn beside others."""
    before = {reason.event: reason.state for reason in alert.reasons if reason.rules}
    return any(reason.state != before.get(reason.event, reason.state) for reason in now.reasons)


def _reason(seen: Seen, rules: Sequence[Rule], known: Reason | None) -> Reason:
    """An event as a reason; one that was told keeps the rules that it met then, and meets more."""
    event = seen.event
    names = dict.fromkeys([*(known.rules if known else ()), *(rule.name for rule in rules)])
    severities = [rule.severity for rule in rules]
    if known is not None and known.severity is not None:
        severities.append(known.severity)
    return Reason(
        rules=tuple(names), severity=max(severities, key=lambda one: one.rank, default=None),
        event=event.id, kind=event.kind.value, state=event.state.value,
        happened_at=seen.happened_at, decided_at=event.decided_at, why=event.why,
        lists=tuple(seen.lists.values()), possible=tuple(seen.possible.values()),
    )  # fmt: skip


def _same(known: Reason, now: Reason) -> bool:
    """Whether an event that is told again says nothing else."""
    return replace(now, decided_at=known.decided_at) == known


def _channels(before: Sequence[str], rules: Sequence[Rule], seen: Seen) -> tuple[str, ...]:
    if seen.is_private:  # others read there, too
        return ()
    found = dict.fromkeys(before)
    for rule in rules:
        found |= dict.fromkeys(rule.channels or ["*"])
    return tuple(found)


def _muting(alert: str, seen: Seen, rules: Sequence[str], mutes: Sequence[Mute]) -> int | None:
    return next((mute.id for mute in mutes if mute.covers(alert, seen, rules)), None)


VERBS = {
    EventKind.GEOFENCE_ENTERED.value: "entered", EventKind.GEOFENCE_LEFT.value: "left an area at",
    EventKind.PORT_ARRIVED.value: "arrived at", EventKind.PORT_DEPARTED.value: "left",
    EventKind.BERTHED.value: "berthed at", EventKind.UNBERTHED.value: "cast off at",
    EventKind.ANCHORED.value: "anchored off", EventKind.ANCHOR_WEIGHED.value: "weighed anchor off",
    EventKind.FIRST_SEEN_INSIDE.value: "was found at",
    EventKind.WENT_DARK_INSIDE.value: "went dark at",
    EventKind.REAPPEARED_INSIDE.value: "was heard again at",
    EventKind.REAPPEARED_ELSEWHERE.value: "was heard again away from",
    EventKind.PASSED_THROUGH.value: "passed", EventKind.GATE_CROSSED.value: "passed",
    EventKind.WAIT_BEGUN.value: "waits off", EventKind.WAIT_ENDED.value: "waited off",
    EventKind.VOYAGE_BEGUN.value: "began a voyage from",
    EventKind.VOYAGE_MADE.value: "ended a voyage at",
    EventKind.WENT_DARK.value: "went dark off",
    EventKind.REAPPEARED.value: "was heard again, dark before off",
    EventKind.MAY_HAVE_REACHED.value: "may have reached",
    EventKind.SHIPS_MET.value: "met another ship at sea",
    EventKind.SHIPS_PARTED.value: "parted from another ship at sea",
    EventKind.CONVOY_FORMED.value: "sailed in company with another ship",
    EventKind.CONVOY_PARTED.value: "left the company of another ship",
    EventKind.AREA_ENTERED.value: "entered", EventKind.AREA_LEFT.value: "left",
    EventKind.FIRST_SEEN_IN_AREA.value: "was found in",
    EventKind.IDENTITY_CHANGED.value: "changed who she says she is, at",
    EventKind.IDENTITY_FLAPPED.value: "was said to be two ships by turns, at",
    EventKind.IDENTITY_DOUBTED.value: "said a number that cannot be true, at",
    EventKind.DESTINATION_CHANGED.value: "declared another destination, at",
    EventKind.DESTINATION_VARIED.value: "changed her destination again and again, at",
    EventKind.DESTINATION_DOUBTED.value: "sails away from the port that she declares, at",
    EventKind.DECLARED_ELSEWHERE.value: "declared another port, and came to",
    EventKind.DRAUGHT_CHANGED.value: "declared another draught, at",
    EventKind.FEED_WENT_DOWN.value: "went down", EventKind.FEED_CAME_BACK.value: "came back",
    EventKind.PORT_FELL_SILENT.value: "is not heard any more",
    EventKind.PORT_HEARD_AGAIN.value: "is heard again",
    EventKind.INTERFERENCE_BEGUN.value: "shows interference",
    EventKind.INTERFERENCE_ENDED.value: "is free of interference",
}  # fmt: skip


def top_of(alert: Alert) -> Reason:
    """The gravest reason, the last of such; of those that hold, if any does."""
    holding = [reason for reason in alert.reasons if reason.holds]
    told = holding or [reason for reason in alert.reasons if reason.rules]
    return max(told, key=lambda one: ((one.severity or Severity.INFO).rank, one.decided_at))


def headline(alert: Alert) -> str:
    """One line: who, what happened last of what is a reason, and where."""
    place = alert.place or ""
    place = capital(place) if alert.area is None else place
    who = alert.name or (None if alert.mmsi is None else f"MMSI {alert.mmsi}")
    if who is None:
        who, place = (f"Feed {alert.feed}", place) if alert.feed is not None else (place, "")
    top = top_of(alert)
    holds = top.holds
    over = next((one for one in alert.reasons if one.kind in ENDS), None)
    if over is not None and holds:
        top = over
    verb = VERBS.get(top.kind, top.kind)
    verb = verb if place else verb.removesuffix(", at")
    words = " ".join(word for word in (who, verb, place) if word)
    if not holds:
        return f"Withdrawn: {words}"
    return words if top.state == CONFIRMED else f"Not confirmed yet: {words}"
