"""A file of JSON Lines: for its owner alone, whole lines, on disk before it counts."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from monitor.deliver.jsonlines import File, FileConfig
from monitor.errors import LaterError
from tests.integration.deliver.ends import message


def file(path: Path) -> File:
    return File(FileConfig(name="lines", path=path))


async def test_each_message_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    plain = os.fsync

    def fsync(number: int) -> None:
        synced.append(number)
        plain(number)

    monkeypatch.setattr(os, "fsync", fsync)
    path = tmp_path / "alerts.jsonl"
    channel = file(path)
    await channel.send(message(text="a\nb"))
    await channel.send(message(revision=2))
    lines = path.read_text().splitlines()
    assert [json.loads(line)["revision"] for line in lines] == [1, 2]
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(synced) == 2


async def test_half_a_line_that_a_crash_left_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    path.write_bytes(b'{"half')
    await file(path).send(message())
    half, whole = path.read_text().splitlines()
    assert half == '{"half'
    assert json.loads(whole)["key"] == message().key


async def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(LaterError, match=r"alerts\.jsonl cannot be written: No such file"):
        await file(tmp_path / "nowhere" / "alerts.jsonl").send(message())
