"""Roles and what they may: nobody gets by a token what he has not himself."""

from __future__ import annotations

from itertools import pairwise

from monitor.roles import ANYONE, SCOPES, SCOPES_OF, SHARED, Caller, Role, scopes_of_token


def test_each_role_has_its_scopes() -> None:
    """All read; only an administrator may everything."""
    assert {role.value: sorted(SCOPES_OF[role]) for role in Role} == {
        "viewer": ["read"], "officer": ["officer", "read"], "analyst": ["analyst", "read"],
        "admin": sorted(SCOPES),
    }  # fmt: skip
    assert {"read"} == ANYONE.scopes
    assert {"read", "officer"} == SHARED.scopes


def test_a_token_may_no_more_than_its_owner() -> None:
    given = frozenset({"read", "officer", "push"})
    found = [scopes_of_token(given, role) for role in (Role.VIEWER, Role.OFFICER, Role.ADMIN)]
    assert found == [{"read"}, {"read", "officer"}, given]
    assert all(less < more for less, more in pairwise(found))
    assert scopes_of_token(given, None) == given


def test_whose_name_stands_beside_what_is_done() -> None:
    """The user's, the token's where it belongs to nobody; who is not known says it himself."""
    for words, actor in (
        ({"kind": "user", "name": "ann"}, "ann"),
        ({"kind": "token", "name": "ann", "token": "qgis"}, "ann"),
        ({"kind": "token", "token": "qgis"}, "token qgis"),
        ({"kind": "shared"}, None),
    ):
        assert Caller(scopes=frozenset(), **words).actor == actor
