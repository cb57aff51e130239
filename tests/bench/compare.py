"""Two checkouts beside each other, finding by finding.

    python -m tests.bench.compare OTHER_CHECKOUT [--inputs FOLDER] [--fleets 200]

Inputs are simulated fleets, journals made of some of them (blocks, ticks, three feeds) and all
recordings and drawn cases under ``../shared/data``. Each checkout reads all of them in a process
of its own and writes every finding, in the order it was told, as a line of JSON: events with
their bounds, sentences and evidence, and port calls with their stages; then what was refused.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

PROJECT = Path(__file__).parents[2]
SHARED = PROJECT.parent / "shared" / "data"
JOURNALS_OF = ("fleet", "dark-transfer", "clone", "receivers", "teleport")
NOT_LOGS = {".md", ".json.md", ".geojson", ".py", ".png"}
PIECE = 1 << 20
_ODD = np.arange(1, 129, 2, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
"""Odd numbers: a hash of a row's words."""

START = 1_525_176_000_000_000
"""2018-05-01T12:00Z dates what has no time, us."""


def found_in(name: str, *modules: str) -> Any:
    """The first of these modules that there is has it: releases differ in where things lie."""
    for module in modules:
        try:
            return getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            continue
    message = f"{name} is in none of {modules}"
    raise ImportError(message)


# -- what goes in ----------------------------------------------------------------------------------


def make_inputs(folder: Path, fleets: int) -> None:
    """Write the simulated logs and journals, once, for both."""
    simulate = found_in("simulate", "monitor.simulator.simulation", "monitor.simulator")
    block = found_in("block", "monitor.journal.blocks", "monitor.decode.journal")
    header = found_in("header", "monitor.journal.blocks", "monitor.decode.journal")
    tick = found_in("tick", "monitor.journal.blocks", "monitor.decode.journal")
    fences = _true_fences()
    for seed in range(fleets):
        made = simulate("fleet", seed=seed, fences=fences)
        _write(folder / f"fleet-{seed:03d}.nmea", b"".join(line + b"\n" for line in made.lines))
    for scenario in JOURNALS_OF:
        for seed in range(4):
            made = simulate(scenario, seed=seed, fences=fences)
            parts = [header({"a": "nmea", "b": "nmea", "c": "nmea"}, lateness_s=30.0, journal="00")]
            draw, now = Random(seed), 0
            for line in made.lines:
                if b"c:" in line:
                    at = int(line.split(b"c:")[1][:10]) * 1_000_000
                    while now and at - now > 3_600_000_000:
                        now += 1_800_000_000
                        parts.append(tick(now))
                    now = max(now, at)
                now += draw.randint(0, 300_000)
                parts.append(block(now, draw.choice("abc"), line + b"\n"))
            parts.append(tick(now + 20 * 3_600_000_000))
            _write(folder / f"journal-{scenario}-{seed}.ais", b"".join(parts))


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _true_fences() -> dict[str, dict[str, Any]]:
    kinds = {"approach", "harbour"}
    return {
        port.id: {f.kind.value: f.shape for f in port.fences if f.kind.value in kinds}
        for port in _fences(None).ports
    }


def _fences(folder: Path | None) -> Any:
    load = found_in("load_fences", "monitor.fencefile")
    bundled = found_in("bundled_geofences", "monitor.settings")
    return load(folder or bundled())


def logs(folder: Path) -> Iterator[tuple[str, Path, Path | None]]:
    """(name, log, its own fences) of everything there is to read."""
    for path in sorted(folder.glob("*.*")):
        if path.suffix in {".nmea", ".ais"}:
            yield path.name, path, None
    if not SHARED.is_dir():
        return
    cases = SHARED / "cases"
    tracks = {path.name: path for path in (cases / "fences").iterdir()} if cases.is_dir() else {}
    for path in sorted(SHARED.rglob("*")):
        inside = path.relative_to(SHARED).parts
        if not path.is_file() or path.suffix in NOT_LOGS or inside[0] in {"coast", "peercases"}:
            continue
        if inside[:2] == ("cases", "fences") or path.name in {"cases.json", "events.json"}:
            continue
        yield "/".join(inside), path, tracks.get("both-ports") if "tracks" in inside else None


# -- what comes out --------------------------------------------------------------------------------


def dump(folder: Path, out: Path) -> None:
    """Read everything with the checkout that is imported here."""
    with out.open("w") as file:
        for name, path, fences in logs(folder):
            for line in _told(path, fences):
                file.write(json.dumps([name, line], default=str) + "\n")


