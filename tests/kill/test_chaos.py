"""A small `make chaos` on servers of its own: every process and every server is killed once under load."""

import json
import subprocess
import sys

import pytest

from tests.running import ROOT
from tests.servers import address


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_nothing_is_lost_doubled_or_out_of_order() -> None:
    address("DATABASE_URL")  # the software of `make services` is used
    command = [sys.executable, "-m", "tests.chaos", "--small"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-6000:]}"
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["handled"] == result["events"] > 0
    assert result["ready"] == result["documents"] > 0
    assert result["talked"]["without_ending"] == 0
    assert result["talked"]["bill"] == result["talked"]["ledger"] > 0
