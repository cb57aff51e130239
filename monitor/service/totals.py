"""What a replay did, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from monitor.model import Event
from monitor.service.reviser import Tally


@dataclass(slots=True)
class Totals:
    """What a replay did, for its closing words."""

    lines: int = 0
    reports: int = 0
    fixes: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    vessels: int = 0
    kinds: dict[str, str] = field(default_factory=dict)  # event id -> kind
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)  # sentences about the logs
    skipped: list[str] = field(default_factory=list)  # logs that held nothing new
    resumed: list[str] = field(default_factory=list)  # logs that went on where they stopped
    damaged: list[str] = field(default_factory=list)  # sentences about logs that were cut short
    stopped: bool = False  # by the user, before the end
    revised: Tally = field(default_factory=Tally)  # ships taken again for late reports

    def add(self, step: Tally) -> None:
        """Count what came of ships that were taken again."""
        self.revised.add(step)
        self.fixes += step.fixes
        self.refusals.update(step.refusals)
        self.refusals = +self.refusals
        for change in step.changes:
            if isinstance(change.finding, Event):
                self.kinds[change.finding.id] = change.finding.kind.value

    @property
    def events(self) -> Counter[str]:
        """Events by kind; changes of their state are not counted again."""
        return Counter(self.kinds.values())
