"""What must hold of any bytes: nothing raises, all is counted and storable, the cut is nothing."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from monitor.decode.dating import EARLIEST
from monitor.decode.decoder import Decoder, Told
from monitor.decode.forms import form_of, make_decoder
from monitor.engine.geofence import FenceSet
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.errors import InputError
from monitor.model import FIX, Lines, Refusal, Reports
from monitor.store.batch import make_batch, put_positions
from monitor.store.claims import Claims
from monitor.units import DAY_US
from tests.storable import must_fit
from tests.unit.decode.live_lines import NOW

UNTIL = NOW + DAY_US
"""us; what is stamped later is nonsense."""

MOST_DATED = UNTIL + DAY_US
"""us; a sentence's second may lie a little beyond the stamp of its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Bytes of one form, how they come, and how they are cut."""

    form: str
    data: bytes
    times: tuple[int, ...] = ()  # us; when the lines of a live feed were received. (): it is a log
    headless: bool = False  # its heading was changed: it may be no log at all
    seed: int = 0  # of the cutting

    def pieces(self) -> list[tuple[bytes, Any]]:
        """Cut at some ends of lines (a journal anywhere), each with the times of its lines."""
        data = self.whole()[0]
        chance = random.Random(self.seed)
        ends = [place + 1 for place, byte in enumerate(data) if byte == ord("\n")]
        if self.form == "journal":
            ends = [chance.randrange(len(data) + 1) for _ in range(8)]
        if self.headless:  # whether it is a log at all, its first lines say together
            ends = ends[8:]
        if self.seed % 8:
            ends = chance.sample(ends, min(len(ends), 1 + self.seed % 5))
        edges = sorted({0, *ends, len(data)})
        received = self.whole()[1]
        found: list[tuple[bytes, Any]] = []
        line = 0
        for a, b in pairwise(edges):
            count = data.count(b"\n", a, b)
            found.append((data[a:b], None if received is None else received[line : line + count]))
            line += count
        return found or [(data, received)]

    def whole(self) -> tuple[bytes, Any]:
        """All at once; a live feed hands on whole lines only."""
        if not self.times:
            return self.data, None
        data = self.data if self.data.endswith(b"\n") else self.data + b"\n"
        places = np.minimum(np.arange(data.count(b"\n")), len(self.times) - 1)
        times = np.maximum.accumulate(np.array(self.times, dtype=np.int64))
        return data, times[places]


@dataclass(slots=True, kw_only=True)
class Said:
    """What came of a case, put together."""

    positions: int
    decoded: list[Any]  # what the decoder said: compared between cuttings
    fixes: bytes
    findings: list[str]
    refusals: Counter[tuple[str, str]]
    unfinished: bool  # some ships are to be taken again (late reports): only then it is settled


def hold(case: Case, fences: FenceSet) -> int:
    """Hold a case against everything; the number of positions. Whatever does not hold, raises."""
    whole = _taken(case, [case.whole()], fences, restarts=False)
    cut = _taken(case, case.pieces(), fences, restarts=case.seed % 2 == 0)
    if whole is None or cut is None:
        assert whole is cut, "one cutting is refused, another is not"
        return 0
    for mine, other, what in zip(whole.decoded, cut.decoded, PARTS, strict=True):
        assert mine == other, f"the cut changes the {what}"
    if whole.unfinished or cut.unfinished:
        return whole.positions
    assert whole.findings == cut.findings, "the cut changes what is told"
    assert whole.fixes == cut.fixes, "the cut changes the fixes"
    assert whole.refusals == cut.refusals, "the cut changes what is refused"
    return whole.positions


PARTS = ("positions", "static reports", "refusals", "kinds", "clock", "number of lines")


def _taken(
    case: Case, pieces: list[tuple[bytes, Any]], fences: FenceSet, *, restarts: bool
) -> Said | None:
    """Decode pieces and run the pipe on them; None: InputError, where it may be raised."""
    told = Told(until=UNTIL)
    decoder = make_decoder(form_of(case.form), told=told)
    pipeline, claims = Pipeline(fences), Claims()
    outcomes: list[Outcome] = []
    reports: list[Reports] = []
    seq = 0
    waiting = [(*piece, place == len(pieces) - 1) for place, piece in enumerate(pieces)]
    while waiting:
        data, received_at, last = waiting.pop(0)
        lines = Lines(data=data, source="log", received_at=received_at)
        try:
            found = decoder.decode(lines, final=last and received_at is None)
        except InputError:
            assert case.headless, "InputError, and the heading is good"
            return None
        if decoder.more:
            waiting.insert(0, (b"", received_at, last))
        _must_be_good(found, received_at)
        outcome = pipeline.take("log", found)
        outcomes.append(outcome)
        found.positions["seq"] += seq
        for static in found.statics:
            static.seq += seq
        seq += max(found.lines, found.arrivals)
        reports.append(found)
        if restarts:
            decoder = _restarted(decoder, case.form, told)
    outcomes.append(pipeline.finish())
    assert not pipeline.waiting, "reports wait at the end"
    said = _put_together(reports, outcomes)
    _must_be_counted(said)
    for outcome in outcomes:
        numbers = {name: 1 + place for place, name in enumerate(pipeline.sources)}
        batch = make_batch(outcome, pipeline.snapshot(), [], numbers, claims)
        put_positions(batch, outcome, numbers, fences, packs=False)
        json.dumps(batch.snapshot.head).encode()
        for row in (*batch.identities, *batch.who, *batch.events, *batch.calls):
            assert not any(isinstance(field, str) and "\0" in field for field in row)
    return said


