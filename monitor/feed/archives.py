"""What logs are packed in: gzip, bzip2, xz, zstd; zip and tar with any number of logs in them."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import zstandard

from monitor.errors import InputError
from monitor.feed.packed import GZIP

DAMAGED = (
    EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, zipfile.BadZipFile,
    tarfile.TarError, OSError,
)  # fmt: skip
"""What reading a damaged or cut file raises."""

_STEP = 128 << 10
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEAD_BYTES = 512
_LAYERS = 3
"""A file may be compressed twice: what is sent compressed is at times kept so."""

_METHODS = {
    zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA,
}  # fmt: skip


def unpacked(raw: IO[bytes]) -> Any:
    """Read what is compressed, known by its first bytes, and UTF-16 as UTF-8."""
    stream: Any = raw
    for _ in range(_LAYERS):
        inner = _decompressed(stream)
        if inner is stream:
            break
        stream = io.BufferedReader(_Source(inner))
    encoding = _utf_16(_first(stream, 8))
    return Utf8(stream, encoding) if encoding else stream


def holds_files(head: bytes) -> bool:
    """Whether bytes begin a zip, or a tar that is not compressed."""
    return head.startswith(b"PK\x03\x04") or head[257:262] == b"ustar"


def _utf_16(head: bytes) -> str:
    """Name the UTF-16 that a text begins in, without a mark too if it begins with ASCII."""
    if head[:2] in _UTF_16:
        return "utf-16"
    if len(head) < 8:
        return ""
    if not any(head[1::2]) and all(head[::2]):
        return "utf-16-le"
    return "utf-16-be" if not any(head[::2]) and all(head[1::2]) else ""


def is_archive(path: str) -> bool:
    """Whether a file may hold several: a zip, or a tar under any compression."""
    try:
        with Path(path).open("rb") as raw:
            if raw.read(4) == b"PK\x03\x04":
                return True
            raw.seek(0)
            stream: Any = _decompressed(raw)
            head = b""
            while len(head) < _HEAD_BYTES and (part := stream.read(_HEAD_BYTES - len(head))):
                head += part
            return head[257:262] == b"ustar"
    except DAMAGED:
        return False  # it is told when it is opened


def members_of(path: str) -> dict[str, int]:
    """Names and sizes of the files in an archive, in its order; InputError if it is damaged."""
    try:
        with Path(path).open("rb") as raw:
            if raw.read(4) == b"PK\x03\x04":
                with zipfile.ZipFile(path) as archive:
                    items = archive.infolist()
                    return {item.filename: item.file_size for item in items if not item.is_dir()}
        tar, close = _tar(path)
        try:
            return {item.name: item.size for item in tar if item.isfile()}
        finally:
            close()
    except DAMAGED as error:
        raise InputError(damage(path, error)) from error


def damage(path: str, error: Exception) -> str:
    """A sentence about a file that cannot be read to its end."""
    return f"{path} is damaged or cut off: {' '.join(str(error).split()).removesuffix('.')}."


def member(path: str, name: str) -> tuple[IO[bytes], Callable[[], None]]:
    """Open a file of an archive, with what closes it; InputError if it cannot be unpacked."""
    try:
        with Path(path).open("rb") as raw:
            zipped = raw.read(4) == b"PK\x03\x04"
        if not zipped:
            tar, close = _tar(path)
            return _file_of(tar, name, path), close
        archive = zipfile.ZipFile(path)
        item = archive.getinfo(name)
        if item.flag_bits & 1:
            archive.close()
            message = f"{path} is encrypted: unpack it with its password and name the log."
            raise InputError(message)
        if item.compress_type not in _METHODS:
            archive.close()
            message = (
                f"{path} is compressed by method {item.compress_type}, which is not known here:"
                " unpack it and name the log."
            )
            raise InputError(message)
        return archive.open(item), archive.close
    except DAMAGED as error:
        raise InputError(damage(path, error)) from error


def _tar(path: str) -> tuple[tarfile.TarFile, Callable[[], None]]:
    """Open a tar, with what closes it; one in zstd, which the library lacks, is read on only."""
    raw = Path(path).open("rb")  # noqa: SIM115 - it is read as long as the tar
    stream: Any = _decompressed(raw)
    if isinstance(stream, _Zstd):
        return tarfile.open(fileobj=stream, mode="r|"), raw.close  # type: ignore[call-overload] # it has read()
    raw.close()
    tar = tarfile.open(path)  # noqa: SIM115 - the caller closes it
    return tar, tar.close


def _file_of(tar: tarfile.TarFile, name: str, path: str) -> IO[bytes]:
    item = next((item for item in tar if item.name == name), None)
    found = None if item is None else tar.extractfile(item)
    if found is None:
        message = f"{name} of {path} is no file."
        raise InputError(message)
    return found


class Utf8:
    """A stream of UTF-16 as one of UTF-8."""

    def __init__(self, stream: Any, encoding: str = "utf-16") -> None:
        """Read from ``stream``."""
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read1(self, size: int) -> bytes:
        """Some bytes, at most some more than ``size``; none at the end."""
        while part := self._stream.read1(size):
            if words := self._decoder.decode(part):
                return words.encode()
        return self._decoder.decode(b"", final=True).encode()


class _Source(io.RawIOBase):
    """A decompressing stream for io.BufferedReader, which can peek."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = getattr(self._stream, "read1", self._stream.read)
        part: bytes = self._left or read(len(buffer))
        part, self._left = part[: len(buffer)], part[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


class _Zstd:
    """zstd frames one behind the other; unlike the library's reader it tells a cut one."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._frame: Any = None
        self._rest = b""  # of the next frame

    def read(self, size: int) -> bytes:
        """Some bytes; none at the end. EOFError where a frame is cut."""
        del size
        while True:
            part = self._rest or self._raw.read(_STEP)
            if not part:
                if self._frame is not None:
                    message = "a compressed frame ended before its end"
                    raise EOFError(message)
                return b""
            frame = self._frame or zstandard.ZstdDecompressor().decompressobj()
            data: bytes = frame.decompress(part)
            self._rest = frame.unused_data
            self._frame = None if frame.eof else frame
            if data:
                return data


def _decompressed(raw: Any) -> Any:
    magic = _first(raw, 6)
    if magic[:2] == GZIP:
        return gzip.GzipFile(fileobj=raw)
    if magic[:3] == b"BZh":
        return bz2.BZ2File(raw)
    if magic == b"\xfd7zXZ\x00":
        return lzma.LZMAFile(raw)
    if magic[:4] == b"\x28\xb5\x2f\xfd":
        return _Zstd(raw)
    return raw


def _first(stream: Any, size: int) -> bytes:
    """The first bytes of a stream that can peek; fewer if it is shorter."""
    if hasattr(stream, "peek"):
        found: bytes = stream.peek(size)[:size]
        return found
    begin = stream.tell()
    found = stream.read(size)
    stream.seek(begin)
    return found
