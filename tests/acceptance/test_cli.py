"""Must show 8: help is quick, every error path is one sentence with its exit code."""

from __future__ import annotations

import gzip
import io
import json
import os
import pty
import random
import re
import resource
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import zstandard

from monitor import __version__
from monitor.cli.app import COMMANDS
from monitor.model import EventKind
from monitor.simulator import simulation as simulator
from tests.acceptance.test_faults import rows
from tests.ports import circle, write_port
from tests.program import PROJECT, run_monitor

HELP_S = 0.3
LIBRARY_SHARE = 1.5


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated call at a port."""
    path = tmp_path_factory.mktemp("log") / "call.nmea"
    simulator.write(simulator.simulate("call"), path)
    return path


def best_of(count: int, *commands: list[str]) -> list[float]:
    """Least processor time of each command, seconds: others on the machine are not in it."""
    times: list[list[float]] = [[] for _ in commands]
    for number in range(count * len(commands)):
        words = commands[number % len(commands)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], cwd=PROJECT, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        times[number % len(commands)].append(took)
    return [min(found) for found in times]


def test_help_is_quick(capsys: pytest.CaptureFixture[str]) -> None:
    """Under 0.3 s, or 1.5 times a bare interpreter that imports the CLI library."""
    library = "import cyclopts; cyclopts.App(help_format='plaintext')"
    ours, bare = best_of(5, ["-m", "monitor", "--help"], ["-c", library])
    with capsys.disabled():
        print(f"\nmonitor --help: {ours:.3f} s; bare interpreter with cyclopts: {bare:.3f} s")
    assert ours < HELP_S or ours < LIBRARY_SHARE * bare


def test_every_command_is_in_the_help() -> None:
    """The list of commands is what people see."""
    text = run_monitor("--help").stdout.decode()
    for name, _, line in COMMANDS:
        assert name in text
        assert line in text
        assert run_monitor(name, "--help").returncode == 0


def test_version() -> None:
    """Three ways to ask for it."""
    for words in (["version"], ["--version"]):
        assert run_monitor(*words).stdout.decode().strip() == __version__


def failed(done: subprocess.CompletedProcess[bytes], code: int, *parts: str) -> None:
    """Exit code, one sentence on standard error, nothing on standard output, no trace."""
    errors = done.stderr.decode()
    assert done.returncode == code, errors
    assert "Traceback" not in errors
    assert errors.startswith("monitor: ")
    assert errors.count("\n") == 1
    assert done.stdout == b""
    for part in parts:
        assert part in errors


@pytest.mark.parametrize(
    ("name", "content", "parts"),
    [
        ("empty.nmea", b"", ["is empty"]),
        ("prose.txt", b"Dear sir,\nthis is a letter.\n", ["not a known AIS log", "--input-format"]),
        ("binary.bin", bytes(range(256)) * 400, ["is binary"]),
        ("table.csv", b"a,b,c\n1,2,3\n", ["not a known AIS log"]),
        ("cut.gz", gzip.compress(random.Random(1).randbytes(9_999))[:900], ["damaged or cut off"]),
        ("not.zip", b"PK\x03\x04 broken", ["damaged or cut off"]),
    ],
)  # fmt: skip
def test_logs_that_are_none(name: str, content: bytes, parts: list[str], tmp_path: Path) -> None:
    """Wrong form, empty, binary, cut off: one sentence, exit 1."""
    path = tmp_path / name
    path.write_bytes(content)
    failed(run_monitor("replay", "--dry-run", path), 1, *parts)


def test_missing_log_and_folder(tmp_path: Path) -> None:
    """Missing files and folders are told by name."""
    failed(run_monitor("replay", "--dry-run", tmp_path / "no.nmea"), 1, "no.nmea", "No such file")
    failed(run_monitor("replay", "--dry-run", tmp_path), 1, "is a folder")


def test_an_error_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Names of files and words of others are shown, and do nothing."""
    done = run_monitor("replay", "--dry-run", tmp_path / "a\x1b[2J\u202e.nmea")
    failed(done, 1, "a?[2J?.nmea", "No such file")


