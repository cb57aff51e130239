"""Digests: counts, the gravest first, an id that follows from what is in it."""

from __future__ import annotations

from dataclasses import replace

from monitor.alert.message import Severity, Word
from monitor.deliver.body import as_json
from monitor.deliver.digest import MOST_LINES, digest_of
from monitor.deliver.webhook import LONGEST_BODY
from tests.unit.alert.test_message import AT, BARE, FULL


def test_counts_and_the_gravest_first() -> None:
    found = digest_of([BARE, replace(FULL, happened_at=0), replace(BARE, revision=2)], "duty", AT)
    assert found.headline == "3 messages in one: 2 raised, 1 amended; 1 of old news"
    assert found.text.splitlines()[0] == "[critical] amended: She arrived"
    assert found.word is Word.DIGEST
    assert found.severity is Severity.WARNING
    assert found.place == "tobruk"
    assert found.record["counts"]["severities"] == {"info": 2, "critical": 1}
    assert found.record["keys"] == ["b.1", "a.2", "b.2"]


def test_the_same_messages_make_the_same_digest() -> None:
    """Killed between making and storing it, it is made again."""
    one, same = digest_of([BARE, FULL], "duty", AT), digest_of([BARE, FULL], "duty", AT + 1)
    assert one.key == same.key
    assert one.key != digest_of([BARE], "duty", AT).key
    assert one.key != digest_of([BARE, FULL], "chief", AT).key


def test_many_are_counted_and_not_listed() -> None:
    found = digest_of([replace(BARE, revision=n) for n in range(100)], "duty", AT)
    assert len(found.text.splitlines()) == MOST_LINES + 1
    assert found.text.endswith("… and 70 more.")
    assert found.severity is Severity.INFO


def test_however_much_there_is_it_stays_small() -> None:
    found = digest_of([replace(BARE, revision=n, headline="x" * 999) for n in range(5000)], "d", AT)
    assert len(as_json(found, "")) < LONGEST_BODY
    assert found.record["counts"]["messages"] == 5000


def test_11_noisy_rules_are_counted_apart_from_old_news() -> None:
    """Behaviour 11: whoever reads it knows why these did not come one by one."""
    loud = replace(BARE, noisy=True)
    found = digest_of([loud, replace(loud, revision=2, happened_at=0), BARE], "duty", AT)
    assert found.headline == "3 messages in one: 3 raised; 1 of old news; 1 of noisy rules"
    assert (found.record["counts"]["old"], found.record["counts"]["noisy"]) == (1, 1)
