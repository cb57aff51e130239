"""The form of a vessel that meets an entry of a watchlist."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from monitor.alert.watchlist import Grade
from monitor.report.forms import Flagged, Mmsi


class WatchedForm(Flagged):
    """A vessel, the entry that she meets, and why."""

    match: Grade
    may_page: bool = Field(description="What is only possible pages nobody by itself.")
    by: tuple[Literal["imo", "mmsi", "callsign", "name", "flag", "ship_type"], ...]
    why: str
    list: str
    entry: int | None
    listed: str = Field(description="What the entry names.")
    reason: str
    source: str
    mmsi: Mmsi
    name: str | None
    imo: int | None
    callsign: str | None
    ship_type: int | None
    ship_type_text: str | None
    at: datetime
