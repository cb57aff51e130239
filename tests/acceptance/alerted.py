"""Stores in which a simulated voyage was replayed, so that the default rules raised alerts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.acceptance.desk import Desk
from tests.live import Watch
from tests.program import run_monitor

TOKEN = "sesam-open-4711-sesam"  # noqa: S105 - of nothing
TEMPLATE = "cli_alerts"
HERO, TUG, VISITOR = 273_999_410, 273_990_099, 271_990_457
"""She comes from Tartus to Tobruk; a ship that berths again and again; one at a naval berth."""

Copied = Callable[[], dict[str, str]]


@contextmanager
def replayed(cluster: Cluster, folder: Path) -> Iterator[Copied]:
    """Makes settings of a store of one's own, each a copy of one that is filled once."""
    log = folder / "voyage.nmea"
    assert run_monitor("simulate", "voyage", "--output", log).returncode == 0
    url = cluster.create_database(TEMPLATE)
    migrate(url)
    done = run_monitor("replay", log, env={"MONITOR_DATABASE_URL": url})
    assert done.returncode == 0, done.stderr.decode()
    made: list[str] = []

    def copied() -> dict[str, str]:
        made.append(f"alerts_{uuid.uuid4().hex[:10]}")
        url = cluster.create_database(made[-1], template=TEMPLATE)
        return {"MONITOR_DATABASE_URL": url, "MONITOR_OFFICER": "ann"}

    yield copied
    for name in (*made, TEMPLATE):
        cluster.drop_database(name)


def good(desk: Desk, env: dict[str, str], *words: str) -> str:
    """What the program says where all is right."""
    code, out, errors = desk.ask(*words, **env)
    assert (code, errors) == (0, ""), errors
    return out


def refused(desk: Desk, env: dict[str, str], *words: str) -> str:
    """The sentence for words that are wrong."""
    code, out, errors = desk.ask(*words, **env)
    assert (code, out) == (2, ""), out
    return errors.removeprefix("monitor: ").strip()


def listed(desk: Desk, env: dict[str, str], *words: str) -> list[dict[str, Any]]:
    """What it gives as JSON."""
    found: list[dict[str, Any]] = json.loads(good(desk, env, *words, "--format", "json"))
    return found


def id_of(desk: Desk, env: dict[str, str], mmsi: int) -> str:
    """The alert of a ship, as an officer names it."""
    (found,) = listed(desk, env, "alerts", "list", "--all", "--mmsi", str(mmsi))
    return str(found["id"])[:8]


def fits(text: str, width: int = 100) -> bool:
    """Whether no line is longer, but for sentences of AIS, which are copied whole."""
    return all(len(line) <= width or line.lstrip().startswith("!") for line in text.splitlines())


def posted(watch: Watch, path: str, token: str | None, **words: str) -> tuple[int, Any]:
    """Status and answer of a POST."""
    headers = {"Content-Type": "application/json"}
    headers |= {} if token is None else {"Authorization": f"Bearer {token}"}
    request = Request(f"http://127.0.0.1:{watch.http}{path}", json.dumps(words).encode(), headers)
    try:
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def silence_is_told(watch: Watch) -> bool:
    """Of both ships that lay within: by the clock of the watch they have been silent for years."""
    newest = [alert["reasons"][-1]["kind"] for alert in watch.get("/alerts")]
    return newest.count("WentDarkInside") == 2
