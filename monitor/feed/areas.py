"""Areas that feeds can be asked for, and those around the ports watched by default."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Corner = tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]]
Box = tuple[Corner, Corner]

TARTUS_AND_TOBRUK: tuple[Box, ...] = (
    ((34.15, 35.12), (35.65, 36.62)),
    ((31.33, 23.23), (32.83, 24.73)),
)
"""1.5 degrees around each port: 45 nautical miles of approach from north and south."""
