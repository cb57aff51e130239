"""Pages as Markdown: whole, and what ships call themselves marks nothing."""

from __future__ import annotations

from monitor.report.page import Drawing, Page, Points, Prose, Section, grid
from monitor.report.page_md import markdown

PAGE = Page(
    title="Who was there",
    about="December",
    lead=(Prose(text="Nobody.", is_answer=True), Points(items=("One.", "Two."))),
    sections=(
        Section(
            title="Ships",
            blocks=(
                grid((("ship", 1), ("at", 1)), [("A|B *C* <b>", "x")], empty="None."),
                grid((("ship", 1),), [], empty="None at all."),
                Drawing(draw=lambda _: None, width=1, height=1, caption="A map"),
            ),
        ),
    ),
)


def test_the_whole_page() -> None:
    assert markdown(PAGE).decode() == (
        "# Who was there\n\nDecember\n\n**Nobody.**\n\n- One.\n- Two.\n\n## Ships\n\n"
        "| ship | at |\n| --- | --- |\n| A\\|B \\*C\\* \\<b\\> | x |\n\nNone at all.\n\n"
        "*Picture: A map*\n"
    )
