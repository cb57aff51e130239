"""Who may what: scopes, the roles that have them, and a caller as he is known. Pure.

An endpoint needs one scope or none; a user has those of his role, a token those it was given, and
never more than its owner has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, get_args

Scope = Literal["read", "officer", "analyst", "admin", "push"]
"""What a caller must be allowed to: read; work with alerts; sightings and exports; all; push."""

Need = Literal["read", "officer", "analyst", "admin", "push", "draw"]
"""What an endpoint needs: a scope, or one of several."""

MEANS: Mapping[str, frozenset[Scope]] = MappingProxyType(
    {"draw": frozenset({"officer", "analyst"})}
)
"""Needs that are no scopes -> the scopes of which one will do."""

SCOPES: tuple[Scope, ...] = get_args(Scope)


class Role(StrEnum):
    """What a user is."""

    VIEWER = "viewer"
    OFFICER = "officer"
    ANALYST = "analyst"
    ADMIN = "admin"


SCOPES_OF: Mapping[Role, frozenset[Scope]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({"read"}),
        Role.OFFICER: frozenset({"read", "officer"}),
        Role.ANALYST: frozenset({"read", "analyst"}),
        Role.ADMIN: frozenset(SCOPES),
    }
)


def suffices(scopes: Collection[Scope], need: Need) -> bool:
    """Whether one of these scopes is what is needed."""
    wanted = MEANS.get(need)
    return need in scopes if wanted is None else not wanted.isdisjoint(scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as far as it is known, and what he may."""

    kind: Literal["anyone", "user", "token", "shared"]
    scopes: frozenset[Scope]
    name: str | None = None
    """The user; of a token its owner. None: there is none."""
    token: str | None = None
    """What the token is called."""
    feed: str | None = None
    """The only feed that a token may push to; None: it is not bound to one."""

    @property
    def actor(self) -> str | None:
        """Whose name stands beside what he does; None: he is not known, and says it himself."""
        if self.name is not None or self.token is None:
            return self.name
        return f"token {self.token}"


ANYONE = Caller(kind="anyone", scopes=frozenset({"read"}))
"""Who is let in without being asked, where reading is open."""

SHARED = Caller(kind="shared", scopes=frozenset({"read", "officer"}))
"""Who bears the token of the setting ``alerts_token``: one of the officers, who says which."""


def scopes_of_token(given: frozenset[Scope], owner: Role | None) -> frozenset[Scope]:
    """What a token may: what it was given, within what its owner may. None: it has no owner."""
    return given if owner is None else given & SCOPES_OF[owner]
