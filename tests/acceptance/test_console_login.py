"""The console where people have names and passwords: the page asks who one is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from monitor.store.cluster import Cluster
from tests.acceptance.browser import opened, until
from tests.acceptance.console_watch import ROWS, SAID, at, voyaged
from tests.program import run_monitor

PASSWORD = b"nine horses over the mole"


def test_a_user_logs_in_by_password(browser: Any, cluster: Cluster, tmp_path: Path) -> None:
    """Where somebody is let in, nobody else reads: the page itself asks, and lets in."""
    with voyaged(cluster, tmp_path, "console_login") as watch:
        env = {"MONITOR_DATABASE_URL": watch.url}
        added = run_monitor(
            "users", "add", "cara", "--role", "officer", env=env, data=PASSWORD + b"\n"
        )
        assert added.returncode == 0, added.stderr.decode()
        with opened(browser, at(watch)) as page:
            until(page, "() => document.querySelector('dialog form') !== null")
            assert page.evaluate(ROWS) == []
            page.fill("dialog input[name=by]", "cara")
            page.fill("dialog input[name=password]", PASSWORD.decode())
            page.keyboard.press("Enter")
            first = until(page, ROWS)[0][0]
            page.click(f"[data-alert='{first}']")
            page.keyboard.press("s")
            page.fill("dialog input[name=to]", "dan")
            page.keyboard.press("Enter")
            until(page, SAID, lambda words: words.endswith("Assigned."))
            mark = f"() => document.querySelector(\"[data-alert='{first}']\").innerText"
            until(page, mark, lambda words: "for dan" in words)
            page.reload()
            until(page, ROWS)
            assert page.inner_text(".tools button:last-child") == "cara"
