"""The forms of what a watch says of itself; the API's own tests hold real answers to them."""

from __future__ import annotations

from dataclasses import fields

import pytest
from pydantic import ValidationError

from monitor.report.status_forms import (
    ClusterForm,
    EdgeForm,
    FeedForm,
    ReadyForm,
    SpoolForm,
    StatusForm,
    StoreForm,
)
from monitor.service.status import (
    ClusterStatus,
    EdgeStatus,
    FeedStatus,
    SpoolStatus,
    Status,
    StoreStatus,
)

HIDDEN = {
    "FeedStatus": {"received_bytes", "slow_s"},
    "StoreStatus": {"lag_counts", "lag_sum_s"},
    "SpoolStatus": set(),
    "Status": {"kinds", "refusals"},
    "ClusterStatus": set(),
    "EdgeStatus": set(),
}
"""What is kept for other faces, or is told by another word."""


@pytest.mark.parametrize(
    ("kept", "form"),
    [
        (FeedStatus, FeedForm),
        (StoreStatus, StoreForm),
        (SpoolStatus, SpoolForm),
        (Status, StatusForm),
        (ClusterStatus, ClusterForm),
        (EdgeStatus, EdgeForm),
    ],
)
def test_what_is_known_is_told(kept: type, form: type[StatusForm]) -> None:
    """A new field of a status is told, or hidden on purpose."""
    known = {field.name for field in fields(kept)} - HIDDEN[kept.__name__]
    assert known <= set(form.model_fields)


def test_no_word_is_told_that_is_not_described() -> None:
    words = {
        "ready": True,
        "store": "ready",
        "feeds": {"harbour": "live"},
        "feeds_heard": 1,
        "channels": {"mail": "down"},
        "channels_down": [{"name": "mail", "since": "2026-01-01T12:00:00Z", "why": "no"}],
        "role": "all",
        "leads": True,
    }
    assert ReadyForm.model_validate(words).feeds == {"harbour": "live"}
    with pytest.raises(ValidationError):
        ReadyForm.model_validate({**words, "hue": "red"})
    with pytest.raises(ValidationError):
        ReadyForm.model_validate({**words, "feeds": {"harbour": "purple"}})
