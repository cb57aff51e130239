"""Pages for people: HTML without a script, in a style of its own, with nothing from elsewhere.

Whatever is put into a page is escaped, unless it is ``Markup``, which only this module makes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; --line: #8886; --quiet: #888; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; } h3 { font-size: 1em; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid var(--line); padding: .25em .8em .25em 0; text-align: left;
  vertical-align: top; }
th { color: var(--quiet); font-weight: 500; white-space: nowrap; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { border: 1px solid var(--line); overflow-x: auto; padding: .6em; }
nav a { margin-right: 1em; }
.quiet { color: var(--quiet); }
"""

_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src 'self' data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of such pages: no script at all, and no style but this."""

FORM_POLICY = POLICY.replace("form-action 'none'", "form-action 'self'")
"""The same of a page with a form."""


class Markup(str):
    """HTML that may stand as it is."""

    __slots__ = ()


def element(name: str, *inner: str, **attributes: str) -> Markup:
    """An element; ``class_`` and ``for_`` are written without their stroke."""
    told = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{told}>{_inner(inner)}</{name}>")


def field(label: str, **attributes: str) -> Markup:
    """A field of a form under its label; ``type_`` is written without its stroke."""
    told = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<p><label>{escape(label)}<br><input{told}></label></p>")


def joined(*parts: str) -> Markup:
    """Parts behind one another."""
    return Markup(_inner(parts))


def link(address: str, *words: str) -> Markup:
    """A link to an address of ours."""
    return element("a", *(words or (address,)), href=address)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """A table; cells may be markup."""
    head = element("tr", *(element("th", each) for each in headings))
    body = (element("tr", *(element("td", cell) for cell in row)) for row in rows)
    return element("table", element("thead", head), element("tbody", *body))


def pairs(rows: Iterable[tuple[str, str]]) -> Markup:
    """A table of words and what they stand for."""
    body = (element("tr", element("th", name), element("td", value)) for name, value in rows)
    return element("table", element("tbody", *body))


def whole(title: str, *inner: str) -> str:
    """A page."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{_inner(inner)}\n</body>\n</html>\n"
    )


def _inner(parts: Iterable[str]) -> str:
    return "".join(each if isinstance(each, Markup) else escape(each) for each in parts)
