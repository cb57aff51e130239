"""QGIS's own provider opens the collections untaught, where QGIS is installed (python3-qgis)."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.findings import MMSI
from tests.integration.api.features.sea import HOURS, SHIPS, asking, fill

PYTHON = "/usr/bin/python3"
QGIS = Path("/usr/lib/python3/dist-packages/qgis")

LOOK = """
import json, os, sys
from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer, QgsWkbTypes
app = QgsApplication([], False)
app.initQgis()
def layer(name):
    return QgsVectorLayer(f"url='{sys.argv[1]}' typename='{name}' pageSize='50'", name, "OAPIF")
def count(of, *how):
    return sum(1 for _ in of.getFeatures(*how))
found = {}
for name in sys.argv[3:]:
    of = layer(name)
    kinds = {field.name(): field.typeName() for field in of.fields()}
    found[name] = [of.isValid(), QgsWkbTypes.displayString(of.wkbType()), count(of), kinds]
of = layer("positions")
found["box"] = count(of, QgsFeatureRequest(QgsRectangle(23, 31, 25, 33)))
of.setSubsetString(sys.argv[2])
found["subset"] = count(of)
print("\\n" + json.dumps(found), flush=True)
os._exit(0)  # what is cleared away at its end may crash, in the order in which Python does it
"""


@pytest.mark.skipif(not QGIS.is_dir(), reason="python3-qgis and qgis-providers are not installed")
async def test_qgis_opens_what_there_is(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Every feature once, numbers and times as such, in a box, and filtered."""
    await fill(db)
    names = ("positions", "tracks", "vessels", "events", "port-calls", "geofences", "alerts")
    home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    async with asking(database) as client:
        process = await asyncio.create_subprocess_exec(
            PYTHON, "-c", LOOK, str(client.make_url("/")), f"mmsi = {MMSI}", *names,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env={"PATH": os.environ["PATH"], **home},
        )  # fmt: skip
        out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    found: dict[str, Any] = json.loads(out.decode().splitlines()[-1])
    shown = {name: found[name][:3] for name in names}
    assert all(valid for valid, _, _ in shown.values())
    assert {name: rows for name, (_, _, rows) in shown.items() if name != "geofences"} == {
        "positions": len(SHIPS) * HOURS, "tracks": 10, "vessels": 5, "events": 27, "port-calls": 6,
        "alerts": 5,
    }  # fmt: skip
    assert (shown["positions"][1], shown["geofences"][1]) == ("Point", "Polygon")
    kinds = found["positions"][3]
    assert (kinds["mmsi"], kinds["at"], kinds["sog_kn"]) == ("Integer", "DateTime", "Real")
    assert (found["box"], found["subset"]) == (HOURS, HOURS)
