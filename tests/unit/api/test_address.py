"""By which address a caller reached us, as far as it can be one."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from monitor.api.address import base_of


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"Host": "watch.example"}, "http://watch.example"),
        ({"Host": "127.0.0.1:8080"}, "http://127.0.0.1:8080"),
        ({"Host": "[::1]:8080"}, "http://[::1]:8080"),
        ({"Host": "w", "X-Forwarded-Proto": "https"}, "https://w"),
        ({"Host": "w", "X-Forwarded-Proto": "javascript"}, "http://w"),
        ({}, ""),
        ({"Host": "[::"}, ""),
        ({"Host": 'w"onclick="x'}, ""),
        ({"Host": "w/../x"}, ""),
        ({"Host": "user@w"}, ""),
        ({"Host": "w:99999999"}, ""),
    ],
)
def test_an_address(headers: dict[str, str], found: str) -> None:
    """Where it is odd, links are those of the same place, without it."""
    assert base_of(make_mocked_request("GET", "/", headers=headers)) == found
