"""Drawn words: ships that change what they say of themselves, and such as only seem to."""

from __future__ import annotations

import random
from typing import Any

import pytest

from monitor.model import Event, EventKind
from tests.scenario.sayings import lines, say
from tests.scenario.sea import MMSI, START

ALDA: dict[str, Any] = {
    "name": "ALDA", "callsign": "UBEW6", "imo": 9_268_710, "ship_type": 70,
    "to_bow_m": 100, "to_stern_m": 20, "to_port_m": 10, "to_starboard_m": 8,
}  # fmt: skip
BERTA = ALDA | {"name": "BERTA"}
WHOLLY: dict[str, Any] = {
    "name": "BERTA", "callsign": "ABCD", "imo": 9_160_994, "ship_type": 80,
    "to_bow_m": 150, "to_stern_m": 20, "to_port_m": 10, "to_starboard_m": 8,
}  # fmt: skip


def alda(**other: Any) -> dict[str, Any]:
    return ALDA | other


def figures(events: list[Event]) -> dict[str, Any]:
    (event,) = events
    return event.evidence.figures


def test_another_name_is_told_when_it_is_said_twice() -> None:
    """Between the last report of the old and the first of the new; where she was heard then."""
    events = say("AAAABBBB", A=ALDA, B=BERTA)
    assert lines(events) == ["IdentityChanged [6m..24m] @ 30m: Her name was ALDA, now BERTA."]
    (event,) = events
    told = event.evidence.figures
    assert (told["changed"], told["old_name"], told["new_name"]) == ("name", "ALDA", "BERTA")
    assert told["old_name_last"] == "2023-11-14T22:19:20Z"
    assert told["first_said"] == "2023-11-14T22:37:20Z"
    assert (event.name, event.state, event.confidence) == ("BERTA", "confirmed", 3)
    assert event.subject == (MMSI, 0)
    assert [fix.at for fix in event.evidence.fixes] == ["2023-11-14T22:41:20Z"]
    assert event.lon is not None


def test_the_last_report_of_the_old_is_known_to_the_hour() -> None:
    """She says ALDA for three hours: the first report of the last hour bounds it, 47 minutes in."""
    (event,) = say("A" * 32 + "BB", A=ALDA, B=BERTA)
    assert event.span.latest == START + 32 * 6 * 60_000_000
    assert event.evidence.figures["old_name_last"] == "2023-11-15T01:01:20Z"


def test_all_that_changes_with_a_report_is_told_at_once() -> None:
    events = say("AAABBB", A=ALDA, B=WHOLLY)
    assert lines(events) == [
        (
            "IdentityChanged [6m..18m] @ 24m: Her name was ALDA, now BERTA; her call sign was"
            " UBEW6, now ABCD; her IMO number was 9268710, now 9160994; her kind was cargo, now"
            " tanker; her size was 120 x 18 m, now 170 x 18 m."
        )
    ]
    assert figures(events)["changed"] == "name, call sign, IMO number, kind, size"


def test_a_change_across_a_silence_has_the_silence_for_bounds() -> None:
    """Three days."""
    assert lines(say("AAA", "BBB", at=(0, 72), A=ALDA, B=BERTA)) == [
        "IdentityChanged [6m..72h0m] @ 72h6m: Her name was ALDA, now BERTA."
    ]


@pytest.mark.parametrize(
    "words", ["AAABAAA", "AAAXAAAYAAA", "AAABAAABAA", "AAAB", "BAAAA", "AAA.A.AA", "AAAAAA"]
)
def test_what_is_said_once_is_a_slip(words: str) -> None:
    """In the middle, twice another or the same, at the end, and at the begin."""
    assert say(words, A=ALDA, B=BERTA, X=alda(name="ALDB"), Y=alda(name="ALFA")) == []


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Alda "}, {"name": "AL-DA"}, {"callsign": "ub ew6"}, {"ship_type": 79},
        {"to_bow_m": 102, "to_stern_m": 21}, {"to_bow_m": 20, "to_stern_m": 100}, {"imo": None},
        {"draught_m": 9.0, "destination": "TOBRUK"}, {"to_bow_m": 0, "to_stern_m": 0},
        {"name": None},
    ],
)  # fmt: skip
def test_what_means_the_same_is_no_change(other: dict[str, Any]) -> None:
    """Other letters, another hazard, rounding, an antenna that was moved, what is not said."""
    assert say("AAABBBB", A=ALDA, B=alda(**other)) == []


def test_first_words_are_no_change() -> None:
    assert say("NNNAAA", N={"draught_m": 7.0}, A=ALDA) == []


def test_back_again_is_a_change_and_once_more_is_flapping() -> None:
    """Days apart; then it is quiet, until she says one thing for a week."""
    events = say("AA", "BB", "AA", "BB", "AA", "BB", at=(0, 24, 48, 72, 96, 120), A=ALDA, B=BERTA)
    assert [str(one.kind) for one in events] == [
        "IdentityChanged", "IdentityChanged", "IdentityFlapped",
    ]  # fmt: skip
    assert events[-1].why == (
        "By turns she says name ALDA and BERTA: two ships use her number, or a set is switched."
    )
    assert events[-1].evidence.figures["name_said"] == ["ALDA", "BERTA"]


def test_a_slip_before_a_change_and_one_after_it_are_no_flapping() -> None:
    """Both names come back, each from a slip: she changed hers once."""
    slips = {"D": {**ALDA, "name": "ALDQ"}, "E": {**BERTA, "name": "BERTQ"}}
    events = say("AAADAA", "BBBEBB", at=(0, 24), A=ALDA, B=BERTA, **slips)
    assert [str(one.kind) for one in events] == ["IdentityChanged"]


