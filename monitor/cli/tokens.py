"""``monitor tokens``: what programs show to be let in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from monitor.cli.alerts import officer
from monitor.cli.options import Format, Wide
from monitor.cli.printed import emit
from monitor.cli.stored import run
from monitor.settings import read_settings
from monitor.words import plain

if TYPE_CHECKING:
    from monitor.roles import Scope

app = App(name="tokens", help="Let programs in, and keep them out.")

Name = Annotated[str, Parameter(help="What it is called: who or what it is for.")]
LONGEST_DAYS = 3650


@app.command(name="list")
def list_(*, format_: Format = "table", wide: Wide = False) -> None:
    """List tokens: what each may, until when, and when it was last used. Never the secrets."""
    from monitor.report.tables import plain_table
    from monitor.store import tokens

    records = run(read_settings(), tokens.tokens)
    rows = [{**each, "scopes": ", ".join(each["scopes"])} for each in records]
    emit(
        records if format_ in {"json", "jsonl"} else rows, format_,
        lambda found: plain_table("Tokens", found), wide=wide,
        empty="No tokens: `monitor tokens add NAME --scope read` makes one.",
    )  # fmt: skip


@app.command
def add(
    name: Name,
    *,
    scope: Annotated[
        list[Literal["read", "officer", "analyst", "admin", "push"]] | None,
        Parameter(help="What it may; again for more. Unset: read.", negative=()),
    ] = None,
    feed: Annotated[
        str | None, Parameter(help="With the scope push: the only feed it may push to.")
    ] = None,
    owner: Annotated[
        str | None, Parameter(help="The user as whom it acts, within what he may.")
    ] = None,
    days: Annotated[int, Parameter(help="How long it holds.")] = 365,
) -> None:
    """Make a token, and print it: it is shown this once, and kept nowhere."""
    from datetime import timedelta

    from monitor.credentials import TOKEN_PREFIX, drawn, user_name
    from monitor.errors import UsageError
    from monitor.store import tokens

    wanted: list[Scope] = [*(scope or ["read"])]
    scopes = list(dict.fromkeys(wanted))
    if feed is not None and "push" not in scopes:
        raise UsageError("--feed is for tokens that push: add --scope push.")
    if not 0 < days <= LONGEST_DAYS:
        message = f"A token holds for 1 to {LONGEST_DAYS} days: change --days."
        raise UsageError(message)
    name, secret = user_name(name), drawn(TOKEN_PREFIX)

    async def work(connection: Any) -> list[Any]:
        until = await tokens.add_token(
            connection, name, secret, scopes, timedelta(days=days), officer(None) or "a command",
            feed=feed, owner=owner,
        )  # fmt: skip
        return [until]

    (until,) = run(read_settings(), work)
    told = f"Token {name} holds until {until:%Y-%m-%d}; it is shown this once:"
    sys.stderr.write(f"{plain(told)}\n")
    sys.stdout.write(f"{secret}\n")


@app.command
def revoke(name: Name) -> None:
    """Revoke a token: within a second it lets nobody in."""
    from monitor.store import tokens

    name = name.strip().lower()

    async def work(connection: Any) -> list[Any]:
        await tokens.revoke_token(connection, name, officer(None) or "a command")
        return []

    run(read_settings(), work)
    sys.stdout.write(f"{plain(name)} is revoked.\n")
