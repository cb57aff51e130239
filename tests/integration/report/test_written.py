"""A page is written as what the file's name ends in."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.report.page import Page, Prose
from monitor.report.written import FORMS, form_of, write

PAGE = Page(title="T", about="", lead=(Prose(text="Yes.", is_answer=True),), sections=())
BEGINS = {"html": b"<!doctype html>", "pdf": b"%PDF", "png": b"\x89PNG", "md": b"# T"}


@pytest.mark.parametrize("form", FORMS)
def test_each_form(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"page.{form.upper()}"
    write(PAGE, path)
    assert path.read_bytes().startswith(BEGINS[form])


@pytest.mark.parametrize("name", ["page.docx", "page", "html"])
def test_other_forms_are_refused_before_anything_is_made(name: str) -> None:
    with pytest.raises(UsageError) as refusal:
        form_of(Path(name))
    assert str(refusal.value) == f"{name} cannot be written: reports are html, pdf, png or md."


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "page.md"
    with pytest.raises(UsageError) as refusal:
        write(PAGE, path)
    assert str(refusal.value) == f"{path} cannot be written: No such file or directory."
