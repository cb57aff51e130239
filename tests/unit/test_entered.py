"""What people enter: words and rows are taken whole, or named with what is wrong.

Watchlists and sightings stand on it; their tests hold how files of spreadsheets are read.
"""

from __future__ import annotations

import pytest

from monitor.entered import Fault, file_of, instant_of, rows_of, text_of, values_of
from monitor.errors import UsageError

COLUMNS = ("name", "count")


def rows(data: str | bytes) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    faults: list[Fault] = []
    raw = data if isinstance(data, bytes) else data.encode()
    found = list(rows_of(raw, COLUMNS, faults, none="This is no list"))
    return found, faults


def test_what_is_written_is_read_as_it_was() -> None:
    """Formulas, separators and quotes among it."""
    cells = [["=1+1", "2"], ["a,b", ""], ['say "x"', "'quoted"], ["two\nlines", "3"]]
    found, faults = rows(file_of(COLUMNS, cells))
    assert [list(said.values()) for _, said in found] == cells
    assert faults == []


def test_each_row_has_the_line_it_begins_in() -> None:
    found, faults = rows('name,count\n\n"two\nlines",1\nlast,2\n')
    assert [line for line, _ in found] == [3, 5]
    assert faults == []


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        ("", 1, "The file is empty: begin with the heading name,count."),
        ("name,size\na,1\n", 1, "There is no column 'size': the columns are name, count."),
        ("name,name\na,1\n", 1, "The column name stands there twice: keep one."),
        (b"name\n\xff\n", 2, "This is no UTF-8: save the file as CSV UTF-8."),
        ("name\n\0\n", 1, "This is no list: write CSV of 8 MB at most."),
    ],
)
def test_of_a_file_that_is_none_the_line_and_the_reason_are_said(
    data: str | bytes, line: int, reason: str
) -> None:
    assert rows(data) == ([], [Fault(line, reason)])


def test_a_row_that_is_too_long_is_named_and_the_others_are_taken() -> None:
    found, faults = rows("name,count\na,1,2\nb,3\n")
    assert found == [(3, {"name": "b", "count": "3"})]
    assert faults[0].line == 2
    assert "3 cells for 2 columns" in faults[0].reason


def test_words_are_read_and_what_is_wrong_is_said_each_in_a_sentence() -> None:
    def refuse(text: str) -> int:
        message = f"{text} is none."
        raise UsageError(message)

    read = {"name": str.upper, "count": refuse, "note": str}
    words = {"name": "a", "count": "many", "note": "x" * 9, "why": None}
    found, faults = values_of(words, read, missing={"why": "say why"}, longest={"note": 8})
    assert found == {"name": "A", "note": "x" * 9}
    assert faults == [
        "count: many is none.", "why is missing: say why.", "note has 9 letters: write 8 at most.",
    ]  # fmt: skip


def test_blanks_say_nothing() -> None:
    assert (text_of(" a \t b\n"), text_of("  "), text_of(None)) == ("a b", None, None)


@pytest.mark.parametrize("text", ["yesterday", "1799-01-01", "2200-01-01", "20"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        instant_of(text)
