"""Pages as answers: with the headers that keep them from running or loading anything."""

from __future__ import annotations

from monitor.api.pages import html_answer
from monitor.report.hypertext import POLICY


def test_a_page_has_its_policy() -> None:
    for page in ("<p>\u00f8</p>", "<p>\u00f8</p>".encode()):
        answer = html_answer(page)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.body == "<p>\u00f8</p>".encode()
