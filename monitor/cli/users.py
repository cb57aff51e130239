"""``monitor users``: people who are let in, and how they get a password."""

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
    from monitor.roles import Role

app = App(name="users", help="Let people in, and keep them out.")

Name = Annotated[str, Parameter(help="Whom: a to z, digits, '.', '_', '@' and '-'.")]
RoleName = Annotated[
    Literal["viewer", "officer", "analyst", "admin"],
    Parameter(help="Reads; works with alerts, too; sightings and exports, too; all."),
]


@app.command(name="list")
def list_(*, format_: Format = "table", wide: Wide = False) -> None:
    """List users: their roles, and who was last there when."""
    from monitor.report.tables import plain_table
    from monitor.store import users

    records = run(read_settings(), users.users)
    emit(
        records, format_, lambda found: plain_table("Users", found), wide=wide,
        empty="No users: `monitor users invite NAME --role admin` makes the first.",
    )  # fmt: skip


@app.command
def add(name: Name, *, role: RoleName = "viewer") -> None:
    """Add a user; his password is asked for, or read from standard input."""
    from monitor.credentials import check_new_password, user_name
    from monitor.roles import Role
    from monitor.store import users

    name = user_name(name)

    async def work(connection: Any) -> list[Any]:
        await users.add_user(connection, name, Role(role), _actor())
        await users.set_password(connection, name, hashed, _actor())
        return []

    password = _password(name)
    check_new_password(password, name)
    hashed = _hashed(password)
    run(read_settings(), work)
    sys.stdout.write(f"{name} is let in as {role}.\n")


@app.command
def invite(
    name: Name,
    *,
    role: Annotated[
        Literal["viewer", "officer", "analyst", "admin"] | None,
        Parameter(help="What he is; needed for one who is not there yet."),
    ] = None,
) -> None:
    """Print a link by which a user sets his password; it holds for an hour, and once."""
    from monitor.credentials import drawn, user_name
    from monitor.errors import UsageError
    from monitor.exposure import address_of
    from monitor.roles import Role
    from monitor.store import users
    from monitor.store.lost import transaction

    name, secret, settings = user_name(name), drawn(), read_settings()

    async def work(connection: Any) -> list[Any]:
        async with transaction(connection):
            there = {each["name"]: each["role"] for each in await users.users(connection)}
            if name not in there:
                if role is None:
                    message = f"There is no user {name!r} yet: say with --role what he is to be."
                    raise UsageError(message)
                await users.add_user(connection, name, Role(role), _actor())
            elif role not in {None, there[name]}:
                message = f"{name} is {there[name]}: `monitor users role` makes him another."
                raise UsageError(message)
            return [await users.invite(connection, name, secret, _actor())]

    run(settings, work)
    sys.stdout.write(
        f"Give this link to {name}; it holds for an hour, and once:\n\n"
        f"    {address_of(settings)}/invitation/{secret}\n"
    )


@app.command
def reset(name: Name) -> None:
    """Set another password, asked for or read from standard input; sessions of his end."""
    from monitor.credentials import check_new_password
    from monitor.store import users

    name = name.strip().lower()
    password = _password(name)
    check_new_password(password, name)
    hashed = _hashed(password)

    async def work(connection: Any) -> list[Any]:
        await users.set_password(connection, name, hashed, _actor())
        return []

    run(read_settings(), work)
    sys.stdout.write(f"{plain(name)} has another password; whoever was logged in so is no more.\n")


@app.command
def role(name: Name, role_: Annotated[RoleName, Parameter(name="role")]) -> None:
    """Give a user another role; within a second it holds for what he has open, too."""
    from monitor.roles import Role
    from monitor.store import users

    name = name.strip().lower()
    wanted: Role = Role(role_)

    async def work(connection: Any) -> list[Any]:
        return [await users.set_role(connection, name, wanted, _actor())]

    (changed,) = run(read_settings(), work)
    sys.stdout.write(f"{plain(name)} is {wanted.value}{' now' if changed else ' already'}.\n")


@app.command
def disable(
    name: Name,
    *,
    undo: Annotated[bool, Parameter(negative=(), help="Let him in again.")] = False,
) -> None:
    """Keep a user and his tokens out, within a second; nobody is deleted."""
    from monitor.store import users

    name = name.strip().lower()

    async def work(connection: Any) -> list[Any]:
        return [await users.set_disabled(connection, name, _actor(), disabled=not undo)]

    (changed,) = run(read_settings(), work)
    words = "is let in" if undo else "is let in no more"
    sys.stdout.write(f"{plain(name)} {words}{'' if changed else ', as before'}.\n")


@app.command
def changes(*, format_: Format = "table", wide: Wide = False) -> None:
    """List what was done about users and tokens, and who logged in, the newest first."""
    from monitor.report.tables import plain_table
    from monitor.store import access

    records = run(read_settings(), access.changes)
    emit(
        records, format_, lambda found: plain_table("Changes", found), wide=wide,
        empty="Nothing was done yet.",
    )  # fmt: skip


def _actor() -> str:
    """Who does it: by MONITOR_OFFICER, or by login."""
    return officer(None) or "a command"


def _password(name: str) -> str:
    """A password from a terminal, twice and unseen, or a line of standard input."""
    from getpass import getpass

    from monitor.errors import UsageError

    if not sys.stdin.isatty():
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    password = getpass(f"Password of {plain(name)}: ")
    if getpass("Once more: ") != password:
        raise UsageError("These were two passwords: begin again.")
    return password


def _hashed(password: str) -> str:
    from monitor.credentials import hash_password

    return hash_password(password)
