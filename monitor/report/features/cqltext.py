"""CQL2 text (OGC 21-065r2) read into CQL2's JSON, in time that grows with its length alone.

    expression  term {OR term}
    term        factor {AND factor}
    factor      {NOT} ( "(" expression ")" | TRUE | FALSE | predicate )
    predicate   S_… "(" operand "," operand ")"  |  T_… "(" operand "," operand ")"
                operand ( = <> < <= > >= operand | [NOT] LIKE operand | IS [NOT] NULL
                          [NOT] BETWEEN operand AND operand | [NOT] IN "(" operand {, operand} ")" )
    operand     property | 'text' | number | TRUE | FALSE | CASEI(operand) | TIMESTAMP('…')
                DATE('…') | INTERVAL('…', '…') | BBOX(…) | POINT(…) | POLYGON(…) | …

It is read here and not by a library, since those that there are try each bracket in several ways:
fifty open ones would keep them for years, and the watch with them. Each letter is looked at once.
Arithmetic, functions and arrays are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, NoReturn

from monitor.errors import UsageError

LONGEST = 2_000
"""Letters of a filter."""

DEEPEST = 50
"""Brackets and NOTs within each other."""

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*')
    | (?P<number>[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![A-Za-z_0-9.]))
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<quoted>"[A-Za-z_][A-Za-z0-9_.]*")
    | (?P<sign><=|>=|<>|[=<>(),])
    """,
    re.VERBOSE,
)
_SPACE = re.compile(r"[ \t\r\n]*")

SIGNS = ("=", "<>", "<", "<=", ">", ">=")
MULTI = {"MULTIPOINT": "MultiPoint", "MULTILINESTRING": "MultiLineString",
         "MULTIPOLYGON": "MultiPolygon"}  # fmt: skip
PLAIN = {"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon"}
DEPTHS = {"Point": 0, "LineString": 1, "MultiPoint": 1, "Polygon": 2, "MultiLineString": 2,
          "MultiPolygon": 3}  # fmt: skip
"""How many lists of positions stand within each other."""

LITERALS = {"TRUE": True, "FALSE": False}
FUNCTIONS = re.compile(r"[ST]_[A-Z]+\Z")
RESERVED = {"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE"}


class Token(NamedTuple):
    """A word and where it begins, from 1."""

    kind: str
    text: str
    place: int

    @property
    def word(self) -> str:
        """In capitals: key words are the same in both."""
        return self.text.upper() if self.kind in {"word", "sign"} else ""


def parse(text: str) -> Any:
    """A filter as CQL2's JSON; UsageError that says where it cannot be read."""
    if len(text) > LONGEST:
        message = f"The filter has more than {LONGEST} letters: send a shorter one."
        raise UsageError(message)
    return _Reader(list(_tokens(text))).whole()


def _tokens(text: str) -> Iterator[Token]:
    place = 0
    while True:
        space = _SPACE.match(text, place)
        place = place if space is None else space.end()
        if place == len(text):
            yield Token("end", "", place + 1)
            return
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            rest = text[place : place + 12]
            message = f"The filter cannot be read from letter {place + 1} on: {rest!r}."
            raise UsageError(message)
        yield Token(found.lastgroup, found.group(), place + 1)
        place = found.end()


