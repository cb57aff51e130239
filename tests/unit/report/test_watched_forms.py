"""The form of a watched vessel has the words of her record, and no other."""

from __future__ import annotations

from monitor.report.watched_forms import WatchedForm


def test_it_says_whether_she_may_page() -> None:
    """Before anything else: a possible match pages nobody."""
    names = list(WatchedForm.model_fields)
    assert {"match", "may_page", "by", "why", "list", "entry", "mmsi"} <= set(names)
