"""Changed lines of every form: nothing raises, all is counted, and the cut is nothing."""

from __future__ import annotations

import pytest

from monitor.decode.forms import form_names
from tests.fuzzing.holding import Case
from tests.fuzzing.run import fuzz, smallest
from tests.ports import ports
from tests.sizes import sized

LINES = sized(15_000, 100_000)
"""Of all forms together."""


@pytest.mark.parametrize("form", form_names())
def test_changed_lines(form: str) -> None:
    share = LINES // len(form_names()) + 1
    lines, positions, _ = fuzz(form, share, 1, ports())
    assert lines >= share
    assert positions > share // 10  # or it would test nothing


def test_a_case_that_fails_is_told_as_small_as_it_becomes() -> None:
    """Lines are taken out first, then bytes, as long as it fails."""
    case = Case(form="nmea", data=b"one\ntwo x\nthree\n" * 20)
    assert smallest(case, lambda one: b"x" in one.data).data == b"x"