def _told(path: Path, fences: Path | None) -> Iterator[Any]:
    """All that is found in one log: whatever it raises is told, too."""
    counts: Counter[str] = Counter()
    try:
        log_file = found_in("LogFile", "monitor.feed.logfile")
        recognise = found_in("recognise", "monitor.decode.forms", "monitor.decode")
        make = found_in("make_decoder", "monitor.decode.forms", "monitor.decode")
        pipeline = found_in("Pipeline", "monitor.engine.pipeline", "monitor.pipeline")(
            _fences(fences)
        )
        lines = found_in("Lines", "monitor.model")
        log = log_file(str(path))
        log.open()
        form = recognise(log.head, path.name)
        decoder = make(form, start=START if "undated" in path.name else -(2**63))
        digest = [0, 0]
        for data, last in log.pieces(0, size=PIECE):
            piece = data
            while True:
                reports = decoder.decode(lines(data=piece, source="log"), final=last)
                merged = bool(reports.sources)
                yield from _of(pipeline.take(None if merged else "log", reports), counts, digest)
                if not decoder.more:
                    break
                piece = b""
        yield from _of(pipeline.finish(), counts, digest)
        yield ["fixes", *digest]
        yield ["counts", sorted(counts.items())]
    except Exception as error:  # noqa: BLE001 - both must fail alike
        yield ["raised", type(error).__name__, str(error)[:200]]


def _of(outcome: Any, counts: Counter[str], digest: list[int]) -> Iterator[Any]:
    counts.update({f"{a} {b}": n for (a, b), n in outcome.refusals.items()})
    if len(outcome.fixes):  # a sum: in which batch a fix comes out does not matter
        words = np.ascontiguousarray(outcome.fixes).view(np.uint64).reshape(len(outcome.fixes), -1)
        with np.errstate(over="ignore"):
            rows = (words * _ODD[: words.shape[1]]).sum(axis=1) ^ outcome.tracks.astype(np.uint64)
            digest[1] = (digest[1] + int((rows * _ODD[0]).sum())) % 2**64
        digest[0] += len(rows)
    for finding in outcome.findings:
        yield _event(finding) if hasattr(finding, "span") else _call(finding)


def _event(event: Any) -> Any:
    evidence = event.evidence
    if not isinstance(evidence, dict):
        evidence = dataclasses.asdict(evidence)
    return [
        "event", event.id, event.kind.value, event.state.value, event.mmsi, event.track,
        event.name, event.port, event.geofence, _span(event.span), event.decided_at,
        event.confidence, event.lon, event.lat, event.why, evidence,
    ]  # fmt: skip


def _call(call: Any) -> Any:
    stages = [[stage.kind.value, _span(stage.span), stage.geofence] for stage in call.stages]
    return [
        "call", call.id, call.mmsi, call.track, call.name, call.port, _span(call.arrived),
        None if call.departed is None else _span(call.departed), call.confidence, stages,
        call.decided_at, call.withdrawn,
    ]  # fmt: skip


def _span(span: Any) -> list[int | None]:
    return [span.earliest, span.at, span.latest]


# -- both ------------------------------------------------------------------------------------------


def compare(here: Path, other: Path) -> int:
    """Say what differs between two dumps; how many logs do."""
    ours, theirs = _by_log(here), _by_log(other)
    different = [name for name in ours | theirs if ours.get(name) != theirs.get(name)]
    events = sum(line.startswith('["event"') for told in ours.values() for line in told)
    calls = sum(line.startswith('["call"') for told in ours.values() for line in told)
    for name in different[:20]:
        print(f"{name}:")
        pairs = zip(ours.get(name, []), theirs.get(name, []), strict=False)
        for one, two in [pair for pair in pairs if pair[0] != pair[1]][:3]:
            print(f"  here  {one[:1500]}\n  there {two[:1500]}")
    print(
        f"{len(ours)} logs, {events:,} events and {calls:,} states of port calls told in order:"
        f" {len(different)} logs differ."
    )
    return len(different)


def _by_log(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        name, told = json.loads(line)
        found.setdefault(name, []).append(json.dumps(told))
    return found


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", nargs="?", help="another checkout")
    parser.add_argument("--inputs", type=Path, help="folder of inputs, made if it is empty")
    parser.add_argument("--fleets", type=int, default=200)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--dump", type=Path, help="only write what is found here")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = words.inputs or Path(scratch) / "inputs"
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            make_inputs(folder, words.fleets)
        if words.dump is not None:
            dump(folder, words.dump)
            return
        outs = []
        for place in (PROJECT, Path(words.other)):
            outs.append(Path(scratch) / f"{len(outs)}.jsonl")
            program = [sys.executable, str(Path(__file__).resolve()), "--inputs", str(folder)]
            subprocess.run(
                [*program, "--dump", str(outs[-1])], check=True, cwd=place,
                env={"PYTHONPATH": str(place), "PATH": "/usr/bin:/bin"},
            )  # fmt: skip
        sys.exit(1 if compare(*outs) else 0)


if __name__ == "__main__":
    main()