def test_a_name_in_csv_is_no_formula(database: str, tmp_path: Path) -> None:
    """A ship may call herself whatever she likes."""
    log = tmp_path / "one.csv"
    log.write_text(
        "mmsi,timestamp,lat,lon,name\n273999410,2024-12-13T04:00:00Z,-34.5,35.5,=1+1\n"
        "273999410,2024-12-13T04:05:00Z,-34.5,35.5,=1+1\n"
    )
    env = {"MONITOR_DATABASE_URL": database}
    assert run_monitor("replay", log, env=env).returncode == 0
    row = run_monitor("vessels", "--format", "csv", env=env).stdout.decode().splitlines()[1]
    assert row.startswith("273999410,RU,Russia,'=1+1,")
    assert ",35.5,-34.5," in row


def test_one_bad_log_among_good_ones_takes_none(log: Path, tmp_path: Path) -> None:
    """All logs are looked at before any is taken."""
    failed(run_monitor("replay", "--dry-run", log, tmp_path / "no.nmea"), 1, "no.nmea")


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["replay"], ["at least one log"]),
        (["replay", "--dry-run", "--input-format", "morse", "x"], ["'morse'", "nmea"]),
        (["replay", "--dry-run", "--start", "noon", "x"], ["'noon' is no time"]),
        (["replay", "--dry-run", "--speed", "-1", "x"], ["--speed"]),
        (["events", "--kind", "Sunk"], ["'Sunk'", EventKind.PORT_ARRIVED]),
        (["events", "--since", "yesterdayish"], ["is no time"]),
        (["history", "273999410", "--format", "parquet"], ["--output"]),
        (["simulate", "atlantis", "-o", "x.nmea"], ["atlantis", "voyage"]),
        (["geofences", "show", "atlantis"], ["atlantis", "tartus"]),
    ],
)
def test_wrong_words_exit_2(words: list[str], parts: list[str]) -> None:
    """A command used wrongly says how to use it."""
    failed(run_monitor(*words), 2, *parts)


def test_unknown_option_and_command_exit_2() -> None:
    """The parser's own refusals."""
    assert run_monitor("replay", "--colour").returncode == 2
    assert run_monitor("sail").returncode == 2


def test_undated_logs_need_a_start(tmp_path: Path) -> None:
    """Without a time nothing is a fix; with --start the AIS seconds carry it on."""
    lines = [line.rpartition(b"\\")[2] for line in simulator.simulate("call").lines]
    path = tmp_path / "undated.nmea"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    failed(run_monitor("replay", "--dry-run", path), 1, "no time", "--start")
    done = run_monitor(
        "replay", "--dry-run", "--format", "json", "--start", "2024-12-10T00:00Z", path
    )
    assert json.loads(done.stdout.splitlines()[-1])["fixes"] > 100


def test_bad_geofences(log: Path, tmp_path: Path) -> None:
    """A bad file names file, feature and reason; check names all of them."""
    write_port(tmp_path, "good", [("harbour", circle(10, 50, 500))])
    bad = write_port(tmp_path, "bad", [("harbour", circle(10, 50, 500))])
    bad.write_text(bad.read_text().replace('"harbour"', '"lagoon"'))
    done = run_monitor("replay", "--dry-run", "--geofences", tmp_path, log)
    failed(done, 1, "bad.geojson", "bad-harbour-0", "kind")
    checked = run_monitor("geofences", "check", "--geofences", tmp_path)
    assert checked.returncode == 1
    assert b"good.geojson: " in checked.stdout
    assert b"bad.geojson" in checked.stderr
    failed(run_monitor("geofences", "list", "--geofences", tmp_path / "no"), 1, "is not there")


def test_no_database(log: Path) -> None:
    """A database that is not there: one sentence, and no password in it."""
    url = "postgresql://ann:secret@127.0.0.1:1/none"
    done = run_monitor("replay", log, env={"MONITOR_DATABASE_URL": url})
    failed(done, 1, "cannot be reached", "MONITOR_DATABASE_URL")
    assert b"secret" not in done.stderr


