"""A block that the store will never take is kept in a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.journal.spool import Spool
from monitor.service.refused_block import kept_in, put_aside
from monitor.store.batch import Offset
from tests.integration.service.journals import HEAD, heard


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    found = Spool(tmp_path / "journal", limit_bytes=1 << 20)
    found.open()
    found.header = HEAD
    found.append(heard(0, 1) + heard(1, 2))
    found.release(len(HEAD) + len(heard(0, 1)))
    yield found
    found.close()


def test_the_first_that_is_not_stored(spool: Spool) -> None:
    """With the header that it stands under, so that it can be replayed."""
    assert put_aside(spool) == (spool.end, None)
    (path,) = spool.directory.glob("refused-*.ais")
    assert path.read_bytes() == HEAD + heard(1, 2)


def test_what_cannot_be_kept_is_counted(spool: Spool, tmp_path: Path) -> None:
    there, spool.directory = spool.directory, tmp_path / "nowhere"
    behind, why = put_aside(spool)
    spool.directory = there
    assert behind == spool.end
    assert why is not None
    assert why.endswith("cannot be written: No such file or directory")
    assert spool.dropped_lines == 1


@pytest.mark.parametrize(
    ("text", "found"), [('{"a": 1}', {"a": 1}), ("", {}), ("[1]", {}), ("{", {})]
)
def test_what_a_tape_kept(text: str, found: dict[str, int]) -> None:
    offset = Offset(
        source="journal", head_length=0, head_digest=b"", byte_offset=0, lines=0,
        input_format="journal", decoder=text, finished=False,
    )  # fmt: skip
    assert kept_in(offset) == found
