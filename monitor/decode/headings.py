"""Headings of tables: where one stands, what separates its columns, and what those are called."""

from __future__ import annotations

import csv
import re


def key_of(name: str) -> str:
    """Give a column's name without case, blanks, underscores, quotes and marks."""
    return re.sub(r"[\s_\-\"'#()\[\]./\u00b0]", "", name.lstrip("\ufeff")).lower()


BOM = b"\xef\xbb\xbf"

_NAMES_LATITUDE = re.compile(rb"(?:^|[^a-z])lat(?:itude)?(?:[^a-z]|$)", re.IGNORECASE)

_REMARKS = 20
"""Lines before a heading that are looked at."""


def separator_of(header: bytes) -> bytes:
    """Tell the separator of a CSV header: the most frequent of ``,`` ``;`` ``|`` and tabs."""
    return max((b",", b";", b"\t", b"|"), key=header.count)


def heading_of(head: bytes) -> bytes:
    """The first line of a log that may be a heading: no blank, no remark, no ``sep=;``.

    A title may stand before it: a line that names a latitude is the heading.
    """
    lines = [raw.strip(b"\r ") for raw in head.removeprefix(BOM).split(b"\n", _REMARKS)[:_REMARKS]]
    found = [line for line in lines if line.strip() and not says_nothing(line)]
    return next((line for line in found if names_latitude(line)), (found or [b""])[0])


def names_latitude(line: bytes) -> bool:
    """Whether a line says latitude as a column does."""
    return _NAMES_LATITUDE.search(line) is not None


def names_of(header: bytes) -> list[str]:
    """The columns that a heading names."""
    words, separator = header.decode("utf-8", "replace"), separator_of(header).decode()
    if '"' not in words:
        return words.split(separator)
    try:
        return next(csv.reader([words], delimiter=separator, skipinitialspace=True))
    except csv.Error:
        return words.split(separator)


def header_in(head: bytes) -> list[str]:
    """Give the keys of the columns that the first line of a log names; [] if it is no header."""
    line = heading_of(head.lstrip(b"\r\n \t"))
    if b"\0" in line or len(line) > 8192 or line.startswith((b"{", b"[", b"!", b"$", b"\\")):
        return []
    names = names_of(line)
    return [key_of(name) for name in names] if len(names) > 2 else []


def says_nothing(line: bytes) -> bool:
    """Whether a line before the heading is a remark, or says what separates columns."""
    return line.lstrip(b'"')[:4].lower() == b"sep=" or (
        line.startswith(b"#") and line.count(separator_of(line)) < 2
    )
