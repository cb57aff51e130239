"""The scenarios: one row each. A new one is a new row."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from monitor.simulator import behaviour, company, talk
from monitor.simulator.cast import FLEET_THINNING, MANY, Scenario, each
from monitor.simulator.december import BEGINS_S, DAYS, december
from monitor.simulator.demo import demo_voyage
from monitor.simulator.dirty_scenario import DIRTY_SCENARIOS
from monitor.simulator.draw import DAY_S, HOUR_S
from monitor.simulator.fleet import fleet
from monitor.simulator.month import DAYS as MONTH_DAYS
from monitor.simulator.month import HOLE, OUTAGES, month
from monitor.simulator.month_said import REPORT_S as MONTH_REPORT_S
from monitor.simulator.radio import Thinning
from monitor.simulator.receiver import Hearing

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
        cast=fleet,
        is_fleet=True,
        thinning=FLEET_THINNING,
        reception=MANY,
    ),
    Scenario(
        name="call",
        description="Calls: in, sometimes anchored first, alongside, sometimes shifted, out.",
        cast=each([behaviour.call]),
    ),
    Scenario(
        name="anchored-call",
        description="Calls that anchor first and then berth.",
        cast=each([partial(behaviour.call, anchors=True, shifts=False)]),
    ),
    Scenario(
        name="berth-shift",
        description="Calls with a shift from one berth to another: one call, two stages.",
        cast=each([partial(behaviour.call, anchors=False, shifts=True)]),
    ),
    Scenario(
        name="partial-call",
        description="First seen inside, inside throughout, still inside when the log ends.",
        cast=each(
            [
                behaviour.first_seen_inside,
                behaviour.inside_throughout,
                behaviour.last_seen_inside,
            ],
            times=2,
        ),
        days=2.0,
    ),
    Scenario(
        name="transit",
        description="Passes through the approach, 5 to 10 NM off, without a stop: no call.",
        cast=each([behaviour.transit], times=4),
        days=1.0,
    ),
    Scenario(
        name="anchoring",
        description="Anchors, swings on a circle of 100 to 250 m, leaves without berthing.",
        cast=each([behaviour.anchoring]),
        days=3.0,
    ),
    Scenario(
        name="waiting",
        description="Makes no way 14 to 28 NM off a port for hours, and goes away: no call.",
        cast=each([behaviour.waiting], times=3),
        days=1.5,
    ),
    Scenario(
        name="border-jitter",
        description="Slow steaming over the border of the approach and the harbour mouth: no call.",
        cast=each([behaviour.approach_jitter, behaviour.harbour_jitter], times=2),
        days=2.0,
    ),
    Scenario(
        name="missing-sog",
        description="Calls of ships that never send a speed.",
        cast=each([behaviour.missing_sog]),
    ),
    Scenario(
        name="wrong-status",
        description='Status "under way" all the time, or "moored" all the time.',
        cast=each(
            [
                partial(behaviour.wrong_status, status="always_zero"),
                partial(behaviour.wrong_status, status="always_moored"),
            ],
            times=2,
        ),
    ),
    Scenario(
        name="false-sog",
        description="Moored, position fixed, yet up to 6.8 kn sent for hours.",
        cast=each([behaviour.false_sog]),
    ),
    Scenario(
        name="dark-transfer",
        description="Dark alongside at Tartus, alongside at Tobruk some three days later.",
        cast=each([behaviour.dark_transfer], times=2),
        days=4.2,
    ),
    Scenario(
        name="dark-alongside",
        description="Dark for part of a stay and back at the same berth: one call.",
        cast=each([behaviour.dark_alongside]),
    ),
    Scenario(
        name="teleport",
        description="Single positions more than 100 km away, by one wrong bit.",
        cast=each([behaviour.teleport]),
    ),
    Scenario(
        name="clone",
        description="Two ships, one MMSI: the second one sails far away.",
        cast=each([behaviour.clone], times=2),
    ),
    Scenario(
        name="receivers",
        description="Several receivers: duplicates, 20 s delays, bad checksums, mixed parts.",
        cast=each([behaviour.call, behaviour.anchoring], times=2),
        reception=Hearing(echo_share=0.6, longest_delay_s=20.0, garbled_share=0.02, interleaved=20),
    ),
    Scenario(
        name="class-b",
        description="Calls of small vessels with class B: no status, name in two halves.",
        cast=each([behaviour.class_b_call]),
    ),
    Scenario(
        name="long-range",
        description="Calls in which for some hours only type 27 is heard.",
        cast=each([behaviour.long_range]),
    ),
    Scenario(
        name="company",
        description="Ships that meet at sea or sail together, and some that only seem to.",
        cast=each(
            [
                company.meeting,
                company.brief,
                company.neighbours,
                company.tow,
                company.convoy,
                company.lane,
                company.crossing,
            ],
            times=1,
        ),
        days=1.5,
        thinning=Thinning(moving=15.0, stationary=2.0),
    ),
    Scenario(
        name="sayings",
        description="Names and destinations that change, slip, or are said by turns.",
        cast=each([talk.renamed, talk.slips, talk.by_turns, talk.rebound, talk.respelt], times=2),
        days=2.0,
        thinning=Thinning(moving=2.0, stationary=1.5),
        reception=Hearing(echo_share=0.2, longest_delay_s=20.0, static_every_s=talk.REPORT_S),
    ),
    *(replace(row, is_dirty=True) for row in DIRTY_SCENARIOS),
    Scenario(
        name="december",
        description="A fleet leaves Tartus: to Tobruk, to the Baltic, dark; decoys; an outage.",
        cast=december,
        begins_s=BEGINS_S,
        days=DAYS,
        is_dirty=True,
        thinning=Thinning(moving=6.0, stationary=6.0),
        reception=Hearing(
            echo_share=0.02,
            deaf=(("tartus", 9.0 * DAY_S, 10.5 * DAY_S), ("tobruk", 20.0 * DAY_S, 20.75 * DAY_S)),
        ),
    ),
    Scenario(
        name="month",
        description="A month at sea: gaps, gates, waits, meetings, convoys, words, as they come.",
        cast=month,
        days=MONTH_DAYS,
        is_dirty=True,
        thinning=Thinning(moving=90.0, stationary=15.0),
        reception=Hearing(
            echo_share=0.02,
            static_every_s=MONTH_REPORT_S,
            deaf=tuple((who, begin * HOUR_S, end * HOUR_S) for who, begin, end in OUTAGES),
            holes=(HOLE,),
        ),
    ),
)
