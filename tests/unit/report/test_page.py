"""A page: what it is read for, its pictures, and tables without what could steer a reader."""

from __future__ import annotations

from monitor.report.page import Drawing, Page, Prose, Section, grid
from monitor.report.wording import HARD

PICTURE = Drawing(draw=lambda _: None, width=4, height=3, caption="A picture")


def test_the_answer_and_the_pictures_of_a_page() -> None:
    page = Page(
        title="T", about="",
        lead=(Prose(text="Yes.", is_answer=True), Prose(text="More."), PICTURE),
        sections=(Section(title="S", blocks=(PICTURE,)),),
    )  # fmt: skip
    assert page.answer == "Yes.\n"
    assert page.drawings == [PICTURE, PICTURE]


def test_names_from_the_air_are_shown_letter_for_letter() -> None:
    found = grid((("ship", 1), ("at", 2)), [("A\x1b[31mB\u202e", f"5{HARD}N")], empty="None.")
    assert found.rows == (("A?[31mB?", f"5{HARD}N"),)
    assert found.widths == (1, 2)


def test_a_column_without_a_word_is_left_out() -> None:
    found = grid((("a", 1), ("b", 2), ("c", 3)), [("x", "", "z"), ("", "", "y")], empty="None.")
    assert found.head == ("a", "c")
    assert found.rows == (("x", "z"), ("", "y"))
    assert found.widths == (1, 3)
    assert grid((("a", 1),), [], empty="None.").head == ("a",)
