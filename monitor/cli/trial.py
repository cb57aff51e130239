"""A try of one feed: a sink that shows what comes, without a watch or a database."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
import sys
from collections import Counter
from typing import Any

from monitor.clock import monotonic_s, now_us
from monitor.errors import FeedError, MonitorError
from monitor.feed.kind import AnyFeed
from monitor.feed.pushed import Pushed
from monitor.report.heard import Listener, shortened
from monitor.words import plain

WIDTH = 120
"""Where no terminal says how wide it is."""

LINES = 20
"""After so many lines, those that hold no message are only counted."""


class Trial:
    """Takes what a feed hands on until there was enough; a Sink."""

    def __init__(self, feed: AnyFeed, count: int) -> None:
        """Show so many messages of a feed."""
        self.feed = feed
        self._count = count
        self._listener = Listener(feed.form, feed.config.name)
        self._where = feed.where
        self._width = shutil.get_terminal_size((WIDTH, 24)).columns
        self._over = asyncio.Event()
        self._open = asyncio.Event()
        self._began_s = self._took_s = 0.0
        self._lines = self._good = self._bad = 0
        self._refused: Counter[str] = Counter()
        self._error: FeedError | None = None
        self._closed = False

    async def run(self, where: str) -> None:
        """Run the feed, which is at ``where``, until it ends or is cancelled."""
        self._where = where
        try:
            await self.feed.run(self)
            self._closed = True
        except FeedError as error:
            self._error = error
        self._open.set()
        self._over.set()

    async def wait(self, seconds: float) -> None:
        """Wait until the feed is connected, and then for messages, for so long at most."""
        try:
            async with asyncio.timeout(self._patience_s(seconds)):
                await self._open.wait()
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return

    def _patience_s(self, seconds: float) -> float:
        """How long connecting may take; the feed itself gives up before."""
        connecting_s: float = self.feed.config.connect_timeout_s
        return max(seconds, connecting_s + 1)

    # -- what a Sink does ----------------------------------------------------------------------

    def connected(self) -> None:
        """See Sink."""
        self._began_s = monotonic_s()
        self._open.set()
        _say(f"{'connected to' if self.feed.CONNECTS else 'ready:'} {self._where}")

    async def put(self, lines: bytes, messages: int) -> None:
        """See Sink."""
        self.offer(lines, messages)
        if self._over.is_set():
            await asyncio.Event().wait()

    def offer(self, lines: bytes, messages: int) -> bool:  # noqa: ARG002 - they are read here
        """See Sink."""
        for line in lines.splitlines():
            if self._over.is_set():
                break
            self._show(line)
        return True

    async def kept(self) -> bool:
        """See Sink: here nothing is kept, and no sender need send again."""
        return True

    def refuse(self, reason: str, count: int = 1) -> None:
        """See Sink."""
        self._refused[reason] += count

    def _show(self, line: bytes) -> None:
        heard = self._listener.hear(line, now_us())
        text = line.decode("utf-8", "replace")
        for field in self.feed.config.secrets():
            secret = getattr(self.feed.config, field)
            if secret is not None and secret.get_secret_value():
                text = text.replace(secret.get_secret_value(), "***")
        if heard.good or heard.bad or self._lines < LINES:
            _say(shortened(text, self._width))
            _say(f"    {shortened(heard.words, self._width - 4)}")
        self._lines += 1
        self._good, self._bad = self._good + heard.good, self._bad + heard.bad
        self._took_s = monotonic_s() - self._began_s
        if self._good + self._bad >= self._count:
            self._over.set()

    # -- what came of it -----------------------------------------------------------------------

    def verdict(self, seconds: float) -> str:
        """Say how it went in a sentence; raised as an error unless a message could be read."""
        messages = self._good + self._bad
        if not messages:
            raise MonitorError(advised(self._error or self._nothing(seconds)))
        told = f"{number(messages, 'message')} in {self._took_s:.1f} s"
        if not self._good:
            message = f"{told}, but none can be read: is this feed's form right ({self.feed.form})?"
            raise MonitorError(message)
        told += ", all readable." if not self._bad else f", {self._bad} of them not readable."
        if self._error is not None:
            told += f" Then it broke off: {self._error}"
        elif self._closed:
            told += " Then the other side closed the connection."
        return told

    def _nothing(self, seconds: float) -> str:
        within, begun = f"within {seconds:g} s", "Connected" if self.feed.CONNECTS else "Ready"
        if not self._began_s:
            patience = f"{self._patience_s(seconds):g} s"
            return f"{self._where} was not there within {patience}: check the feed's settings."
        if self._closed:
            return f"{begun}, but the other side closed the connection before a message came."
        refused = ", ".join(f"{reason} {count:,}" for reason, count in self._refused.items())
        if self._lines or refused:
            what = number(self._lines, "line") + (f"; not taken: {refused}" if refused else "")
            return (
                f"{begun}, but there was no AIS message in what came {within}: {what};"
                f" it was read as {self.feed.form}."
            )
        return (
            f"{begun}, but nothing came {within}: wait longer with --seconds (this feed counts as"
            f" silent after {self.feed.config.silence_s:g} s), or check what is sent to it."
        )


async def take_posts(feed: Pushed[Any], listen: str) -> None:
    """Answer ``POST /feeds/NAME`` for one feed until cancelled."""
    import structlog

    from monitor.api.app import serve_posts

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        await serve_posts(feed, listen)
    except MonitorError as error:
        raise MonitorError(advised(error)) from error


def advised(error: Exception | str) -> str:
    """Give an error with advice where a watch may hold the address."""
    if os.strerror(errno.EADDRINUSE) in str(error):
        return f"{error} If a watch runs, it listens there: `monitor status` shows its feeds."
    return str(error)


def number(count: int, thing: str) -> str:
    """A count with its thing: 1 message, 2 messages."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _say(text: str) -> None:
    """Print a line: what others sent cannot steer the terminal."""
    sys.stdout.write(f"{plain(text)}\n")
    sys.stdout.flush()
