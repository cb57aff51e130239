"""How reports put times, places and lengths of time: plain, in UTC, as intervals."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.engine.geofence import FenceSet
from monitor.model import Span
from monitor.report.tables import short
from monitor.report.whereabouts import Whereabouts
from monitor.units import DAY_US, HOUR_US, MINUTE_US, to_iso

NOT_KNOWN = "not known"
HARD = "\N{NO-BREAK SPACE}"


def minute(at: int | None) -> str:
    """An instant to the minute: ``2024-12-07 08:22``; None is "not known"."""
    return NOT_KNOWN if at is None else short(to_iso(at))


def interval(span: Span | None) -> str:
    """An instant as far as it is known: best estimate, and the bounds that hold it."""
    if span is None or (span.earliest is None and span.latest is None):
        return NOT_KNOWN if span is None or span.at is None else f"about {minute(span.at)}"
    if span.earliest is None:
        return f"before {minute(span.latest)}"
    if span.latest is None:
        return f"after {minute(span.earliest)}"
    if span.at is None:
        return stretch(span.earliest, span.latest)
    first, last = _end(span.at, span.earliest), _end(span.at, span.latest)
    return f"{minute(span.at)} ({first} to {last})"


def _end(begin: int, end: int) -> str:
    """An instant beside another: without its day where that is the same."""
    text = minute(end)
    if text[:10] == minute(begin)[:10]:
        return text[11:]
    return text[5:] if text[:4] == minute(begin)[:4] else text


def stretch(begin: int, end: int) -> str:
    """From an instant to another."""
    return f"{minute(begin)} to {_end(begin, end)}"


def lasting(us: int) -> str:
    """A length of time in one unit: 40 min, 5 h, 3.5 d."""
    if us < 2 * HOUR_US:
        return f"{us / MINUTE_US:.0f} min"
    return f"{us / HOUR_US:.0f} h" if us < 3 * DAY_US else f"{us / DAY_US:.1f} d"


class Places:
    """Ports by their names, and other places by their position."""

    def __init__(self, fences: FenceSet) -> None:
        """Of these ports."""
        self._names = {port.id: port.name for port in fences.ports}

    def name(self, port: str) -> str:
        """What a port is called, by its id; the id itself where there is no such port."""
        return self._names.get(port, port)

    def of(self, heard: Whereabouts) -> str:
        """Where that was: ``at Tartus`` (in its approach, its harbour included), or a position."""
        if heard.port is not None:
            return f"at {self.name(heard.port)}"
        return somewhere(heard.lon, heard.lat)


def somewhere(lon: float, lat: float) -> str:
    """A position to 1/100 degree, half a mile: ``34.79 N 35.38 E``, each part in one piece."""
    north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    return f"{abs(lat):.2f}{HARD}{north} {abs(lon):.2f}{HARD}{east}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def ships(count: int | str) -> str:
    """``1 ship``, ``2 ships``."""
    return f"{count} ship" if str(count) == "1" else f"{count} ships"
