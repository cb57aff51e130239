"""Whom a channel trusts: a file that is not there, or holds something else, is said."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from monitor.deliver.trust import trust
from monitor.errors import LaterError


def test_the_system_is_trusted_unless_a_file_is_named() -> None:
    assert trust(None, "sea").verify_mode is ssl.CERT_REQUIRED


def test_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(LaterError, match=r"^The ca_file of sea cannot be read: No such file"):
        trust(str(tmp_path / "ca.pem"), "sea")
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(LaterError, match=r"cannot be read: it holds no certificate\.$"):
        trust(str(tmp_path / "ca.pem"), "sea")
