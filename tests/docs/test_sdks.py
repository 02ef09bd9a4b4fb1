"""The quickstarts of the SDKs: installed as the page says, in a new environment, and run block by block."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from frontend.node import find_node
from rapport.config import ROOT
from rapport_sdk import Rapport, StartedEvent, UnexpectedAnswerError
from tests.docs.blocks import Block, blocks_of, check_output
from tests.docs.conftest import Reader

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
_IGNORED = shutil.ignore_patterns("node_modules", "dist", "__pycache__")
_PIP = """#!/bin/sh
exec "{uv}" pip "$@"
"""


def test_python(reader: Reader, tmp_path: Path) -> None:
    """uv stands in for pip: it takes the same words, and a tenth of the time."""
    blocks = _read("sdk-python.md", reader)
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert uv, "`make install` brings uv"
    folder = _project(tmp_path, "python")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")], check=True)
    pip = folder / "venv" / "bin" / "pip"
    pip.write_text(_PIP.format(uv=uv))
    pip.chmod(0o755)
    environment = {"PATH": f"{pip.parent}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(folder / "venv")}
    parts = [each.text + _mark("print({}, flush=True)", number) for number, each in _code(blocks, "python")]
    (folder / "quickstart.py").write_text("\n".join(parts))
    _check(_run(blocks, "python quickstart.py", folder, environment), blocks, "python")


def test_typescript(reader: Reader, tmp_path: Path) -> None:
    blocks = _read("sdk-typescript.md", reader)
    folder, node = _project(tmp_path, "typescript"), find_node()
    (folder / "package.json").write_text('{"type": "module"}')
    environment = {
        "PATH": f"{node.folder}{os.pathsep}{os.environ['PATH']}",
        "npm_config_prefer_offline": "true",
        "npm_config_audit": "false",
        "npm_config_fund": "false",
    }
    parts = [each.text + _mark("console.log({});", number) for number, each in _code(blocks, "ts")]
    (folder / "quickstart.ts").write_text("\n".join(parts))
    compiler = "node rapport/sdks/typescript/node_modules/typescript/bin/tsc"
    options = "--target ES2022 --module NodeNext --lib ES2023,DOM,DOM.Iterable --strict --types node"
    compiled = f"{compiler} {options} --typeRoots rapport/sdks/typescript/node_modules/@types quickstart.ts"
    _check(_run(blocks, f"{compiled} && node quickstart.js", folder, environment), blocks, "ts")


def test_the_real_stream_is_taken_up_again(reader: Reader) -> None:
    with Rapport(reader.key, base_url=reader.product.app) as client:
        agent = next(iter(client.agents.list()))
        events = list(client.conversations.stream(agent.id, "How are you?", contact="customer-4713"))
        started, *rest = events
        assert isinstance(started, StartedEvent)
        assert list(client.conversations.follow(started.turn_id)) == rest
        assert list(client.conversations.follow(started.turn_id, after="1")) == rest[1:]
        with pytest.raises(UnexpectedAnswerError, match="messages"):
            list(client.conversations.follow(started.turn_id, after=str(len(rest))))


def _read(page: str, reader: Reader) -> list[Block]:
    return [Block(each.language, reader.fill(each.text)) for each in blocks_of(page)]


def _project(tmp_path: Path, name: str) -> Path:
    """A reader's folder, with the project beside their own files."""
    shutil.copytree(ROOT / "sdks" / name, tmp_path / "rapport" / "sdks" / name, ignore=_IGNORED)
    return tmp_path


def _code(blocks: list[Block], language: str) -> list[tuple[int, Block]]:
    return [(number, each) for number, each in enumerate(blocks) if each.language == language]


def _mark(form: str, number: int) -> str:
    return "\n" + form.format(f'"\\n#end {number}"') + "\n"


def _run(blocks: list[Block], last: str, folder: Path, environment: dict[str, str]) -> str:
    """The page's own shell lines, then the program."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("RAPPORT", "DATA_DIR", "VIRTUAL"))
    }
    script = "\n".join(["set -e", *(each.text for each in blocks if each.language == "sh"), last])
    done = subprocess.run(
        ["sh", "-c", script], cwd=folder, env={**kept, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _check(output: str, blocks: list[Block], language: str) -> None:
    """What stands in the text block behind a block of code is what that code printed."""
    compared = 0
    for number, _ in _code(blocks, language):
        before, _, output = output.partition(f"\n#end {number}\n")
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        if following and following.language == "text":
            check_output(before, following.text)
            compared += 1
    assert compared >= 6
