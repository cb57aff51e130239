"""The page that answers whether a fleet has moved from one port to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from monitor.engine.geofence import FenceSet, Port
from monitor.report import parts
from monitor.report.drawn_map import Line, box_of, draw_lines, is_far, legend, whole_box
from monitor.report.drawn_time import draw_occupancies
from monitor.report.gathered import Gathered
from monitor.report.interfered import interference_section
from monitor.report.occupancy import occupancy
from monitor.report.page import Drawing, Grid, Page, Points, Prose, Section, grid
from monitor.report.relocation import HERE_US, Answer, Member, Moment, Range, Standing
from monitor.report.renumbered import maybe_moved, renumbered_section
from monitor.report.sighted import sightings_section
from monitor.report.whereabouts import Reach
from monitor.report.wording import Places, interval, lasting, minute, ships, stretch
from monitor.store.findings import Record
from monitor.units import HOUR_US

COLOURS = {
    Standing.STAYED: "#6b7785", Standing.BACK: "#3d8a58", Standing.MOVED: "#b3122b",
    Standing.ELSEWHERE: "#7a4fa3", Standing.UNKNOWN: "#d07a00",
}  # fmt: skip
WIDE_IN, MAP_IN, FAR_IN, TIME_IN = 10.6, 5.4, 5.6, 5.2


def relocation_page(
    answer: Answer, found: Gathered, fences: FenceSet, made_at: int,
    sightings: Sequence[Record] = (),
) -> Page:  # fmt: skip
    """All of it; ``made_at``: us. ``sightings`` stand apart, in no count."""
    from_, to = (fences.by_id[port] for port in (answer.from_, answer.to))
    names = Names(answer, fences)
    return Page(
        title=f"Has the fleet moved from {from_.name} to {to.name}?",
        about=parts.about(answer.since, answer.until, found.heard_to, made_at),
        lead=(
            Prose(text=verdict(answer, names), is_answer=True),
            Points(items=tuple(numbers(answer, names, found))),
            map_of(answer, found, (from_, to)),
            times_of(answer, found, (from_, to)),
        ),
        sections=(
            Section(title="The ships, one by one", blocks=(ships_grid(answer, names),)),
            sightings_section(list(sightings)),
            Section(title="Voyages between the two", blocks=(_voyages(answer, found, names),)),
            parts.dark_section(
                [one.vessel for one in answer.members], [Reach(port=from_), Reach(port=to)],
                found.ears, answer.until, names,
            ),
            parts.reception_section(
                list(found.ears.values()), found.heard_to, answer.until, names
            ),
            parts.odd_section(found),
            interference_section(found),
            renumbered_section(found),
            parts.evidence_section(
                [event for event in found.events if event.port in {answer.from_, answer.to, None}],
                names,
            ),
            Section(
                title="What this does not prove", blocks=(Points(items=limits(answer, names)),)
            ),
        ),
    )  # fmt: skip


class Names(Places):
    """The two ports as they are called, and all others."""

    def __init__(self, answer: Answer, fences: FenceSet) -> None:
        """Of what is asked."""
        super().__init__(fences)
        self.from_, self.to = self.name(answer.from_), self.name(answer.to)


def verdict(answer: Answer, names: Names) -> str:
    """The answer in two or three sentences."""
    fleet, moved = answer.fleet, answer.moved
    if not answer.members:
        return f"No ship is known to have been at {names.from_} in this time: nothing can be said."
    if moved.most == 0:
        head = "No."
    elif 2 * moved.least > fleet.most:
        head = "Yes, most of it." if moved.least < fleet.most else "Yes."
    elif moved.least > 0:
        head = "Most of it has not; a part has." if 2 * moved.most < fleet.least else "In part."
    elif answer.reached.least > 0:
        head = (
            f"How it stands at the end is not known, but {answer.reached} came to {names.to} after"
            f" they were at {names.from_}."
        )
    else:
        head = "Nothing shows that it has, and it cannot be ruled out."
    return (
        f"{head} Of {_ships(fleet)} that {_were(fleet)} at {names.from_} in this time, {moved}"
        f" {_were(moved)} at {names.to} at its end; {answer.stayed} {_were(answer.stayed)} at"
        f" {names.from_}."
    )


def numbers(answer: Answer, names: Names, found: Gathered) -> list[str]:
    """The figures, each with what it means."""
    back, unknown = answer.standing(Standing.BACK), answer.standing(Standing.UNKNOWN)
    lines = [
        f"At {names.to} at the end: {answer.moved}.",
        f"At {names.from_} at the end: {answer.stayed}."
        + (f" Of these {len(back)} left and came back." if back else ""),
        f"At neither at the end: {answer.elsewhere}.",
        f"At {names.to} at any time after they were at {names.from_}: {answer.reached}.",
    ]
    if unknown:
        lines.append(
            f"Not known: {ships(len(unknown))}, not heard any more. That is why figures are ranges."
        )
    watched = [one for one in answer.members if one.vessel.lists]
    if watched:
        part = replace(answer, members=tuple(watched))
        lines.append(
            f"On a watchlist: {ships(len(watched))}; of them at {names.to} {part.moved}, at"
            f" {names.from_} {part.stayed}, at neither {part.elsewhere}."
        )
    if answer.others:
        lines.append(
            f"Not counted: {ships(len(answer.others))} at {names.to} in this time that"
            f" {'was' if len(answer.others) == 1 else 'were'} not heard at {names.from_}."
        )
    lines += maybe_moved(
        found, [one.vessel.mmsi for one in answer.members], [one.mmsi for one in answer.others],
        (names.from_, names.to),
    )  # fmt: skip
    lines += [parts.deaf_sentence(ear, names) for ear in found.ears.values() if ear.deaf]
    if found.heard_to is not None and answer.until - found.heard_to > HOUR_US:
        lines.append(
            f"Nothing at all was received after {minute(found.heard_to)}: how things stand at the"
            " end is not known. A report up to then says more."
        )
    return lines


def _ships(number: Range) -> str:
    return ships(str(number))


def _were(number: Range) -> str:
    return "was" if number.most == 1 else "were"


def ships_grid(answer: Answer, names: Names) -> Grid:
    """How each ship stands, those that moved first."""
    order = list(COLOURS)
    order.remove(Standing.MOVED)
    order.insert(0, Standing.MOVED)
    members = sorted(answer.members, key=lambda one: order.index(one.standing))
    columns = (
        ("ship", 2.3), ("class", 1.1), ("watchlist", 1.2), ("at the end", 2.4),
        (f"left {names.from_} (UTC)", 2.2), (f"came to {names.to} (UTC)", 2.2), ("sure", 0.75),
        ("last heard (UTC)", 2.0),
    )  # fmt: skip
    rows = [
        (
            one.vessel.title, one.vessel.kind, ", ".join(one.vessel.lists),
            standing_words(one, names), _when(one.left), _when(one.reached), _sure(one),
            _last(one, names),
        )
        for one in members
    ]  # fmt: skip
    return grid(columns, rows, empty="No ship is known to have been there in this time.")


def standing_words(one: Member, names: Names) -> str:
    """How a ship stands, in words that claim no more than is known."""
    doubt = "" if one.is_sure else f" (her stay at {names.from_} is not certain)"
    last = one.vessel.last
    if one.standing is Standing.MOVED:
        return f"at {names.to}{doubt}"
    if one.standing is Standing.STAYED:
        return f"at {names.from_}, not seen to leave{_silent(one)}{doubt}"
    if one.standing is Standing.BACK:
        return f"at {names.from_} again{doubt}"
    if one.standing is Standing.ELSEWHERE:
        return f"elsewhere{'' if last is None else f': {names.of(last)}'}{doubt}"
    since = "" if last is None else f" since {minute(last.at)}"
    if one.vessel.mixed_at is not None:
        since = f" since {minute(one.vessel.mixed_at)}: two use her number, or positions are false"
    elif last is not None and one.end - last.at <= HERE_US:
        since = f", {names.of(last)} without a known stop"
    ports = ", ".join(f"at {names.name(port)}" for port in one.may_be)
    may = f"; may be {ports} or elsewhere" if ports else ""
    return f"not known{since}{may}{doubt}"


def _silent(one: Member) -> str:
    """That she was not heard for a while: what she did then is not known."""
    lengths = [
        silence.after.at - silence.before.at
        for silence in one.vessel.silences
        if silence.after is not None
    ]
    return f" (but not heard for {lasting(max(lengths))} in between)" if lengths else ""


def _when(moment: Moment | None) -> str:
    return "" if moment is None else interval(moment.span)


def _sure(one: Member) -> str:
    """Confidence of what is told of her: of the arrival, else of the departure."""
    found = one.reached or one.left
    if found is not None:
        return f"{found.confidence}/4"
    return f"{one.vessel.calls[-1].confidence}/4" if one.vessel.calls else ""


def _last(one: Member, names: Names) -> str:
    last = one.vessel.last
    return "" if last is None else f"{minute(last.at)}, {names.of(last)}"


def _voyages(answer: Answer, found: Gathered, names: Names) -> Grid:
    ends = {answer.from_, answer.to}
    told = [
        event
        for event in found.voyages
        if event.evidence.figures["from"] in ends
        and event.evidence.figures.get("to") in ends
        and event.evidence.figures["from"] != event.evidence.figures.get("to")
    ]
    return parts.voyages_grid(told, names)


def map_of(answer: Answer, found: Gathered, ports: tuple[Port, Port]) -> Drawing:
    """Where they went; what is far away is on a map of its own beside it."""
    lines = [_line(one, found.ways) for one in answer.members]
    far = [
        line
        for line in lines
        if line.last is not None and is_far(ports, line.last.lon, line.last.lat)
    ]

    def draw(figure: Any) -> None:
        rooms = figure.subplots(1, 2, width_ratios=(1.75, 1)) if far else [figure.subplots()]
        ratio = 1.45 if far else 2.0
        draw_lines(rooms[0], lines, ports, box_of(ports, lines, ratio))
        there = {one.standing for one in answer.members}
        legend(figure, {name.value: colour for name, colour in COLOURS.items() if name in there})
        if far:
            draw_lines(rooms[1], far, ports, whole_box(ports, far, 0.9))
            rooms[1].set_title("Those that are far away", fontsize=10, loc="left")
        rooms[0].set_title("Where they went", fontsize=10, loc="left")

    return Drawing(
        draw=draw, width=WIDE_IN, height=MAP_IN,
        caption="Ways of the ships that were at the first port, by how they stand at the end.",
    )  # fmt: skip


def _line(one: Member, ways: Mapping[tuple[int, int], Sequence[Any]]) -> Line:
    vessel = one.vessel
    label = None
    if one.standing in {Standing.UNKNOWN, Standing.ELSEWHERE} and vessel.last is not None:
        label = f"{vessel.name or vessel.mmsi}, {minute(vessel.last.at)[5:]}"
    return Line(
        rows=ways.get((vessel.mmsi, vessel.track), ()), last=vessel.last,
        colour=COLOURS[one.standing], label=label,
    )  # fmt: skip


def times_of(answer: Answer, found: Gathered, ports: tuple[Port, Port]) -> Drawing:
    """How many ships were in both ports, over time; all ships that called there, not the fleet."""
    counts = [
        occupancy(
            found.vessels, Reach(port=port), found.ears[port.id].deaf, since=answer.since,
            until=answer.until,
        )
        for port in ports
    ]  # fmt: skip
    ears = [found.ears[port.id] for port in ports]
    return Drawing(
        draw=lambda figure: draw_occupancies(figure, counts, ears), width=WIDE_IN, height=TIME_IN,
        caption=f"All ships that called there. {parts.COUNTED}",
    )  # fmt: skip


def limits(answer: Answer, names: Names) -> tuple[str, ...]:
    """What none of this shows, beside what no report shows."""
    here = stretch(answer.until - HERE_US, answer.until)
    whole = (
        f"That it is the whole fleet. Ships that never sent AIS at {names.from_}, naval ships above"
        " all, are in no figure."
    )
    minutes = f"That a ship was in port to the last minute. She was heard there within {here}."
    why = "Why a ship moved, what she carried, or that ships that went the same way went together."
    return whole, *parts.LIMITS, minutes, why
