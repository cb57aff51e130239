"""Tags of answers, and who has which."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from monitor.api.tags import headers_of, not_changed, tag_of

TAG = tag_of("a", 1)


def test_a_tag_is_that_of_all_words() -> None:
    assert tag_of("a", 1) == TAG
    assert len({tag_of("a", 2), tag_of("a1"), tag_of("a", "1"), TAG}) == 4
    assert headers_of(TAG) == {"ETag": f'W/"{TAG}"', "Cache-Control": "private, no-cache"}


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (f'W/"{TAG}"', True), (f'"{TAG}"', True), (f'"x", W/"{TAG}"', True), ("*", True),
        (None, False), ('"x"', False), ("nonsense", False), (TAG, False),
    ],
)  # fmt: skip
def test_who_has_it_is_told_that_it_holds(given: str | None, known: bool) -> None:  # noqa: FBT001
    headers = {} if given is None else {"If-None-Match": given}
    answer = not_changed(make_mocked_request("GET", "/", headers=headers), TAG)
    assert (answer is not None and answer.status == 304) is known
