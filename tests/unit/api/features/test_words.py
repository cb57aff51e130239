"""What pages and files of features are asked in the same words."""

from __future__ import annotations

import pytest

from monitor.api.features import downloads, items
from monitor.api.features.words import BBOX, CRS, DATETIME, FILTER, FILTER_LANG, own
from monitor.report.features.collections import COLLECTIONS, Collection


@pytest.mark.parametrize("of", COLLECTIONS, ids=lambda of: of.id)
def test_each_property_may_be_asked_for(of: Collection) -> None:
    """Of the type that it has; of pages and of files alike."""
    names = [each.name for each in own(of)]
    assert names == [each.name for each in of.properties]
    for group, path in ((items, "items"), (downloads, "download")):
        (route,) = [each for each in group.ROUTES if each.path == f"/collections/{of.id}/{path}"]
        common = {each.name for each in (BBOX, DATETIME, FILTER, FILTER_LANG, *CRS)}
        assert {*names, *common} <= set(route.words)
