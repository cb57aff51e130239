"""``monitor watchlist``: who is watched, why, and which vessels that are heard it is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from monitor.cli.entering import bytes_of, hold, instant, put, who
from monitor.cli.options import Format, Wide, moment
from monitor.cli.printed import emit
from monitor.cli.stored import fetch, run
from monitor.clock import now_us
from monitor.errors import InputError, UsageError
from monitor.settings import read_settings
from monitor.units import to_datetime
from monitor.words import plain

if TYPE_CHECKING:
    from monitor.alert.entry import Entry

app = App(name="watchlist", help="Keep lists of ships to watch, and see which are heard.")

SAMPLE = "syria_run.csv"
"""Ships that were publicly reported on the run to Syria: an example, watched by nobody as it is."""

ListName = Annotated[str | None, Parameter(name="--list", help="Only this list.")]
By = Annotated[str | None, Parameter(help="Who says so; without it, whoever is logged in.")]
Imo = Annotated[str | None, Parameter(help="IMO number: it stays while name and flag change.")]
MmsiOf = Annotated[str | None, Parameter(name="--mmsi", help="MMSI, nine digits.")]
Callsign = Annotated[str | None, Parameter(help="Call sign.")]
Name = Annotated[str | None, Parameter(help="Name, in Latin letters.")]
File = Annotated[Path | None, Parameter(help="CSV file; - reads standard input.")]
Sample = Annotated[
    bool, Parameter(negative=(), help="The list that comes along, of ships on the run to Syria.")
]


@app.command
def add(  # noqa: PLR0913 - an option each
    watchlist: Annotated[str, Parameter(help="Name of the list; a new name begins a list.")],
    *,
    imo: Imo = None,
    mmsi: MmsiOf = None,
    callsign: Callsign = None,
    name: Name = None,
    flag: Annotated[
        str | None, Parameter(help="All ships whose MMSI bears this flag: two letters, as RU.")
    ] = None,
    ship_type: Annotated[
        str | None, Parameter(help="All ships of this AIS type: 1 to 99; 80 is all tankers.")
    ] = None,
    reason: Annotated[str | None, Parameter(help="Why it is watched.")] = None,
    source: Annotated[
        str | None, Parameter(help="Who says so: a report, a message, a page.")
    ] = None,
    valid_from: Annotated[
        str | None, Parameter(help="Watched from this time on; without it, always.")
    ] = None,
    valid_to: Annotated[
        str | None, Parameter(help="No longer from this time on; a date is its first instant.")
    ] = None,
    by: By = None,
    note: Annotated[str | None, Parameter(help="Whatever else is to be known.")] = None,
) -> None:
    """Put a ship, or a class of ships, on a list.

    One who is on it already gets what is said now; what was said before stays known.
    """
    from monitor.alert.entry import entry_of

    said = {
        "list": watchlist, "imo": imo, "mmsi": mmsi, "callsign": callsign, "name": name,
        "flag": flag, "ship_type": ship_type, "reason": reason, "source": source,
        "valid_from": instant(valid_from), "valid_to": instant(valid_to), "note": note,
    }  # fmt: skip
    entry, faults = entry_of(said, recorded_at=now_us(), added_by=who(by))
    if entry is None:
        raise UsageError(" ".join(faults))
    (saved,) = _save([entry])
    words = {
        "added": f"is on {entry.list} now, as entry {saved.entry.id}",
        "replaced": f"is on {entry.list} as entry {saved.entry.id}, in place of {saved.former}",
        "same": f"is on {entry.list} already, as entry {saved.entry.id}",
    }
    sys.stdout.write(f"{plain(entry.title)} {words[saved.became.value]}.\n")


@app.command
def remove(
    *numbers: Annotated[int, Parameter(help="Numbers of entries, as `list` shows them.")],
    list_: Annotated[
        str | None, Parameter(name="--list", help="The list, where no number is given.")
    ] = None,
    imo: Imo = None,
    mmsi: MmsiOf = None,
    callsign: Callsign = None,
    name: Name = None,
    by: By = None,
) -> None:
    """Take entries off their lists: by number, or by list and what names the ship.

    Nothing is deleted: `list --known-at` still shows them.
    """
    from monitor.store.watchlists import remove_entries

    named = {"imo": imo, "mmsi": mmsi, "callsign": callsign, "name": name}
    asked = {word: text for word, text in named.items() if text is not None}
    if (bool(numbers), list_ is not None, bool(asked)) not in {
        (True, False, False), (False, True, True),
    }:  # fmt: skip
        message = (
            "Say which entries: their numbers, as `monitor watchlist list` shows them, or --list"
            " with --imo, --mmsi, --callsign or --name."
        )
        raise UsageError(message)
    there = {entry.id or 0: entry for entry in _entries(None, now_us())}
    going = list(numbers) if numbers else _named(there, list_ or "", asked)
    unknown = [number for number in going if number not in there]
    if unknown:
        message = f"There is no entry {unknown[0]} on a list: `monitor watchlist list` shows them."
        raise UsageError(message)
    at = to_datetime(now_us())

    async def work(connection: Any) -> list[int]:
        return await remove_entries(connection, going, removed_at=at, removed_by=who(by))

    for number in run(read_settings(), work):
        entry = there[number]
        words = f"{entry.title} is removed from {entry.list}, entry {number}."
        sys.stdout.write(f"{plain(words)}\n")


@app.command(name="list")
def list_(
    *,
    list_: ListName = None,
    known_at: Annotated[
        str | None, Parameter(help="As it was then: RFC 3339, a date, or 2h, 3d ago.")
    ] = None,
    removed: Annotated[
        bool, Parameter(negative=(), help="Also what was removed, whenever it stood there.")
    ] = False,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """List who is watched, why, and since when."""
    from monitor.report.watched import entries_table, entry_record

    if removed and known_at is not None:
        message = "--removed shows all that ever was: leave out --known-at, or --removed."
        raise UsageError(message)
    at = None if removed else _at(known_at)
    emit(
        [entry_record(entry) for entry in _entries(list_, at)], format_, entries_table, wide=wide,
        empty=_nobody(list_),
    )  # fmt: skip


@app.command(name="import")
def import_(
    file: File = None,
    *,
    sample: Sample = False,
    list_: Annotated[
        str | None, Parameter(name="--list", help="Where rows go that name no list.")
    ] = None,
    by: By = None,
) -> None:
    """Take entries from a CSV file, all of them or, where one is bad, none.

    Its heading names columns: list, mmsi, imo, callsign, name, flag, ship_type, reason, source,
    valid_from, valid_to, added_by, note; each may be missing, as long as each row has a reason, a
    source and what names a ship or a class. The same file again adds nothing.
    """
    title, entries = _read(file, list_, by, sample=sample)
    came = [saved.became.value for saved in _save(entries)]
    counts = ", ".join(f"{came.count(word)} {words}" for word, words in IMPORTED.items())
    sys.stdout.write(f"{plain(title)}: {_count(entries)}: {counts}.\n")


IMPORTED = {"added": "added", "replaced": "replaced", "same": "there before"}


@app.command
def export(
    *,
    list_: ListName = None,
    output: Annotated[
        Path | None, Parameter(name=["--output", "-o"], help="File to write; without it, print.")
    ] = None,
) -> None:
    """Write the entries that stand on lists now as CSV, as import takes it."""
    from monitor.alert.entry_csv import written

    entries = _entries(list_, now_us())
    text = written(entries)
    put(text, output, _count(entries))


@app.command
def check(
    file: File = None,
    *,
    sample: Sample = False,
    list_: Annotated[
        str | None, Parameter(name="--list", help="Only this list; of a file, for rows without.")
    ] = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """Verify a CSV file, or what is stored, and show which vessels that are heard are on it.

    A sure match may page; a possible one is only shown, and each says why. Nothing is changed.
    """
    from monitor.alert.watchlist import Watchlist
    from monitor.report.watched import match_record, matches_table, said_by
    from monitor.store import reader

    if file is None and not sample:
        title, entries = list_ or "The watchlists", _entries(list_, now_us())
        _verify(entries)
    else:
        title, entries = _read(file, list_, None, sample=sample)
    out = sys.stdout if format_ == "table" else sys.stderr
    out.write(f"{plain(title)}: {_count(entries)}, good.\n")
    at, watched = now_us(), Watchlist(entries)
    found = [
        (match, row)
        for row in fetch(read_settings(), reader.vessels)
        for match in watched.matches(said_by(row), at, known_at_us=at)
    ]
    found.sort(key=lambda pair: (not pair[0].may_page, pair[0].entry.list, pair[1]["mmsi"]))
    records = [match_record(match, row) for match, row in found]
    empty = "No vessel of the store meets any entry." if entries else _nobody(list_)
    emit(records, format_, matches_table, wide=wide, empty=empty)


def _nobody(list_: str | None) -> str:
    if list_ is not None:
        return f"Nobody is on {plain(list_)}: check its name."
    return "Nobody is watched: use `monitor watchlist add`, or `monitor watchlist import --sample`."


def _at(text: str | None) -> int:
    from monitor.units import from_datetime

    value = moment(text)
    return now_us() if value is None else from_datetime(value)


def _count(entries: Sequence[Entry]) -> str:
    return "1 entry" if len(entries) == 1 else f"{len(entries)} entries"


def _entries(list_: str | None, known_at: int | None) -> list[Entry]:
    """Entries of the store that stood there, or all; list by list, ships by name."""
    from monitor.store.watchlists import watch_entries

    at = None if known_at is None else to_datetime(known_at)
    found = fetch(read_settings(), lambda c: watch_entries(c, list_=list_, known_at=at))
    return sorted(found, key=lambda entry: (entry.list, entry.title, entry.id))


def _save(entries: Sequence[Entry]) -> list[Any]:
    from monitor.store.watchlists import save_entries

    async def work(connection: Any) -> list[Any]:
        return list(await save_entries(connection, entries))

    return run(read_settings(), work)


def _named(there: dict[int, Entry], list_: str, asked: dict[str, str]) -> list[int]:
    """Numbers of the entries of a list that bear these identifiers."""
    from monitor.alert.entry import entry_of

    said = {**asked, "list": list_, "reason": "-", "source": "-"}
    wanted, faults = entry_of(said, recorded_at=0, added_by="-")
    if wanted is None:
        raise UsageError(" ".join(faults))
    found = [
        number
        for number, entry in there.items()
        if entry.list == wanted.list
        and all(getattr(entry, word) == getattr(wanted, word) for word in asked)
    ]
    if not found:
        message = f"{wanted.title} is not on {wanted.list}: `monitor watchlist list` shows who is."
        raise UsageError(message)
    return found


def _read(
    file: Path | None, list_: str | None, by: str | None, *, sample: bool
) -> tuple[str, list[Entry]]:
    """Title and entries of a file that is wholly good; InputError with what to do otherwise."""
    from monitor.alert.entry_csv import read

    if (file is None) != sample:
        message = "Name one CSV file, or --sample for the list that comes along."
        raise UsageError(message)
    if file is None:
        title, data = "The sample", files("monitor.alert").joinpath(SAMPLE).read_bytes()
    else:
        title, data = file.name, bytes_of(file)
    found = read(data, recorded_at=now_us(), added_by=who(by), list_=list_)
    hold(found.faults, title, "correct what is named and try again")
    return title, list(found.entries)


def _verify(entries: Sequence[Entry]) -> None:
    """What is stored must be what a file could bring; InputError where it is not."""
    from monitor.alert.entry_csv import read, written

    for entry in entries:
        for _, reason in read(written([entry]).encode(), recorded_at=0, added_by="-").faults:
            sys.stdout.write(f"entry {entry.id}  {plain(reason)}\n")
            message = f"Entry {entry.id} is not good: add it anew, or remove it."
            raise InputError(message)
