"""``monitor watchlist``: an officer keeps a list, and sees which ships that are heard are on it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from monitor.alert.entry import WORDS
from tests.acceptance.desk import in_terminal
from tests.program import run_monitor

HEARD = """\
mmsi,timestamp,lat,lon,name,imo,callsign,ship_type
273297850,2025-01-28T20:00:00Z,34.5,35.5,BALTIC LEADER,9220639,UBEW6,70
636012345,2025-01-28T20:00:00Z,34.6,35.5,NORD STAR,9268710,D5AB1,70
273999410,2025-01-28T20:00:00Z,34.7,35.5,SPARTA 2,,,79
273000001,2025-01-28T20:00:00Z,34.8,35.5,SPARTAK,,,52
273000002,2025-01-28T20:00:00Z,34.9,35.5,SPARTA IV,9074729,,70
248000003,2025-01-28T20:00:00Z,34.9,35.6,YAM,,,80
"""
"""Two of the sample (one by another MMSI and name), two that may be, and two that are others."""

ANN = ("--reason", "sailed dark", "--source", "our log", "--by", "ann")
FILE = "list,imo,name,reason,source\nown,9074729,AURORA,sailed dark,our log\n"


class Officer:
    """Someone at a desk with a store."""

    def __init__(self, database: str, folder: Path) -> None:
        """The store holds what is in the database."""
        self.env, self.folder = {"MONITOR_DATABASE_URL": database}, folder

    def does(self, *words: str | Path, data: bytes | None = None) -> str:
        """Run `monitor watchlist`; what it prints."""
        done = self._run(*words, data=data)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def fails(self, code: int, *words: str | Path, data: bytes | None = None) -> tuple[str, str]:
        """Do the same in vain: what is printed, and the one sentence why."""
        done = self._run(*words, data=data)
        error = done.stderr.decode()
        assert done.returncode == code, error
        assert error.startswith("monitor: ")
        assert error.endswith(".\n")
        assert error.count("\n") == 1
        return done.stdout.decode(), error.removeprefix("monitor: ").rstrip("\n")

    def sees(self, *words: str | Path) -> list[dict[str, Any]]:
        """Records of a command as JSON."""
        found: list[dict[str, Any]] = json.loads(self.does(*words, "--format", "json"))
        return found

    def file(self, text: str, name: str = "watch.csv") -> Path:
        """A file on the desk."""
        path = self.folder / name
        path.write_bytes(text.encode())
        return path

    def _run(self, *words: str | Path, data: bytes | None) -> subprocess.CompletedProcess[bytes]:
        return run_monitor("watchlist", *words, env=self.env, data=data)


@pytest.fixture
def officer(database: str, tmp_path: Path) -> Officer:
    """With an empty store."""
    return Officer(database, tmp_path)


def hear(officer: Officer, text: str) -> None:
    """Replay a log."""
    log = officer.file(text, f"heard{len(text)}.csv")
    done = run_monitor("replay", log, env=officer.env)
    assert done.returncode == 0, done.stderr.decode()


# -- a list is kept --------------------------------------------------------------------------------


def test_a_ship_is_put_on_a_list_changed_and_taken_off(officer: Officer) -> None:
    """And at any time it can be told what was on it."""
    aurora = ("add", "own", "--imo", "IMO 9074729", "--name", "Aurora")
    assert officer.does(*aurora, *ANN) == "AURORA, IMO 9074729 is on own now, as entry 1.\n"
    assert officer.does(*aurora, *ANN) == "AURORA, IMO 9074729 is on own already, as entry 1.\n"
    came = officer.does(*aurora, *ANN, "--note", "by night", "--valid-to", "2099-01-01")
    number = came.partition(" as entry ")[2].partition(",")[0]
    assert came == f"AURORA, IMO 9074729 is on own as entry {number}, in place of 1.\n"
    (now,) = officer.sees("list")
    known = {
        "list": "own", "imo": 9_074_729, "mmsi": None, "name": "AURORA", "note": "by night",
        "reason": "sailed dark", "source": "our log", "added_by": "ann", "valid_from": None,
        "valid_to": "2099-01-01T00:00:00Z", "removed_at": None, "removed_by": None,
    }  # fmt: skip
    assert {name: now[name] for name in known} == known
    gone = officer.does("remove", "--list", "own", "--name", "aurora", "--by", "bob")
    assert gone == f"AURORA, IMO 9074729 is removed from own, entry {number}.\n"
    assert officer.sees("list") == []
    ever = officer.sees("list", "--removed")
    assert [row["removed_by"] for row in ever] == ["ann", "bob"]
    assert ever[0]["removed_at"] == ever[1]["recorded_at"]
    (then,) = officer.sees("list", "--known-at", ever[0]["recorded_at"])
    assert then["id"] == 1
    assert officer.sees("list", "--known-at", "2020-01-01") == []


def test_classes_of_ships(officer: Officer) -> None:
    said = officer.does("add", "flags", "--flag", "ru", "--ship-type", "80", *ANN)
    assert said == "ships of type 80 (tanker), flag RU is on flags now, as entry 1.\n"
    (row,) = officer.sees("list")
    assert (row["flag"], row["ship_type"], row["ship_type_text"]) == ("RU", 80, "tanker")


def test_who_adds_is_who_is_logged_in_unless_another_is_named(officer: Officer) -> None:
    officer.env["LOGNAME"] = "carol"
    officer.does("add", "own", "--imo", "9074729", *ANN[:4])
    officer.does("add", "own", "--mmsi", "273999410", *ANN)
    assert [row["added_by"] for row in officer.sees("list")] == ["carol", "ann"]


def test_removed_by_number_all_that_are_named_or_none(officer: Officer) -> None:
    for number in ("273999410", "273999411", "273999412"):
        officer.does("add", "own", "--mmsi", number, *ANN)
    _, error = officer.fails(2, "remove", "1", "9")
    assert error == "There is no entry 9 on a list: `monitor watchlist list` shows them."
    assert len(officer.sees("list")) == 3
    assert officer.does("remove", "1", "3").count(" is removed from own, entry ") == 2
    assert [row["id"] for row in officer.sees("list")] == [2]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (
            ["add", "own", "--imo", "9074728", *ANN],
            ("imo: 9074728 is no IMO number, for its last digit does not follow from the others:"
            " look it up again."),
        ),
        (
            ["add", "own", "--imo", "9074729"],
            "reason is missing: say why it is watched. source is missing: say who says so.",
        ),
        (
            ["add", "own", *ANN],
            ("The entry names no ship and no class: give one of mmsi, imo, callsign and name, or"
            " flag or ship_type."),
        ),
        (
            ["add", "own", "--imo", "9074729", "--valid-from", "soon", *ANN],
            "'soon' is no time: write 2024-12-13, 2024-12-13T04:00Z or 2h.",
        ),
        (
            ["remove"],
            ("Say which entries: their numbers, as `monitor watchlist list` shows them, or --list"
            " with --imo, --mmsi, --callsign or --name."),
        ),
        (
            ["remove", "--list", "own"],
            ("Say which entries: their numbers, as `monitor watchlist list` shows them, or --list"
            " with --imo, --mmsi, --callsign or --name."),
        ),
        (
            ["remove", "--list", "own", "--imo", "9074729"],
            "IMO 9074729 is not on own: `monitor watchlist list` shows who is.",
        ),
        (
            ["list", "--removed", "--known-at", "1d"],
            "--removed shows all that ever was: leave out --known-at, or --removed.",
        ),
        (["import"], "Name one CSV file, or --sample for the list that comes along."),
        (
            ["import", "x", "--sample"],
            "Name one CSV file, or --sample for the list that comes along.",
        ),
        (
            ["export", "-o", "/nowhere/x"],
            "/nowhere/x cannot be written: No such file or directory: name another file.",
        ),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)  # fmt: skip
def test_wrong_words_are_a_sentence_and_exit_2(
    officer: Officer, words: list[str], error: str
) -> None:
    assert officer.fails(2, *words) == ("", error)


# -- files -----------------------------------------------------------------------------------------


def test_a_file_is_imported_once_however_often_it_is(officer: Officer) -> None:
    """What has changed in it takes the place of what was there; what is missing stays."""
    file = officer.file(FILE)
    assert officer.does("import", file) == (
        "watch.csv: 1 entry: 1 added, 0 replaced, 0 there before.\n"
    )
    assert officer.does("import", file).endswith("0 added, 0 replaced, 1 there before.\n")
    more = FILE.replace("AURORA", "BOREAS") + "own,9268710,SPARTA,sailed dark,our log\n"
    assert officer.does("import", officer.file(more)).endswith(
        "1 added, 1 replaced, 0 there before.\n"
    )
    assert officer.does(
        "import", officer.file(more.replace("SPARTA", "X")), "--by", "bob"
    ).endswith("2 entries: 0 added, 1 replaced, 1 there before.\n")
    officer.does("import", officer.file("imo,reason,source\n9160994,r,s\n"), "--list", "new")
    assert [(row["list"], row["name"]) for row in officer.sees("list")] == [
        ("new", None), ("own", "BOREAS"), ("own", "X"),
    ]  # fmt: skip


def test_a_file_with_bad_rows_is_named_row_by_row_and_nothing_of_it_is_taken(
    officer: Officer,
) -> None:
    text = FILE + "own,9074728,BAD,r,s\nown,9268710,SPARTA,,s\n,9160994,SPARTA II,r,s\n"
    for words in (["import"], ["check"]):
        out, error = officer.fails(1, *words, officer.file(text))
        assert out.splitlines() == [
            (
                "line 3  imo: 9074728 is no IMO number, for its last digit does not follow from the"
                " others: look it up again."
            ),
            "line 4  reason is missing: say why it is watched.",
            "line 5  list is missing: say which list it goes to.",
        ]
        assert error == (
            "watch.csv: 3 lines are bad, so nothing was taken: correct what is named and try again."
        )
    assert officer.sees("list") == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "line 1  The file is empty: begin with the heading list,mmsi,imo,"),
        (b"ship,imo\nx,1\n", "line 1  There is no column 'ship': the columns are list, mmsi,"),
        (b"name\n\xff\n", "line 2  This is no UTF-8: save the file as CSV UTF-8."),
        (b"name,note\n\x1b[2J,\x1b]0;x\x07\n", "line 2  note holds a sign that cannot be printed"),
    ],
)
def test_a_file_that_is_none_is_a_sentence(officer: Officer, data: bytes, fault: str) -> None:
    """By standard input, too; and none of it steers the terminal."""
    out, error = officer.fails(1, "import", "-", data=data)
    assert fault in out
    assert error.startswith("stdin: 1 line is bad, so nothing was taken: ")
    assert out.replace("\n", "").isprintable()


def test_a_file_that_is_not_there(officer: Officer) -> None:
    for path, why in ((officer.folder / "no.csv", "No such file"), (officer.folder, "Is a dir")):
        out, error = officer.fails(1, "import", path)
        assert (out, f"{path} cannot be read: {why}" in error) == ("", True)


def test_what_is_exported_is_what_import_takes(officer: Officer) -> None:
    """To the letter: removed, imported again and exported, it is the same file."""
    officer.does("import", "--sample")
    officer.does("add", "own", "--name", "=1+1 STAR", "--reason", '@x, "y"', *ANN[2:])
    officer.does(
        "add", "own", "--flag", "RU", "--ship-type", "80", "--valid-from", "2024-01-01", *ANN
    )
    first = officer.does("export")
    assert next(csv.reader(io.StringIO(first))) == list(WORDS)
    assert "'=1+1 STAR" in first
    file = officer.folder / "kept.csv"
    assert officer.does("export", "--output", file) == f"{file}: 8 entries.\n"
    assert file.read_bytes().decode() == first.replace("\n", "\r\n").replace("\r\r", "\r")
    assert officer.does("import", file).endswith("0 added, 0 replaced, 8 there before.\n")
    officer.does("remove", *(str(row["id"]) for row in officer.sees("list")))
    assert len(officer.does("export").splitlines()) == 1
    assert officer.does("import", file).endswith("8 added, 0 replaced, 0 there before.\n")
    assert officer.does("export") == first
    assert len(officer.does("export", "--list", "own").splitlines()) == 3


# -- who is heard ----------------------------------------------------------------------------------


def test_the_ships_of_the_sample_that_are_heard(officer: Officer) -> None:
    """The sure ones first, each with why; the others are not there. It is watched by nobody yet."""
    hear(officer, HEARD)
    assert officer.does("check") == (
        "The watchlists: 0 entries, good.\n"
        "Nobody is watched: use `monitor watchlist add`, or `monitor watchlist import --sample`.\n"
    )
    officer.does("import", "--sample")
    for found in (officer.sees("check"), officer.sees("check", "--sample")):
        assert [(row["match"], row["mmsi"], row["listed"], row["may_page"]) for row in found] == [
            ("sure", 273_297_850, "BALTIC LEADER, IMO 9220639", True),
            ("sure", 636_012_345, "SPARTA, IMO 9268710", True),
            ("possible", 273_000_001, "SPARTA, IMO 9268710", False),
            ("possible", 273_999_410, "SPARTA II, IMO 9160994", False),
        ]
        assert [row["why"] for row in found] == [
            "Her IMO number is 9220639, as listed.",
            "Her IMO number is 9268710, as listed; her name is NORD STAR and not SPARTA.",
            (
                "Her name SPARTAK differs in 1 letter from the listed SPARTA. Possible only: that"
                " pages nobody by itself."
            ),
            (
                "Only her name SPARTA II is as listed, and ships share names. Possible only: that"
                " pages nobody by itself."
            ),
        ]
    rows = csv.DictReader(io.StringIO(officer.does("check", "--format", "csv")))
    assert [row["match"] for row in rows] == ["sure", "sure", "possible", "possible"]


def test_a_ship_keeps_her_watch_when_her_name_and_mmsi_change(officer: Officer) -> None:
    """By her IMO number; and the number that she gave up is only possible on its next ship."""
    hear(officer, HEARD)
    added = ("--imo", "9220639", "--mmsi", "273297850", "--name", "BALTIC LEADER")
    officer.does("add", "own", *added, *ANN)
    hear(
        officer,
        "mmsi,timestamp,lat,lon,name,imo\n"
        "613000777,2025-03-01T20:00:00Z,34.5,35.5,OCEAN PRIDE,9220639\n"
        "273297850,2025-03-01T20:00:00Z,34.6,35.5,SEVER,9074729\n",
    )
    sure, possible = officer.sees("check", "--list", "own")
    assert (sure["mmsi"], sure["may_page"], possible["mmsi"], possible["may_page"]) == (
        613_000_777, True, 273_297_850, False,
    )  # fmt: skip
    assert sure["why"] == (
        "Her IMO number is 9220639, as listed; her MMSI is 613000777 and not 273297850; her name"
        " is OCEAN PRIDE and not BALTIC LEADER."
    )
    assert "the MMSI may have gone to another ship" in possible["why"]


def test_a_file_is_looked_through_before_it_is_taken(officer: Officer) -> None:
    """What would match is shown, and nothing is stored."""
    hear(officer, HEARD)
    text = "name,reason,source\nYAN,r,s\nSPARTA 2,r,s\n"
    out = officer.does("check", officer.file(text), "--list", "mine")
    assert out.startswith("watch.csv: 2 entries, good.\nVessels on watchlists")
    assert officer.sees("list") == []
    out = officer.does("check", officer.file("name,reason,source\nYAN,r,s\n"), "--list", "mine")
    assert out == "watch.csv: 1 entry, good.\nNo vessel of the store meets any entry.\n"
    assert "Nobody is on mine: check its name.\n" in officer.does("check", "--list", "mine")


def test_every_table_fits_a_terminal_and_wide_shows_the_rest(officer: Officer) -> None:
    """At 100 columns each line is whole."""
    hear(officer, HEARD)
    officer.does("import", "--sample")
    officer.does("remove", "1")
    for words in (["list"], ["list", "--removed"], ["check"]):
        code, shown = in_terminal(["watchlist", *words], officer.env, columns=100)
        assert code == 0
        assert max(map(len, shown.splitlines())) <= 100
        assert "…" not in shown
        assert "--wide shows also: " in shown
        wide = officer.does(*words, "--wide")
        assert "--wide" not in wide
        assert "nearly stopped while an unknown vessel came near, 28 January 2025" in wide


def test_without_a_database_one_sentence_says_so() -> None:
    done = run_monitor(
        "watchlist", "list", env={"MONITOR_DATABASE_URL": "postgresql://a:secret@127.0.0.1:1/x"}
    )
    assert done.returncode == 1
    assert b"cannot be reached" in done.stderr
    assert b"secret" not in done.stderr
