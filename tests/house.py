"""Draws the parts of ``monitor/README.md`` that follow from the code: ``make docs`` writes them.

Each stands between two comments, ``<!-- NAME -->`` and ``<!-- /NAME -->``. A test holds that what
stands there is what is drawn here.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from monitor.decode import FORMS
from monitor.deliver import CHANNELS
from monitor.engine.detect import BY_PLACE, BY_SHIP
from monitor.engine.detect.port import signs, stay
from monitor.feed import FEEDS

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "monitor" / "README.md"


def tree() -> str:
    """Folders and their sentence, which is that of their ``__init__``."""
    lines = ["```"]
    house = PROJECT / "monitor"
    packages = sorted(path.parent for path in house.rglob("__init__.py"))
    for package in packages[1:]:
        depth = len(package.relative_to(house).parts) - 1
        name = "  " * depth + package.name + "/"
        lines.append(f"{name:<14} {sentence(package / '__init__.py')}")
    modules = sorted(path for path in house.glob("*.py") if not path.name.startswith("__"))
    lines += [f"{path.name:<14} {sentence(path)}" for path in modules]
    return "\n".join([*lines, "```"])


def sentence(path: Path) -> str:
    """The first sentence of a module."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return text.split("\n\n")[0].replace("\n", " ").replace("``", "")


def layers() -> str:
    """Who stands on whom, the highest first, as import-linter holds it."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]
    found = [c for c in contracts["contracts"] if c["type"] == "layers"]
    lines = ["```", " → ".join(_rooms(found[0]["layers"])), ""]
    lines += ["engine: " + " → ".join(_rooms(found[1]["layers"])), "```"]
    return "\n".join(lines)


def _rooms(rows: list[str]) -> list[str]:
    return [row.replace(" | ", ", ") for row in rows if row != "__main__"]


def detectors() -> str:
    """The two visible lists."""
    rows = [
        "| detector | stage | keeps its state by | what it tells |",
        "| --- | --- | --- | --- |",
    ]
    for stage, listed in (("by ship", BY_SHIP), ("by place", BY_PLACE)):
        for detector in listed:
            about = re.sub(r"(?<!^)([A-Z])", r" \1", detector.KEY.__name__).lower()
            says = (detector.__doc__ or "").split("\n")[0].partition(": ")
            path = detector.__module__.removeprefix("monitor.").replace(".", "/") + ".py"
            told = (says[2] or says[0]).rstrip(".")
            rows.append(f"| [`{detector.NAME}`]({path}) | {stage} | {about} | {told} |")
    return "\n".join(rows)


def lists() -> str:
    """What else is a file and a row."""
    kinds = ", ".join(f"`{feed.KIND}`" for feed in FEEDS)
    forms = ", ".join(f"`{form.NAME}`" for form in FORMS)
    channels = ", ".join(f"`{channel.KIND}`" for channel in CHANNELS)
    return f"Kinds of feeds: {kinds}.\n\nForms of lines: {forms}.\n\nKinds of channels: {channels}."


def diagram(table: Mapping[tuple[StrEnum, StrEnum], tuple[StrEnum, StrEnum]]) -> str:
    """A state machine: ``sign / act`` on each arrow, as the table has it."""
    states = list(dict.fromkeys([state for state, _ in table]))
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.value}" as {state.name}' for state in states]
    lines.append(f"    [*] --> {states[0].name}")
    for (state, sign), (after, act) in table.items():
        lines.append(f"    {state.name} --> {after.name}: {sign.value} / {act.value}")
    return "\n".join([*lines, "```"])


PARTS: dict[str, Callable[[], str]] = {
    "tree": tree,
    "layers": layers,
    "detectors": detectors,
    "lists": lists,
    "call": lambda: diagram(signs.TABLE),
    "stay": lambda: diagram(stay.TABLE),
}


def drawn(page: str) -> str:
    """The page with each part as the code has it."""
    for name, draw in PARTS.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, found, rest = page.partition(begin)
        if not found or end not in rest:
            message = f"{PAGE} has no place for {name}: write {begin} and {end}"
            raise ValueError(message)
        page = f"{head}{begin}\n{draw()}\n{end}{rest.partition(end)[2]}"
    return page


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")
    sys.stdout.write(f"{PAGE.relative_to(PROJECT)}\n")
