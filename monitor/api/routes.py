"""Routes as data: each endpoint says what it takes, answers and needs, in the file of its group.

The application is made from these rows, and so are its description for programs (``openapi.py``)
and for people (``handbook.py``). A handler whose row does not tell a thing does not do it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, JsonValue

from monitor.roles import Need

JSON = "application/json"
JSON_UTF8 = "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
TEXT = "text/plain"
HTML = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A word of a request: in its path, in its query or in a header."""

    name: str
    words: str
    form: Mapping[str, JsonValue]  # JSON Schema of its value
    place: Literal["query", "path", "header"] = "query"
    required: bool = False
    exploded: bool = True  # False: a list is written with commas


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a status means: its media types and its form.

    ``form`` is anything that pydantic takes for a type; None: the media type says enough.
    """

    words: str
    form: Any = None
    media: Sequence[str] = (JSON,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An endpoint."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    handler: Handler
    summary: str  # a sentence
    needs: Need | None  # None: open to all
    answer: Answer
    parameters: Sequence[Parameter] = ()
    body: type[BaseModel] | None = None
    body_media: Sequence[str] = (JSON,)  # also of a body without a form; (): it takes none
    also: Mapping[int, Answer] = field(default_factory=lambda: MappingProxyType({}))
    problems: Sequence[int] = ()  # statuses, beside those that any request may meet
    more: str = ""  # what else a reader should know
    name: str = ""  # of the operation; none: its handler's

    def __post_init__(self) -> None:
        """Each word of the path is a parameter, and none is there that the path has not."""
        named = set(re.findall(r"{(\w+)", self.path))
        told = {each.name for each in self.parameters if each.place == "path"}
        if named != told:
            message = f"{self.path} has {sorted(named)} in its path, and tells of {sorted(told)}."
            raise ValueError(message)

    @property
    def operation(self) -> str:
        """The name of what it does; no two have the same."""
        return self.name or getattr(self.handler, "__name__", "")

    @property
    def words(self) -> list[str]:
        """Names that may stand in its query."""
        return [each.name for each in self.parameters if each.place == "query"]

    @property
    def needed(self) -> list[str]:
        """Those without which there is no answer."""
        return [each.name for each in self.parameters if each.place == "query" and each.required]


class Group(Protocol):
    """A module of endpoints."""

    @property
    def ROUTES(self) -> Sequence[Route]:  # noqa: N802 - a list of a module
        """Its endpoints, in the order in which people read of them."""


TABLE: web.AppKey[Sequence[Route]] = web.AppKey("table")
"""All rows that an application answers."""

MADE: web.AppKey[dict[str, bytes]] = web.AppKey("made")
"""Answers that are made of the rows alone, and therefore once."""


def add_routes(app: web.Application, groups: Sequence[Group]) -> None:
    """Answer what these groups tell of."""
    rows = tuple(route for group in groups for route in group.ROUTES)
    for route in rows:
        if route.method == "GET":
            app.router.add_get(route.path, route.handler)
        else:
            app.router.add_route(route.method, route.path, route.handler)
    app[TABLE], app[MADE] = rows, {}


def route_of(request: web.Request) -> Route | None:
    """The row that answers a request, also in middlewares; None: nothing does."""
    resource = request.match_info.route.resource
    if resource is None:
        return None
    method = "GET" if request.method == "HEAD" else request.method
    rows = request.app[TABLE]
    path = resource.canonical
    return next((each for each in rows if (each.method, each.path) == (method, path)), None)
