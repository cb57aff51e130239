"""Documents of OGC API Features (17-069, 19-079): landing page, conformance, collections.

Addresses begin with ``base``, by which the caller reached us: some clients want whole ones.
"""

from __future__ import annotations

from typing import Any

from monitor.report.features.asked import CRS84
from monitor.report.features.collections import COLLECTIONS, Collection

TITLE = "Maritime Movement Monitor"
WORDS = "Ships at watched ports: where they were, when they came and left, and how it is known."

GEOJSON = "application/geo+json"
SCHEMA_JSON = "application/schema+json"
OPENAPI_30 = "application/vnd.oai.openapi+json;version=3.0"
"""Letter for letter: GDAL refuses it with a charset, or with a blank."""

_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"

CONFORMS = (
    *(f"{_FEATURES}-1/1.0/conf/{each}" for each in ("core", "oas30", "html", "geojson")),
    *(
        f"{_FEATURES}-3/1.0/conf/{each}"
        for each in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"{_CQL2}/{each}"
        for each in (
            "cql2-text", "basic-cql2", "advanced-comparison-operators",
            "case-insensitive-comparison", "basic-spatial-functions", "basic-spatial-operators",
        )
    ),
)  # fmt: skip
"""No more than holds. The last is the draft's name for the one before it, by which QGIS asks."""

Document = dict[str, Any]


def link(href: str, rel: str, media: str, title: str) -> dict[str, str]:
    """A link (RFC 8288)."""
    return {"href": href, "rel": rel, "type": media, "title": title}


def _both(address: str, media: str = "application/json") -> list[dict[str, str]]:
    """To itself and to the page that says the same."""
    return [
        link(f"{address}?f=json", "self", media, "This document"),
        link(f"{address}?f=html", "alternate", "text/html", "The same as a page"),
    ]


def landing(base: str) -> Document:
    """Where everything begins."""
    return {
        "title": TITLE, "description": WORDS,
        "links": [
            *_both(f"{base}/"),
            link(f"{base}/api", "service-desc", OPENAPI_30, "The description for programs"),
            link(f"{base}/docs", "service-doc", "text/html", "The description for people"),
            link(f"{base}/conformance", "conformance", "application/json", "What it conforms to"),
            link(f"{base}/collections", "data", "application/json", "The collections"),
        ],
    }  # fmt: skip


def conformance(_: str) -> Document:
    """What it conforms to."""
    return {"conformsTo": list(CONFORMS)}


def collections(base: str) -> Document:
    """All collections."""
    return {
        "links": _both(f"{base}/collections"),
        "collections": [collection(base, each) for each in COLLECTIONS],
    }


def collection(base: str, each: Collection) -> Document:
    """One of them."""
    address = f"{base}/collections/{each.id}"
    queryables_rel = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
    return {
        "id": each.id, "title": each.title, "description": each.words, "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [[-180.0, -90.0, 180.0, 90.0]], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": [CRS84], "storageCrs": CRS84,
        "links": [
            *_both(address),
            link(f"{address}/items", "items", GEOJSON, "Features"),
            link(f"{address}/items?f=html", "items", "text/html", "Features as a page"),
            link(f"{address}/queryables", queryables_rel, SCHEMA_JSON, "What can be filtered by"),
        ],
    }  # fmt: skip


def queryables(base: str, each: Collection) -> Document:
    """What a collection can be filtered by, as JSON Schema."""
    places = {"point": "geometry-point", "any": "geometry-any"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base}/collections/{each.id}/queryables",
        "type": "object", "title": each.title, "description": each.words,
        "properties": {
            **{found.name: found.schema for found in each.properties},
            "geometry": {
                "title": "geometry", "description": "Its place.",
                "format": places[each.geometry], "x-ogc-role": "primary-geometry",
            },
        },
        "additionalProperties": False,
    }  # fmt: skip
