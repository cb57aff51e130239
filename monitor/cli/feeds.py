"""``monitor feeds``: the live feeds that are configured, the kinds there are, and a try of one."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from monitor.cli.options import Wide
from monitor.errors import UsageError
from monitor.settings import config_file, feed_secret, read_settings, secret_variable
from monitor.words import plain

if TYPE_CHECKING:
    from monitor.cli.trial import Trial
    from monitor.feed.kind import AnyFeed

app = App(name="feeds", help="List the live feeds, and try one.")

Form = Annotated[Literal["table", "json"], Parameter(name="--format", help="How to print.")]

EXAMPLE = """\
[[feeds]]
name = "aisstream"        # its key, free at aisstream.io: MONITOR_FEED_AISSTREAM_API_KEY
kind = "aisstream"        # asks for 45 nautical miles around Tartus and Tobruk

[[feeds]]
name = "receiver"         # a receiver of your own that sends NMEA over UDP
kind = "nmea-udp"
bind = "0.0.0.0"
port = 10110
"""


@app.command(name="list")
def list_(
    *,
    kinds: Annotated[bool, Parameter(negative=(), help="Only the kinds there are.")] = False,
    format_: Form = "table",
    wide: Wide = False,
) -> None:
    """List the feeds that are configured, and the kinds there are."""
    from monitor.feed import FEEDS
    from monitor.feed.configured import make_feeds

    kind_records = [{"kind": kind.KIND, "summary": kind.SUMMARY} for kind in FEEDS]
    feeds = [] if kinds else make_feeds(read_settings().feeds, feed_secret)
    records = [_record(feed) for feed in feeds]
    if format_ == "json":
        sys.stdout.write(json.dumps(kind_records if kinds else records, indent=2) + "\n")
        return
    from monitor.report.columns import show
    from monitor.report.tables import plain_table

    if not kinds and not feeds:
        sys.stdout.write(_how_to_add())
    elif feeds:
        rows = [{**record, "secrets": _told(record["secrets"])} for record in records]
        columns = ("name", "kind", "where", "secrets")
        show(
            plain_table("Feeds", [{c: row[c] for c in columns} for row in rows]),
            empty="",
            wide=wide,
        )
    show(plain_table("Kinds of feeds", kind_records), empty="", wide=wide)


@app.command(name="test")
def try_(
    name: str,
    *,
    seconds: Annotated[float, Parameter(help="How long to wait for messages.")] = 15.0,
    count: Annotated[int, Parameter(help="How many messages are enough.")] = 5,
    listen: Annotated[
        str | None, Parameter(help="Where a feed that is posted to us is taken, host:port.")
    ] = None,
) -> None:
    """Connect one feed and show the first messages that come; nothing is stored.

    It connects beside a watch that runs. Mind that some services allow one
    connection, or one a minute, and that nobody listens where the watch does.
    """
    from monitor.cli.trial import Trial
    from monitor.feed.configured import make_feeds

    if not (seconds > 0 and count > 0):
        message = "--seconds and --count must be more than 0."
        raise UsageError(message)
    settings = read_settings()
    tables = [table for table in settings.feeds if table.get("name") == name]
    if not tables:
        names = ", ".join(str(table.get("name")) for table in settings.feeds)
        there = f"use one of {names}" if names else "`monitor feeds list` shows how to add one"
        message = f"There is no feed {name!r}: {there}."
        raise UsageError(message)
    feed = make_feeds(tables, feed_secret)[0]
    trial = Trial(feed, count)
    asyncio.run(_go(trial, seconds, listen or settings.pushers_at))
    sys.stdout.write(f"{plain(trial.verdict(seconds))}\n")


async def _go(trial: Trial, seconds: float, listen: str) -> None:
    """Run the feed, and the server that it may need."""
    from monitor.cli.trial import take_posts
    from monitor.feed.pushed import Pushed
    from monitor.service.beside import beside

    where, others = trial.feed.where, {}
    if isinstance(trial.feed, Pushed):
        where = where.replace("/", f"http://{listen}/", 1)
        others["server"] = take_posts(trial.feed, listen)
    others["feed"] = trial.run(where)
    await beside(trial.wait(seconds), **others)


def _how_to_add() -> str:
    file = config_file() or "a file monitor.toml in the folder where it is started"
    return (
        "No feeds are configured: nothing would be heard. Add [[feeds]] tables such as these to\n"
        f"{file},\n"
        "then try one with `monitor feeds test NAME`:\n"
        f"\n{EXAMPLE}\n"
    )


OPTIONAL = frozenset(
    {("signalk", "token"), ("aiscatcher-mqtt", "password"), ("digitraffic-mqtt", "password")}
)
"""(kind, field) of secrets that not every server wants; without any other a feed cannot start."""


def secrets_of(feed: AnyFeed) -> list[dict[str, Any]]:
    """Which secrets a feed takes, and whether they are set; never the secrets."""
    config = feed.config
    return [
        {
            "field": field,
            "variable": secret_variable(config.name, field),
            "needed": (feed.KIND, field) not in OPTIONAL and getattr(config, "own_token", True),
            "set": _is_set(getattr(config, field)),
        }
        for field in config.secrets()
    ]


def _is_set(secret: Any) -> bool:
    return secret is not None and bool(secret.get_secret_value().strip())


def _record(feed: AnyFeed) -> dict[str, Any]:
    config = feed.config
    return {
        "name": config.name, "kind": feed.KIND, "where": feed.where, "form": feed.form,
        "silence_s": config.silence_s, "lateness_s": config.lateness_s, "secrets": secrets_of(feed),
    }  # fmt: skip


def _told(secrets: list[dict[str, Any]]) -> str:
    words = []
    for secret in secrets:
        if secret["set"]:
            words.append(f"{secret['field']} is set")
        elif secret["needed"]:
            words.append(f"{secret['field']} is missing: set {secret['variable']}")
        else:
            words.append(f"{secret['field']} is not set, and need not be")
    return "; ".join(words) or "needs none"
