"""The handbook: each endpoint stands in it, and it loads nothing."""

from __future__ import annotations

import re

from lxml import html

from monitor.api import GROUPS
from monitor.api.handbook import NEEDS, handbook
from monitor.api.openapi import anchor

ROWS = [route for group in GROUPS for route in group.ROUTES]
PAGE = handbook(ROWS)


def test_each_endpoint_stands_in_it_with_its_words() -> None:
    """And the list at its begin leads to each."""
    tree = html.fromstring(PAGE)
    headings = {each.get("id"): each.text_content() for each in tree.iter("h2") if each.get("id")}
    assert headings == {anchor(route): f"{route.method} {route.path}" for route in ROWS}
    leads = {each.get("href").removeprefix("#") for each in tree.iter("a")}
    assert set(headings) <= leads
    text = tree.text_content()
    for route in ROWS:
        assert route.summary in text
        assert NEEDS[route.needs] in text
        assert all(each.words in text for each in route.parameters)


def test_it_works_offline() -> None:
    """No script, picture, style or letter from anywhere else."""
    assert not re.findall(r"<(?:script|img|link|iframe|object)\b", PAGE)
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", PAGE)
