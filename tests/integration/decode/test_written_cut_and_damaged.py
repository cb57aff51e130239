"""Written logs in pieces and with damage: what is decoded does not depend on the cut, nor stop."""

from __future__ import annotations

import pytest

from monitor.decode.forms import form_of
from monitor.model import Lines
from tests.integration.decode.pieces import count_lines, cuts, damaged, summed
from tests.unit.decode.reports import refused
from tests.written.forms import GUISES
from tests.written.heard import heard, log

LOGS = ["nmea", *GUISES]
LONGEST = 17
"""Lines of the longest record: a message that is printed over several."""


def written(guise: str, scenario: str = "class-b") -> tuple[str, bytes]:
    """The form, and the log: sentences as the simulator writes them, or in another guise."""
    if guise == "nmea":
        return "nmea", log(scenario)
    form, write = GUISES[guise]
    return form, write(heard(scenario))


@pytest.mark.parametrize("guise", LOGS)
def test_cutting_at_any_line_end_changes_nothing(guise: str) -> None:
    form, data = written(guise)
    whole = summed(form_of(form), [data])
    assert whole[0] == count_lines(data)
    for pieces in cuts(data):
        assert summed(form_of(form), pieces) == whole


@pytest.mark.parametrize("guise", LOGS)
def test_damaged_logs_are_decoded_to_the_end(guise: str) -> None:
    """Some of the reports are refused, and most of the log is still read."""
    form, data = written(guise)
    for worse in damaged(data[:40_000], times=20):
        reports = form_of(form)().decode(Lines(data=worse, source="log"), final=True)
        assert reports.lines == count_lines(worse)
        assert refused(reports)


@pytest.mark.parametrize("guise", LOGS)
def test_a_log_that_breaks_off_is_read_up_to_there(guise: str) -> None:
    """Wherever in its last record: that one is refused or not said, those before it all stand."""
    form, data = written(guise)
    data = data[: data.index(b"\n", 40_000) + 1]
    whole = form_of(form)().decode(Lines(data=data, source="log"), final=True)
    for size in range(len(data) - 900, len(data), 41):
        reports = form_of(form)().decode(Lines(data=data[:size], source="log"), final=True)
        assert reports.lines == count_lines(data[:size])
        before = whole.positions[whole.positions["line"] <= reports.lines - LONGEST]
        assert len(before) > 30
        assert reports.positions[: len(before)].tobytes() == before.tobytes()
        assert len(reports.positions) <= len(whole.positions)
