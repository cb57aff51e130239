"""An alert is one story: what raises it, amends it, reopens it, mutes it and takes it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.alert.life import Act, State
from monitor.alert.message import Severity, Word
from monitor.alert.rules import Rule
from monitor.alert.story import REASONS, Alert, Change, Mute, headline, take, taken_up
from monitor.model import Event, EventKind, EventState
from tests.findings import MMSI, after
from tests.unit.alert.drawn import EPISODE, happened, rule, seen

K = EventKind
ARRIVES = rule()
BERTHS = rule("berths", "info", kind=["Berthed"])
DARK = rule("dark", "warning", kind=["WentDarkInside", "ReappearedInside"])
LEAVES = rule("leaves", "critical", kind=["PortDeparted"])
CROSSES = rule("crosses", kind=["GeofenceEntered", "GeofenceLeft"])
ALL = [ARRIVES, BERTHS, DARK, LEAVES, CROSSES]


class Told:
    """An alert as event after event comes, and what is told of it."""

    def __init__(self, *rules: Rule, mutes: tuple[Mute, ...] = ()) -> None:
        """There is none yet."""
        self.rules = rules or tuple(ALL)
        self.mutes = mutes
        self.alert: Alert | None = None
        self.words: list[str] = []
        self.changes: list[Change] = []

    def take(self, *events: Event, lists: dict[str, str] | None = None) -> Told:
        """Events as they come."""
        for event in events:
            what = seen(event, lists=lists or {})
            met = [one for one in self.rules if what.holds and one.met(what)]
            change = take(self.alert, what, met, self.mutes)
            if change is not None:
                self.alert = change.alert
                self.changes.append(change)
                self.words += [] if change.word is None else [change.word.value]
        return self

    def officer(self, state: State) -> Told:
        """Somebody took care of it."""
        assert self.alert is not None
        self.alert = replace(self.alert, state=state)
        self.words.clear()
        return self

    @property
    def now(self) -> Alert:
        """The alert."""
        assert self.alert is not None
        return self.alert


ARRIVED = happened(1)
BERTHED = happened(2, K.BERTHED, 30)
DARKENED = happened(3, K.WENT_DARK_INSIDE, 60)
BACK = happened(4, K.REAPPEARED_INSIDE, 240)
DEPARTED = happened(5, K.PORT_DEPARTED, 300)


def test_what_meets_no_rule_raises_nothing() -> None:
    assert Told(BERTHS).take(ARRIVED).alert is None


def test_an_alert_is_raised_with_its_reason() -> None:
    told = Told().take(ARRIVED)
    assert told.words == ["raised"]
    alert = told.now
    assert (alert.id, alert.state, alert.severity) == (EPISODE, State.OPEN, Severity.WARNING)
    assert (alert.revision, alert.mmsi, alert.place, alert.name) == (1, MMSI, "tartus", "ALDA")
    (reason,) = alert.reasons
    assert (reason.rules, reason.event, reason.kind) == (("arrives",), ARRIVED.id, "PortArrived")
    assert (alert.raised_at, alert.happened_at) == (after(4), after(3))
    assert alert.headline == "ALDA arrived at Tartus"
    assert (told.changes[0].was, told.changes[0].act) == (None, Act.REOPEN)


def test_1_jitter_at_the_border_is_one_alert_and_is_told_once() -> None:
    """Behaviour 1: six hours of crossings, amendments that nobody is woken for."""
    told = Told()
    for number in range(36):
        kind = K.GEOFENCE_LEFT if number % 2 else K.GEOFENCE_ENTERED
        told.take(happened(number, kind, 10 * number))
    assert told.words == ["raised", "amended"]  # it went in, and out: two kinds of event
    assert (told.now.revision, len(told.now.reasons)) == (36, 36)


def test_2_several_rules_on_one_episode_make_one_case() -> None:
    """Behaviour 2: its reasons are all there, and it is as severe as the worst of them."""
    told = Told().take(happened(9, K.GEOFENCE_ENTERED, 1), ARRIVED, BERTHED, DEPARTED)
    rules = [reason.rules for reason in told.now.reasons]
    assert rules == [("crosses",), ("arrives",), ("berths",), ("leaves",)]
    assert told.now.severity is Severity.CRITICAL
    assert told.now.headline == "ALDA left Tartus"
    both = Told(ARRIVES, rule("too", "critical")).take(ARRIVED)
    assert both.words == ["raised"]
    assert both.now.reasons[0].rules == ("arrives", "too")


def test_what_happens_next_belongs_to_the_story_and_is_not_told() -> None:
    told = Told(ARRIVES).take(ARRIVED, BERTHED)
    assert told.words == ["raised"]
    assert [reason.rules for reason in told.now.reasons] == [("arrives",), ()]
    assert told.now.headline == "ALDA arrived at Tartus"


# -- a life of its own -----------------------------------------------------------------------------


PROVISIONAL = replace(ARRIVED, state=EventState.PROVISIONAL)
WITHDRAWN = replace(ARRIVED, state=EventState.WITHDRAWN, decided_at=after(50))


def test_3_provisional_then_confirmed() -> None:
    told = Told().take(PROVISIONAL)
    assert told.now.headline == "Not confirmed yet: ALDA arrived at Tartus"
    told.take(ARRIVED)
    assert told.words == ["raised", "amended"]
    assert told.now.headline == "ALDA arrived at Tartus"
    assert len(told.now.reasons) == 1


def test_3_provisional_then_withdrawn() -> None:
    """Behaviour 3: taken back; what never was is not told again."""
    told = Told().take(PROVISIONAL, WITHDRAWN)
    assert told.words == ["raised", "withdrawn"]
    assert told.now.state is State.WITHDRAWN
    assert told.now.headline == "Withdrawn: ALDA arrived at Tartus"
    told.take(replace(WITHDRAWN, why="Again."))
    assert told.words == ["raised", "withdrawn"]


def test_of_two_reasons_one_is_withdrawn() -> None:
    """The alert stands, for the other, and who was told hears of it."""
    told = Told().take(PROVISIONAL, BERTHED, WITHDRAWN)
    assert told.words == ["raised", "amended", "amended"]
    assert (told.now.state, told.now.severity) == (State.OPEN, Severity.INFO)
    assert told.now.headline == "ALDA berthed at Tartus"


def test_one_that_was_withdrawn_and_holds_after_all_is_raised_again() -> None:
    told = Told().take(PROVISIONAL, WITHDRAWN, replace(ARRIVED, decided_at=after(90)))
    assert told.words == ["raised", "withdrawn", "raised"]
    assert told.now.state is State.OPEN


def test_what_is_told_again_and_says_the_same_changes_nothing() -> None:
    told = Told().take(ARRIVED)
    assert take(told.now, seen(replace(ARRIVED, decided_at=after(9))), [ARRIVES]) is None
    assert take(told.now, seen(happened(8, state=EventState.WITHDRAWN)), []) is None


# -- officers --------------------------------------------------------------------------------------


def test_4_an_acknowledgement_holds_through_silence_and_reappearance() -> None:
    """Behaviour 4: three hours of silence and back, no page."""
    told = Told().take(ARRIVED).officer(State.ACKNOWLEDGED).take(DARKENED, BACK)
    assert told.words == []
    assert told.now.state is State.ACKNOWLEDGED
    assert len(told.now.reasons) == 3
    loud = Told().take(ARRIVED, DARKENED)
    assert loud.words == ["raised", "amended"]  # of one that nobody has taken note of, it is told


@pytest.mark.parametrize("state", [State.ACKNOWLEDGED, State.CLOSED])
def test_4_a_new_kind_of_event_or_a_higher_severity_reopens(state: State) -> None:
    told = Told().take(ARRIVED).officer(state).take(BERTHED)
    assert (told.words, told.now.state) == (["amended"], State.OPEN)
    worse = rule("worse", "critical", kind=["WentDarkInside"])
    told = Told(ARRIVES, worse).take(ARRIVED).officer(state).take(DARKENED)
    assert (told.words, told.now.state) == (["amended"], State.OPEN)


@pytest.mark.parametrize("state", [State.ACKNOWLEDGED, State.CLOSED])
def test_4_more_of_the_same_does_not(state: State) -> None:
    told = Told().take(ARRIVED).officer(state)
    told.take(happened(7, K.PORT_ARRIVED, 90), replace(ARRIVED, why="Another sentence."))
    assert (told.words, told.now.state) == ([], state)


def test_3_what_was_acknowledged_or_closed_is_taken_back_all_the_same() -> None:
    """Who was told must hear it; a verdict stays an officer's word."""
    told = Told().take(PROVISIONAL).officer(State.ACKNOWLEDGED).take(WITHDRAWN)
    assert (told.words, told.now.state) == (["withdrawn"], State.WITHDRAWN)
    told = Told().take(PROVISIONAL).officer(State.CLOSED).take(WITHDRAWN)
    assert (told.words, told.now.state) == (["withdrawn"], State.CLOSED)


