"""``monitor alerts watch``: the queue of the night, in a terminal."""

from __future__ import annotations

import asyncio
import codecs
import os
import signal
import sys
import termios
import tty
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from monitor.cli.alerts import All, By, Severe, officer
from monitor.cli.options import Mmsi, PortId, Since, moment
from monitor.errors import MonitorError, UsageError
from monitor.settings import read_settings

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.alert.rules import Rule
    from monitor.alert.story import Alert
    from monitor.report.night_keys import Deed
    from monitor.service.night_queue import Queue
    from monitor.store.alerts import Stored

TICK_S = 0.5
"""The clock in the head is drawn so often, whatever happens."""

KEYS_BYTES = 4096


def watch(
    *,
    bell: Annotated[
        Literal["critical", "warning", "info", "none"],
        Parameter(help="Ring for what is raised or reopened, if it is at least so severe."),
    ] = "warning",
    all_: All = False,
    severity: Severe = "info",
    mmsi: Mmsi = None,
    port: PortId = None,
    since: Since = None,
    by: By = None,
) -> None:
    """Watch alerts in a terminal; what it says of itself stands where it is listed."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        message = "This is no terminal that can be drawn on: use `monitor alerts list` here."
        raise UsageError(message)
    from monitor.alert.life import State
    from monitor.alert.message import Severity
    from monitor.cli.stored import asking_url, ready_url
    from monitor.rulefile import rules_of
    from monitor.service.beside import beside
    from monitor.service.night_queue import Queue, Wanted
    from monitor.store.database import connected

    me = officer(by).strip()
    if not me:
        message = "Say who you are: --by, or MONITOR_OFFICER."
        raise UsageError(message)
    settings = read_settings()
    rules = {rule.name: rule for rule in rules_of(settings.rules)}
    wanted = Wanted(
        None if all_ else (State.OPEN, State.ACKNOWLEDGED), Severity(severity), mmsi, port,
        moment(since),
    )  # fmt: skip
    url = ready_url(settings)
    asking = asking_url(settings, url)

    async def go() -> None:
        queue = Queue(partial(connected, asking), partial(connected, url), wanted)
        with _told_to_end(), _keyboard() as keys, _drawn() as console:
            face = Face(queue, rules, me, bell, keys, console)
            await beside(face.run(), queue=queue.keep())

    with suppress(KeyboardInterrupt, asyncio.CancelledError):  # Ctrl-C, SIGTERM
        asyncio.run(go())


class Keys:
    """What was typed: a terminal's bytes become keys."""

    def __init__(self) -> None:
        """Nothing was typed yet."""
        self.typed: deque[str] = deque()
        self.ended = False  # the terminal is gone
        self.came = asyncio.Event()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def read(self) -> None:
        """Take what there is."""
        from monitor.report.night_keys import keys_of

        try:
            data = os.read(sys.stdin.fileno(), KEYS_BYTES)
        except OSError:
            data = b""
        self.ended = not data
        found, self._rest = keys_of(self._rest + self._decoder.decode(data))
        self.typed += found
        self.came.set()


class Face:
    """The queue on a terminal, and the officer before it."""

    def __init__(
        self, queue: Queue, rules: dict[str, Rule], me: str, bell: str, keys: Keys, screen: Screen
    ) -> None:
        """Nothing is drawn before ``run``."""
        from monitor.alert.message import Severity
        from monitor.report.night_keys import Night

        self._queue, self._rules, self._me, self._bell = queue, rules, me, bell
        self._least = None if bell == "none" else Severity(bell)
        self._keys, self._screen = keys, screen
        self._night = Night()
        self._away = False  # the store was, at the last look
        self._before: dict[str, Alert] | None = None
        self._order: list[Any] = []
        self._why: list[str] = []
        self._read_of: Stored | None = None  # as it stood when it was read

    async def run(self) -> None:
        """Draw, and do what keys say, until it is over."""
        while not (self._night.over or self._keys.ended):
            self._hear()
            await self._read_again()
            self._draw()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._keys.came.wait()
            self._keys.came.clear()
            while self._keys.typed and not self._night.over:
                await self._press(self._keys.typed.popleft())

    def _hear(self) -> None:
        """Take what the queue found since the last time, and ring."""
        from dataclasses import replace

        from monitor.report.night_keys import follow
        from monitor.report.night_queue import in_order, rang

        if not self._queue.news.is_set():
            return
        self._queue.news.clear()
        if self._queue.trouble is not None or self._queue.as_of is None:
            self._away = True
            return
        if self._away:  # what was said of it is over
            self._night, self._away = replace(self._night, said=""), False
        self._order = in_order(self._queue.found)
        new = rang(self._before, self._order, self._least)
        self._before = {one.alert.id: one.alert for one in self._order}
        self._night = follow(self._night, self._ids, new)
        if new:
            self._screen.bell()
            self._night = replace(self._night, said=self._news(new))

    def _news(self, new: list[str]) -> str:
        assert self._before is not None  # noqa: S101 - what is new was found
        more = f", and {len(new) - 1} more" if len(new) > 1 else ""
        return f"New: {self._before[new[0]].headline}{more}"

    @property
    def _ids(self) -> list[str]:
        return [one.alert.id for one in self._order]

    def _draw(self, said: str | None = None) -> None:
        from dataclasses import replace

        from monitor.clock import now_us
        from monitor.report.night_queue import Look, screen

        queue, night = self._queue, self._night
        look = Look(
            now=now_us(), as_of=queue.as_of, trouble=queue.trouble, alerts=self._order,
            is_cut=queue.is_cut, officer=self._me, bell=self._bell, why=self._why,
        )  # fmt: skip
        if said is not None:
            night = replace(night, said=said)
        self._screen.draw(screen(look, night, *self._screen.size))

    async def _press(self, key: str) -> None:
        """Do what a key says; what cannot be done is said."""
        from dataclasses import replace

        from monitor.report.night_keys import pressed

        self._night, deed = pressed(self._night, key, self._ids, len(self._why))
        if deed is None:
            return
        self._draw("The database is being asked.")
        try:
            said = await self._do(deed)
        except MonitorError as error:
            said = str(error)
        self._night = replace(self._night, said=said)

    async def _do(self, deed: Deed) -> str:
        """Do something; what came of it, in a sentence."""
        if deed.what == "read":
            await self._read(deed.alert)
            return ""
        said = await self._queue.act(partial(_deed, deed, self._me))
        if self._night.why == deed.alert:
            await self._read(deed.alert)
        return said

    async def _read_again(self) -> None:
        """Whoever reads an alert while its story goes on reads on."""
        id_, before = self._night.why, self._read_of
        found = next((one for one in self._order if one.alert.id == id_), None)
        if id_ is None or before is None or found is None or before.alert.id != id_:
            return
        if found != before:
            with suppress(MonitorError):  # the head says it
                await self._read(id_)

    async def _read(self, id_: str) -> None:
        """Read why an alert fired: the very text of `alerts show`."""
        from rich.cells import chop_cells

        from monitor.report.why import why
        from monitor.store import alerts

        width = self._screen.size[0]
        if self._read_of is None or self._read_of.alert.id != id_:
            self._why = []
        found = await self._queue.ask(lambda connection: alerts.whole(connection, id_))
        self._read_of = found.stored
        text = why(found.stored, found.events, self._rules, found.history, found.told, width)
        self._why = [part for line in text.splitlines() for part in chop_cells(line, width) or [""]]


