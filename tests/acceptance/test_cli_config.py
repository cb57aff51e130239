"""``monitor config``: whether a watch would start, what is set and where, and no secret shown."""

from __future__ import annotations

import json
import os
import re
import tomllib

import pytest

from tests.acceptance.desk import AISSTREAM, CATCHER, KEY, SECRET, TABLE, TOKEN, Desk

GOOD = f'listen = "127.0.0.1:8099"\nspool_mb = 64\n{TABLE.format(port=10110)}{AISSTREAM}'


def test_good_settings_pass(desk: Desk) -> None:
    """A line a finding, exit 0; nothing was made by it."""
    desk.write(GOOD)
    code, out, errors = desk.run(
        "config", "check", MONITOR_DATABASE_URL=f"postgresql://ann:{SECRET}@db:5432/ais", **KEY
    )
    assert (code, errors) == (0, "")
    assert "fault" not in out
    for words in (
        str(desk.file), "Feed 'harbour': nmea-tcp, 127.0.0.1:10110.", "Feed 'world'",
        "tartus, tobruk", "http://127.0.0.1:8099", "postgresql://ann:***@db:5432/ais",
        "which will be made",
    ):  # fmt: skip
        assert words in out
    assert not (desk.folder / "home").exists()


@pytest.mark.parametrize(
    ("text", "env", "parts"),
    [
        ("listen = \n", {}, ["not valid TOML", "line 1"]),
        ("lisen = 'a:1'\n", {}, ["lisen", "no such setting"]),
        ("feeds = 1\n", {}, ["feeds", "[[feeds]]"]),
        ("spool_mb = 0\n", {}, ["spool_mb", "1"]),
        ("", {"MONITOR_SPOOL_MB": "much"}, ["MONITOR_SPOOL_MB"]),
        ("", {"MONITOR_FEEDS": "[{"}, ["MONITOR_FEEDS", "JSON"]),
        ("", {"MONITOR_CONFIG": "/nowhere/m.toml"}, ["/nowhere/m.toml", "No such file"]),
        ("", {"MONITOR_DATABASE_URL_FILE": "/nowhere/url"}, ["/nowhere/url", "No such file"]),
        ("listen = '127.0.0.1:99999'\n", {}, ["99999", "write host:port"]),
        ("listen = 'a b:80'\n", {}, ["'a b' is no host"]),
        ("listen = '::1:8080'\n", {}, ["[::1]:8080"]),
        ("listen = '8080'\n", {}, ["listen"]),
        ("listen_pushers = '8080'\n", {}, ["listen_pushers", "write host:port"]),
        ("listen_readers = 'a b:80'\n", {}, ["listen_readers: 'a b' is no host"]),
        ("public_url = 'watch.example'\n", {}, ["public_url", "write https://watch.example"]),
        ("public_url = 'https://a:b@watch.example'\n", {}, ["write https://watch.example"]),
        ("public_url = 'https://watch.example/?x'\n", {}, ["write https://watch.example"]),
        ("public_url = 'javascript:alert(1)'\n", {}, ["write https://watch.example"]),
        ("hosts = ['watch.example:80']\n", {}, ["hosts", "write it without a port"]),
        ("", {"MONITOR_HOSTS": "watch.example"}, ["MONITOR_HOSTS", "JSON"]),
        (TABLE.format(port=70_000), {}, ["'harbour'", "port", "65535"]),
        (TABLE.format(port=1).replace("nmea-tcp", "morse"), {}, ["'morse'", "nmea-tcp"]),
        (TABLE.format(port=1) + "prot = 1\n", {}, ["'harbour'", "prot"]),
        (2 * TABLE.format(port=1), {}, ["Two feeds are called 'harbour'"]),
        (AISSTREAM, {}, ["'world'", "MONITOR_FEED_WORLD_API_KEY", "api_key_file"]),
        (AISSTREAM, {"MONITOR_FEED_WORLD_API_KEY": " "}, ["MONITOR_FEED_WORLD_API_KEY"]),
        (f"{AISSTREAM}api_key = '{SECRET}'\n", {}, ["must not stand in the file"]),
        (f"{AISSTREAM}api_key_file = '/nowhere/key'\n", {}, ["/nowhere/key", "No such file"]),
        ("spool = '/dev/null/x'\n", {}, ["/dev/null", "not a folder"]),
        ("record = '/dev/null'\n", {}, ["/dev/null", "not a folder"]),
        ("geofences = '/nowhere'\n", {}, ["Geofences", "/nowhere"]),
        (f"database_url = 'postgresql://a:{SECRET}@h/x'\n", {}, ["must not stand in the file"]),
        (f"database_url = 'postgresql://h/x?password={SECRET}'\n", {}, ["must not stand"]),
        ("", {"MONITOR_DATABASE_URL": f"mysql://a:{SECRET}@h/x"}, ["postgresql://"]),
        ("", {"MONITOR_DATABASE_URL": f"postgresql://a:{SECRET}@h:port/x"}, ["postgresql://"]),
        ("", {"MONITOR_DATABASE_URL": f"postgresql://a:1/{SECRET}@h/x"}, ["postgresql://"]),
        ("", {"MONITOR_DATABASE_URL": ""}, ["postgresql://"]),
        ("role = 'boss'\n", {}, ["role", "'all', 'edge' or 'engine'"]),
        ("edge = 'North Pole'\n", {}, ["edge: 'North Pole' is no name of an edge"]),
        ("broker = 'http://h:1'\n", {}, ["broker: 'http://h:1' is no broker", "nats://host:4222"]),
        ("broker = 'nats://a,b'\n", {}, ["'b' is no broker"]),
        (f"broker = 'nats://h,tls://a:{SECRET}@h'\n", {}, ["must not stand in the file"]),
        ("broker_file = '/nowhere/b'\n", {}, ["broker_file", "/nowhere/b", "No such file"]),
        ("stream = 'a.b'\n", {}, ["stream"]),
        ("stream_replicas = 2\n", {}, ["stream_replicas", "1, 3 or 5"]),
        ("stream_mb = 1\n", {}, ["stream_mb", "16"]),
        ("role = 'edge'\n", {}, ["An edge needs a broker: set broker, such as nats://"]),
        ("broker = 'nats://h'\n", {}, ["role is all, which uses none"]),
        (
            "role = 'engine'\nbroker = 'nats://h'\n", {"MONITOR_DATABASE_URL": "mysql://x"},
            ["postgresql://"],
        ),
    ],
)  # fmt: skip
def test_each_fault_is_a_sentence(
    desk: Desk, text: str, env: dict[str, str], parts: list[str]
) -> None:
    """Exit 1, and a line that says what is wrong."""
    desk.write(text)
    code, out, errors = desk.ask("config", "check", **env)
    assert code == 1
    assert "1 fault" in errors
    faults = [line for line in out.splitlines() if line.startswith("fault  ")]
    assert len(faults) == 1
    assert faults[0].endswith(".")
    for part in parts:
        assert part in faults[0]


