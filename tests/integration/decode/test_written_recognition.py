"""No form claims another's log, and each claims its own: the head of each written log."""

from __future__ import annotations

import pytest

from monitor.decode import FORMS
from tests.written.forms import GUISES
from tests.written.heard import heard, log

HEAD = 64 * 1024


def claims(head: bytes) -> set[str]:
    return {form.NAME for form in FORMS if form.recognises(head)}


@pytest.mark.parametrize("guise", GUISES)
def test_each_guise_is_claimed_by_its_own_form_and_no_other(guise: str) -> None:
    """Of calls of big ships and of small ones, of the head and of a few lines."""
    form, write = GUISES[guise]
    for scenario in ("call", "class-b", "long-range"):
        data = write(heard(scenario))
        assert claims(data[:HEAD]) == {form}
        assert claims(b"\n".join(data.split(b"\n")[:30])) == {form}


def test_sentences_are_claimed_by_their_own_form_and_no_other() -> None:
    assert claims(log("fleet")[:HEAD]) == {"nmea"}


@pytest.mark.parametrize("guise", GUISES)
def test_a_head_cut_anywhere_is_claimed_by_no_wrong_form(guise: str) -> None:
    form, write = GUISES[guise]
    head = write(heard("class-b"))[:4096]
    for size in range(0, len(head), 37):
        assert claims(head[:size]) <= {form}, size
