"""``monitor report``: pages of a port, a vessel and a fleet, and what is wrong in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.simulator.simulation import Simulation
from monitor.store.cluster import Cluster
from tests.acceptance.desk import Desk
from tests.replayed import replayed

WHEN = ("--since", "2025-01-15", "--until", "2025-01-19T06:00Z")
MOVE = ("relocation", "--from", "tartus", "--to", "tobruk")


@pytest.fixture(scope="module")
def sea(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Simulation]]:
    """Two ships from Tartus to Tobruk, dark on the way."""
    yield replayed(cluster, "cli_report", "dark-transfer", tmp_path_factory.mktemp("sea"))
    cluster.drop_database("cli_report")


@pytest.fixture
def told(desk: Desk, sea: tuple[str, Simulation]) -> Desk:
    desk.env["MONITOR_DATABASE_URL"] = sea[0]
    return desk


def path(desk: Desk, name: str) -> Path:
    return desk.folder / name


@pytest.mark.parametrize("form", ["html", "pdf", "png", "md"])
def test_the_answer_is_printed_and_the_page_is_there(told: Desk, form: str) -> None:
    page = path(told, f"moved.{form}")
    code, out, errors = told.ask("report", *MOVE, *WHEN, "-o", str(page))
    assert (code, errors) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Has the fleet moved from Tartus to Tobruk?"
    assert " Of 2 ships that were at Tartus in this time, " in lines[1]
    assert lines[2] == f"Report: {page}"
    assert page.stat().st_size > 2_000


def test_a_port_and_a_vessel_by_her_mmsi_and_by_her_imo_number(
    told: Desk, sea: tuple[str, Simulation]
) -> None:
    page = path(told, "page.md")
    code, out, _ = told.ask("report", "port", "tobruk", *WHEN, "--output", str(page))
    assert code == 0
    assert out.startswith("Tobruk: who was there\n")
    ship = sea[1].truth.vessels[0]
    code, out, _ = told.ask("report", "vessel", f"{ship.mmsi:09d}", *WHEN, "-o", str(page))
    assert code == 0
    assert out.startswith(f"{ship.name}: {ship.mmsi:09d}\nShe was heard last at ")
    imo = page.read_text().partition("| IMO |")[2].partition("\n| ---")[2].split("|")
    number = next(
        cell.strip() for cell in imo if cell.strip().isdecimal() and len(cell.strip()) == 7
    )
    for word in (number, f"IMO {number}"):
        code, out, _ = told.ask("report", "vessel", word, *WHEN, "-o", str(page))
        assert code == 0
        assert out.startswith(f"{ship.name}: {word}\n")


def test_a_fleet_is_a_watchlist(told: Desk, sea: tuple[str, Simulation]) -> None:
    """Both ships at Tobruk at the end; a third was never heard."""
    for mmsi in (*{ship.mmsi for ship in sea[1].truth.vessels}, 273_000_111):
        code, _, errors = told.ask(
            "watchlist", "add", "run", "--mmsi", str(mmsi), "--reason", "sails dark", "--source",
            "log", "--by", "ann",
        )  # fmt: skip
        assert (code, errors) == (0, "")
    page = path(told, "fleet.html")
    code, out, errors = told.ask("report", "fleet", "run", *WHEN, "-o", str(page))
    assert (code, errors) == (0, "")
    title, answer, _ = out.splitlines()
    assert title == "Fleet run: where it is"
    assert answer.startswith("Of 3 ships: ")
    assert answer.endswith("1 never heard.")
    assert "Tobruk" in page.read_text()
    for period in ("noon", "shift"):
        code, out, _ = told.ask(
            "report", "fleet", "run", "--period", period, "-o", str(path(told, "now.md"))
        )
        assert (code, "2 not known and 1 never heard." in out) == (0, True)
    code, out, _ = told.ask("ask", "fleet", "run", "--at", "2025-01-19T06:00Z")
    assert code == 0
    assert "273000111" in out
    assert "not heard" in out


def test_a_time_without_reports_claims_nothing(told: Desk) -> None:
    page = path(told, "page.md")
    later = ("--since", "2025-03-01", "--until", "2025-04-01")
    code, out, _ = told.ask("report", "port", "tobruk", *later, "-o", str(page))
    assert code == 0
    assert "How things stand at Tobruk at 2025-04-01 00:00 UTC is not known" in out
    code, out, _ = told.ask("report", *MOVE, *later, "-o", str(page))
    assert code == 0
    assert "at least" in out or "nothing can be said" in out
    assert "Tobruk was not heard for 31.0 d (100 % of the time, once)" in page.read_text()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("port", "nowhere", "-o", "x.md"), 2, "There is no port 'nowhere'; choose one of: tartus"),
        (("port", "tobruk", "-o", "x.doc"), 2, "x.doc cannot be written: reports are html, pdf,"),
        (("vessel", "230108610", "-o", "x.md"), 2, "No vessel of MMSI 230108610 was heard: see"),
        (("vessel", "9268710", "-o", "x.md"), 2, "No vessel of IMO number 9268710 was heard"),
        (("fleet", "none", "-o", "x.md"), 2, "There is no watchlist 'none' that holds: see"),
        (("fleet", "run", "--period", "noon", "--since", "1d", "-o", "x.md"), 2,
         "The time is given twice: write --period, or --since and --until."),
        (("vessel", "12", "-o", "x.md"), 2, "'12' is no MMSI (nine digits) and no IMO number"),
        ((*MOVE[:3], "--to", "tartus", "-o", "x.md"), 2, "A fleet moves from one port to another"),
        (("port", "tobruk", "--since", "soon", "-o", "x.md"), 2, "'soon' is no time"),
        (
            ("port", "tobruk", "--since", "2025-02-01", "--until", "2025-01-01", "-o", "x.md"), 2,
            "The time is empty: --since must be before --until.",
        ),
        (("port", "tobruk", *WHEN, "-o", "nowhere/x.md"), 2, "nowhere/x.md cannot be written: No"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence(
    told: Desk, words: tuple[str, ...], code: int, sentence: str
) -> None:
    found, out, errors = told.ask("report", *words)
    assert (found, out) == (code, "")
    assert errors.startswith(f"monitor: {sentence}")
