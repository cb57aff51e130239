"""A disk of which a power failure leaves what was synced, and by chance some of what was not.

Programs that are given ``forgets.c`` note what they sync below a folder; its head says how. A power
failure ends them all at once and puts the folder back. Drawn for each failure: nothing more than
what was synced is left, or of each file some blocks of what was written later, and of changed names
some. One inode's names change together, as a rename does.
"""

from __future__ import annotations

import ctypes
import os
import random
import shlex
import shutil
import signal
import stat
import struct
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from monitor.store.postgres import server_in, usual_search

SOURCE = Path(__file__).with_name("forgets.c")
PROGRAMS = ("postgres", "initdb", "pg_ctl", "pg_config", "psql")
BLOCKS = (512, 4096)
"""A disk writes sectors of the one size or the other; a sector is written or not."""

MARK = ".forgets"
PATIENCE_S = 30.0

SHARED = "/dev/shm/PostgreSQL."  # noqa: S108 - it is PostgreSQL that makes them

_C = ctypes.CDLL(None)


class Name(NamedTuple):
    """What stands behind a name: a file, or a link."""

    key: str  # of its inode; of a link where it leads
    mode: int = 0
    owner: int = 0
    group: int = 0


Names = dict[str, Name]


@dataclass(slots=True)
class Disk:
    """A folder, and beside it what of it was synced."""

    folder: Path
    kept: Path
    library: Path = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Build the library; what is in the folder now is synced."""
        if shutil.which("gcc") is None:
            raise SystemExit("A power failure is played with gcc, which is not installed here.")
        self.folder = self.folder.resolve()
        for part in ("data", "names"):
            (self.kept / part).mkdir(parents=True)
            (self.kept / part).chmod(0o777)
        self.kept = self.kept.resolve()
        self.kept.chmod(0o777)  # processes of several users note what they sync
        self.library = self.kept / "forgets.so"
        words = ["gcc", "-O2", "-shared", "-fPIC", "-o", self.library, SOURCE, "-ldl"]
        subprocess.run(words, check=True)
        self.library.chmod(0o755)
        self._settle()

    @property
    def words(self) -> dict[str, str]:
        """What the environment says to a program on this disk."""
        return {
            "LD_PRELOAD": str(self.library),
            "FORGETS_FOLDER": str(self.folder),
            "FORGETS_KEPT": str(self.kept),
        }

    def programs(self) -> Path:
        """A folder with PostgreSQL's programs, which are given the library first."""
        real = max(
            (found for found in map(server_in, usual_search()) if found and found.has_postgis),
            key=lambda found: int(found.major),
        ).programs
        place = self.kept / "programs"
        place.mkdir()
        for name in PROGRAMS:
            words = [f"{key}={value}" for key, value in self.words.items()]
            line = shlex.join(["exec", "env", *words, str(real / name)])
            (place / name).write_text(f'#!/bin/sh\n{line} "$@"\n')
            (place / name).chmod(0o755)
        return place

    # -- a power failure -----------------------------------------------------------------------

    def end_all(self) -> int:
        """Kill all who have the library, at once: none writes while another is dead already."""
        found: set[int] = set()
        while more := self._users() - found:
            for pid in more:
                _signal(pid, signal.SIGSTOP)
            found |= more
        mapped = {path for pid in found for path in _mapped(pid)}
        for pid in found:
            _signal(pid, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE_S
        while self._users():
            assert time.monotonic() < deadline, f"some cannot be killed: {self._users()}"
            time.sleep(0.005)
        for path in mapped:  # what is in memory is gone
            Path(path).unlink(missing_ok=True)
        return len(found)

    def _users(self) -> set[int]:
        """Processes that have the library in their memory."""
        found, mark = set[int](), os.fsencode(self.library)
        for place in Path("/proc").iterdir():
            if place.name.isdigit():
                with suppress(OSError):
                    if mark in (place / "maps").read_bytes():
                        found.add(int(place.name))
        return found

    def forget(self, draw: random.Random) -> None:
        """Put the folder back, once all are dead; what it is then is synced."""
        keeps, size = draw.choice((0.0, 0.0, draw.random(), 1.0)), draw.choice(BLOCKS)
        live, synced = self._live(), self._synced()
        chances: dict[str, bool] = {}

        def stays(key: str) -> bool:
            return chances.setdefault(key, draw.random() < keeps)

        chosen: Names = {}
        for place in sorted(live.keys() | synced.keys()):
            now, before = live.get(place), synced.get(place)
            of = now or before
            assert of is not None
            left = now if now == before or stays(of.key) else before
            if left is not None:
                chosen[place] = left
        there = {name.key for place, name in chosen.items() if live.get(place) == name}
        for place in [p for p, name in chosen.items() if p not in live and name.key in there]:
            del chosen[place]  # what it was renamed to stands already
        self.counts["names changed"] += sum(
            live.get(p) != chosen.get(p) for p in live.keys() | chosen.keys()
        )
        places = {name.key: place for place, name in live.items()}
        contents = {
            key: self._content(key, places.get(key), draw, keeps, size)
            for key in {name.key for name in chosen.values() if name.mode}
        }
        for place in live:
            if live[place] != chosen.get(place):
                (self.folder / place).unlink()
        for place, name in chosen.items():
            self._put(place, name, contents)
        for path in sorted(_directories(self.folder), reverse=True):
            if not (self.kept / "names" / path.relative_to(self.folder)).is_dir():
                with suppress(OSError):  # something in it stays
                    path.rmdir()
        self._settle()

    def synced(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """The files of a folder as a power failure would leave them at least."""
        for place, name in self._synced().items():
            if Path(place).parent == Path(folder) and name.mode:
                yield Path(place).name, (self.kept / "data" / name.key).read_bytes()

    def _content(
        self, key: str, place: str | None, draw: random.Random, keeps: float, size: int
    ) -> bytes | None:
        """What a file holds after it all; None: what it holds now."""
        data = self.kept / "data" / key
        before = data.read_bytes() if data.exists() else b""
        if place is None:  # it has no name any more: what was written since is out of reach
            return before
        now = (self.folder / place).read_bytes()
        if now == before:
            return None
        self.counts["files set back"] += 1
        end = draw.choice((len(before), len(now))) if keeps else len(before)
        left = bytearray(before[:end].ljust(end, b"\0"))
        for at in range(0, min(end, len(now)), size):
            piece = now[at : min(at + size, end)]
            if left[at : at + len(piece)] != piece:
                kept = draw.random() < keeps
                self.counts["blocks kept" if kept else "blocks forgotten"] += 1
                if kept:
                    left[at : at + len(piece)] = piece
        return bytes(left)

    def _put(self, place: str, name: Name, contents: dict[str, bytes | None]) -> None:
        path = self.folder / place
        if not path.parent.is_dir():
            _make_again(path.parent, self.kept / "names" / Path(place).parent)
        if not name.mode:
            if not path.is_symlink():
                path.symlink_to(name.key)
            return
        content = contents[name.key]
        if content is None and path.exists():
            return
        if content is None:
            content = (self.kept / "data" / name.key).read_bytes()
        with path.open("r+b" if path.exists() else "wb") as file:
            file.write(content)
            file.truncate()
        path.chmod(name.mode)
        os.chown(path, name.owner, name.group)

    # -- what there is -------------------------------------------------------------------------

    def _live(self) -> Names:
        found: Names = {}
        for path in self._below(self.folder):
            known = path.lstat()
            place = str(path.relative_to(self.folder))
            if stat.S_ISLNK(known.st_mode):
                found[place] = Name(str(path.readlink()))
            elif stat.S_ISREG(known.st_mode):
                mode = stat.S_IMODE(known.st_mode)
                found[place] = Name(_key(path), mode, known.st_uid, known.st_gid)
        return found

    def _synced(self) -> Names:
        names, found = self.kept / "names", Names()
        for path in self._below(names):
            if path.is_symlink() and path.name != MARK:
                key, _, rest = str(path.readlink()).partition(" ")
                place = str(path.relative_to(names))
                if key == "->":
                    found[place] = Name(rest)
                else:
                    mode, owner, group = rest.split()
                    found[place] = Name(key, int(mode, 8), int(owner), int(group))
        return found

    @staticmethod
    def _below(folder: Path) -> list[Path]:
        return [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]

    def _settle(self) -> None:
        """Note all as it is now: the disk of a machine that was just started."""
        for part in ("names", "data"):
            shutil.rmtree(self.kept / part)
            (self.kept / part).mkdir()
            (self.kept / part).chmod(0o777)
        for path in sorted(_directories(self.folder)):
            twin = self.kept / "names" / path.relative_to(self.folder)
            twin.mkdir()
            twin.chmod(0o777)
            (twin / MARK).symlink_to(_key(path))
            known = path.stat()
            os.chown(twin, known.st_uid, known.st_gid)
        for place, name in self._live().items():
            words = f"{name.key} {name.mode:o} {name.owner} {name.group}"
            twin = self.kept / "names" / place
            twin.symlink_to(words if name.mode else f"-> {name.key}")
            if name.mode:
                data = self.kept / "data" / name.key
                shutil.copyfile(self.folder / place, data)
                data.chmod(0o666)


def _directories(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink()]


def _key(path: Path) -> str:
    """As ``forgets.c`` names an inode: its number, which may be given again, and when it was made.

    Python's own ``stat`` does not say that. See statx(2) for the numbers.
    """
    found = ctypes.create_string_buffer(256)
    if _C.statx(-100, os.fsencode(path), 0x100, 0xFFF, found):
        raise FileNotFoundError(path)
    (inode,) = struct.unpack_from("=Q", found, 32)
    seconds, nanoseconds = struct.unpack_from("=qI", found, 80)
    return f"{inode:x}-{seconds:x}-{nanoseconds:x}"


def _make_again(directory: Path, twin: Path) -> None:
    """A directory that is to be there after all, and those above it."""
    if directory.is_dir():
        return
    _make_again(directory.parent, twin.parent)
    directory.mkdir(mode=0o700)
    known = twin.stat()
    os.chown(directory, known.st_uid, known.st_gid)


def _mapped(pid: int) -> list[str]:
    """Memory that a PostgreSQL's processes share by name."""
    with suppress(OSError):
        words = Path(f"/proc/{pid}/maps").read_text().split()
        return [word for word in words if word.startswith(SHARED)]
    return []


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
