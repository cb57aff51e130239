"""What becomes of an alert when the mute that hid it has ended: told once, if it holds still.

Pure: in the order of this list, the first that fits:

    another mute hides it                         it is that one's now, till that ends
    it is acknowledged, or nothing was kept back  nobody is told, and it is muted no more
    the mute ended over EXPIRES_US ago            nobody is told: that is no news any more
    what it tells of holds still                  one notice, to whom the alert is told
    it is over, and that is confirmed             nobody is told
    it is over, and may turn out not to be so     not decided yet

A mute until an episode ends has ended with what it hid, so there is nothing to be told; unless an
officer takes it back before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.alert.life import Act, State, after
from monitor.alert.message import Message, Word
from monitor.alert.rules import Rule
from monitor.alert.standing import is_over, still
from monitor.alert.story import Alert, Mute
from monitor.alert.telling import foot_of, instant, link_of, record_of
from monitor.model import Event
from monitor.units import DAY_US
from monitor.words import capital

EXPIRES_US = DAY_US
"""The greatest age of a notice, as of the steps of an escalation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A mute that is over."""

    mute: Mute
    at: int  # us; when it ended
    by: str | None  # who took it back; None: its time was over
    reason: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """What was decided."""

    alert: Alert
    note: str
    word: Word | None  # None: nothing is told


def lapse(
    alert: Alert, ended: Ended, story: Sequence[Event], mutes: Sequence[Mute], now: int
) -> Lapse | None:
    """Decide it; None: not yet. ``story``: the events of its episode, ``mutes``: those that hold.

    The alert is open or acknowledged.
    """
    name = f"mute {ended.mute.id} ended"
    other = next((mute for mute in mutes if mute.hides(alert, now)), None)
    if other is not None:
        now_hidden = replace(alert, muted_by=other.id)
        return Lapse(alert=now_hidden, note=f"{name}; mute {other.id} holds", word=None)
    shown = replace(alert, muted_by=None)
    if alert.state is not State.OPEN or not alert.kept_back:
        return Lapse(alert=shown, note=f"{name}; nothing was to be told", word=None)
    if now - ended.at > EXPIRES_US:
        return Lapse(alert=shown, note=f"{name} over a day before: nobody was told", word=None)
    if still(story) is not None:
        told = replace(
            shown, state=after(alert.state, Act.UNMUTE), revision=alert.revision + 1, kept_back=0,
            changed_at=max(alert.changed_at, ended.at),
        )  # fmt: skip
        return Lapse(alert=told, note=f"{name}; {kept_words(alert)}", word=Word.AMENDED)
    if is_over(story):
        return Lapse(alert=shown, note=f"{name}; nothing of it holds any more", word=None)
    return None


def notice_of(
    lapsed: Lapse, before: Alert, ended: Ended, story: Sequence[Event],
    rules: Mapping[str, Rule], zone: str, now: int, public_url: str | None = None,
) -> Message:  # fmt: skip
    """The notice; its news is the end of the mute, so by that it is old or not."""
    alert = lapsed.alert
    return Message(
        alert=alert.id, revision=alert.revision, word=Word.AMENDED, severity=alert.severity,
        headline=f"Mute over: {alert.headline}",
        text=text_of(lapsed, before, ended, story, rules, zone),
        record={**record_of(alert), "mute": ended.mute.id, "kept_back": before.kept_back},
        place=alert.place, mmsi=alert.mmsi, name=alert.name, lon=alert.lon, lat=alert.lat,
        happened_at=ended.at, decided_at=now, state=alert.state.value, before_at=before.changed_at,
        link=link_of(alert, public_url),
    )  # fmt: skip


def text_of(
    lapsed: Lapse, before: Alert, ended: Ended, story: Sequence[Event],
    rules: Mapping[str, Rule], zone: str,
) -> str:  # fmt: skip
    """What stands below its headline."""
    alert = lapsed.alert
    who = f"{'it' if alert.mmsi is None else 'she'} is still {still(story)}"
    where = "" if alert.place is None else f" at {capital(alert.place)}"
    what = f"The mute on {_about(ended.mute)} ended; {who}{where};"
    by = "" if ended.by is None else f", taken back by {ended.by}"
    newest = max(story, key=lambda event: (event.decided_at, event.id))
    return "\n".join(
        [
            f"What:      {what} {kept_words(before)}.",
            f"Ended:     {instant(ended.at, zone)}{by}",
            f"Muted:     by {ended.author}: {ended.reason}",
            *foot_of(alert, newest, rules, zone),
            "",
        ]
    )


def kept_words(alert: Alert) -> str:
    """How many events were kept back."""
    return (
        "1 event was kept back"
        if alert.kept_back == 1
        else (f"{alert.kept_back} events were kept back")
    )


def _about(mute: Mute) -> str:
    words = [
        f"MMSI {mute.mmsi}" if mute.mmsi is not None else "",
        f"port {mute.place}" if mute.place else "",
        f"rule {mute.rule}" if mute.rule else "", "this alert" if mute.alert else "",
    ]  # fmt: skip
    return ", ".join(word for word in words if word)
