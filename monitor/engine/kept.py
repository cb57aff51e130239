"""What must survive a restart: the core's values as JSON with named fields, and back, exactly.

Each detector keeps its states under a version. State of another version, or that cannot be read,
never ends a watch: the detector upgrades it, or begins anew and says so in a sentence.
"""

from __future__ import annotations

import json
import math
import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from monitor.model import FIX, Fix, Subject

FIX_LAYOUT = 1
"""Number of the present dtype FIX: raise it with every change of FIX, and keep the one before."""

FIX_LAYOUTS: dict[int, np.dtype[Any]] = {1: FIX}
"""Each layout in which a database may hold fixes."""

NOT_AVAILABLE: dict[str, Any] = {
    name: float("nan") if FIX[name].kind == "f" else b"" if FIX[name].kind == "S" else 0
    for name in FIX.names or ()
} | {"status": -1}
"""What a column of FIX holds where an older layout has none."""


WAKES = '{"wakes":'
"""How the text of a state begins that may be left to the store: see ``lookout.py``."""


class NotReadableError(ValueError):
    """Kept state is damaged, or of a release that is not known here."""


class Kept(NamedTuple):
    """One state of one detector. ``state`` None: nothing is left of it."""

    detector: str
    version: int
    key: str  # JSON array: the subject's fields
    state: str | None  # JSON text

    @property
    def wakes_at(self) -> int | None:
        """Its deadline, us, if it has one that a restart may leave in the store."""
        if self.state is None or not self.state.startswith(WAKES):
            return None
        at = self.state[len(WAKES) :].partition(",")[0]
        return int(at) if at.isdigit() else None


def dump(value: Any) -> str:
    """JSON text of a dataclass of this package, as ``plain`` makes it; NaN is null.

    Written by orjson, for each batch writes all that changed: five times as fast as ``json``.
    """
    document = {"fix": FIX_LAYOUT, "state": value}
    try:
        return orjson.dumps(document, _other, orjson.OPT_NON_STR_KEYS).decode()
    except TypeError as error:
        if error.__cause__ is None and "UTF-8" in str(error):  # half a character in a name
            return json.dumps({"fix": FIX_LAYOUT, "state": plain(value)})
        raise error.__cause__ or error from None


def waking(text: str, at: int | None) -> str:
    """The text of ``dump``, marked with its deadline (us); None: it waits for its ship alone."""
    return f"{WAKES}{'null' if at is None else at},{text[1:]}"


def _other(value: Any) -> Any:
    """What orjson does not know by itself: tuples with names, numbers of numpy.

    What is in a tuple it asks for again, where it must.
    """
    if isinstance(value, tuple) and not isinstance(value, Fix):
        return list(value)
    return _writer(type(value))(value)


def load(kind: Any, text: str) -> Any:
    """Read back what ``dump`` wrote of a ``kind``; NotReadableError if it cannot be."""
    document = parsed(text)
    return read(kind, document["state"], layout=document["fix"])


def parsed(text: str) -> dict[str, Any]:
    """The document of ``dump``: ``fix``, the layout of its fixes, and ``state``."""
    try:
        document = _loaded(text)
        if document["fix"] not in FIX_LAYOUTS:
            message = f"its fixes are of layout {document['fix']}, not known here"
            raise NotReadableError(message)
        return {"fix": document["fix"], "state": document["state"]}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        if isinstance(error, NotReadableError):
            raise
        message = f"it is damaged ({type(error).__name__}: {error})"
        raise NotReadableError(message) from error


def _loaded(text: str) -> Any:
    """Read by orjson, for a restart reads all; what it does not know, ``json`` may."""
    try:
        return orjson.loads(text)
    except ValueError:  # half a character in a name, or it is damaged
        return json.loads(text)


def key_text(key: Subject) -> str:
    """A subject's fields as text."""
    parts = [str(part) if type(part) is int else json.dumps(part) for part in key]
    return f"[{','.join(parts)}]"


