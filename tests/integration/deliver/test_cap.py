"""CAP 1.2 is valid against the schema of OASIS, which stands beside this file with its notice."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from monitor.alert.message import Severity, Word
from monitor.deliver.cap import NAMESPACE, as_cap
from tests.integration.deliver.ends import AT, message

CAP = {"cap": NAMESPACE}


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(__file__).with_name("CAP-v1.2.xsd")))


def made(**words: Any) -> Any:
    """A message's CAP, validated."""
    found = etree.fromstring(as_cap(message(**words), "watch@example.org"))
    schema().assertValid(found)
    return found


def text(found: Any, path: str) -> str:
    return str(found.findtext(path, namespaces=CAP))


@pytest.mark.parametrize("word", list(Word))
@pytest.mark.parametrize("severity", list(Severity))
def test_each_kind_of_message_is_valid(word: Word, severity: Severity) -> None:
    made(word=word, severity=severity)


@pytest.mark.parametrize(
    "lacks",
    [
        {"lon": None, "lat": None},
        {"place": None},
        {"place": None, "lon": None, "lat": None},
        {"happened_at": None},
        {"link": None},
        {"mmsi": None, "name": None},
        {"text": ""},
        {"record": {}},
    ],
)
def test_what_is_not_known_is_left_out(lacks: dict[str, Any]) -> None:
    made(**lacks)


def test_times_have_their_offset_and_a_circle_its_order() -> None:
    """Latitude first, as CAP wants it."""
    found = made()
    assert text(found, "cap:sent") == "2023-11-14T22:13:20-00:00"
    assert text(found, ".//cap:circle") == "32.07000,24.00000 1"
    assert text(found, "cap:identifier") == message().key


def test_a_withdrawal_cancels_what_was_told() -> None:
    found = made(word=Word.WITHDRAWN, revision=2, before_at=AT)
    assert text(found, "cap:msgType") == "Cancel"
    assert text(found, "cap:references") == (
        f"watch@example.org,{message().key},2023-11-14T22:13:20-00:00"
    )


def test_what_xml_cannot_hold_is_a_question_mark() -> None:
    found = made(headline="A<b>&\x00\x1b\ud800\ufffe", name="\x07")
    assert text(found, ".//cap:headline") == "A<b>&????"


def test_a_schema_that_takes_all_would_prove_nothing() -> None:
    wrong = as_cap(message(), "x").replace(b"<status>Actual", b"<status>Perhaps")
    assert not schema().validate(etree.fromstring(wrong))
