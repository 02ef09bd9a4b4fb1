"""`/dev/mail/`: the mail of the embedded profile, which is kept in a folder instead of being sent.

Only there, and only for this machine: whoever reads it could take over any account.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import wraps
from ipaddress import ip_address
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

from rapport.config import get_config

_SEPARATOR = re.compile(rb"^-{79}\n", re.MULTILINE)  # what Django's file backend puts after each message
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    sent_at: datetime
    body: SafeString


def is_mail_local() -> bool:
    """True while mail is kept in the data folder instead of being sent."""
    config = get_config()
    return config.is_embedded and config.email_url.startswith("embedded")


def only_here(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A 404 for everyone but this machine, and outside the embedded profile."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if not is_mail_local() or not _is_loopback(request):
            raise Http404
        return view(request)

    return wrapped


def _is_loopback(request: HttpRequest) -> bool:
    """A proxy on this machine also calls from loopback, but it says for whom."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@only_here
def show_mail(request: HttpRequest) -> HttpResponse:
    return render(request, "dev/mail.html", {"mails": read_mails(get_config().data_dir / "mail")})


def read_mails(folder: Path) -> list[Mail]:
    """The newest messages of the folder, newest first."""
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)[:_SHOWN]
    mails = [mail for path in files for mail in _read_file(path)]
    return sorted(mails, key=lambda mail: mail.sent_at, reverse=True)[:_SHOWN]


def _read_file(path: Path) -> list[Mail]:
    parts = _SEPARATOR.split(path.read_bytes())
    return [_read_message(part, path) for part in parts if part.strip()]


def _read_message(content: bytes, path: Path) -> Mail:
    message = message_from_bytes(content, policy=policy.default)
    text = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
    body = str(text.get_content()) if text else ""
    date = message["Date"]
    sent_at = date.datetime if date is not None else datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if sent_at.tzinfo is None:  # "-0000", as Django writes it: UTC, of no known place
        sent_at = sent_at.replace(tzinfo=UTC)
    linked = mark_safe(urlize(body.strip(), autoescape=True))  # noqa: S308 - urlize escapes the text
    return Mail(str(message["To"]), str(message["Subject"]), sent_at, linked)
