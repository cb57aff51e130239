"""Words that several endpoints take: each has a form that a client can read, and an example."""

from __future__ import annotations

from monitor.api import parameters
from monitor.api.routes import Parameter

EACH = [each for each in vars(parameters).values() if isinstance(each, Parameter)]


def test_each_says_what_it_is() -> None:
    assert len({each.name for each in EACH}) == len(EACH) == 9
    for each in EACH:
        assert each.words.endswith(".")
        assert each.form["type"] == "string"
        assert "examples" in each.form or "enum" in each.form