class _Reader:
    """Reads tokens one by one, each once."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Any:
        found = self._expression()
        if self._next.kind != "end":
            self._refuse("AND, OR or the end")
        return found

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += token.kind != "end"
        return token

    def _takes(self, *words: str) -> bool:
        """Take these words if they come."""
        coming = [each.word for each in self._tokens[self._at : self._at + len(words)]]
        if coming != list(words):
            return False
        self._at += len(words)
        return True

    def _must(self, word: str) -> None:
        if not self._takes(word):
            self._refuse(repr(word))

    def _refuse(self, wanted: str) -> NoReturn:
        token = self._next
        found = "its end" if token.kind == "end" else repr(token.text[:20])
        message = (
            f"The filter cannot be read at letter {token.place}: {wanted} should stand there, not"
            f" {found}."
        )
        raise UsageError(message)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            message = f"The filter has more than {DEEPEST} brackets within each other: send less."
            raise UsageError(message)

    def _expression(self) -> Any:
        parts = [self._term()]
        while self._takes("OR"):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else {"op": "or", "args": parts}

    def _term(self) -> Any:
        parts = [self._factor()]
        while self._takes("AND"):
            parts.append(self._factor())
        return parts[0] if len(parts) == 1 else {"op": "and", "args": parts}

    def _factor(self) -> Any:
        depth = self._depth
        turns = 0
        while self._takes("NOT"):
            self._deeper()
            turns += 1
        if self._takes("("):
            self._deeper()
            found = self._expression()
            self._must(")")
        elif self._next.word in LITERALS and self._tokens[self._at + 1].word not in SIGNS:
            found = LITERALS[self._take().word]
        else:
            found = self._predicate()
        self._depth = depth
        for _ in range(turns):
            found = _not(found)
        return found

    def _predicate(self) -> Any:
        token = self._next
        if FUNCTIONS.match(token.word) and self._tokens[self._at + 1].word == "(":
            self._take()
            self._must("(")
            first = self._operand()
            self._must(",")
            second = self._operand()
            self._must(")")
            return {"op": token.word.lower(), "args": [first, second]}
        return self._compared(self._operand())

    def _compared(self, left: Any) -> Any:
        sign = self._next.word
        if sign in SIGNS:
            self._take()
            return {"op": sign, "args": [left, self._operand()]}
        if self._takes("IS"):
            negated = self._takes("NOT")
            self._must("NULL")
            found: Any = {"op": "isNull", "args": [left]}
            return _not(found) if negated else found
        negated = self._takes("NOT")
        if self._takes("LIKE"):
            found = {"op": "like", "args": [left, self._operand()]}
        elif self._takes("BETWEEN"):
            low = self._operand()
            self._must("AND")
            found = {"op": "between", "args": [left, low, self._operand()]}
        elif self._takes("IN"):
            found = {"op": "in", "args": [left, self._listed(self._operand)]}
        else:
            self._refuse("a comparison, LIKE, BETWEEN, IN or IS NULL")
        return _not(found) if negated else found

    def _operand(self) -> Any:
        token = self._next
        if token.kind == "text":
            return self._text()
        if token.kind == "number":
            return self._number()
        if token.kind == "quoted":
            self._take()
            return {"property": token.text[1:-1]}
        if token.kind != "word" or token.word in RESERVED - set(LITERALS):
            self._refuse("a property or a value")
        self._take()
        if self._next.word == "(":
            return self._called(token)
        return LITERALS.get(token.word, {"property": token.text})

    def _called(self, token: Token) -> Any:
        """What stands in brackets behind a word."""
        word = token.word
        if word in {"TIMESTAMP", "DATE"}:
            (found,) = self._listed(self._text, 1)
            return {word.lower(): found}
        if word == "INTERVAL":
            return {"interval": self._listed(self._text, 2)}
        if word == "BBOX":
            return {"bbox": self._listed(self._number)}
        if word == "CASEI":
            self._must("(")
            self._deeper()
            found = self._operand()
            self._must(")")
            self._depth -= 1
            return {"op": "casei", "args": [found]}
        kind = PLAIN.get(word) or MULTI.get(word)
        if kind is None:
            message = (
                f"There is no {token.text[:20]!r} in filters here: use properties, values, CASEI,"
                " S_INTERSECTS and T_AFTER and the like."
            )
            raise UsageError(message)
        return {"type": kind, "coordinates": self._positions(kind)}

    def _positions(self, kind: str) -> Any:
        if kind == "Point":
            (found,) = self._listed(self._position, 1)
            return found
        if kind == "MultiPoint":
            return self._listed(self._point)
        return self._nested(DEPTHS[kind])

    def _nested(self, depth: int) -> Any:
        if depth == 1:
            return self._listed(self._position)
        return self._listed(lambda: self._nested(depth - 1))

    def _point(self) -> Any:
        """Of several: in brackets of its own, or without."""
        if self._next.word == "(":
            (found,) = self._listed(self._position, 1)
            return found
        return self._position()

    def _position(self) -> list[float]:
        return [self._number(), self._number()]

    def _listed(self, read: Callable[[], Any], count: int | None = None) -> list[Any]:
        """What stands in brackets, with commas between; ``count``: so many."""
        self._must("(")
        found = [read()]
        while self._takes(","):
            found.append(read())
        if count is not None and len(found) != count:
            self._refuse(f"{count} in brackets")
        self._must(")")
        return found

    def _text(self) -> str:
        if self._next.kind != "text":
            self._refuse("a text in single quotes")
        return self._take().text[1:-1].replace("''", "'")

    def _number(self) -> int | float:
        if self._next.kind != "number":
            self._refuse("a number")
        text = self._take().text
        return int(text) if re.fullmatch(r"[-+]?[0-9]+", text) else float(text)


def _not(inner: Any) -> Any:
    return {"op": "not", "args": [inner]}