def key_of(kind: Any, text: str) -> Any:
    """Read a subject of this kind back; NotReadableError if it is none."""
    try:
        values = _loaded(text)
        fits = [isinstance(v, hint) for v, hint in zip(values, _types_of(kind), strict=True)]
    except (ValueError, TypeError):
        fits = [False]
    if not all(fits):
        message = f"its key {text!r} is none of a {kind.__name__}"
        raise NotReadableError(message)
    return kind(*values)


@cache
def _types_of(kind: Any) -> tuple[Any, ...]:
    """Of the fields of a kind of key, in their order."""
    return tuple(typing.get_type_hints(kind).values())


def read(kind: Any, raw: Any, *, layout: int = FIX_LAYOUT) -> Any:
    """Make a ``kind`` of what ``plain`` made of one; NotReadableError if it does not fit."""
    try:
        return _reader(kind, layout)(raw)
    except NotReadableError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"it does not fit {getattr(kind, '__name__', kind)} ({error})"
        raise NotReadableError(message) from error


def check(kind: Any) -> None:
    """Raise TypeError if a value of this kind could not be kept and come back as it was."""
    if kind is not types.NoneType:
        _reader(kind, FIX_LAYOUT)


def plain(value: Any) -> Any:
    """Lists, dicts and scalars that JSON can hold; a dataclass is an object with its fields."""
    kind = type(value)
    return value if kind in _SCALARS else _writer(kind)(value)


def fixes_of(rows: bytes, layout: int) -> NDArray[Any]:
    """Fixes that were kept as bytes in some layout, as dtype FIX; NotReadableError if unknown."""
    kind = FIX_LAYOUTS.get(layout)
    if kind is None or len(rows) % kind.itemsize:
        message = f"they are of layout {layout}, not known here"
        raise NotReadableError(message)
    found = np.frombuffer(rows, dtype=kind)
    return found if kind == FIX else _as_fix(found)


def _as_fix(rows: NDArray[Any]) -> NDArray[Any]:
    """Columns by name; those that an older layout lacks are not available."""
    fixes = np.zeros(len(rows), dtype=FIX)
    for name in FIX.names or ():
        fixes[name] = rows[name] if name in (rows.dtype.names or ()) else NOT_AVAILABLE[name]
    return fixes


_FITTING: dict[Any, tuple[type[Any], ...]] = {
    int: (int,), float: (int, float), bool: (bool,), str: (str,),
}  # fmt: skip
"""What JSON may have where a value of a type should be: 1.0 is written as 1 by others."""

_OF_COLUMN = {"i": int, "u": int, "f": float, "S": str}
"""Kind of a column -> the type of its values as they are kept."""

_SCALARS = frozenset({int, float, bool, str, types.NoneType})
_WRITERS: dict[type[Any], Callable[[Any], Any]] = {}
_READERS: dict[tuple[Any, int], Callable[[Any], Any]] = {}


def _writer(kind: type[Any]) -> Callable[[Any], Any]:
    """How values of a type are written; looked up once a type, for this runs with every batch."""
    found = _WRITERS.get(kind)
    if found is None:
        found = _WRITERS[kind] = _make_writer(kind)
    return found


def _make_writer(kind: type[Any]) -> Callable[[Any], Any]:
    if issubclass(kind, Fix):
        return lambda fix: [*fix[:-1], fix.raw.decode("latin-1")]
    if is_dataclass(kind):
        names = [f.name for f in fields(kind)]
        return lambda value: {
            name: v if type(v := getattr(value, name)) in _SCALARS else plain(v) for name in names
        }
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, dict):
        return lambda value: {str(k): plain(v) for k, v in value.items()}
    if issubclass(kind, list | tuple):
        return lambda value: [v if type(v) in _SCALARS else plain(v) for v in value]
    if issubclass(kind, np.generic):
        return lambda value: value.item()
    message = f"a {kind.__name__} cannot be kept: use plain values, lists, tuples, dicts, Fix"
    raise TypeError(message)