def _restarted(decoder: Decoder, form: str, told: Told) -> Decoder:
    kept = json.dumps(decoder.state())
    decoder = make_decoder(form_of(form), told=told)
    decoder.restore(json.loads(kept))
    return decoder


def _must_be_good(reports: Reports, received_at: Any) -> None:
    """Values that the columns of the store take, each line with its time, all counts positive."""
    rows = reports.positions
    assert rows.dtype == FIX
    assert reports.clock is not None
    clock = reports.clock
    assert len(clock) == reports.lines or reports.settled  # a journal has ticks, too
    assert np.all(np.diff(clock) >= 0), "the clock goes back"
    if received_at is not None:
        assert reports.lines == len(received_at), "a line of the feed is not counted"
    for name in ("at", "received_at"):
        assert np.all((rows[name] >= EARLIEST - DAY_US) & (rows[name] <= MOST_DATED)), name
    for name in MEASURES:
        assert not np.any(np.isinf(rows[name])), name
    for name, low, high in BOUNDS:
        wrong = (rows[name] < low) | (rows[name] > high)
        assert not np.any(wrong), f"{name} {rows[name][wrong].tolist()}"
    for report in reports.statics:
        must_fit(report.static)
        assert EARLIEST - DAY_US <= report.at <= MOST_DATED
    known = {reason.value for reason in Refusal}
    assert all(count > 0 and why in known for (_, why), count in reports.refusals.items())
    assert all(count > 0 and kind for (_, kind), count in reports.kinds.items())
    assert sum(reports.kinds.values()) >= max(len(rows), len(reports.statics))


MEASURES = ("sog_kn", "cog_deg", "heading_deg", "turn_deg_min", "lon", "lat")
BOUNDS = (("heading_deg", 0, 360), ("status", -1, 15), ("type", 0, 28), ("line", 1, 2**40))


def _put_together(reports: list[Reports], outcomes: list[Outcome]) -> Said:
    refusals, kinds = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    rows: list[str] = []
    for one in reports:
        refusals.update(one.refusals)
        kinds.update(one.kinds)
        for row in one.positions.tolist():
            name = one.sources[row[SOURCE]] if one.sources else ""
            rows.append(repr((name, *row[:SOURCE], *row[SOURCE + 1 :])))
    statics = [
        (r.at, r.received_at, r.seq, one.sources[r.source] if one.sources else "", r.static)
        for one in reports
        for r in one.statics
    ]
    clock = [at for one in reports if one.clock is not None for at in one.clock.tolist()]
    lines = sum(one.lines for one in reports)
    fixes = np.concatenate([np.zeros(0, dtype=FIX), *(one.fixes for one in outcomes)])
    fixes = fixes[np.lexsort((fixes["seq"], fixes["at"], fixes["mmsi"]))]
    fixes["source"] = 0
    in_all = Counter[tuple[str, str]]()
    for outcome in outcomes:
        in_all.update(outcome.refusals)
    return Said(
        positions=sum(len(one.positions) for one in reports),
        decoded=[rows, statics, refusals, kinds, clock, lines],
        fixes=fixes.tobytes(),
        findings=sorted(repr(one) for outcome in outcomes for one in outcome.findings),
        refusals=in_all,
        unfinished=any(len(one.late) or one.again for one in outcomes),
    )


SOURCE = list(FIX.names or ()).index("source")


def _must_be_counted(said: Said) -> None:
    """Each position is a fix that is believed or is refused for a reason; nothing is silent."""
    refused = sum(said.refusals.values()) - sum(said.decoded[2].values())
    believed = len(said.fixes) // FIX.itemsize
    assert said.positions == believed + refused, (
        f"{said.positions} positions, {believed} fixes, {refused} refused"
    )
