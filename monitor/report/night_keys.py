"""What the keys of an officer do at the queue of the night: pure, a state and a key to the next.

    list ──enter──▶ why ──q, esc, enter──▶ list       up, down, j, k, page, g, G move in both
      └──a───────────┴──────▶ a deed
      └──s, c, m─────┴──▶ questions, one after the other ──the last answered──▶ a deed
                              └──esc──▶ nothing is done

Whoever acts means the alert that he saw: it is kept by its id, and where it stands no more, none is
selected before he selects one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from monitor.alert.life import Verdict

ARROWS = {
    "\x1b[A": "up", "\x1bOA": "up", "\x1b[B": "down", "\x1bOB": "down", "\x1b[5~": "page-up",
    "\x1b[6~": "page-down", "\x1b[H": "home", "\x1bOH": "home", "\x1b[F": "end", "\x1bOF": "end",
    "\r": "enter", "\n": "enter", "\x7f": "backspace", "\x08": "backspace", "\x1b": "esc",
    "\x15": "clear",
}  # fmt: skip
"""What terminals send (ECMA-48, and xterm's application mode) for keys that are no letters."""

_KEY = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1bO[@-~]|.", re.DOTALL)
_BEGUN = re.compile(r"\x1b(?:\[[0-9;?]*|O)\Z")

PAGE = 10
"""Alerts, or lines, that a page moves by."""

LONGEST = 400
"""Letters of an answer: a note of some sentences."""

MOST_HOURS = 720.0
"""30 days: the longest mute that there may be."""

NONE_SELECTED = "No alert is selected: select one with up and down, or j and k."
GONE = "The alert that was selected stands here no more: select one."


def keys_of(text: str) -> tuple[list[str], str]:
    """The keys of what a terminal sent, and the begin of one that has not come whole.

    Letters are themselves; what is none and means nothing here is left out.
    """
    begun = _BEGUN.search(text)
    rest = "" if begun is None else begun[0]
    found = []
    for each in _KEY.findall(text[: len(text) - len(rest)]):
        key = ARROWS.get(each, each)
        if (len(key) > 1 and key in ARROWS.values()) or each.isprintable():
            found.append(key)
    return found, rest


class Deed(NamedTuple):
    """What is to be done, with which answers; ``what`` is ``read`` or the name of a key's words."""

    what: str
    alert: str  # id
    answers: tuple[str, ...] = ()


class Question(NamedTuple):
    """What is asked, and what becomes of an answer: the words to go on with, or None: ask again."""

    words: str
    taken: Callable[[str], str | None]
    wrong: str = ""
    letters: str = ""  # one of these is an answer at once


VERDICTS = {"t": Verdict.TRUE, "f": Verdict.FALSE, "n": Verdict.NOT_RELEVANT}


def _any(text: str) -> str | None:
    return text.strip()


def _some(text: str) -> str | None:
    return text.strip() or None


def _verdict(text: str) -> str | None:
    found = VERDICTS.get(text.strip()[:1].lower())
    return None if found is None else found.value


def _hours(text: str) -> str | None:
    """A number of hours that a mute may last; blank stays blank: until the episode ends."""
    words = text.strip().removesuffix("h").strip()
    if not words:
        return ""
    try:
        hours = float(words)
    except ValueError:
        return None
    return words if 0 < hours <= MOST_HOURS else None


QUESTIONS = {
    "assign": (Question("For whom? (Enter: for you)", _any),),
    "close": (
        Question(
            "Was it true, false, or not relevant? t, f or n", _verdict, "Press t, f or n.", "tfn"
        ),
        Question("What should be remembered of it? (Enter: nothing)", _any),
    ),
    "mute": (
        Question("Why shall nobody be told?", _some, "A mute needs a reason."),
        Question(
            "For how many hours? (Enter: until its episode ends)", _hours,
            "Write a number of hours, at most 720, or nothing.",
        ),
    ),
}  # fmt: skip
"""What is asked before something is done."""

DEEDS = {"a": "ack", "s": "assign", "c": "close", "m": "mute"}
"""Keys, and what they do to the selected alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Questions that are being answered."""

    what: str
    alert: str
    answers: tuple[str, ...] = ()
    typed: str = ""

    @property
    def question(self) -> Question:
        """The one that stands."""
        return QUESTIONS[self.what][len(self.answers)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """Where an officer is."""

    selected: str | None = None  # id of an alert
    place: int | None = None  # where in the list it stands, or stood; None: there was none yet
    why: str | None = None  # id of the alert that is read
    scroll: int = 0  # lines of it that are above
    asking: Asking | None = None
    said: str = ""  # what came of the last key
    new: frozenset[str] = frozenset()  # ids of those that rang and were not looked at yet
    over: bool = False


def follow(night: Night, ids: Sequence[str], rang: Sequence[str] = ()) -> Night:
    """The same when the list has changed: who was selected still is, or nobody."""
    new = (night.new | set(rang)) & set(ids)
    if not ids:
        return replace(night, selected=None, place=None, new=new)
    if night.selected in ids:
        return replace(night, place=ids.index(night.selected), new=new)
    if night.place is None:
        return _selected(replace(night, new=new), ids, 0)
    said = night.said or ("" if night.selected is None else GONE)
    return replace(night, selected=None, said=said, new=new)


def pressed(
    night: Night, key: str, ids: Sequence[str], lines: int = 0
) -> tuple[Night, Deed | None]:
    """What a key does. ``ids``: of the alerts as they stand in order; ``lines`` of what is read."""
    night = replace(night, said="")
    if night.asking is not None:
        return _typed(night, night.asking, key)
    if key in DEEDS:
        return _begun(night, DEEDS[key])
    if night.why is not None:
        return _reading(night, key, lines), None
    if key == "q":
        return replace(night, over=True), None
    if key == "enter":
        if night.selected is None:
            return replace(night, said=NONE_SELECTED), None
        return replace(night, why=night.selected, scroll=0), Deed("read", night.selected)
    return _moved(night, key, ids), None


def _begun(night: Night, what: str) -> tuple[Night, Deed | None]:
    """Begin what a key asks for, of the alert that is read or selected."""
    alert = night.why or night.selected
    if alert is None:
        return replace(night, said=NONE_SELECTED), None
    if what not in QUESTIONS:
        return night, Deed(what, alert)
    return replace(night, asking=Asking(what=what, alert=alert)), None


def _typed(night: Night, asking: Asking, key: str) -> tuple[Night, Deed | None]:
    """A key while a question stands."""
    typed, question = asking.typed, asking.question
    if key == "esc":
        return replace(night, asking=None, said="Nothing was done."), None
    if key == "enter" or (question.letters and key in question.letters):
        return _answered(night, asking, typed if key == "enter" else key)
    if key == "backspace":
        typed = typed[:-1]
    elif key == "clear":
        typed = ""
    elif len(key) == 1 and not question.letters:
        typed = (typed + key)[:LONGEST]
    return replace(night, asking=replace(asking, typed=typed)), None


def _answered(night: Night, asking: Asking, text: str) -> tuple[Night, Deed | None]:
    taken = asking.question.taken(text)
    if taken is None:
        return replace(night, said=asking.question.wrong), None
    answers = (*asking.answers, taken)
    if len(answers) < len(QUESTIONS[asking.what]):
        return replace(night, asking=replace(asking, answers=answers, typed="")), None
    return replace(night, asking=None), Deed(asking.what, asking.alert, answers)


STEPS = {"up": -1, "k": -1, "down": 1, "j": 1, "page-up": -PAGE, "page-down": PAGE, " ": PAGE}
ENDS = {"home": 0, "g": 0, "end": -1, "G": -1}


def _reading(night: Night, key: str, lines: int) -> Night:
    if key in {"q", "esc", "enter"}:
        return replace(night, why=None, scroll=0)
    last = max(0, lines - 1)
    if key in ENDS:
        return replace(night, scroll=0 if ENDS[key] == 0 else last)
    return replace(night, scroll=min(last, max(0, night.scroll + STEPS.get(key, 0))))


def _moved(night: Night, key: str, ids: Sequence[str]) -> Night:
    if not ids or not (key in STEPS or key in ENDS):
        return night
    if key in ENDS:
        return _selected(night, ids, ENDS[key] % len(ids))
    place, step = night.place or 0, STEPS[key]
    if night.selected is None:  # where it stood the next one stands now
        step = min(step, 0)
    return _selected(night, ids, min(len(ids) - 1, max(0, place + step)))


def _selected(night: Night, ids: Sequence[str], place: int) -> Night:
    return replace(night, selected=ids[place], place=place, new=night.new - {ids[place]})
