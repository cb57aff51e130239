"""aisstream's envelopes, and a feed at whoever speaks as it does."""

from __future__ import annotations

import json
from typing import Any

from monitor.feed.aisstream import PING_S, AisStream, AisStreamConfig

KEY = "0123456789abcdef"
CONFIRMATION = b'{"MessageType":"SubscriptionConfirmation","Message":{"CompressionEnabled":false}}'
ENVELOPE = json.dumps(
    {
        "MetaData": {"MMSI": 244700923, "time_utc": "2026-08-30 11:59:57.548559821 +0000 UTC"},
        "MessageType": "PositionReport",
        "Message": {
            "PositionReport": {
                "MessageID": 1, "UserID": 244700923, "Valid": True, "Sog": 2.2, "Cog": 140.5,
                "Longitude": 5.21891, "Latitude": 52.82794, "TrueHeading": 511,
            }
        },
    }
).encode()  # fmt: skip


def feed_at(address: str, *, ping_s: float = PING_S, **words: Any) -> AisStream:
    table = {"name": "levant", "url": f"ws://{address}/v0/stream", "api_key": KEY, **words}
    return AisStream(AisStreamConfig.model_validate(table), ping_s=ping_s)
