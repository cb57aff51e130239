"""``monitor rules``: what raises alerts is read back, checked, tried, and switched."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from tests.acceptance.alerted import fits, good, listed, refused
from tests.acceptance.desk import Desk

SHIP = (
    "watched-arrives", "watched-leaves", "watched-goes-dark", "watched-reappears",
    "watched-meets", "watched-in-area", "watched-identity", "watched-destination",
    "watched-declared",
    "watched-passes-gate", "watched-waits", "waits-off-port", "area-entered",
    "tartus-to-tobruk", "naval-berth", "dark-in-port", "watched-dark-at-sea",
    "feed-down", "port-not-heard", "interference",
)  # fmt: skip
BERTHS = (
    "Warning, to all channels, when a ship berths, the use of the polygon is naval, and the"
    " confidence is\n  at least 2."
)
OWN = """
[[rule]]
name = "any-berth"
title = "Any ship berths"
severity = "info"
max_per_day = 1
text = "Look at the camera."
[rule.when]
{when}
"""


def own(desk: Desk, when: str = 'kind = ["Berthed"]', more: str = "") -> dict[str, str]:
    """A file of rules of one's own."""
    file = desk.folder / "rules.toml"
    file.write_text(OWN.format(when=when) + more)
    return {"MONITOR_RULES": str(file)}


def test_the_rules_that_ship_are_listed(desk: Desk, env: dict[str, str]) -> None:
    """In 100 columns, each with whether it is on."""
    out = good(desk, env, "rules", "list")
    assert fits(out)
    found = listed(desk, env, "rules", "list")
    assert tuple(row["name"] for row in found) == SHIP
    off = {row["name"] for row in found if not row["enabled"]}
    assert off == {"waits-off-port", "watched-dark-at-sea"}


def test_a_rule_is_read_back_as_a_sentence(desk: Desk, env: dict[str, str]) -> None:
    """Without a word of programs; a rule says what to do, too."""
    out = good(desk, env, "rules", "show", "naval-berth")
    assert out == f"A ship lies at a naval berth.\n{BERTHS}\n"
    out = good(desk, env | own(desk), "rules", "show", "any-berth")
    assert out == (
        "Any ship berths.\nInfo, to all channels, when a ship berths.\nLook at the camera.\n"
    )


@pytest.mark.parametrize("word", ["show", "enable", "disable", "test"])
def test_a_rule_that_is_not_there(desk: Desk, env: dict[str, str], word: str) -> None:
    assert refused(desk, env, "rules", word, "nope") == (
        "There is no rule 'nope': see `monitor rules list`."
    )


def test_rules_are_checked_without_a_database(desk: Desk) -> None:
    """Those that ship, and with one's own beside them."""
    out = good(desk, {}, "rules", "check")
    assert fits(out)
    assert " ".join(out.split()).startswith(f"{len(SHIP)} rules, the ones that ship: good. ")
    assert f"naval-berth: {BERTHS[:40]}" in out
    out = good(desk, own(desk), "rules", "check")
    assert " ".join(out.split()).startswith(f"{len(SHIP) + 1} rules, with those of ")


@pytest.mark.parametrize(
    ("when", "more", "sentence"),
    [
        ('kind = ["Berthed"]\nhue = "red"', "", "rule any-berth: when.hue is not known."),
        ("", "", "rule any-berth: when: a rule without a criterion would meet everything:"),
        ('kind = ["Berthed"]', "[[rule]]\n", "rule number 2: name is missing."),
        ('kind = ["Berthed"]', "wen = 3\n", "rule any-berth: when.wen is not known."),
        ("kind = [", "", "is no TOML: "),
        ('flag = ["Russia"]', "", "'Russia' is no flag: write the two letters of ISO 3166-1"),
    ],
)
def test_a_file_of_rules_that_cannot_be_taken(
    desk: Desk, when: str, more: str, sentence: str
) -> None:
    """One sentence: the file, the rule, and what is wrong."""
    said = refused(desk, own(desk, when, more), "rules", "check")
    assert sentence in said
    assert said.startswith(str(desk.folder / "rules.toml"))


def test_a_channel_that_is_not_there_is_said(desk: Desk) -> None:
    """Nobody would be told."""
    env = own(desk, 'kind = ["Berthed"]', '[[rule.escalate]]\nafter_min = 5\nchannels = ["pager"]')
    assert refused(desk, env, "rules", "check") == (
        "Rule any-berth names the channel pager, which is not configured: add it to [[channels]],"
        " or see `monitor channels list`."
    )


def test_what_a_rule_would_have_raised(desk: Desk, env: dict[str, str]) -> None:
    """As it was raised: the very alerts, by ship and port."""
    out = good(desk, env, "rules", "test", "--last", "2024-01-01")
    assert fits(out)
    for words in (
        "3 alerts, one in ",
        "\nBy ship\n      1  DELTA DAWN\n",
        "\nBy port\n      2  tob",
    ):
        assert words in out, words
    raised = {row["id"][:8] for row in listed(desk, env, "alerts", "list", "--all")}
    assert {line.split()[2] for line in out.split("The last\n")[1].splitlines()} == raised


