"""Secrets: drawn, kept as digests, and passwords that cost a guess."""

from __future__ import annotations

import re

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from monitor import credentials
from monitor.credentials import (
    LONGEST,
    SHOWN_LETTERS,
    check_new_password,
    csrf_of,
    digest,
    drawn,
    hash_password,
    is_password,
    same,
    user_name,
)
from monitor.errors import UsageError

GOOD = "seven sailors at sea"
STANDARD = credentials.HASHER
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be dear in the world need not be so here."""
    monkeypatch.setattr(credentials, "HASHER", CHEAP)


def test_what_is_drawn_is_long_and_never_the_same() -> None:
    """256 bits, in letters that need no escape anywhere."""
    each = {drawn("mmm_") for _ in range(100)}
    assert len(each) == 100
    assert all(re.fullmatch(r"mmm_[\w-]{43}", one) for one in each)
    assert len(digest(each.pop())) == 32
    assert SHOWN_LETTERS == 8


def test_the_word_of_a_session_follows_from_it_and_does_not_give_it_away() -> None:
    one, other = drawn(), drawn()
    assert csrf_of(one) == csrf_of(one) != csrf_of(other)
    assert one not in csrf_of(one)
    assert re.fullmatch(r"[\w-]{43}", csrf_of(one))


def test_secrets_are_compared_whole() -> None:
    """Also those that are no text."""
    assert same("sesam", "sesam")
    for other in ("sesa", "sesamo", "Sesam", "s\udce9sam", ""):
        assert not same("sesam", other)


def test_the_parameters_are_those_of_the_standard() -> None:
    """RFC 9106, section 4: 64 MiB, three times."""
    found = STANDARD
    assert (found.type, found.memory_cost, found.time_cost) == (Type.ID, 65536, 3)
    assert (found.hash_len, found.salt_len) == (32, 16)


def test_a_password_is_kept_as_a_hash_that_differs_each_time() -> None:
    first, second = hash_password(GOOD), hash_password(GOOD)
    assert first != second
    assert first.startswith("$argon2id$")
    for stored in (first, second):
        assert is_password(stored, GOOD)
        assert not is_password(stored, GOOD + " ")


def test_one_spelling_is_one_password() -> None:
    """An accent may be typed as a letter of its own."""
    assert is_password(hash_password("caf\u00e9 by the harbour"), "cafe\u0301 by the harbour")


@pytest.mark.parametrize("stored", [None, "", "$argon2id$v=19$broken", "plain"])
def test_where_there_is_no_password_none_fits(stored: str | None) -> None:
    """Not even the one that is compared with so that it takes as long."""
    assert not is_password(stored, GOOD)
    assert not is_password(stored, "")


def test_nobody_is_hashed_as_somebody_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work for a name that is not there, and for a real one."""
    stored, seen = hash_password(GOOD), []

    class Watching(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
            seen.append(extract_parameters(str(hash)))
            return super().verify(hash, password)

    monkeypatch.setattr(credentials, "HASHER", Watching(time_cost=1, memory_cost=8, parallelism=1))
    for one in (None, stored, None):
        is_password(one, "wrong")
    assert len(seen) == 3
    assert len(set(map(str, seen))) == 1


@pytest.mark.parametrize(
    "password", ["", "short", "x" * (LONGEST + 1), "abababababababab", "ann sails to ANN"]
)
def test_passwords_that_are_refused(password: str) -> None:
    with pytest.raises(UsageError, match="password"):
        check_new_password(password, "ann")


def test_a_good_password_is_taken() -> None:
    check_new_password(GOOD, "ann")
    check_new_password(
        "\u043c\u043e\u0440\u0435 \u0438 \u0433\u0430\u0432\u0430\u043d\u044c", "ann"
    )


def test_names() -> None:
    assert user_name(" Ann.Lee@watch ") == "ann.lee@watch"
    for text in ("", ".ann", "a b", "\u00e4nn", "a" * 65, "ann\n!", "../ann"):
        with pytest.raises(UsageError, match="cannot be a name"):
            user_name(text)
