"""Whom a channel trusts over TLS."""

from __future__ import annotations

import ssl

from monitor.errors import LaterError


def trust(ca_file: str | None, where: str) -> ssl.SSLContext:
    """Whom the file names, or whom the system trusts; LaterError if the file cannot be read."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        why = error.strerror or "it holds no certificate"
        if isinstance(error, ssl.SSLError):  # its number is none of the system's
            why = "it holds no certificate"
        message = f"The ca_file of {where} cannot be read: {why}."
        raise LaterError(message) from error
