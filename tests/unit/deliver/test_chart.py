"""The little chart of a letter: what is drawn where, and when there is none."""

from __future__ import annotations

import io
from typing import Any

import pytest
import shapely
from PIL import Image, ImageColor

from monitor.alert.message import Message
from monitor.deliver.chart import COLOURS, FOOT, HEAD, HEIGHT, LEAST_M, MARK, WIDTH, View, chart
from monitor.engine.geofence import Fence, FenceKind, FenceSet, Port
from tests.integration.deliver.ends import message
from tests.ports import ports

BERTH = {"place": "tartus", "lon": 35.866, "lat": 34.9127, "headline": "SPARTA IV berthed"}


def drawn(**words: Any) -> Image.Image:
    """The picture of a message."""
    made = chart(message(**words), ports())
    assert made is not None
    assert len(made) < 100_000
    found = Image.open(io.BytesIO(made))
    assert (found.format, found.size) == ("PNG", (WIDTH, HEIGHT))
    return found.convert("RGB")


def many(picture: Image.Image, colour: str, tolerance: int = 24) -> int:
    """How many pixels have about this colour."""
    wanted = ImageColor.getrgb(colour)
    colours = picture.getcolors(WIDTH * HEIGHT)
    return sum(
        count
        for count, found in colours
        if isinstance(found, tuple)
        and all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=False))
    )


def fixes(*places: tuple[float, float]) -> tuple[dict[str, object], ...]:
    return tuple({"at": "2024-12-13T12:00:00Z", "lon": lon, "lat": lat} for lon, lat in places)


def test_a_berth_is_drawn_in_its_harbour_and_marked() -> None:
    picture = drawn(**BERTH)
    for kind in (FenceKind.APPROACH, FenceKind.HARBOUR, FenceKind.BERTH):
        assert many(picture, COLOURS[kind]) > 10_000, kind
    assert 200 < many(picture, MARK) < 5_000


def test_the_way_she_came_is_drawn() -> None:
    """What lies far off, such as where a voyage began, would make a dot of the port."""
    still = drawn(**BERTH)
    come = drawn(**BERTH, fixes=fixes((35.85, 34.90), (35.86, 34.911)))
    assert come.tobytes() != still.tobytes()
    far = drawn(**BERTH, fixes=fixes((24.0, 32.07)))
    assert far.tobytes() == still.tobytes()


def test_a_ship_that_is_heard_again_outside_is_shown_with_the_port() -> None:
    picture = drawn(**BERTH | {"lon": 35.7, "lat": 34.8})
    assert many(picture, COLOURS[FenceKind.HARBOUR]) > 1_000
    assert many(picture, MARK) > 200


@pytest.mark.parametrize(
    "words", [{"lon": None}, {"lat": None}, {"lon": 0.0, "lat": 0.0}, {"lon": 35.8, "lat": 40.0}]
)
def test_where_there_is_nothing_to_show_there_is_no_chart(words: dict[str, Any]) -> None:
    """A message without a place, such as a digest; a place far from each port."""
    assert chart(message(**BERTH | words), ports()) is None


def test_without_ports_there_is_no_chart() -> None:
    assert chart(message(**BERTH), FenceSet(ports=())) is None


def test_an_odd_place_and_odd_words_are_no_trouble() -> None:
    odd: Message = message(**BERTH, name=None, happened_at=None)
    assert chart(odd, ports()) is not None
    words = "\x1b[31m" + "海上" * 200
    assert chart(message(**BERTH | {"headline": words, "place": "nowhere"}), ports()) is not None


def test_a_port_on_the_antimeridian() -> None:
    """In two pieces, and one picture."""
    shape = shapely.MultiPolygon(
        [shapely.box(179.9, -17.0, 180.0, -16.9), shapely.box(-180.0, -17.0, -179.9, -16.9)]
    )
    fence = Fence(id="a", kind=FenceKind.HARBOUR, name="a", shape=shape)
    taveuni = FenceSet(ports=(Port(id="a", name="A", fences=(fence,), hash=""),))
    made = chart(message(place="a", lon=-179.99, lat=-16.95), taveuni)
    assert made is not None
    picture = Image.open(io.BytesIO(made)).convert("RGB")
    assert many(picture, COLOURS[FenceKind.HARBOUR]) > 50_000


def test_a_view_holds_what_it_is_to_show() -> None:
    """North is up, east is right, and a place alone is not seen from too near."""
    view = View(lon=20.0, lat=60.0, shown=[(20.0, 60.0), (20.1, 60.02)])
    low, high = view.at(20.0, 60.0), view.at(20.1, 60.02)
    assert 0 < low.x < high.x < WIDTH
    assert HEAD < high.y < low.y < HEIGHT - FOOT
    alone = View(lon=20.0, lat=60.0, shown=[(20.0, 60.0)])
    assert alone.pixel_m == pytest.approx(2 * LEAST_M / WIDTH)
    assert alone.at(20.0, 60.0).x == pytest.approx(WIDTH / 2)
