"""Words that several endpoints take, each described once."""

from __future__ import annotations

from monitor.api.routes import Parameter
from monitor.model import EventKind

MMSI = Parameter(
    name="mmsi", words="Of this number alone.",
    form={"type": "string", "pattern": "^[0-9]{1,9}$", "examples": ["273999410"]},
)  # fmt: skip
PORT = Parameter(
    name="port", words="Of this port alone.", form={"type": "string", "examples": ["tobruk"]}
)
KIND = Parameter(
    name="kind", words="Of this kind alone.",
    form={"type": "string", "enum": [each.value for each in EventKind]},
)  # fmt: skip
_TIME = "A time, RFC 3339, or a date; UTC where no offset stands in it."
SINCE = Parameter(
    name="since", words=f"From then on. {_TIME}",
    form={"type": "string", "examples": ["2024-12-13T04:00Z"]},
)  # fmt: skip
UNTIL = Parameter(
    name="until", words=f"Before that. {_TIME}",
    form={"type": "string", "examples": ["2024-12-14"]},
)  # fmt: skip
AT = Parameter(
    name="at", words="The instant, RFC 3339; UTC where no offset stands in it.", required=True,
    form={"type": "string", "examples": ["2024-12-13T04:00Z"]},
)  # fmt: skip
FROM = Parameter(
    name="from", words="From this port alone.", form={"type": "string", "examples": ["tartus"]}
)
TO = Parameter(
    name="to", words="To this port alone.", form={"type": "string", "examples": ["tobruk"]}
)
NAME = Parameter(
    name="name", words="Whose names have this in them, in large or small letters.",
    form={"type": "string", "examples": ["veter"]},
)  # fmt: skip
