"""What messages look like: text, JSON, GeoJSON, PagerDuty."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from monitor.alert.message import Word
from monitor.deliver.body import BODIES, event_action, text_of, title_of
from tests.unit.alert.test_message import BARE, FULL


def test_the_text_is_headline_words_and_link() -> None:
    assert text_of(FULL) == "Amended: She arrived\n\nTwo\nlines\n\nhttps://x.example\n"
    assert text_of(BARE) == "h\n"


def test_nothing_that_a_terminal_obeys_is_in_it() -> None:
    """A ship's name may hold anything."""
    evil = replace(FULL, headline="A\r\nBcc: x\x1b[2J", text="a\x00b\u202e\r\nc")
    assert title_of(evil) == "Amended: A Bcc: x?[2J"
    assert "\x1b" not in text_of(evil)
    assert "\u202e" not in text_of(evil)
    assert "a?b?\nc" in text_of(evil)


def test_json_is_that_of_the_standard_webhooks() -> None:
    found = json.loads(BODIES["json"].made(FULL, ""))
    assert found["type"] == "alert.amended"
    assert found["timestamp"] == "2023-11-14T22:13:20Z"
    assert found["data"]["key"] == "a.2"
    assert found["data"]["record"] == {"event": "PortArrived"}


def test_geojson_is_a_point_or_has_no_geometry() -> None:
    assert json.loads(BODIES["geojson"].made(FULL, ""))["geometry"] == {
        "type": "Point", "coordinates": [24.1, 32.1],
    }  # fmt: skip
    assert json.loads(BODIES["geojson"].made(BARE, ""))["geometry"] is None


@pytest.mark.parametrize(
    ("word", "state", "action"),
    [
        (Word.RAISED, "open", "trigger"),
        (Word.AMENDED, "open", "trigger"),
        (Word.AMENDED, "acknowledged", "acknowledge"),
        (Word.AMENDED, "closed", "resolve"),
        (Word.WITHDRAWN, "acknowledged", "resolve"),
        (Word.DIGEST, "open", "trigger"),
    ],
)
def test_23_what_resolves_names_what_was_triggered(word: Word, state: str, action: str) -> None:
    """All messages of an alert have one dedup_key, and each revision a key of its own."""
    message = replace(FULL, word=word, state=state)
    assert event_action(message) == action
    sent = json.loads(BODIES["pagerduty"].made(message, "routing"))
    assert (sent["routing_key"], sent["event_action"], sent["dedup_key"]) == (
        "routing", action, "a",
    )  # fmt: skip
    assert sent["payload"]["custom_details"]["key"] == "a.2"


def test_text_goes_out_whatever_it_holds() -> None:
    broken = replace(BARE, headline="\ud800")
    assert BODIES["text"].made(broken, "")
