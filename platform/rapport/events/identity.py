"""Who this process is in leases, so that what a dead one held is free at once and not only when its time is up."""

import os
import socket
from functools import lru_cache
from pathlib import Path

import psutil


@lru_cache(maxsize=4)
def _name_of(pid: int) -> str:
    started = int(psutil.Process(pid).create_time())
    return f"{machine_name()}/{pid}/{started}"


@lru_cache(maxsize=1)
def machine_name() -> str:
    """The host, and on Linux the process-id namespace: equal only where process ids mean the same processes."""
    namespace = Path("/proc/self/ns/pid")
    inode = namespace.readlink().name.strip("pid:[]") if namespace.exists() else ""
    return f"{socket.gethostname()[:40]}#{inode}"


def process_name() -> str:
    """This process: machine, process id, and its start, since ids come round again. At most 80 characters."""
    return _name_of(os.getpid())


def is_known_dead(owner: str) -> bool:
    """True only when `owner` was a process of this machine and is certainly gone."""
    machine, _, rest = owner.partition("/")
    pid, _, started = rest.partition("/")
    if machine != machine_name() or not pid.isdigit():
        return False
    try:
        process = psutil.Process(int(pid))
        return process.status() == psutil.STATUS_ZOMBIE or str(int(process.create_time())) != started
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
