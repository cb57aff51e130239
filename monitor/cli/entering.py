"""What commands that take entries of people have in common: who enters, files in and out."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from monitor.cli.options import moment
from monitor.entered import MOST_BYTES, Fault
from monitor.errors import InputError, UsageError
from monitor.words import plain


def login() -> str | None:
    """Who is logged in; None: a container may run a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return None


def who(by: str | None) -> str:
    """Who acts: as it was said, or the login's name."""
    return (by or "").strip() or login() or f"user {os.getuid()}"


def instant(text: str | None) -> str | None:
    """A time as people write it in the form of entries."""
    value = moment(text)
    return None if value is None else value.isoformat()


def bytes_of(file: Path) -> bytes:
    """What a CSV file holds, and one byte more than it may; InputError where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror or error}: name a CSV file."
        raise InputError(message) from error


def hold(faults: Sequence[Fault], title: str, then: str) -> None:
    """Print what is wrong in a file, line by line; InputError, with what to do ``then``, if any."""
    for line, reason in faults:
        sys.stdout.write(f"line {line}  {plain(reason)}\n")
    if faults:
        lines = len({fault.line for fault in faults})
        rows = "1 line is" if lines == 1 else f"{lines} lines are"
        message = f"{title}: {rows} bad, so nothing was taken: {then}."
        raise InputError(message)


def put(text: str, output: Path | None, count: str) -> None:
    """Print a file, or write it and say what it holds; UsageError where it cannot be written."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_bytes(text.encode())
    except OSError as error:
        message = f"{output} cannot be written: {error.strerror or error}: name another file."
        raise UsageError(message) from error
    sys.stdout.write(f"{plain(str(output))}: {count}.\n")
