"""What the columns of plain tables are called, and what their numbers are."""

from __future__ import annotations

import re

from monitor.decode.cells import KNOTS

ALIASES: dict[str, tuple[str, ...]] = {
    "mmsi": (
        "mmsi", "sourcemmsi", "usermmsi", "userid", "mmsinumber", "ssvid", "vesselmmsi",
        "shipmmsi", "aismmsi",
    ),
    "id": ("id", "shipid", "vesselid", "trackid"),
    "time": (
        "time", "timestamp", "t", "epoch", "ts", "at", "datetime", "dateandtime", "tsposutc",
        "aispostimestamp", "postimestamp", "positiontime", "timestamputc", "timeutc", "utc",
        "basedatetime", "datetimeutc", "msgtime", "dtposutc", "dt", "date", "unixtime",
        "receivedat", "receivetime", "rxtime", "positiontimestamp", "positionupdatetimestamp",
        "lastpositiontimestamp", "aistimestamp", "createdat", "updatetimestamp", "lastposutc",
        "dateutc", "utcdate",
    ),
    "lat": ("lat", "latitude", "y", "latdeg", "latitudedeg", "latitudedegrees", "aislatitude"),
    "lon": (
        "lon", "longitude", "long", "lng", "x", "londeg", "longitudedeg", "longitudedegrees",
        "aislongitude",
    ),
    "north_south": (
        "ns", "northsouth", "nsindicator", "nshemisphere", "latns", "latitudens", "lathemisphere",
        "latitudehemisphere", "lathem", "latdir", "latdirection", "latitudedirection", "latref",
        "latituderef", "hemispherens",
    ),
    "east_west": (
        "ew", "eastwest", "ewindicator", "ewhemisphere", "lonew", "longitudeew", "lonhemisphere",
        "longitudehemisphere", "lonhem", "londir", "londirection", "longitudedirection", "lonref",
        "longituderef", "hemisphereew", "longew", "longdir", "lngew", "lngdir",
    ),
    "day": ("date", "day", "dateutc", "utcdate"),
    "hour": ("hour", "hours", "clock", "utctime", "timeofday", "hms", "time"),
    "received_at": ("receivedat", "receivetime", "tsinsertutc", "rxtime"),
    "sog": ("sog", "speedoverground", "speed"),
    "cog": ("cog", "courseoverground", "cogdeg", "coursedeg", "course"),
    "heading": ("heading", "trueheading", "headingdeg", "hdg"),
    "status": (
        "navstatuscode", "navstt", "navstatus", "navstat", "navigationalstatus",
        "navigationstatus", "status",
    ),
    "message_type": ("messagetype", "msgtype", "messageid", "messagetypeid"),
    "name": ("name", "shipname", "vesselname"),
    "callsign": ("callsign",),
    "imo": ("imo", "imonumber"),
    "ship_type": ("vesseltypecode", "shiptypecode", "shiptype", "vesseltype", "type"),
    "to_bow": ("tobow", "dimbow", "dimensiona", "dima", "a"),
    "to_stern": ("tostern", "dimstern", "dimensionb", "dimb", "b"),
    "to_port": ("toport", "dimport", "dimensionc", "dimc", "c"),
    "to_starboard": ("tostarboard", "dimstarboard", "dimensiond", "dimd", "d"),
    "draught": ("draught", "currentdraught", "aisdraught", "draughtm", "draft"),
    "destination": ("destination", "dest"),
    "eta": ("eta",),
}  # fmt: skip
"""What a column may be called, by key (see headings.key_of), the surest name first."""

UNITS = {
    "time": "UTC, or --timezone", "lat": "degrees, or ddmm.mmmm", "lon": "degrees, or dddmm.mmmm",
    "north_south": "N or S", "east_west": "E or W", "sog": "knots",
    "cog": "degrees", "heading": "degrees", "draught": "m", "to_bow": "m", "to_stern": "m",
    "to_port": "m", "to_starboard": "m",
}  # fmt: skip
"""What the numbers of a column are, where neither its name nor the cell says otherwise."""

SPEED_UNITS = {
    "kmh": KNOTS["km/h"], "kph": KNOTS["km/h"], "ms": KNOTS["m/s"], "mps": KNOTS["m/s"],
    "mph": KNOTS["mph"],
}  # fmt: skip
"""Units behind the name of a speed that is not in knots: how many knots one is."""

AISHUB = {"mmsi", "time", "longitude", "latitude", "cog", "sog"}
"""Of AISHub's columns: its numbers as on the air (format 0) are whole, and far beyond degrees."""

MARINE_TRAFFIC = {"mmsi", "shipid", "speed", "course", "status", "timestamp"}
"""Columns that only MarineTraffic has together: its speeds are whole tenths of a knot."""

_ENDINGS = {
    "time": "utc|ms|s", "sog": "knots|kts?|kn|kmh|kph|mps|ms|mph", "draught": "metres|meters|m",
    **dict.fromkeys(("lat", "lon"), "degrees|deg|dd|wgs84|d{2,3}m{2,6}|nmea"),
    **dict.fromkeys(("cog", "heading"), "degrees|deg"),
}  # fmt: skip
"""Units that may stand behind the name of a column."""

_OWNERS = {
    "lastpositionupdate|lastposition|positionupdate|position|aisposition": (
        "time", "lat", "lon", "sog", "cog", "heading", "status",
    ),
    "staticdata|vessel": (
        "mmsi", "name", "callsign", "imo", "ship_type", "draught", "destination",
    ),
}  # fmt: skip
"""Whose a column is may stand before its name."""

KNOWN = frozenset(name for names in ALIASES.values() for name in names)


def _longer(what: str) -> re.Pattern[str]:
    owner = "|".join(owner for owner, owned in _OWNERS.items() if what in owned)
    names = "|".join(re.escape(name) for name in ALIASES[what])
    return re.compile(f"(?:{owner})?({names})({_ENDINGS.get(what, '')})?")


_LONGER = {what: _longer(what) for what in ALIASES}


def known_as(columns: dict[str, int]) -> dict[str, int]:
    """Columns by their aliases too, where they are called so with a unit or with whose they are."""
    found = dict(columns)
    for name, place in columns.items():
        if name in KNOWN:
            continue
        matches = (form.fullmatch(name) for form in _LONGER.values())
        alias = next((match[1] for match in matches if match is not None), name)
        found.setdefault(alias, place)
    return found


def knots_in(name: str) -> float:
    """How many knots one is of a column of speeds with this key: 1 where it names no unit."""
    found = _LONGER["sog"].fullmatch(name)
    return 1.0 if found is None else SPEED_UNITS.get(found[2] or "", 1.0)


def has_minutes(name: str) -> bool:
    """Whether a column of coordinates with this key says ddmm.mmmm."""
    return re.search(r"(?:d{2,3}m{2,6}|nmea)$", name) is not None
