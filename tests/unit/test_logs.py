"""Logs: for machines a JSON object a line, for people a sentence that cannot steer a terminal."""

from __future__ import annotations

import errno
import io
import json
import sys

import pytest
import structlog

from monitor import logs

EVIL = "403 \x1b]0;owned\x07\u202e"


def fail() -> None:
    raise RuntimeError(EVIL)


def test_what_a_server_said_is_shown_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """In the sentence and in its keys; the colours are ours."""
    logs.set_up(as_json=False)
    structlog.get_logger().warning(f"Feed harbour is down: {EVIL}", why=EVIL, tries=3)
    text = capsys.readouterr().err
    assert text.count("403 ?]0;owned??") == 2
    assert "\x1b]" not in text
    assert "\u202e" not in text
    assert "tries" in text


def test_a_trace_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(as_json=False)
    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("An endpoint failed")
    text = capsys.readouterr().err
    assert "\nTraceback (most recent call last):\n" in text
    assert "RuntimeError: 403 ?]0;owned??" in text


def test_json_has_it_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(as_json=True)
    structlog.get_logger().info(EVIL)
    text = capsys.readouterr().err
    assert text.strip().isprintable()
    assert json.loads(text)["event"] == EVIL


class Full(io.StringIO):
    """What nothing can be written to."""

    def write(self, _: str) -> int:
        """Fail."""
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self) -> None:
        """Fail."""
        raise BrokenPipeError


@pytest.mark.parametrize("as_json", [True, False])
def test_a_log_that_cannot_be_written_fails_nobody(
    monkeypatch: pytest.MonkeyPatch, *, as_json: bool
) -> None:
    """Its disk is full, its reader gone, or it was closed."""
    closed = io.StringIO()
    closed.close()
    for stream in (Full(), closed):
        monkeypatch.setattr(sys, "stderr", stream)
        logs.set_up(as_json=as_json)
        structlog.get_logger().warning("A feed is down")
