"""What a rule may ask of an event: one table, a row a criterion, each with its ``not_`` twin.

There is no language for conditions: what an officer may want stands here, can be read back as a
sentence, and is checked when the rule is read. What is not known meets no criterion, and meets
each ``not_`` twin: a ship of unknown flag is not known to be Greek.
"""

from __future__ import annotations

import enum
import fnmatch
import math
from collections.abc import Callable, Sequence
from datetime import datetime, time, tzinfo
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model, model_validator

from monitor.alert.kinds import either, when
from monitor.alert.seen import Seen
from monitor.engine.geofence import FenceKind
from monitor.model import EventKind, EventState
from monitor.units import to_datetime
from monitor.words import FLAGS, flag_of, ship_type_text

KINDS_OF_SHIP = (
    "cargo", "tanker", "passenger", "fishing", "tug", "towing", "military", "pilot", "sailing",
    "pleasure", "high-speed", "law enforcement", "search and rescue", "other",
)  # fmt: skip
"""Words for ship types, as a rule names them; 70 to 79 are cargo, and so on."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Range(BaseModel):
    """Numbers from ``at_least`` to ``at_most``, both included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Range:
        low, high = self.at_least, self.at_most
        if low is None and high is None:
            message = "write at_least, at_most or both"
            raise ValueError(message)
        if low is not None and high is not None and low > high:
            message = f"at_least {low:g} is more than at_most {high:g}"
            raise ValueError(message)
        return self

    def holds(self, value: float) -> bool:
        """Whether a number is in it."""
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        return low <= value <= high

    @property
    def words(self) -> str:
        """As it is read: "at least 3", "10 to 20"."""
        if self.at_most is None:
            return f"at least {self.at_least:g}"
        if self.at_least is None:
            return f"at most {self.at_most:g}"
        return f"{self.at_least:g} to {self.at_most:g}"


def _one_of(known: Sequence[str], what: str) -> Callable[[str], str]:
    def check(word: str) -> str:
        if word.lower() not in known:
            message = f"{word!r} is no {what}: use one of {', '.join(known)}"
            raise ValueError(message)
        return word.lower()

    return check


def _flag(code: str) -> str:
    if code.upper() not in {flag.code for flag in FLAGS.values()}:
        message = f"{code!r} is no flag: write the two letters of ISO 3166-1, such as RU"
        raise ValueError(message)
    return code.upper()


def _hours(text: str) -> str:
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        message = f"{text!r} is no time of day: write such as 22:00-06:00"
        raise ValueError(message) from None
    return f"{begin:%H:%M}-{end:%H:%M}"


Kind = Annotated[str, AfterValidator(_one_of(KINDS_OF_SHIP, "kind of ship"))]
Flag = Annotated[str, AfterValidator(_flag)]
Hours = Annotated[str, AfterValidator(_hours)]
Day = Annotated[str, AfterValidator(_one_of(DAYS, "day"))]
Cause = Annotated[
    str, AfterValidator(_one_of(("vessel", "feed", "coverage", "jamming-suspected"), "cause"))
]
Wish = Annotated[str, AfterValidator(_one_of(("entries", "nothing"), "wish of who drew an area"))]
Direction = Annotated[str, AfterValidator(_one_of(("in", "out", "unknown"), "way past a gate"))]
Mmsi = Annotated[int, Field(ge=1, le=999_999_999)]
Imo = Annotated[int, Field(ge=1_000_000, le=9_999_999)]
Word = Annotated[str, Field(min_length=1)]


class How(enum.Enum):
    """How a criterion's words are compared with what is seen."""

    IS = "is"  # one of them
    LIKE = "is like"  # a pattern: * and ?
    IN = "is in"  # a Range
    HAS = "is on"  # one of several that are seen


class Criterion(NamedTuple):
    """A row: what it is called, what it takes, what it looks at, and how it is read."""

    name: str
    takes: Any
    how: How
    of: Callable[[Seen, tzinfo], Any]  # None: it is not known
    words: str


def _ship_kind(seen: Seen, _: tzinfo) -> str | None:
    said = ship_type_text(seen.said.ship_type)
    if said is None:
        return None
    return next((kind for kind in KINDS_OF_SHIP if said.lower().startswith(kind)), "other")


def _length_m(seen: Seen, _: tzinfo) -> float | None:
    bow, stern = seen.said.to_bow_m, seen.said.to_stern_m
    return None if bow is None or stern is None or bow + stern == 0 else bow + stern


def _speed_kn(seen: Seen, _: tzinfo) -> float | None:
    known = [fix.sog_kn for fix in seen.event.evidence.fixes if fix.sog_kn is not None]
    return known[-1] if known else None


def _local(seen: Seen, zone: tzinfo) -> datetime | None:
    at = seen.happened_at
    return to_datetime(seen.event.decided_at if at is None else at).astimezone(zone)


def _flag_code(seen: Seen, _: tzinfo) -> str | None:
    flag = flag_of(seen.event.mmsi)
    return None if flag is None else flag.code


def _figure(name: str) -> Callable[[Seen, tzinfo], Any]:
    return lambda seen, _: seen.figures.get(name)


def _wish(seen: Seen, _: tzinfo) -> str | None:
    tells = seen.figures.get("tells")
    return None if tells is None else "entries" if tells else "nothing"


def _declared(seen: Seen, _: tzinfo) -> str | None:
    return seen.said.destination or seen.figures.get("destination")


