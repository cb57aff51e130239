"""The handbook: all endpoints as a page that works offline, drawn from the routes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from monitor.api.openapi import ABOUT, TITLE, anchor, document
from monitor.api.problems import MEDIA
from monitor.api.routes import Parameter, Route
from monitor.report.hypertext import Markup, element, joined, link, table, whole

NEEDS = {
    None: "nothing", "read": "to be let in as a reader", "officer": "to be let in as an officer",
    "analyst": "to be let in as an analyst", "admin": "to be let in as an administrator",
    "push": "the token of its feed", "draw": "to be let in as an officer or an analyst",
}  # fmt: skip


def handbook(routes: Sequence[Route]) -> str:
    """The page."""
    schemas = document(routes)["components"]["schemas"]
    listed = table(
        ["endpoint", "what it is for"],
        [(link(f"#{anchor(each)}", f"{each.method} {each.path}"), each.summary) for each in routes],
    )
    forms = [
        joined(element("h3", name, id=f"form-{name}"), element("pre", _pretty(schema)))
        for name, schema in sorted(schemas.items())
    ]
    return whole(
        f"{TITLE}: endpoints",
        element("p", ABOUT.replace("`", "")),
        element(
            "p", "For programs: ", link("/openapi.json"), " (OpenAPI 3.1), ", link("/api"),
            " (3.0.3).",
        ),
        listed, *(_endpoint(each) for each in routes), element("h2", "Forms"), *forms,
    )  # fmt: skip


def _endpoint(route: Route) -> Markup:
    """One endpoint."""
    needs = NEEDS[route.needs]
    parts = [
        element("h2", element("code", f"{route.method} {route.path}"), id=anchor(route)),
        element("p", route.summary, f" {route.more}" if route.more else ""),
        element("p", f"Needs {needs}.", class_="quiet"),
    ]
    if route.parameters:
        rows = [_parameter(each) for each in route.parameters]
        parts.append(table(["parameter", "in", "form", "meaning"], rows))
    if route.body is not None:
        parts.append(element("p", "Body: ", element("code", ", ".join(route.body.model_fields))))
    answers = [("200", ", ".join(route.answer.media), route.answer.words)]
    answers += [(str(code), ", ".join(a.media), a.words) for code, a in route.also.items()]
    if route.problems:
        answers.append((", ".join(map(str, sorted(route.problems))), MEDIA, "Problems."))
    return joined(*parts, table(["status", "type", "meaning"], answers))


def _parameter(each: Parameter) -> tuple[str, str, str, str]:
    place = f"{each.place}, required" if each.required else each.place
    form = ", ".join(f"{name} {_short(value)}" for name, value in each.form.items())
    return element("code", each.name), place, form, each.words


def _short(value: object) -> str:
    if isinstance(value, list):
        return " or ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def _pretty(schema: object) -> str:
    return json.dumps(schema, indent=1)
