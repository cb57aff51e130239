"""Makes large tag-blocked NMEA logs with numpy: a fleet in the eastern Mediterranean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyais import encode_dict

from monitor.words import FLAGS, imo_of_six

VESSELS = 4_000
ROUND_S = 60  # every vessel reports once a round
STATIC_EVERY = 25  # rounds; then each vessel also sends its type 5, in two sentences
BEGIN_S = 1_733_788_800  # 2024-12-10T00:00:00Z
STATION = b"bench"


def write_log(path: Path, lines: int, *, seed: int = 1) -> int:
    """Write about ``lines`` lines (whole rounds); returns how many."""
    random = np.random.default_rng(seed)
    fleet = Fleet(random)
    written = 0
    with path.open("wb") as file:
        round_ = 0
        while written < lines:
            data, count = fleet.round(round_)
            file.write(data)
            written += count
            round_ += 1
    return written


class Fleet:
    """So many vessels, reporting once a round each."""

    def __init__(self, random: np.random.Generator, *, round_s: float = ROUND_S) -> None:
        """Begin somewhere at sea, some in port."""
        self.random = random
        self.round_s = round_s
        n = VESSELS
        self.mmsi = numbers(random, n)
        self.lon = random.uniform(24.5, 33.5, n)
        self.lat = random.uniform(32.6, 35.6, n)
        self.speed_kn = random.uniform(6, 18, n)
        self.course = random.uniform(0, 360, n)
        in_port = random.choice(n, n // 25, replace=False)  # 4 % lie at Tartus and Tobruk
        half = len(in_port) // 2
        for pick, lon, lat in ((in_port[:half], 35.866, 34.912), (in_port[half:], 23.975, 32.070)):
            self.lon[pick] = lon + random.normal(0, 0.002, len(pick))
            self.lat[pick] = lat + random.normal(0, 0.001, len(pick))
        self.speed_kn[in_port] = 0.0
        self.statics = [self._static(i) for i in range(n)]

    def _static(self, index: int) -> tuple[bytes, bytes]:
        fields = {
            "type": 5, "mmsi": str(self.mmsi[index]), "shipname": f"BENCH {index:05d}",
            "callsign": f"B{index:05d}", "imo": imo_of_six(900_000 + index), "ship_type": 70,
            "to_bow": 90, "to_stern": 30, "to_port": 9, "to_starboard": 9, "destination": "TOBRUK",
            "draught": 7,
        }  # fmt: skip
        one, two = encode_dict(fields, talker_id="AI", seq_id=index % 10)
        return one.encode(), two.encode()

    def round(self, number: int) -> tuple[bytes, int]:
        """Lines of a minute: positions in mixed order, and now and then static reports."""
        hours = self.round_s / 3600
        step = self.speed_kn * hours / 60
        self.lon += step * np.sin(np.radians(self.course)) / np.cos(np.radians(self.lat))
        self.lat += step * np.cos(np.radians(self.course))
        out = (self.lon < 24.2) | (self.lon > 34.0) | (self.lat < 32.4) | (self.lat > 35.9)
        self.course[out] = (self.course[out] + 180) % 360
        order = self.random.permutation(VESSELS)
        at = BEGIN_S + (number * self.round_s + np.arange(VESSELS) * self.round_s / VESSELS).astype(
            int
        )
        rows = position_lines(
            at, self.mmsi[order], self.lon[order] + self.random.normal(0, 5e-5, VESSELS),
            self.lat[order] + self.random.normal(0, 5e-5, VESSELS), self.speed_kn[order],
            self.course[order],
        )  # fmt: skip
        if number % STATIC_EVERY != STATIC_EVERY // 2:
            return rows.tobytes(), VESSELS
        parts = []
        for place, vessel in enumerate(order.tolist()):
            parts.append(rows[place].tobytes())
            head = tag_block(b"s:%s,c:%d" % (STATION, at[place]))
            parts += [head + sentence + b"\n" for sentence in self.statics[vessel]]
        return b"".join(parts), 3 * VESSELS


def numbers(random: np.random.Generator, count: int) -> NDArray[np.int64]:
    """So many MMSIs of ships, each once, as countries give them."""
    mids = np.array(list(FLAGS))
    picked = random.choice(len(mids) * 1_000_000, count, replace=False)
    return mids[picked // 1_000_000] * 1_000_000 + picked % 1_000_000


def tag_block(tag: bytes) -> bytes:
    """A tag block with its checksum."""
    return b"\\%s*%02X\\" % (tag, int(np.bitwise_xor.reduce(np.frombuffer(tag, dtype=np.uint8))))


def position_lines(at, mmsi, lon, lat, speed_kn, course):  # noqa: ANN001, ANN201
    """Type 1 sentences behind a tag block, as an (n, width) matrix of characters."""
    n = len(at)

    def pack(*fields: tuple[object, int]) -> np.ndarray:
        """Fields (value, bits) into the low bits of one word."""
        word = np.zeros(n, dtype=np.int64)
        for value, width in fields:
            word = word << width | np.asarray(value, dtype=np.int64) & ((1 << width) - 1)
        return word

    course_10 = (np.round(course * 10) % 3600).astype(np.int64)
    lon_600k, lat_600k = np.round(lon * 600_000), np.round(lat * 600_000)
    words = (
        (pack((1, 6), (0, 2), (mmsi, 30), (np.where(speed_kn > 0, 0, 5), 4), (128, 8),
              (np.round(speed_kn * 10), 10)), 10),
        (pack((0, 1), (lon_600k, 28), (lat_600k, 27), (course_10 >> 8, 4)), 10),
        (pack((course_10, 8), (511, 9), (at % 60, 6), (0, 6), (np.arange(n) * 7919, 19)), 8),
    )  # fmt: skip
    six = np.concatenate(
        [word[:, None] >> np.arange(6 * (count - 1), -1, -6) & 63 for word, count in words], axis=1
    )
    payload = (six + np.where(six < 40, 48, 56)).astype(np.uint8)
    digits = (at[:, None] // 10 ** np.arange(9, -1, -1) % 10 + 48).astype(np.uint8)
    hexes = np.frombuffer(b"0123456789ABCDEF", dtype=np.uint8)

    def fixed(text: bytes) -> np.ndarray:
        return np.broadcast_to(np.frombuffer(text, dtype=np.uint8), (n, len(text)))

    def sum_of(part: np.ndarray) -> np.ndarray:
        value = np.bitwise_xor.reduce(part, axis=1)
        return np.stack([hexes[value >> 4], hexes[value & 15]], axis=1)

    tag = np.concatenate([fixed(b"s:" + STATION + b",c:"), digits], axis=1)
    body = np.concatenate([fixed(b"AIVDM,1,1,,A,"), payload, fixed(b",0")], axis=1)
    return np.concatenate(
        [fixed(b"\\"), tag, fixed(b"*"), sum_of(tag), fixed(b"\\!"), body, fixed(b"*"),
         sum_of(body), fixed(b"\n")],
        axis=1,
    )  # fmt: skip
