"""Sheets made to fit: what is folded, what is left out in which order, and what is never cut."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from monitor.report.columns import WIDTH, Column, Sheet, fitted, show

WHEN = "2024-12-13 04:05"


def sheet(*rows: dict[str, str], **columns: dict[str, Any]) -> Sheet:
    """A sheet whose columns are named by what they show."""
    made = tuple(
        Column(heading=name, cell=lambda record, name=name: record[name], **how)
        for name, how in columns.items()
    )
    return Sheet(title="T", columns=made, records=rows)


def drawn(made: Sheet, width: int | None) -> list[str]:
    """Lines below the title."""
    found = fitted(made, width)
    with io.StringIO() as text:
        Console(file=text, width=found.width).print(found.table)
        return [line.rstrip() for line in text.getvalue().splitlines()][1:]


def test_a_sheet_that_fits_stands_as_it_is() -> None:
    made = sheet({"a": "1", "b": "two words"}, a={"right": True}, b={"folds": 4})
    assert drawn(made, 80) == drawn(made, None) == ["a  b", "────────────", "1  two words"]


def test_a_text_goes_on_in_the_next_line_and_loses_no_letter() -> None:
    """At blanks and hyphens, where there are some in time."""
    made = sheet({"n": "17", "t": "berth-cargo-north"}, n={}, t={"folds": 6})
    assert drawn(made, 16)[2:] == ["17  berth-cargo-", "    north"]
    assert drawn(made, 10)[2:] == ["17  berth-", "    cargo-", "    north"]
    made = sheet({"t": "ABCDEFGH"}, t={"folds": 3})
    assert drawn(made, 3)[2:] == ["ABC", "DEF", "GH"]


def test_the_longest_text_is_folded_first() -> None:
    made = sheet({"x": "AURORA", "y": "under way using engine"}, x={"folds": 3}, y={"folds": 9})
    assert drawn(made, 20)[2:] == ["AURORA  under way", "        using engine"]


def test_two_times_in_a_cell_stand_below_each_other() -> None:
    """And each of them is whole."""
    made = sheet({"t": f"{WHEN} to 2024-12-14 00:10", "u": f"dark since {WHEN}"}, t={}, u={})
    assert drawn(made, 50)[2:] == [
        f"{WHEN}     dark",
        f"to 2024-12-14 00:10  since {WHEN}",
    ]
    assert drawn(made, None)[2:] == [f"{WHEN} to 2024-12-14 00:10  dark since {WHEN}"]


def test_blank_columns_are_left_out_first_then_those_that_say_least() -> None:
    row = {"who": "AURORA", "blank": "", "most": "111111", "least": "222222"}
    made = sheet(row, who={}, blank={"rank": 1}, most={"rank": 1}, least={"rank": 2})

    def names(width: int) -> list[str]:
        return [str(column.header) for column in fitted(made, width).table.columns]

    assert names(40) == ["who", "blank", "most", "least"]
    assert names(25) == ["who", "most", "least"]
    assert names(20) == ["who", "most"]
    assert names(8) == ["who"]
    assert fitted(made, 20).left_out == ("least",)
    assert fitted(made, 8).left_out == ("most", "least")
    assert fitted(made, None).left_out == ()


def test_nothing_is_cut_where_there_is_no_room_at_all() -> None:
    """Rather a line is longer than the terminal."""
    made = sheet({"at": WHEN, "mmsi": "230108610"}, at={}, mmsi={})
    assert drawn(made, 10)[2:] == [f"{WHEN}  230108610"]
    assert fitted(made, 10).width == 27


@pytest.mark.parametrize("width", [None, 80, 8])
def test_what_ships_and_servers_said_cannot_steer_the_terminal(width: int | None) -> None:
    """Escapes, ends of lines and marks of direction."""
    made = sheet({"name": "A\x1b[2J\nB\u202eC\x07"}, name={"folds": 4})
    text = "".join(drawn(made, width)[2:])
    assert text.replace(" ", "") == "A?[2JB?C?"


def test_letters_of_double_width_are_counted_so() -> None:
    made = sheet({"name": "日本丸", "n": "1"}, name={"folds": 4}, n={})
    assert fitted(made, None).width == 9


def test_where_output_is_no_terminal_it_fits_100_columns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = {"name": "A" * 60, "more": "B" * 60}
    made = sheet(row, name={"folds": 20}, more={"rank": 1, "folds": 60})
    show(made, empty="", wide=False)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= WIDTH == 100
    assert shown.count("A") == 60
    assert shown.count("B") == 60
    show(made, empty="", wide=True)
    assert "A" * 60 + "  " + "B" * 60 in capsys.readouterr().out


def test_what_was_left_out_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the command can be asked for it."""
    made = sheet({"a": "A" * 60, "b": "B" * 60}, a={}, b={"rank": 1})
    show(made, empty="", wide=False)
    assert capsys.readouterr().out.endswith("--wide shows also: b.\n\n")
    show(made, empty="")
    assert "--wide" not in capsys.readouterr().out


def test_an_empty_sheet_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    show(sheet(a={}), empty="No events of that ship.", wide=False)
    assert capsys.readouterr().out == "No events of that ship.\n"