def test_pushers_and_readers_apart(desk: Desk) -> None:
    """Where each is answered is said; a listen that nobody uses is, too."""
    desk.write("listen_pushers = '0.0.0.0:8081'\nhosts = ['watch.example']\n")
    _, out, _ = desk.ask("config", "check")
    assert "good   Listen: http://127.0.0.1:8080." in out
    assert "good   Listen for pushers: http://0.0.0.0:8081." in out
    assert "note   listen_pushers is without TLS" in out
    assert "good   Access: this machine alone reads, unasked until a user or a token" in out
    desk.write("listen_pushers = '0.0.0.0:8081'\nlisten_readers = '127.0.0.1:8082'\n")
    _, out, _ = desk.ask("config", "check")
    assert "note   listen is not used: listen_pushers and listen_readers stand in" in out
    assert "good   Listen for readers: http://127.0.0.1:8082." in out
    code, _, errors = desk.ask("serve", "--listen", "127.0.0.1:8083")
    assert (code, "omit it" in errors) == (2, True)


def test_who_reaches_it_is_said(desk: Desk) -> None:
    """What is not safe to begin with is a fault, with all ways out; the rest is told."""
    for text, words in (
        ("listen = '0.0.0.0:80'\n", "fault  Others than this machine reach 0.0.0.0:80"),
        ("tls_key = 'k.pem'\n", "fault  tls_certificate and tls_key go together"),
        ("tls_certificate = '/nowhere/c'\ntls_key = '/nowhere/k'\n",
         "fault  tls_certificate /nowhere/c or tls_key /nowhere/k cannot be read: No such file"),
        ("open_reading = true\n", "note   open_reading: whoever reaches the watch may read"),
        ("behind_proxy = true\n", "good   Access: users and tokens alone"),
        (f"token = '{SECRET}'\n", "token must not stand in the file: set MONITOR_TOKEN"),
    ):  # fmt: skip
        desk.write(text)
        assert words in desk.ask("config", "check")[1], text


def test_a_feed_without_a_token_of_its_own_lacks_none(desk: Desk) -> None:
    """Its senders show tokens of `monitor tokens add`."""
    desk.write(f"{CATCHER}own_token = false\n")
    code, out, _ = desk.ask("config", "check")
    assert (code, "good   Feed 'catcher'" in out) == (0, True)


def test_all_faults_are_told_at_once(desk: Desk) -> None:
    """Not the first only; what is good is said as well, and what nobody reads."""
    desk.write(f"listen = 'a b:80'\n{TABLE.format(port=0)}{AISSTREAM}{CATCHER}")
    env = {"MONITOR_LISTENN": "x", "MONITOR_FEED_WORD_API_KEY": SECRET, **TOKEN}
    code, out, errors = desk.ask("config", "check", **env)
    assert (code, "3 faults" in errors) == (1, True)
    assert out.count("fault  ") == 3
    assert "good   Feed 'catcher'" in out
    assert "note   MONITOR_LISTENN is no setting" in out
    assert "note   MONITOR_FEED_WORD_API_KEY is the secret of no feed" in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_folders_and_files_without_permission(desk: Desk) -> None:
    """Told by name."""
    locked = desk.folder / "locked"
    locked.mkdir(mode=0o500)
    assert (
        f"{locked} cannot be written in"
        in desk.ask("config", "check", MONITOR_SPOOL=str(locked))[1]
    )
    desk.file.chmod(0)
    assert "Permission denied" in desk.ask("config", "check")[1]


