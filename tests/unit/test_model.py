"""Values and columns: what fits in, what cannot be changed, what agrees with what."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import get_args

import numpy as np
import pytest

from monitor import model
from monitor.model import (
    FIX,
    RAW_BYTES,
    SUBJECTS,
    EventKind,
    Fix,
    Refusal,
    Reports,
    Span,
    Static,
    Subject,
)


def test_a_fix_has_the_columns_of_its_dtype_in_order() -> None:
    """Rows become values by position."""
    assert FIX.names == Fix._fields


def test_a_row_becomes_a_value_and_a_value_a_row() -> None:
    """The largest MMSI, the edge of the globe and a hash of 64 bits all fit."""
    fix = Fix(
        mmsi=999_999_999, at=2**62, received_at=-1, seq=2**40, lon=-180.0, lat=90.0, sog_kn=102.0,
        cog_deg=359.5, heading_deg=359.0, turn_deg_min=-720.0, status=-1, type=27,
        content=2**64 - 1, source=65_535, line=2**40, raw=b"!AIVDM",
    )  # fmt: skip
    assert Fix._make(np.array([tuple(fix)], dtype=FIX)[0].item()) == fix


def test_the_longest_single_sentence_of_a_position_fits() -> None:
    """A type 19 has 312 bits in 52 characters: with its frame that is 71 bytes."""
    sentence = b"!AIVDM,1,1,,A," + b"C" * (312 // 6) + b",0*00"
    assert len(sentence) == 71
    row = np.zeros(1, dtype=FIX)
    row["raw"] = sentence
    assert len(sentence) <= RAW_BYTES
    assert row["raw"][0] == sentence


def test_a_span_is_as_wide_as_its_bounds_and_unknown_without_one() -> None:
    """None is not zero."""
    assert Span(earliest=10, at=12, latest=25).width() == 15
    assert Span(earliest=10, at=None, latest=10).width() == 0
    assert Span(earliest=None, at=12, latest=25).width() is None
    assert Span(earliest=10, at=12, latest=None).width() is None


@pytest.mark.parametrize(
    ("earliest", "at", "latest"), [(3, 2, 4), (2, 4, 3), (3, None, 2), (3, 2, None), (None, 3, 2)]
)
def test_a_span_is_in_order(earliest: int | None, at: int | None, latest: int | None) -> None:
    """Earliest, best, latest, as far as they are known."""
    with pytest.raises(ValueError, match="an instant cannot be within"):
        Span(earliest=earliest, at=at, latest=latest)


@pytest.mark.parametrize("known", [(2, 2, 2), (1, 2, 3), (1, None, 3), (None, None, 3), (1, 3, 3)])
def test_a_span_may_be_an_instant_or_open(known: tuple[int | None, int | None, int | None]) -> None:
    """Bounds may be equal, and each may be missing."""
    earliest, at, latest = known
    assert Span(earliest=earliest, at=at, latest=latest).latest == latest


def test_values_are_frozen_and_take_keywords_only() -> None:
    """Nobody changes an event after it was told, or mixes up its fields."""
    span = Span(earliest=1, at=2, latest=3)
    with pytest.raises(FrozenInstanceError):
        span.at = 5  # type: ignore[misc]
    with pytest.raises(TypeError):
        Span(1, 2, 3)  # type: ignore[call-arg]
    for name in (
        "Event",
        "Evidence",
        "FixEvidence",
        "PortCall",
        "Stage",
        "Static",
        "Span",
        "Lines",
    ):
        assert getattr(model, name).__dataclass_params__.frozen, name


def test_no_value_carries_a_dictionary() -> None:
    """Values are slotted: a misspelt field raises."""
    values = [v for v in vars(model).values() if isinstance(v, type) and is_dataclass(v)]
    assert len(values) == 10
    assert all("__slots__" in vars(value) for value in values)


def test_events_are_past_participles_and_read_as_they_are_written() -> None:
    """The value is the name in camel case: people and machines read the same word."""
    for kind in EventKind:
        assert kind.value == kind.name.title().replace("_", "")


def test_reasons_are_their_names_in_small_letters() -> None:
    """Counters, columns and the API use one word."""
    assert [reason.value for reason in Refusal] == [reason.name.lower() for reason in Refusal]


def test_reports_begin_empty_and_share_nothing() -> None:
    """Two batches never count into each other."""
    one, two = (Reports(positions=np.zeros(0, dtype=FIX)) for _ in range(2))
    one.refusals["log", "late"] += 1
    one.kinds["log", "position"] += 1
    assert (two.refusals, two.kinds, two.statics, two.lines, two.clock) == ({}, {}, [], 0, None)


def test_a_static_report_knows_nothing_but_the_vessel_until_it_is_told() -> None:
    """All fields but the MMSI are None."""
    static = Static(mmsi=211_000_001)
    assert {getattr(static, field.name) for field in fields(static)} == {211_000_001, None}


def test_every_kind_of_subject_has_a_word_and_names_its_fields() -> None:
    """The store and machine formats call them so."""
    assert set(SUBJECTS.values()) == set(get_args(Subject))
    columns = {name for kind in SUBJECTS.values() for name in kind._fields}
    assert columns == {"mmsi", "track", "other_mmsi", "other_track", "port", "area", "feed"}