# -- mutes -----------------------------------------------------------------------------------------


MUTE = Mute(id=5, mmsi=MMSI, place=None, rule=None, alert=None, since=after(-600), until=after(5))


def test_7_a_mute_looks_at_when_it_happened_not_at_when_it_is_known() -> None:
    """Behaviour 7: a fix at 13:30, muted to 13:35, processed at 13:45."""
    late = replace(ARRIVED, decided_at=after(45))
    told = Told(mutes=(MUTE,)).take(late)
    assert told.words == []
    assert (told.now.muted_by, told.changes[0].swallowed_by) == (5, 5)
    told.take(BERTHED)  # after it
    assert told.words == ["amended"]
    assert told.now.muted_by is None


@pytest.mark.parametrize(
    ("mute", "covers"),
    [
        (MUTE, True),
        (replace(MUTE, mmsi=1), False),
        (replace(MUTE, mmsi=None, place="tartus"), True),
        (replace(MUTE, mmsi=None, place="tobruk"), False),
        (replace(MUTE, mmsi=None, rule="arrives"), True),
        (replace(MUTE, mmsi=None, rule="berths"), False),
        (replace(MUTE, mmsi=None, alert=EPISODE), True),
        (replace(MUTE, mmsi=None, alert="f" * 32), False),
        (replace(MUTE, place="tartus"), True),
        (replace(MUTE, place="tobruk"), False),  # of that ship, at that port
        (replace(MUTE, until=after(3)), False),  # its end is not in it
        (replace(MUTE, since=after(3), until=after(4)), True),
        (replace(MUTE, since=after(3.1), until=after(4)), False),
        (replace(MUTE, until=after(-600), for_episode=True), True),
    ],
)
def test_what_a_mute_covers(mute: Mute, covers: bool) -> None:  # noqa: FBT001
    """It may precede the alert."""
    told = Told(mutes=(mute,)).take(ARRIVED)
    assert (told.now.muted_by == 5) is covers
    assert told.words == ([] if covers else ["raised"])


