"""A simulated log as if its last line had been heard just now: a console shows ages."""

from __future__ import annotations

import re
from functools import reduce
from operator import xor
from typing import TYPE_CHECKING

from monitor.clock import now_us
from monitor.units import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Sequence

STAMP = re.compile(rb"c:(\d+)")
BLOCK = re.compile(rb"\\([^\\*]*)\*[0-9A-F]{2}\\")


def retimed(lines: Sequence[bytes], quiet_s: int = 60) -> list[bytes]:
    """The same lines, all later by so much that the last is ``quiet_s`` old."""
    last = max(int(stamp) for line in lines for stamp in STAMP.findall(line))
    later = now_us() // SECOND_US - quiet_s - last

    def block(found: re.Match[bytes]) -> bytes:
        words = STAMP.sub(lambda stamp: b"c:%d" % (int(stamp[1]) + later), found[1])
        return b"\\%s*%02X\\" % (words, reduce(xor, words))

    return [BLOCK.sub(block, line, count=1) for line in lines]
