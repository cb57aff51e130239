"""How far it is by sea, as it is answered."""

from __future__ import annotations

import pytest

from monitor.engine.seaway import Place
from monitor.errors import UsageError
from monitor.report.distance import DistanceForm, distance, distance_table, place_of
from tests.ports import ports
from tests.unit.engine.islands import box, sea_of

ISLE = sea_of(box(0.0, 0.0, 1.0, 1.0))


def test_a_place_is_a_port_or_degrees() -> None:
    fences = ports()
    assert place_of("tartus", fences) == Place(*fences.by_id["tartus"].centre)
    assert place_of("35.5,-34.25", fences) == Place(35.5, -34.25)


@pytest.mark.parametrize("text", ["", "narvik", "1", "1,2,3", "200,0", "0,91", "nan,0"])
def test_what_is_no_place(text: str) -> None:
    words = r"is no place: write lon,lat in degrees, or a port: tartus, tobruk\.$"
    with pytest.raises(UsageError, match=words):
        place_of(text, ports())


def test_the_answer_and_its_form() -> None:
    (row,) = distance(ISLE, ports(), from_="-1,0.5", to="2,0.5")
    assert DistanceForm.model_validate(row).from_ == "-1,0.5"
    assert row["way"] == [[-1.0, 0.5], [0.0, 1.0], [1.0, 1.0], [2.0, 0.5]] or (
        row["way"] == [[-1.0, 0.5], [0.0, 0.0], [1.0, 0.0], [2.0, 0.5]]
    )
    assert row["least_m"] > row["geodesic_m"]
    assert row["words"] == "At least 194 NM by sea: 19 h at 10 kn and 13 h at 15 kn, or longer."
    assert distance_table([row]).rows()[0][2] == f"{row['least_nm']:,}"


def test_on_land_and_on_a_lake() -> None:
    words = r"^0\.5,0\.5 is on land, far from the sea: name a place on water\.$"
    with pytest.raises(UsageError, match=words):
        distance(ISLE, ports(), from_="0.5,0.5", to="2,0.5")
    lake = sea_of(box(0, 0, 1, 1), box(0.4, 0.4, 0.6, 0.6)[::-1])
    assert distance(lake, ports(), from_="0.5,0.5", to="2,0.5") == []
