"""The part that a process has: all of it, an edge's, or an engine's; and what each needs."""

from __future__ import annotations

from monitor.broker.connecting import Place
from monitor.clock import now_us
from monitor.errors import UsageError
from monitor.hidden import without_keys
from monitor.service.status import ClusterStatus
from monitor.settings import Settings


def check_role(settings: Settings) -> None:
    """UsageError unless the settings have what the role needs, and nothing that it cannot use."""
    role = settings.role
    message = None
    if role == "all":
        if settings.broker is not None:
            message = (
                "broker is set, and role is all, which uses none: set role to edge or engine, or"
                " leave broker out."
            )
    elif settings.broker is None:
        message = f"An {role} needs a broker: set broker, such as nats://127.0.0.1:4222."
    elif role == "edge" and settings.edge is None:
        message = "An edge needs a name of its own: set edge, such as north."
    elif role == "engine" and settings.database_url is None:
        message = "Engines share one database: set database_url, or name a file with it."
    elif role == "engine" and settings.record is not None:
        message = "An engine has no journal to record: set record where the edges are."
    elif role == "engine" and settings.feeds:
        message = "An engine hears no feeds: move the [[feeds]] to an edge's settings."
    if message is not None:
        raise UsageError(message)


def place_of(settings: Settings) -> Place:
    """Where the broker is."""
    return Place(
        servers=(settings.broker or "").split(","), stream=settings.stream,
        replicas=settings.stream_replicas, most_mb=settings.stream_mb, ca=settings.broker_ca,
    )  # fmt: skip


def cluster_status(settings: Settings) -> ClusterStatus:
    """What is known of this part before it began."""
    servers = (settings.broker or "").split(",")
    return ClusterStatus(
        role=settings.role, name=(settings.edge or "") if settings.role == "edge" else "",
        stream=settings.stream, where=", ".join(map(without_keys, servers)), since=now_us(),
    )  # fmt: skip
