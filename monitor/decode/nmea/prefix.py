"""Times that loggers write before a sentence, or behind it: in which form, and where."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.units import DAY_US, NO_TIME, SECOND_US, from_datetime, to_datetime

_NUMBER = rb"(\d{10}|\d{13}|\d{16}|\d{19})(?:\.(\d{1,9}))?(?![\d.])"
_EPOCH = re.compile(rb"(?<![\d.])(?<!\w\[)" + _NUMBER + rb"[\])]?(?:;[A-Z];)?[\"',;:|\t -]*$")
"""At the end of a prefix, but for a process's number; ``1700000000123;N;`` is Signal K's log."""
_EPOCH_FIRST = re.compile(rb"\s*[\[\"']?" + _NUMBER + rb"[\]\"',;:|\t ]")
"""At the begin of a line: journald, OpenCPN's recorder."""
_ZONE = rb"(?P<zone>Z|[+-]\d\d:?\d\d)?"
_CLOCK = rb"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_PART = rb"(?:[.,](?P<part>\d{1,9}))?(?!\d)"
_MONTH = rb"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_FORMS = (
    re.compile(
        rb"(?<!\d)(?P<year>\d{4})[-/](?P<month>\d\d)[-/](?P<day>\d\d)[ T_]" + _CLOCK + _PART
        + rb" ?" + _ZONE
    ),
    re.compile(
        rb"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)[ T_]?"
        rb"(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<second>[0-5]\d)(?:\.(?P<part>\d{1,9}))?(?!\d)"
        + _ZONE
    ),
    re.compile(
        rb"(?<![\d.])(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4}),?[ T_]" + _CLOCK + _PART
        + rb" ?" + _ZONE
    ),
    re.compile(
        rb"(?<!\d)(?P<day>\d\d?)[ /-]" + _MONTH + rb"[ /-](?P<year>\d{4})[ T_:]" + _CLOCK + _PART
        + rb" ?" + _ZONE
    ),
    re.compile(
        _MONTH + rb" {1,2}(?P<day>\d\d?) " + _CLOCK + _PART
        + rb" (?:(?:UTC|GMT) )?(?P<year>\d{4})\b(?P<zone>)"
    ),
)  # fmt: skip
"""ISO 8601, its digits alone, 02.03.2024 (the day is first where dots are), 02/Mar/2024, ctime."""
_YEARLESS = re.compile(
    rb"\s*(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} )?" + _MONTH + rb" {1,2}(?P<day>\d\d?) " + _CLOCK + rb"\b"
)
"""At the begin of a line: BSD's syslog (RFC 3164)."""
_LOOKS = re.compile(rb"\d:\d\d:\d|(?:19|20)\d{6}[ T_]?\d{6}")
"""What a time has in all of the forms."""
_MONTHS = b"JanFebMarAprMayJunJulAugSepOctNovDec"
_BREAK = re.compile(rb"[\s\"'\],;:|>-]*(?:(?:UTC|GMT)[\s\"',;:|-]*)?")
_UTC = re.compile(rb"\b(?:UTC|GMT)\b")
_BEHIND = re.compile(rb"[\s\"',;|]+(?:[A-Z][a-z]{2},? )?(?=\d{1,4}[-/. ]|[A-Z][a-z]{2} )")


def time_before(prefix: bytes, zone: tzinfo, *, first: bool, near: int) -> int:
    """The time that the words before a sentence tell, us, or NO_TIME.

    ``zone``: of one that names none; ``first``: they begin their line; ``near`` (us): when a log
    began, for times without a year. A number that is a day from what the words say is a counter.
    """
    if match := _EPOCH.search(prefix):
        at = _of_number(match)
        words = _in_words(prefix[: match.start()], zone, first=first)
        return at if words == NO_TIME or abs(at - words) <= DAY_US else words
    words = _in_words(prefix, zone, first=first)
    if words != NO_TIME or not first:
        return words
    if match := _EPOCH_FIRST.match(prefix):
        return _of_number(match)
    if near != NO_TIME and (match := _YEARLESS.match(prefix)):
        return _nearest(match, zone, near)
    return NO_TIME


def _in_words(prefix: bytes, zone: tzinfo, *, first: bool) -> int:
    """The date and time that touches the sentence; or the first, where they begin their line."""
    if not _LOOKS.search(prefix):
        return NO_TIME
    for form in _FORMS:
        found = list(form.finditer(prefix))
        if found and _BREAK.fullmatch(prefix, found[-1].end()):
            return _instant(found[-1], zone)
        if found and first:
            return _instant(found[0], zone)
    return NO_TIME


def time_behind(text: bytes, zone: tzinfo) -> int:
    """The time in words right behind a sentence, us, or NO_TIME."""
    if begin := _BEHIND.match(text):
        for form in _FORMS:
            if match := form.match(text, begin.end()):
                return _instant(match, zone)
    return NO_TIME


def epoch(text: bytes) -> int:
    """Unix time as loggers write it: s, ms, us or ns, or s with a fraction. us, or NO_TIME."""
    whole, _, fraction = text.partition(b".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        return NO_TIME
    if len(whole) <= 10:
        return int(whole) * SECOND_US + int(fraction[:6].ljust(6, b"0"))
    scale = {13: 1000, 16: 1}.get(len(whole))
    if scale is not None:
        return int(whole) * scale
    return int(whole) // 1000 if len(whole) == 19 else NO_TIME


def utc(
    year: int, month: int, day: int, hour: int, minute: int, second: int, micros: int = 0
) -> int:
    """Microseconds of a date and a time, NO_TIME where there is no such; 60 is a leap second."""
    try:
        instant = datetime(year, month, day, hour, minute, min(second, 59), micros, tzinfo=UTC)
    except (ValueError, OverflowError):
        return NO_TIME
    return from_datetime(instant + timedelta(seconds=max(0, second - 59)))


def _of_number(match: re.Match[bytes]) -> int:
    return epoch(match[1] + (b"." + match[2] if match[2] else b""))


def _nearest(match: re.Match[bytes], zone: tzinfo, near: int) -> int:
    year = to_datetime(near).year
    found = (_utc_of(match, one) for one in (year - 1, year, year + 1))
    times = [_of_zone(at, zone) for at in found if at != NO_TIME]
    return min(times, key=lambda at: abs(at - near), default=NO_TIME)


def _instant(match: re.Match[bytes], local: tzinfo) -> int:
    at = _utc_of(match, int(match["year"]))
    if at == NO_TIME:
        return at
    at += int((match["part"] or b"0")[:6].ljust(6, b"0"))
    zone = match["zone"]
    if zone == b"Z":
        return at
    if not zone:
        beside = match[0] + match.string[match.end() : match.end() + 8]
        return at if _UTC.search(beside) else _of_zone(at, local)
    offset_min = int(zone[1:3]) * 60 + int(zone[-2:])
    return at - (1 if zone[:1] == b"+" else -1) * offset_min * 60 * SECOND_US


def _utc_of(match: re.Match[bytes], year: int) -> int:
    month = match["month"]
    number = int(month) if month.isdigit() else _MONTHS.index(month) // 3 + 1
    day, hour, minute, second = (int(match[part]) for part in ("day", "hour", "minute", "second"))
    return utc(year, number, day, hour, minute, second)


def _of_zone(at: int, local: tzinfo) -> int:
    return at if local is UTC else from_datetime(to_datetime(at).replace(tzinfo=local))
