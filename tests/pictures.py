"""Takes the README's pictures of the console anew: ``python -m tests.pictures``."""

from __future__ import annotations

import os
import sys

import pytest

from tests.program import PROJECT

FOLDER = PROJECT / ".github" / "pictures"
KEEP = "KEEP_PICTURES"
"""Set in the environment: what the test takes is kept."""

PICTURES = {
    "console.png": "pal=day",
    "console-night.png": "pal=night&tab=ports",
}
"""By the view that each shows, as the console's address holds it."""


def main() -> int:
    """Take them by the test that holds them."""
    FOLDER.mkdir(exist_ok=True)
    os.environ[KEEP] = "yes"
    return pytest.main([str(PROJECT / "tests" / "acceptance" / "test_pictures.py"), "-q"])


if __name__ == "__main__":
    sys.exit(main())
