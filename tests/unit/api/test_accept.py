"""Which form of an answer is wanted: the word ``f``, or the header Accept by its qualities."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from monitor.api.accept import preferred, wanted
from monitor.errors import UsageError

FORMS = {"json": "application/json", "html": "text/html"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
GDAL = "application/geo+json, application/json"


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", "json"), ("*/*", "json"), (BROWSER, "html"), (GDAL, "json"),
        ("text/*", "html"), ("application/json;q=0.5, text/html;q=0.6", "html"),
        ("text/html;q=0", "json"), ("image/png", "json"), ("text/html;q=x", "json"),
        ("TEXT/HTML", "html"), ("text/html;level=1", "html"), (",,;,", "json"),
    ],
)  # fmt: skip
def test_by_the_header(accept: str, found: str) -> None:
    """Whoever wants nothing that is known gets the first."""
    assert preferred(accept, FORMS) == found


def test_the_word_is_stronger_than_the_header() -> None:
    request = make_mocked_request("GET", "/?f=json", headers={"Accept": BROWSER})
    assert wanted(request, FORMS) == "json"
    assert wanted(make_mocked_request("GET", "/", headers={"Accept": BROWSER}), FORMS) == "html"


@pytest.mark.parametrize("query", ["f=xml", "f=", "f=json&f=json"])
def test_a_form_that_there_is_not(query: str) -> None:
    with pytest.raises(UsageError):
        wanted(make_mocked_request("GET", f"/?{query}"), FORMS)
