"""What changes when ships are taken again, as records."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Amended
from monitor.report.changes import change_record
from monitor.store.amendment import Change
from monitor.store.findings import event_record
from tests.findings import after, call, event, span


def test_an_event_with_what_it_was() -> None:
    """Only of one that is amended: of another there is nothing before, or nothing behind."""
    was, now = event(1), replace(event(1), span=span(0, 1, 2))
    record = change_record(Change(word=Amended.AMENDED, finding=now, before=was))
    assert record["change"] == "amended"
    assert {name: record[name] for name in event_record(now)} == event_record(now)
    wanted = {name: event_record(was)[name] for name in ("earliest", "at", "latest")}
    assert record["was"] == wanted
    assert change_record(Change(word=Amended.ADDED, finding=now, before=None))["was"] is None
    assert change_record(Change(word=Amended.WITHDRAWN, finding=was, before=was))["was"] is None


def test_a_port_call_by_its_arrival() -> None:
    made = call(1, arrived=span(0, 3, 4))
    record = change_record(Change(word=Amended.ADDED, finding=made, before=None))
    assert (record["kind"], record["state"]) == ("PortCall", "confirmed")
    assert record["at"] == record["arrived"]["at"]
    gone = replace(made, withdrawn=True)
    assert change_record(Change(word=Amended.WITHDRAWN, finding=gone, before=made))["state"] == (
        "withdrawn"
    )
    assert after(3)
