"""No form claims another's log, and each claims its own: the head of every recorded file."""

from __future__ import annotations

import pytest

from tests.integration.decode.recordings import DATA
from tests.unit.decode.claims import HEAD, claims

OWN = {
    "aiscatcher_json": "aiscatcher-json",
    "aisstream_json": "aisstream-json",
    "barentswatch_json": "barentswatch-json",
    "csv_danish": "danish-csv",
    "csv_misc": "csv",
    "csv_noaa": "noaa-csv",
    "digitraffic_json": "digitraffic-json",
    "gfw_json": "gfw-json",
    "gpsd_json": "gpsd-json",
}
"""Folder -> the form of its files."""

STRANGERS = {
    "aisstream_json/shimizu_snapshot_20260330.csv": "csv",
    "csv_portvisit/debs18_1000rows.csv": "csv",
    "gfw_json/gfw_api_event_item.json": None,
    "nmea_prefixed/guadeloupe_20170321_decoded_track.csv": "csv",
    "nmea_tagblock/libais_tagblock.json": "gpsd-json",
    "peercases/gfw_track_416000000.csv": "csv",
}
"""Files that are not of their folder's form."""

FILES = sorted(
    path
    for path in DATA.rglob("*")
    if path.is_file() and path.relative_to(DATA).parts[0] != "cases"  # those are made, and odd
)


@pytest.mark.skipif(not FILES, reason=f"the recorded logs are not there: {DATA}")
def test_each_recorded_file_is_claimed_by_its_own_form_and_no_other() -> None:
    wrong = {}
    for path in FILES:
        name = path.relative_to(DATA).as_posix()
        own = STRANGERS.get(name, OWN.get(name.split("/")[0]))
        with path.open("rb") as log:
            found = claims(log.read(HEAD))
        if found != ([own] if own else []):
            wrong[name] = found
    assert wrong == {}


@pytest.mark.skipif(not FILES, reason=f"the recorded logs are not there: {DATA}")
def test_a_head_cut_anywhere_is_claimed_by_no_wrong_form() -> None:
    for folder, form in OWN.items():
        path = next(file for file in FILES if file.parent.name == folder)
        own = STRANGERS.get(path.relative_to(DATA).as_posix(), form)
        head = path.read_bytes()[:4096]
        for size in range(0, len(head), 37):
            assert set(claims(head[:size])) <= {own}, (path.name, size)
