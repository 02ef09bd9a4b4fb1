"""`make demo-call`: a real telephone calls the product, and is answered, interrupts and hangs up."""

import importlib.util
import os
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.e2e.product import ROOT

MISSING = [
    *(program for program in ("flite", "baresip") if shutil.which(program) is None),
    *(["pocketsphinx"] if importlib.util.find_spec("pocketsphinx") is None else []),
]


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (bash infra/speech.sh)")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" in os.environ, reason="a call in real time wants the cores: run it alone")
def test_three_questions_are_understood_and_one_interrupts(tmp_path: Path) -> None:
    unset = (
        "DATA_DIR",
        "SECRET_KEY",
        "DATABASE_URL",
        "EVENTS_URL",
        "LLM_URL",
        "EMBEDDINGS_URL",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
    )
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    command = [sys.executable, str(ROOT / "manage.py"), "demo_call", "--recordings", str(tmp_path)]
    called = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=380, check=False
    )
    assert called.returncode == 0, called.stdout + called.stderr
    assert "understood: which file types can i upload" in called.stdout
    assert "PDF" in called.stdout
    assert "interrupted here" in called.stdout
    with wave.open(str(tmp_path / "heard.wav")) as heard:
        assert heard.getnframes() / heard.getframerate() > 15
