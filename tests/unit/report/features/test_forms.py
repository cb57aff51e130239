"""The forms of features: each has the words of its collection, and no other."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from monitor.report.features.collections import COLLECTIONS, Collection
from monitor.report.features.forms import ALSO, feature_form, page_form


@pytest.mark.parametrize("each", COLLECTIONS, ids=lambda each: each.id)
def test_a_form_has_the_words_of_its_collection(each: Collection) -> None:
    schema = TypeAdapter(page_form(each)).json_schema()
    name = f"{each.title.replace(' ', '')}Properties"
    words = schema["$defs"][name]["properties"]
    also = [name for word in each.also for name in ALSO[word]]
    assert list(words) == [*each.property_of, *also]
    assert schema["$defs"][name]["additionalProperties"] is False
    assert feature_form(each) is feature_form(each)


def test_what_is_no_feature() -> None:
    for words in ({}, {"type": "Feature"}, {"type": "FeatureCollection", "features": [{}]}):
        with pytest.raises(ValidationError):
            page_form(COLLECTIONS[0]).model_validate(words)
