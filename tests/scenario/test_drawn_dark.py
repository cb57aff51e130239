"""Drawn seas: what a silence ends, what it hides, and what of it is no news.

Not seen to stop is not "did not stop", and not seen to leave is not "still there".
"""

from __future__ import annotations

import pytest

from monitor.model import EventKind
from tests.scenario.drawings import CAME_ALONGSIDE, HOUR
from tests.scenario.sea import draw, tell


def sailed(water: str) -> str:
    """Draw a ship that lies at h, goes out to k, and is heard next at l, m and n, alongside."""
    return f"""
        . . . . A  A  A  A    A A        A        A  A
        a b c d Ae Af Hg Hhmn A {water}i {water}j Al {water}k
        . . . . A  A  A  A    A A        A        A  A
    """


LEFT = [
    *CAME_ALONGSIDE,
    "Unberthed harbour [h6+1m..i]",
    "GeofenceLeft harbour [h8..i]",
    "PortDeparted provisional [h6+1m..i]",
]


# -- dark after she left -------------------------------------------------------------------------


def test_left_then_dark_ends_the_call_and_her_return_is_another() -> None:
    """Three days unheard off the harbour: she has sailed, and comes again."""
    sea = draw(sailed("A"), stay={"h": 8, "n": 7}, wait={"l": 72 * HOUR, "n": 1})
    story = tell(sea)
    assert story.told[: len(LEFT)] == LEFT
    assert story.told[len(LEFT) : len(LEFT) + 3] == [
        "WentDarkInside approach [k..k+4h]",
        "PortDeparted confirmed [h6+1m..i]",
        "ReappearedInside approach [k..l]",
    ]
    assert [call.rpartition(" ")[0] for call in story.port_calls] == [
        "[g..h2] to [h6+1m..i]",
        "[l..n+1m] to -",
    ]


def test_left_and_back_before_she_is_dark_is_one_call() -> None:
    """The same within four hours: nobody has sailed."""
    sea = draw(sailed("A"), stay={"h": 8, "n": 7}, wait={"l": 4 * HOUR, "n": 1})
    story = tell(sea)
    assert "PortDeparted withdrawn [h6+1m..i]" in story.told
    assert story.port_calls == ["[g..h2] to - 3"]


@pytest.mark.parametrize(
    ("water", "told", "call"),
    [
        ("A", "PortDeparted confirmed [h8..i]", "[g..h2] to [h8..i] 3"),
        ("R", "PortDeparted provisional [h8..i]", "[g..h2] to - 3"),
        ("N", "PortDeparted provisional [h8..i]", "[g..h2] to - 3"),
    ],
)
def test_out_of_the_harbour_in_a_silence_she_has_left_unless_where_ships_wait(
    water: str, told: str, call: str
) -> None:
    """Five hours unheard at the quay, and then in the open approach: or waiting in the roads."""
    sea = draw(
        f"""
        . . . . A  A  A  A  A A        A        A A
        a b c d Ae Af Hg Hh A {water}i {water}j A A
        . . . . A  A  A  A  A A        A        A A
        """,
        stay={"h": 8},
        wait={"i": 5 * HOUR},
    )
    story = tell(sea)
    assert story.told[-1] == told
    assert story.port_calls == [call]


# -- what a silence hides ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(14, ["PassedThrough approach [d..k]"]), (16, [])],
)
def test_passed_through_needs_that_there_was_no_time_for_a_stop(
    minutes: float, told: list[str]
) -> None:
    """A stop takes fifteen minutes, and the way to the quay next to nothing at 60 kn."""
    sea = draw(
        """
        a b c d Ae Af A A A A Ag Ah i j k l
        . . . . A  A  A A A A A  A  . . . .
        . . . . A  H  H H A A A  A  . . . .
        """,
        wait={"g": minutes},
    )
    assert tell(sea).told == [
        "GeofenceEntered approach [d..e]",
        "GeofenceLeft approach [j..k]",
        *told,
    ]


@pytest.mark.parametrize(
    ("minutes", "state", "calls"),
    [(14, "withdrawn [e..f]", 0), (16, "provisional [e..h]", 1)],
)
def test_an_arrival_is_withdrawn_only_where_there_was_no_time_for_a_stop(
    minutes: float, state: str, calls: int
) -> None:
    """In at one end of the harbour, unheard for some minutes, and out at the other.

    If she stopped it was at any time until she was heard again, still in the harbour.
    """
    sea = draw(
        """
        . . . . A  A  A  A  A  A  . . . .
        a b c d Ae Hf Hg Ah Ai Aj k l m n
        . . . . A  A  A  A  A  A  . . . .
        """,
        wait={"g": minutes},
    )
    story = tell(sea)
    assert f"PortArrived {state}" in story.told[3:]
    assert [call.confidence for call in story.calls] == [1] * calls
    assert ("PassedThrough approach [d..m]" in story.told) is (calls == 0)


def test_a_silence_between_creeping_in_and_lying_there_bounds_no_arrival() -> None:
    """At half a knot she comes in, is dark for five hours, and lies where she was.

    She may have been anywhere meanwhile: that she came to rest then is known of the end only.
    """
    sea = draw(
        """
        . . . . A  A  A   A
        a b c d Ae Hf Hgh A
        . . . . A  A  A   A
        """,
        stay={"g": 3, "h": 5},
        wait={"h": 5 * HOUR},
    )
    rows = sea.fixes.copy()
    rows["lat"][sea.where("g")] += [0.0, 0.0002, 0.0004]
    rows["lat"][sea.where("h")] += [0.0005, 0.00051, 0.0005, 0.00051, 0.0005]
    rows["sog_kn"][sea.where("g")] = 0.4
    arrived = tell(sea, rows).one(EventKind.PORT_ARRIVED).span
    assert arrived.earliest is not None
    assert arrived.latest is not None
    assert arrived.earliest <= sea.at("g3")
    assert arrived.latest >= sea.at("h")


# -- usual silences ------------------------------------------------------------------------------


def test_gaps_as_long_as_usual_are_no_news_and_a_missed_pass_is() -> None:
    """Heard every five hours by a satellite: told three times, until it is her rhythm.

    Overdue by half of it she is dark.
    """
    passes = "ijklmno"
    sea = draw(
        f"""
        . . . . A  A  A  A            A
        a b c d Ae Af Hg Hh{passes}pq A
        . . . . A  A  A  A            A
        """,
        stay={"h": 8},
        wait={**dict.fromkeys(passes, 5 * HOUR), "p": 7.5 * HOUR, "q": 7.6 * HOUR},
    )
    story = tell(sea)
    dark = [line for line in story.told if line.startswith("WentDark")]
    assert dark == [
        "WentDarkInside harbour [h8..h8+4h]",
        "WentDarkInside harbour [i..i+4h]",
        "WentDarkInside harbour [j..j+4h]",
        "WentDarkInside harbour [p..p+7h30m]",
    ]
    assert story.port_calls == ["[g..h2] to - 3"]


def test_two_gaps_are_no_rhythm() -> None:
    """The third is news as well."""
    sea = draw(
        """
        . . . . A  A  A  A     A
        a b c d Ae Af Hg Hhijk A
        . . . . A  A  A  A     A
        """,
        stay={"h": 8, "k": 3},
        wait=dict.fromkeys("ijk", 5 * HOUR),
    )
    dark = [event for event in tell(sea).events if event.kind is EventKind.WENT_DARK_INSIDE]
    assert len(dark) == 3
