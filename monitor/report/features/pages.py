"""Documents and features as plain pages, for whoever looks at an address in a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from monitor.report.features.collections import COLLECTIONS, Collection
from monitor.report.features.documents import CONFORMS, TITLE, WORDS
from monitor.report.features.feature import properties_of
from monitor.report.hypertext import Markup, element, joined, link, pairs, table, whole
from monitor.store.items import GEOMETRY

Row = Mapping[str, Any]

MOST_ROWS = 1_000
"""Of a page: a browser draws no more with pleasure."""


def landing_page(base: str) -> str:
    """Where everything begins."""
    return whole(
        TITLE, element("p", WORDS),
        element(
            "nav", link(f"{base}/collections", "Collections"), link(f"{base}/docs", "Endpoints"),
            link(f"{base}/api?f=json", "OpenAPI"), link(f"{base}/conformance", "Conformance"),
            link(f"{base}/status", "Status"),
        ),
        _listed(base),
    )  # fmt: skip


def conformance_page(base: str) -> str:
    """What it conforms to."""
    classes = element("ul", *(element("li", each) for each in CONFORMS))
    return whole("Conformance", _way(base), classes)


def collections_page(base: str) -> str:
    """All collections."""
    return whole("Collections", _way(base), _listed(base))


def _listed(base: str) -> Markup:
    rows = [(link(f"{base}/collections/{each.id}", each.title), each.words) for each in COLLECTIONS]
    return table(["collection", "what it holds"], rows)


def collection_page(base: str, each: Collection) -> str:
    """One of them."""
    address = f"{base}/collections/{each.id}"
    return whole(
        each.title, _way(base), element("p", each.words),
        element(
            "nav", link(f"{address}/items", "Features"), link(f"{address}/queryables", "Queryables")
        ),
        _properties(each),
    )  # fmt: skip


def queryables_page(base: str, each: Collection) -> str:
    """What it can be filtered by."""
    return whole(f"{each.title}: queryables", _way(base, each), _properties(each))


def _properties(each: Collection) -> Markup:
    rows = [
        (element("code", found.name), found.kind, found.words, ", ".join(found.values))
        for found in each.properties
    ]
    return table(["property", "kind", "meaning", "values"], rows)


def items_page(base: str, each: Collection, rows: Sequence[Row], links: Mapping[str, str]) -> str:
    """A page of features."""
    names = list(dict.fromkeys(name for row in rows for name in properties_of(each, row)))
    told = [
        (
            link(f"{base}/collections/{each.id}/items/{each.name(row)}", str(each.name(row))),
            *(_cell(value) for value in properties_of(each, row).values()),
        )
        for row in rows
    ]
    around = [link(address, words) for words, address in links.items()]
    found = table(["id", *names], told) if rows else element("p", "There are none.")
    return whole(each.title, _way(base, each), element("nav", *around), found,
                 element("nav", *around))  # fmt: skip


def item_page(base: str, each: Collection, row: Row) -> str:
    """One feature."""
    told = pairs((name, _cell(value)) for name, value in properties_of(each, row).items())
    place = element("pre", row[GEOMETRY] or "none")
    title = f"{each.title}: {each.name(row)}"
    return whole(title, _way(base, each), told, element("h2", "Geometry"), place)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _way(base: str, each: Collection | None = None) -> Markup:
    """The way back."""
    back = [link(f"{base}/?f=html", TITLE), link(f"{base}/collections", "Collections")]
    if each is not None:
        back.append(link(f"{base}/collections/{each.id}", each.title))
    return joined(element("nav", *back))
