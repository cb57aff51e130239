"""Logs before they are replayed: which a name stands for, of what form, order and time they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np

from monitor.decode.decoder import Decoder, Told
from monitor.decode.forms import form_of, make_decoder, recognise
from monitor.decode.rows import RowDecoder
from monitor.decode.table import TableDecoder
from monitor.decode.times import EITHER
from monitor.errors import InputError
from monitor.feed.archives import is_archive, members_of
from monitor.feed.logfile import HEAD_BYTES, STANDARD_INPUT, LogFile
from monitor.feed.ordered import SIDE_BY_SIDE_US, first_stamp, is_sorted, whole_lines
from monitor.journal.order import in_place
from monitor.journal.segment import begin_of, is_segment, segments_in
from monitor.model import Lines, Refusal, Reports
from monitor.store.batch import Offset
from monitor.units import DAY_US, NO_TIME, SECOND_US


def logs_of(files: tuple[str, ...], *, form: str | None = None) -> tuple[list[LogFile], list[str]]:
    """Logs, and sentences about what was passed over. ``form``: all files are said to be of it."""
    logs: list[LogFile] = []
    notes: list[str] = []
    for path, *parts in _files(files):
        if not parts and Path(path).is_file() and is_archive(path):
            logs += _archived(path, notes, form=form)
        else:
            logs.append(LogFile(path, parts))
    return logs, notes


def _archived(path: str, notes: list[str], *, form: str | None) -> list[LogFile]:
    """The logs in an archive; what is none (a read-me, what a Mac adds) is passed over."""
    sizes = members_of(path)
    names = list(sizes)
    found: list[LogFile] = []
    for name in names:
        log = LogFile(path, member=name, alone=len(names) == 1)
        if "__MACOSX" in PurePosixPath(name).parts or PurePosixPath(name).name.startswith("."):
            notes.append(f"{Path(path).name}: {name} is skipped.")
        elif len(names) > 1 and not sizes[name]:
            notes.append(f"{Path(path).name}: {name} is skipped, it is empty.")
        elif len(names) == 1 or form is not None or _is_log(log):
            found.append(log)
        else:
            notes.append(f"{Path(path).name}: {name} is skipped, it is no AIS log.")
    if not found:
        held = ", ".join(names[:5]) or "nothing"
        message = f"{path} holds no AIS log, but {held}."
        raise InputError(message)
    if len(found) == 1:
        found[0].alone = True
    return found


def _is_log(log: LogFile) -> bool:
    log.open()
    try:
        recognise(log.head, log.path)
    except InputError:
        log.close()
        return False
    return True


def _files(files: tuple[str, ...]) -> list[list[str]]:
    """Files as logs: the segments of a recorded journal, or a folder of them, are one."""
    logs: list[str | Path] = []  # as they are first named: a file, or a journal's folder
    journals: dict[Path, dict[int, Path]] = {}  # folder -> segments, each once
    for name in files:
        path = Path(name)
        segments = in_place(segments_in(path)) if path.is_dir() else [path] * is_segment(path)
        if not segments:
            logs.append(name)
        for segment in segments:
            folder = segment.parent.resolve()
            if folder not in journals:
                logs.append(folder)
            parts = journals.setdefault(folder, {})
            packed = parts.get(begin_of(segment), segment)
            parts[begin_of(segment)] = max(packed, segment, key=lambda part: len(part.name))
    return [
        [log] if isinstance(log, str) else [str(part) for _, part in sorted(journals[log].items())]
        for log in logs
    ]


MOST_LATE_US = DAY_US
MOST_WAITING = 2_000_000
"""So many reports may wait for late ones: some 300 MB."""

_UNREADABLE = (Refusal.GARBLED, Refusal.BAD_CHECKSUM, Refusal.UNDECODABLE)


# -- how a log is read -----------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class LogOptions:
    """What is said of the logs."""

    input_format: str | None = None
    start_at: int = NO_TIME  # us; dates lines that nothing dates
    told: Told = field(default_factory=Told)  # what else the logs do not say themselves


def form_of_log(log: LogFile, wanted: str | None) -> str:
    """Open a log and name its form; InputError if it is none."""
    log.open()
    if wanted is None:
        try:
            return recognise(log.head, log.path).NAME
        except InputError:
            if log.damage:
                raise InputError(log.damage) from None
            raise
    form = form_of(wanted)
    if not form.recognises(log.head) and b"\0" in log.head:
        message = f"{log.path} is binary, not an AIS log."
        raise InputError(message)
    return form.NAME


class Opened(NamedTuple):
    """A log whose head is read, and what holds for all of it."""

    log: LogFile
    form: str
    told: Told  # with the order of its dates

    def decoder(self, *, start: int = NO_TIME) -> Decoder:
        """One that begins with the log; ``start``: see make_decoder."""
        return make_decoder(form_of(self.form), start=start, told=self.told)


def open_log(log: LogFile, options: LogOptions) -> Opened:
    """Open a log, and find its form and the order of its dates; InputError if it is none."""
    form = form_of_log(log, options.input_format)
    return Opened(log, form, replace(options.told, date_order=date_order(log, form, options.told)))


def decoder_of(one: Opened, start_at: int, notes: list[str]) -> Decoder:
    """The decoder of a log; its own times win over the one that it is said to have begun at."""
    if start_at != NO_TIME and first_stamp(*one) != NO_TIME:
        notes.append(f"{one.log.name} dates itself: --start is not used for it.")
        return one.decoder()
    return one.decoder(start=start_at)


def date_order(log: LogFile, form: str, told: Told) -> str | None:
    """Whether a table's dates have the day or the month first; None: it has no such dates.

    One value over 12 says it for all. InputError where nothing does.
    """
    decoder = make_decoder(form_of(form), told=told)
    if not isinstance(decoder, TableDecoder) or decoder.DATE_ORDER or told.date_order:
        return told.date_order
    doubt = None
    for data in _all_of(log):
        for order, value in decoder.orders(data):
            if order != EITHER:
                return order
            doubt = value
        if doubt is None:  # whoever writes such dates does so from the first row on
            return None
    if doubt is None:
        return None
    message = (
        f"{log.path} has dates like {doubt.decode('utf-8', 'replace')}, which may be day first or"
        " month first: say with --date-order."
    )
    raise InputError(message)


def _all_of(log: LogFile) -> Iterator[bytes]:
    """The head of a log, and then the rest, if that can be read twice."""
    yield whole_lines(log.head)
    if log.path == STANDARD_INPUT:
        return
    again = LogFile(log.path, list(log.parts), member=log.member)
    again.open()
    try:
        for data, _ in again.pieces():
            yield data
    finally:
        again.close()


def late_by(one: Opened) -> int:
    """How late the reports of a log's head came, us; at most what may be waited for."""
    head = Lines(data=whole_lines(one.log.head), source=one.log.name)
    positions = one.decoder().decode(head, final=True).positions
    if not len(positions):
        return 0
    late = positions["received_at"] - positions["at"]
    passed_s = max(1.0, float(np.ptp(positions["received_at"])) / SECOND_US)
    most = round(MOST_WAITING * passed_s / len(positions)) * SECOND_US
    return int(min(late.max(), MOST_LATE_US, most))


