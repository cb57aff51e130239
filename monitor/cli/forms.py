"""``monitor forms``: the forms of logs that can be read, and the columns of tables."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter


def forms(
    name: Annotated[str | None, Parameter(help="Only this form; csv lists its columns.")] = None,
) -> None:
    """List the forms of logs that are read; they are recognised by themselves."""
    from monitor.decode.columns import ALIASES, UNITS

    for form, what in known().items():
        if name in (None, form):
            sys.stdout.write(f"{form:<18} {what}\n")
    if name is not None and name not in known():
        from monitor.decode.forms import form_of

        form_of(name)  # it says which there are
    if name == "csv":
        sys.stdout.write(
            "\nColumns, by any of their names; case, blanks and marks do not matter:\n"
        )
        for what, names in ALIASES.items():
            unit = f" ({UNITS[what]})" if what in UNITS else ""
            sys.stdout.write(f"  {what}{unit}: {', '.join(names)}\n")


def known() -> dict[str, str]:
    """Each form with its line of description."""
    from monitor.decode import FORMS

    found = {}
    for form in FORMS:
        words = sys.modules[form.__module__].__doc__ or ""
        found[form.NAME] = " ".join(words.split("\n\n")[0].split()).rstrip(".") + "."
    return found
