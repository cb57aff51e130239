"""What of a journal is lost: damaged, or removed by somebody else. Each gap is told once.

Blocks say how many lines the journal has before them. So what a gap held is the difference between
the number of the block behind it and the one that the reader had come to, less what was dropped for
lack of room, which is counted by itself. Blocks of earlier releases have no numbers: of those the
lines are counted that can still be seen.
"""

from __future__ import annotations

from typing import NamedTuple

from monitor.journal.segment import Mended, Piece


class Loss(NamedTuple):
    """A gap."""

    lines: int
    passed_bytes: int  # what stands there; 0: it was removed
    file: str  # where it was met; "": its segment is gone

    @property
    def words(self) -> str:
        """In a sentence, for people."""
        where = f"{self.file} was damaged, cut or removed" if self.file else "a part was removed"
        lines = f"{self.lines:,} line{'s' * (self.lines != 1)}"
        return f"The journal lost {lines} ({self.passed_bytes:,} bytes): {where}"


class Losses:
    """The gaps that a reader met."""

    def __init__(self) -> None:
        """None yet."""
        self.lines = 0
        self.bytes = 0
        self.news: list[Loss] = []  # since somebody last told them
        self._numbers: dict[int, int] = {}  # position -> lines of the journal before it
        self._drops: list[tuple[int, int]] = []  # end of what was dropped, lines
        self._told: set[int] = set()  # where gaps that were told end
        self._gap: dict[int, tuple[str, int, int]] = {}  # whose end is not reached yet: its places

    def begin(self, position: int, lines: int) -> None:
        """Note how many lines the journal has before a position."""
        self._numbers[position] = lines

    def lines_before(self, position: int) -> int | None:
        """The same, if it is known: blocks of fewer do not stand where they belong."""
        return self._numbers.get(position)

    def drop(self, end: int, lines: int) -> None:
        """Note lines before a position that were dropped for room: they are counted already."""
        self._drops.append((end, lines))

    def passed(self, position: int, file: str, size: int, lines: int) -> None:
        """Note bytes that hold nothing, and the lines that can be seen in them."""
        self._gap[position] = (file, size, lines)

    def cut(self, file: str, found: Mended, lines: int) -> None:
        """Tell what did not hold at the end of a file, unless the next block's number will."""
        if 0 < found.lines < lines:
            return
        self.lines += found.cut_lines
        self.bytes += found.cut_bytes
        self.news.append(Loss(found.cut_lines, found.cut_bytes, file))

    def read(self, asked: int, start: int, piece: Piece) -> None:
        """Note blocks that were read from ``start`` on, where those from ``asked`` on were due."""
        known = self._numbers.get(asked)
        end = start + len(piece.data)
        number = piece.after if piece.after is not None else known
        if number is not None:
            self._numbers[end] = number
        if not piece.blocks:  # a header alone: what comes behind it says more
            return
        files, sizes, seen = zip(*(self._gap.values() or [("", 0, 0)]), strict=True)
        size, lines = sum(sizes), sum(seen)
        if piece.first is not None and known is not None:
            dropped = sum(lines for place, lines in self._drops if asked < place <= start)
            lines = max(0, piece.first - known - dropped)
        if (lines or size) and start not in self._told:
            self._told.add(start)
            self.lines += lines
            self.bytes += size
            self.news.append(Loss(lines, size, files[0]))
        self._gap.clear()

    def release(self, position: int) -> None:
        """Forget what lies before a position: nobody reads it again."""
        self._numbers = {at: number for at, number in self._numbers.items() if at >= position}
        self._told = {at for at in self._told if at >= position}
        self._drops = [drop for drop in self._drops if drop[0] > position]
        self._gap.clear()

    def told(self) -> list[Loss]:
        """The news; they are none after that."""
        news, self.news = self.news, []
        return news
