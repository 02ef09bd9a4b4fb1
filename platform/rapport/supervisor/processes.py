"""Which processes there are, and what each runs. A forked one shares the memory of what was imported before."""

import ctypes
import gc
import importlib
import os
import socket
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rapport.config import Config, get_config
from rapport.events.topics import Queue
from rapport.sockets import LARGEST_FRAME

PRELOADED = (
    "rapport.urls",
    "rapport.celery",
    "rapport.events.loops",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
)

# The clients of real servers, by the scheme of the setting that names one: Weaviate's takes seconds to import, which
# the first question would wait for, and each process would keep a copy of its own.
CLIENTS = {
    "kafka": ("kafka",),
    "redis": ("redis",),
    "rediss": ("redis",),
    "weaviate": ("weaviate", "weaviate.classes.config", "weaviate.classes.query"),
    "weaviates": ("weaviate", "weaviate.classes.config", "weaviate.classes.query"),
    "bolt": ("neo4j",),
    "neo4j": ("neo4j",),
    "bolt+s": ("neo4j",),
    "neo4j+s": ("neo4j",),
}

# How long a busy thread keeps the interpreter from the others: a thread inside a database transaction is one of these.
SWITCH_SECONDS = 0.0005
INGEST_NICENESS = 10  # about a tenth of a core while an answer wants it, all of it otherwise
MALLOC_ARENAS = 2  # glibc would give each thread its own, and keep them all
M_ARENA_MAX = -8  # malloc.h


@dataclass(frozen=True, slots=True)
class Process:
    """`run` is called in a forked child; `command` replaces the child instead, for processes that need no Django.
    `niceness` as in nice(1)."""

    name: str
    run: Callable[[], None] | None = None
    command: Sequence[str] = ()
    niceness: int = 0


def processes(config: Config, sockets: Sequence[socket.socket]) -> Mapping[str, Process]:
    """Every process of this profile, in the order in which they start."""
    found = [
        *_embedders(config),
        *_workers(config),
        Process("events", run=_run_events),
        Process("web", run=lambda: _run_web(sockets)),
    ]
    return {process.name: process for process in found}


def preload() -> None:
    """Import what the children share. It must not open connections nor start threads: neither survives a fork."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("MALLOC_ARENA_MAX", str(MALLOC_ARENAS))  # for what is executed; for what is forked:
    if sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallopt"):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, MALLOC_ARENAS)
    import django

    django.setup()  # (done already under manage.py)
    with warnings.catch_warnings():  # Weaviate's client switches every warning on
        for name in (*PRELOADED, *_clients(get_config())):
            importlib.import_module(name)
    from rapport.celery import app

    app.loader.import_default_modules()
    gc.collect()
    gc.freeze()  # a collection in a child then leaves the shared pages alone


def _clients(config: Config) -> Sequence[str]:
    urls = (config.events_url, config.celery_broker_url, config.streams_url, config.vectors_url, config.graph_url)
    return [module for url in urls for module in CLIENTS.get(url.partition(":")[0], ())]


def _embedders(config: Config) -> Sequence[Process]:
    """One for each precision of the built-in model that a setting names: `builtin:` is `builtin:int8`."""
    urls = (config.embeddings_url, *config.embeddings_other_urls)
    named = dict.fromkeys(url.partition(":")[2] or "int8" for url in urls if url.startswith("builtin:"))
    names = {precision: "embedder" if precision == "int8" else f"embedder-{precision}" for precision in named}
    server = (sys.executable, "-m", "ingestion.embedding.server", "--exit-with-parent")
    return [
        Process(name, command=(*server, "--socket", str(config.data_dir / f"{name}.sock"), "--precision", precision))
        for precision, name in names.items()
    ]


def _workers(config: Config) -> Sequence[Process]:
    """With a shared broker imports have a process of their own, so that their work never slows an answer."""
    if config.celery_broker_url.startswith(("embedded", "memory")):
        return [Process("worker", run=_run_worker)]
    return [
        Process("worker", run=lambda: _run_worker("live", "bulk", "calls")),
        Process("ingest", run=lambda: _run_worker("ingest"), niceness=INGEST_NICENESS),
    ]


def _run_worker(*queues: Queue) -> None:
    sys.setswitchinterval(SWITCH_SECONDS)
    from rapport.events.queues import QUEUES
    from rapport.management.commands.worker import run_worker

    run_worker(queues or QUEUES)


def _run_events() -> None:
    sys.setswitchinterval(SWITCH_SECONDS)
    from rapport.events.loops import roles_of_events
    from rapport.management.commands.events import run_events

    run_events(roles_of_events())


def _run_web(sockets: Sequence[socket.socket]) -> None:
    import uvicorn

    sys.setswitchinterval(SWITCH_SECONDS)  # the loop that passes words on must not wait for a thread that works
    (get_config().data_dir / "static").mkdir(parents=True, exist_ok=True)
    config = uvicorn.Config(
        "rapport.asgi:application",
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,  # frames of a few words: three quarters of a line's memory, and nothing saved
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=list(sockets))
