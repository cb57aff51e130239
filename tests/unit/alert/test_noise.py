"""When a rule is noisy, by how much it raises; what is told of it; what need not come singly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from monitor.alert.message import Severity, Word
from monitor.alert.noise import (
    Noise,
    Usual,
    goes_in_digest,
    judged,
    noisy_alert,
    noisy_message,
)
from monitor.alert.story import Alert
from monitor.units import DAY_US, HOUR_US
from tests.findings import after
from tests.unit.alert.drawn import happened, rule
from tests.unit.alert.stories import alert_of

TESTED = Usual(tested=2.0, most=None)
RULE = rule().model_copy(update={"max_per_day": 4})
LOUD = Noise(since=after(0), at=after(60))


@pytest.mark.parametrize(
    ("usual", "limit"),
    [
        (Usual(tested=None, most=None), None),
        (Usual(tested=None, most=3), 15),
        (Usual(tested=2.4, most=3), 12),
        (Usual(tested=0.0, most=3), 5),
        (Usual(tested=0.03, most=None), 5),
    ],
)
def test_11_with_how_many_a_day_it_is_noisy(usual: Usual, limit: float | None) -> None:
    """Behaviour 11: five times as tested, else as its most; after a test without alerts, five."""
    assert usual.limit == limit


def heard(hours: Sequence[float], usual: Usual = TESTED) -> list[float | None]:
    """Of alerts so many hours after noon: since when their rule is noisy, in hours, or not."""
    found: list[float | None] = []
    before: Noise | None = None
    for hour in hours:
        at = after(60 * hour)
        count = sum(hour - 24 < other <= hour for other in hours)
        noise = judged(count, usual, before, at)
        before = noise or before
        found.append(None if noise is None else (noise.since - after(0)) / HOUR_US)
    return found


def test_11_it_is_noisy_from_the_alert_on_that_is_too_much() -> None:
    """Behaviour 11: within any day, not from midnight on."""
    assert heard(range(12)) == [None] * 9 + [9, 9, 9]
    assert heard(range(0, 48, 3)) == [None] * 16
    assert heard([*range(9), 24.5]) == [None] * 10


def test_11_it_is_quiet_again_when_it_was_for_a_day() -> None:
    """Behaviour 11: meanwhile it is the same noise, and after that another."""
    first = [float(hour) for hour in range(10)]
    assert heard([*first, *(hour + 20 for hour in first)])[10:] == [9] * 10
    assert heard([*first, *(hour + 60 for hour in first)])[10:] == [*[None] * 9, 69]
    assert heard(first, Usual(tested=None, most=None)) == [None] * 10


def test_11_noise_lasts_for_a_day_beyond_its_last() -> None:
    """Behaviour 11: and says nothing of before it began."""
    assert LOUD.holds(LOUD.since)
    assert LOUD.holds(LOUD.at + DAY_US)
    assert not LOUD.holds(LOUD.since - 1)
    assert not LOUD.holds(LOUD.at + DAY_US + 1)


def about(hours: float, since: float = 0) -> Alert:
    """The alert about a rule that is noisy so many hours after noon."""
    noise = Noise(since=after(60 * since), at=after(60 * hours))
    return noisy_alert(RULE, noise, 26, Usual(tested=1.2, most=4))


def test_11_one_alert_a_day_is_about_the_rule() -> None:
    """Behaviour 11: of one noise, and of another rule or noise another."""
    ids = [about(hours).id for hours in (0, 5, 23.9, 24, 47, 48)]
    assert [ids.index(id_) for id_ in ids] == [0, 0, 0, 3, 3, 5]
    assert about(5, since=1).id not in ids
    alert = about(5)
    assert (alert.rule, alert.mmsi, alert.place, alert.feed) == ("arrives", None, None, None)
    assert (alert.severity, alert.rules) == (Severity.WARNING, ("arrives",))
    assert alert.headline == "Rule arrives is noisy"


def test_11_it_says_the_figures_and_how_to_quieten_it() -> None:
    """Behaviour 11."""
    alert = about(5)
    text = noisy_message(alert, RULE, Noise(since=after(0), at=after(300)), "UTC").text
    assert text.startswith(
        "What:      Rule arrives raised 26 alerts within a day; when it was tested, 1.2 a day;"
        " it may raise 4.\n"
        "When:      13 Dec 2024 17:00 UTC; noisy since 13 Dec 2024 12:00 UTC\n"
    )
    for way in ("rules test", "alerts mute --rule", "rules disable", "rules enable"):
        assert f"monitor {way} arrives" in text
    never = noisy_alert(RULE, LOUD, 20, Usual(tested=None, most=4))
    assert never.reasons[0].why == "Rule arrives raised 20 alerts within a day; it may raise 4."


ARRIVED = alert_of([(happened(1), [RULE])])
NOISES = {"arrives": LOUD}
AT = after(30)


def test_11_what_its_rules_raise_too_much_need_not_come_singly() -> None:
    """Behaviour 11: unless it is critical, or another rule raised it as well."""
    both = alert_of([(happened(1), [RULE, rule("other")])])
    grave = replace(ARRIVED, severity=Severity.CRITICAL)
    assert goes_in_digest(ARRIVED, Word.RAISED, NOISES, AT)
    assert not goes_in_digest(ARRIVED, Word.RAISED, {}, AT)
    assert not goes_in_digest(ARRIVED, Word.RAISED, NOISES, after(-1))
    assert not goes_in_digest(both, Word.RAISED, NOISES, AT)
    assert not goes_in_digest(grave, Word.RAISED, NOISES, AT)
    assert not goes_in_digest(about(0), Word.RAISED, NOISES, AT)


def test_11_what_was_told_singly_is_taken_back_singly() -> None:
    """Behaviours 3 and 11: whoever acted on it is told at once."""
    before = {"arrives": replace(LOUD, since=ARRIVED.raised_at)}
    later = {"arrives": replace(LOUD, since=ARRIVED.raised_at + 1)}
    assert goes_in_digest(ARRIVED, Word.WITHDRAWN, before, AT)
    assert not goes_in_digest(ARRIVED, Word.WITHDRAWN, later, AT)
    assert goes_in_digest(ARRIVED, Word.AMENDED, later, AT)
