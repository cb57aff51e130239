"""The desk: raises and amends alerts in the transaction of the batch that their events came in.

What an alert is, the pure part says (``monitor.alert.story``); here is what it needs to know read,
and what comes of it written, with the messages to be delivered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from monitor.alert.life import Act, State
from monitor.alert.message import Message, Word, to_payload
from monitor.alert.noise import noisy_message
from monitor.alert.rules import Rule, Step, hits
from monitor.alert.seen import Seen, fence_of, said_before
from monitor.alert.story import Alert, Change, Mute, Reason, take, taken_up
from monitor.alert.telling import message_of
from monitor.alert.watchlist import Watchlist
from monitor.clock import now_us
from monitor.engine.geofence import FenceSet
from monitor.model import Amended, Event, EventState
from monitor.store.alerts import Stored, alert_row, mute_of, rule_states, stored_of
from monitor.store.noise import Loud, States, counted, need_not_be_single
from monitor.store.outbox import Delivery, lane_of, put
from monitor.store.sql import query
from monitor.store.watchlists import watch_entries
from monitor.units import DAY_US, MINUTE_US, SECOND_US, to_datetime

GROUPED_US = 30 * SECOND_US
"""So long a message waits for what else comes of its story; a critical one does not."""

ESCALATES_US = DAY_US
"""No step of an escalation is later than this: months-old alerts paged people elsewhere."""

ALL = "*"


@dataclass(slots=True, kw_only=True)
class Sitting:
    """What is known, and what has come of it, in one transaction at the desk."""

    states: States  # the last word on each rule
    rules: list[Rule]  # on or off by that
    watchlist: Watchlist
    stored: dict[str, Stored]  # alerts by id
    mutes: list[Mute]
    now: int  # us
    swallowed: Counter[int] = field(default_factory=Counter)  # by mute
    messages: list[Delivery] = field(default_factory=list)


class Desk:
    """Rules, watchlists and channels of one store."""

    def __init__(
        self,
        rules: Sequence[Rule],
        fences: FenceSet,
        channels: Sequence[str] = (),
        *,
        deliver: bool = False,
        zone: str = "UTC",
        public_url: str | None = None,
    ) -> None:
        """``deliver``: messages are made for ``channels``; else alerts are only kept."""
        self.rules = list(rules)
        self.by_name = {rule.name: rule for rule in rules}
        self._fences = fences
        self._channels = list(channels) if deliver else []
        self.zone, self.public_url = zone, public_url
        self._lists: tuple[Any, Watchlist] = (None, Watchlist(()))

    async def take(self, connection: Any, events: Iterable[Event]) -> int:
        """Take events as they were decided; how many messages are to be delivered for them.

        Call it in the transaction in which the events are written.
        """
        told = in_order(events)
        if not told:
            return 0
        sitting = await self.sit(connection, told)
        for event in told:
            seen = self.seen(event, sitting.watchlist)
            await self.do(connection, sitting, seen, hits(sitting.rules, seen))
        return await self.rise(connection, sitting)

    async def sit(self, connection: Any, events: Sequence[Event]) -> Sitting:
        """Know what is to be known before these events (at least one) are taken."""
        first = to_datetime(max(0, min(_oldest(event) for event in events)))
        rows = await connection.fetch(query("mutes_that_hold"), first)
        states = await rule_states(connection)
        return Sitting(
            states=states,
            rules=switched(self.rules, {name: row["enabled"] for name, row in states.items()}),
            watchlist=await self._watchlist(connection),
            stored=await self._stored(connection, events),
            mutes=[mute_of(row) for row in rows],
            now=now_us(),  # by the clock of whoever sends: that of the store may go otherwise
        )

    async def do(
        self, connection: Any, sitting: Sitting, seen: Seen, met: Sequence[Rule],
        at: int | None = None,
    ) -> bool:  # fmt: skip
        """Take one event that meets these rules; whether it changes an alert.

        ``at`` (us): a rule was switched on then, and the event held already.
        """
        event = seen.event
        id_ = event.episode or event.id
        was = sitting.stored.get(id_)
        known = None if was is None else was.alert
        change = take(known, seen, met, _of_its_story(sitting.mutes, known))
        if change is None:
            return False
        if at is not None:
            change = taken_up(change, known, at)
        if change.swallowed_by is not None:
            sitting.swallowed[change.swallowed_by] += 1
        if at is None:  # what held already says nothing of how much there is a day
            await self._count(connection, sitting, change, known, event.decided_at)
        sitting.messages += await self._deliveries(connection, sitting, change, event, known, at)
        kept = Stored(change.alert, was and was.verdict, was and was.note)
        sitting.stored[id_] = kept
        await connection.execute(query("save_alert"), *alert_row(*kept))
        await self._note(connection, change)
        return True

    async def _count(
        self, connection: Any, sitting: Sitting, change: Change, known: Alert | None, at: int
    ) -> None:
        """Count an alert for each rule that is new to it, and tell of those that are noisy."""
        before = () if known is None else known.rules
        for name in change.alert.rules:
            rule = self.by_name.get(name)
            if rule is None or name in before:
                continue
            loud = await counted(connection, rule, sitting.states, change.alert.id, at)
            if loud is not None:
                await self._tell_noise(connection, sitting, loud)

    async def _tell_noise(self, connection: Any, sitting: Sitting, loud: Loud) -> None:
        """Raise the alert about a noisy rule, unless there is one of that day."""
        alert, now = loud.alert, sitting.now
        if await connection.fetch(query("alerts_seen"), [UUID(alert.id)]):
            return
        mute = next(
            (mute for mute in sitting.mutes if mute.quietens(loud.rule.name, loud.noise.at)), None
        )
        if mute is not None:
            sitting.swallowed[mute.id] += 1
            alert = replace(alert, muted_by=mute.id)
        else:
            message = noisy_message(alert, loud.rule, loud.noise, self.zone)
            sitting.messages += self.letters(alert, message, now + GROUPED_US, now)
        await connection.execute(query("save_alert"), *alert_row(alert))
        await connection.execute(
            query("note_change"), UUID(alert.id), "raise", None, None, alert.state.value,
            alert.revision, None, None if mute is None else f"muted by mute {mute.id}",
        )  # fmt: skip

    async def rise(self, connection: Any, sitting: Sitting) -> int:
        """Write what is counted and told; how many messages there are to be delivered."""
        for mute in sitting.swallowed.elements():
            await connection.execute(query("mute_swallowed"), mute)
        await put(connection, sitting.messages)
        return len(sitting.messages)

    def would(self, events: Iterable[Event], watchlist: Watchlist) -> list[Alert]:
        """The alerts that its rules would have raised of stored events.

        What was withdrawn was told before: it is taken as it was then, and withdrawn.
        """
        found: dict[str, Alert] = {}
        for event in in_order(events):
            id_ = event.episode or event.id
            for told in before_and_now(event):
                seen = self.seen(told, watchlist)
                change = take(found.get(id_), seen, hits(self.rules, seen))
                if change is not None:
                    found[id_] = change.alert
        return list(found.values())

    def seen(self, event: Event, watchlist: Watchlist) -> Seen:
        """An event as rules see it: with what was known when it was decided."""
        lists: dict[str, str] = {}
        possible: dict[str, str] = {}
        seen = Seen(
            event=event, fence=fence_of(self._fences, event), lists=lists, possible=possible
        )
        at = event.decided_at
        said = [*((one, "") for one in seen.parties), (said_before(event), "Before that: ")]
        for one, when in said:
            for match in () if one is None else watchlist.matches(one, at, known_at_us=at):
                words = f"Watchlist {match.entry.list} ({match.entry.reason}): {when}{match.why}"
                (lists if match.may_page else possible).setdefault(match.entry.list, words)
        return seen

    async def _watchlist(self, connection: Any) -> Watchlist:
        """The watchlists as they are now; read again when they changed."""
        as_of = tuple(await connection.fetchrow(query("lists_as_of")))
        if self._lists[0] != as_of:
            entries = [entry async for entry in watch_entries(connection)]
            self._lists = as_of, Watchlist(entries)
        return self._lists[1]

    async def _stored(self, connection: Any, events: Sequence[Event]) -> dict[str, Stored]:
        ids = sorted({event.episode or event.id for event in events})
        rows = await connection.fetch(query("alerts_of"), [UUID(one) for one in ids])
        found = [stored_of(row) for row in rows]
        return {one.alert.id: one for one in found}

    async def _note(self, connection: Any, change: Change) -> None:
        alert = change.alert
        await connection.execute(
            query("note_change"), UUID(alert.id), _what(change), None,
            None if change.was is None else change.was.value, alert.state.value, alert.revision,
            UUID(change.event),
            None if change.swallowed_by is None else f"muted by mute {change.swallowed_by}",
        )  # fmt: skip

    async def _deliveries(
        self, connection: Any, sitting: Sitting, change: Change, event: Event,
        known: Alert | None, at: int | None,
    ) -> list[Delivery]:  # fmt: skip
        """A message for each channel that is to be told."""
        if change.word is None or not change.alert.channels:
            return []
        alert, now = change.alert, sitting.now
        before_at = None if known is None else known.changed_at
        message = message_of(
            change, event, self.by_name, self.zone, before_at, self.public_url, decided_at=at
        )
        noisy = await need_not_be_single(connection, alert, change.word, message.decided_at)
        message = replace(message, noisy=noisy)
        old = message.is_old(now)
        due = now if alert.severity.rank == 2 and not old else now + GROUPED_US
        told = self.letters(alert, message, due, now)
        if old or noisy or change.act is not Act.REOPEN:
            return told
        met = [reason for reason in alert.reasons if reason.event == change.event]
        return [*told, *self.steps(message, met, now)]

    def letters(
        self, alert: Alert, message: Message, due: int, now: int, expires: int | None = None
    ) -> list[Delivery]:
        """A message to each channel that the rules of an alert name."""
        names = set(self._channels if ALL in alert.channels else alert.channels)
        if message.word is Word.WITHDRAWN:  # whoever was told: those that were not are left out
            names |= {name for _, _, name in self._steps_of(alert.reasons)}
        about = alert.mmsi or alert.feed or alert.id
        return [
            _delivery(message, name, lane_of(name, about), due, now, expires=expires)
            for name in self._channels
            if name in names
        ]

    def steps(self, message: Message, met: Sequence[Reason], now: int) -> list[Delivery]:
        """What follows if nobody acknowledges: each step at its time, and never long after.

        In lanes of their own: what is told meanwhile does not wait for them. Acknowledged, closed
        or withdrawn, an alert has no more steps: that is looked at when they are due.
        """
        found = []
        for rule, step, name in self._steps_of(met):
            again = replace(message, step=f"{rule.name}.{step.after_min}")
            lane = lane_of(name, f"{again.alert}.{again.step}")
            due = now + step.after_min * MINUTE_US
            found.append(_delivery(again, name, lane, due, now, expires=now + ESCALATES_US))
        return found

    def _steps_of(self, reasons: Iterable[Reason]) -> list[tuple[Rule, Step, str]]:
        """Steps of the rules that these reasons met, each with a channel."""
        names = dict.fromkeys(name for reason in reasons for name in reason.rules)
        return [
            (rule, step, channel)
            for rule in (self.by_name[name] for name in names if name in self.by_name)
            for step in rule.escalate
            for channel in step.channels
            if channel in self._channels
        ]


def _delivery(
    message: Message, channel: str, lane: str, due: int, now: int, *, expires: int | None = None
) -> Delivery:
    return Delivery(
        idem=f"{channel}.{message.key}", alert=message.alert, revision=message.revision,
        channel=channel, lane=lane, word=message.word.value, severity=message.severity.value,
        payload=to_payload(message), due=due, expires=expires, made_at=now,
    )  # fmt: skip


def _what(change: Change) -> str:
    """What is noted of a change."""
    if change.was is None:
        return "raise"
    return Act.AMEND if change.act is Act.REOPEN and change.was is State.OPEN else change.act


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events as they were decided: the same live and from the store."""
    return sorted(events, key=lambda event: (event.decided_at, event.id))


def before_and_now(event: Event) -> list[Event]:
    """An event that was withdrawn as it was before, and as it is.

    What a late report brought and took back at once was nothing before.
    """
    revised = event.revised
    at_once = (
        revised is not None and revised.word is Amended.ADDED and event.decided_at <= revised.at
    )
    if at_once or event.state is not EventState.WITHDRAWN:
        return [event]
    return [replace(event, state=EventState.PROVISIONAL), event]


def switched(rules: Iterable[Rule], states: dict[str, bool]) -> list[Rule]:
    """Rules, each as it was switched last."""
    return [
        rule.model_copy(update={"enabled": states[rule.name]}) if rule.name in states else rule
        for rule in rules
    ]


def _oldest(event: Event) -> int:
    span = event.span
    known = [at for at in (span.earliest, span.at, span.latest) if at is not None]
    return min([*known, event.decided_at])


def _of_its_story(mutes: Sequence[Mute], alert: Alert | None) -> list[Mute]:
    """Mutes; those until an episode ends hold as long as there is its alert."""
    return [
        mute
        for mute in mutes
        if not mute.for_episode or (alert is not None and mute.alert == alert.id)
    ]
