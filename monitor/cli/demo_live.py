"""``monitor demo --live``: an invented December, played at speed to a watch with a console."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.errors import UsageError
from monitor.settings import Settings, read_settings
from monitor.units import from_iso

if TYPE_CHECKING:
    from monitor.service.live import Live

DATABASE = "monitor_demo_live"
SCENARIO = "december"
BEGIN = "2024-12-09T06:00:00Z"
"""What was heard before is replayed at once; the first ship comes to Tobruk 4 h 36 min later."""

SPEED = 600.0
"""Ten minutes a second: the first alert after half a minute, all that follows within the hour."""

MOST_SPEED = 3600.0
WAIT_S = 2.0
"""Late reports are waited for so long by the machine's clock: what a busy machine may need."""

LEAST_S = 120.0
"""And for so long by the stamps: what feeds need."""

ASK_S = 0.1
OFFICER = "officer"
LISTEN = "127.0.0.1:8080"


def demo_live(speed: float, listen: str | None) -> None:
    """Replay the days before, then watch what is played, until told to stop."""
    from monitor import clock
    from monitor.cli.serve import watch
    from monitor.service.played import Player, parted
    from monitor.simulator import simulation as simulator

    if not 1 <= speed <= MOST_SPEED:
        message = f"--speed {speed:g}: give one from 1 to {MOST_SPEED:g} times as fast as it was."
        raise UsageError(message)
    begin = from_iso(BEGIN)
    with tempfile.TemporaryDirectory() as folder:
        before, after = parted(simulator.simulate(SCENARIO).lines, begin)
        log = Path(folder) / "before.nmea"
        log.write_bytes(b"\n".join(before) + b"\n")
        player = Player(after)
        feed = {"name": "invented", "kind": "nmea-tcp", "host": "127.0.0.1", "port": player.port}
        settings = _settings(Path(folder), listen, feed, max(LEAST_S, WAIT_S * speed))
        sys.stdout.write("Replaying the first days of December 2024, all of it invented …\n")
        link = asyncio.run(_filled(settings, log))

        async def greet(_: Live) -> None:
            await _answering(settings.listen)
            sys.stdout.write(_greeting(settings, speed, link))
            sys.stdout.flush()

        async def play(_: Live) -> None:
            await player.run()

        with clock.played(begin, speed):
            watch(settings, play, greet)


class _Alone(Settings):
    """What is configured here is not asked: its officers are told nothing of invented ships."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: Any, init_settings: Any, *_: Any, **__: Any
    ) -> tuple[Any, ...]:
        del settings_cls
        return (init_settings,)


def _settings(
    folder: Path, listen: str | None, feed: dict[str, Any], lateness_s: float
) -> Settings:
    """Of a watch on a database of its own, made anew; on loopback alone, where all may read."""
    from monitor.cli.stored import ensure_schema
    from monitor.exposure import is_loopback
    from monitor.store.cluster import Cluster

    where = listen or LISTEN
    settings = read_settings(listen=where)
    if not is_loopback(where):
        message = f"--listen {where}: the demo answers on loopback alone, such as {LISTEN}."
        raise UsageError(message)
    cluster = Cluster(home=settings.home)
    sys.stdout.write(f"Starting the private PostGIS under {settings.home} …\n")
    cluster.start()
    cluster.drop_database(DATABASE)
    url = cluster.create_database(DATABASE)
    ensure_schema(url)
    return _Alone(
        home=folder, database_url=url, listen=where, open_reading=True, zone=settings.zone,
        lateness_s=lateness_s, feeds=[feed],
    )  # fmt: skip


async def _filled(settings: Settings, log: Path) -> str:
    """Store what was heard before the watch begins; the secret of the officer's link."""
    from monitor.credentials import drawn
    from monitor.feed.logfile import LogFile
    from monitor.gatefile import load_watched
    from monitor.roles import Role
    from monitor.service.alerting import desk_of
    from monitor.service.replay import Replay
    from monitor.service.runner import Runner
    from monitor.store import users
    from monitor.store.database import connected

    secret = drawn()
    fences = load_watched(settings.geofences)
    async with connected(str(settings.database_url)) as connection:
        desk = desk_of(settings, fences)
        runner = await Runner.open(fences, connection, relaxed=True, desk=desk)
        await Replay().run([LogFile(str(log))], runner)
        await users.add_user(connection, OFFICER, Role.OFFICER, "demo")
        await users.invite(connection, OFFICER, secret, "demo")
    return secret


async def _answering(listen: str) -> None:
    """Wait until the watch answers: whoever opens the page before sees nothing."""
    host, _, port = listen.rpartition(":")
    while True:
        try:
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        except OSError:
            await asyncio.sleep(ASK_S)
        else:
            writer.close()
            return


def _greeting(settings: Settings, speed: float, secret: str) -> str:
    """Where to look, and how to act."""
    from monitor.exposure import address_of

    at = address_of(settings)
    return f"""
It is 9 December 2024, 06:00 UTC, and time goes {speed:g} times as fast. Open

    {at}/console

A ship comes to Tobruk at half past ten. To acknowledge alerts, set a password for the name
`{OFFICER}` by this link first; it holds once, for an hour:

    {at}/invitation/{secret}

Ctrl-C ends it.

"""
