"""The rules that ship, over drawn seas and near misses: what an officer gets, in each message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.alert.rules import Rule, read_rules
from monitor.engine.geofence import FenceKind, FenceSet
from monitor.model import Event, Evidence
from monitor.rulefile import DEFAULTS
from tests.alerted import Officer
from tests.scenario.drawings import ALONGSIDE, ALONGSIDE_FAR, HOUR, call
from tests.scenario.sea import Sea, Story, draw, tell

RULES = read_rules(DEFAULTS.read_text(), "the rules that ship")
LISTED = {"run": "Her IMO number is the listed one."}


def messages(story: Story, *, watched: bool = True, rules: list[Rule] = RULES) -> list[str]:
    """What is told, message by message: severity, word, headline."""
    officer = Officer(rules, story.sea.fences, lambda _: LISTED if watched else {})
    told = officer.take([*story.events, *story.voyages]).messages
    return [line.replace("MMSI 211000001", "She") for line in told]


def naval(sea: Sea) -> Sea:
    """The same sea, its berths marked as naval."""
    ports = tuple(
        replace(
            port,
            fences=tuple(
                replace(fence, use="naval" if fence.kind is FenceKind.BERTH else None)
                for fence in port.fences
            ),
        )
        for port in sea.fences.ports
    )
    return replace(sea, fences=FenceSet(ports=ports))


CAME_AND_LEFT = [
    "critical raised: Not confirmed yet: She arrived at Home",
    "critical amended: She arrived at Home",
    "critical amended: Not confirmed yet: She left Home",
    "critical amended: She left Home",
]


def test_a_watched_ship_comes_and_sails() -> None:
    """One alert, four messages: each says what nobody knew before."""
    assert messages(tell(call())) == CAME_AND_LEFT


def test_a_ship_that_nobody_watches_wakes_nobody() -> None:
    assert messages(tell(call()), watched=False) == []


def test_an_arrival_that_was_none_is_taken_back() -> None:
    sea = draw("""
        . . . . A  A  A  A  A  A  . . . .
        a b c d Ae Hf Hg Ah Ai Aj k l m n
        . . . . A  A  A  A  A  A  . . . .
    """)
    assert messages(tell(sea)) == [
        "critical raised: Not confirmed yet: She arrived at Home",
        "critical withdrawn: Withdrawn: She arrived at Home",
    ]


def test_a_departure_that_was_none_is_taken_back_and_the_arrival_stands() -> None:
    sea = draw(
        """
        . . . . A  A  H  H  A  A  A  A
        a b c d Ae Af Hg Hh A  A  A  A
        . . . . A  A  Hm Hl Ak Aj Ai A
        """,
        stay={"h": 6, "m": 6},
    )
    assert messages(tell(sea)) == [
        *CAME_AND_LEFT[:3], "critical amended: She arrived at Home",
    ]  # fmt: skip


@pytest.mark.parametrize("minutes", [2, 20])
def test_spoofed_while_alongside_nobody_is_woken(minutes: float) -> None:
    """For a minute or for an hour: no departure, no arrival there."""
    sea = draw(
        """
        . . . . A  A  A   A  A
        a b c d Ae Af Hg Hhj A
        . . . . A  A  A   A  A
        """,
        """
        . . . . A  A  A  A  A
        . . . . A  A  H  Hi A
        . . . . A  A  A  A  A
        """,
        stay={"h": 10, "i": 3, "j": 8}, wait={"i": minutes, "j": minutes},
    )  # fmt: skip
    assert messages(tell(sea)) == CAME_AND_LEFT[:2]


def test_jitter_at_the_border_for_hours_wakes_nobody() -> None:
    """She lies off the port, in and out of its approach: nothing of that is a rule's."""
    sea = draw(
        """
        . . . A  A  A  A  A
        a . . A  A  A  H  A
        b d f Ac Ae Ag A  A
        h j l Ai Ak Am A  A
        """,
        minutes=15,
    )
    assert messages(tell(sea)) == []


DARK = draw(
    """
    . . . . A  A  A   A  A
    a b c d Ae Af Hg Hhi A
    . . . . A  A  A   A  A
    """,
    stay={"h": 10, "i": 4}, wait={"i": 9 * HOUR},
)  # fmt: skip


def test_15_a_silence_of_the_feed_is_no_act_of_hers() -> None:
    """Behaviour 15: nobody else was heard meanwhile, and then all are heard again."""
    assert messages(tell(DARK)) == CAME_AND_LEFT[:2]


def test_dark_in_port_by_her_own_doing_and_back_is_of_the_same_story() -> None:
    """Others were heard meanwhile: it is told, and that she is back is told as well."""
    story = tell(DARK)
    events = [replace(event, evidence=by_her(event)) for event in story.events]
    told = messages(replace(story, events=events))
    assert told[:2] == CAME_AND_LEFT[:2]
    assert [line.partition(":")[0] for line in told[2:]] == ["critical amended"] * 2
    assert messages(replace(story, events=events), watched=False) == [
        "info raised: She went dark at Home"
    ]


def by_her(event: Event) -> Evidence:
    figures = event.evidence.figures
    return replace(
        event.evidence, figures=figures | {"cause": "vessel"} if "cause" in figures else figures
    )


def test_a_naval_berth_is_told_of_any_ship_and_another_berth_is_not() -> None:
    sea = draw(
        """
        . . . . A  A  A  A  A
        a b c d Ae Hf Bg Bh A
        . . . . A  A  A  A  A
        """,
        stay={"h": 8},
    )
    assert messages(tell(naval(sea)), watched=False) == ["warning raised: She berthed at Home"]
    assert messages(tell(sea), watched=False) == []


def test_a_voyage_from_one_port_to_the_other_is_told_of_any_ship() -> None:
    """Seen all the way or not; by the names of the ports that the rule has."""
    named = {"kind": ["VoyageMade"], "origin": ["home"], "reached": ["away"]}
    home_to_away = [
        Rule.model_validate({**rule.model_dump(exclude={"when"}), "when": named})
        for rule in RULES
        if rule.name == "tartus-to-tobruk"
    ]
    sea = draw(
        ALONGSIDE, ALONGSIDE_FAR, stay={"h": 10, "i": 10}, wait={"i": 50 * HOUR}
    )  # fmt: skip
    told = messages(tell(sea), watched=False, rules=home_to_away)
    assert told[0] == "critical raised: She ended a voyage at Away"
    assert messages(tell(call()), watched=False, rules=home_to_away) == []
