"""The plain script that a user would write first: pyais, shapely, asyncpg's executemany."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from pyais import FileReaderStream
from shapely.geometry import Point, shape

PROJECT = Path(__file__).parents[2]
BATCH = 1_000


async def main(url: str, log: str) -> None:
    """Decode, test against the ports' polygons, insert; print the seconds."""
    polygons = [
        (feature["id"], shape(feature["geometry"]))
        for file in sorted((PROJECT / "geofences").glob("*.geojson"))
        for feature in json.loads(file.read_text())["features"]
    ]
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE hit (mmsi integer, at timestamptz, fence text)")
    await connection.fetchval(
        "SELECT make_position_partition($1)", datetime(2024, 12, 10, tzinfo=UTC)
    )
    began = time.perf_counter()
    rows, hits = [], []
    for sentence in FileReaderStream(log):
        message = sentence.decode()
        if message.msg_type not in {1, 2, 3, 18, 27} or abs(message.lon) > 180:
            continue
        sentence.tag_block.init()
        at = datetime.fromtimestamp(int(sentence.tag_block.receiver_timestamp), tz=UTC)
        point = Point(message.lon, message.lat)
        hits += [(message.mmsi, at, name) for name, polygon in polygons if polygon.contains(point)]
        rows.append(
            (message.mmsi, at, message.lon, message.lat, message.speed, message.course,
             message.heading, message.status, message.msg_type)
        )  # fmt: skip
        if len(rows) >= BATCH:
            await flush(connection, rows, hits)
    await flush(connection, rows, hits)
    print(time.perf_counter() - began)
    await connection.close()


async def flush(connection: asyncpg.Connection, rows: list, hits: list) -> None:
    """Insert what was gathered."""
    await connection.executemany(
        "INSERT INTO position VALUES ($1, $2, ST_SetSRID(ST_MakePoint($3, $4), 4326), $5, $6, $7,"
        " $8, $9, 0, $2, 1, 0) ON CONFLICT DO NOTHING",
        rows,
    )
    await connection.executemany("INSERT INTO hit VALUES ($1, $2, $3)", hits)
    rows.clear()
    hits.clear()


asyncio.run(main(sys.argv[1], sys.argv[2]))
