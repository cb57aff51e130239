"""What becomes of messages that wait: sent, put together with others, or told to nobody. Pure.

The alert is read again when a message is taken, so what was done to it meanwhile counts. In the
order of a lane, the first that fits:

    it expired                                         cancelled
    raised, amended; its alert is acknowledged, closed cancelled
    raised, amended; a withdrawal of it waits behind   cancelled
    raised, amended; its alert is withdrawn            cancelled
    raised, amended; a later revision of it waits      cancelled: that one says all
    withdrawn; the channel was never told              cancelled
    otherwise                                          sent, or digested

An amendment of what was never told to this channel is told as raised.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from monitor.alert.message import Message, Severity, Word, from_payload, to_payload
from monitor.deliver.digest import MOST_LINES, made_id
from monitor.store.outbox import Buried, Delivery, Waiting, digest_lane, lane_of
from monitor.units import SECOND_US

GROUP_US = 30 * SECOND_US
"""What is not critical waits so long: what happens next to the ship comes in the same message."""

NEWS = {Word.RAISED, Word.AMENDED}
DEAD_LANE = "dead"
"""Of what tells of dead messages: if these die too, nobody is told of that."""

_GRAVE = Severity.CRITICAL

FIRST_PAUSE_US, LONGEST_PAUSE_US = 10 * SECOND_US, 3600 * SECOND_US
"""Pauses between tries double from the one to the other."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a lane comes to."""

    cancelled: list[tuple[int, str]] = field(default_factory=list)  # id, and why
    left: list[Waiting] = field(default_factory=list)  # in order; the first may be sent


def settle(rows: Sequence[Waiting], now: int) -> Settled:
    """Settle one lane: all that waits in it, in order; ``now`` in us."""
    found = Settled()
    for at, row in enumerate(rows):
        why = _against(row, rows[at + 1 :], now)
        if why is None:
            found.left.append(row)
        else:
            found.cancelled.append((row.id, why))
    return found


def _against(row: Waiting, later: Sequence[Waiting], now: int) -> str | None:
    """Why a message is not told; None: it is."""
    if row.expires is not None and row.expires <= now:
        return "It is too old to be told."
    same = [each for each in later if each.alert == row.alert and not _is_over(each, now)]
    if row.word in NEWS:
        if row.stands in {"acknowledged", "closed"}:
            return f"The alert was {row.stands}."
        if row.stands == "withdrawn" or any(each.word == Word.WITHDRAWN for each in same):
            return "The alert was withdrawn."
        newer = [
            each.revision
            for each in same
            if each.word in NEWS and (each.severity == row.severity or row.severity != _GRAVE)
        ]  # what is critical does not wait for what is not
        if newer:
            return f"Revision {max(newer)} says it as well."
    elif row.word == Word.WITHDRAWN and not row.told:
        return "Nobody was told of it here."
    return None


def _is_over(row: Waiting, now: int) -> bool:
    return row.expires is not None and row.expires <= now


def message_of(row: Waiting) -> Message:
    """Return the message as it is sent now."""
    word = Word(row.word)
    if word is Word.AMENDED and not row.told:
        word = Word.RAISED
    return from_payload(row.payload, word=word, state=row.stands or "open")


def is_old(row: Waiting) -> bool:
    """Whether a message is old news, by when it happened, was decided and handed over.

    What was tried on its own once, or is revived, is told on its own.
    """
    told = row.word in {*NEWS, Word.WITHDRAWN} and row.attempts == 0
    return told and message_of(row).is_old(row.made_at)


def is_digestible(rows: Sequence[Waiting]) -> bool:
    """Whether a lane goes into a digest: its first is old news, or all are that or of noisy rules.

    As of old news: what was tried on its own once, or is revived, is told on its own.
    """
    return is_old(rows[0]) or all(is_old(row) or _is_noisy(row) for row in rows)


def _is_noisy(row: Waiting) -> bool:
    told = row.word in {*NEWS, Word.WITHDRAWN} and row.attempts == 0
    return told and message_of(row).noisy


def is_grave(rows: Iterable[Waiting]) -> bool:
    """Whether what waits holds something critical that is not old: it never waits."""
    return any(row.severity == Severity.CRITICAL and not is_old(row) for row in rows)


def is_single(row: Waiting) -> bool:
    """Whether a message is told on its own, however much there is: digests and tests are."""
    return row.word in {Word.DIGEST, Word.TEST}


def pause_us(attempts: int, retry_after_s: float | None) -> int:
    """How long to wait after so many tries that failed."""
    pause = min(FIRST_PAUSE_US << min(attempts - 1, 30), LONGEST_PAUSE_US)
    return max(pause, round((retry_after_s or 0.0) * SECOND_US))


def outgoing(
    message: Message,
    channels: Collection[str],
    *,
    now: int,
    about: str | int | None = None,
    due: int | None = None,
    expires: int | None = None,
) -> list[Delivery]:
    """Make the deliveries of a message to these channels; ``now`` is the time of the wall, us.

    ``about`` is what their order is kept for: the ship, else the place, else the alert. ``due`` is
    when they go at the earliest: at once if critical, else when it was waited for more of it. What
    is to go much later, such as a step of an escalation, needs an ``about`` of its own: what comes
    after it of the ship would wait for it.
    """
    if about is None:
        about = message.mmsi or message.place or message.alert
    if due is None:
        due = now if message.severity is Severity.CRITICAL else now + GROUP_US
    return [
        Delivery(
            idem=f"{channel}:{message.key}", alert=message.alert, revision=message.revision,
            channel=channel, lane=lane_of(channel, about), word=message.word.value,
            severity=message.severity.value, payload=to_payload(message), due=due,
            expires=expires, made_at=now,
        )
        for channel in channels
    ]  # fmt: skip


def digest_delivery(message: Message, channel: str, now: int) -> Delivery:
    """Make the delivery of a digest: it goes at once."""
    (made,) = outgoing(message, [channel], now=now, about=digest_lane("")[1:], due=now)
    return made


def dead_notices(
    buried: Sequence[Buried], why: str, channels: Collection[str], now: int
) -> list[Delivery]:
    """Tell through the other channels that messages of one channel were given up, once."""
    told = [each for each in buried if each.lane != lane_of(each.channel, DEAD_LANE)]
    if not told:
        return []
    channel = told[0].channel
    ids = [str(each.id) for each in told]
    lines = [f"- {each.payload.get('headline', '')}" for each in told[:MOST_LINES]]
    if len(told) > MOST_LINES:
        lines.append(f"… and {len(told) - MOST_LINES} more.")
    remedy = f"See `monitor channels dead`; `monitor channels revive {channel}` tries them again."
    many = "A message" if len(told) == 1 else f"{len(told)} messages"
    message = Message(
        alert=str(uuid.UUID(made_id("dead", channel, *ids))),
        revision=1,
        word=Word.RAISED,
        severity=Severity.WARNING,
        headline=f"{many} to channel {channel!r} could not be delivered",
        text="\n".join([f"{why} What was not told there:", *lines, remedy]),
        record={"event": "dead letters", "channel": channel, "deliveries": ids},
        decided_at=now,
    )
    others = [each for each in channels if each != channel]
    return outgoing(message, others, now=now, about=DEAD_LANE, due=now)
