"""Every word that the console shows stands in its tables of words: another language is others.

And no module of it is long.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.program import PROJECT

CONSOLE = PROJECT / "monitor" / "console"
MODULES = sorted(
    path for path in CONSOLE.rglob("*.js") if not {"vendor", "words"} & set(path.parts)
)
MOST_LINES = 200
SAID_BY = re.compile(r'(?:aria-label|title|placeholder|alt|label)="([^"]*[A-Za-z][^"]*)"')
TAGS = re.compile(r"<kbd>[^<]*</kbd>|<[^>]*>")
WORDS = re.compile(r"[A-Za-z][A-Za-z' ,.:]{2,}")


class Templates:
    """What stands in the templates of a module, without what is computed in them."""

    def __init__(self, text: str) -> None:
        """Find all of them, also those in what another computes."""
        self.text, self.found, place = text, list[str](), 0
        while (place := text.find("html`", place)) >= 0:
            inner, place = self._template(place + len("html`"))
            self.found.append(inner)

    def _template(self, place: int) -> tuple[str, int]:
        """Of what is behind a backtick; and where it ends."""
        told: list[str] = []
        while self.text[place] != "`":
            if self.text[place] == "\\":
                place += 2
            elif self.text.startswith("${", place):
                place = self._computed(place + 2)
                told.append("\0")
            else:
                told.append(self.text[place])
                place += 1
        return "".join(told), place + 1

    def _computed(self, place: int) -> int:
        """Where it ends, from behind its begin."""
        depth = 1
        while depth:
            sign = self.text[place]
            if sign == "`":
                is_shown = self.text[:place].endswith("html")
                inner, place = self._template(place + 1)
                self.found += [inner] if is_shown else []
            elif sign in "\"'":
                place += 1
                while self.text[place] != sign:
                    place += 2 if self.text[place] == "\\" else 1
                place += 1
            else:
                depth += (sign == "{") - (sign == "}")
                place += 1
        return place


def shown(text: str) -> list[str]:
    """Words that a module itself shows."""
    found: list[str] = []
    for inner in Templates(text).found:
        found += SAID_BY.findall(inner) + WORDS.findall(TAGS.sub(" ", inner))
    return [words.strip() for words in found]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(CONSOLE).as_posix())
def test_no_module_shows_words_of_its_own(path: Path) -> None:
    """It takes them from W; signs, numbers and keys are no words."""
    text = path.read_text()
    assert shown(text) == []
    assert len(text.splitlines()) < MOST_LINES


def test_words_are_found_wherever_they_stand() -> None:
    """In text, in what is read aloud, and in a template within another."""
    text = 'html`<p aria-label="Read aloud" class="not shown">${a ? html`<b>Inner ${x}</b>` : "}"}'
    assert shown(text + " Outer</p>`") == ["Inner", "Read aloud", "Outer"]