def test_a_mute_of_one_rule_leaves_the_others() -> None:
    mute = replace(MUTE, mmsi=None, rule="arrives")
    told = Told(ARRIVES, rule("too", "critical"), mutes=(mute,)).take(ARRIVED)
    assert told.words == ["raised"]


def test_8_what_is_muted_is_kept_and_taken_back_without_a_word_to_it() -> None:
    """Behaviour 8: the alert is there, with its reasons; each that is swallowed counts."""
    told = Told(mutes=(replace(MUTE, until=after(999)),)).take(ARRIVED, BERTHED, DEPARTED)
    assert [change.swallowed_by for change in told.changes] == [5, 5, 5]
    assert told.words == []
    assert len(told.now.reasons) == 3


# -- what holds when a rule is switched on ---------------------------------------------------------


def switched_on(one: Rule, event: Event, before: Alert | None = None) -> Change:
    """What a rule that is switched on four hours after noon does to an alert."""
    change = take(before, seen(event), [one])
    assert change is not None
    return taken_up(change, before, after(240))


def test_13_what_holds_already_is_decided_when_the_rule_is_switched_on() -> None:
    """Behaviour 13: the alert is of then; its reason is as old as it is."""
    change = switched_on(ARRIVES, ARRIVED)
    assert (change.word, change.alert.raised_at, change.alert.changed_at) == (
        "raised", after(240), after(240),
    )  # fmt: skip
    assert change.alert.reasons[0].decided_at == after(4)