def test_a_database_without_a_schema(cluster, log: Path) -> None:  # noqa: ANN001
    """It says which command makes the schema; after that it works."""
    env = {"MONITOR_DATABASE_URL": cluster.create_database("cli_empty")}
    failed(run_monitor("replay", log, env=env), 1, "monitor database migrate")
    failed(run_monitor("events", env=env), 1, "monitor database migrate")
    assert run_monitor("database", "migrate", env=env).returncode == 0
    assert run_monitor("replay", log, env=env).returncode == 0


def test_compressed_logs_are_read_as_they_are(log: Path, tmp_path: Path) -> None:
    """gzip, zstd, zip and standard input give what the plain file gives."""
    data = log.read_bytes()
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("call.nmea", data)
    forms = {
        "call.nmea.gz": gzip.compress(data),
        "call.nmea.zst": zstandard.ZstdCompressor().compress(data),
        "call.zip": zipped.getvalue(),
    }
    wanted = run_monitor("replay", "--dry-run", "--format", "csv", log).stdout
    assert wanted.count(b"PortArrived") >= 1
    for name, content in forms.items():
        path = tmp_path / name
        path.write_bytes(content)
        got = run_monitor("replay", "--dry-run", "--format", "csv", path).stdout
        assert got.replace(name.encode(), b"call.nmea") == wanted
    piped = run_monitor("replay", "--dry-run", "--format", "csv", "-", data=data).stdout
    assert piped.replace(b'"stdin"', b'"call.nmea"').replace(b"stdin", b"call.nmea") == wanted


def test_a_dry_run_prints_what_a_stored_run_holds(database: str, log: Path) -> None:
    """Byte for byte, in every format; the same file again adds nothing and says so."""
    env = {"MONITOR_DATABASE_URL": database}
    first = run_monitor("replay", log, env=env)
    assert first.returncode == 0, first.stderr
    for form in ("jsonl", "csv", "geojson"):
        dry = run_monitor("replay", "--dry-run", "--format", form, log).stdout
        assert dry == run_monitor("events", "--format", form, env=env).stdout
        assert dry
    again = run_monitor("replay", log, env=env)
    assert b"nothing new" in again.stdout
    assert run_monitor("events", "--format", "csv", env=env).stdout == (
        run_monitor("replay", "--dry-run", "--format", "csv", log).stdout
    )


def test_the_output_contract(database: str, log: Path, tmp_path: Path) -> None:
    """Members of events, port calls, vessels and history, and the filters."""
    env = {"MONITOR_DATABASE_URL": database}
    run_monitor("replay", log, env=env)

    def ask(*words: str) -> list[dict[str, object]]:
        return json.loads(run_monitor(*words, "--format", "json", env=env).stdout)

    events = ask("events")
    assert {
        "id", "kind", "state", "mmsi", "name", "port", "geofence", "at", "earliest", "latest",
        "confidence", "lon", "lat", "evidence",
    } <= set(events[0])  # fmt: skip
    arrived = ask("events", "--kind", "PortArrived")
    assert arrived
    assert {event["kind"] for event in arrived} == {"PortArrived"}
    first = arrived[0]
    assert all(
        event["mmsi"] == first["mmsi"] for event in ask("events", "--mmsi", str(first["mmsi"]))
    )
    assert all(
        event["port"] == first["port"] for event in ask("events", "--port", str(first["port"]))
    )
    assert ask("events", "--until", "2000-01-01") == []
    assert ask("events", "--since", "2100-01-01") == []
    calls = ask("port-calls")
    assert {"id", "mmsi", "name", "port", "arrived", "departed", "confidence", "stages"} <= set(
        calls[0]
    )
    assert set(calls[0]["arrived"]) == {"earliest", "at", "latest"}  # type: ignore[arg-type]
    mmsi = str(calls[0]["mmsi"])
    assert {vessel["mmsi"] for vessel in ask("vessels", "--mmsi", mmsi)} == {int(mmsi)}
    history = run_monitor("history", mmsi, "--format", "csv", env=env).stdout.decode()
    assert history.startswith("mmsi,at,lon,lat,sog_kn,")
    assert ",status,status_text," in history.splitlines()[0]
    assert {"flag", "flag_text", "ship_type_text", "status_text"} <= set(ask("vessels")[0])
    table = tmp_path / "history.parquet"
    done = run_monitor("history", mmsi, "--format", "parquet", "-o", table, env=env)
    assert done.returncode == 0, done.stderr
    import geopandas  # noqa: PLC0415

    assert len(geopandas.read_parquet(table)) == history.count("\r\n") - 1
    for words in (["events"], ["port-calls"], ["vessels"], ["history", mmsi]):
        shown = run_monitor(*words, env=env).stdout.decode()
        assert "──" in shown  # a table for people
        assert mmsi in shown
        assert max(map(len, shown.splitlines())) <= 100


