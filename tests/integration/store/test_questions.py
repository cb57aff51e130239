"""What questions may ask of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from monitor.errors import UsageError
from monitor.store import questions
from monitor.store.questions import MOST_DAYS, MOST_DAYS_INSIDE, Corners, corners

DAY = datetime(2024, 12, 13, tzinfo=UTC)
BOX = Corners(35.0, 34.0, 36.0, 36.0)


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "2,0,1,1", "0,2,1,1", "nan,0,1,1"])
def test_boxes_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="is no box"):
        corners(text)
    assert corners("35,34,36,36") == BOX


async def test_times_that_are_too_long_or_none(db: asyncpg.Connection) -> None:
    with pytest.raises(UsageError, match="ends before it begins"):
        await questions.inside(db, BOX, DAY, DAY)
    with pytest.raises(UsageError, match=f"longer than {MOST_DAYS_INSIDE} days"):
        await questions.inside(db, BOX, DAY - timedelta(days=32), DAY)
    with pytest.raises(UsageError, match=f"longer than {MOST_DAYS} days"):
        await questions.activity(db, "a", DAY - timedelta(days=367), DAY)
