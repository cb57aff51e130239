"""Writes a page to a file, as whatever its name ends in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from monitor.errors import UsageError
from monitor.report.page import Page
from monitor.report.page_html import html, picture
from monitor.report.page_md import markdown
from monitor.report.page_pdf import pdf

FORMS: dict[str, Callable[[Page], bytes]] = {
    "html": html, "pdf": pdf, "png": picture, "md": markdown,
}  # fmt: skip
"""End of the name -> what makes the bytes."""


def form_of(path: Path) -> Callable[[Page], bytes]:
    """What makes the bytes of a file of this name; UsageError where it ends in none of FORMS."""
    found = FORMS.get(path.suffix[1:].lower())
    if found is None:
        *first, last = FORMS
        message = f"{path} cannot be written: reports are {', '.join(first)} or {last}."
        raise UsageError(message)
    return found


def write(page: Page, path: Path) -> None:
    """Write it; UsageError where that cannot be."""
    made = form_of(path)(page)
    try:
        path.write_bytes(made)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}."
        raise UsageError(message) from error
