"""Structured logs: one JSON object a line, with tenant, request and trace ids, never content.

`bind(...)` adds ids to every line of the current task; call sites pass ids, counts and codes, not texts.
"""

import logging
import sys
from contextlib import AbstractContextManager
from traceback import extract_tb

import structlog
from structlog.typing import EventDict, WrappedLogger

# Field names under which a person's words could slip in; refused so that a careless call site is seen in tests.
CONTENT_FIELDS = frozenset(
    {"text", "body", "content", "question", "answer", "prompt", "email", "password", "token", "query"}
)


def _refuse_content(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name in CONTENT_FIELDS & event.keys():
        event[name] = "[redacted]"
    return event


def _exception_without_words(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The traceback's places and the error's type and code. Messages are left out: they may quote what people wrote."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["code"] = getattr(error, "code", None) or event.get("code")
        event["traceback"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)
        ]
    return event


def configure(level: str) -> None:
    """Send structlog and the standard library's loggers through one JSON renderer on stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _refuse_content,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _exception_without_words,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "httpx", "httpcore", "httpx2", "httpcore2", "mcp", "celery.redirected", "kombu"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # it repeats itself for every broker; what it raises we say


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose lines carry the ids bound to the current task."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def bind(**ids: object) -> AbstractContextManager[None]:
    """Add ids (tenant_id=, request_id=, trace_id=, …) to every line logged inside the `with`."""
    return structlog.contextvars.bound_contextvars(**ids)
