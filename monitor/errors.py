"""The one error tree. The text of each is a sentence that says what to do.

MonitorError                   exit 1
├── UsageError                 exit 2: the caller's words are wrong
│   └── UnknownError           what they name is not there
├── InputError                 a log that cannot be read, dated or recognised
├── FeedError                a live feed cannot be reached, refuses, or broke off
├── BrokerError            the message broker is away, refuses, or is full
│   ├── TurnError          another sends under the name of this edge
│   └── UnfitError         it will not do on another day either: too old, of another layout …
├── DeliveryError              a channel did not take a message
│   ├── LaterError             it may take it when it is tried again
│   └── NeverError             it will never take it
├── GeofenceError              a geofence file that is not valid (file, feature, reason)
├── HeldError                a lock that another process holds (path, pid)
├── FaultError                 a fault of this program, met on some input
└── StoreError                 the database refuses or is not there
    ├── BusyError              another process writes to the database
    ├── BatchRefusedError      the database will never take this batch
    └── ClusterError           the private PostGIS cluster cannot be found, started or used
"""

from __future__ import annotations


class MonitorError(Exception):
    """Any failure that a person can act on; ``str()`` of it is one sentence."""

    exit_code = 1


class UsageError(MonitorError):
    """The command was called with words that cannot be taken."""

    exit_code = 2


class UnknownError(UsageError):
    """What was asked for by its name is not there."""


class InputError(MonitorError):
    """A log is missing, empty, of an unknown form, or cannot be dated."""


class FeedError(MonitorError):
    """A live feed cannot be reached, refuses, or broke off; it will be tried again."""

    def __init__(self, reason: str, *, retry_after_s: float | None = None) -> None:
        """Say why, and how long to wait at least if the server or its etiquette says so."""
        self.retry_after_s = retry_after_s
        super().__init__(reason)


class BrokerError(MonitorError):
    """The message broker is away, refuses, or is full; it will be tried again."""


class TurnError(BrokerError):
    """The last message of this edge's name in the stream is not the one that it sent last."""


class UnfitError(BrokerError):
    """The broker, or its stream, will not do on another day either."""


class DeliveryError(MonitorError):
    """A channel did not take a message."""


class LaterError(DeliveryError):
    """A channel may take the message when it is tried again."""

    def __init__(
        self, reason: str, *, retry_after_s: float | None = None, perhaps: bool = False
    ) -> None:
        """Say why, and how long to wait at least; ``perhaps``: it may have arrived all the same."""
        self.retry_after_s, self.perhaps = retry_after_s, perhaps
        super().__init__(reason)


class NeverError(DeliveryError):
    """A channel will not take the message on another day either."""


class GeofenceError(MonitorError):
    """A geofence file is not valid."""

    def __init__(self, file: str, feature: str, reason: str) -> None:
        """Name the file, the feature in it and what is wrong."""
        self.file, self.feature, self.reason = file, feature, reason
        super().__init__(f"{file}: {feature}: {reason}")


class HeldError(MonitorError):
    """Another process holds a lock."""

    def __init__(self, path: str, pid: int | None) -> None:
        """Name the lock, and the process; None: which it is, is not known."""
        self.path, self.pid = path, pid
        super().__init__(f"{path} is held by {self.holder}: end that first.")

    @property
    def holder(self) -> str:
        """Who holds it, in words."""
        return "another process" if self.pid is None else f"process {self.pid}"


class FaultError(MonitorError):
    """A fault of this program: what was given to it was good, or should have been refused."""


class StoreError(MonitorError):
    """PostGIS could not do what was asked."""


class BusyError(StoreError):
    """Another process writes to the database; ``process`` is who, in words."""

    def __init__(self, process: str | None) -> None:
        """None: it is not known."""
        self.process = "Another monitor" if process is None else f"Another monitor ({process})"
        super().__init__(f"{self.process} is writing to this database: stop it first.")


class BatchRefusedError(StoreError):
    """PostGIS refuses what a batch holds: trying again does not help."""


class ClusterError(StoreError):
    """The private PostGIS cluster is missing, broken or of another version."""
