"""A vessel whose positions cannot all be those of one ship: which of them are believed.

No ship leaps. A position that no ship could have reached opens a *candidate*; the track goes on
when fixes follow it. Receivers, spoofers and shared numbers make leaps that last from a second to
days, so how many fixes agree proves nothing by itself; what the track does meanwhile does:

    the track is heard meanwhile        after SECOND_SHIP_US a second ship on the number
    the track is silent, for long       a track of its own: whether the same ship is not known
    the track was hardly heard before   the track goes on there: nobody is locked out by one error
    the track goes on                   the candidate was none: its fixes are refused

The second and the third are a *leap*, a contradiction: nothing may be concluded from the way there.
Should the old track be heard again after all, it goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.engine.candidate import Astray, Became, Candidacy, Candidate, Stray, Taken, Way
from monitor.engine.reach import (
    SPEED_MARGIN,
    STRAY_US,
    Known,
    away_m,
    doubted,
    follows,
    hardly,
    is_frozen,
    known_by,
    needed_kn,
)
from monitor.model import Fix
from monitor.units import DAY_US, HOUR_US, MINUTE_US, NO_TIME

CONFIRMING_FIXES = 3
"""Fixes that must agree before a candidate is believed: bit errors never agree in threes."""

SECOND_SHIP_US = 20 * MINUTE_US
"""A candidate heard for as long, in turn with the track, is a ship of her own. Spoofing mostly
silences the true positions meanwhile; a stranger's minute is not worth a second ship."""

SURELY = 2
"""What counts for a track that was heard between two fixes within an hour. Farther apart she may
have leapt to and fro between them: that must have been so twice."""

QUIET_US = HOUR_US
"""Of several ships, one that fell silent no longer before a candidate began may be there."""

TAKEOVER_US = 6 * HOUR_US
"""A candidate heard for as long, while the track is silent, is where the number is said to be now.
Spoofing of the eastern Mediterranean lasts minutes to some hours at a time."""

OUTWEIGHS = 2
"""So many times as long is longer for certain: spoofing comes and goes by the half hour."""

YOUNG_US = 10 * MINUTE_US
"""A track that was heard for less is no better known than a candidate heard for as long."""

HELD_US = 12 * HOUR_US
"""Fixes further apart do not confirm each other: by then a ship may be anywhere (720 NM). Sparser
than two passes of a satellite a day nothing can be told apart."""

MOST_CANDIDATES = 8
"""Kept of one number; beyond it the one not heard for longest is refused."""

MOST_HELD = 60
"""Fixes kept of one candidate: one in six minutes of TAKEOVER_US. Beyond it every other is
refused."""

MOST_SHIPS = 16
"""Ships told apart on one number. Hundreds were recorded on some (111111, 123456); what is beyond
is refused and counted."""

TRACK_END_US = 7 * DAY_US
"""A second ship not heard for this long is forgotten; should she come back, she is new. Heard once
a day by a satellite she must be known again."""

DIRECT_US = 15 * MINUTE_US
"""Of several places of one number, that goes on which is within what a ship can make in this time;
further off it may be any of them, or another spoofed one."""

KNOWN_AGAIN_US = 3 * HOUR_US
"""There, a candidate that one of them can be must be heard alone for as long."""


@dataclass(slots=True)
class Odd:
    """A vessel with several tracks or with candidates."""

    tracks: dict[int, Fix] = field(default_factory=dict)  # number -> last fix
    held: list[Candidate] = field(default_factory=list)
    several: bool = False  # ships were told apart on the number
    since_at: int = 0  # us; since when track 0 is heard without a leap
    known: dict[int, Known] = field(default_factory=dict)  # number -> what else is known of it
    left: Fix | None = None  # where track 0 was before it leapt while it was young
    left_us: int = 0  # for how long it was heard there
    astray: Fix | None = None  # where she was heard last where no ship can have come


