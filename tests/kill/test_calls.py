"""A small `make call-kills`: whatever is killed, each call comes to an end and is in the ledger once."""

import json
import subprocess
import sys

import pytest

from tests.running import ROOT


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_each_call_comes_to_an_end_and_is_billed_once() -> None:
    command = [sys.executable, "-m", "tests.kill.calls", "--minutes", "0.25", "--hurry", "60", "--pause", "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-6000:]}"
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["violations"] == []
    assert result["killed"]
    assert 0 < result["billed"] <= result["calls"] + sum(result["transfers"].values())