def test_show_says_what_is_set_and_where(desk: Desk) -> None:
    """Default, file and environment, as TOML that can be read and as JSON; secrets as ***."""
    assert desk.run("config", "show")[0] == desk.run("feeds", "list")[0] == 0
    desk.write(f'{GOOD}boxes = [[[1, 2.5], [3, 4]]]\nname2 = "é\\u007f\\\\"\n')
    env = {
        "MONITOR_SPOOL_MB": "65", **KEY, "MONITOR_DATABASE_URL": f"postgresql://a:{SECRET}@h/x"
    }  # fmt: skip
    code, out, _ = desk.ask("config", "show", **env)
    assert code == 0
    assert 'listen = "127.0.0.1:8099"  # file, ' in out
    assert "spool_mb = 65  # environment, MONITOR_SPOOL_MB" in out
    assert "# record is not set" in out
    assert re.search(r"geofences = \".*geofences\"  # default", out)
    read = tomllib.loads(out)
    assert read["database_url"] == "postgresql://a:***@h/x"
    assert read["feeds"][0] == tomllib.loads(TABLE.format(port=10110))["feeds"][0]
    assert read["feeds"][1] == {
        "name": "world", "kind": "aisstream", "boxes": [[[1, 2.5], [3, 4]]], "api_key": "***",
        "name2": "é\x7f\\",
    }  # fmt: skip
    found = json.loads(desk.ask("config", "show", "--format", "json", **env)[1])
    assert found["spool_mb"] == {"value": 65, "from": "environment, MONITOR_SPOOL_MB"}
    assert found["spool"] == {"value": None, "from": "default"}
    assert found["feeds"]["value"] == read["feeds"]


@pytest.mark.parametrize("form", ["toml", "json"])
def test_settings_do_not_steer_the_terminal(desk: Desk, form: str) -> None:
    """Escapes, their short forms and marks of direction are shown as what they are."""
    bad = "\x1b]0;mine\x07 \x9b2J \u202e \x7f"
    desk.write(f"hosts = []\n[[feeds]]\nname = 'x'\nkind = 'odd'\nwhere = {json.dumps(bad)}\n")
    code, out, _ = desk.ask("config", "show", "--format", form)
    assert code == 0
    assert all(mark.isprintable() or mark == "\n" for mark in out)
    feeds = tomllib.loads(out)["feeds"] if form == "toml" else json.loads(out)["feeds"]["value"]
    assert feeds[0]["where"] == bad
    code, out, error = desk.run("config", "check", MONITOR_SPOOL=f"{desk.folder}/{bad[:9]}")
    assert all(mark.isprintable() or mark == "\n" for mark in out + error)


@pytest.mark.parametrize(
    "text",
    [
        f"[[feeds]]\nname = 'x'\nkind = 'barentswatch'\nclient_secret = '{SECRET}'\n",
        f"[[feeds]]\nname = 'x'\nkind = 'odd'\napi_token = '{SECRET}'\n",
        f"[[feeds]]\nname = 'x'\nkind = 'odd'\nurl = 'mqtt://joe:{SECRET}@host/a'\n",
        f"[[feeds]]\nname = 'x'\nkind = 'odd'\nurl = 'https://host/a?b=1&apikey={SECRET}'\n",
        f"[[feeds]]\nkind = 'odd'\nurls = ['mqtt://joe:a/b@{SECRET}@host/a']\n",
    ],
)
def test_show_hides_secrets_where_they_should_not_be(desk: Desk, text: str) -> None:
    """In the file against the rules, in addresses, in words that no kind knows."""
    desk.write(text)
    for form in ("toml", "json"):
        code, out, _ = desk.ask("config", "show", "--format", form)
        assert code == 0
        assert "***" in out


@pytest.mark.parametrize("login", [f"a:{SECRET}@h/x", f"h/x?user=a&password={SECRET}"])
def test_a_password_in_the_file_is_refused(desk: Desk, login: str) -> None:
    """Told without showing it."""
    desk.write(f"database_url = 'postgresql://{login}'\n")
    for words in (("config", "show"), ("events",), ("serve",)):
        code, out, errors = desk.ask(*words)
        assert (code, "must not stand in the file" in errors) == (2, True)
        assert SECRET not in out + errors


def test_a_url_from_its_file_is_told_by_that_file(desk: Desk) -> None:
    """The password in it stays there."""
    secret = desk.folder / "url"
    secret.write_text(f"postgresql://ann:{SECRET}@db/ais\n")
    desk.write(f'database_url_file = "{secret}"\n')
    assert f'"postgresql://ann:***@db/ais"  # file, {secret}' in desk.ask("config", "show")[1]
