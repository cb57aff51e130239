"""Pages as HTML and as one picture: whole in one file, without script, and nothing is fetched."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from typing import Any

from matplotlib import pyplot as plt
from matplotlib.image import imread

from monitor.report.page import Drawing, Page, Points, Prose, Section, grid
from monitor.report.page_html import html, picture, png


def draw(figure: Any) -> None:
    figure.subplots().plot([1, 2], [3, 4])


PAGE = Page(
    title="Who & what, $^",
    about="December",
    lead=(
        Prose(text="<script>alert(1)</script>", is_answer=True),
        Points(items=("One & two.",)),
        Drawing(draw=draw, width=4, height=2, caption='A "map"'),
    ),
    sections=(
        Section(
            title="Ships",
            blocks=(
                grid((("ship", 1),), [("<img src=x onerror=y>",)], empty="None."),
                grid((("ship", 1),), [], empty="None at all."),
                Drawing(draw=draw, width=4, height=3, caption="Counts"),
            ),
        ),
    ),
)


class Tags(HTMLParser):
    """The tags of a page with what they have."""

    def __init__(self) -> None:
        """None yet."""
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one."""
        self.found.append((tag, dict(attrs)))


def tags() -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(html(PAGE).decode())
    return parser.found


def test_there_is_no_script_and_nothing_to_be_fetched() -> None:
    found = tags()
    assert not {"script", "link", "iframe", "object"} & {name for name, _ in found}
    addresses = [
        value or ""
        for _, words in found
        for name, value in words.items()
        if name in {"src", "href", "srcset"} or (value or "").startswith("http")
    ]
    assert len(addresses) == 2
    assert all(one.startswith("data:image/png;base64,") for one in addresses)
    policy = next(words for _, words in found if words.get("http-equiv"))
    assert policy["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert "url(" not in html(PAGE).decode()


def test_what_came_from_the_air_is_text() -> None:
    text = html(PAGE).decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;img src=x onerror=y&gt;" in text
    assert [words["alt"] for name, words in tags() if name == "img"] == ['A "map"', "Counts"]


def test_pictures_are_whole_and_have_their_size() -> None:
    (first, second) = re.findall(r"base64,([^\"]+)", html(PAGE).decode())
    assert imread(io.BytesIO(base64.b64decode(first))).shape[:2] == (240, 480)
    assert imread(io.BytesIO(base64.b64decode(second))).shape[:2] == (360, 480)


def test_the_same_page_is_the_same_bytes() -> None:
    assert html(PAGE) == html(PAGE)


def test_the_picture_has_all_pictures_under_the_answer() -> None:
    whole = imread(io.BytesIO(picture(PAGE)))
    assert whole.shape[1] == 480
    assert whole.shape[0] > 600
    bare = Page(title="T", about="", lead=(), sections=())
    assert picture(bare).startswith(b"\x89PNG")


def test_no_figure_is_left_open() -> None:
    png(draw, 2, 2)
    assert plt.get_fignums() == []
