"""Rules that raise far more than they were tested to: told of once a day, and put into digests.

A rule is noisy when it has raised, within a day, FACTOR times as many alerts as it would have when
it was switched on; of one that never was, FACTOR times ``max_per_day``. It is so until a day has
passed since it last was, or it is switched on again, which tests it anew. What is counted is when
events were decided, so a replay says the same. What is critical is told all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.alert.kinds import NOISY
from monitor.alert.life import State
from monitor.alert.message import Message, Severity, Word
from monitor.alert.rules import Rule
from monitor.alert.story import CONFIRMED, Alert, Reason
from monitor.alert.telling import instant, record_of
from monitor.units import DAY_US

FACTOR = 5
LEAST_A_DAY = 1.0
"""A rule that would have raised less than one a day is not noisy with its first alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """That a rule is noisy; instants are us, of the time of decisions."""

    since: int
    at: int  # when it was last

    def holds(self, at: int) -> bool:
        """Whether it is noisy then."""
        return self.since <= at <= self.at + DAY_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is expected of a rule: alerts a day."""

    tested: float | None  # when it was switched on; None: it never was
    most: int | None  # its max_per_day

    @property
    def limit(self) -> float | None:
        """With so many in a day it is noisy; None: nothing is known of it."""
        usual = self.most if self.tested is None else max(self.tested, LEAST_A_DAY)
        return None if usual is None else FACTOR * usual


def judged(count: int, usual: Usual, before: Noise | None, at: int) -> Noise | None:
    """The noise that an alert is part of; None: it is none.

    ``count``: how many alerts its rule has raised in the day until ``at``, this one included;
    ``before``: the latest noise of its rule until then.
    """
    if usual.limit is None or count < usual.limit:
        return None
    goes_on = before is not None and before.holds(at)
    return Noise(since=before.since if before is not None and goes_on else at, at=at)


def goes_in_digest(alert: Alert, word: Word, noises: Mapping[str, Noise], at: int) -> bool:
    """Whether what is told of an alert need not be told singly: all rules that raised it are noisy.

    What was told singly before is taken back singly.
    """
    if alert.severity is Severity.CRITICAL or alert.rule is not None or not alert.rules:
        return False
    found = [noises.get(name) for name in alert.rules]
    return all(
        noise is not None
        and noise.holds(at)
        and (word is not Word.WITHDRAWN or noise.since <= alert.raised_at)
        for noise in found
    )


def noisy_alert(rule: Rule, noise: Noise, count: int, usual: Usual) -> Alert:
    """The alert about a noisy rule: one for each day that it lasts."""
    day = (noise.at - noise.since) // DAY_US
    text = f"noisy|{rule.name}|{noise.since}|{day}"
    id_ = hashlib.sha256(text.encode()).hexdigest()[:32]
    reason = Reason(
        rules=(rule.name,), severity=Severity.WARNING, event=id_, kind=NOISY, state=CONFIRMED,
        happened_at=noise.at, decided_at=noise.at, why=_figures(rule, count, usual),
    )  # fmt: skip
    return Alert(
        id=id_, mmsi=None, track=None, place=None, feed=None, rule=rule.name, name=None,
        state=State.OPEN, severity=Severity.WARNING, revision=1,
        headline=f"Rule {rule.name} is noisy", reasons=(reason,),
        channels=tuple(rule.channels or ["*"]), raised_at=noise.at, changed_at=noise.at,
        happened_at=noise.at, lon=None, lat=None,
    )  # fmt: skip


def noisy_message(alert: Alert, rule: Rule, noise: Noise, zone: str) -> Message:
    """What is told of it: the figures, what follows, and how to quieten it."""
    lines = [
        f"What:      {alert.reasons[0].why}",
        f"When:      {instant(noise.at, zone)}; noisy since {instant(noise.since, zone)}",
        f"Rule:      {rule.sentence}",
        f"Severity:  {alert.severity.value}",
        "",
        "Until it was quiet for a day its alerts come in digests, but for critical ones.",
        "",
        "To quieten it:",
        f"- See what it raises: monitor rules test {rule.name} --last 2d",
        "- Narrow it in the file of rules, and start the watch again.",
        f"- Mute it for a while: monitor alerts mute --rule {rule.name} --until … --reason …",
        f"- Switch it off: monitor rules disable {rule.name}",
        f"- If so many are right, test it anew: monitor rules enable {rule.name} --yes",
        "",
        f"More:      monitor alerts show {alert.id[:8]}",
    ]
    return Message(
        alert=alert.id, revision=1, word=Word.RAISED, severity=alert.severity,
        headline=alert.headline, text="\n".join(lines) + "\n", record=record_of(alert),
        happened_at=noise.at, decided_at=noise.at,
    )  # fmt: skip


def _figures(rule: Rule, count: int, usual: Usual) -> str:
    many = "1 alert" if count == 1 else f"{count} alerts"
    tested = "" if usual.tested is None else f"; when it was tested, {usual.tested:.1f} a day"
    most = "" if usual.most is None else f"; it may raise {usual.most}"
    return f"Rule {rule.name} raised {many} within a day{tested}{most}."
