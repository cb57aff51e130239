"""``monitor serve`` where others reach it: TLS or nothing, a first link, then whom it knows."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.desk import Desk
from tests.integration.deliver.ends import certificate
from tests.live import Watch
from tests.program import run_monitor

PASSWORD = "seven sailors at sea"  # noqa: S105 - of nobody


class Browser:
    """Asks a watch by TLS, and keeps its cookie."""

    def __init__(self, watch: Watch, trusted: Path) -> None:
        """Trust this certificate alone."""
        self.port = watch.http
        self.context = ssl.create_default_context(cafile=str(trusted))
        self.cookie = ""

    def ask(self, method: str, path: str, **words: Any) -> tuple[int, str, Any]:
        """Status, text and headers of an answer."""
        line = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=self.context)
        body = json.dumps(words) if words else None
        headers = {"Content-Type": "application/json"} if words else {}
        if self.cookie:
            headers["Cookie"] = self.cookie
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        if "Set-Cookie" in answer.headers:
            self.cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        return answer.status, text, answer.headers


def until_told(watch: Watch, pattern: str, patience_s: float = 120.0) -> str:
    """Wait until the watch has told it."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        found = re.search(pattern, (watch.folder / "serve.log").read_text())
        if found:
            return found[1]
        assert watch.process is not None
        assert watch.process.poll() is None, (watch.folder / "serve.log").read_text()[-2000:]
        time.sleep(0.05)
    raise AssertionError((watch.folder / "serve.log").read_text()[-2000:])


@pytest.mark.parametrize("words", ["", "open_reading = true\n"])
def test_it_does_not_begin_where_passwords_would_be_read(desk: Desk, words: str) -> None:
    """And `config check` says so before."""
    desk.write(f'listen = "0.0.0.0:8080"\n{words}')
    for command in (("serve",), ("config", "check")):
        code, out, errors = desk.ask(*command)
        assert code in {1, 2}
        assert "Others than this machine reach 0.0.0.0:8080" in out + errors


def test_by_tls_from_the_first_link_to_the_last_token(tmp_path: Path, database: str) -> None:
    """Nobody, then the administrator, then a program; what is revoked is out at once."""
    made, key = certificate(tmp_path)
    watch = Watch(tmp_path / "watch", database, "", tls_certificate=str(made), tls_key=str(key))
    port = watch.http
    toml = (watch.folder / "monitor.toml").read_text()
    (watch.folder / "monitor.toml").write_text(
        toml.replace(f'"127.0.0.1:{port}"', f'"0.0.0.0:{port}"')
    )
    env = {"MONITOR_DATABASE_URL": database, "MONITOR_CONFIG": str(watch.folder / "monitor.toml")}
    with watch:
        link = until_told(watch, rf"https://127\.0\.0\.1:{port}(/invitation/[\w-]+)\n")
        assert not [line for line in watch.log if link in json.dumps(line)]
        browser = Browser(watch, made)
        assert browser.ask("GET", "/status")[0] == 401
        assert browser.ask("GET", "/health/live")[0] == 200
        done = run_monitor("status", "--once", env=env)
        assert (done.returncode, b"tells those alone whom it knows" in done.stderr) == (1, True)
        assert browser.ask("POST", link, password=PASSWORD)[0] == 200
        assert browser.ask("POST", link, password=PASSWORD)[0] == 404
        assert browser.ask("POST", "/login", name="admin", password=PASSWORD)[0] == 200
        assert browser.cookie.startswith("__Host-monitor_session=")
        status, text, headers = browser.ask("GET", "/status")
        assert (status, json.loads(text)["feeds"]) == (200, [])
        assert headers["Strict-Transport-Security"]
        token = run_monitor("tokens", "add", "status", env=env).stdout.decode().strip()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            done = run_monitor("status", "--once", env={**env, "MONITOR_TOKEN": token})
            if done.returncode == 0:
                break
        assert done.returncode == 0, done.stderr
        assert run_monitor("tokens", "revoke", "status", env=env).returncode == 0
        while time.monotonic() < deadline and done.returncode == 0:
            done = run_monitor("status", "--once", env={**env, "MONITOR_TOKEN": token})
        assert done.returncode == 1
        assert watch.stop()[0] == 0


def test_its_own_port_by_plain_http_is_no_way_in(tmp_path: Path, database: str) -> None:
    made, key = certificate(tmp_path)
    watch = Watch(tmp_path / "watch", database, "", tls_certificate=str(made), tls_key=str(key))
    with watch:
        browser = Browser(watch, made)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                assert browser.ask("GET", "/health/live")[0] == 200
                break
            except OSError:
                time.sleep(0.05)
        plain = http.client.HTTPConnection("127.0.0.1", watch.http, timeout=60)
        plain.request("GET", "/status")
        with pytest.raises((OSError, http.client.HTTPException)):
            plain.getresponse()
        plain.close()
