"""Who reaches a watch: what is refused to begin with, in a sentence, and where links lead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.errors import UsageError
from monitor.exposure import (
    Exposure,
    address_of,
    check_exposure,
    exposure_of,
    is_loopback,
    tls_of,
)
from monitor.settings import Settings
from tests.integration.deliver.ends import certificate

ELSEWHERE = "0.0.0.0:8080"
PAIR: dict[str, Any] = {"tls_certificate": "c.pem", "tls_key": "k.pem"}


@pytest.mark.parametrize(
    ("listen", "found"),
    [
        ("127.0.0.1:80", True), ("127.9.9.9:80", True), ("[::1]:80", True), ("localhost:80", True),
        (ELSEWHERE, False), ("[::]:80", False), ("192.0.2.1:80", False), ("watch:80", False),
        ("localhost.example:80", False),
    ],
)  # fmt: skip
def test_what_only_this_machine_reaches(listen: str, found: bool) -> None:  # noqa: FBT001
    assert is_loopback(listen) is found


@pytest.mark.parametrize(
    "words",
    [
        {"listen": ELSEWHERE},
        {"listen_readers": "192.0.2.1:80"},
        {"listen": ELSEWHERE, "open_reading": True},
        {"listen": ELSEWHERE, "listen_pushers": "127.0.0.1:8081"},
    ],
)
def test_without_tls_it_does_not_listen_elsewhere(words: dict[str, Any]) -> None:
    """The sentence says all three ways out; to read openly is none, for officers log in as well."""
    with pytest.raises(UsageError) as caught:
        check_exposure(Settings(**words))
    for word in ("tls_certificate and tls_key", "behind_proxy = true", "listen on 127.0.0.1"):
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        {}, {"listen": ELSEWHERE, **PAIR}, {"listen": ELSEWHERE, "behind_proxy": True},
        {"listen_pushers": "0.0.0.0:8081"},
    ],
)  # fmt: skip
def test_what_may_be_begun(words: dict[str, Any]) -> None:
    """A door of stations alone, too: their tokens open nothing else."""
    check_exposure(Settings(**words))


@pytest.mark.parametrize("name", PAIR)
def test_half_a_certificate_is_none(name: str) -> None:
    with pytest.raises(UsageError, match="go together: set tls_"):
        check_exposure(Settings(**{name: PAIR[name]}))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({}, Exposure()),
        (PAIR, Exposure(secure=True)),
        ({"behind_proxy": True}, Exposure(local=False, secure=True, behind_proxy=True)),
        ({"listen": ELSEWHERE, **PAIR}, Exposure(local=False, secure=True)),
        ({"open_reading": True}, Exposure(open_reading=True)),
    ],
)
def test_who_reaches_it(words: dict[str, Any], found: Exposure) -> None:
    """What a proxy on the same machine sends comes from anywhere."""
    assert exposure_of(Settings(**words)) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"listen": ELSEWHERE, **PAIR}, "https://127.0.0.1:8080"),
        ({"listen": "[::]:80", **PAIR, "hosts": ["watch.example"]}, "https://watch.example:80"),
        ({"behind_proxy": True, "hosts": ["watch.example"]}, "https://watch.example"),
        ({"behind_proxy": True, "listen": ELSEWHERE}, "http://127.0.0.1:8080"),
    ],
)
def test_where_links_lead(words: dict[str, Any], found: str) -> None:
    assert address_of(Settings(**words)) == found


def test_a_certificate_and_its_key_are_read_or_refused(tmp_path: Path) -> None:
    """In a sentence, which names the files."""
    made, key = certificate(tmp_path)
    assert tls_of(Settings()) is None
    assert tls_of(Settings(tls_certificate=made, tls_key=key)) is not None
    for pair, words in (
        ((made, made), "no certificate and its key"),
        ((key, key), "no certificate and its key"),
        ((made, tmp_path / "none.pem"), "cannot be read: No such file"),
    ):
        with pytest.raises(UsageError, match=words):
            tls_of(Settings(tls_certificate=pair[0], tls_key=pair[1]))
