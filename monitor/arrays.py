"""Rows of structured arrays, as bytes: numpy's own ways go record by record and are far slower."""

from __future__ import annotations

from typing import Any

import numpy as np


def rows_at(rows: Any, index: Any) -> Any:
    """Take rows of a structured array by index or mask, by copying whole rows as bytes.

    numpy's own way copies record by record and is some ten times slower.
    """
    wide = rows.dtype.itemsize
    word = np.uint64 if wide % 8 == 0 else np.uint8
    flat = np.ascontiguousarray(rows).view(word).reshape(len(rows), wide // word().itemsize)
    return flat[index].view(rows.dtype).reshape(-1)


def joined(*parts: Any) -> Any:
    """Structured arrays of one dtype behind one another, as bytes too; of one part, a copy."""
    flat = [np.ascontiguousarray(part).view(np.uint8) for part in parts]
    return np.concatenate(flat).view(parts[0].dtype)
