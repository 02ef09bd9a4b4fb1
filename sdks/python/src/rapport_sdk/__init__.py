"""Rapport's API for Python. Start with `Rapport` or `AsyncRapport`; `verify_webhook` is for what Rapport sends you."""

from rapport_sdk import models
from rapport_sdk._calls import OMIT
from rapport_sdk._client import AsyncRapport, Rapport
from rapport_sdk._pages import AsyncPages, Page, Pages
from rapport_sdk._version import VERSION
from rapport_sdk.answers import (
    Answer,
    AnswerEvent,
    CitationEvent,
    DoneEvent,
    RestartEvent,
    StartedEvent,
    StatusEvent,
    TokenEvent,
)
from rapport_sdk.errors import (
    AnswerFailedError,
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    DocumentFailedError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RapportError,
    RateLimitError,
    ServerError,
    UnexpectedAnswerError,
    WebhookVerificationError,
)
from rapport_sdk.webhooks import WebhookEvent, verify_webhook

__version__ = VERSION
__all__ = [
    "OMIT",
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "Answer",
    "AnswerEvent",
    "AnswerFailedError",
    "AsyncPages",
    "AsyncRapport",
    "AuthenticationError",
    "CitationEvent",
    "ConfigurationError",
    "ConflictError",
    "DocumentFailedError",
    "DoneEvent",
    "InvalidRequestError",
    "NotFoundError",
    "Page",
    "Pages",
    "PermissionDeniedError",
    "Rapport",
    "RapportError",
    "RateLimitError",
    "RestartEvent",
    "ServerError",
    "StartedEvent",
    "StatusEvent",
    "TokenEvent",
    "UnexpectedAnswerError",
    "WebhookEvent",
    "WebhookVerificationError",
    "models",
    "verify_webhook",
]
