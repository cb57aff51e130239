"""The runner puts the engine where the last commit left it, and goes on without what is broken.

Two ships lie at a berth when the process ends. Then somebody, or another release, has been at what
was kept of one of them: nothing is told of her but what is true, with no bound that is not known,
and all else is as it was.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.engine.geofence import FenceSet
from monitor.store.cluster import Cluster
from monitor.units import from_datetime
from tests.acceptance.test_kill import tables
from tests.integration.service.seafarers import (
    CUT,
    ONE,
    SEA,
    TWO,
    Voyage,
    after,
    asked,
    before,
    sail,
)
from tests.scenario.sea import draw

HERS, OTHER = f'[{ONE},0,"home"]', f'[{TWO},0,"home"]'
VISITS = {("visit", HERS), ("visit", OTHER)}
VOYAGES = {("voyage", f"[{ONE},0]"), ("voyage", f"[{TWO},0]")}
AT_SEA = [(*key, "at sea") for key in sorted(VOYAGES)]
KEPT = (
    "SELECT detector, key, state::json->'state'->>'state' FROM kept_state"
    " WHERE detector NOT IN ('said', 'static', 'episode', 'gap', 'wait', 'contrary')"
    " ORDER BY detector, key"
)

CAME = [
    "GeofenceEntered approach [c..d] 4", "GeofenceEntered harbour [d..e] 4",
    "PortArrived provisional [d..e] 1", "call [d..e] to - 1",
    "GeofenceEntered berth [e..f] 4", "Berthed berth [e..f2] 4",
    "PortArrived berth [e..f2] 3", "call [e..f2] to - 3",
]  # fmt: skip
"""What the first process tells of her."""

LEFT = [
    "Unberthed berth [f88+1m..g] 4", "call [e..f2] to - 3", "GeofenceLeft berth [f90..g] 4",
    "GeofenceLeft harbour [h..i] 4", "PortDeparted provisional [f88+1m..g] 4",
    "call [e..f2] to - 3", "VoyageBegun None [f88+1m..g] 4",
    "GeofenceLeft approach [j..k] 4", "PortDeparted approach [f88+1m..g] 4",
    "call [e..f2] to [f88+1m..g] 4",
]  # fmt: skip
"""What the second process tells of her if all is well."""

LEFT_TOO = [
    "Unberthed berth [l23+1m..l26] 4", "call [f30..f32] to - 3", "GeofenceLeft berth [l25..l26] 4",
    "GeofenceLeft harbour [l27..l28] 4", "PortDeparted provisional [l23+1m..l26] 4",
    "call [f30..f32] to - 3", "VoyageBegun None [l23+1m..l26] 4",
    "GeofenceLeft approach [l29..l30] 4", "PortDeparted approach [l23+1m..l26] 4",
    "call [f30..f32] to [l23+1m..l26] 4",
]  # fmt: skip
"""And of the other, an hour later."""

LEFT_WHO_KNOWS_WHEN_SHE_CAME = [
    "FirstSeenInside berth [?..f59] 1", "PortArrived provisional [?..f59] 1",
    "call [?..f59] to - 1", "Berthed berth [?..f60] 1", "PortArrived berth [?..f59] 2",
    "call [?..f59] to - 2",
    "Unberthed berth [f88+1m..g] 4", "call [?..f59] to - 2", "GeofenceLeft berth [f90..g] 4",
    "GeofenceLeft harbour [h..i] 4", "PortDeparted provisional [f88+1m..g] 3",
    "call [?..f59] to - 2", "VoyageBegun None [f88+1m..g] 3", "GeofenceLeft approach [j..k] 4",
    "PortDeparted approach [f88+1m..g] 3", "call [?..f59] to [f88+1m..g] 3",
]  # fmt: skip
"""What the second process tells of her if what the first had kept of her is lost."""

ANEW = "1 kept state of detector visit cannot be used and is begun anew: "
BOTH_ANEW = "2 kept states of detector visit cannot be used and are begun anew: "
ALL_ANEW = "The engine's state cannot be used and is begun anew: "


@pytest.fixture(scope="module")
def well(cluster: Cluster) -> tuple[Voyage, dict[str, list[Any]]]:
    """The second process and its tables, if nobody was at them in between."""
    url = cluster.create_database("runner_well", template="template_monitor")
    sail(url, before())
    return sail(url, after()), tables(url)


def resumed(url: str, **words: Any) -> tuple[Voyage, list[str]]:
    """The second process, and what it warned of."""
    with capture_logs() as said:
        voyage = sail(url, after(), **words)
    return voyage, [entry["event"] for entry in said if entry["log_level"] == "warning"]


def as_it_was(url: str, well: dict[str, list[Any]], *, but: set[int]) -> None:
    """All tables are as if nobody had been at them, but for what is told of some ships."""
    found = tables(url)
    for name, rows in well.items():
        of_others = [
            [row for row in side if _mmsi_of(name, row) not in but] for side in (found[name], rows)
        ]
        assert of_others[0] == of_others[1], name


def _mmsi_of(table: str, row: Any) -> int | None:
    """Whom something that is told, or what of it belongs together, is about."""
    if table in {"event", "port_call"}:
        return int(row["mmsi"])
    if table == "kept_state" and row["detector"] == "episode":
        return int(row["key"].removeprefix("[").partition(",")[0])
    return None


def test_if_all_is_well_nothing_is_said_and_nothing_twice(
    database: str, well: tuple[Voyage, dict[str, list[Any]]]
) -> None:
    """The second process goes on where the first ended."""
    first = sail(database, before())
    assert first.of(1) == CAME
    voyage, said = resumed(database)
    assert (voyage.of(1), voyage.of(2), said) == (LEFT, LEFT_TOO, [])
    assert set(voyage.kept) == VISITS | VOYAGES
    as_it_was(database, well[1], but=set())
    assert asked(database, "SELECT count(*) FROM event WHERE mmsi = $1", ONE) == [(11,)]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("version = 77", "version 77 is not known here."),
        (
            """state = replace(state, '"stay":', '"star":')""",
            "Visit lacks or does not know star, stay.",
        ),
        (
            """state = replace(state, '"stay":', '"stay":0,"star":')""",
            "Visit lacks or does not know star.",
        ),
        (
            "state = left(state, 40)",
            (
                "it is damaged (JSONDecodeError: Unterminated string starting at: line 1 column 35"
                " (char 34))."
            ),
        ),
        ("state = '7'", "it is damaged (TypeError: 'int' object is not subscriptable)."),
        (
            """state = replace(state, '"fix":1', '"fix":9')""",
            "its fixes are of layout 9, not known here.",
        ),
        (f"key = '[{ONE},0]'", f"its key '[{ONE},0]' is none of a ShipAtPort."),
    ],
)
def test_the_state_of_one_ship_is_lost(
    database: str, well: tuple[Voyage, dict[str, list[Any]]], harm: str, said: str
) -> None:
    """She is begun anew where she lies: when she came is not known, when she left is."""
    sail(database, before())
    asked(database, f"UPDATE kept_state SET {harm} WHERE detector = 'visit' AND key = $1", HERS)  # noqa: S608
    (broken,) = asked(
        database, "SELECT key, version, state FROM kept_state"
        " WHERE detector = 'visit' AND key <> $1", OTHER,
    )  # fmt: skip
    voyage, warned = resumed(database)
    assert warned == [f"{ANEW}{said}"]
    assert voyage.of(1) == LEFT_WHO_KNOWS_WHEN_SHE_CAME
    assert voyage.of(2) == LEFT_TOO
    assert voyage.kept["visit", OTHER] == well[0].kept["visit", OTHER]
    assert broken not in {(key, *state) for (_, key), state in voyage.kept.items()}
    as_it_was(database, well[1], but={ONE})
    assert asked(
        database, "SELECT arrived_earliest IS NULL, departed FROM port_call WHERE mmsi = $1"
        " ORDER BY departed", ONE,
    ) == [(False, False), (True, True)]  # fmt: skip


def test_a_third_process_has_nothing_to_say(database: str) -> None:
    """What was broken is gone."""
    sail(database, before())
    asked(database, "UPDATE kept_state SET version = 77 WHERE detector = 'visit'")
    rows = after()
    with capture_logs() as said:
        sail(database, rows[:70])
        sail(database, rows[70:])
    assert [entry["event"] for entry in said] == [f"{BOTH_ANEW}version 77 is not known here."]


def test_what_was_begun_anew_is_kept_at_once(database: str) -> None:
    """A process that ends behind its first commit loses her once, not again."""
    sail(database, before())
    asked(
        database, "UPDATE kept_state SET version = 77 WHERE detector = 'visit' AND key = $1", HERS
    )
    assert set(sail(database, after()[:7]).kept) == VISITS | VOYAGES


def test_a_detector_that_is_not_known_here(
    database: str, well: tuple[Voyage, dict[str, list[Any]]]
) -> None:
    """What it kept is let go, and concerns no other."""
    sail(database, before())
    asked(database, "INSERT INTO kept_state VALUES ('radar', 3, $1, '{}'), ('radar', 3, 'x', '')",
          HERS)  # fmt: skip
    voyage, said = resumed(database)
    assert said == ["What detector radar kept (2) is let go: it is not known here."]
    assert (voyage.of(1), voyage.of(2)) == (LEFT, LEFT_TOO)
    assert voyage.kept == well[0].kept
    as_it_was(database, well[1], but=set())


def test_a_port_that_is_watched_no_more(
    database: str, well: tuple[Voyage, dict[str, list[Any]]]
) -> None:
    """Nobody departs from it; the calls stay open, and all positions are stored.

    The two ships lie beside each other where no port is watched, which is a meeting by and by.
    """
    elsewhere = draw(". A .", ". A A a b").fences.ports[1:]
    sail(database, before())
    told = asked(database, "SELECT * FROM event ORDER BY id")
    voyage, said = resumed(database, fences=FenceSet(ports=elsewhere))
    assert said == [f"{BOTH_ANEW}port home is watched no more."]
    assert voyage.told == []
    assert {row for row in voyage.kept if row[0] != "meeting"} == VOYAGES
    assert asked(database, "SELECT * FROM event ORDER BY id") == told
    assert asked(database, "SELECT departed FROM port_call") == [(False,), (False,)]
    assert tables(database)["position"] == well[1]["position"]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("""head = replace(head, '"version": 2', '"version": 9')""",
         "it is of version 9, not known here."),
        ("""head = replace(head, '"seq"', '"sex"')""", "it is damaged ('seq')."),
    ],
)  # fmt: skip
def test_a_head_that_cannot_be_read(
    database: str, well: tuple[Voyage, dict[str, list[Any]]], harm: str, said: str
) -> None:
    """All is begun anew: of both it is not known when they came, and what is stored stays."""
    sail(database, before())
    told = asked(database, "SELECT id FROM event ORDER BY id")
    asked(database, f"UPDATE pipeline_state SET {harm}")  # noqa: S608
    voyage, warned = resumed(database)
    assert warned == [f"{ALL_ANEW}{said}"]
    from_there = {"f59": "f61", "f60": "f62"}
    told_anew = [
        re.sub(r"f59|f60", lambda found: from_there[found[0]], words)
        for words in LEFT_WHO_KNOWS_WHEN_SHE_CAME
    ]
    assert voyage.of(1) == told_anew
    assert voyage.of(2)[:6] == told_anew[:6]
    assert voyage.of(2)[-1] == "call [?..f61] to [l23+1m..l26] 3"
    assert set(told) < set(asked(database, "SELECT id FROM event ORDER BY id"))
    lost = set(well[1]["position"]) - set(tables(database)["position"])
    assert {SEA.name_of(from_datetime(row["at"])) for row in lost} == {"f59", CUT}, (
        "they waited in it"
    )
    assert set(voyage.kept) == VISITS  # which call a voyage will begin with is to be seen
    ((head,),) = asked(database, "SELECT head FROM pipeline_state")
    assert '"version": 2, ' in head


@pytest.mark.parametrize(
    "harm",
    [
        "head = left(head, 30)",
        "head = '[]'",
        """head = regexp_replace(head, '"newest": \\d+', '"newest": 1e300')""",
    ],
)
def test_a_head_that_is_no_head_at_all(database: str, harm: str) -> None:
    """All is begun anew."""
    sail(database, before())
    asked(database, f"UPDATE pipeline_state SET {harm}")  # noqa: S608
    _, warned = resumed(database)
    assert [words.startswith(ALL_ANEW) for words in warned] == [True]


def test_last_fixes_that_cannot_be_read(
    database: str, well: tuple[Voyage, dict[str, list[Any]]]
) -> None:
    """What is known of their calls stays known."""
    sail(database, before())
    asked(database, "UPDATE vessel_state SET layout = 9")
    voyage, said = resumed(database)
    assert said == [
        "Last fixes of vessels that were kept are let go: they are of layout 9, not known here."
    ]
    assert [words for words in voyage.of(1) if "FirstSeen" not in words][-len(LEFT) :] == LEFT
    assert voyage.of(2)[-len(LEFT_TOO) :] == LEFT_TOO
    found, wanted = tables(database)["vessel_state"], well[1]["vessel_state"]
    assert [row["fix"] for row in found] == [row["fix"] for row in wanted]


def test_the_tracks_of_a_ship_that_cannot_be_read(database: str) -> None:
    """Under another version they are begun anew, and what was kept is gone."""
    sail(database, before())
    key = f"[{TWO},0]"
    asked(
        database, "INSERT INTO kept_state VALUES ('track', 7, $1, '{\"fix\":1,\"state\":1}')", key
    )
    voyage, said = resumed(database)
    assert said == [f"The tracks of vessel {key} are begun anew: version 7 is not known here."]
    assert (voyage.of(1), voyage.of(2)) == (LEFT, LEFT_TOO)
    assert ("track", key) not in voyage.kept or voyage.kept["track", key][0] != 7
    assert asked(database, KEPT) == AT_SEA


def test_tracks_that_are_damaged_are_gone_with_the_next_commit(database: str) -> None:
    """As any other state."""
    sail(database, before())
    asked(database, "INSERT INTO kept_state VALUES ('track', 1, $1, '{')", f"[{TWO},0]")
    resumed(database)
    assert asked(database, KEPT) == AT_SEA
