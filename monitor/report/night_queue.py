"""The queue of the night, for a terminal: what stands, in which order, and for what the bell rings.

Pure: lines are made of what was found and where the officer is. No line is wider than the terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from monitor.alert.kinds import happened
from monitor.alert.life import State
from monitor.alert.message import Severity
from monitor.alert.story import CONFIRMED, Alert, top_of
from monitor.report.columns import folded
from monitor.report.night_keys import Night
from monitor.report.notes import duration
from monitor.store.alerts import Stored
from monitor.units import SECOND_US, to_datetime
from monitor.words import plain

STATES = {State.OPEN: "open", State.ACKNOWLEDGED: "ack", State.CLOSED: "closed",
          State.WITHDRAWN: "withdrawn"}  # fmt: skip
STYLES = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.INFO: ""}
HELP = "up/down, Enter: why  a: acknowledge  s: assign  c: close  m: mute  q: quit"
HELP_WHY = "up/down, space  a: acknowledge  s: assign  c: close  m: mute  q: back"
HELP_ASKED = "Enter: go on  Esc: do nothing"
QUIET_STYLE, TROUBLE_STYLE = "dim", "bold white on red"

FRESH_S = 10.0
"""What is shown is called old when it was looked at longer ago: it is asked for each second."""


class Line(NamedTuple):
    """A line, and how it is written."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found, and when. Instants are us."""

    now: int
    as_of: int | None = None  # None: nothing was found yet
    trouble: str | None = None
    alerts: Sequence[Stored] = ()  # in the order they stand
    is_cut: bool = False  # there are more, which changed before these
    officer: str = ""
    bell: str = "none"
    why: Sequence[str] = ()  # lines of the alert that is read


def in_order(found: Sequence[Stored]) -> list[Stored]:
    """Those that nobody has taken care of first; of them the gravest, of those the newest."""
    newest = sorted(found, key=lambda one: (one.alert.changed_at, one.alert.id), reverse=True)
    return sorted(newest, key=lambda one: (_care(one.alert), -one.alert.severity.rank))


def _care(alert: Alert) -> int:
    """0: somebody must look; 1: somebody does, or need not; 2: nobody has to any more."""
    if alert.state is State.OPEN:
        return 0 if alert.muted_by is None else 1
    return 1 if alert.state is State.ACKNOWLEDGED else 2


def rang(
    before: Mapping[str, Alert] | None, found: Sequence[Stored], least: Severity | None
) -> list[str]:
    """Ids of alerts for which the bell rings: raised, reopened or grown graver since then.

    ``before``: None when nothing was seen yet; what stands then is read, not heard.
    """
    if before is None or least is None:
        return []
    return [
        one.alert.id
        for one in found
        if _care(one.alert) == 0
        and one.alert.severity.rank >= least.rank
        and _is_news(before.get(one.alert.id), one.alert)
    ]


def _is_news(before: Alert | None, now: Alert) -> bool:
    return before is None or _care(before) > 0 or now.severity.rank > before.severity.rank


def screen(look: Look, night: Night, width: int, height: int) -> list[Line]:
    """Exactly ``height`` lines, none wider than ``width``."""
    head, foot = _head(look, width), _foot(look, night, width)
    room = max(1, height - len(head) - len(foot))
    if night.why is None:
        body = _queue(look, night, width, room)
    else:
        body = [Line(words) for words in look.why[night.scroll : night.scroll + room]]
    body = body[:room] + [Line("")] * (room - len(body))
    return [Line(cut(plain(text), width), style) for text, style in (*head, *body, *foot)][:height]


def cut(text: str, width: int) -> str:
    """A text that is not wider; where something is left out it ends in an ellipsis."""
    if cell_len(text) <= width:
        return text
    return f"{set_cell_size(text, max(0, width - 1)).rstrip()}…" if width else ""


def _head(look: Look, width: int) -> list[Line]:
    """The time, how old that is which is shown, and how much there is."""
    age = "nothing was read yet" if look.as_of is None else f"as of {_age(look, look.as_of)} ago"
    who = f"   {look.officer}" if look.officer else ""
    first = f"Alerts   {to_datetime(look.now):%Y-%m-%d %H:%M:%S} UTC   {age}{who}"
    lines = [Line(first, "bold")]
    if look.trouble is not None:
        then = "" if look.as_of is None else (
            f" for {_age(look, look.as_of)}, what follows is as it was at"
            f" {to_datetime(look.as_of):%H:%M:%S} UTC"
        )  # fmt: skip
        words = f"NO ANSWER{then}: {look.trouble}"
        return [*lines, *(Line(each, TROUBLE_STYLE) for each in folded(0, plain(words), width))]
    old = look.as_of is not None and look.now - look.as_of > FRESH_S * SECOND_US
    return [*lines, Line(_counts(look), TROUBLE_STYLE if old else "")]


