"""The database for analysts: ``with connect() as db: db.positions(mmsi=273999410)``.

Everything is read only, and synchronous: it works in a script and in a notebook alike. Instants
are ``datetime64[us, UTC]``; places are degrees, longitude first, EPSG:4326. Of an empty answer the
columns and their types are the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime
from operator import index
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, SupportsIndex, TypeVar, cast

from monitor.errors import StoreError, UsageError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from monitor.store.columnar import Box

T = TypeVar("T")

Instant = datetime | str | None
"""An instant: aware, or RFC 3339 (``2024-12-13T04:00Z``, ``2024-12-13``); without a zone it is UTC;
None: not bounded."""

Ship = SupportsIndex | None
"""One MMSI, also as frames have it, or None: all ships."""

Ships = SupportsIndex | Iterable[SupportsIndex] | None
"""One MMSI, several, or None: all ships."""


def connect(url: str | None = None) -> Database:
    """Open a database to be read.

    ``url`` is ``postgresql://…``. None: the one that is set (``MONITOR_DATABASE_URL``,
    ``monitor.toml``), else the private one, by a role that only reads. StoreError says in one
    sentence what to do where it does not run or holds another schema; use it in a ``with``, or
    ``close()`` it.
    """
    database = Database(_url() if url is None else url)
    try:
        database.check()
    except BaseException:
        database.close()
        raise
    return database


def _url() -> str:
    """The address that is set, or that of the private cluster, which must run."""
    from monitor.settings import read_settings  # noqa: PLC0415 - who imports this need not read
    from monitor.store.cluster import READER, Cluster, ClusterState  # noqa: PLC0415

    settings = read_settings()
    if settings.database_url is not None:
        return settings.database_url
    cluster = Cluster(home=settings.home)
    if cluster.status().state is not ClusterState.RUNNING:
        message = (
            "No database is running: start the private one with `monitor database start`, or set"
            " MONITOR_DATABASE_URL."
        )
        raise StoreError(message)
    return cluster.url(role=READER)


class Database:
    """What is stored, as frames. Each question is asked on a fresh connection, so none goes stale.

    In all: ``since`` and ``until`` are instants (``until`` not included), ``mmsi`` one ship or
    None. Columns that end in ``_at``, ``at``, ``earliest`` and ``latest`` are instants; NaT is
    "not known", and of a bound "not bounded".
    """

    def __init__(self, url: str) -> None:
        """See ``connect``."""
        from monitor.service.aside import Aside  # noqa: PLC0415 - asyncio is not for importers

        self._url, self._aside = url, Aside()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let it go; nothing can be asked then."""
        self._aside.close()

    def check(self) -> None:
        """Raise StoreError unless it answers and holds the schema that this program knows."""

        async def nothing(_: Any) -> None:
            return None

        self._ask(nothing)

    def positions(
        self, *, mmsi: Ships = None, since: Instant = None, until: Instant = None,
        bbox: Box | None = None, points: bool = True,
    ) -> GeoDataFrame:  # fmt: skip
        """Fixes, by ship and time; read by column, so that ten million fit where they are held.

        ``bbox`` is west, south, east, north in degrees. Columns: ``mmsi``; ``at``, when she was
        there; ``lon``, ``lat`` (degrees); ``sog_kn`` (knots, 0 to 102.2), ``cog_deg``,
        ``heading_deg`` (degrees true), each NaN where she did not say; ``status`` (navigational
        status of ITU-R M.1371 table 48, 0 to 15; NA: none); ``type`` (of the message; 0: not
        known); ``track`` (which of the ships that use the MMSI); ``source`` (feed or log),
        ``received_at``, ``line`` (in its source); ``geometry``, a point. With ``points=False`` a
        DataFrame without geometry, in a third of the memory.
        """
        from monitor.report.framed import positions_frame  # noqa: PLC0415 - loads geopandas

        columns, sources = self._columns(mmsi, since, until, bbox)
        return positions_frame(columns, sources, points=points)

    def tracks(
        self, *, mmsi: Ships = None, since: Instant = None, until: Instant = None,
        bbox: Box | None = None,
    ) -> GeoDataFrame:  # fmt: skip
        """Lines of fixes, one a stretch without a silence of more than four hours.

        A fix that is alone in its stretch is in no line. Columns: ``mmsi``, ``track``,
        ``begin_at``, ``end_at``, ``fixes`` (how many), ``length_m`` (metres from fix to fix),
        ``geometry``, a line.
        """
        from monitor.report.framed import tracks_frame  # noqa: PLC0415 - loads geopandas

        return tracks_frame(self._columns(mmsi, since, until, bbox)[0])

    def events(
        self, *, mmsi: Ship = None, port: str | None = None, kind: str | None = None,
        since: Instant = None, until: Instant = None,
    ) -> GeoDataFrame:  # fmt: skip
        """Events, oldest first, the withdrawn ones too (``state``).

        Columns: ``id``, ``kind``, ``state``, ``mmsi``, ``track``, ``other_mmsi``, ``other_track``,
        ``name``, ``imo``, ``port``, ``area``, ``feed``, ``geofence``, ``earliest``, ``at``,
        ``latest``, ``decided_at``, ``confidence`` (1 to 4), ``why``, ``episode``, ``revised``
        (missing: as told at first), ``figures`` (JSON), ``geometry``, a point or missing.
        """
        from monitor.report.framed import events_frame  # noqa: PLC0415 - loads geopandas
        from monitor.store import reader  # noqa: PLC0415

        words: dict[str, Any] = {"mmsi": mmsi, "port": port, "kind": kind}
        return events_frame(self._every(reader.events, since=since, until=until, **words))

    def port_calls(
        self, *, mmsi: Ship = None, port: str | None = None, since: Instant = None,
        until: Instant = None,
    ) -> DataFrame:  # fmt: skip
        """Port calls that were not over before ``since``, oldest first.

        Columns: ``id``, ``mmsi``, ``track``, ``name``, ``port``, ``arrived_earliest``,
        ``arrived_at``, ``arrived_latest``, ``departed_earliest``, ``departed_at``,
        ``departed_latest``, ``left`` (whether she is known to have left), ``standing``,
        ``confidence`` (1 to 4), ``decided_at``, ``revised``.
        """
        from monitor.report.framed import calls_frame  # noqa: PLC0415 - loads geopandas
        from monitor.store import reader  # noqa: PLC0415

        words: dict[str, Any] = {"mmsi": mmsi, "port": port}
        return calls_frame(self._every(reader.port_calls, since=since, until=until, **words))

    def voyages(
        self, *, mmsi: Ship = None, from_: str | None = None, to: str | None = None,
        since: Instant = None, until: Instant = None,
    ) -> GeoDataFrame:  # fmt: skip
        """Voyages from call to call, and those begun and not made yet, oldest first.

        Columns: ``id``, ``mmsi``, ``track``, ``name``, ``from``, ``to`` (missing: not made yet),
        ``departed_earliest``, ``departed_at``, ``departed_latest``, ``arrived_earliest``,
        ``arrived_at``, ``arrived_latest``, ``sailed_heard_m``, ``sailed_least_m`` (metres, where
        heard, and with the straight way where not), ``needed_kn`` (knots, at least),
        ``unheard_s`` (seconds), ``last_heard_at``, ``heard_again_at`` (of the longest silence),
        ``destination`` (declared), ``draught_before_m``, ``draught_after_m`` (declared, metres),
        ``contradiction`` (no ship is so fast), ``confidence`` (1 to 4), ``why``, ``geometry``, a
        line straight between the fixes that it rests on, or missing.
        """
        from monitor.report.framed import voyages_frame  # noqa: PLC0415 - loads geopandas
        from monitor.store import reader  # noqa: PLC0415

        words: dict[str, Any] = {"mmsi": mmsi, "from_": from_, "to": to}
        return voyages_frame(self._every(reader.voyages, since=since, until=until, **words))

    def vessels(self, *, mmsi: Ship = None, name: str | None = None) -> GeoDataFrame:
        """Vessels as they call themselves, with their last fix; ``name`` is a part of it.

        Columns: ``mmsi``, ``name``, ``callsign``, ``imo``, ``ship_type`` (ITU-R M.1371 table 53),
        ``ship_type_text``, ``flag`` (that of the MMSI), ``at``, ``sog_kn`` (knots), ``cog_deg``
        (degrees true), ``status``, ``geometry``, a point.
        """
        from monitor.report.framed import vessels_frame  # noqa: PLC0415 - loads geopandas
        from monitor.store import reader  # noqa: PLC0415

        words: dict[str, Any] = {"mmsi": mmsi, "name": name}
        return vessels_frame(self._every(reader.vessels, **words))

    def alerts(
        self, *, mmsi: Ship = None, place: str | None = None, since: Instant = None
    ) -> GeoDataFrame:
        """Alerts, the one that changed last first, those that are closed too.

        Columns: ``id``, ``mmsi``, ``track``, ``name``, ``place``, ``feed``, ``state``,
        ``severity`` (info, warning, critical), ``headline``, ``rules``, ``revision``,
        ``raised_at``, ``changed_at``, ``happened_at``, ``assignee``, ``verdict``, ``note``,
        ``geometry``, a point or missing.
        """
        from monitor.report.framed import alerts_frame  # noqa: PLC0415 - loads geopandas
        from monitor.store import alerts  # noqa: PLC0415

        words: dict[str, Any] = {"mmsi": mmsi, "place": place}
        return alerts_frame(self._every(alerts.alerts, since=since, **words))

    def reception(
        self, *, port: str | None = None, since: Instant = None, until: Instant = None
    ) -> DataFrame:
        """What each feed heard within 60 NM of each port, a row each ten minutes in which it did.

        Where there is no row nothing was heard, and nothing is known: a port is not empty then.
        Columns: ``port``, ``source``, ``at`` (begin of the ten minutes), ``messages``,
        ``vessels``, ``disturbed`` (how many; the latter seem jammed or spoofed), ``heard_at``
        (the last message), and ``within_5_nm``, ``within_10_nm``, ``within_20_nm``,
        ``within_40_nm``, ``within_60_nm`` (messages by distance from the port; each without those
        of the one before).
        """
        from monitor.report.framed import reception_frame  # noqa: PLC0415 - loads geopandas
        from monitor.store import columnar  # noqa: PLC0415

        begin, end = instant(since), instant(until)
        return reception_frame(
            self._ask(lambda db: columnar.reception(db, port=port, since=begin, until=end))
        )

    def _columns(self, mmsi: Ships, since: Instant, until: Instant, box: Box | None) -> Any:
        from monitor.store import columnar  # noqa: PLC0415 - loads the driver

        ships = _numbers(mmsi)
        begin, end = instant(since), instant(until)

        async def work(db: Any) -> tuple[Any, dict[int, str]]:
            found = await columnar.positions(db, ships=ships, since=begin, until=end, box=box)
            return found, await columnar.sources(db)

        return self._ask(work)

    def _every(self, ask: Callable[..., AsyncIterator[T]], **words: Any) -> list[T]:
        for name in {"since", "until"} & set(words):
            words[name] = instant(words[name])
        if words.get("mmsi") is not None:
            words["mmsi"] = index(words["mmsi"])

        async def work(db: Any) -> list[T]:
            return [row async for row in ask(db, **words)]

        return self._ask(work)

    def _ask(self, work: Callable[[Any], Awaitable[T]]) -> T:
        from monitor.store.columnar import make_read_only  # noqa: PLC0415 - loads the driver
        from monitor.store.database import connected  # noqa: PLC0415

        async def go() -> T:
            async with connected(self._url) as db:
                await make_read_only(db)
                return await work(db)

        return self._aside.run(go())


def _numbers(mmsi: Ships) -> list[int] | None:
    """MMSIs; an array is several, though it claims to be an index."""
    if mmsi is None:
        return None
    try:
        return [index(cast("SupportsIndex", mmsi))]
    except TypeError:
        return [index(one) for one in cast("Iterable[SupportsIndex]", mmsi)]


def instant(value: Instant) -> datetime | None:
    """An aware instant of what a caller wrote; UsageError where it is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            message = f"{value!r} is no time: write 2024-12-13 or 2024-12-13T04:00Z."
            raise UsageError(message) from error
    if value is None:
        return None
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
