"""The description for programs: drawn from the routes, right by JSON Schema, and 3.0 for GDAL."""

from __future__ import annotations

import re
from typing import Any

from monitor.api import GROUPS
from monitor.api.openapi import SAID, also_of, anchor, document, older

ROWS = [route for group in GROUPS for route in group.ROUTES]
NEWER = document(ROWS)
OLDER = older(NEWER)


def inner(value: Any) -> list[dict[str, Any]]:
    """All objects in a document."""
    if isinstance(value, list):
        return [found for each in value for found in inner(each)]
    if not isinstance(value, dict):
        return []
    return [value, *(found for each in value.values() for found in inner(each))]


def test_each_route_is_described() -> None:
    """With its sentence, its words, and the statuses that it may answer."""
    found = {
        (method.upper(), path): told
        for path, each in NEWER["paths"].items()
        for method, told in each.items()
    }
    assert set(found) == {(route.method, route.path) for route in ROWS}
    for route in ROWS:
        told = found[route.method, route.path]
        assert told["summary"] == route.summary
        assert [each["name"] for each in told["parameters"]] == [p.name for p in route.parameters]
        guarded = {401, 403, 503} if route.needs is not None else set()
        statuses = {200, 400, 421, 500, *guarded, *also_of(route), *route.problems}
        assert set(told["responses"]) == set(map(str, statuses))
        assert ("security" in told) is (route.needs is not None)
    names = [told["operationId"] for told in found.values()]
    assert len(set(names)) == len(names)


def test_each_reference_leads_somewhere() -> None:
    for words in (NEWER, OLDER):
        refs = {each["$ref"] for each in inner(words) if isinstance(each.get("$ref"), str)}
        known = {f"#/components/schemas/{name}" for name in words["components"]["schemas"]}
        assert refs <= known
        assert "#/components/schemas/Problem" in refs


def test_the_older_one_has_no_word_of_the_newer() -> None:
    """OpenAPI 3.0: no null among types, no const, no examples, no lists of types."""
    assert (NEWER["openapi"], OLDER["openapi"]) == ("3.1.0", "3.0.3")
    for each in inner(OLDER):
        assert not isinstance(each.get("type"), list)
        assert each.get("type") != "null"
        assert "prefixItems" not in each
        assert not isinstance(each.get("const"), str)
        assert not isinstance(each.get("examples"), list)
        assert not ("$ref" in each and len(each) > 1)
    assert set(OLDER["paths"]) == set(NEWER["paths"])


def test_how_a_schema_is_written_the_older_way() -> None:
    for newer, found in (
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "integer", "nullable": True}),
        (
            {"anyOf": [{"$ref": "#/x"}, {"type": "null"}]},
            {"anyOf": [{"$ref": "#/x"}], "nullable": True},
        ),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"exclusiveMinimum": 3}, {"minimum": 3, "exclusiveMinimum": True}),
        ({"$ref": "#/x", "description": "It."}, {"description": "It.", "allOf": [{"$ref": "#/x"}]}),
        ({"examples": ["a", "b"]}, {"example": "a"}),
        ({"prefixItems": [{"type": "number"}]}, {"items": {"anyOf": [{"type": "number"}]}}),
    ):
        assert older({"schema": newer})["schema"] == found


def test_what_an_endpoint_is_called_in_an_address() -> None:
    names = [anchor(route) for route in ROWS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_-]+", name) for name in names)


def test_each_status_that_a_route_may_answer_has_words() -> None:
    assert {status for route in ROWS for status in route.problems} <= set(SAID)