async def _deed(deed: Deed, me: str, connection: Any) -> str:
    """Acknowledge, assign, close or mute, as `alerts ack` and its like do."""
    from datetime import timedelta

    from monitor.alert.life import Act, Verdict
    from monitor.clock import now_us
    from monitor.report.alerted import done_words
    from monitor.store import acts
    from monitor.units import to_datetime

    if deed.what == "mute":
        reason, hours = deed.answers
        since = to_datetime(now_us())
        until = since + timedelta(hours=float(hours)) if hours else None
        muted = await acts.mute_alert(connection, deed.alert, reason, me, since, until)
        return f"Muted, as number {muted.number}: {muted.stored.alert.headline}."
    words: dict[str, Any] = {}
    if deed.what == "assign":
        words["assignee"] = deed.answers[0] or me
    if deed.what == "close":
        words = {"verdict": Verdict(deed.answers[0]), "note": deed.answers[1] or None}
    done = await acts.do(connection, deed.alert, Act(deed.what), me, **words)
    return done_words(done.stored.alert, changed=done.changed)


class Screen:
    """A terminal that is drawn on, as long as it is ours."""

    def __init__(self, console: Console) -> None:
        """It is blank."""
        from rich.live import Live

        self._console = console
        self._shown: list[Any] = []
        self.live = Live(
            console=console, screen=True, auto_refresh=False, vertical_overflow="crop"
        )  # fmt: skip

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines, as they are now."""
        return self._console.size.width, self._console.size.height

    def draw(self, lines: list[Any]) -> None:
        """Draw all of it anew, if it is otherwise: the line may be slow."""
        from rich.text import Text

        if lines == self._shown:
            return
        self._shown = lines
        page = Text("\n", no_wrap=True, overflow="crop").join(
            Text(line.text, line.style) for line in lines
        )
        self.live.update(page, refresh=True)

    def bell(self) -> None:
        """Ring."""
        self._console.bell()


@contextmanager
def _drawn() -> Iterator[Screen]:
    """A screen of its own, which is left as it was found."""
    from monitor.report.columns import plain_console

    screen = Screen(plain_console())
    with screen.live:
        yield screen


@contextmanager
def _keyboard() -> Iterator[Keys]:
    """Each key at once, and not shown. Ctrl-S and Ctrl-Z would leave a queue that stands still."""
    fd, loop = sys.stdin.fileno(), asyncio.get_running_loop()
    before, keys = termios.tcgetattr(fd), Keys()
    try:
        tty.setcbreak(fd)
        mode = termios.tcgetattr(fd)
        mode[0] &= ~termios.IXON
        mode[6][termios.VSUSP] = b"\0"
        termios.tcsetattr(fd, termios.TCSANOW, mode)
        loop.add_reader(fd, keys.read)
        yield keys
    finally:
        loop.remove_reader(fd)
        with suppress(termios.error):  # it may be gone
            termios.tcsetattr(fd, termios.TCSAFLUSH, before)


@contextmanager
def _told_to_end() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does, so that the terminal is given back."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None  # noqa: S101 - it is called within one
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
