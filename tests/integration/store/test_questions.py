"""What questions may ask of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from monitor.box import Box
from monitor.errors import UsageError
from monitor.store import questions
from monitor.store.questions import MOST_DAYS, MOST_DAYS_INSIDE

DAY = datetime(2024, 12, 13, tzinfo=UTC)
BOX = Box(35.0, 34.0, 36.0, 36.0)


async def test_times_that_are_too_long_or_none(db: asyncpg.Connection) -> None:
    with pytest.raises(UsageError, match="ends before it begins"):
        await questions.inside(db, BOX, DAY, DAY)
    with pytest.raises(UsageError, match=f"longer than {MOST_DAYS_INSIDE} days"):
        await questions.inside(db, BOX, DAY - timedelta(days=32), DAY)
    with pytest.raises(UsageError, match=f"longer than {MOST_DAYS} days"):
        await questions.activity(db, "a", DAY - timedelta(days=367), DAY)
