"""What every form must be, whoever wrote it: named, restartable, deaf to what is not its own."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from monitor.decode import FORMS
from monitor.decode.decoder import KINDS, Decoder
from monitor.model import FIX, Lines, Reports
from monitor.units import NO_TIME, SECOND_US

BEGIN = 1_700_000_000 * SECOND_US

every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.NAME)


def given(decoder: Decoder, data: bytes, *, final: bool = True) -> Reports:
    return decoder.decode(Lines(data=data, source="log"), final=final)


def test_what_each_message_type_is_counted_as() -> None:
    """ITU-R M.1371-5, table 46. Types 7, 10, 13, 15, 16, 20, 22, 23 only manage the link."""
    told: dict[str, list[int]] = {}
    for number, kind in KINDS.items():
        told.setdefault(kind, []).append(number)
    assert {kind: sorted(numbers) for kind, numbers in told.items()} == {
        "position": [1, 2, 3, 18, 19, 27],
        "static": [5, 24],
        "base_station": [4, 11],
        "sar_aircraft": [9],
        "aton": [21, 28],
        "safety": [12, 14],
        "binary": [6, 8, 17, 25, 26],
    }


def test_a_form_that_leaves_out_a_part_cannot_be_begun() -> None:
    """It is told when it is made, not at the first restart."""

    class Half(Decoder):
        NAME = "half"

        def begin_at(self, start: int) -> None:
            """See Decoder."""

    with pytest.raises(TypeError, match="abstract methods begin_within, decode"):
        Half()  # type: ignore[abstract]


@every_form
def test_its_name_is_one_that_can_be_typed(form: type[Decoder]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", form.NAME)


@every_form
def test_only_a_journal_goes_on_after_its_end(form: type[Decoder]) -> None:
    """At the end of any other log what waits is told; a watch may still write to its journal."""
    assert (form.NAME != "journal") == form.ENDS


@every_form
@pytest.mark.parametrize(
    "head", [b"", b"\n", b"\0" * 512, b"\xff\xfe\n", b"Gate closed at noon.\n"]
)
def test_it_does_not_claim_what_is_no_log(form: type[Decoder], head: bytes) -> None:
    assert not form.recognises(head)


@every_form
def test_it_begins_without_a_time_and_with_nothing_waiting(form: type[Decoder]) -> None:
    decoder = form()
    assert decoder.clock.at == NO_TIME
    assert not decoder.more


@every_form
def test_nothing_in_nothing_out(form: type[Decoder]) -> None:
    """The end of a log that was empty: columns of the right form, no report, no refusal."""
    reports = given(form(), b"")
    assert reports.positions.dtype == FIX
    assert (len(reports.positions), reports.statics, reports.lines) == (0, [], 0)
    assert not reports.refusals
    assert not reports.kinds


@every_form
def test_what_it_keeps_for_a_restart_is_json_and_makes_another_like_it(form: type[Decoder]) -> None:
    decoder, again = form(), form()
    kept = json.loads(json.dumps(decoder.state()))
    again.restore(kept)
    assert again.state() == decoder.state() == kept
    assert again.clock.at == NO_TIME


@every_form
def test_a_time_that_it_was_given_outlives_a_restart(form: type[Decoder]) -> None:
    """``--start-time`` is said once, not at each start."""
    decoder, again = form(), form()
    decoder.begin_at(BEGIN)
    again.restore(json.loads(json.dumps(decoder.state())))
    assert again.clock.at == decoder.clock.at == (NO_TIME if form.NAME == "journal" else BEGIN)


@pytest.mark.parametrize("form", [form for form in FORMS if "csv" not in form.NAME])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_is_refused_with_counts_and_never_raised(form: type[Decoder], seed: int) -> None:
    """Bytes at random, in lines: every form but a table, which has no heading to go by."""
    noise = np.random.default_rng(seed).integers(0, 256, 4000, dtype=np.uint8).tobytes() + b"\n"
    reports = given(form(), noise)
    assert len(reports.positions) == 0
    assert sum(reports.refusals.values()) >= noise.count(b"\n") - 3
