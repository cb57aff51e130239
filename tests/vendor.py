"""Fetches what the console is made with: ``python -m tests.vendor`` (needs npm; users do not).

Files are copied as they were published, but for a bare import and the addresses of source maps,
which no browser could follow, and for what makes a script a module. ``vendor.json`` says what each
is, and a test holds its hash.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).parents[1]
VENDOR = PROJECT / "monitor" / "console" / "vendor"


IIFE = ".iife.min.js"
"""A script that makes one name: uPlot's own module is three times as long."""


class Wanted(NamedTuple):
    """A file of a package, and the name that it gets."""

    package: str
    version: str
    licence: str
    path: str
    name: str


WANTED = (
    Wanted("maplibre-gl", "6.17.0", "BSD-3-Clause", "dist/maplibre-gl.mjs", "maplibre-gl-{}.mjs"),
    Wanted("maplibre-gl", "6.17.0", "BSD-3-Clause", "dist/maplibre-gl-worker.mjs",
           "maplibre-gl-worker-{}.mjs"),
    Wanted("maplibre-gl", "6.17.0", "BSD-3-Clause", "dist/maplibre-gl.css", "maplibre-gl-{}.css"),
    Wanted("maplibre-gl", "6.17.0", "BSD-3-Clause", "LICENSE.txt", "maplibre-gl-{}.licence.txt"),
    Wanted("preact", "11.2.0", "MIT", "dist/preact.mjs", "preact-{}.mjs"),
    Wanted("preact", "11.2.0", "MIT", "hooks/dist/hooks.mjs", "preact-hooks-{}.mjs"),
    Wanted("preact", "11.2.0", "MIT", "LICENSE", "preact-{}.licence.txt"),
    Wanted("htm", "3.1.1", "Apache-2.0", "dist/htm.mjs", "htm-{}.mjs"),
    Wanted("htm", "3.1.1", "Apache-2.0", "LICENSE", "htm-{}.licence.txt"),
    Wanted("uplot", "1.6.32", "MIT", "dist/uPlot.iife.min.js", "uplot-{}.mjs"),
    Wanted("uplot", "1.6.32", "MIT", "dist/uPlot.min.css", "uplot-{}.css"),
    Wanted("uplot", "1.6.32", "MIT", "LICENSE", "uplot-{}.licence.txt"),
)  # fmt: skip
"""All of it; a newer version is a change of its number here."""


def as_served(data: bytes, path: str) -> bytes:
    """Without what would lead elsewhere, and as a module."""
    data = re.sub(rb"\n//# sourceMappingURL=\S+\s*$", b"\n", data)
    if path.endswith(IIFE):
        name = Path(path).name.removesuffix(IIFE)
        return data.rstrip() + f"\nexport default {name};\n".encode()
    return data.replace(b'from"preact"', b'from"./preact-11.2.0.mjs"')


def main() -> None:
    """Fetch, copy, and write what each is."""
    VENDOR.mkdir(exist_ok=True)
    told = []
    with tempfile.TemporaryDirectory() as place:
        for package, version in dict.fromkeys((each.package, each.version) for each in WANTED):
            subprocess.run(
                ["npm", "pack", "--silent", f"{package}@{version}"], cwd=place, check=True,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
        for each in WANTED:
            with tarfile.open(Path(place, f"{each.package}-{each.version}.tgz")) as archive:
                member = archive.extractfile(f"package/{each.path}")
                if member is None:
                    message = f"{each.package} has no {each.path}"
                    raise FileNotFoundError(message)
                data = as_served(member.read(), each.path)
            name = each.name.format(each.version)
            (VENDOR / name).write_bytes(data)
            told.append(
                {
                    "file": name, "package": each.package, "version": each.version,
                    "path": each.path, "licence": each.licence,
                    "sha256": hashlib.sha256(data).hexdigest(),
                }
            )  # fmt: skip
    (VENDOR / "vendor.json").write_text(json.dumps(told, indent=1) + "\n")
    sys.stdout.write(f"{len(told)} files in {VENDOR.relative_to(PROJECT)}\n")


if __name__ == "__main__":
    main()
