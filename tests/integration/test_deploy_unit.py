"""The unit of systemd: it tells what the program knows, and is hardened."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from monitor.api.door import MOST_GUESTS, SHARE
from monitor.feed.nmea_tcp_server import NmeaTcpServerConfig
from tests.integration.deployment import DEPLOY, STOP_S, is_command, known_variables, seconds

UNIT = DEPLOY / "monitor.service"


def unit() -> dict[str, list[str]]:
    """Directives of the unit's service, each with all its values."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().partition("[Service]")[2].partition("[Install]")[0].splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def most_files(limit: int) -> int:
    """Descriptors of both doors, and of a feed's devices, if all are full."""
    return 2 * min(MOST_GUESTS, limit // SHARE) + NmeaTcpServerConfig(name="a").most_devices


def test_the_unit_tells_what_the_program_knows() -> None:
    """Commands are commands, variables are settings, the credential that is read is loaded."""
    found = unit()
    for line in found["ExecStart"] + found["ExecStartPre"]:
        program, *words = line.split()
        assert program.endswith("/bin/monitor")
        assert is_command(words)
    words = " ".join(found["Environment"])
    variables = dict(re.findall(r"(MONITOR_\w+)=(\S+)", words))
    assert set(variables) <= known_variables()
    loaded = {value.partition(":")[0] for value in found["LoadCredential"]}
    assert {f"%d/{name}" for name in loaded} == {variables["MONITOR_DATABASE_URL_FILE"]}
    state = f"%S/{found['StateDirectory'][0]}"
    assert variables["MONITOR_HOME"] == state
    assert variables["MONITOR_SPOOL"].startswith(state)


def test_the_unit_is_hardened() -> None:
    """A user of its own, a system that is read only, few calls; it is given time to stop."""
    found = unit()
    wanted = {
        "Type": "exec", "DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict",
        "ProtectHome": "yes", "PrivateTmp": "yes", "CapabilityBoundingSet": "",
        "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6", "Restart": "on-failure",
        "SystemCallArchitectures": "native",
    }  # fmt: skip
    for name, value in wanted.items():
        assert found[name] == [value], name
    assert found["SystemCallFilter"][0] == "@system-service"
    assert found["MemoryMax"] == ["2G"]
    assert found["MemorySwapMax"] == found["LimitCORE"] == ["0"]
    assert int(found["TasksMax"][0]) <= 512
    assert most_files(int(found["LimitNOFILE"][0])) < int(found["LimitNOFILE"][0]) / 2
    assert seconds(found["TimeoutStopSec"][0]) > STOP_S


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """Every directive is known; the exposure is small. Without systemd: sections only."""
    copy = tmp_path / "monitor.service"
    copy.write_text(re.sub(r"/opt/\S+/bin/monitor", "/bin/true", UNIT.read_text()))
    program = shutil.which("systemd-analyze")
    if program is None:
        parser = ConfigParser(strict=False, interpolation=None)
        parser.read(copy)
        assert parser.sections() == ["Unit", "Service", "Install"]
        pytest.skip("systemd-analyze is not installed: only the sections were checked")
    done = subprocess.run(
        [program, "verify", "--man=no", str(copy)], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        [program, "security", "--offline=true", "--threshold=20", "--no-pager", str(copy)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-300:]
