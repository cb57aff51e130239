"""The console's modules are typed as far as plain JavaScript is: ``tsc --checkJs`` finds no fault.

What others made is taken as it is. Users need nothing of it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.npm import TYPESCRIPT, package
from tests.program import PROJECT

CONSOLE = PROJECT / "monitor" / "console"
IMPORT = re.compile(r"(?:import|export)\s+([^;]*?)\s+from\s+\"[./]*/vendor/([^\"]+)\.mjs\"")
LATER = re.compile(r"import\(\"[./]*/vendor/([^\"]+)\.mjs\"\)")
OPTIONS = {
    "allowJs": True, "checkJs": True, "noEmit": True, "target": "ES2022", "module": "ES2022",
    "moduleResolution": "bundler", "lib": ["ES2023", "DOM", "DOM.Iterable"], "strict": False,
    "noImplicitThis": True, "noUnusedLocals": True, "types": [],
}  # fmt: skip


def declared(folder: Path) -> None:
    """Instead of each module of others, what ours take of it, of any type."""
    names: dict[str, set[str]] = {}
    for path in folder.rglob("*.js"):
        for words, module in IMPORT.findall(path.read_text()):
            bare = [each.split(" as ")[0].strip() for each in words.strip("{} \n").split(",")]
            taken = bare if "{" in words else ["default"]
            names.setdefault(module, set()).update(filter(None, taken))
        for module in LATER.findall(path.read_text()):
            names.setdefault(module, set()).add("default")
    for path in (folder / "vendor").iterdir():
        path.unlink()
    for module, taken in names.items():
        lines = [f"export const {name}: any;" for name in sorted(taken - {"default"})]
        lines += ["declare const whole: any;", "export default whole;"]
        (folder / "vendor" / f"{module}.d.mts").write_text("\n".join(lines) + "\n")


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed here")
def test_no_module_has_a_fault_of_types(tmp_path: Path) -> None:
    """Of names that are not there, of arguments, of what may be nothing of the kind."""
    compiler = package(TYPESCRIPT) / "lib" / "tsc.js"
    folder = tmp_path / "console"
    shutil.copytree(CONSOLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    declared(folder)
    modules = [str(path) for path in sorted(folder.rglob("*.js"))]
    (tmp_path / "tsconfig.json").write_text(
        json.dumps({"compilerOptions": OPTIONS, "files": modules})
    )
    done = subprocess.run(
        ["node", str(compiler), "-p", str(tmp_path)], check=False, capture_output=True, timeout=120
    )
    said = done.stdout.decode().replace(f"{folder}/", "")
    assert done.returncode == 0, said
    assert len(modules) > 30
