"""Detectors, as two visible lists: a new one is a file and a row.

Those of the first stage look at ships one by one, in order: each sees what those above it found.
Those of the second look at places, and see all that the first stage found. So ships can be dealt
out to several engines, and places be looked at behind them.
"""

from __future__ import annotations

from monitor.engine.detect.detector import AnyDetector
from monitor.engine.detect.pair.convoy import Convoys
from monitor.engine.detect.pair.meeting import Meetings
from monitor.engine.detect.place.interference import Interference
from monitor.engine.detect.port.elsewhere import CallsElsewhere
from monitor.engine.detect.port.unseen import UnseenCrossings
from monitor.engine.detect.port.visit import Visits
from monitor.engine.detect.vessel.area import Areas
from monitor.engine.detect.vessel.astray import Strays
from monitor.engine.detect.vessel.changed import Identities
from monitor.engine.detect.vessel.contrary import Contraries
from monitor.engine.detect.vessel.declared import Declarations
from monitor.engine.detect.vessel.draught import Draughts
from monitor.engine.detect.vessel.gap import Gaps
from monitor.engine.detect.vessel.gates import Gates
from monitor.engine.detect.vessel.laden import Loads
from monitor.engine.detect.vessel.reach import Reaches
from monitor.engine.detect.vessel.voyage import Voyages
from monitor.engine.detect.vessel.waiting import Waits

BY_SHIP: tuple[type[AnyDetector], ...] = (
    Visits,
    UnseenCrossings,
    Voyages,
    Areas,
    Identities,
    Declarations,
    Contraries,
    CallsElsewhere,
    Draughts,
    Gaps,
    Loads,
    Reaches,
    Gates,
    Waits,
    Strays,
)

BY_PLACE: tuple[type[AnyDetector], ...] = (
    Meetings,
    Convoys,
    Interference,
)
