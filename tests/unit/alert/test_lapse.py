"""What becomes of an alert when the mute that hid it has ended: case by case, and word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from monitor.alert.lapse import EXPIRES_US, Ended, Lapse, lapse, notice_of
from monitor.alert.life import State
from monitor.alert.message import Word
from monitor.alert.story import Alert, Mute, take
from monitor.model import Event, EventKind, EventState
from monitor.units import HOUR_US
from tests.findings import MMSI, after
from tests.unit.alert.drawn import EPISODE, happened, rule, seen

K = EventKind
MUTE = Mute(
    id=7, mmsi=MMSI, place=None, rule=None, alert=None, since=after(-60), until=after(120)
)  # fmt: skip
ENDED = Ended(mute=MUTE, at=MUTE.until, by=None, reason="a tug", author="lea")
ARRIVED, BERTHED = happened(1), happened(2, K.BERTHED, 30)
LEFT = happened(3, K.PORT_DEPARTED, 60)
RULES = [rule(), rule("berths", "info", kind=["Berthed"])]


def hidden(*events: Event, mutes: Sequence[Mute] = (MUTE,)) -> Alert:
    """The alert that comes of events under mutes."""
    alert: Alert | None = None
    for event in events:
        met = [one for one in RULES if one.met(seen(event))]
        change = take(alert, seen(event), met, mutes)
        alert = alert if change is None else change.alert
    assert alert is not None
    return alert


def decided(alert: Alert, *story: Event, later: int = 0, mutes: Sequence[Mute] = ()) -> Lapse:
    """What is decided, so long after the end."""
    found = lapse(alert, ENDED, story, mutes, ENDED.at + later)
    assert found is not None
    return found


def test_8_what_holds_still_is_told_with_how_much_was_kept_back() -> None:
    """Behaviour 8: one notice, and the alert knows of no mute any more."""
    alert = hidden(ARRIVED, BERTHED)
    assert (alert.muted_by, alert.kept_back) == (7, 2)
    found = decided(alert, ARRIVED, BERTHED)
    assert (found.word, found.note) == (Word.AMENDED, "mute 7 ended; 2 events were kept back")
    now = found.alert
    assert (now.state, now.muted_by, now.kept_back) == (State.OPEN, None, 0)
    assert (now.revision, now.changed_at) == (alert.revision + 1, ENDED.at)


def test_8_the_whole_notice() -> None:
    """Behaviour 8: what ended, what holds, how much was kept back, and why she is looked at."""
    alert = hidden(ARRIVED, BERTHED)
    found = decided(alert, ARRIVED, BERTHED)
    rules = {one.name: one for one in RULES}
    ended = replace(ENDED, by="tom")
    notice = notice_of(found, alert, ended, [ARRIVED, BERTHED], rules, "UTC", ENDED.at + 5)
    assert notice.headline == f"Mute over: {alert.headline}"
    assert notice.text == (
        f"What:      The mute on MMSI {MMSI} ended; she is still berthed at Tartus;"
        " 2 events were kept back.\n"
        "Ended:     13 Dec 2024 14:00 UTC, taken back by tom\n"
        "Muted:     by lea: a tug\n"
        f"Who:       ALDA, MMSI {MMSI}, IMO 9217993, flag Russia, cargo\n"
        "Severity:  warning\n"
        "\n"
        "Why you are told:\n"
        f"- Arrived, 13 Dec 2024 12:03 UTC: {ARRIVED.why}\n"
        "  Rule arrives: Arrives.\n"
        f"- Berthed, 13 Dec 2024 12:29 UTC: {BERTHED.why}\n"
        "  Rule berths: Berths.\n"
        "\n"
        f"More:      monitor alerts show {EPISODE[:8]}\n"
    )
    assert (notice.revision, notice.record["kept_back"], notice.record["mute"]) == (3, 2, 7)
    assert notice.happened_at == ENDED.at


@pytest.mark.parametrize(("hours", "old"), [(0, False), (5, False), (7, True)])
def test_8_a_notice_that_comes_hours_late_does_not_page(hours: int, old: bool) -> None:  # noqa: FBT001
    """Behaviours 8 and 14: its news is the end of the mute, however long the alert was hidden."""
    alert = hidden(ARRIVED)
    now = ENDED.at + hours * HOUR_US
    found = decided(alert, ARRIVED, later=hours * HOUR_US)
    assert notice_of(found, alert, ENDED, [ARRIVED], {}, "UTC", now).is_old(now) is old


def test_8_after_a_day_nobody_is_told() -> None:
    """Behaviour 8: the watch was down for so long; but the alert is not said to be muted still."""
    found = decided(hidden(ARRIVED), ARRIVED, later=EXPIRES_US + 1)
    assert (found.word, found.alert.muted_by) == (None, None)
    assert found.note == "mute 7 ended over a day before: nobody was told"


def test_8_what_is_over_is_told_to_nobody() -> None:
    """Behaviour 8: she has left; if that is not sure yet, it is waited for."""
    alert = hidden(ARRIVED)
    found = decided(alert, ARRIVED, LEFT)
    assert (found.word, found.note) == (None, "mute 7 ended; nothing of it holds any more")
    leaving = replace(LEFT, state=EventState.PROVISIONAL)
    assert lapse(alert, ENDED, [ARRIVED, leaving], [], ENDED.at) is None


@pytest.mark.parametrize(
    "words", [{"state": State.ACKNOWLEDGED}, {"kept_back": 0}], ids=["acknowledged", "nothing"]
)
def test_8_where_nothing_is_to_be_told_it_is_muted_no_more(words: dict[str, Any]) -> None:
    """Behaviour 8: an officer has seen it, or what was muted told nothing new."""
    found = decided(replace(hidden(ARRIVED), **words), ARRIVED)
    assert (found.word, found.alert.muted_by) == (None, None)
    assert found.note == "mute 7 ended; nothing was to be told"


def test_8_while_another_mute_hides_it_nobody_is_told() -> None:
    """Behaviour 8: then it is that one's, and its end is waited for; unless it is of others."""
    other = replace(MUTE, id=9, mmsi=None, place="tartus", until=after(999))
    alert = hidden(ARRIVED)
    found = decided(alert, ARRIVED, mutes=[other])
    assert (found.word, found.note) == (None, "mute 7 ended; mute 9 holds")
    assert (found.alert.muted_by, found.alert.kept_back) == (9, 1)
    for no in (
        replace(other, since=after(500)), replace(other, place="tobruk"),
        replace(other, rule="berths"), replace(other, alert="f" * 32), replace(other, mmsi=1),
    ):  # fmt: skip
        assert decided(alert, ARRIVED, mutes=[no]).word is Word.AMENDED
    assert decided(alert, ARRIVED, mutes=[replace(other, rule="arrives")]).word is None
    forever = replace(other, since=after(0), until=after(1), alert=EPISODE, for_episode=True)
    assert decided(alert, ARRIVED, mutes=[forever]).alert.muted_by == 9


def test_8_what_was_told_meanwhile_keeps_nothing_back() -> None:
    """Behaviour 8: a message says all; but what nobody is told of leaves her hidden."""
    early = replace(MUTE, until=after(10))
    assert hidden(ARRIVED, BERTHED, mutes=[early]).kept_back == 0
    quiet = happened(4, K.GEOFENCE_LEFT, 30)
    now = hidden(ARRIVED, quiet, mutes=[early])
    assert (now.muted_by, now.kept_back, len(now.reasons)) == (7, 1, 2)