def test_one_rule_is_tried_though_it_is_off(desk: Desk, env: dict[str, str]) -> None:
    out = good(desk, env, "rules", "test", "naval-berth", "--last", "2024-01-01")
    assert out.startswith(f"{BERTHS}\n\nIn ")
    good(desk, env, "rules", "disable", "naval-berth")
    again = good(desk, env, "rules", "test", "naval-berth", "--last", "2024-01-01")
    assert again == out
    assert "1 alert." in good(desk, env, "rules", "test", "--last", "2024-01-01")


def test_nothing_lately(desk: Desk, env: dict[str, str]) -> None:
    assert good(desk, env, "rules", "test", "naval-berth") == f"{BERTHS}\n\nNothing in 30 days.\n"
    assert refused(desk, env, "rules", "test", "--last", "2999-01-01") == (
        "'2999-01-01' is no time that has been: write such as 30d."
    )


def test_a_rule_is_switched_off_and_on(desk: Desk, env: dict[str, str]) -> None:
    """By whom is kept, and each face says so."""
    assert good(desk, env, "rules", "disable", "dark-in-port") == "dark-in-port is off.\n"
    found = {row["name"]: row for row in listed(desk, env, "rules", "list")}
    assert (found["dark-in-port"]["enabled"], found["dark-in-port"]["switched_by"]) == (
        False, "ann",
    )  # fmt: skip
    assert "It is switched\n  off." in good(desk, env, "rules", "show", "dark-in-port")
    out = good(desk, env, "rules", "enable", "dark-in-port")
    assert out == "dark-in-port is on. In the last 30 days it would have raised no alert.\n"
    assert "switched" not in good(desk, env, "rules", "show", "dark-in-port")


def test_13_a_rule_says_that_it_tells_what_holds_already(desk: Desk, env: dict[str, str]) -> None:
    """Behaviour 13: in its sentence, and when it is switched on."""
    mine = env | own(desk, 'kind = ["Berthed"]')
    file = desk.folder / "rules.toml"
    file.write_text(file.read_text().replace("max_per_day", 'on_enable = "current"\nmax_per_day'))
    out = " ".join(good(desk, mine, "rules", "show", "any-berth").split())
    assert "when a ship berths. Switched on, it tells what holds already." in out
    out = " ".join(good(desk, mine, "rules", "enable", "any-berth").split())
    assert out.endswith(
        "What holds already is told by the watch: at once if it runs, else when it starts."
    )
    assert "What holds" not in good(desk, mine, "rules", "enable", "dark-in-port")


def test_11_what_it_would_have_raised_is_kept_and_noise_is_listed(
    desk: Desk, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behaviour 11: the rate of the test when it was switched on; and since when it is noisy."""
    for module in ("monitor.clock", "monitor.cli.options"):
        monkeypatch.setattr(f"{module}.now_us", lambda: 1_736_985_600_000_000)  # 2025-01-16
    good(desk, env, "rules", "enable", "naval-berth")
    found = {row["name"]: row for row in listed(desk, env, "rules", "list")}
    assert found["naval-berth"]["tested_per_day"] > 0
    assert (found["dark-in-port"]["tested_per_day"], found["naval-berth"]["noisy_since"]) == (
        None, None,
    )  # fmt: skip

    async def loud() -> None:
        connection = await asyncpg.connect(env["MONITOR_DATABASE_URL"])
        await connection.execute(
            "INSERT INTO rule_alert (rule, alert, decided_at, switched, noisy_since) SELECT rule,"
            " gen_random_uuid(), '2025-01-15 20:00Z', seq, '2025-01-15 18:00Z' FROM rule_change"
        )
        await connection.close()

    asyncio.run(loud())
    out = good(desk, env, "rules", "list")
    assert fits(out)
    assert "on, noisy since" in " ".join(out.split())
    found = {row["name"]: row for row in listed(desk, env, "rules", "list")}
    assert found["naval-berth"]["noisy_since"] == "2025-01-15T18:00:00Z"
    good(desk, env, "rules", "enable", "naval-berth")
    assert "noisy" not in good(desk, env, "rules", "list")


def test_a_rule_that_would_raise_too_much_needs_a_yes(
    desk: Desk, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one day and a half here: days before the first stored event do not count."""
    for module in ("monitor.clock", "monitor.cli.options"):
        monkeypatch.setattr(f"{module}.now_us", lambda: 1_736_985_600_000_000)  # 2025-01-16
    mine = env | own(desk, 'not_kind = ["VoyageBegun"]')
    said = refused(desk, mine, "rules", "enable", "any-berth")
    assert said.startswith("Rule any-berth would have raised ")
    assert said.endswith("a day: narrow it, or switch it on with --yes.")
    out = good(desk, mine, "rules", "enable", "any-berth", "--yes")
    assert out.startswith("any-berth is on. ")
