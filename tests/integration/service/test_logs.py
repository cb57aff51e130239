"""Logs before they are replayed: archives with several, and what they do not say themselves."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from monitor.decode.decoder import Told
from monitor.errors import InputError
from monitor.feed.logfile import LogFile
from monitor.model import Lines
from monitor.service.logs import (
    LogOptions,
    date_order,
    decoder_of,
    form_of_log,
    logs_of,
    must_be_ordered,
    must_be_read,
    open_log,
)
from monitor.units import NO_TIME, SECOND_US

NMEA = b"\\c:%d*00\\!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
HEAD = "mmsi,time,lat,lon\n"


def archive(path: Path, **files: bytes) -> str:
    with zipfile.ZipFile(path, "w") as out:
        for name, data in files.items():
            out.writestr(name.replace("_dot_", ".").replace("_slash_", "/"), data)
    return str(path)


def table(path: Path, *times: str) -> LogFile:
    path.write_text(HEAD + "".join(f"211000001,{time},5,10\n" for time in times))
    log = LogFile(str(path))
    log.open()
    log.close()  # its head is read
    return log


def test_all_logs_of_an_archive_are_taken_and_the_rest_is_said(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "logs.zip", a_dot_nmea=NMEA % 1_700_000_000, b_dot_nmea=NMEA % 1_700_000_060,
        README_dot_txt=b"two days of logs\n", __MACOSX_slash__dot__a_dot_nmea=b"\0\5\x16\7",
    )  # fmt: skip
    logs, notes = logs_of((path, "other.nmea"))
    assert [log.name for log in logs] == ["logs.zip/a.nmea", "logs.zip/b.nmea", "other.nmea"]
    assert notes == [
        "logs.zip: README.txt is skipped, it is no AIS log.",
        "logs.zip: __MACOSX/._a.nmea is skipped.",
    ]


def test_the_only_log_of_an_archive_has_its_name(tmp_path: Path) -> None:
    path = archive(tmp_path / "log.zip", a_dot_nmea=NMEA % 1_700_000_000, README=b"words\n")
    (log,), _ = logs_of((path,))
    assert log.name == "log.zip"


def test_an_empty_file_of_an_archive_is_passed_over(tmp_path: Path) -> None:
    path = archive(tmp_path / "log.zip", empty_dot_nmea=b"", a_dot_nmea=NMEA % 1_700_000_000)
    (log,), notes = logs_of((path,))
    assert log.member == "a.nmea"
    assert notes == ["log.zip: empty.nmea is skipped, it is empty."]


def test_an_archive_without_a_log_says_what_is_in_it(tmp_path: Path) -> None:
    path = archive(tmp_path / "log.zip", README=b"words\n", LICENSE=b"words\n")
    with pytest.raises(InputError, match=r"holds no AIS log, but README, LICENSE\."):
        logs_of((path,))


@pytest.mark.parametrize(
    ("times", "order"),
    [
        (["2024-03-04 10:00"], None),
        (["3/4/2024 10:00", "13/4/2024 10:00"], "day-first"),
        (["3/4/2024 10:00", "4/13/2024 10:00"], "month-first"),
        (["3/4/2024 10:00"] * 20_000 + ["25/4/2024 10:00"], "day-first"),
    ],
)
def test_one_value_decides_which_of_day_and_month_comes_first(
    times: list[str], order: str | None, tmp_path: Path
) -> None:
    log = table(tmp_path / "log.csv", *times)
    assert date_order(log, form_of_log(log, None), Told()) == order


def test_a_log_is_sorted_by_its_dates_as_they_are_meant(tmp_path: Path) -> None:
    """The end of January and the begin of February: with the day first it would go back."""
    log = table(tmp_path / "log.csv", "1/31/2024 10:00", "2/1/2024 10:00", "2/2/2024 10:00")
    one = open_log(log, LogOptions())
    assert one.told.date_order == "month-first"
    assert not must_be_ordered([one])


def test_where_none_does_it_is_asked_for(tmp_path: Path) -> None:
    log = table(tmp_path / "log.csv", "3/4/2024 10:00", "5/6/2024 10:00")
    with pytest.raises(InputError, match="say with --date-order"):
        date_order(log, "csv", Told())
    assert date_order(log, "csv", Told(date_order="month-first")) == "month-first"


def test_a_log_that_dates_itself_needs_no_start(tmp_path: Path) -> None:
    log, notes = table(tmp_path / "log.csv", "2024-03-04 10:00"), list[str]()
    options = LogOptions(start_at=1_700_000_000 * SECOND_US)
    assert decoder_of(open_log(log, options), options.start_at, notes).clock.at == NO_TIME
    assert notes == ["log.csv dates itself: --start is not used for it."]
    plain = tmp_path / "log.nmea"
    plain.write_bytes((NMEA % 0).rpartition(b"\\")[2])
    undated = LogFile(str(plain))
    undated.open()
    undated.close()
    assert (
        decoder_of(open_log(undated, options), options.start_at, notes).clock.at == options.start_at
    )
    assert len(notes) == 1


GOOD = NMEA % 1_700_000_000
BAD = GOOD.replace(b"*24", b"*25")
ROW = b"230108610,2024-01-01 00:00:00,5,5\n"


def read(tmp_path: Path, *pieces: bytes, skipped: bool = False) -> None:
    """Read a log in pieces; ``skipped``: the first was taken before."""
    path = tmp_path / "log"
    path.write_bytes(b"".join(pieces))
    options = LogOptions()
    one = open_log(LogFile(str(path)), options)
    decoder = decoder_of(one, options.start_at, [])
    list(one.log.pieces(len(pieces[0]) if skipped else 0))
    one.log.close()
    for place, piece in enumerate(pieces):
        last = place == len(pieces) - 1
        reports = decoder.decode(Lines(data=piece, source="log"), final=last)
        if place or not skipped:
            must_be_read(one.log, decoder, reports, last=last)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([BAD], r"can be read \(bad_checksum 1\)\."),
        ([BAD, BAD, BAD], r"can be read \(bad_checksum 3\)\."),
        ([b"\\c:1700000000*00\\!AIVDM,1,1,,A\n", BAD], r"\(bad_checksum 1, garbled 1\)\."),
        ([HEAD.encode() + b"1,2024-01-01 00:00:00,x,5\n"], "column lat cannot be read, .* 'x'"),
        ([HEAD.encode() + ROW.replace(b"2024", b"1970")], "before 1990 or after tomorrow alone"),
        ([HEAD.encode() + ROW.replace(b"2024-01-01 00:00:00", b"")], "has no time in it"),
    ],
)
def test_a_log_of_which_nothing_can_be_read_is_refused(
    pieces: list[bytes], said: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=said):
        read(tmp_path, *pieces)


@pytest.mark.parametrize("pieces", [[GOOD, BAD], [BAD, GOOD], [BAD + GOOD + BAD]])
def test_one_good_line_is_enough(pieces: list[bytes], tmp_path: Path) -> None:
    read(tmp_path, *pieces)


def test_what_came_after_the_part_that_was_read_before_may_be_bad(tmp_path: Path) -> None:
    read(tmp_path, GOOD, BAD, skipped=True)
