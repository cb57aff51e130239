"""Looks now and then at what is due without an event: a mute that ended, a rule switched on.

Nothing falls due before the events until then are known: after an outage what waits on disk is
taken first, so that nobody is told that a ship is still where she has left meanwhile.
"""

from __future__ import annotations

import structlog

from monitor.clock import monotonic_s
from monitor.errors import FaultError
from monitor.store.attend import attend
from monitor.store.writer import Writer

ATTEND_S = 1.0
"""So often; each look is a statement or two."""

LATER_S = 60.0
"""What fails is tried again after so long: the watch goes on without it."""

log = structlog.get_logger()


class Attending:
    """One who looks after what is due."""

    def __init__(self) -> None:
        """Nothing was looked at yet."""
        self._next_s = 0.0

    async def look(self, writer: Writer | None, known_to: int | None) -> bool:
        """Look, if it is time; True: something is told.

        ``known_to`` (us): so far all is known; None: nothing waits to be; 0 or less: nothing is.
        StoreError and the like if the store went away.
        """
        began_s = monotonic_s()
        known = known_to is None or known_to > 0
        if writer is None or not known or began_s < self._next_s:
            return False
        self._next_s = began_s + ATTEND_S
        try:
            return await attend(writer, known_to) > 0
        except TimeoutError:
            self._next_s = began_s + LATER_S
            raise
        except FaultError:
            log.exception("What is due of alerts could not be done: it is tried again later")
            self._next_s = began_s + LATER_S
            return False
