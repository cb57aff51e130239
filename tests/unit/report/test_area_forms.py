"""The form of an area holds what the record has."""

from __future__ import annotations

from monitor.report.area_forms import AreaFeature, AreasForm
from monitor.report.areas import area_feature, areas_collection
from tests.unit.report.test_areas import STORED


def test_the_form_is_that_of_the_record() -> None:
    """No word too many, and none that is missing."""
    found = AreaFeature.model_validate(area_feature(STORED))
    assert found.model_dump(mode="json").keys() == area_feature(STORED).keys()
    AreasForm.model_validate(areas_collection([STORED]))
