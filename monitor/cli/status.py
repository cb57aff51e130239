"""``monitor status``."""

from __future__ import annotations

import json
import ssl
import sys
import time
from collections import deque
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from monitor.cli.options import Wide
from monitor.clock import monotonic_s
from monitor.errors import MonitorError, UsageError
from monitor.exposure import EVERYWHERE
from monitor.settings import Settings, read_settings

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

REFRESH_S = 1.0
ANSWER_S = 5.0
RATE_S = 10.0
"""Rates are those of the last so many seconds: at one second they would jump."""

WIDEST = 1000
"""Columns of a line where nothing may be folded."""

REFUSED = (401, 403)

Form = Annotated[Literal["table", "json"], Parameter(name="--format", help="How to print.")]


def status(
    *,
    once: Annotated[bool, Parameter(negative=(), help="Print it once, and end.")] = False,
    listen: Annotated[
        str | None, Parameter(help="Where the watch answers, host:port; else what is set.")
    ] = None,
    format_: Form = "table",
    wide: Wide = False,
) -> None:
    """Show how the running watch is doing, the worst first; Ctrl-C ends it, not the watch."""
    settings = read_settings()
    watch = RunningWatch(listen or settings.readers_at, settings)
    watch.ask()
    if format_ == "json":
        from monitor.report.formats import json_text

        sys.stdout.write(json_text(watch.record, indent=2) + "\n")
        return
    from monitor.report.columns import WIDTH, plain_console

    console = plain_console()
    if not once and console.is_terminal:
        _follow(watch, console, wide=wide)
        return
    if not console.is_terminal:
        console = plain_console(WIDTH)
    time.sleep(REFRESH_S)  # a rate needs two looks
    watch.ask()
    width = WIDEST if wide else console.width
    plain_console(width).print(watch.view(width))


def _follow(watch: RunningWatch, console: Console, *, wide: bool) -> None:
    """Look again and again until Ctrl-C; leave the last look on the screen."""
    from rich.live import Live

    try:
        with Live(console=console, screen=True, auto_refresh=False) as live:
            while True:
                live.update(watch.view(WIDEST if wide else console.width), refresh=True)
                time.sleep(REFRESH_S)
                watch.look()
    except KeyboardInterrupt:
        console.print(watch.view(WIDEST if wide else console.width))


class RunningWatch:
    """A running watch, as it is seen over HTTP."""

    def __init__(self, listen: str, settings: Settings) -> None:
        """Nothing is asked yet; ``settings`` have what is shown, and what is believed."""
        self._settings = settings
        host, _, port = listen.rpartition(":")
        host = EVERYWHERE.get(host, host)
        if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
            message = f"{listen!r} is no address: write host:port, such as 127.0.0.1:8080."
            raise UsageError(message)
        self.where = f"{host}:{port}"
        self.record: dict[str, Any] = {}
        self._host, self._port = host.strip("[]"), int(port)
        self._looks: deque[tuple[float, dict[str, int]]] = deque()
        self._trouble: str | None = None
        self._asked_s = 0.0

    def ask(self) -> None:
        """Ask how it is doing; MonitorError with a sentence where nothing answers."""
        record = self._get()
        if record["started_at"] != self.record.get("started_at"):
            self._looks.clear()
        self.record, self._asked_s = record, monotonic_s()
        counts = {feed["name"]: feed["messages"] for feed in record["feeds"]}
        self._looks.append((self._asked_s, counts))
        while len(self._looks) > 2 and self._asked_s - self._looks[1][0] >= RATE_S:
            self._looks.popleft()

    def look(self) -> None:
        """Ask, and remember why there is no answer."""
        try:
            self.ask()
        except MonitorError as error:
            self._trouble = str(error)
        else:
            self._trouble = None

    @property
    def rates(self) -> dict[str, float]:
        """Messages a second of each feed; none after only one look."""
        (first_s, before), (last_s, counts) = self._looks[0], self._looks[-1]
        if last_s <= first_s:
            return {}
        return {
            name: (count - before.get(name, 0)) / (last_s - first_s)
            for name, count in counts.items()
        }

    def view(self, width: int) -> RenderableType:
        """What people see."""
        from monitor.report.notes import duration
        from monitor.report.status import watch_view

        trouble = None
        if self._trouble is not None:
            age = duration(monotonic_s() - self._asked_s)
            trouble = f"NO ANSWER for {age}, what follows is as it was then: {self._trouble}"
        return watch_view(self.record, self.rates, where=self.where, width=width, trouble=trouble)

    def _get(self) -> dict[str, Any]:
        connection = self._connection()
        token = self._settings.token
        shown = {} if token is None else {"Authorization": f"Bearer {token.get_secret_value()}"}
        try:
            connection.request("GET", "/status", headers=shown)
            response = connection.getresponse()
            response_status, body = response.status, response.read()
        except TimeoutError as error:
            message = f"{self.where} does not answer within {ANSWER_S:g} s."
            raise MonitorError(message) from error
        except OSError as error:
            message = (
                f"No watch answers at {self.where}: {error.strerror or error}. Start one with"
                f" `monitor serve`, or say with --listen where it answers."
            )
            raise MonitorError(message) from error
        except HTTPException:
            response_status, body = 0, b""
        finally:
            connection.close()
        if response_status in REFUSED:
            message = (
                f"The watch at {self.where} tells those alone whom it knows: make a token with"
                " `monitor tokens add status`, and set MONITOR_TOKEN, or token_file."
            )
            raise MonitorError(message)
        try:
            record: dict[str, Any] = json.loads(body)
            record["now"], record["started_at"], record["feeds"], record["store"], record["ports"]
        except (ValueError, TypeError, KeyError, UnboundLocalError) as error:
            message = f"What answers at {self.where} is no watch: say with --listen where it is."
            raise MonitorError(message) from error
        return record

    def _connection(self) -> HTTPConnection:
        """Connect by TLS where the watch has a certificate of its own, which is then known here."""
        certificate = self._settings.tls_certificate
        if certificate is None:
            return HTTPConnection(self._host, self._port, timeout=ANSWER_S)
        try:
            context = ssl.create_default_context(cafile=str(certificate))
        except OSError as error:
            message = f"tls_certificate {certificate} cannot be read: {error.strerror}."
            raise UsageError(message) from error
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.check_hostname = False  # it is that very certificate, whatever name it is for
        return HTTPSConnection(self._host, self._port, timeout=ANSWER_S, context=context)