CRITERIA = (
    Criterion("kind", list[EventKind], How.IS, lambda s, _: s.event.kind, "what happened"),
    Criterion("state", list[EventState], How.IS, lambda s, _: s.event.state, "it"),
    Criterion("port", list[Word], How.IS, lambda s, _: s.place, "the port"),
    Criterion("fence", list[FenceKind], How.IS,
              lambda s, _: None if s.fence is None else s.fence.kind, "the polygon"),
    Criterion("use", list[Word], How.IS,
              lambda s, _: None if s.fence is None else s.fence.use, "the use of the polygon"),
    Criterion("area", list[Word], How.LIKE, _figure("area"), "the area"),
    Criterion("wish", list[Wish], How.IS, _wish, "what its owner wants to be told"),
    Criterion("gate", list[Word], How.IS, _figure("gate"), "the gate"),
    Criterion("direction", list[Direction], How.IS, _figure("direction"), "her way"),
    Criterion("offing_nm", Range, How.IN, _figure("nearest_nm"), "how far off she waits in miles"),
    Criterion("watchlist", list[Word], How.HAS, lambda s, _: tuple(s.lists), "the ship"),
    Criterion("mmsi", list[Mmsi], How.IS, lambda s, _: s.event.mmsi, "her MMSI"),
    Criterion("imo", list[Imo], How.IS, lambda s, _: s.said.imo, "her IMO number"),
    Criterion("name", list[Word], How.LIKE, lambda s, _: s.said.name, "her name"),
    Criterion("callsign", list[Word], How.LIKE, lambda s, _: s.said.callsign, "her call sign"),
    Criterion("flag", list[Flag], How.IS, _flag_code, "her flag"),
    Criterion("ship", list[Kind], How.IS, _ship_kind, "her kind"),
    Criterion("length_m", Range, How.IN, _length_m, "her length in metres"),
    Criterion("draught_m", Range, How.IN, lambda s, _: s.said.draught_m, "her draught in metres"),
    Criterion("speed_kn", Range, How.IN, _speed_kn, "her speed in knots"),
    Criterion("confidence", Range, How.IN, lambda s, _: s.event.confidence, "the confidence"),
    Criterion("origin", list[Word], How.IS, _figure("from"), "the port she came from"),
    Criterion("reached", list[Word], How.IS, _figure("to"), "the port she came to"),
    Criterion("destination", list[Word], How.LIKE, _declared, "her declared destination"),
    Criterion("gap_h", Range, How.IN, lambda s, _: s.gap_h, "the silence in hours"),
    Criterion("cause", list[Cause], How.IS, _figure("cause"), "its likely cause"),
    Criterion("feed", list[Word], How.IS,
              lambda s, _: getattr(s.event.subject, "feed", None), "the feed"),
    Criterion("hours", list[Hours], How.IN, _local, "the time of day"),
    Criterion("days", list[Day], How.IS,
              lambda s, z: DAYS[local.weekday()] if (local := _local(s, z)) else None, "the day"),
)  # fmt: skip
"""All there is to ask; ``rules.toml`` names them in ``[rule.when]``."""


class _When(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="after")
    def _asks(self) -> _When:
        if not self.model_fields_set:
            message = "a rule without a criterion would meet everything: write one"
            raise ValueError(message)
        for name in self.model_fields_set:
            if getattr(self, name) == []:
                message = f"{name} names nothing: write a word, or leave it out"
                raise ValueError(message)
        return self


_FIELDS: dict[str, Any] = {
    f"{twin}{row.name}": (row.takes | None, None) for row in CRITERIA for twin in ("", "not_")
}
When = create_model("When", __base__=_When, **_FIELDS)
"""The criteria of a rule; all that are given must be met."""


class Asked(NamedTuple):
    """A criterion of a rule."""

    row: Criterion
    words: Any
    negated: bool

    def met(self, seen: Seen, zone: tzinfo) -> bool:
        """Whether an event meets it."""
        value = self.row.of(seen, zone)
        known = value is not None and value != ()
        return (known and self._holds(value)) is not self.negated

    def _holds(self, value: Any) -> bool:
        if self.row.name == "hours":
            return any(_within(hours, value) for hours in self.words)
        if self.row.how is How.HAS:
            return "*" in self.words or any(one in self.words for one in value)
        if isinstance(self.words, Range):
            return self.words.holds(value)
        if self.row.how is How.LIKE:
            return any(fnmatch.fnmatchcase(value.upper(), word.upper()) for word in self.words)
        return value in self.words

    @property
    def sentence(self) -> str:
        """As it is read."""
        no = " not" if self.negated else ""
        if isinstance(self.words, Range):
            return f"{self.row.words} is{no} {self.words.words}"
        words = [str(getattr(word, "value", word)) for word in self.words]
        if self.row.name == "kind":
            doing = when(words)
            return f"it is not that {doing}" if self.negated else doing
        if self.row.how is How.HAS:
            lists = "any watchlist" if "*" in words else f"watchlist {either(words)}"
            return f"{self.row.words} is{no} on {lists}"
        how = "like " if self.row.how is How.LIKE else ""
        return f"{self.row.words} is{no} {how}{either(words)}"


def asked(when: BaseModel) -> list[Asked]:
    """The criteria that a rule gives, in the order of the table."""
    found = []
    for row in CRITERIA:
        for twin, negated in (("", False), ("not_", True)):
            words = getattr(when, f"{twin}{row.name}")
            if words is not None:
                found.append(Asked(row, words, negated))
    return found


def _within(hours: str, local: datetime) -> bool:
    """Whether a local time is in hours such as 22:00-06:00: the first included, the last not."""
    begin, end = hours.split("-")
    now = f"{local:%H:%M}"
    return begin <= now < end if begin <= end else now >= begin or now < end
