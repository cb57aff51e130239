"""Dataclasses of the core as JSON and back: what must survive a restart, exactly."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from monitor.model import Fix

_READERS: dict[Any, Callable[[Any], Any]] = {}
_WRITERS: dict[type[Any], Callable[[Any], Any]] = {}


def dump(value: Any) -> str:
    """JSON text of a dataclass of this package (NaN is written as NaN: it is read here only)."""
    return json.dumps(plain(value), separators=(",", ":"))


def load(kind: type[Any], text: str) -> Any:
    """Read back what ``dump`` wrote of a ``kind``."""
    return read(kind, json.loads(text))


def read(kind: type[Any], value: Any) -> Any:
    """Make a ``kind`` of what ``plain`` made of one."""
    return _reader(kind)(value)


def plain(value: Any) -> Any:
    """Lists, dicts and scalars that JSON can hold; fields in order, without names."""
    return _writer(type(value))(value)


def _writer(kind: type[Any]) -> Callable[[Any], Any]:
    found = _WRITERS.get(kind)
    if found is None:
        found = _WRITERS[kind] = _make_writer(kind)
    return found


def _make_writer(kind: type[Any]) -> Callable[[Any], Any]:
    """How values of a type are written; looked up once a type, for this runs with every batch."""
    if issubclass(kind, Fix):
        return lambda fix: [*fix[:-1], fix.raw.decode("latin-1")]
    if is_dataclass(kind):
        names = [f.name for f in fields(kind)]
        return lambda value: [_writer(type(v))(v) for v in [getattr(value, n) for n in names]]
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, dict):
        return lambda value: {str(k): _writer(type(v))(v) for k, v in value.items()}
    if issubclass(kind, list | tuple):
        return lambda value: [_writer(type(v))(v) for v in value]
    return lambda value: value


def _reader(kind: Any) -> Callable[[Any], Any]:
    found = _READERS.get(kind)
    if found is None:
        found = _READERS[kind] = _make_reader(kind)
    return found


def _make_reader(kind: Any) -> Callable[[Any], Any]:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind is Fix:
        return lambda raw: Fix._make([*raw[:-1], raw[-1].encode("latin-1")])
    if isinstance(kind, type) and is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        readers = [(f.name, _reader(hints[f.name])) for f in fields(kind)]
        return lambda raw: kind(
            **{name: read(item) for (name, read), item in zip(readers, raw, strict=True)}
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if origin in {typing.Union, types.UnionType}:
        inner = _reader(next(a for a in args if a is not type(None)))
        return lambda raw: None if raw is None else inner(raw)
    if origin is list:
        item_reader = _reader(args[0])
        return lambda raw: [item_reader(item) for item in raw]
    if origin is tuple:
        item_reader = _reader(args[0])
        return lambda raw: tuple(item_reader(item) for item in raw)
    if origin is dict:
        key, item_reader = args[0], _reader(args[1])
        return lambda raw: {key(k): item_reader(v) for k, v in raw.items()}
    return lambda raw: raw
