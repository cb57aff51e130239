"""The statements are found by name, each named once, described, and asked for by some module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.store.sql import names, query

STORE = Path(__file__).parents[3] / "monitor" / "store"
WRITTEN = (STORE / "queries.sql").read_text()


def test_a_statement_is_given_by_its_name_without_it() -> None:
    assert query("revision") == (
        "-- Which migration the schema is at.\nSELECT version_num FROM alembic_version;"
    )


@pytest.mark.parametrize("name", ["", "Revision", "SELECT 1", "nothing"])
def test_there_is_no_statement_of_another_name(name: str) -> None:
    with pytest.raises(KeyError):
        query(name)


def test_names_stand_in_the_files_order() -> None:
    assert names()[:3] == ["take_lock", "make_partition", "make_packed_partition"]
    assert len(names()) > 30


def test_no_name_is_given_twice() -> None:
    """The second would hide the first."""
    written = re.findall(r"^-- name: (\w+)$", WRITTEN, re.MULTILINE)
    assert sorted(written) == sorted(set(written)) == sorted(names())


def test_nothing_stands_before_the_first_statement_but_what_the_file_is_for() -> None:
    begin = WRITTEN.partition("-- name: ")[0]
    assert re.fullmatch(r"(-- .*\n)+\n", begin)


@pytest.mark.parametrize("name", names())
def test_each_has_a_sentence_and_an_end(name: str) -> None:
    found = re.match(r"((?:-- .*\n)+)((?:.|\n)+)", query(name))
    assert found is not None
    assert re.match(r"-- [A-Z]", found[1])
    assert re.search(r"[.):]\n$", found[1])
    assert re.sub(r"--.*", "", found[2]).rstrip().endswith(";")


def test_a_value_is_never_written_into_a_statement() -> None:
    """Values go beside it as $1, $2 …: nothing is there to be filled in by Python."""
    assert re.findall(r"%s|%\(|\{\w*\}", WRITTEN) == []


def test_each_is_asked_for_by_a_module_of_the_program() -> None:
    """What nobody asks for is kept right for nobody."""
    sources = "".join(path.read_text() for path in STORE.parent.rglob("*.py"))
    asked = set(re.findall(r"\"(\w+)\"", sources))
    assert [name for name in names() if name not in asked] == []
