"""A real watch on a store in which a voyage was replayed that ended just now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from tests.acceptance.retimed import retimed
from tests.live import Watch
from tests.program import run_monitor

TOKEN = "sesam-open-4711-sesam"  # noqa: S105 - of nothing
ROWS = """() => [...document.querySelectorAll('#panel-alerts .row')].map((each) =>
  [each.dataset.alert, each.className.split(' ')[1], each.className.split(' ')[2]])"""
SAID = "() => document.getElementById('said').innerText"


@contextmanager
def voyaged(
    cluster: Cluster, folder: Path, name: str, *, lines: Sequence[bytes] = (), feeds: str = ""
) -> Iterator[Watch]:
    """It stands on a database of this name; ``lines``: what of the voyage was heard, if not all."""
    url = cluster.create_database(name, template="template_monitor")
    log = folder / "now.nmea"
    log.write_bytes(b"\n".join(lines or voyage()) + b"\n")
    done = run_monitor("replay", log, env={"MONITOR_DATABASE_URL": url})
    assert done.returncode == 0, done.stderr.decode()
    found = Watch(folder / "watch", url, feeds)
    try:
        found.start(MONITOR_ALERTS_TOKEN=TOKEN)
        found.until(lambda s: s["store"]["ready"])
        yield found
    finally:
        found.kill()
        cluster.drop_database(name)


def voyage() -> list[bytes]:
    """The lines of the voyage, as if it had ended just now."""
    return retimed(simulator.simulate("voyage").lines)


def at(watch: Watch, view: str = "") -> str:
    """The address of a view."""
    return f"http://127.0.0.1:{watch.http}/console{view}"
