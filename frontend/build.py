"""Compiles the catalogues of languages, and builds the browser's part with Vite:
`python -m frontend.build [--typecheck] [--unit] [--budgets] [--force]`.

A stamp of the sources' contents makes a second build free. It runs on a developer's machine or in an image's build,
never in the running product.
"""

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from frontend.budgets import BUILD, report_budgets
from frontend.catalogues import compile_catalogues
from frontend.node import Node, find_node

ROOT = Path(__file__).parent
_SOURCES = (
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
    "vite.loader.config.ts",
    "vite.teaser.config.ts",
    "vite.element.config.ts",
    "build.mjs",
    "widget",
    "islands",
    "styles",
)
_STAMP = BUILD / "stamp"
_INSTALLED = ROOT / "node_modules" / ".rapport-lock"


def _files() -> Iterator[Path]:
    for name in _SOURCES:
        path = ROOT / name
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file())
        elif path.exists():
            yield path


def hash_sources() -> str:
    """SHA-256 over the names and contents of everything the build reads."""
    digest = hashlib.sha256()
    for path in _files():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _run(node: Node, arguments: list[str]) -> None:
    environment = {
        **os.environ,
        "PATH": f"{node.folder}{os.pathsep}{os.environ.get('PATH', '')}",
        "NO_UPDATE_NOTIFIER": "1",
    }
    done = subprocess.run([*node.npm, *arguments], cwd=ROOT, env=environment, check=False)  # noqa: S603 - fixed arguments
    if done.returncode:
        raise SystemExit(
            f"`npm {' '.join(arguments)}` failed in frontend/ (exit code {done.returncode}); its output above says why."
        )


def _install(node: Node) -> None:
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if _INSTALLED.exists() and _INSTALLED.read_text() == wanted:
        return
    _run(node, ["ci", "--no-audit", "--no-fund", "--loglevel=error"])
    _INSTALLED.write_text(wanted)


def build(*, force: bool = False) -> bool:
    """Build unless the last build is of the same sources. Returns True when something was built."""
    wanted = hash_sources()
    if not force and _STAMP.exists() and _STAMP.read_text() == wanted:
        return False
    node = find_node()
    _install(node)
    _run(node, ["run", "--silent", "build"])
    _STAMP.write_text(wanted)
    return True


def run_script(name: str) -> None:
    """Run a script of package.json (`check`: the types, `test`: the unit tests). Raises SystemExit when it fails."""
    node = find_node()
    _install(node)
    _run(node, ["run", "--silent", name])


def _check_budgets() -> None:
    lines = report_budgets()
    sys.stdout.write("\n".join(lines) + "\n")
    if any(line.startswith("over") for line in lines):
        raise SystemExit(
            "The front end is over its budget. Make it lighter, or argue for a new budget in frontend/budgets.py."
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the dashboard's and the widget's scripts and styles.")
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    parser.add_argument("--typecheck", action="store_true", help="check the types too")
    parser.add_argument("--unit", action="store_true", help="run the unit tests too")
    parser.add_argument("--budgets", action="store_true", help="fail when a bundle is over its budget")
    options = parser.parse_args()
    compile_catalogues()
    build(force=options.force)
    if options.typecheck:
        run_script("check")
    if options.unit:
        run_script("test")
    if options.budgets:
        _check_budgets()


if __name__ == "__main__":
    main()
