"""Which form of an answer a caller wants: ``f`` says it, else the header Accept (RFC 9110, 12.5.1).

Whoever says nothing that is known gets the first form, so that no client is left without answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from monitor.api.routes import Parameter
from monitor.errors import UsageError

ANSWER_FORMS = {"json": "application/json", "html": "text/html"}

F = Parameter(
    name="f", words="The form of the answer; else the header Accept says it.",
    form={"type": "string", "enum": list(ANSWER_FORMS)},
)  # fmt: skip


def wanted(request: web.Request, forms: Mapping[str, str]) -> str:
    """The word of one of these forms (word → media type); UsageError where ``f`` is none."""
    given = request.query.getall("f", [])
    if len(given) > 1:
        raise UsageError("The parameter 'f' was given twice: give it once.")
    if given:
        if given[0] not in forms:
            message = f"There is no form {given[0]!r}: use f={' or f='.join(forms)}."
            raise UsageError(message)
        return given[0]
    return preferred(", ".join(request.headers.getall("Accept", [])), forms)


def preferred(accept: str, forms: Mapping[str, str]) -> str:
    """The form that a header Accept likes best; the first where it likes none better."""
    ranks = [_media(each) for each in accept.split(",") if each.strip()]
    best, found = 0.0, next(iter(forms))
    for word, media in forms.items():
        quality = _quality(media, ranks)
        if quality > best:
            best, found = quality, word
    return found


def _media(text: str) -> tuple[str, float]:
    """A media range and how much it is wanted."""
    media, *words = (part.strip().lower() for part in text.split(";"))
    for word in words:
        name, _, value = word.partition("=")
        if name.strip() == "q":
            try:
                return media, min(1.0, max(0.0, float(value)))
            except ValueError:
                return media, 0.0
    return media, 1.0


def _quality(media: str, ranks: list[tuple[str, float]]) -> float:
    """How much a media type is wanted: what names it most exactly says it."""
    kind = media.partition("/")[0]
    for name in (media, f"{kind}/*", "*/*"):
        found = [quality for asked, quality in ranks if asked == name]
        if found:
            return max(found)
    return 0.0
