"""``monitor channels``: listed, tried, and the dead seen and revived; its part of the settings."""

from __future__ import annotations

import json
import stat
import tomllib
import uuid

import pytest

from tests.acceptance.desk import SECRET, Desk

TABLES = """
[[channels]]
name = "lines"
kind = "file"
path = "{folder}/alerts.jsonl"

[[channels]]
name = "duty"
kind = "webhook"
url = "https://127.0.0.1:9/hook"
"""


def tables(desk: Desk) -> str:
    """Two channels; the file is in the desk's folder."""
    return TABLES.format(folder=desk.folder)


def test_without_channels_it_is_said_how_to_add_one(desk: Desk) -> None:
    code, out, _ = desk.ask("channels", "list")
    assert code == 0
    assert "No channels are configured: nobody would be told. Add [[channels]] tables" in out
    assert "dead man's switch" in out


def test_what_is_configured_is_listed_and_no_secret_shown(desk: Desk) -> None:
    desk.write(tables(desk))
    secret = {"MONITOR_CHANNEL_DUTY_SECRET": SECRET}
    code, out, _ = desk.ask("channels", "list", "--format", "json", **secret)
    assert code == 0
    lines, duty = json.loads(out)
    path = f"{desk.folder}/alerts.jsonl"
    assert (lines["where"], duty["where"]) == (path, "https://127.0.0.1:9/hook")
    assert [secret["set"] for secret in duty["secrets"]] == [True, False]
    code, out, _ = desk.ask("channels", "list", "--kinds", "--format", "json")
    assert [kind["kind"] for kind in json.loads(out)] == [
        "webhook", "email", "apprise", "mqtt", "file", "log", "heartbeat",
    ]  # fmt: skip


def test_one_is_tried(desk: Desk) -> None:
    """The file gets a line that says it is a test, and only its owner may read it."""
    desk.write(tables(desk))
    code, out, errors = desk.ask("channels", "test", "lines")
    assert (code, errors) == (0, "")
    path = desk.folder / "alerts.jsonl"
    assert out == f"Sent to {path}: look whether it came.\n"
    assert json.loads(path.read_text())["word"] == "test"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("duty", 1, "https://127.0.0.1:9/hook is at 127.0.0.1, loopback, where nothing is sent"),
        ("nobody", 2, "There is no channel 'nobody': use one of lines, duty."),
    ],
)
def test_one_that_cannot_be_tried(desk: Desk, name: str, code: int, words: str) -> None:
    desk.write(tables(desk))
    found, _, errors = desk.ask("channels", "test", name)
    assert found == code
    assert errors.startswith(f"monitor: {words}")
    assert errors.count("\n") == 1


def test_the_check_of_the_settings_knows_channels(desk: Desk) -> None:
    desk.write(tables(desk) + '\n[[channels]]\nname = "phones"\nkind = "apprise"\n')
    code, out, _ = desk.ask("config", "check", MONITOR_CHANNEL_DUTYY_SECRET=SECRET)
    assert code == 1
    assert f"good   Channel 'lines': file, {desk.folder}/alerts.jsonl." in out
    assert "fault  Channel 'phones': the url is not set: set MONITOR_CHANNEL_PHONES_URL" in out
    assert "note   MONITOR_CHANNEL_DUTYY_SECRET is the secret of no channel here" in out
    desk.write('[[channels]]\nname = "x"\nkind = "file"\nurl_file = "/nowhere"\n')
    _, out, _ = desk.ask("config", "check")
    assert "fault  Channel 'x': " in out
    desk.write("channels = 1\n")
    _, out, _ = desk.ask("config", "check")
    assert "write each as a table of its own, [[channels]]" in out


def test_a_secret_in_a_file_that_is_not_there(desk: Desk) -> None:
    desk.write('[[channels]]\nname = "p"\nkind = "apprise"\nurl_file = "/nowhere/url"\n')
    code, _, errors = desk.ask("channels", "test", "p")
    assert code == 2
    assert "Channel 'p': url_file /nowhere/url cannot be read: No such file" in errors


def test_ids_are_new_each_time() -> None:
    """A receiver that honours keys takes each test."""
    from monitor.cli.channels import trial  # noqa: PLC0415 - as the command does

    assert trial().key != trial().key
    assert uuid.UUID(trial().alert)


def test_the_settings_are_shown_without_secrets(desk: Desk) -> None:
    """Also one that stands in the file by mistake."""
    desk.write(f'{tables(desk)}secret = "{SECRET}"\n')
    code, out, _ = desk.ask("config", "show", MONITOR_CHANNEL_DUTY_TOKEN=SECRET)
    assert code == 0
    shown = tomllib.loads(out)
    assert [table["name"] for table in shown["channels"]] == ["lines", "duty"]
    assert (shown["channels"][1]["secret"], shown["channels"][1]["token"]) == ("***", "***")
