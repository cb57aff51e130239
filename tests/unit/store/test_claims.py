"""Who vessels say they are: only news is written, and what is news depends on no batch."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from monitor.engine.said_kept import digest_of
from monitor.model import Static, StaticReport
from monitor.store.claims import PRESENT, Claims
from monitor.units import HOUR_US, SECOND_US, to_datetime

BEGIN = 1_700_000_000 * SECOND_US
MMSI = 230_108_610
AURORA = Static(mmsi=MMSI, name="AURORA", callsign="OJKA", imo=9_217_993, ship_type=70)
BOREAS = Static(mmsi=MMSI, name="BOREAS", callsign="OJKA", imo=9_217_993, ship_type=70)

Told = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


def report(static: Static, hours: float) -> StaticReport:
    at = BEGIN + round(hours * HOUR_US)
    return StaticReport(at=at, received_at=at, seq=0, source=0, static=static)


def told(claims: Claims, *reports: tuple[Static, float]) -> tuple[list[Any], list[Any]]:
    """Names and hours of the claims that are written, and of the changes of who she is."""
    written, who = claims.news([report(static, hours) for static, hours in reports])
    return (
        [(row[2], hours_of(row[-1])) for row in written],
        [(row[1], hours_of(row[-1])) for row in who],
    )


def hours_of(at: Any) -> float:
    return float((at - to_datetime(BEGIN)).total_seconds() / 3600)


def kept(written: Told) -> tuple[list[Any], list[Any]]:
    """What ``restore`` would be given after these rows were committed."""
    claims: dict[tuple[int, bytes], Any] = {}
    for row in written[0]:
        found = claims.setdefault(
            (row[0], row[1]),
            {"mmsi": row[0], "digest": row[1], "first_at": row[-2], "last_at": row[-1]},
        )
        found["first_at"] = min(found["first_at"], row[-2])
        found["last_at"] = max(found["last_at"], row[-1])
    who = {
        row[0]: {"mmsi": row[0], **dict(zip((*PRESENT, "identified_at"), row[1:], strict=True))}
        for row in written[1]
    }
    return list(claims.values()), list(who.values())


def test_a_first_report_is_a_claim_and_says_who_she_is() -> None:
    at = to_datetime(BEGIN)
    static = Static(
        mmsi=MMSI, name="AURORA", callsign="OJKA", imo=9_217_993, ship_type=70, to_bow_m=120,
        to_stern_m=30, to_port_m=12, to_starboard_m=11, draught_m=7.3, destination="TOBRUK",
        eta="12-13T04:00",
    )  # fmt: skip
    written, who = Claims().news([report(static, 0)])
    assert written == [
        (MMSI, digest_of(static), "AURORA", "OJKA", 9_217_993, 70, 120, 30, 12, 11, 7.3, "TOBRUK",
         "12-13T04:00", at, at),
    ]  # fmt: skip
    assert who == [(MMSI, "AURORA", "OJKA", 9_217_993, 70, 120, 30, 12, 11, at)]


def test_the_same_words_are_noted_once_an_hour() -> None:
    """Every six minutes she says them; the claim stands to the hour, and she stays who she is."""
    claims = Claims()
    reports = [(AURORA, tenth / 10) for tenth in range(25)]
    assert told(claims, *reports) == (
        [("AURORA", 0), ("AURORA", 1), ("AURORA", 2)],
        [("AURORA", 0)],
    )


def test_equal_words_of_another_object_are_the_same_words() -> None:
    """A decoder may or may not remember what it read."""
    copy = Static(mmsi=MMSI, name="AURORA", callsign="OJKA", imo=9_217_993, ship_type=70)
    assert copy is not AURORA
    assert told(Claims(), (AURORA, 0), (copy, 0.1)) == ([("AURORA", 0)], [("AURORA", 0)])


def test_a_new_name_is_a_claim_and_a_change() -> None:
    claims = Claims()
    assert told(claims, (AURORA, 0), (BOREAS, 0.1)) == (
        [("AURORA", 0), ("BOREAS", 0.1)],
        [("BOREAS", 0.1)],
    )
    assert told(claims, (BOREAS, 0.2)) == ([], [])


def test_a_new_destination_is_a_claim_and_no_change_of_who_she_is() -> None:
    bound = Static(mmsi=MMSI, name="AURORA", destination="TARTUS")
    other = Static(mmsi=MMSI, name="AURORA", destination="TOBRUK")
    assert digest_of(bound) != digest_of(other)
    claims = Claims()
    told(claims, (bound, 0))
    assert told(claims, (other, 0.1)) == ([("AURORA", 0.1)], [])


def test_two_ships_under_one_number_are_noted_by_turns_and_once_an_hour() -> None:
    """Each of their claims stands by itself; who she is follows the last word."""
    claims = Claims()
    reports = [((AURORA, BOREAS)[tenth % 2], tenth / 10) for tenth in range(12)]
    written, who = told(claims, *reports)
    assert written == [("AURORA", 0), ("BOREAS", 0.1), ("AURORA", 1), ("BOREAS", 1.1)]
    assert who == [("BOREAS", 1.1)]


def test_what_a_report_leaves_out_stays_as_it_was() -> None:
    """Part A of a type 24 has the name alone, part B all the rest (ITU-R M.1371-5, 3.22)."""
    part_a = Static(mmsi=MMSI, name="AURORA")
    part_b = Static(mmsi=MMSI, callsign="OJKA", ship_type=36, to_bow_m=9)
    claims = Claims()
    _, who = claims.news([report(part_a, 0), report(part_b, 0.1)])
    assert who == [
        (MMSI, "AURORA", "OJKA", None, 36, 9, None, None, None, to_datetime(BEGIN + HOUR_US // 10)),
    ]
    assert told(claims, (part_a, 0.2), (part_b, 0.3)) == ([], [])


def test_vessels_do_not_share_what_they_say() -> None:
    other = Static(mmsi=265_000_000, name="AURORA", callsign="OJKA", imo=9_217_993, ship_type=70)
    written, who = Claims().news([report(AURORA, 0), report(other, 0)])
    assert [row[0] for row in written] == [MMSI, 265_000_000]
    assert [row[0] for row in who] == [MMSI, 265_000_000]


def test_nothing_said_is_no_news() -> None:
    assert Claims().news([]) == ([], [])


def test_what_the_store_holds_is_no_news_after_a_restart() -> None:
    claims, again = Claims(), Claims()
    again.restore(*kept(claims.news([report(AURORA, 0)])))
    assert told(again, (AURORA, 0.9)) == ([], [])
    assert told(again, (AURORA, 1.0)) == ([("AURORA", 1)], [])
    assert told(again, (BOREAS, 1.1)) == ([("BOREAS", 1.1)], [("BOREAS", 1.1)])


def test_a_digest_tells_all_that_is_said_and_never_changes() -> None:
    """It is the key of table ``identity``: another one would note every claim anew."""
    assert digest_of(AURORA).hex() == "2eba887383ee89058894f43b7f545219"
    for other in (BOREAS, Static(mmsi=MMSI + 1, name="AURORA"), Static(mmsi=MMSI)):
        assert digest_of(other) != digest_of(AURORA)


@pytest.mark.parametrize("seed", range(10))
def test_batches_and_restarts_change_nothing(seed: int) -> None:
    """The same rows, but that who she is by the end of each batch is told once a batch."""
    chance = random.Random(seed)
    hours, reports = 0.0, []
    for _ in range(60):
        hours += chance.choice((0.1, 0.1, 0.5, 1.0))
        late = chance.choice((0, 0, 0, 0.05, 3, 300))
        reports.append(report(chance.choice((AURORA, AURORA, BOREAS)), hours - late))
    whole, whole_who = kept(Claims().news(reports))
    claims, written, who = Claims(), list[Any](), list[Any]()
    cuts = sorted({0, 60, *(chance.randrange(60) for _ in range(8))})
    for begin, end in pairwise(cuts):
        part = claims.news(reports[begin:end])
        written, who = [*written, *part[0]], [*who, *part[1]]
        claims = Claims()
        claims.restore(*kept((written, who)))
    assert kept((written, who)) == (whole, whole_who)


def test_an_older_log_read_later_does_not_give_her_back_her_old_name() -> None:
    """She was AURORA in spring; the log of the summer, when she is BOREAS, was read first."""
    claims = Claims()
    told(claims, (BOREAS, 2000), (BOREAS, 2001))
    assert told(claims, (AURORA, 0)) == ([("AURORA", 0)], [])
    assert told(claims, (BOREAS, 2001.5)) == ([], [])


def test_a_name_that_came_late_is_hers_once_she_says_it_again() -> None:
    claims = Claims()
    told(claims, (BOREAS, 2000))
    assert told(claims, (AURORA, 1999.9), (AURORA, 2000.5)) == (
        [("AURORA", 1999.9)],
        [("AURORA", 2000.5)],
    )


def test_an_older_log_tells_what_no_newer_one_has_told() -> None:
    claims = Claims()
    told(claims, (Static(mmsi=MMSI, name="BOREAS"), 2000))
    _, who = claims.news([report(AURORA, 0)])
    assert who == [
        (MMSI, "BOREAS", "OJKA", 9_217_993, 70, None, None, None, None,
         to_datetime(BEGIN + 2000 * HOUR_US)),
    ]  # fmt: skip


def test_a_claim_was_first_made_when_the_oldest_log_says() -> None:
    """Whichever was read first, and though the claim is known: ``first_at`` goes back."""
    claims = Claims()
    told(claims, (AURORA, 2000))
    assert told(claims, (AURORA, 10), (AURORA, 11), (AURORA, 1000)) == ([("AURORA", 10)], [])


def test_between_two_times_that_are_noted_nothing_is_news() -> None:
    written, _ = told(Claims(), (AURORA, 0), (AURORA, 5), (AURORA, 3))
    assert written == [("AURORA", 0), ("AURORA", 5)]


def test_after_a_restart_what_is_older_is_still_known_for_older() -> None:
    claims = Claims()
    rows = kept(claims.news([report(BOREAS, 2000)]))
    again = Claims()
    again.restore(*rows)
    assert told(again, (AURORA, 1999)) == ([("AURORA", 1999)], [])
    assert told(again, (BOREAS, 1998)) == ([("BOREAS", 1998)], [])


def test_what_two_receivers_say_in_turns_is_not_taken_again_each_hour() -> None:
    """The second is seconds older than the first: it says the same, so nothing hangs on it."""
    second = Static(mmsi=MMSI, name="AURORA", callsign="OJKA", imo=9_217_993, ship_type=70)
    claims = Claims()
    told(claims, (AURORA, 0), (second, 0.01))
    for hour in range(1, 5):
        told(claims, (AURORA, hour), (second, hour - 0.001), (AURORA, hour + 0.5))
    assert claims.unsure == set()


def test_since_when_she_is_who_she_is_hangs_on_no_order() -> None:
    """The same words, a moment older than those that changed who she is: since then she is."""
    claims = Claims()
    told(claims, (AURORA, 0), (BOREAS, 0.2), (AURORA, 2), (AURORA, 1.999))
    assert claims.unsure == {MMSI}


def test_what_two_say_at_one_instant_hangs_on_no_order() -> None:
    """They use her number; two parts of one message are no two."""
    claims = Claims()
    told(claims, (AURORA, 0), (BOREAS, 2), (AURORA, 2))
    assert claims.unsure == {MMSI}
    alone = Claims()
    told(alone, (HALF, 0), (Static(mmsi=MMSI, callsign="OJKA"), 0), (replace(HALF), 0))
    assert alone.unsure == set()


COVE = Static(mmsi=MMSI, name="COVE", callsign="OJKB", to_bow_m=9)
HALF = Static(mmsi=MMSI, name="AURORA")


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(200))
def test_in_whatever_order_reports_come_she_is_who_she_is_or_it_is_unsure(
    seed: int, *, ties: bool
) -> None:
    """Two receivers, seconds apart; decoders keep the words of some, and others they read anew."""
    chance = random.Random(seed)
    hours, reports = 0.0, []
    for _ in range(40):
        hours += chance.choice((0.0 if ties else 0.001, 0.002, 0.1, 0.5, 1.0))
        said = chance.choice((AURORA, AURORA, BOREAS, COVE, HALF))
        reports.append(report(said if chance.random() < 0.7 else replace(said), hours))
    came = sorted(reports, key=lambda one: one.at + chance.choice((0, 0, 0.003, 0.003)) * HOUR_US)
    reports.sort(key=lambda one: (one.at, digest_of(one.static)))
    live, sorted_ = Claims(), Claims()
    claims, who = kept(live.news(came))
    wanted, wanted_who = kept(sorted_.news(reports))
    assert ties or sorted_.unsure == set()
    assert {row["digest"]: row["first_at"] for row in claims} == {
        row["digest"]: row["first_at"] for row in wanted
    }
    assert who == wanted_who or live.unsure == {MMSI}
