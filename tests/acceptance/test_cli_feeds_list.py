"""``monitor feeds list``: which feeds there are, of which kinds, and which secret is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.cli.feeds import OPTIONAL, secrets_of
from monitor.errors import FeedError
from monitor.feed import FEEDS
from monitor.feed.configured import make_feed
from tests.acceptance.desk import AISSTREAM, CATCHER, KEY, SECRET, TABLE, Desk
from tests.integration.feed.collect import Collected


def test_without_feeds_the_list_shows_how_to_add_one(desk: Desk) -> None:
    """The example can be copied as it stands; with its key it passes the check."""
    code, out, _ = desk.ask("feeds", "list")
    assert code == 0
    assert "No feeds are configured" in out
    assert "monitor feeds test NAME" in out
    example = out[out.index("[[feeds]]\n") : out.index("Kinds of feeds")]
    desk.write(example)
    code, out, _ = desk.ask("feeds", "list", "--format", "json")
    assert [feed["name"] for feed in json.loads(out)] == ["aisstream", "receiver"]
    code, out, _ = desk.ask("config", "check", MONITOR_FEED_AISSTREAM_API_KEY=SECRET)
    assert code == 0, out


def test_the_list_says_which_secret_is_missing(desk: Desk) -> None:
    """Set, missing, not needed; never the secret itself."""
    signalk = '[[feeds]]\nname = "boat"\nkind = "signalk"\n'
    desk.write(TABLE.format(port=10110) + AISSTREAM + CATCHER + signalk)
    code, out, _ = desk.ask("feeds", "list", "--wide", **KEY)
    assert code == 0
    listed = out.partition("\n\n")[0].splitlines()[3:]
    rows = {line.split()[0]: line for line in listed}
    assert "127.0.0.1:10110" in rows["harbour"]
    assert "needs none" in rows["harbour"]
    assert "api_key is set" in rows["world"]
    assert "token is missing: set MONITOR_FEED_CATCHER_TOKEN" in rows["catcher"]
    assert "need not be" in rows["boat"]
    narrow = desk.ask("feeds", "list", **KEY)[1]
    assert max(map(len, narrow.splitlines())) <= 100
    assert "MONITOR_FEED_CATCHER_TOKEN" in narrow
    found = json.loads(desk.ask("feeds", "list", "--format", "json", **KEY)[1])
    assert found[1]["secrets"] == [
        {"field": "api_key", "variable": "MONITOR_FEED_WORLD_API_KEY", "needed": True, "set": True}
    ]


def test_all_kinds_are_listed(desk: Desk) -> None:
    """With their one line, in both forms."""
    out = desk.ask("feeds", "list", "--kinds")[1]
    assert "No feeds" not in out
    for kind in FEEDS:
        assert kind.KIND in out
        assert kind.SUMMARY in out
    records = json.loads(desk.ask("feeds", "list", "--kinds", "--format", "json")[1])
    assert [record["kind"] for record in records] == [kind.KIND for kind in FEEDS]


def test_words_are_shown_as_they_are(desk: Desk) -> None:
    """An IPv6 address in brackets is no markup."""
    desk.write('[[feeds]]\nname = "six"\nkind = "nmea-udp"\nbind = "fe80::1"\n')
    assert "[fe80::1]:10110" in desk.ask("feeds", "list")[1]


@pytest.mark.parametrize("kind", [kind for kind in FEEDS if kind.CONFIG.secrets()])
async def test_needed_secrets_are_those_without_which_a_feed_cannot_start(kind: Any) -> None:
    """The table of those that are not needed is true of every kind."""
    table = {"name": "x", "kind": kind.KIND}
    if "client_id" in kind.CONFIG.model_fields:
        table["client_id"] = "a:b"
    if "url" in kind.CONFIG.model_fields:
        scheme = "mqtt" if "mqtt" in kind.KIND else "ws" if kind.KIND != "aishub" else "http"
        table["url"] = f"{'http' if kind.KIND == 'barentswatch' else scheme}://127.0.0.1:1/x"
    feed = make_feed(table, lambda *_: None)
    for secret in secrets_of(feed):
        assert secret["needed"] == ((kind.KIND, secret["field"]) not in OPTIONAL)
        with pytest.raises(FeedError) as failed:
            await feed.run(Collected())
        assert (secret["variable"] in str(failed.value)) == secret["needed"]
