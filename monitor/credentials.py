"""Credentials: tokens and the like are drawn and kept as digests, passwords hashed by argon2id.

A drawn secret has 256 bits, so a plain SHA-256 of it cannot be guessed back; a password has few,
so each guess must cost. Nothing here is ever kept or told in the clear, but once to its owner.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.errors import UsageError

TOKEN_PREFIX = "mmm_"  # noqa: S105 - what all begin with
"""Of tokens: whoever finds one, a scanner of repositories too, knows what it is."""

SHOWN_LETTERS = len(TOKEN_PREFIX) + 4
"""Of a token, in lists: enough to tell which it is, too little to use or guess it."""

DRAWN_BYTES = 32

HASHER = PasswordHasher(time_cost=3, memory_cost=64 << 10, parallelism=1)
"""RFC 9106, section 4, second choice, but on one processor: the watch has the others. 0.3 s."""

SHORTEST, LONGEST = 12, 256
"""Letters of a password: length is what counts (NIST SP 800-63B-4, 3.1.1.2). A bound on work."""

FEWEST_DIFFERENT = 5
"""Letters: "aaaaaaaaaaaa" is long and no password."""

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


def drawn(prefix: str = "") -> str:
    """Draw a secret that fits into a header, a cookie and an address."""
    return prefix + secrets.token_urlsafe(DRAWN_BYTES)


def digest(secret: str) -> bytes:
    """What is kept of a drawn secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def csrf_of(session: str) -> str:
    """The word that goes with a session in a header, which no page of elsewhere can send.

    It follows from the session's secret, so it need not be kept, and a page may ask for it again.
    """
    key = session.encode("utf-8", "surrogateescape")
    made = hmac.digest(key, b"monitor: cross-site requests", "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(
        one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape")
    )


def user_name(text: str) -> str:
    """A user's name as it is kept; UsageError where it cannot be one."""
    name = text.strip().lower()
    if not NAME.fullmatch(name):
        message = (
            f"{text!r} cannot be a name: use a to z, digits, '.', '_', '@' and '-', 64 at most, and"
            " begin with a letter or a digit."
        )
        raise UsageError(message)
    return name


def check_new_password(password: str, name: str) -> None:
    """UsageError where nobody should have this password."""
    folded = _folded(password)
    if not SHORTEST <= len(folded) <= LONGEST:
        message = f"A password has {SHORTEST} letters at least, and {LONGEST} at most."
        raise UsageError(message)
    if len(set(folded)) < FEWEST_DIFFERENT or name in folded.lower():
        message = "This password is guessed at once: take several words that are not your name."
        raise UsageError(message)


def hash_password(password: str) -> str:
    """What is kept of a password. It takes a while: do it in a thread."""
    return HASHER.hash(_folded(password))


def is_password(stored: str | None, password: str) -> bool:
    """Whether a password is the one that is kept; None: there is none, which takes as long.

    It takes a while: do it in a thread.
    """
    nobodys = _nobodys(HASHER)
    try:
        HASHER.verify(stored or nobodys, _folded(password)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    return hasher.hash(drawn())


def _folded(password: str) -> str:
    """One spelling of what may be typed in several ways (RFC 8265, 4.2: NFC; nothing else)."""
    return unicodedata.normalize("NFC", password)
