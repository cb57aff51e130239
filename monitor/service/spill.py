"""The folder where a backfill keeps what it decoded, until all of it is stored.

One file a piece of a log, a run (``feed/runs.py``), which is whole or not there. What is there need
not be done again, whatever was killed; what is of other files, of files that changed meanwhile, or
of another release is in a folder of another name.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from monitor import __version__
from monitor.errors import HeldError, InputError
from monitor.feed.merging import FAN_IN, Run, chunked, gathered, merged, most_at_once
from monitor.feed.runs import MARK, Block, CutRunError, RunReader, head_of
from monitor.lockfile import take
from monitor.service.logs import LogOptions, Opened
from monitor.service.pieces import Decoded

STALE_DAYS = 30

_ALL = "all-decoded.json"
_FULL = {errno.ENOSPC, errno.EDQUOT}


def identity_of(opened: list[Opened], options: LogOptions) -> bytes:
    """Digest of some logs and of what is said of them: so long as it is equal, so are the runs."""
    told = options.told
    logs = [
        [one.log.name, one.log.sizes, (one.log.digest(len(one.log.head)) or b"").hex(), one.form,
         one.told.date_order]
        for one in opened
    ]  # fmt: skip
    said = [logs, options.start_at, str(told.zone), told.mmsi]
    return hashlib.sha256(json.dumps(said).encode()).digest()


def folder_of(root: Path, opened: list[Opened], identity: bytes) -> Path:
    """Where the spill of some logs is; of logs that changed, or of another release, elsewhere."""
    digest = hashlib.sha256(identity + __version__.encode() + MARK)
    for one in opened:
        for path in (one.log.path, *one.log.parts):
            with suppress(OSError):  # what is no file does not change
                digest.update(b"%d" % Path(path).stat().st_mtime_ns)
    return root / digest.hexdigest()[:16]


def forget(root: Path, opened: list[Opened], identity: bytes) -> None:
    """All of some logs is stored: delete what a process left that was killed right behind that."""
    if folder_of(root, opened, identity).exists():
        with suppress(InputError):  # another has it, for another database
            spill = Spill(root, opened, identity)
            spill.delete()
            spill.close()


def tidy(root: Path, now_s: float) -> list[Path]:
    """Delete what nobody has gone on with for STALE_DAYS: of logs that changed, or were left."""
    gone = list[Path]()
    for folder in sorted(root.glob("[0-9a-f]*")):
        with suppress(OSError, HeldError):
            if now_s - (folder / "lock").stat().st_mtime < STALE_DAYS * 86_400:
                continue
            with take(folder / "lock"):
                shutil.rmtree(folder)
            gone.append(folder)
    return gone


class Spill:
    """The folder of one backfill, which nobody else uses meanwhile."""

    def __init__(self, root: Path, opened: list[Opened], identity: bytes) -> None:
        """Make it, or find it. HeldError if another process backfills the same logs."""
        self.folder = folder_of(root, opened, identity)
        with disk(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                self._lock: IO[bytes] = take(self.folder / "lock")
            except HeldError as error:
                message = f"These logs are backfilled by {error.holder} already: let it end."
                raise InputError(message) from error
            self._tidy()

    def _tidy(self) -> None:
        """Delete what a process that was killed left half-done."""
        for path in self.folder.glob("*.new"):
            path.unlink()
        for path in self.folder.glob("*+.run"):
            for name in _said(path).get("of", ()):
                (self.folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Let others use it."""
        self._lock.close()

    def delete(self) -> None:
        """All of it is stored."""
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- pieces --------------------------------------------------------------------------------

    def pieces(self, log: int) -> list[dict[str, Any]]:
        """What is said of the pieces of a log that are there, from its first on."""
        found: list[dict[str, Any]] = []
        while (said := _said(self._path(log, len(found)))) != {}:
            found.append(said)
        return found

    def put(self, decoded: Decoded, ended: dict[str, Any]) -> dict[str, Any]:
        """Keep what a piece said; ``ended``: where its decoder came to."""
        said = {**decoded.said, "ended": ended}
        path = self._path(said["log"], said["piece"])
        with disk(self.folder):
            beside = path.with_suffix(".new")
            beside.write_bytes(head_of(said) + decoded.run)
            beside.replace(path)
        return said

    def _path(self, log: int, piece: int) -> Path:
        return self.folder / f"{log:06d}-{piece:08d}.run"

    # -- all of them ---------------------------------------------------------------------------

    @property
    def totals(self) -> dict[str, Any] | None:
        """What all logs said, once all are decoded; None: they are not."""
        with suppress(OSError, ValueError):
            totals: dict[str, Any] = json.loads((self.folder / _ALL).read_bytes())
            return totals
        return None

    def finish(self, totals: dict[str, Any]) -> None:
        """All are decoded."""
        with disk(self.folder):
            beside = self.folder / "totals.new"
            beside.write_text(json.dumps(totals))
            beside.replace(self.folder / _ALL)

    def runs(self, stopped: Callable[[], bool] = lambda: False) -> list[Run]:
        """All runs that hold lines; so few at one time that they can be merged at once."""
        runs = self._found()
        self._check_whole(runs)
        with disk(self.folder):
            while most_at_once(runs) > FAN_IN:
                groups = [runs[at : at + FAN_IN] for at in range(0, len(runs), FAN_IN)]
                for group in groups:
                    if stopped():
                        return []
                    if len(group) > 1:
                        gathered(group, self.folder, {"lines": sum(run.lines for run in group)})
                runs = self._found()
        return runs

    def _check_whole(self, runs: list[Run]) -> None:
        """InputError where somebody took a run away, or the power did."""
        wanted = (self.totals or {}).get("lines")
        found = sum(run.lines for run in runs)
        if wanted is not None and found != wanted:
            message = (
                f"Of {wanted:,} lines that were decoded {found:,} are in {self.folder}: delete it,"
                " and run the same command."
            )
            raise InputError(message)

    def blocks(self, skip: int, stopped: Callable[[], bool] = lambda: False) -> Iterator[Block]:
        """All lines in order of time, but for the first ``skip``; none if it is stopped before."""
        try:
            with disk(self.folder):
                yield from chunked(merged(self.runs(stopped)), skip)
        except CutRunError as error:
            message = f"{error}: delete {self.folder}, and run the same command."
            raise InputError(message) from error

    def _found(self) -> list[Run]:
        found = []
        for path in sorted(self.folder.glob("*.run")):
            if (said := _said(path)) == {}:
                message = f"{path} is damaged: delete {self.folder}, and run the same command."
                raise InputError(message)
            if lines := said.get("lines", 0):
                found.append(Run(said["first"], said["last"], path, lines))
        return sorted(found)


def _said(path: Path) -> dict[str, Any]:
    """What the head of a run says; empty: it is not there, or not whole."""
    try:
        reader = RunReader(path)
    except (CutRunError, OSError):
        return {}
    reader.close()
    return reader.said


@contextmanager
def disk(folder: Path, another: str = "name another folder with --spill") -> Iterator[None]:
    """Trouble with a disk as a sentence, and how to use ``another``: InputError."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            message = (
                f"The disk of {folder} is full, where what is decoded is kept until it is stored:"
                f" free some of it, or {another}. Nothing is lost: the same command goes on."
            )
        else:
            message = f"{folder} cannot be used: {os.strerror(error.errno or 0)}."
        raise InputError(message) from error
