"""The scenarios of a dirty sea: one row each, after the rows of ``scenario``.

They have positions, numbers or stops that no honest sea has.
"""

from __future__ import annotations

from functools import partial

from monitor.simulator import dirty, stops
from monitor.simulator.cast import FLEET_THINNING, MANY, Scenario, each
from monitor.simulator.fleet import dirty_fleet, jammed_calls, jammed_harbour

DIRTY_SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="dirty-fleet",
        description="6 to 15 vessels of a spoofed, jammed and badly heard sea, and honest ones.",
        cast=dirty_fleet,
        days=5.0,
        is_fleet=True,
        thinning=FLEET_THINNING,
        reception=MANY,
    ),
    Scenario(
        name="spoofed",
        description="Positions at an airport, on a quay or on a circle, for a minute to two hours.",
        cast=each([dirty.spoofed]),
    ),
    Scenario(
        name="spoofed-throughout",
        description="Calls without one true position: nobody can know of them.",
        cast=each([dirty.spoofed_throughout], times=2),
        days=2.0,
    ),
    Scenario(
        name="spoofed-area",
        description="All ships off one port are spoofed at once.",
        cast=jammed_calls,
        days=3.0,
    ),
    Scenario(
        name="spoofed-harbour",
        description="Ships in the harbours of both ports, and a jammer at one of them.",
        cast=jammed_harbour,
        days=2.0,
    ),
    Scenario(
        name="misplaced",
        description="Latitude and longitude swapped, or latitude zero, for a few reports.",
        cast=each([dirty.misplaced]),
        days=3.0,
    ),
    Scenario(
        name="shared-number",
        description="Two ships, one MMSI: the second lies at the other port and is heard at times.",
        cast=each([partial(dirty.shared_number, often=often) for often in (False, True)], times=1),
    ),
    Scenario(
        name="strangers",
        description="One MMSI that is used at 140 places of the world as well.",
        cast=each([dirty.strangers], times=2),
        days=3.0,
    ),
    Scenario(
        name="restless-anchor",
        description="At anchor: sheering by 40 to 85 m, or swinging with the wind on a long chain.",
        cast=each([stops.sheering, stops.wind_swung], times=2),
        days=3.0,
    ),
    Scenario(
        name="noisy-alongside",
        description="Alongside with noise of 5 to 11 m, a report each 20 to 30 s.",
        cast=each([stops.noisy_alongside]),
        days=2.0,
    ),
    Scenario(
        name="two-antennas",
        description="Positions of two antennas, 120 m apart, each for an hour.",
        cast=each([stops.two_antennas]),
    ),
    Scenario(
        name="coarse",
        description="Positions rounded to 1/10 minute or three decimals; or type 27 first.",
        cast=each(
            [
                partial(dirty.coarse, rounding="tenth_minute"),
                partial(dirty.coarse, rounding="three_decimals"),
                dirty.long_range_first,
            ],
            times=2,
        ),
    ),
    Scenario(
        name="satellite-only",
        description="Heard by satellite only: a minute or ten every three to five hours.",
        cast=each([dirty.satellite_only], times=12),
    ),
    Scenario(
        name="dark-until-seen",
        description="Dark at sea and on again alongside, hours or minutes before casting off.",
        cast=each([dirty.dark_until_casting_off, dirty.dark_until_alongside], times=2),
    ),
    Scenario(
        name="left-dark-back",
        description="Leaves, is dark from 3 NM off, and is back three days later.",
        cast=each([dirty.left_dark_back], times=2),
        days=5.0,
    ),
    Scenario(
        name="frozen",
        description="Under way off the port; for 30 to 100 minutes the position stays the same.",
        cast=each([dirty.frozen], times=4),
        days=2.0,
    ),
    Scenario(
        name="ship-to-ship",
        description="Two ships side by side in the open approach for eight hours: no call.",
        cast=each([stops.ship_to_ship], times=2),
        days=2.0,
    ),
    Scenario(
        name="quick-ferry",
        description="Fifteen minutes alongside, and off again.",
        cast=each([stops.quick_ferry]),
        days=2.0,
    ),
    Scenario(
        name="warped",
        description="Shifts to the next berth at 0.4 kn.",
        cast=each([stops.warped]),
        days=3.0,
    ),
    Scenario(
        name="berth-then-anchorage",
        description="First heard at her berth, then at anchor: one call.",
        cast=each([stops.berth_then_anchorage]),
        days=2.0,
    ),
    Scenario(
        name="bad-fix",
        description="Single fixes 0.8 to 2 km off, each told twice, 2 s apart.",
        cast=each([dirty.bad_fix]),
        days=3.0,
    ),
)
