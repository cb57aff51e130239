"""``python -m tests.bench.late``: a million late reports of 5,000 ships, beside a plain replay.

The same generated log is replayed plainly; and, in a database of its own, after a log that is newer
by a day, so that each of its reports is late and each ship is taken again. Both in one run.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from pathlib import Path

from monitor.store.cluster import Cluster
from tests.bench.beside import MIGRATE, PROJECT, run
from tests.bench.generate import BEGIN_S, VESSELS, write_log

DAY_S = 86_400


def newer(log: Path, path: Path) -> Path:
    """The first lines of a log, a day later."""
    stamp = re.compile(rb"c:(\d+)\*..")

    def moved(match: re.Match[bytes]) -> bytes:
        return b"c:%d" % (int(match[1]) + DAY_S)

    with log.open("rb") as source:
        lines = [next(source) for _ in range(2 * VESSELS)]
    path.write_bytes(b"".join(stamp.sub(moved, line) for line in lines))
    return path


def told(url: str, log: Path) -> dict[str, float]:
    """What a replay says of itself."""
    out = run(PROJECT, ["-m", "monitor", "replay", "--format", "json", str(log)], url)
    summary: dict[str, float] = json.loads(out.splitlines()[-1])
    return summary


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.late")
    parser.add_argument("--lines", type=int, default=1_000_000)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mmm-late-", dir="/tmp") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        log = folder / "bench.nmea"
        lines = write_log(log, words.lines)
        cluster = Cluster(home=folder / "home")
        cluster.start()
        try:
            urls = [cluster.create_database(name) for name in ("plain", "late")]
            for url in urls:
                run(PROJECT, ["-c", MIGRATE, url], url)
            plain = told(urls[0], log)
            told(urls[1], newer(log, folder / "newer.nmea"))
            late = told(urls[1], log)
        finally:
            cluster.stop()
    seconds = late["seconds"]
    print(f"{lines:,} lines of {VESSELS:,} ships from {BEGIN_S}: plain {plain['seconds']:.1f} s")
    print(f"late, all of them: {seconds:.1f} s, {lines / seconds:,.0f} lines/s,"
          f" {seconds / plain['seconds']:.2f} times as long")  # fmt: skip
    print(f"fixes: plain {plain['fixes']:,}, late {late['fixes']:,}")


if __name__ == "__main__":
    main()
