"""What a follower reads: the journal on disk, or the one that is made of a stream."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from monitor.clock import ReceptionClock


class Tape(Protocol):
    """A journal. A position never means other bytes than before."""

    directory: Path  # where blocks that the store refuses are put aside
    dropped_lines: int

    @property
    def keeps(self) -> str:
        """Where what comes stays until it is stored, in words."""

    @property
    def id(self) -> bytes:
        """Which journal it is."""

    @property
    def header(self) -> bytes:
        """What the next block stands under."""

    @property
    def stored(self) -> int:
        """Position up to which all is stored."""

    @property
    def waiting_bytes(self) -> int:
        """How much is not stored yet."""

    def begin(self, position: int, kept: dict[str, Any]) -> None:
        """Be read from what was committed last: its position, and what ``kept`` said of it."""

    def kept(self, position: int) -> dict[str, Any]:
        """What is to be committed with a position, to go on from there."""

    def read(self, position: int, most: int) -> tuple[bytes, int]:
        """Whole blocks from a position on, under one header, and the position behind them."""

    def release(self, position: int) -> None:
        """All before a position is stored, and nothing that was read waits to be."""


class Inlet(Protocol):
    """Where lines come in, and the journal that they stand in."""

    clock: ReceptionClock
    slows: bool  # whether whoever brings lines is made to wait

    @property
    def spool(self) -> Tape:
        """The journal."""

    async def secure(self, position: int) -> None:
        """Have what is recorded before a position outlive a power failure."""

    async def make_room(self) -> None:
        """Let those go on who wait for room."""

    async def wait(self, patience_s: float) -> bool:
        """Wait for more in the journal; False: nothing came."""