def test_13_who_is_to_be_told_by_that_rule_alone_is_told() -> None:
    """Behaviour 13: unless all were told, or somebody looks after it, or it is muted."""
    mail, hook = ({"channels": [name]} for name in ("mail", "hook"))
    told = Told(ARRIVES.model_copy(update=mail)).take(ARRIVED)
    too = rule("too").model_copy(update=hook)
    change = switched_on(too, ARRIVED, told.now)
    assert (change.word, change.alert.channels) == ("amended", ("mail", "hook"))
    assert (change.alert.raised_at, change.alert.changed_at) == (after(4), after(240))
    for before in (
        replace(told.now, channels=("*",)), replace(told.now, channels=("mail", "hook")),
        replace(told.now, state=State.ACKNOWLEDGED),
    ):  # fmt: skip
        assert switched_on(too, ARRIVED, before).word is None
    muted = take(told.now, seen(ARRIVED), [too], [replace(MUTE, until=after(999))])
    assert muted is not None
    assert taken_up(muted, told.now, after(240)).word is None


# -- what is shown ---------------------------------------------------------------------------------


def test_why_she_is_listed_stands_in_the_reason() -> None:
    watched = rule("watched", "critical", watchlist=["run"])
    told = Told(watched).take(ARRIVED, lists={"run": "Her IMO number is the listed one."})
    assert told.now.reasons[0].lists == ("Her IMO number is the listed one.",)


@pytest.mark.parametrize("kind", list(EventKind))
def test_each_kind_of_event_has_its_words(kind: EventKind) -> None:
    told = Told(rule("any", kind=[kind.value, K.ANCHORED.value])).take(happened(2, K.ANCHORED))
    told.take(happened(1, kind, 30))
    assert told.now.headline.startswith("ALDA ")
    assert told.now.headline.endswith(" Tartus")
    assert kind.value not in told.now.headline


def test_a_ship_without_a_name_is_called_by_her_number() -> None:
    told = Told().take(replace(ARRIVED, name=None))
    assert told.now.headline == f"MMSI {MMSI} arrived at Tartus"
    told.take(happened(2, K.BERTHED, 30))
    assert told.now.name == "ALDA"


def test_the_worst_reason_stands_in_the_headline() -> None:
    """And of those the last."""
    told = Told().take(ARRIVED, BERTHED)
    assert headline(told.now) == "ALDA arrived at Tartus"
    assert headline(told.take(DEPARTED).now) == "ALDA left Tartus"


def test_a_long_story_is_cut_and_stays_true() -> None:
    told = Told()
    for number in range(300):
        told.take(happened(number, K.GEOFENCE_ENTERED, number))
    assert (len(told.now.reasons), told.now.revision) == (REASONS, 300)
    assert told.now.reasons[0].event == happened(0).id
    assert told.now.reasons[-1].event == happened(299).id


def test_of_a_long_story_what_only_belongs_to_it_is_cut_first() -> None:
    told = Told(ARRIVES).take(ARRIVED)
    for number in range(50):
        told.take(happened(100 + number, K.PORT_ARRIVED, 500 + number))
    for number in range(300):
        told.take(happened(1000 + number, K.GEOFENCE_ENTERED, 600 + number))
    assert sum(bool(reason.rules) for reason in told.now.reasons) == 51
    assert len(told.now.reasons) == REASONS


def test_channels_of_all_rules_are_joined() -> None:
    duty = ARRIVES.model_copy(update={"channels": ["duty"]})
    mail = BERTHS.model_copy(update={"channels": ["mail", "duty"]})
    assert Told(duty, mail).take(ARRIVED, BERTHED).now.channels == ("duty", "mail")
    assert Told(duty, BERTHS).take(ARRIVED, BERTHED).now.channels == ("duty", "*")
    assert Word.RAISED.value == "raised"
