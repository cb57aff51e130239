"""Documents and features as pages: what ships say of themselves is text there, and nothing else."""

from __future__ import annotations

import re

import pytest

from monitor.report.features.collections import BY_ID, COLLECTIONS
from monitor.report.features.pages import (
    collection_page,
    collections_page,
    conformance_page,
    item_page,
    items_page,
    landing_page,
    queryables_page,
)
from tests.unit.report.features.test_feature import ROW, VESSELS

EVIL = "<script>alert('x')</script>"


@pytest.mark.parametrize("page", [landing_page, conformance_page, collections_page])
def test_pages_lead_on(page: object) -> None:
    assert callable(page)
    found = page("https://watch.example")
    assert found.startswith("<!doctype html>")
    leads = re.findall(r'href="([^"]*)"', found)
    assert leads
    assert all(each.startswith("https://watch.example/") for each in leads)


def test_pages_of_a_collection_name_its_properties() -> None:
    for each in COLLECTIONS:
        for page in (collection_page, queryables_page):
            found = page("", each)
            assert all(f"<code>{name}</code>" in found for name in each.property_of)


def test_what_a_ship_says_is_escaped() -> None:
    row = {**ROW, "name": EVIL, "geometry": EVIL}
    for found in (item_page(EVIL, VESSELS, row), items_page(EVIL, VESSELS, [row], {EVIL: EVIL})):
        assert "<script" not in found
        assert "&lt;script&gt;" in found


def test_a_page_of_nothing_says_so() -> None:
    assert "There are none." in items_page("", BY_ID["alerts"], [], {})
