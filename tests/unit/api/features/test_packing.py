"""How files are packed: as whoever asks can take it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
import zstandard
from aiohttp.test_utils import make_mocked_request

from monitor.api.features.packing import by_zstd, packing_of


@pytest.mark.parametrize(
    ("given", "packing"),
    [
        ("gzip, deflate, br, zstd", "zstd"), ("gzip", "gzip"), ("GZIP;q=0.5", "gzip"),
        ("zstd;q=0, gzip", "gzip"), ("zstd; q=0.000, gzip;q=0", None), ("identity", None),
        ("zstd;q=0.1", "zstd"), (None, None), ("", None), (";", None), ("xzstd", None),
    ],
)  # fmt: skip
def test_the_best_that_is_taken(given: str | None, packing: str | None) -> None:
    headers = {} if given is None else {"Accept-Encoding": given}
    assert packing_of(make_mocked_request("GET", "/", headers=headers)) == packing


async def test_pieces_are_one_stream_and_none_is_empty() -> None:
    """Also of nothing at all."""

    async def pieces(*given: bytes) -> AsyncGenerator[bytes, None]:
        for piece in given:
            yield piece

    for given in ((b"a" * 100_000, b"", b"b" * 10), (b"",), ()):
        packed = [piece async for piece in by_zstd(pieces(*given))]
        assert all(packed)
        plain = zstandard.ZstdDecompressor().decompressobj().decompress(b"".join(packed))
        assert plain == b"".join(given)