def must_be_read(log: LogFile, decoder: Decoder, reports: Reports, *, last: bool) -> None:
    """Refuse a log in which nothing says when, or nothing can be read."""
    log.heard |= bool(reports.kinds)
    for (_, reason), count in reports.refusals.items():
        log.refused[reason] += count
    if not last:
        return
    if decoder.clock.at == NO_TIME:
        why = "has no time in it: say with --start when it began."
        if log.refused[Refusal.CLOCK_NONSENSE]:
            why = "has times of before 1990 or after tomorrow alone: nothing in it can be dated."
        if reports.lines:
            _refuse(log, decoder, f"{log.path} {why}")
        return
    reasons = [f"{reason} {count}" for reason, count in sorted(log.refused.items())]
    if not log.heard and not log.skipped and any(log.refused[why] for why in _UNREADABLE):
        _refuse(log, decoder, f"{log.path}: nothing in it can be read ({', '.join(reasons)}).")


def _refuse(log: LogFile, decoder: Decoder, message: str) -> None:
    unread = decoder.unread if isinstance(decoder, RowDecoder) else None
    if unread is not None:
        column, value = unread
        shown = value.decode("utf-8", "replace")
        message = f"{log.path}: column {column} cannot be read, its first value is {shown!r}."
        if isinstance(decoder, TableDecoder) and decoder.is_serial(value):
            message = f"{message[:-1]}: days since 1900, as spreadsheets count, are no times here."
    raise InputError(message)


def must_be_ordered(logs: list[Opened]) -> bool:
    """Whether logs are of one time, or one of them is not sorted by time."""
    if not all(is_sorted(*one) for one in logs):
        return True
    if len(logs) < 2:
        return False
    begins = sorted(first_stamp(*one) for one in logs)
    return any(two - one <= SIDE_BY_SIDE_US for one, two in pairwise(begins))


def by_begin(logs: list[Opened]) -> list[Opened]:
    """Logs in order of their first stamps."""
    return sorted(logs, key=lambda one: first_stamp(*one)) if len(logs) > 1 else logs


def offset_of(log: LogFile, form: str, known: list[Offset]) -> Offset:
    """How far this log was taken before, by the digest of its head; else its begin."""
    for offset in known:
        if log.digest(offset.head_length) == offset.head_digest and offset.input_format == form:
            return replace(offset)
    length = min(len(log.head), HEAD_BYTES)
    digest = log.digest(length)
    return Offset(
        source=log.name, head_length=length, head_digest=digest if digest is not None else b"",
        byte_offset=0, lines=0, input_format=form, decoder="{}", finished=False,
    )  # fmt: skip
