"""Outgoing mail by one URL: `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`."""

from urllib.parse import unquote, urlsplit

from rapport.config import ConfigError


def smtp_settings(url: str) -> dict[str, object]:
    """Django's EMAIL_* settings for the URL. Raises ConfigError naming EMAIL_URL when it is empty or unknown."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ConfigError(
            "Rapport cannot start: EMAIL_URL must look like smtp://user:password@host:587 or smtps://…:465."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_TIMEOUT": 20,
    }
