"""What is answered here, for programs: OpenAPI 3.1 from the routes and their models, and 3.0.3.

GDAL and QGIS read 3.0 alone, whose schemas are an older JSON Schema: ``older`` writes them so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from monitor import __version__
from monitor.api.access import COOKIE
from monitor.api.problems import MEDIA, Problem
from monitor.api.routes import HTML, Answer, Parameter, Route

Words = dict[str, Any]

ALWAYS = (400, 421, 500)
"""What any request may meet: it cannot be read, it asks for another host, or we fail."""

LED_TO_LOGIN = Answer(words="A browser that is not let in is led to /login.", media=())

GUARDED = (401, 403, 503)
"""What a request may meet where it must be known who asks."""

SAID = {
    400: "It cannot be taken as it stands.",
    401: "It is not known who asks: what is shown is missing, wrong or over.",
    403: "This caller may not.",
    404: "There is no such thing.",
    406: "No such form of answer.",
    408: "The body came too slowly.",
    413: "The body is too long.",
    415: "No such form of body.",
    421: "The watch is not known by this name.",
    422: "What it says does not hold together.",
    429: "Too many: later.",
    500: "A fault of the watch; its log says why.",
    503: "Not now: the store is away, or too many lists are asked for.",
}

TITLE = "Maritime Movement Monitor"
ABOUT = (
    "Which ships came to a port and which left it, when at the earliest and the latest, and how it"
    " is known. Times are RFC 3339 in UTC, coordinates degrees, longitude before latitude. Whatever"
    " goes wrong is answered as a problem (RFC 9457) whose `detail` is one sentence."
)


def document(routes: Sequence[Route]) -> Words:
    """All routes, as OpenAPI 3.1."""
    forms = _Forms(routes)
    paths: Words = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, forms)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": __version__, "description": ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": forms.schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


class _Forms:
    """The schemas of all bodies and answers, with names of their own."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._adapters: dict[Any, int] = {}
        for form in _all_forms(routes):
            self._adapters.setdefault(_key(form), len(self._adapters))
        inputs = [
            (number, "validation", TypeAdapter(form))
            for form, number in zip(_unique(routes), self._adapters.values(), strict=True)
        ]
        found, whole = TypeAdapter.json_schemas(
            inputs,  # type: ignore[arg-type] # all modes are the same literal
            ref_template="#/components/schemas/{model}",
        )
        self._schemas = {number: schema for (number, _), schema in found.items()}
        self.schemas: Words = whole.get("$defs", {})

    def of(self, form: Any) -> Words:
        """The schema of a form."""
        return dict(self._schemas[self._adapters[_key(form)]])


def _all_forms(routes: Sequence[Route]) -> list[Any]:
    forms: list[Any] = [Problem]
    for route in routes:
        answers = (route.answer, *route.also.values())
        forms += [each.form for each in answers if each.form is not None]
        forms += [] if route.body is None else [route.body]
    return forms


def _unique(routes: Sequence[Route]) -> list[Any]:
    return list({_key(form): form for form in _all_forms(routes)}.values())


def _key(form: Any) -> str:
    return repr(form)


def _operation(route: Route, forms: _Forms) -> Words:
    """An endpoint."""
    told: Words = {
        "operationId": route.operation, "summary": route.summary,
        "tags": [route.path.split("/")[1] or "landing"],
        "parameters": [_parameter(each) for each in route.parameters],
        "responses": {
            "200": _answer(route.answer, forms),
            **{str(status): _answer(each, forms) for status, each in also_of(route).items()},
            **{
                str(status): _problem(status, forms)
                for status in sorted(statuses_of(route) - set(also_of(route)))
            },
        },
    }  # fmt: skip
    if route.more:
        told["description"] = route.more
    if route.body_media and (route.body is not None or route.method != "GET"):
        schema = {} if route.body is None else forms.of(route.body)
        content = {media: {"schema": schema} for media in route.body_media}
        told["requestBody"] = {"required": True, "content": content}
    if route.needs is not None:
        told["security"] = [{"token": []}, {"session": []}]
    return told


def also_of(route: Route) -> dict[int, Answer]:
    """Its answers beside the usual one: who looks at a page is led to where he logs in."""
    leads = route.needs is not None and HTML in route.answer.media
    return {**({303: LED_TO_LOGIN} if leads else {}), **route.also}


def statuses_of(route: Route) -> set[int]:
    """What a request to it may meet beside its answers."""
    return {*ALWAYS, *route.problems, *(GUARDED if route.needs is not None else ())}


def _parameter(each: Parameter) -> Words:
    told: Words = {
        "name": each.name, "in": each.place, "description": each.words,
        "required": each.required, "schema": dict(each.form),
    }  # fmt: skip
    if not each.exploded:
        told |= {"style": "form", "explode": False}
    return told


def _answer(each: Answer, forms: _Forms) -> Words:
    schema = {} if each.form is None else forms.of(each.form)  # of anything in JSON
    plain = {"type": "string"}
    return {
        "description": each.words,
        "content": {
            media: {"schema": schema if "json" in media else plain} for media in each.media
        },
    }


def _problem(status: int, forms: _Forms) -> Words:
    return {"description": SAID[status], "content": {MEDIA: {"schema": forms.of(Problem)}}}


def older(newer: Mapping[str, Any]) -> Words:
    """The same as OpenAPI 3.0.3."""
    told: Words = _older(newer)
    return {**told, "openapi": "3.0.3"}


def _older(value: Any) -> Any:
    if isinstance(value, list):
        return [_older(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    told = {name: _older(inner) for name, inner in value.items()}
    if isinstance(kinds := told.get("type"), list):
        told |= {"type": next((kind for kind in kinds if kind != "null"), "string")}
        told |= {"nullable": True} if "null" in kinds else {}
    if isinstance(told.get("anyOf"), list):
        told = _nullable(told)
    if isinstance(told.get("prefixItems"), list):
        told["items"] = {"anyOf": told.pop("prefixItems")}
    if isinstance(told.get("examples"), list) and told["examples"]:
        told["example"] = told.pop("examples")[0]
    if "const" in told and not isinstance(told["const"], Mapping):
        told["enum"] = [told.pop("const")]
    for name, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(told.get(name), int | float) and not isinstance(told[name], bool):
            told |= {bound: told[name], name: True}
    for name in ("propertyNames", "patternProperties"):
        if isinstance(told.get(name), Mapping) and "type" in told:
            del told[name]
    if "$ref" in told and len(told) > 1 and isinstance(told["$ref"], str):
        told["allOf"] = [{"$ref": told.pop("$ref")}]
    return told


def _nullable(told: Words) -> Words:
    """A choice that has null in it, without null."""
    others = [each for each in told["anyOf"] if each != {"type": "null"}]
    if len(others) == len(told["anyOf"]):
        return told
    rest = {name: inner for name, inner in told.items() if name != "anyOf"}
    if len(others) == 1 and "$ref" not in others[0]:
        return {**others[0], **rest, "nullable": True}
    return {**rest, "anyOf": others, "nullable": True}


def anchor(route: Route) -> str:
    """What an endpoint is called in an address."""
    return re.sub(r"\W+", "-", f"{route.method} {route.path}".lower()).strip("-")
