"""CQL2 text: read as its grammar has it, refused with the place, and never for long."""

from __future__ import annotations

import pytest

from monitor.errors import UsageError
from monitor.report.features.cqltext import DEEPEST, LONGEST, parse

A = {"property": "a"}
ONE = {"op": "=", "args": [A, 1]}
TWO = {"op": "=", "args": [{"property": "b"}, "x"]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1", ONE), ("(a=1)", ONE), ("a=1 AND b='x'", {"op": "and", "args": [ONE, TWO]}),
        ("a=1 or b='x' and a=1",
         {"op": "or", "args": [ONE, {"op": "and", "args": [TWO, ONE]}]}),
        ("NOT NOT a=1", {"op": "not", "args": [{"op": "not", "args": [ONE]}]}),
        ("a = 'O''Brien'", {"op": "=", "args": [A, "O'Brien"]}),
        ('"a" <> -1.5e2', {"op": "<>", "args": [A, -150.0]}),
        ("a IS NOT NULL", {"op": "not", "args": [{"op": "isNull", "args": [A]}]}),
        ("a NOT IN (1, 2)", {"op": "not", "args": [{"op": "in", "args": [A, [1, 2]]}]}),
        ("a BETWEEN 1 AND 2 AND a=1",
         {"op": "and", "args": [{"op": "between", "args": [A, 1, 2]}, ONE]}),
        ("TRUE", True), ("a = true", {"op": "=", "args": [A, True]}),
        ("CASEI(a) LIKE casei('x%')",
         {"op": "like", "args": [{"op": "casei", "args": [A]}, {"op": "casei", "args": ["x%"]}]}),
        ("T_AFTER(a, TIMESTAMP('t'))", {"op": "t_after", "args": [A, {"timestamp": "t"}]}),
        ("t_during(a, INTERVAL('s', '..'))",
         {"op": "t_during", "args": [A, {"interval": ["s", ".."]}]}),
        ("S_INTERSECTS(a, BBOX(1,2,3,4))",
         {"op": "s_intersects", "args": [A, {"bbox": [1, 2, 3, 4]}]}),
        ("S_INTERSECTS(a, POINT(1 2))",
         {"op": "s_intersects", "args": [A, {"type": "Point", "coordinates": [1, 2]}]}),
        ("S_INTERSECTS(a, MULTIPOINT(1 2, (3 4)))",
         {"op": "s_intersects",
          "args": [A, {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}]}),
    ],
)  # fmt: skip
def test_what_is_read(text: str, found: object) -> None:
    """Key words in capitals or not; AND binds closer than OR."""
    assert parse(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "at letter 1: a property or a value should stand there, not its end."),
        ("a", "at letter 2: a comparison, LIKE, BETWEEN, IN or IS NULL should stand there"),
        ("a = ", "at letter 5: a property or a value"),
        ("a = 1 b", "at letter 7: AND, OR or the end should stand there, not 'b'."),
        ("a = 1; DROP TABLE event", "from letter 6 on: '; DROP TABLE'."),
        ("a = 'x", "from letter 5 on"),
        ("a = $1", "from letter 5 on"),
        ("a = 1 -- b", "from letter 7 on"),
        ("a/**/= 1", "from letter 2 on"),
        ("a + 1 = 2", "from letter 3 on"),
        ("(a = 1", "at letter 7: ')' should stand there, not its end."),
        ("pg_sleep(9) = 1", "There is no 'pg_sleep' in filters here"),
        ("a IN ()", "at letter 7"), ("a BETWEEN 1", "at letter 12: 'AND' should stand there"),
        ("AND = 1", "at letter 1"), ("a = 1x", "from letter 5 on"),
        ("S_INTERSECTS(a)", "at letter 15: ',' should stand there"),
        ("TIMESTAMP('a', 'b') < a", "1 in brackets should stand there"),
        ("S_INTERSECTS(a, POINT(1 2 3))", "at letter 27"),
        ("S_INTERSECTS(a, CIRCLE(1 2))", "There is no 'CIRCLE' in filters here"),
    ],
)  # fmt: skip
def test_what_is_not_read(text: str, words: str) -> None:
    """One sentence that says where."""
    with pytest.raises(UsageError) as refusal:
        parse(text)
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_a_filter_is_bounded() -> None:
    """In letters and in depth."""
    parse("a=" + "1" * (LONGEST - 2))
    with pytest.raises(UsageError, match="more than 2000 letters"):
        parse("a=" + "1" * (LONGEST - 1))
    parse("(" * DEEPEST + "a=1" + ")" * DEEPEST)
    for deep in ("(" * (DEEPEST + 1) + "a=1", "NOT " * (DEEPEST + 1) + "a=1",
                 "CASEI(" * (DEEPEST + 1) + "a"):  # fmt: skip
        with pytest.raises(UsageError, match="more than 50 brackets"):
            parse(deep)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        "(" * LONGEST, "(" * 49 + "a=" + ")" * 49, "NOT " * 499, "a=1 OR " * 285,
        "a IN (" + "1," * 990, "((" * 20 + "a=1" + ") OR (a=1)" * 20, "'" * LONGEST, "CASEI(" * 40,
        "S_INTERSECTS(a, POLYGON" + "(" * 900, "a=1 AND (" * 50, '"' * LONGEST, "a" * LONGEST,
        "-" * LONGEST, "1" * LONGEST, "1." * 999, "1e" * 999,
    ],
    ids=range(16),
)  # fmt: skip
def test_what_cannot_be_read_is_refused_as_quickly(text: str) -> None:
    """The time grows with the length: a library that was tried took twice as long a bracket."""
    with pytest.raises(UsageError):
        parse(text)
