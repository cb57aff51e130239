"""What a log is: form, columns, times, and the first line that is refused for each reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.decode.decoder import Told
from monitor.errors import InputError
from monitor.feed.logfile import LogFile
from monitor.service.explain import Explained, explain
from monitor.service.logs import LogOptions, late_by, open_log
from monitor.units import HOUR_US, SECOND_US

SENTENCE = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"


def nmea(*lines: bytes) -> bytes:
    return b"".join(b"\\c:%d*00\\%s\n" % (1_700_000_000 + n, line) for n, line in enumerate(lines))


def explained(path: Path, data: bytes, **said: object) -> Explained:
    path.write_bytes(data)
    log = LogFile(str(path))
    try:
        return explain(log, LogOptions(told=Told(**said)))  # type: ignore[arg-type]
    finally:
        log.close()


def test_a_log_of_sentences(tmp_path: Path) -> None:
    """The line of each first refusal is its own, wherever the log is cut."""
    wrong = SENTENCE[:-2] + b"00"
    lines = [SENTENCE] * 3000 + [wrong, SENTENCE, b"!AIVDM,0,1,,A,1,0*00", wrong]
    found = explained(tmp_path / "log.nmea", nmea(*lines))
    assert (found.form, found.dated_by, found.columns) == ("nmea", "the logger's times", {})
    assert (found.lines, found.reports, found.positions) == (3004, 3001, 3001)
    assert found.refusals == {"bad_checksum": 2, "garbled": 1}
    assert {reason: line for reason, (line, _) in found.where.items()} == {
        "bad_checksum": 3001, "garbled": 3003,
    }  # fmt: skip
    assert found.record()["first_at"] == "2023-11-14T22:13:20Z"


def test_a_table(tmp_path: Path) -> None:
    """Its columns by their names; what the engine would refuse is told as well."""
    head = b"Vessel MMSI,Date,Time,Lat,Lon,Speed (km/h)\n"
    rows = [
        b"211000001,2024-03-04,10:00:00,5,10,20", b"211000001,2024-03-04,10:01:00,?,10,20",
        b"1,2024-03-04,10:02:00,5,10,20",
    ]  # fmt: skip
    found = explained(tmp_path / "log.csv", head + b"\n".join(rows) + b"\n")
    assert (found.form, found.dated_by) == ("csv", "column Time")
    assert found.columns == {
        "time": "Time", "MMSI": "Vessel MMSI", "latitude": "Lat", "longitude": "Lon",
        "day": "Date", "sog": "Speed (km/h)",
    }  # fmt: skip
    assert found.where["garbled"] == (3, rows[1])
    assert found.where["mmsi_invalid"][0] == 4


def test_times_of_after_now_are_nonsense(tmp_path: Path) -> None:
    found = explained(tmp_path / "log", nmea(SENTENCE, SENTENCE), until=1_700_000_000 * SECOND_US)
    assert (found.positions, found.refusals) == (1, {"clock_nonsense": 1})


def test_what_is_no_log_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a known AIS log"):
        explained(tmp_path / "log", b"words\n")


def test_how_late_reports_came(tmp_path: Path) -> None:
    """A satellite's: its archive says when each was received."""
    rows = "".join(
        f"211000001,2024-03-04 {hour:02}:00:00,2024-03-04 {hour + 3:02}:00:00,5,10\n"
        for hour in range(20)
    )
    path = tmp_path / "log.csv"
    path.write_text("mmsi,time,received_at,lat,lon\n" + rows)
    log = LogFile(str(path))
    assert late_by(open_log(log, LogOptions())) == 3 * HOUR_US
    log.close()
    assert explain(LogFile(str(path)), LogOptions()).late_us == 3 * HOUR_US
