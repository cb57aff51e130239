"""The past over HTTP: an instant is needed, and the answers are those that are described."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from pydantic import TypeAdapter

from monitor.api import past as group
from monitor.report.forms import VoyageForm, WhyForm
from monitor.report.past_forms import PastAlertForm, PastCallForm, PastVesselForm
from monitor.report.status_forms import PortForm
from tests.integration.api.features.sea import SHIPS, asking, fill

FORMS: dict[str, Any] = {
    "/past/vessels": list[PastVesselForm], "/past/alerts": list[PastAlertForm],
    "/past/port-calls": list[PastCallForm], "/past/voyages": list[VoyageForm],
    "/past/ports": list[PortForm],
}  # fmt: skip


async def test_each_is_answered_as_it_is_described(db: asyncpg.Connection, database: str) -> None:
    """Of a sea in which there is something of everything, at an instant in the middle of it."""
    await fill(db)
    assert {route.path for route in group.ROUTES} == {*FORMS, "/past/alerts/{id}"}
    async with asking(database) as client:
        for path, form in FORMS.items():
            answer = await client.get(f"{path}?at=2024-12-14T12:00Z")
            assert answer.status == 200, await answer.text()
            found = TypeAdapter(form).validate_json(await answer.text())
            assert found, path
            if path == "/past/vessels":
                assert len(found) == len(SHIPS)
                assert {each.at.isoformat() for each in found} == {"2024-12-14T12:00:00+00:00"}
            if path == "/past/alerts":
                why = await client.get(f"/past/alerts/{found[0].id}?at=2024-12-14T12:00Z")
                WhyForm.model_validate_json(await why.text())


@pytest.mark.parametrize("path", [*FORMS, "/past/alerts/00"])
async def test_without_an_instant_nothing_is_answered(database: str, path: str) -> None:
    async with asking(database) as client, client.get(path) as answer:
        assert answer.status == 400
        assert (await answer.json())["detail"] == "The parameter 'at' is needed: give it."
