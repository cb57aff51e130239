"""``monitor database``: the private PostGIS cluster and the schema."""

from __future__ import annotations

import sys

from cyclopts import App

from monitor.settings import Settings, without_password

app = App(name="database", help="Start, stop and migrate the private PostGIS.")


@app.command
def start() -> None:
    """Start the private cluster (made at first) and print its URL."""
    from monitor.cli.common import ready_url

    sys.stdout.write(f"{without_password(ready_url(Settings()))}\n")


@app.command
def stop() -> None:
    """Stop the private cluster; its data stay."""
    from monitor.store.cluster import Cluster

    Cluster(home=Settings().home).stop()
    sys.stdout.write("stopped\n")


@app.command
def status() -> None:
    """Say where the database is and whether it runs."""
    settings = Settings()
    if settings.database_url is not None:
        sys.stdout.write(f"MONITOR_DATABASE_URL: {without_password(settings.database_url)}\n")
        return
    from monitor.store.cluster import Cluster

    found = Cluster(home=settings.home).status()
    sys.stdout.write(f"private cluster: {found.state}\n")
    sys.stdout.write(f"data: {found.data_directory}\n")
    sys.stdout.write(f"socket: {found.socket_directory}\n")


@app.command
def migrate() -> None:
    """Bring the database to the newest schema."""
    from monitor.cli.common import database_url
    from monitor.store.migrate import migrate as upgrade
    from monitor.store.migrate import newest

    upgrade(database_url(Settings()))
    sys.stdout.write(f"schema {newest()}\n")
