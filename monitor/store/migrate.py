"""Brings a database to the newest schema with alembic."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from monitor.errors import StoreError


def migrations() -> Path:
    """Folder of the migrations: inside the wheel, or beside the package in a checkout."""
    bundled = Path(str(files("monitor"))) / "_bundled" / "alembic"
    return bundled if bundled.is_dir() else Path(str(files("monitor"))).parent / "alembic"


def migrate(url: str) -> None:
    """Upgrade the database at ``url`` (postgresql://…); StoreError with what to do otherwise.

    Nothing to do is done in a moment.
    """
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from alembic import command  # noqa: PLC0415 - 0.8 s that only this command needs

    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        message = "The database is at a revision that this program does not know: use a newer one."
        raise StoreError(message) from error
    except DBAPIError as error:
        words = str(getattr(error.orig, "__cause__", None) or error.orig).splitlines()
        message = f"The database could not be migrated: {words[0]}."
        raise StoreError(message) from error


def newest() -> str:
    """Revision that the code expects: the last of the chain by file name."""
    names = sorted(path.name for path in (migrations() / "versions").glob("[0-9]*.py"))
    return names[-1].partition("_")[0]
