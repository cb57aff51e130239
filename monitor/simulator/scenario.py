"""The scenarios: one row each. A new one is a new row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from monitor.simulator import behaviour
from monitor.simulator.demo import demo_voyage
from monitor.simulator.draw import Draw
from monitor.simulator.radio import Thinning
from monitor.simulator.receiver import Hearing
from monitor.simulator.ship import Ship

Behaviour = Callable[[Draw], list[Ship]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named sea. Its log is ``days`` long; a fleet draws its own length up to that."""

    name: str
    description: str
    cast: Callable[[Draw], list[Ship]]
    days: float = 4.0
    is_fleet: bool = False
    thinning: Thinning = field(default_factory=Thinning)
    reception: Hearing = field(default_factory=Hearing)


def _each(behaviours: Sequence[Behaviour], times: int = 3) -> Behaviour:
    """Cast every behaviour so many times."""

    def cast(draw: Draw) -> list[Ship]:
        return [ship for act in behaviours for _ in range(times) for ship in act(draw)]

    return cast


FLEET: tuple[tuple[float, Behaviour], ...] = (
    (5.0, behaviour.call),
    (1.5, behaviour.class_b_call),
    (1.5, behaviour.first_seen_inside),
    (0.7, behaviour.inside_throughout),
    (1.5, behaviour.last_seen_inside),
    (2.0, behaviour.transit),
    (2.0, behaviour.anchoring),
    (1.0, behaviour.approach_jitter),
    (0.8, behaviour.harbour_jitter),
    (1.0, behaviour.missing_sog),
    (1.5, behaviour.wrong_status),
    (1.0, behaviour.false_sog),
    (1.0, behaviour.dark_alongside),
    (1.5, behaviour.teleport),
    (1.0, behaviour.clone),
    (1.0, behaviour.long_range),
)
"""Weight and behaviour; ``dark_transfer`` joins where the log is long enough for it."""

FLEET_SIZE = (6, 14)
DARK_TRANSFER_DAYS = 4.0
DARK_TRANSFER_SHARE = 0.8


def _fleet(draw: Draw) -> list[Ship]:
    wanted = int(draw.rng.integers(FLEET_SIZE[0], FLEET_SIZE[1] + 1))
    total = sum(weight for weight, _ in FLEET)
    odds = [weight / total for weight, _ in FLEET]
    ships: list[Ship] = []
    if draw.until_s - draw.from_s >= DARK_TRANSFER_DAYS * 86_400 and (
        draw.rng.random() < DARK_TRANSFER_SHARE
    ):
        ships += behaviour.dark_transfer(draw)
    while len(ships) < wanted - 1:
        ships += FLEET[int(draw.rng.choice(len(FLEET), p=odds))][1](draw)
    return ships if len(ships) >= wanted else ships + behaviour.call(draw)


_CLEAN = Hearing(echo_share=0.0, longest_delay_s=2.0)

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="voyage",
        description="The demo: one ship from Tartus to Tobruk, dark at sea, with neighbours.",
        cast=demo_voyage,
        days=5.0,
        thinning=Thinning(moving=3.0, stationary=3.0),
        reception=Hearing(echo_share=0.05, longest_delay_s=3.0, garbled_share=0.001),
    ),
    Scenario(
        name="fleet",
        description="6 to 14 vessels drawn from all behaviours, several receivers, bad lines.",
        cast=_fleet,
        is_fleet=True,
        thinning=Thinning(moving=4.0, stationary=3.5),
        reception=Hearing(
            echo_share=0.15, longest_delay_s=20.0, garbled_share=0.004, interleaved=6
        ),
    ),
    Scenario(
        name="call",
        description="Calls: in, sometimes anchored first, alongside, sometimes shifted, out.",
        cast=_each([behaviour.call]),
        reception=_CLEAN,
    ),
    Scenario(
        name="anchored-call",
        description="Calls that anchor first and then berth.",
        cast=_each([partial(behaviour.call, anchors=True, shifts=False)]),
        reception=_CLEAN,
    ),
    Scenario(
        name="berth-shift",
        description="Calls with a shift from one berth to another: one call, two stages.",
        cast=_each([partial(behaviour.call, anchors=False, shifts=True)]),
        reception=_CLEAN,
    ),
    Scenario(
        name="partial-call",
        description="First seen inside, inside throughout, still inside when the log ends.",
        cast=_each(
            [
                behaviour.first_seen_inside,
                behaviour.inside_throughout,
                behaviour.last_seen_inside,
            ],
            times=2,
        ),
        days=2.0,
        reception=_CLEAN,
    ),
    Scenario(
        name="transit",
        description="Passes through the approach, 5 to 10 NM off, without a stop: no call.",
        cast=_each([behaviour.transit], times=4),
        days=1.0,
        reception=_CLEAN,
    ),
    Scenario(
        name="anchoring",
        description="Anchors, swings on a circle of 100 to 250 m, leaves without berthing.",
        cast=_each([behaviour.anchoring]),
        days=3.0,
        reception=_CLEAN,
    ),
    Scenario(
        name="border-jitter",
        description="Slow steaming over the border of the approach and the harbour mouth: no call.",
        cast=_each([behaviour.approach_jitter, behaviour.harbour_jitter], times=2),
        days=2.0,
        reception=_CLEAN,
    ),
    Scenario(
        name="missing-sog",
        description="Calls of ships that never send a speed.",
        cast=_each([behaviour.missing_sog]),
        reception=_CLEAN,
    ),
    Scenario(
        name="wrong-status",
        description='Status "under way" all the time, or "moored" all the time.',
        cast=_each(
            [
                partial(behaviour.wrong_status, status="always_zero"),
                partial(behaviour.wrong_status, status="always_moored"),
            ],
            times=2,
        ),
        reception=_CLEAN,
    ),
    Scenario(
        name="false-sog",
        description="Moored, position fixed, yet up to 6.8 kn sent for hours.",
        cast=_each([behaviour.false_sog]),
        reception=_CLEAN,
    ),
    Scenario(
        name="dark-transfer",
        description="Dark alongside at Tartus, alongside at Tobruk some three days later.",
        cast=_each([behaviour.dark_transfer], times=2),
        days=4.2,
        reception=_CLEAN,
    ),
    Scenario(
        name="dark-alongside",
        description="Dark for part of a stay and back at the same berth: one call.",
        cast=_each([behaviour.dark_alongside]),
        reception=_CLEAN,
    ),
    Scenario(
        name="teleport",
        description="Single positions more than 100 km away, by one wrong bit.",
        cast=_each([behaviour.teleport]),
        reception=_CLEAN,
    ),
    Scenario(
        name="clone",
        description="Two ships, one MMSI: the second one sails far away.",
        cast=_each([behaviour.clone], times=2),
        reception=_CLEAN,
    ),
    Scenario(
        name="receivers",
        description="Several receivers: duplicates, 20 s delays, bad checksums, mixed parts.",
        cast=_each([behaviour.call, behaviour.anchoring], times=2),
        reception=Hearing(echo_share=0.6, longest_delay_s=20.0, garbled_share=0.02, interleaved=20),
    ),
    Scenario(
        name="class-b",
        description="Calls of small vessels with class B: no status, name in two halves.",
        cast=_each([behaviour.class_b_call]),
        reception=_CLEAN,
    ),
    Scenario(
        name="long-range",
        description="Calls in which for some hours only type 27 is heard.",
        cast=_each([behaviour.long_range]),
        reception=_CLEAN,
    ),
)