def _reader(kind: Any, layout: int) -> Callable[[Any], Any]:
    found = _READERS.get((kind, layout))
    if found is None:
        found = _READERS[kind, layout] = _make_reader(kind, layout)
    return found


def _make_reader(kind: Any, layout: int) -> Callable[[Any], Any]:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind is Fix:
        return _fix_reader(layout)
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_reader(kind, layout)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        each = _each(_types_of(kind), layout)
        return lambda raw: kind(*each(raw))
    if origin in {typing.Union, types.UnionType} and len(args) == 2 and types.NoneType in args:
        inner = _reader(next(a for a in args if a is not types.NoneType), layout)
        return lambda raw: None if raw is None else inner(raw)
    if origin is list:
        item_reader = _reader(args[0], layout)
        return lambda raw: [item_reader(item) for item in raw]
    if origin is tuple and args[1:] == (...,):
        item_reader = _reader(args[0], layout)
        return lambda raw: tuple(item_reader(item) for item in raw)
    if origin is tuple:
        each = _each(args, layout)
        return lambda raw: tuple(each(raw))
    if origin is dict and args[0] in {int, str}:
        key, item_reader = args[0], _reader(args[1], layout)
        return lambda raw: {key(k): item_reader(v) for k, v in raw.items()}
    return _scalar_reader(kind)


def _scalar_reader(kind: Any) -> Callable[[Any], Any]:
    if kind is Any:  # figures: plain JSON, as it is
        return lambda raw: raw
    if kind is float:
        return lambda raw: math.nan if raw is None else _fitting(raw, _FITTING[float])
    if kind not in _FITTING:
        message = f"a field of type {kind} cannot be kept: it would not come back as it was"
        raise TypeError(message)
    return lambda raw: _fitting(raw, _FITTING[kind])


def _each(kinds: tuple[Any, ...], layout: int) -> Callable[[Any], list[Any]]:
    readers = [_reader(kind, layout) for kind in kinds]
    return lambda raw: [read(item) for read, item in zip(readers, raw, strict=True)]


def _fitting(raw: Any, kinds: tuple[type[Any], ...]) -> Any:
    if type(raw) not in kinds:
        message = f"{raw!r} stands where {kinds[-1].__name__} should"
        raise NotReadableError(message)
    return raw


def _dataclass_reader(kind: type[Any], layout: int) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    readers = {f.name: _reader(hints[f.name], layout) for f in fields(kind)}

    def reader(raw: Any) -> Any:
        if raw.keys() != readers.keys():
            wrong = ", ".join(sorted(raw.keys() ^ readers.keys()))
            message = f"{kind.__name__} lacks or does not know {wrong}"
            raise NotReadableError(message)
        return kind(**{name: readers[name](item) for name, item in raw.items()})

    return reader


def _fix_reader(layout: int) -> Callable[[Any], Fix]:
    kind = FIX_LAYOUTS[layout]
    names = kind.names or ()
    kinds = [_FITTING[_OF_COLUMN[kind[name].kind]] for name in names]
    real, sentence = _FITTING[float], names.index("raw")
    known: dict[tuple[type[Any], ...], list[int]] = {}  # types that fit -> where nothing is said

    def missing(raw: Any) -> list[int]:
        for value, fits in zip(raw, kinds, strict=True):
            if value is not None or fits is not real:
                _fitting(value, fits)
        return [place for place, value in enumerate(raw) if value is None]

    def reader(raw: Any) -> Fix:
        shape = tuple(map(type, raw))
        absent = known.get(shape)
        if absent is None:
            absent = known[shape] = missing(raw)
        values = list(raw)
        for place in absent:
            values[place] = math.nan
        values[sentence] = values[sentence].encode("latin-1")
        if names == Fix._fields:
            return Fix._make(values)
        found = dict(zip(names, values, strict=True))
        return Fix(**{name: found.get(name, NOT_AVAILABLE[name]) for name in Fix._fields})

    return reader
