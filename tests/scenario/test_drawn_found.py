"""Drawn seas: ships that nobody saw come in. They have arrived before, and when is not known."""

from __future__ import annotations

import pytest

from monitor.model import EventKind
from tests.scenario.drawings import HOUR
from tests.scenario.sea import draw, tell

# -- first heard in the harbour ------------------------------------------------------------------


def test_first_heard_while_casting_off_she_had_arrived() -> None:
    """Two fixes in the harbour, and out: a call with a departure, and no bound of its begin."""
    sea = draw("""
        A A  A  A  A  A  A  . . . .
        A Ha Hb Ac Ad Ae Af g h i j
        A A  A  A  A  A  A  . . . .
    """)
    story = tell(sea)
    assert story.told == [
        "FirstSeenInside harbour [?..a]",
        "PortArrived provisional [?..a]",
        "GeofenceLeft harbour [c..d]",
        "PortArrived confirmed [?..a]",
        "PortDeparted provisional [a..b]",
        "GeofenceLeft approach [h..i]",
        "PortDeparted confirmed [a..b]",
    ]
    assert story.port_calls == ["[?..a] to [a..b] 2"]


def test_first_heard_in_the_approach_on_her_way_out_nothing_is_known() -> None:
    """She may have called or not: neither is told, nor that she passed through."""
    sea = draw("""
        A A A A  A  A  A  . . . .
        A H H Ac Ad Ae Af g h i j
        A A A A  A  A  A  . . . .
    """)
    story = tell(sea)
    assert story.told == ["FirstSeenInside approach [?..c]", "GeofenceLeft approach [h..i]"]
    assert story.port_calls == []


def test_first_heard_once_in_the_harbour_and_then_outbound_she_had_arrived() -> None:
    """Her first report is in it, her next out of it: her call is not left open for ever."""
    sea = draw("""
        A A  A  A  A  A  A  . . . .
        A H  Ha Ac Ad Ae Af g h i j
        A A  A  A  A  A  A  . . . .
    """)
    story = tell(sea)
    assert story.told == [
        "FirstSeenInside harbour [?..a]",
        "PortArrived provisional [?..a]",
        "GeofenceLeft approach [h..i]",
        "PortArrived confirmed [?..a]",
        "PortDeparted confirmed [a..c]",
    ]
    assert len(story.port_calls) == 1


def test_a_tug_first_heard_at_work_has_a_call_without_any_stop() -> None:
    """She shuttles in the harbour: half an hour confirms it, ten minutes there do not."""
    work = """
        A A    A    A    A    A
        A Haei Hbfj Hcgk Hdhl A
        A A    A    A    A    A
    """
    assert tell(draw(work, minutes=4)).port_calls == ["[?..a] to - 1"]
    assert "PortArrived confirmed [?..a]" in tell(draw(work, minutes=4)).told
    assert "PortArrived confirmed [?..a]" not in tell(draw(work, minutes=1)).told


@pytest.mark.parametrize(("fixes", "confirmed"), [(1, False), (3, True)])
def test_heard_in_the_harbour_dark_and_elsewhere(fixes: int, confirmed: bool) -> None:  # noqa: FBT001
    """One report may be a bit error: of more she has called, and left in the silence."""
    sea = draw(
        """
        A A  A A
        A Ha H A
        A A  A A
        """,
        ". . . .\nb c d .",
        stay={"a": fixes},
        wait={"b": 48 * HOUR},
    )
    story = tell(sea)
    assert any(line.startswith("PortArrived confirmed") for line in story.told) is confirmed
    assert any(line.startswith("PortDeparted") for line in story.told) is confirmed
    [call] = story.calls
    assert call.arrived.earliest is None
    assert call.confidence == (2 if confirmed else 1)


# -- heard in bursts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        (1 / 6, []),
        (
            3,
            [
                "GeofenceEntered approach [b..c]",
                "GeofenceEntered harbour [b..c]",
                "PortArrived provisional [b..c]",
                "Berthed harbour [b..c+2m]",
                "PortArrived confirmed [b..c+2m]",
            ],
        ),
    ],
)
def test_five_fixes_alongside_between_silences(apart: float, told: list[str]) -> None:
    """Within forty seconds they prove nothing, a border neither; in twelve minutes a stop."""
    sea = draw(
        """
        A A       A A A . . . .  .
        A Hcdefg  H A A . . . ab hi
        A A       A A A . . . .  .
        """,
        wait={"c": 3 * HOUR, "h": 3 * HOUR, **dict.fromkeys("defg", apart)},
    )
    assert tell(sea).told[: max(1, len(told))] == told


def test_casting_off_behind_a_silence_she_arrived_in_the_silence() -> None:
    """Seen at sea, unheard for three days, and then on her way out of the harbour."""
    sea = draw(
        """
        A A  A  A  A A  A . . . .  . .
        A Hc Hd Ae A Af A g h i ak b .
        A A  A  A  A A  A . . . .  . .
        """,
        stay={"c": 3},
        wait={"c": 72 * HOUR},
    )
    story = tell(sea)
    arrived, left = story.one(EventKind.PORT_ARRIVED).span, story.one(EventKind.PORT_DEPARTED).span
    assert arrived.earliest is not None
    assert sea.at("b") < arrived.earliest < sea.at("b") + 5 * 60 * 10**6
    assert (arrived.latest, left.latest) == (sea.at("c"), sea.at("d"))
    assert "PassedThrough" not in " ".join(story.told)


# -- found at rest in the anchorage --------------------------------------------------------------


@pytest.mark.parametrize("silence", [10, 5 * HOUR])
def test_found_at_rest_in_the_anchorage_she_may_have_arrived_then(silence: float) -> None:
    """Six minutes at anchor when she is first heard, and then to her berth, dark between or not."""
    sea = draw(
        """
        A A  A A A  A  A  A
        A Na N A Ab Ac Hd A
        A A  A A A  A  A  A
        """,
        stay={"a": 4, "d": 8},
        wait={"b": silence},
    )
    [call] = tell(sea).port_calls
    assert call.startswith("[?..d2] to -")


def test_first_heard_under_way_through_the_anchorage_she_arrived_at_her_berth() -> None:
    sea = draw(
        """
        A A  A  A A  A  A  A
        A Na Nb A Ac Ad He A
        A A  A  A A  A  A  A
        """,
        stay={"e": 8},
    )
    assert tell(sea).port_calls == ["[d..e2] to - 3"]
