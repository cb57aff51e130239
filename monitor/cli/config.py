"""``monitor config``: are the settings right, what are they, and where does each come from."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from monitor.errors import MonitorError
from monitor.settings import (
    Settings,
    channel_secret,
    config_file,
    feed_secret,
    read_settings,
)
from monitor.words import capital, plain

if TYPE_CHECKING:
    from monitor.deliver.channel import AnyChannel
    from monitor.feed.kind import AnyFeed

app = App(name="config", help="Check and show the settings.")

Form = Annotated[Literal["toml", "json"], Parameter(name="--format", help="How to print.")]
Finding = tuple[str, str]
"""good, note or fault; and a sentence. ``serve`` would not start, or a feed could not, at fault."""


@app.command
def check() -> None:
    """Check settings, feeds, geofences and folders; nothing is connected and nothing changed.

    Exit code 0: `monitor serve` would start, and no feed lacks what it needs.
    """
    faults = 0
    for grade, words in _findings():
        sys.stdout.write(f"{grade:<5}  {plain(words)}\n")
        faults += grade == "fault"
    if faults:
        these = "1 fault" if faults == 1 else f"{faults} faults"
        message = f"{these}: mend what is marked so before `monitor serve`."
        raise MonitorError(message)


@app.command
def show(*, format_: Form = "toml") -> None:
    """Print all settings, where each comes from, and *** for every secret."""
    from monitor.cli.shown import settings_json, settings_toml

    settings = read_settings()
    if format_ == "json":
        from monitor.report.formats import json_text

        known = json.loads(json.dumps(settings_json(settings), default=str))
        text = json_text(known, indent=2)
    else:
        text = settings_toml(settings).removesuffix("\n")
    sys.stdout.writelines(f"{plain(line)}\n" for line in text.split("\n"))


def _findings() -> Iterator[Finding]:
    file = config_file()
    try:
        settings = read_settings()
    except MonitorError as error:
        yield "fault", str(error)
        return
    yield "good", f"Settings: {file or 'no file, the defaults'}, and the environment."
    feeds: list[AnyFeed] = []
    yield from _feeds(settings, feeds)
    channels: list[AnyChannel] = []
    yield from _channels(settings, channels)
    yield from _variables(feeds, channels)
    yield from _geofences(settings.geofences)
    listens = list(_listens(settings))
    yield from listens
    if all(grade != "fault" for grade, _ in listens):
        yield from _exposed(settings)
    yield from _part(settings)
    if settings.role != "edge":
        yield _database(settings)
    yield _folder("Spool", settings.spool_directory)
    if settings.record is not None:
        yield _folder("Recording", settings.record)
    if settings.database_url is None:
        yield _folder("Home", settings.home)


def _feeds(settings: Settings, feeds: list[AnyFeed]) -> Iterator[Finding]:
    """Make every feed; ``feeds`` gets those that could be made."""
    from monitor.cli.feeds import secrets_of
    from monitor.feed.configured import make_feed, make_feeds

    if not settings.feeds:
        yield "note", "No feeds are configured: nothing would be heard; see `monitor feeds list`."
    wrong = False
    for table in settings.feeds:
        try:
            feed = make_feed(table, feed_secret)
        except MonitorError as error:
            wrong = True
            yield "fault", capital(str(error))
            continue
        feeds.append(feed)
        missing = [s for s in secrets_of(feed) if s["needed"] and not s["set"]]
        name, kind = feed.config.name, feed.KIND
        for secret in missing:
            field, variable = secret["field"], secret["variable"]
            remedy = f"set {variable}, or name a file that holds it with {field}_file"
            yield "fault", f"Feed {name!r}: the {field} is not set: {remedy}."
        if not missing:
            yield "good", f"Feed {name!r}: {kind}, {feed.where}."
    if not wrong:
        try:
            make_feeds(settings.feeds, feed_secret)
        except MonitorError as error:
            yield "fault", str(error)


def _channels(settings: Settings, channels: list[AnyChannel]) -> Iterator[Finding]:
    """Make every channel; ``channels`` gets those that could be made."""
    from monitor.cli.channels import secrets_of
    from monitor.deliver.configured import make_channel, make_channels

    wrong = False
    for table in settings.channels:
        try:
            channel = make_channel(table, channel_secret)
        except MonitorError as error:
            wrong = True
            yield "fault", capital(str(error))
            continue
        channels.append(channel)
        missing = [s for s in secrets_of(channel) if s["needed"] and not s["set"]]
        name = channel.config.name
        for secret in missing:
            field, variable = secret["field"], secret["variable"]
            remedy = f"set {variable}, or name a file that holds it with {field}_file"
            yield "fault", f"Channel {name!r}: the {field} is not set: {remedy}."
        if not missing:
            yield "good", f"Channel {name!r}: {channel.KIND}, {channel.where}."
    if not wrong:
        try:
            make_channels(settings.channels, channel_secret)
        except MonitorError as error:
            yield "fault", str(error)


def _variables(feeds: list[AnyFeed], channels: list[AnyChannel]) -> Iterator[Finding]:
    """Variables that look like settings and are none: nobody would read them."""
    from monitor.cli import channels as cli_channels
    from monitor.cli.feeds import secrets_of

    known = {f"MONITOR_{name.upper()}" for name in Settings.model_fields} | {"MONITOR_CONFIG"}
    known |= {secret["variable"] for feed in feeds for secret in secrets_of(feed)}
    for channel in channels:
        known |= {secret["variable"] for secret in cli_channels.secrets_of(channel)}
    for name in sorted(os.environ):
        if not name.upper().startswith("MONITOR_") or name.upper() in known:
            continue
        if name.startswith("MONITOR_FEED_"):
            yield "note", f"{name} is the secret of no feed here: check its name."
        elif name.startswith("MONITOR_CHANNEL_"):
            yield "note", f"{name} is the secret of no channel here: check its name."
        else:
            yield "note", f"{name} is no setting: check its name."


def _geofences(folder: Path) -> Iterator[Finding]:
    from monitor.fencefile import load_fences

    try:
        ports = load_fences(folder).ports
    except MonitorError as error:
        yield "fault", f"Geofences: {error}"
    else:
        yield "good", f"Geofences: {', '.join(port.id for port in ports)}, in {folder}."


def _part(settings: Settings) -> Iterator[Finding]:
    """What the role needs; nothing is asked of the broker."""
    from monitor.service.parts import check_role, cluster_status

    try:
        check_role(settings)
    except MonitorError as error:
        yield "fault", str(error)
        return
    if settings.role == "all":
        return
    status = cluster_status(settings)
    who = f"Edge {status.name}" if status.name else "Engine"
    yield "good", f"{who}: the stream {status.stream} at {status.where}."


def _listens(settings: Settings) -> Iterator[Finding]:
    own = {"pushers": settings.listen_pushers, "readers": settings.listen_readers}
    if all(own.values()):
        yield "note", "listen is not used: listen_pushers and listen_readers stand in its place."
    else:
        yield _listen("listen", settings.listen, settings)
    for who, listen in own.items():
        if listen is not None:
            yield _listen(f"listen_{who}", listen, settings)


def _listen(setting: str, listen: str, settings: Settings) -> Finding:
    import re

    host = listen.rpartition(":")[0]
    if not re.fullmatch(r"\[[0-9a-fA-F:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", host):
        return "fault", f"{setting}: {host!r} is no host: use an address such as 127.0.0.1."
    scheme = "http" if settings.tls_certificate is None else "https"
    return "good", f"{capital(setting.replace('_', ' for '))}: {scheme}://{listen}."


def _exposed(settings: Settings) -> Iterator[Finding]:
    """Say who reaches it, and whether that is safe to begin with."""
    from monitor.exposure import check_exposure, exposure_of, is_loopback, tls_of

    try:
        check_exposure(settings)
        tls_of(settings)
    except MonitorError as error:
        yield "fault", str(error)
        return
    apart = settings.pushers_at != settings.readers_at and settings.tls_certificate is None
    if apart and not is_loopback(settings.pushers_at):
        yield "note", "listen_pushers is without TLS: tokens of stations can be read on the way."
    if settings.open_reading:
        yield "note", "open_reading: whoever reaches the watch may read all that it holds."
    elif exposure_of(settings).local:
        yield "good", "Access: this machine alone reads, unasked until a user or a token is made."
    else:
        yield "good", "Access: users and tokens alone; serve prints a link for the first of them."


def _database(settings: Settings) -> Finding:
    from urllib.parse import urlsplit

    from monitor.hidden import without_password

    url = settings.database_url
    if url is None:
        return "good", f"Database: a private PostGIS in {settings.home}, started on demand."
    source = "database_url_file" if settings.database_url_file is not None else "database_url"
    try:
        parts = urlsplit(url)
        wrong = parts.scheme not in {"postgresql", "postgres"} or (parts.port or 1) < 1
        wrong = wrong or not (parts.hostname or "host=" in parts.query)
        wrong = wrong or "@" in parts.path  # a slash in the password, not written as %2F
    except ValueError:
        wrong = True
    if wrong:
        return "fault", f"{source}: it must be of the form postgresql://user:password@host/name."
    in_file = settings.database_url_file is None and "MONITOR_DATABASE_URL" not in os.environ
    if in_file and "password=" in parts.query:
        return "fault", (
            "database_url: its password must not stand in the file: set MONITOR_DATABASE_URL, or"
            " name a file that holds it with database_url_file."
        )
    return "good", f"Database: {without_password(url)} (not asked whether it is there)."


def _folder(title: str, folder: Path) -> Finding:
    """Say whether a folder can be written in, or made."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        return "fault", f"{title}: {place} is not a folder."
    if not os.access(place, os.W_OK | os.X_OK):
        return "fault", f"{title}: {place} cannot be written in: change its owner, or the setting."
    made = "" if place == folder.absolute() else ", which will be made"
    return "good", f"{title}: {folder}{made}."
