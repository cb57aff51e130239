"""Which form a log is of: by its name, or by its first bytes."""

from __future__ import annotations

from monitor.decode import FORMS
from monitor.decode.decoder import Decoder, Told
from monitor.errors import InputError, UsageError
from monitor.units import NO_TIME


def form_names() -> list[str]:
    """What ``--input-format`` takes."""
    return [form.NAME for form in FORMS]


def form_of(name: str) -> type[Decoder]:
    """Return the form of this name; UsageError names those there are."""
    for form in FORMS:
        if name == form.NAME:
            return form
    message = f"There is no input format {name!r}: use one of {', '.join(form_names())}."
    raise UsageError(message)


def recognise(head: bytes, source: str) -> type[Decoder]:
    """Find the form of a log by its first bytes (up to 64 KiB)."""
    for form in FORMS:
        if form.recognises(head):
            return form
    if b"\0" in head[:4096]:
        message = f"{source} is binary, not an AIS log."
    else:
        message = (
            f"{source} is not a known AIS log: no VDM sentence, CSV heading or AIS JSON was found"
            f" in its first lines; name its form with --input-format."
        )
    raise InputError(message)


def make_decoder(form: type[Decoder], *, start: int = NO_TIME, told: Told | None = None) -> Decoder:
    """Begin a log of this form; ``start`` (us) dates what nothing in the log dates."""
    decoder = form()
    if told is not None:
        decoder.heed(told)
    if start != NO_TIME:
        decoder.begin_at(start)
    return decoder
