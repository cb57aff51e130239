"""A journal on disk and a stream are both what a follower reads."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from monitor.journal.spool import Spool
from monitor.service.hub import Hub
from monitor.service.source import Inlet, Tape
from monitor.service.tape import StreamTape


def words(protocol: type[Any]) -> dict[str, Any]:
    """Methods that it asks for, with how they are called."""
    return {
        name: inspect.signature(member)
        for name, member in vars(protocol).items()
        if inspect.isfunction(member) and not name.startswith("_")
    }


@pytest.mark.parametrize(
    ("protocol", "made"), [(Tape, Spool), (Tape, StreamTape), (Inlet, Hub), (Inlet, StreamTape)]
)
def test_both_have_what_it_asks_for(protocol: type[Any], made: type[Any]) -> None:
    """Under the same names, and called alike."""
    for name, signature in words(protocol).items():
        assert list(inspect.signature(getattr(made, name)).parameters) == list(signature.parameters)
    assert words(protocol)