def test_two_ships_on_one_number_are_told_once() -> None:
    """They speak by turns: nothing of it ever stands, and all of it flaps at once."""
    events = say("ABABABABABAB", A=ALDA, B=WHOLLY)
    assert lines(events) == [
        (
            "IdentityFlapped [6m..30m] @ 30m: By turns she says name ALDA and BERTA; call sign"
            " UBEW6 and ABCD; IMO number 9268710 and 9160994; kind cargo and tanker; size"
            " 120 x 18 m and 170 x 18 m: two ships use her number, or a set is switched."
        )
    ]


@pytest.mark.parametrize("words", [("AAAA", "BBBB"), ("ABAB", "BABA"), ("AAAAAA", "B.B.BB")])
def test_two_that_say_it_at_one_instant_are_told_in_whatever_order_they_are_read(
    words: tuple[str, str],
) -> None:
    """Two receivers hear one each."""
    events = say(*words, at=(0, 0), A=ALDA, B=WHOLLY)
    assert [str(one.kind) for one in events] == ["IdentityFlapped"]
    assert say(*reversed(words), at=(0, 0), A=ALDA, B=WHOLLY) == events


def test_after_a_week_of_one_name_another_is_a_change_again() -> None:
    """And not flapping, though she had it before."""
    events = say("AA", "BB", "AA", "BB", at=(0, 24, 24 * 9, 24 * 18), A=ALDA, B=BERTA)
    assert [str(one.kind) for one in events] == ["IdentityChanged"] * 3
    assert len({one.id for one in events}) == 3


def test_another_field_is_told_while_one_flaps() -> None:
    events = say("ABABABAB", "CCC", at=(0, 5), A=ALDA, B=BERTA, C=alda(callsign="ABCD"))
    assert [one.evidence.figures["changed"] for one in events] == ["name", "call sign"]


# -- what cannot be true -------------------------------------------------------------------------

FALSE_IMO = 9_268_711


def test_a_number_that_is_no_imo_number_is_told_once() -> None:
    events = say("AAAAAAAA", A=alda(imo=FALSE_IMO))
    assert lines(events) == [
        (
            "IdentityDoubted [0m..0m] @ 6m: 9268711 is no IMO number: its last digit does not"
            " follow from the others."
        )
    ]
    assert figures(events)["doubt"] == "IMO number"


def test_who_begins_to_say_a_false_one_changed_and_is_doubted() -> None:
    events = say("AAABBB", A=ALDA, B=alda(imo=FALSE_IMO))
    doubted, changed = sorted(events, key=lambda one: one.kind, reverse=True)
    assert (changed.kind, doubted.kind) == (EventKind.IDENTITY_CHANGED, EventKind.IDENTITY_DOUBTED)
    assert changed.evidence.figures["imo_holds"] is False


@pytest.mark.parametrize("words", ["ABAA", "AAAA", "B"])
def test_a_false_number_that_was_a_slip_is_not_told(words: str) -> None:
    assert say(words, A=ALDA, B=alda(imo=FALSE_IMO)) == []


def test_digits_that_no_country_has_are_told_once() -> None:
    events = say("AAAA", "AAAA", at=(0, 24 * 20), mmsi=646_000_001, A=ALDA)
    assert lines(events) == [
        "IdentityDoubted [0m..0m] @ 6m: Her number begins with 646, which no country was given."
    ]
    assert figures(events)["mid"] == 646


@pytest.mark.parametrize(("words", "mmsi"), [("A", 646_000_001), ("AAAA", 273_000_001)])
def test_a_garbled_number_and_a_good_one_are_not_told(words: str, mmsi: int) -> None:
    assert say(words, mmsi=mmsi, A=ALDA) == []


# -- any story -----------------------------------------------------------------------------------

MANY = {
    "A": ALDA, "B": BERTA, "C": WHOLLY, "D": alda(imo=FALSE_IMO), "E": {"name": "ALDA"},
    "F": {"callsign": "ABCD", "ship_type": 80}, "G": alda(destination="TOBRUK"),
    "H": alda(destination="FOR ORDERS", draught_m=9.0), "I": alda(name="ALDA "),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(25))
def test_any_story_is_the_same_however_it_comes(seed: int) -> None:
    """Cut anywhere, out of order, and as the ship is taken again: ``say`` looks at all of these."""
    chance = random.Random(seed)
    letters = chance.sample(sorted(MANY), chance.choice((2, 3, 5)))
    words = [
        "".join(chance.choice([*letters, letters[0], "."]) for _ in range(chance.randrange(1, 25)))
        for _ in range(chance.randrange(1, 6))
    ]
    days = sorted(chance.choice((3, 24, 80, 200)) * n + chance.random() for n in range(len(words)))
    mmsi = chance.choice((MMSI, 646_000_001))
    events = say(*words, at=days, mmsi=mmsi, **MANY)
    assert len({one.id for one in events}) == len(events)
    assert all(one.span.latest is not None and one.span.latest <= one.decided_at for one in events)


def test_of_kinds_nobody_else_tells() -> None:
    """These stories have no port, and no other detector speaks."""
    kinds = {one.kind for one in say("AAABBB", A=ALDA, B=WHOLLY)}
    assert kinds == {EventKind.IDENTITY_CHANGED}
