"""Where the processes of one machine put what they measure, so that any of them can answer for all."""

import contextlib
import os
from pathlib import Path

import psutil

from rapport.config import Config


def metrics_folder(config: Config) -> Path | None:
    """None while METRICS_PORT is 0: then each process measures for itself alone and nobody asks."""
    return config.data_dir / "run" / "metrics" if config.metrics_port else None


def share_folder(config: Config) -> None:
    """The Prometheus client decides when it is imported, by the environment, where figures live: so the settings call
    this, which are there before everything else."""
    folder = metrics_folder(config)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def forget_the_dead(config: Config) -> None:
    """For a start from nothing. Not when one process is restarted: sums over all of them would fall, which Prometheus
    takes for a reset, and it would count everything once more."""
    folder = metrics_folder(config)
    for path in folder.glob("*.db") if folder else ():
        pid = path.stem.rpartition("_")[2]
        if not (pid.isdigit() and psutil.pid_exists(int(pid))):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
