"""A watchlist as a file: taken whole or not at all, and written as it is read."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert.entry import WORDS, Entry, entry_of
from monitor.alert.entry_csv import Read, read, written
from monitor.entered import MOST_BYTES, bare, guarded
from monitor.words import imo_holds
from tests.unit.alert.lists import IMO, IMOS_THAT_HOLD, MMSI, NOON, SHIP, UNHURRIED

HEAD = "list,imo,reason,source\n"
ROW = "own,9268710,dark,log\n"


def taken(text: str | bytes, list_: str | None = None) -> Read:
    """What is read of a file that Ann imports at noon."""
    data = text if isinstance(text, bytes) else text.encode()
    return read(data, recorded_at=NOON, added_by="ann", list_=list_)


def good(text: str | bytes, list_: str | None = None) -> list[Entry]:
    found = taken(text, list_)
    assert found.faults == ()
    return list(found.entries)


def faults(text: str | bytes) -> list[tuple[int, str]]:
    return [(fault.line, fault.reason) for fault in taken(text).faults]


ONE = Entry(list="own", imo=IMO, reason="dark", source="log", recorded_at=NOON, added_by="ann")


@pytest.mark.parametrize(
    "text",
    [
        HEAD + ROW,
        HEAD + ROW.rstrip("\n"),
        "\ufeff" + HEAD + ROW,
        (HEAD + ROW).replace("\n", "\r\n"),
        (HEAD + ROW).replace("\n", "\r"),
        (HEAD + ROW).replace(",", ";"),
        (HEAD + ROW).replace(",", "\t"),
        "\n\n" + HEAD + "\n,,,\n" + ROW + "\n",
        "Source, REASON ,imo,List\nlog,dark,IMO 9268710,OWN\n",
        'list,imo,reason,source\n"own","9268710","dark","log"\n',
        'list,imo,reason,source\nown,9268710,"dark\n",log\n',
        "list,imo,reason,source,note\nown,9268710,dark,log\n",
    ],
)
def test_as_spreadsheets_write_it(text: str) -> None:
    assert good(text) == [ONE]


def test_a_file_without_lists_goes_where_it_is_sent() -> None:
    """A row that names a list goes there all the same."""
    assert good("imo,reason,source\n9268710,dark,log\n", "own") == [ONE]
    assert [entry.list for entry in good(HEAD + ROW + ",9160994,dark,log\n", "mine")] == [
        "own", "mine",
    ]  # fmt: skip


def test_a_row_that_cannot_be_taken_is_named_with_each_reason() -> None:
    """By the line where it begins, blank lines and folded cells counted."""
    text = HEAD + '\nown,9268710,"da\nrk",log\n,1,,log\nown,9160994,dark,log,more\n' + ROW
    assert faults(text) == [
        (5, "imo: '1' is no IMO number: write seven digits."),
        (5, "list is missing: say which list it goes to."),
        (5, "reason is missing: say why it is watched."),
        (
            6,
            "The row has 5 cells for 4 columns: put quotes around texts that hold the separator.",
        ),
        (7, "IMO 9268710 stands on own in line 3: keep one."),
    ]


@pytest.mark.parametrize(
    ("text", "line", "begin"),
    [
        ("", 1, "The file is empty: begin with the heading list,mmsi,"),
        ("\n\n", 1, "The file is empty: begin with the heading list,mmsi,"),
        ("ship,imo\n", 1, "There is no column 'ship': the columns are list, mmsi, imo,"),
        ("imo,imo\n", 1, "The column imo stands there twice: keep one."),
        ("imo,\n", 1, "There is no column '': the columns are list,"),
        (HEAD.encode() + b"own,9268710,d\xe4rk,log\n", 2, "This is no UTF-8: save the file as"),
        (HEAD + ROW + 'own,9160994,"dark"er,log\n', 3, "This is no CSV, "),
        (HEAD + ROW + 'own,9160994,"dark,log\n', 3, "This is no CSV, unexpected end of data: "),
        ("\0", 1, "This is no watchlist: write CSV of 8 MB at most."),
        (HEAD + ROW + " " * MOST_BYTES, 1, "This is no watchlist: write CSV of 8 MB at most."),
    ],
)
def test_a_file_that_is_none(text: str | bytes, line: int, begin: str) -> None:
    ((where, reason),) = faults(text)
    assert (where, reason[: len(begin)]) == (line, begin)


@UNHURRIED
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_is_in_a_file_is_taken_or_refused(data: bytes) -> None:
    for begin in (b"", HEAD.encode()):
        found = taken(begin + data)
        assert all(reason.endswith(".") and reason.isprintable() for _, reason in found.faults)


TEXTS = st.text(max_size=30)
SAID = st.fixed_dictionaries(
    {
        "list": st.sampled_from(["own", "abroad"]),
        "imo": st.none() | IMOS_THAT_HOLD.map(str),
        "mmsi": st.none() | st.integers(200_000_000, 799_999_999).map(str),
        "name": st.none() | TEXTS, "reason": TEXTS, "source": TEXTS, "note": st.none() | TEXTS,
        "valid_from": st.none() | st.datetimes().map(str), "added_by": st.none() | TEXTS,
    }
)  # fmt: skip


@UNHURRIED
@given(st.lists(SAID, max_size=8))
def test_what_is_written_is_read_as_it_was(said: list[dict[str, str | None]]) -> None:
    """To the letter, whatever people wrote; and nothing in it is a formula."""
    made = {}
    for words in said:
        entry, _ = entry_of(words, recorded_at=NOON, added_by="ann")
        if entry is not None:
            made[entry.list, entry.who] = entry
    entries = list(made.values())
    assert good(written(entries)) == entries


@UNHURRIED
@given(st.text())
def test_a_guard_is_taken_off_as_it_was_put_on(text: str) -> None:
    assert bare(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@"))


def test_a_whole_entry_as_it_is_written() -> None:
    entry = replace(
        SHIP, valid_from=NOON, valid_to=NOON + 1, note="=1+1, said", removed_at=NOON, id=7
    )
    assert written([entry]).split("\r\n") == [
        ",".join(WORDS),
        (
            "own,273999410,9268710,UBEW6,SEVERNYY VETER,,,sailed dark,the log,2024-12-13T12:00:00Z,"
            '2024-12-13T12:00:00.000001Z,ann,"\'=1+1, said"'
        ),
        "",
    ]


def test_the_sample_is_six_ships_whose_numbers_hold_and_whose_sources_are_named() -> None:
    """Switched off: nothing but an import takes it."""
    text = files("monitor.alert").joinpath("syria_run.csv").read_bytes()
    entries = good(text)
    assert {entry.name: entry.imo for entry in entries} == {
        "SPARTA": 9_268_710, "SPARTA II": 9_160_994, "BALTIC LEADER": 9_220_639,
        "URSA MAJOR": 9_538_892, "SPARTA IV": 9_743_033, "YAZ": 9_735_323,
    }  # fmt: skip
    for entry in entries:
        assert entry.imo is not None
        assert imo_holds(entry.imo)
        assert entry.list == "syria-run"
        assert "https://" in entry.source
        assert ", 202" in entry.source or ", January 2025" in entry.source
        assert "as of November 2026" in (entry.note or "")
    assert {entry.mmsi for entry in entries} == {None, 273_297_850} != {None, MMSI}
