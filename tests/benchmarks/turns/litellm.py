"""LiteLLM's proxy before the same model, from an environment of its own (`make peers`): one worker, no database.

Absent, it is left out and the table says so.
"""

import json
import os
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.running import ROOT, wait_until

PEER = ROOT / "var" / "peers" / "litellm" / "bin" / "litellm"
KEY = "sk-bench"


@contextmanager
def proxy(model: str, model_url: str, folder: Path) -> Iterator[str]:
    """Its address; "" where it is not installed."""
    if not PEER.exists():
        yield ""
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "litellm.json"
    behind = {"model": f"openai/{model}", "api_base": model_url, "api_key": "sk-none"}
    told = {"model_list": [{"model_name": model, "litellm_params": behind}], "general_settings": {"master_key": KEY}}
    config.write_text(json.dumps(told))  # JSON is YAML
    ours = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_OPS_URL", "PYTHONPATH", "LITELLM_LOG")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"}
    with (folder / "litellm.log").open("wb") as log:
        command = [str(PEER), "--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"]
        running = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait_until(lambda: _answers(port), seconds=120)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(20)


def _answers(port: int) -> bool:
    try:
        asked = urllib.request.urlopen(f"http://127.0.0.1:{port}/health/liveliness", timeout=5)
        return bool(asked.status == 200)
    except OSError:
        return False
