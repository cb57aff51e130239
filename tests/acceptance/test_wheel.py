"""Must show 9: a wheel installs into an empty environment and works there."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from monitor.simulator import simulation as simulator
from tests.program import PROJECT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built from the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=PROJECT, check=True, capture_output=True,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_ports_and_migrations(wheel: Path) -> None:
    """Geofences, migrations, queries and the demo's log are inside; tests are not."""
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "monitor/_bundled/geofences/tartus.geojson",
        "monitor/_bundled/geofences/tobruk.geojson",
        "monitor/_bundled/alembic/env.py",
        "monitor/_bundled/alembic/versions/0001_pre_first_schema.py",
        "monitor/store/queries.sql",
        "monitor/alert/syria_run.csv",
        "monitor/simulator/voyage.nmea.gz",
        "monitor/console/index.html",
        "monitor/console/coast.json",
        "monitor/console/limit.json",
        "monitor/console/vendor/maplibre-gl-6.17.0.mjs",
        "monitor/console/vendor/maplibre-gl-6.17.0.licence.txt",
        "monitor/console/NOTICE",
    ):
        assert wanted in names
    assert not [name for name in names if name.startswith("tests/")]


def test_it_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """Installed beside nothing but its dependencies, a dry run finds the port calls."""
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps",
         str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    borrowed = subprocess.run(  # the dependencies of this environment, not its project
        [sys.executable, "-c", "import numpy; print(numpy.__path__[0])"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    site = subprocess.run(
        [str(python), "-c", "import site; print(site.getsitepackages()[0])"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    Path(site, "dependencies.pth").write_text(str(Path(borrowed.stdout.strip()).parent))
    log = tmp_path / "voyage.nmea"
    simulator.write(simulator.simulate("voyage"), log)
    done = subprocess.run(
        [str(python), "-I", "-m", "monitor", "replay", "--dry-run", "--format", "json", str(log)],
        cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["events"]["PortArrived"] >= 2
    where = subprocess.run(
        [str(python), "-I", "-c", "import monitor; print(monitor.__file__)"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert str(tmp_path) in where.stdout


def test_heavy_libraries_load_only_where_they_are_needed(tmp_path: Path) -> None:
    """A dry run loads neither geopandas nor matplotlib nor a database driver's migrations."""
    log = tmp_path / "call.nmea"
    simulator.write(simulator.simulate("call"), log)
    code = (
        "import sys; sys.argv = ['monitor', 'replay', '--dry-run', sys.argv[1]]\n"
        "from monitor.cli.app import app\n"
        "try:\n    app()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'geopandas', 'matplotlib', 'pandas', 'alembic', 'sqlalchemy', 'pyarrow'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(log)], cwd=PROJECT, check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "HEAVY []"
