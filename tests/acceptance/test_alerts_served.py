"""A running watch answers for its alerts, and takes the words of officers: the real program."""

from __future__ import annotations

import json
from pathlib import Path

from monitor.simulator import simulation as simulator
from tests.acceptance.alerted import TOKEN, posted, silence_is_told
from tests.live import Watch
from tests.program import run_monitor


def test_an_officer_reads_and_acknowledges_over_http(database: str, tmp_path: Path) -> None:
    """What the command line tells is what the watch answers; the token is in no log."""
    log = tmp_path / "voyage.nmea"
    simulator.write(simulator.simulate("voyage"), log)
    env = {"MONITOR_DATABASE_URL": database}
    assert run_monitor("replay", log, env=env).returncode == 0
    with Watch(tmp_path / "watch", database, "") as watch:
        watch.until(lambda s: s["store"]["ready"] and silence_is_told(watch))
        id_ = watch.get("/alerts?severity=critical")[0]["id"]
        assert posted(watch, f"/alerts/{id_}/ack", TOKEN, by="ann")[0] == 403
        assert watch.stop()[0] == 0
        watch.start(MONITOR_ALERTS_TOKEN=TOKEN)
        watch.until(lambda s: s["store"]["ready"])
        assert posted(watch, f"/alerts/{id_}/ack", None, by="ann")[0] == 401
        for changed in (True, False):
            code, words = posted(watch, f"/alerts/{id_}/ack", TOKEN, by="ann")
            assert (code, words["changed"]) == (200, changed)
        told = run_monitor("alerts", "show", id_[:8], "--format", "json", env=env)
        assert watch.get(f"/alerts/{id_}") == json.loads(told.stdout)
        listed = run_monitor("alerts", "list", "--format", "json", env=env)
        assert watch.get("/alerts") == json.loads(listed.stdout)
        status = watch.until(lambda s: (s["alerts"] or {}).get("acknowledged") == 1)
        assert (status["alerts"]["raised"], status["alerts"]["open"]["critical"]) == (3, 0)
        assert "monitor_alerts_raised_total 3.0" in watch.get("/metrics")
        assert watch.stop()[0] == 0
        assert TOKEN not in json.dumps(watch.log)
