"""Bodies of requests: no longer than they may be, nor slower."""

from __future__ import annotations

import asyncio
from typing import TypeVar
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, ValidationError

from monitor.complaints import said
from monitor.errors import UsageError

MOST_FIELDS = 10

AnyForm = TypeVar("AnyForm", bound=BaseModel)


async def read_body(request: web.Request, most_bytes: int, within_s: float) -> bytes:
    """The body; what is longer or slower is refused as soon as that is known."""
    body = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for part in request.content.iter_any():
                body += part
                if len(body) > most_bytes:
                    raise web.HTTPRequestEntityTooLarge(
                        most_bytes, len(body),
                        reason=f"The body is longer than {most_bytes} bytes: send less",
                    )  # fmt: skip
    except TimeoutError:
        message = f"The body was not whole within {within_s:g} s: send it again"
        raise web.HTTPRequestTimeout(reason=message) from None
    return bytes(body)


def storable(text: str) -> str:
    """A text that a table takes; ValueError, as validators raise it, of one that none does."""
    if "\0" in text:
        message = "holds a NUL, which no table takes"
        raise ValueError(message)
    return text


def understood(body: bytes, form: type[AnyForm], *, encoded: bool = False) -> AnyForm:
    """What a body of JSON says, or one that is ``encoded`` as pages send their forms.

    UsageError where that is not of this form.
    """
    try:
        if encoded:
            return form.model_validate(_decoded(body))
        return form.model_validate_json(body)
    except ValidationError as error:
        raise UsageError(_fault(error, form)) from None


def _decoded(body: bytes) -> dict[str, str]:
    text = body.decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        message = f"The form has more than {MOST_FIELDS} fields: send those that are asked for."
        raise UsageError(message) from None
    return dict(pairs)


def _fault(error: ValidationError, form: type[BaseModel]) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if not place:
        names = ", ".join(form.model_fields)
        return f"The body must be a JSON object with some of {names}."
    if first["type"] == "extra_forbidden":
        return f"There is no word {place!r}: use {', '.join(form.model_fields)}."
    return f"{place}: {said(first)}."
