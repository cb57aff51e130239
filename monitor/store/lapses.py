"""Mutes that ended: what they hid and holds still is told once, whoever was killed meanwhile.

What becomes of an alert then, the pure part says (``monitor.alert.lapse``). That it was decided is
a row of ``alert_change``, in the transaction in which the notice is put into the outbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from monitor.alert.lapse import EXPIRES_US, Ended, lapse, notice_of
from monitor.alert.story import Mute
from monitor.model import Event
from monitor.store.alerts import alert_row, mute_of, stored_of
from monitor.store.desk import Desk
from monitor.store.findings import event_of
from monitor.store.noise import need_not_be_single
from monitor.store.outbox import Delivery, put
from monitor.store.sql import query
from monitor.units import from_datetime, to_datetime

MOST = 1000
"""So many alerts at once: a mute of a whole port may have hidden very many."""


async def end_mutes(connection: Any, desk: Desk, known_to: int | None, now: int) -> int:
    """Take up mutes that ended by ``known_to`` (us): so far events are known; None: all are.

    Returns how many messages are to be delivered. Call it in a transaction.
    """
    known = None if known_to is None else to_datetime(known_to)
    until = to_datetime(now if known_to is None else min(known_to, now))
    rows = await connection.fetch(query("hidden_by_ended"), until, known, MOST)
    if not rows:
        return 0
    ids = [row["id"] for row in rows]
    stories = await stories_of(connection, ids)
    told_before = {row["alert"] for row in await connection.fetch(query("told_before"), ids)}
    held = await connection.fetch(query("mutes_that_hold"), until)
    mutes = [mute_of(row) for row in held]
    messages: list[Delivery] = []
    for row in rows:
        stored, ended = stored_of(row), ended_of(row)
        alert, story = stored.alert, stories.get(row["id"], [])
        lapsed = lapse(alert, ended, story, mutes, now)
        if lapsed is None:
            continue
        saved = alert_row(lapsed.alert, stored.verdict, stored.note)
        await connection.execute(query("save_alert"), *saved)
        await connection.execute(
            query("note_lapse"), row["id"], ended.by, lapsed.alert.state.value,
            lapsed.alert.revision, lapsed.note, ended.mute.id,
        )  # fmt: skip
        if lapsed.word is None:
            continue
        message = notice_of(
            lapsed, alert, ended, story, desk.by_name, desk.zone, now, desk.public_url
        )
        noisy = await need_not_be_single(connection, lapsed.alert, lapsed.word, now)
        message = replace(message, noisy=noisy)
        messages += desk.letters(lapsed.alert, message, now, now, ended.at + EXPIRES_US)
        if row["id"] not in told_before and not (
            noisy or message.is_old(now)
        ):  # nobody was called yet
            met = [reason for reason in alert.reasons if reason.holds]
            messages += desk.steps(message, met, now)
    await put(connection, messages)
    return len(messages)


async def stories_of(connection: Any, episodes: Sequence[UUID]) -> Mapping[UUID, list[Event]]:
    """The events of some episodes, each in the order they were decided."""
    found: dict[UUID, list[Event]] = {}
    for row in await connection.fetch(query("episodes_events"), list(episodes)):
        found.setdefault(row["episode"] or row["id"], []).append(event_of(row))
    return found


def ended_of(row: Mapping[str, Any]) -> Ended:
    """The mute of a row of ``hidden_by_ended``."""
    about = row["of_alert"]
    mute = Mute(
        id=row["muted_by"], mmsi=row["of_mmsi"], place=row["of_place"], rule=row["of_rule"],
        alert=None if about is None else UUID(str(about)).hex,
        since=from_datetime(row["since"]), until=from_datetime(row["until"]),
        for_episode=row["for_episode"],
    )  # fmt: skip
    times = [row["ended_at"], None if row["for_episode"] else row["until"]]
    at = min(time for time in times if time is not None)
    by = row["ended_by"] if row["ended_at"] == at else None
    return Ended(mute=mute, at=from_datetime(at), by=by, reason=row["reason"], author=row["author"])
