"""Documents: what clients look for in them, and no more than holds."""

from __future__ import annotations

import pytest

from monitor.report.features.collections import COLLECTIONS, Collection
from monitor.report.features.documents import (
    CONFORMS,
    OPENAPI_30,
    collection,
    collections,
    conformance,
    landing,
    queryables,
)
from monitor.report.features.forms import (
    CollectionForm,
    CollectionsForm,
    ConformanceForm,
    LandingForm,
    SchemaForm,
)

BASE = "https://watch.example"


def test_the_landing_page_has_the_links_without_which_clients_give_up() -> None:
    found = LandingForm.model_validate(landing(BASE))
    links = {each.rel: each for each in found.links}
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= set(links)
    assert (links["service-desc"].href, links["service-desc"].type) == (f"{BASE}/api", OPENAPI_30)
    assert all(each.href.startswith(BASE) for each in found.links)


def test_what_it_conforms_to() -> None:
    """What QGIS must find before it filters here; not the parts that we have not."""
    found = ConformanceForm.model_validate(conformance(BASE)).conforms_to
    assert found == list(CONFORMS)
    ends = {each.rpartition("/")[2] for each in found}
    assert {"core", "filter", "features-filter", "cql2-text", "basic-cql2"} <= ends
    assert not ends & {"crs", "cql2-json", "arithmetic", "functions", "temporal-functions"}


def test_the_collections() -> None:
    found = CollectionsForm.model_validate(collections(BASE)).collections
    assert [each.id for each in found] == [each.id for each in COLLECTIONS]


@pytest.mark.parametrize("each", COLLECTIONS, ids=lambda each: each.id)
def test_a_collection_and_what_it_can_be_filtered_by(each: Collection) -> None:
    """CRS84 alone, for clients take the first that they find."""
    found = CollectionForm.model_validate(collection(BASE, each))
    assert found.crs == [found.storage_crs]
    links = {each.rel.rpartition("/")[2]: each.href for each in found.links}
    assert links["items"].startswith(f"{BASE}/collections/{each.id}/items")
    assert links["queryables"] == f"{BASE}/collections/{each.id}/queryables"
    schema = queryables(BASE, each)
    SchemaForm.model_validate(schema)
    assert schema["$id"] == links["queryables"]
    assert set(schema["properties"]) == {*each.property_of, "geometry"}