def _counts(look: Look) -> str:
    if look.as_of is None:
        return "The database is being asked."
    alerts = [one.alert for one in look.alerts]
    standing = [one for one in alerts if _care(one) == 0]
    grave = Counter(one.severity for one in standing)
    words = [f"{len(standing):,} open" if standing else "none open"]
    if standing:
        words[0] += f" ({', '.join(f'{grave[s]:,} {s}' for s in reversed(Severity) if grave[s])})"
    for name, those in (
        ("acknowledged", sum(one.state is State.ACKNOWLEDGED for one in alerts)),
        ("muted", sum(one.state is State.OPEN and one.muted_by is not None for one in alerts)),
    ):
        words += [f"{those:,} {name}"] if those else []
    if look.is_cut:
        words.append(f"of the {len(alerts):,} that changed last")
    bell = "no bell" if look.bell == "none" else f"bell: {look.bell}"
    return f"{', '.join(words)}; {bell}"


def _age(look: Look, at: int) -> str:
    return duration((look.now - at) / SECOND_US)


SHIP, PORT = 18, 9
"""Letters of a ship's name and a port's; AIS has 20 and most names fewer."""


def _queue(look: Look, night: Night, width: int, room: int) -> list[Line]:
    if not look.alerts:
        return [Line(""), Line("" if look.as_of is None else "No alerts are open.")]
    ship = SHIP if width < 100 else SHIP + 6
    heading = f"  {'severity':<8} {'state':<9} {'age':>6}  {'ship':<{ship}} {'port':<{PORT}} what"
    shown = max(1, room - 1)
    place = min(night.place or 0, len(look.alerts) - 1)
    first = min(max(0, place - shown // 2), max(0, len(look.alerts) - shown))
    rows = [
        _row(look, night, one.alert, ship) for one in look.alerts[first : first + shown]
    ]  # fmt: skip
    return [Line(heading, "underline"), *rows]


def _row(look: Look, night: Night, alert: Alert, ship: int) -> Line:
    chosen = alert.id == night.selected
    mark = ">" if chosen else "*" if alert.id in night.new else " "
    state = "muted" if alert.muted_by is not None and _care(alert) == 1 else STATES[alert.state]
    who = plain(alert.name or (f"{alert.mmsi:09d}" if alert.mmsi is not None else alert.feed or ""))
    text = (
        f"{mark} {alert.severity.value:<8} {state:<9} {_age(look, alert.changed_at):>6}"
        f"  {_fit(who, ship)} {_fit(plain(alert.place or ''), PORT)} {what_of(alert)}"
    )
    style = STYLES[alert.severity] if _care(alert) == 0 else QUIET_STYLE
    return Line(text, f"{style} reverse".strip() if chosen else style)


def _fit(text: str, width: int) -> str:
    return set_cell_size(cut(text, width), width)


def what_of(alert: Alert) -> str:
    """What happened, as far as it fits: that of the headline, without ship and port."""
    top = top_of(alert)
    words = happened(top.kind)
    if not top.holds:
        return f"withdrawn: {words}"
    more = len({reason.kind for reason in alert.reasons if reason.holds}) - 1
    also = f" (+{more})" if more else ""
    return f"{words}{also}" if top.state == CONFIRMED else f"not confirmed: {words}{also}"


def _foot(look: Look, night: Night, width: int) -> list[Line]:
    """The alert that is meant, what was said or is asked, and which keys there are."""
    meant = night.asking.alert if night.asking is not None else night.why or night.selected
    found = next((one for one in look.alerts if one.alert.id == meant), None)
    lines = [Line(""), *_meant(meant, found)]
    asking = night.asking
    if asking is None:
        lines += [Line(night.said, "bold" if night.said else "")]
        return [*lines, Line(HELP if night.why is None else HELP_WHY, QUIET_STYLE)]
    begin = asking.question.words
    room = max(8, width - cell_len(begin) - 2)
    typed = plain(asking.typed)
    while cell_len(typed) > room - 1:  # its end is what is being written
        typed = typed[1:]
    lines.append(Line(f"{begin} {typed}_", "bold"))
    return [*lines, Line(night.said or HELP_ASKED, "bold" if night.said else QUIET_STYLE)]


def _meant(id_: str | None, found: Stored | None) -> list[Line]:
    if id_ is None:
        return [Line(""), Line("")]
    if found is None:
        return [Line(f"Alert {id_[:8]}, which stands here no more"), Line("")]
    alert = found.alert
    rules = dict.fromkeys(name for reason in alert.reasons for name in reason.rules)
    words = [
        f"since {_minute(to_datetime(alert.raised_at))}", f"rule {', '.join(rules)}",
        f"for {alert.assignee}" if alert.assignee else "",
        f"muted by mute {alert.muted_by}" if alert.muted_by is not None else "",
        f"verdict {found.verdict}" if found.verdict else "", found.note or "",
    ]  # fmt: skip
    return [
        Line(f"{alert.id[:8]}  {alert.headline}", "bold"),
        Line(f"          {'; '.join(word for word in words if word)}"),
    ]


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
