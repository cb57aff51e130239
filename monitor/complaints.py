"""What pydantic says is wrong with a value, in plain words."""

from __future__ import annotations

from pydantic_core import ErrorDetails


def said(error: ErrorDetails) -> str:
    """Pydantic's complaint in plain words, without a full stop."""
    context, kind = error.get("ctx", {}), error["type"]
    if kind in _SAID:
        return _SAID[kind].format(**context)
    return str(context["error"]) if kind == "value_error" else error["msg"]


_SAID = {
    "missing": "is missing",
    "extra_forbidden": "there is no such word",
    "list_type": "write each as a table of its own, [[feeds]]",
    "less_than_equal": "must be {le} at most",
    "greater_than_equal": "must be {ge} at least",
    "greater_than": "must be more than {gt}",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "string_too_short": "must not be empty",
    "string_too_long": "must have {max_length} letters at most",
    "literal_error": "must be {expected}",
    "timezone_aware": "must name its zone, such as 2026-11-26T18:00Z",
    "string_type": "must be a text, in quotes",
    "bool_parsing": "must be true or false",
}