@dataclass(slots=True)
class Sorting:
    """Sorts out the fixes of one odd vessel, in order of time."""

    mmsi: int
    odd: Odd
    taken: list[Taken] = field(default_factory=list)
    refused: list[Fix] = field(default_factory=list)  # leaps, or not kept
    frozen: list[Fix] = field(default_factory=list)
    repeated: list[Fix] = field(default_factory=list)  # of an instant that was
    came: list[Candidacy] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    _heard_at: int | None = None  # us; the last instant of which there was a fix

    def __post_init__(self) -> None:
        """What was heard before counts."""
        heard = [*self.odd.tracks.values(), *(one.fixes[-1] for one in self.odd.held)]
        self._heard_at = max((fix.at for fix in heard), default=None)

    def take(self, fix: Fix) -> None:
        """Take the next fix."""
        odd = self.odd
        self._forget(fix.at)
        if self._heard_at is not None and fix.at <= self._heard_at:
            self.repeated.append(fix)
            return
        self._heard_at = fix.at
        if not odd.tracks and not odd.held:
            odd.since_at = fix.at
            self._accept(Taken(fix, 0, fix.at))
        elif (number := self._track_of(fix)) is not None and not self._stays(fix, number):
            if is_frozen(odd.tracks[number], fix, under_way=odd.known[number].under_way):
                self.frozen.append(fix)
                self.strays.append(Stray(Astray.FROZEN, fix, fix, None))
                return
            self._go_on(fix, number)
        elif (strayed := self._strayed(fix)) is not None:
            self._go_on(fix, strayed)
        else:
            self._hold(fix)

    def _go_on(self, fix: Fix, number: int) -> None:
        self._accept(Taken(fix, number, fix.at))
        for one in self.odd.held:
            if one.count >= CONFIRMING_FIXES and not one.between:
                self.strays.append(Stray(Astray.BACK, fix, one.fixes[0], one.origin))
            one.between, one.alone_at = True, None

    def _strayed(self, fix: Fix) -> int | None:
        """A track whose last fix only strayed from where this one goes on."""
        odd = self.odd
        for number, last in odd.tracks.items():
            known = odd.known[number]
            if known.before_at == NO_TIME or last.at - known.jump_at >= STRAY_US:
                continue
            before = last._replace(at=known.before_at, lon=known.before_lon, lat=known.before_lat)
            if follows(before, fix) and away_m(before, fix) < away_m(before, last):
                return number
        return None

    def give_up(self, at: int) -> None:
        """Nothing more will come, as is known at ``at`` (us): decide by what was heard."""
        for one in list(self.odd.held):
            if self._outweighs(one):
                self._leap(one, None, at)
            else:
                self._drop(one, at)

    @property
    def plain(self) -> bool:
        """Whether she is odd no more."""
        odd = self.odd
        return not (odd.held or odd.several or odd.left) and odd.tracks.keys() == {0}

    def _forget(self, now: int) -> None:
        odd = self.odd
        if len(odd.tracks) > 1:
            newest = max(last.at for last in odd.tracks.values())  # one is always known
            ends = min(now - TRACK_END_US, newest)
            for number in [n for n, last in odd.tracks.items() if last.at < ends]:
                del odd.tracks[number]
                del odd.known[number]
        if odd.left is not None and now - odd.left.at > TAKEOVER_US:
            odd.left, odd.left_us = None, 0
        for one in [c for c in odd.held if now - c.fixes[-1].at > HELD_US]:
            self._drop(one, now)

    def _track_of(self, fix: Fix) -> int | None:
        """The nearest track that goes on with a fix."""
        tracks = self.odd.tracks
        direct = len(tracks) > 1 or self._leapt_meanwhile(fix)
        near = [
            (away_m(last, fix), number)
            for number, last in tracks.items()
            if follows(last, fix, within_us=DIRECT_US if direct else None)
            and not doubted(last, fix)
        ]
        return min(near)[1] if near else None

    def _leapt_meanwhile(self, fix: Fix) -> bool:
        """Whether her only ship lay at rest, was said to be elsewhere since, and is now, too.

        Spoofed first to one place and then to another, she has not sailed to the second because
        there was time for it; but who did sail there says that she makes such a speed.
        """
        last, known = self.odd.tracks.get(0), self.odd.known.get(0)
        if last is None or known is None or known.under_way:
            return False
        elsewhere = any(
            one.count >= CONFIRMING_FIXES and one.fixes[-1].at > last.at for one in self.odd.held
        )
        return elsewhere and needed_kn(last, fix) > SPEED_MARGIN * fix.sog_kn

    def _stays(self, fix: Fix, number: int) -> bool:
        """Whether a fix goes on with a candidate rather than with a track that could reach it.

        A place that could not be reached when the candidate began can be after some hours: by
        that, nobody has gone there.
        """
        last = self.odd.tracks[number]
        return any(
            one.fixes[-1].at > last.at
            and follows(one.fixes[-1], fix)
            and away_m(one.fixes[-1], fix) < away_m(last, fix)
            for one in self.odd.held
        )

    def _hold(self, fix: Fix) -> None:
        odd = self.odd
        within = None if self._young() else DIRECT_US
        near = [
            (away_m(one.fixes[-1], fix), place)
            for place, one in enumerate(odd.held)
            if follows(one.fixes[-1], fix, within_us=within)
        ]
        if not near:
            if len(odd.held) >= MOST_CANDIDATES:
                self._drop(min(odd.held, key=lambda one: one.fixes[-1].at), fix.at)
            from_ = min(odd.tracks, key=lambda n: away_m(odd.tracks[n], fix), default=None)
            origin = None if from_ is None else odd.tracks[from_]
            odd.held.append(Candidate([fix], origin, from_, alone_at=fix.at))
            return
        one = odd.held[min(near)[1]]
        apart = fix.at - one.fixes[-1].at
        if one.between and apart <= one.meanwhile_us:
            one.meanwhile += SURELY if apart <= HOUR_US else 1
        one.between = False
        if one.alone_at is None:
            one.alone_at = fix.at
        one.fixes.append(fix)
        one.count += 1
        if len(one.fixes) > MOST_HELD:
            self.refused += one.fixes[1:-1:2]
            del one.fixes[1:-1:2]
        self._decide(one, fix.at)

    def _decide(self, one: Candidate, now: int) -> None:
        if one.count < CONFIRMING_FIXES:
            return
        known = self._known_again(one)
        if known is None and not self._young() and not self._returns(one):
            self._astray(one)
        least = TAKEOVER_US if self._may_be_one_of_them(one) else SECOND_SHIP_US
        if one.meanwhile >= SURELY and now - one.fixes[0].at >= least:
            self._become(one, one.fixes, known, Became.SECOND_SHIP, now)
            return
        alone = one.alone
        if len(alone) >= CONFIRMING_FIXES and now - alone[0].at >= self._takeover_us(one, known):
            self._leap(one, known, now)

    def _may_be_one_of_them(self, one: Candidate) -> bool:
        """Whether another ship than those heard meanwhile fell silent when it began."""
        tracks, first = self.odd.tracks.values(), one.fixes[0]
        return any(0 < first.at - last.at <= QUIET_US for last in tracks)

    def _astray(self, one: Candidate) -> None:
        """Several fixes agree where none of her tracks can have led, and none returns."""
        fix, alone = one.fixes[-1], not one.meanwhile
        if alone:
            self.odd.astray = fix
        first, last = (one.alone or one.fixes)[0], self.odd.tracks.get(one.origin_number or 0)
        self.strays.append(Stray(Astray.LEAPT, fix, first, last or one.origin, alone))

    def _known_again(self, one: Candidate) -> int | None:
        """A track that was silent for long, and may be that of the candidate."""
        first = one.fixes[0]
        found = [
            (away_m(last, first), number)
            for number, last in self.odd.tracks.items()
            if last.at < first.at and follows(last, first)
        ]
        return min(found)[1] if found else None

    def _takeover_us(self, one: Candidate, known: int | None) -> int:
        """How long a candidate must be heard alone."""
        if self._young():
            return YOUNG_US
        if (doubted_us := self._doubted_us()) is not None:
            return min(max(YOUNG_US, doubted_us), TAKEOVER_US)
        if self._returns(one):
            stayed = self.odd.tracks[0].at - self.odd.since_at
            return min(max(YOUNG_US, stayed - self.odd.left_us), TAKEOVER_US)
        return TAKEOVER_US if known is None else KNOWN_AGAIN_US

    def _young(self) -> bool:
        """Whether her only track is hardly known itself: at all, or behind a long silence."""
        odd = self.odd
        track = odd.tracks.get(0) if len(odd.tracks) == 1 else None
        if track is None or track.at - odd.since_at < YOUNG_US:
            return track is not None
        known = odd.known[0]
        silent = known.before_at != NO_TIME and known.jump_at - known.before_at >= TAKEOVER_US
        return silent and track.at - known.jump_at < YOUNG_US

    def _doubted_us(self) -> int | None:
        """How long a candidate outweighs her only track, first heard behind a silence; None: never.

        There may be false positions behind it as well as true ones. Of two places that is hers
        where she is heard twice as long; as long, if hardly any ship can have gone to the first.
        """
        odd = self.odd
        track = odd.tracks.get(0) if len(odd.tracks) == 1 else None
        if track is None or (known := odd.known[0]).before_at == NO_TIME:
            return None
        if known.jump_at - known.before_at < TAKEOVER_US:
            return None
        before = track._replace(at=known.before_at, lon=known.before_lon, lat=known.before_lat)
        times = 1 if hardly(before, track._replace(at=known.jump_at)) else OUTWEIGHS
        return times * (track.at - known.jump_at)

    def _returns(self, one: Candidate) -> bool:
        """Whether it goes on from where her only track leapt away while it was young.

        Of two places neither is known better by having been heard first, but by having been heard
        for longer.
        """
        odd, first = self.odd, one.fixes[0]
        left = odd.left if odd.tracks.keys() == {0} else None
        return left is not None and first.at - left.at <= TAKEOVER_US and follows(left, first)

    def _outweighs(self, one: Candidate) -> bool:
        """Whether, at the end of all input, the candidate was heard longer than the track."""
        track, alone = self.odd.tracks.get(0), one.alone
        if self.odd.several or track is None or len(alone) < CONFIRMING_FIXES:
            return False
        return alone[-1].at - alone[0].at > max(YOUNG_US, track.at - self.odd.since_at)

    def _leap(self, one: Candidate, known: int | None, now: int) -> None:
        """The number is where the candidate is: as one ship if hardly a track was known before."""
        alone = one.alone
        if known is None and ((back := self._returns(one)) or self._young()):
            known, odd, track = 0, self.odd, self.odd.tracks[0]
            before_us = odd.left_us if back else 0
            odd.left, odd.left_us = track, track.at - odd.since_at
            odd.since_at = alone[0].at - before_us
        self._become(one, alone, known, Became.LEAPT, now)

    def _become(
        self, one: Candidate, fixes: list[Fix], number: int | None, became: Became, now: int
    ) -> None:
        """Believe these fixes of a candidate, as a track that is known or as a new one."""
        odd = self.odd
        new = number is None
        if number is None:
            number = next((n for n in range(MOST_SHIPS) if n not in odd.tracks), None)
        if number is None:
            self._drop(one, now)
            return
        odd.held.remove(one)
        odd.several |= new
        self.refused += [fix for fix in one.fixes if fix.at < fixes[0].at]
        way = Way.NEW if new else Way.FROM_BEFORE
        if became is Became.LEAPT and (new or not follows(odd.tracks[number], fixes[0])):
            way = Way.LEAP
        self._tell(one, became, number, now, fixes[0].at)
        for place, fix in enumerate(fixes):
            self._accept(Taken(fix, number, now, Way.FROM_BEFORE if place else way))

    def _drop(self, one: Candidate, now: int) -> None:
        self.odd.held.remove(one)
        self.refused += one.fixes
        self._tell(one, Became.REFUSED, None, now, None)

    def _tell(
        self, one: Candidate, became: Became, number: int | None, now: int, since: int | None
    ) -> None:
        first, origin = one.fixes[0], one.origin
        away = 0.0 if origin is None else away_m(origin, first)
        came = Candidacy(
            self.mmsi, first, one.fixes[-1], one.count, origin, one.origin_number, away, became,
            number, now, since,
        )  # fmt: skip
        self.came.append(came)

    def _accept(self, taken: Taken) -> None:
        odd, number, fix = self.odd, taken.number, taken.fix
        last = odd.tracks.get(number) if taken.way is Way.FROM_BEFORE else None
        odd.known[number] = known_by(None if last is None else odd.known[number], last, fix)
        self.taken.append(taken)
        odd.tracks[number] = fix