def test_interrupted_and_resumed(database: str, tmp_path: Path) -> None:
    """Ctrl-C ends cleanly with 130; the same command goes on; the result is that of one run."""
    log = tmp_path / "fleet.nmea"
    simulator.write(simulator.simulate("fleet", seed=5), log)
    env = {"MONITOR_DATABASE_URL": database}
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "replay", "--speed", "20000", str(log)], cwd=PROJECT,
        env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while not rows(database, "SELECT FROM position LIMIT 1"):
        assert process.poll() is None, "it ended before it stored anything"
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert b"goes on from here" in out
    assert b"Traceback" not in errors
    rest = run_monitor("replay", log, env=env)
    assert b"went on where it stopped" in rest.stdout
    assert run_monitor("events", "--format", "csv", env=env).stdout == (
        run_monitor("replay", "--dry-run", "--format", "csv", log).stdout
    )


def test_without_standard_error_it_says_what_it_says() -> None:
    """A shell may have closed it."""
    command = f"{sys.executable} -m monitor --version 2>&-"
    done = subprocess.run(command, shell=True, cwd=PROJECT, capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode().split()[-1]) == (0, __version__)


def test_nothing_hangs_on_the_order_of_sets(database: str, tmp_path: Path) -> None:
    """What is told and what is stored is the same whatever the hashes of words are."""
    log = tmp_path / "fleet.nmea"
    simulator.write(simulator.simulate("fleet", seed=5), log)
    asked = ("replay", "--dry-run", "--format", "csv", log)
    told = [run_monitor(*asked, env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")]
    env = {"MONITOR_DATABASE_URL": database}
    assert run_monitor("replay", log, env={**env, "PYTHONHASHSEED": "3"}).returncode == 0
    told.append(run_monitor("events", "--format", "csv", env={**env, "PYTHONHASHSEED": "4"}).stdout)
    assert len(told[0].splitlines()) > 100
    assert told[0] == told[1] == told[2]


def test_a_progress_bar_on_a_terminal_only(log: Path) -> None:
    """Piped, standard error is silent; on a terminal a bar shows lines and rate."""
    assert run_monitor("replay", "--dry-run", log).stderr == b""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "replay", "--dry-run", str(log)], cwd=PROJECT,
        stdout=subprocess.DEVNULL, stderr=theirs, env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:
            break
        if not part:
            break
        shown += part
    assert process.wait(timeout=60) == 0
    os.close(ours)
    assert re.search(rb"call\.nmea", shown)


def test_closed_pipe_is_no_error(log: Path) -> None:
    """``| head`` may close the pipe early."""
    done = subprocess.run(
        f"{sys.executable} -m monitor replay --dry-run --format jsonl {log} | head -n 1",
        shell=True, cwd=PROJECT, capture_output=True, check=True,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr


def test_geofences_are_shown(tmp_path: Path) -> None:
    """list, show as GeoJSON, and show as a picture."""
    listed = json.loads(run_monitor("geofences", "list", "--format", "json").stdout)
    assert {"tartus", "tobruk"} <= {row["port"] for row in listed}
    shown = json.loads(run_monitor("geofences", "show", "tobruk").stdout)
    assert {f["properties"]["kind"] for f in shown["features"]} >= {"approach", "harbour", "berth"}
    picture = tmp_path / "tobruk.png"
    assert run_monitor("geofences", "show", "tobruk", "--plot", picture).returncode == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
