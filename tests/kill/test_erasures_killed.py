"""A small run of `python -m tests.kill.erasure`: whatever is killed, nothing of what is erased comes back."""

import json
import subprocess
import sys

import pytest

from tests.running import ROOT
from tests.servers import address


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_comes_back_on_the_embedded_parts() -> None:
    _run("--tries", "9")


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_comes_back_on_the_real_servers() -> None:
    address("DATABASE_URL")
    _run("--tries", "9", "--servers")


def _run(*arguments: str) -> None:
    command = [sys.executable, "-m", "tests.kill.erasure", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-6000:]}"
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["tries"] == 9
    assert result["killed"]
