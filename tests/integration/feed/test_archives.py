"""Packed logs: whatever they are packed in, and wherever they are cut."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from monitor.errors import InputError
from monitor.feed.archives import is_archive, member, members_of
from monitor.feed.logfile import LogFile

LINE = b"\\c:%d*00\\!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
DATA = b"".join(LINE % number for number in range(9_000))

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gz": gzip.compress,
    "bz2": lambda data: bz2.compress(data, 1),
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


def tarred(mode: str, files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{mode}") as tar:
        for name, data in files.items():
            item = tarfile.TarInfo(name)
            item.size = len(data)
            tar.addfile(item, io.BytesIO(data))
    return out.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def read(log: LogFile) -> bytes:
    log.open()
    data = b"".join(piece for piece, _ in log.pieces(size=100_000))
    log.close()
    return data


@pytest.mark.parametrize("packer", PACKERS)
def test_it_is_read_whole(packer: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(PACKERS[packer](DATA))
    assert not is_archive(str(path))
    log = LogFile(str(path))
    assert read(log) == DATA
    assert log.damage == ""


@pytest.mark.parametrize("packer", ["gz", "bz2", "xz", "zst"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_of_one_that_is_cut_the_good_part_is_read(
    packer: str, share: float, tmp_path: Path
) -> None:
    """Up to the last block that is whole; and the cut is said, if its packing shows it."""
    noise = b"".join(b"%d %d\n" % (n, n * n * 7919 % 99_991) for n in range(200_000))
    packed = PACKERS[packer](noise)
    path = tmp_path / "log"
    path.write_bytes(packed[: int(len(packed) * share)])
    log = LogFile(str(path))
    data = read(log)
    assert noise.startswith(data)
    assert len(noise) > len(data) > 0.2 * share * len(noise)
    assert "damaged or cut off" in log.damage


@pytest.mark.parametrize("packer", ["gz", "bz2", "xz", "zst"])
def test_one_that_is_cut_before_its_first_byte_is_told_in_a_sentence(
    packer: str, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    path.write_bytes(PACKERS[packer](DATA)[:8])
    with pytest.raises(InputError, match="damaged or cut off"):
        LogFile(str(path)).open()


@pytest.mark.parametrize("packer", PACKERS)
def test_what_is_packed_twice_is_unpacked_twice(packer: str, tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(PACKERS[packer](DATA)))
    assert read(LogFile(str(path))) == DATA


def test_a_tar_in_zstd_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "logs"
    path.write_bytes(PACKERS["zst"](tarred("", {"one.nmea": DATA, "two.nmea": DATA[:500]})))
    assert members_of(str(path)) == {"one.nmea": len(DATA), "two.nmea": 500}
    assert read(LogFile(str(path), member="two.nmea")) == DATA[:500]


@pytest.mark.parametrize("inner", [zipped({"a": DATA}), tarred("", {"a": DATA})])
def test_an_archive_in_an_archive_is_named(inner: bytes, tmp_path: Path) -> None:
    path = tmp_path / "logs.zip"
    path.write_bytes(zipped({"inner": inner}))
    with pytest.raises(InputError, match="holds an archive, inner: unpack it"):
        LogFile(str(path), member="inner").open()


@pytest.mark.parametrize("mode", ["", "gz", "bz2", "xz"])
def test_a_tar_is_known_under_any_compression(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "logs"
    path.write_bytes(tarred(mode, {"one.nmea": DATA, "two.nmea": DATA[:500]}))
    assert is_archive(str(path))
    assert members_of(str(path)) == {"one.nmea": len(DATA), "two.nmea": 500}
    assert read(LogFile(str(path), member="one.nmea")) == DATA
    assert LogFile(str(path), member="one.nmea").name == "logs/one.nmea"
    assert LogFile(str(path), member="one.nmea", alone=True).name == "logs"


def test_a_packed_log_in_a_zip_is_unpacked_as_well(tmp_path: Path) -> None:
    path = tmp_path / "logs.zip"
    path.write_bytes(zipped({"a/one.nmea.gz": gzip.compress(DATA)}))
    assert read(LogFile(str(path), member="a/one.nmea.gz")) == DATA


def test_an_archive_that_is_cut_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "logs.zip"
    path.write_bytes(zipped({"a": DATA})[:2000])
    assert is_archive(str(path))
    with pytest.raises(InputError, match="damaged or cut off"):
        members_of(str(path))
    with pytest.raises(InputError, match="damaged or cut off"):
        member(str(path), "a")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_where_its_mark_stands(encoding: str, tmp_path: Path) -> None:
    words = "mmsi,time\r\n1,2\r\n" * 60_000
    mark = b"" if encoding == "utf-16" else "\ufeff".encode(encoding)
    path = tmp_path / "log.csv"
    path.write_bytes(mark + words.encode(encoding))
    assert read(LogFile(str(path))).decode() == words


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(encoding: str, tmp_path: Path) -> None:
    words = "mmsi,time,name\r\n1,2,\u00c5land\r\n" * 60_000
    path = tmp_path / "log.csv"
    path.write_bytes(words.encode(encoding))
    assert read(LogFile(str(path))).decode() == words


@pytest.mark.parametrize("size", [3, 70_000])
def test_lines_that_are_ended_by_cr_alone(size: int, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one,two,three\r" * size)
    assert read(LogFile(str(path))) == b"one,two,three\n" * size
