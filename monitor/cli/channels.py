"""``monitor channels``: where alerts are told, the kinds there are, a try of one, and the dead."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from monitor.cli.options import Wide
from monitor.errors import UsageError
from monitor.settings import channel_secret, channel_variable, config_file, read_settings
from monitor.words import plain

if TYPE_CHECKING:
    from monitor.alert.message import Message
    from monitor.deliver.channel import AnyChannel

app = App(name="channels", help="List where alerts are told, and try it.")

Form = Annotated[Literal["table", "json"], Parameter(name="--format", help="How to print.")]

EXAMPLE = """\
[[channels]]
name = "duty"             # its signing secret: MONITOR_CHANNEL_DUTY_SECRET
kind = "webhook"
url = "https://alerts.example.org/hook"

[[channels]]
name = "phones"           # ntfys://ntfy.sh/topic and the like: MONITOR_CHANNEL_PHONES_URL
kind = "apprise"
"""


@app.command(name="list")
def list_(
    *,
    kinds: Annotated[bool, Parameter(negative=(), help="Only the kinds there are.")] = False,
    format_: Form = "table",
    wide: Wide = False,
) -> None:
    """List the channels that are configured, and the kinds there are."""
    from monitor.deliver import CHANNELS
    from monitor.deliver.configured import make_channels

    kind_records = [{"kind": kind.KIND, "summary": kind.SUMMARY} for kind in CHANNELS]
    channels = [] if kinds else make_channels(read_settings().channels, channel_secret)
    records = [_record(channel) for channel in channels]
    if format_ == "json":
        sys.stdout.write(json.dumps(kind_records if kinds else records, indent=2) + "\n")
        return
    from monitor.report.columns import show
    from monitor.report.tables import plain_table

    if not kinds and not channels:
        sys.stdout.write(_how_to_add())
    elif channels:
        rows = [{**record, "secrets": _told(record["secrets"])} for record in records]
        show(plain_table("Channels", rows), empty="", wide=wide)
    show(plain_table("Kinds of channels", kind_records), empty="", wide=wide)


@app.command(name="test")
def try_(name: str) -> None:
    """Send one message through a channel that says it is a test; nothing is stored."""
    from monitor.deliver.configured import make_channels
    from monitor.errors import LaterError

    settings = read_settings()
    tables = [table for table in settings.channels if table.get("name") == name]
    if not tables:
        names = ", ".join(str(table.get("name")) for table in settings.channels)
        there = f"use one of {names}" if names else "`monitor channels list` shows how to add one"
        message = f"There is no channel {name!r}: {there}."
        raise UsageError(message)
    channel = make_channels(tables, channel_secret)[0]

    async def send() -> None:
        limit_s = channel.config.timeout_s
        try:
            async with asyncio.timeout(limit_s):
                await channel.send(trial())
        except TimeoutError:
            message = f"{channel.where} took longer than {limit_s:g} s."
            raise LaterError(message) from None

    asyncio.run(send())
    sys.stdout.write(f"{plain(f'Sent to {channel.where}: look whether it came.')}\n")


@app.command
def dead(*, channel: str | None = None, format_: Form = "table", wide: Wide = False) -> None:
    """List the messages that could not be delivered, the newest first."""
    from monitor.cli.stored import run

    async def listed(connection: Any) -> list[Any]:
        from monitor.store.outbox import DEAD, Outbox

        async with Outbox(connection).asking() as asked:
            return list(await asked.listed(states=[DEAD], channel=channel))

    records = run(read_settings(), listed, asks=True)
    if format_ == "json":
        from monitor.report.formats import json_text

        sys.stdout.write(json_text(records, indent=2) + "\n")
        return
    from monitor.report.columns import show
    from monitor.report.tables import plain_table

    words = ("id", "channel", "headline", "word", "attempts", "ended_at", "last_error")
    rows = [{word: record[word] for word in words} for record in records]
    show(plain_table("Dead messages", rows), empty="No message is dead.\n", wide=wide)


@app.command
def revive(channel: str, *ids: int) -> None:
    """Try the dead messages of a channel again: those with these ids, or all."""
    from monitor.cli.stored import run
    from monitor.clock import now_us

    async def revived(connection: Any) -> list[Any]:
        from monitor.store.outbox import Outbox

        async with Outbox(connection).asking() as asked:
            return [await asked.revive(channel, now_us(), list(ids) or None)]

    (count,) = run(read_settings(), revived)
    many = "1 message is" if count == 1 else f"{count} messages are"
    sys.stdout.write(f"{many} tried again.\n")


def trial() -> Message:
    """Return a message that says it is a test."""
    import uuid

    from monitor.alert.message import Message, Severity, Word
    from monitor.clock import now_us

    return Message(
        alert=str(uuid.uuid4()), revision=1, word=Word.TEST, severity=Severity.INFO,
        headline="the channel works",
        text="This is a test of the Maritime Movement Monitor: no ship has moved.",
        record={"event": "test"}, decided_at=now_us(),
    )  # fmt: skip


def _how_to_add() -> str:
    file = config_file() or "a file monitor.toml in the folder where it is started"
    return (
        "No channels are configured: nobody would be told. Add [[channels]] tables such as these"
        f" to\n{file},\nthen try one with `monitor channels test NAME`:\n\n{EXAMPLE}\n"
    )


def secrets_of(channel: AnyChannel) -> list[dict[str, Any]]:
    """Which secrets a channel takes, and whether they are set; never the secrets."""
    config = channel.config
    needed = set(channel.NEEDS)
    if getattr(config, "username", None) is not None:
        needed.add("password")
    if getattr(config, "body", None) == "pagerduty":
        needed.add("token")
    return [
        {
            "field": field,
            "variable": channel_variable(config.name, field),
            "needed": field in needed,
            "set": _is_set(getattr(config, field)),
        }
        for field in config.secrets()
    ]


def _is_set(secret: Any) -> bool:
    return secret is not None and bool(secret.get_secret_value().strip())


def _record(channel: AnyChannel) -> dict[str, Any]:
    return {
        "name": channel.config.name, "kind": channel.KIND, "where": channel.where,
        "secrets": secrets_of(channel),
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
