"""Cases of every form one after another, and of one that fails the smallest that still does."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator

from monitor.decode.forms import form_names
from monitor.engine.geofence import FenceSet
from monitor.units import SECOND_US
from tests.fuzzing.grammar import Grammar
from tests.fuzzing.holding import Case, hold

BATCH = 150
"""Lines of a case."""


def case_of(form: str, seed: str) -> Case:
    """The case of a seed."""
    grammar = Grammar(f"{form} {seed}")
    chance = grammar.chance
    data, times, headless = grammar.batch(form, chance.randrange(1, 2 * BATCH))
    live = form != "journal" and chance.random() < 0.4
    lag = chance.choice((0, 0, 1, 40)) * SECOND_US
    return Case(
        form=form, data=data, times=tuple(at + lag for at in times) if live else (),
        headless=headless and not live, seed=chance.randrange(1000),
    )  # fmt: skip


def fuzz(form: str, lines: int, seed: int, fences: FenceSet) -> tuple[int, int, float]:
    """Hold so many lines; lines, positions and seconds. AssertionError tells the smallest case."""
    begin = time.perf_counter()
    done = positions = number = 0
    while done < lines:
        case = case_of(form, f"{seed} {number}")
        try:
            positions += hold(case, fences)
        except Exception as error:
            raise AssertionError(_told(case, f"{seed} {number}", fences)) from error
        done += max(1, case.data.count(b"\n"))
        number += 1
    return done, positions, time.perf_counter() - begin


def fuzz_all(lines: int, seed: int, fences: FenceSet) -> Iterator[tuple[str, int, int, float]]:
    """Each form in its turn, so many lines in all: form, lines, positions, seconds."""
    names = form_names()
    for form in names:
        yield form, *fuzz(form, -(-lines // len(names)), seed, fences)


def _told(case: Case, seed: str, fences: FenceSet) -> str:
    """A case that does not hold, as small as it becomes."""

    def fault(one: Case) -> str:
        try:
            hold(one, fences)
        except Exception as error:  # noqa: BLE001 - whatever it is
            place = traceback.extract_tb(error.__traceback__)[-1]
            return f"{type(error).__name__} {place.name}:{place.lineno}"
        return ""

    wanted = fault(case)
    small = smallest(case, lambda one: fault(one) == wanted)
    way = f"live, received at {small.times[:3]}" if small.times else "a log"
    return (
        f"{case.form}, seed {seed!r} ({way}, cut {small.seed}): {wanted} of\n"
        f"{small.data!r}\n(to be run again: tests.fuzzing.run.case_of({case.form!r}, {seed!r}))"
    )


def smallest(case: Case, fails: Callable[[Case], bool], tries: int = 1500) -> Case:
    """Take out lines, then bytes, as long as the case fails."""
    for pieces_of in (lambda data: data.splitlines(keepends=True), _single):
        size = len(pieces_of(case.data)) // 2
        while size and tries > 0:
            place = 0
            while place < len(parts := pieces_of(case.data)) and tries > 0:
                times = case.times
                if times and pieces_of is not _single:
                    times = times[:place] + times[place + size :] or times[:1]
                less = Case(
                    form=case.form, data=b"".join(parts[:place] + parts[place + size :]),
                    times=times, headless=case.headless, seed=case.seed,
                )  # fmt: skip
                tries -= 1
                if fails(less):
                    case = less
                else:
                    place += size
            size //= 2
    return case


def _single(data: bytes) -> list[bytes]:
    return [data[place : place + 1] for place in range(len(data))]
