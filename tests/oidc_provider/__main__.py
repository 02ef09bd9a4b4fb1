"""`python -m tests.oidc_provider FOLDER PORT`: serves the people and the client of FOLDER/provider.json."""

import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

APPS = "django.contrib.auth django.contrib.contenttypes django.contrib.sessions django.contrib.messages"
MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware django.middleware.csrf.CsrfViewMiddleware "
    "django.contrib.auth.middleware.AuthenticationMiddleware django.contrib.messages.middleware.MessageMiddleware "
    "allauth.account.middleware.AccountMiddleware"
)
CONTEXT = "django.template.context_processors.request django.contrib.auth.context_processors.auth"


def main(folder: Path, port: int) -> None:
    _configure(folder)
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.servers.basehttp import run
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    _fill(json.loads((folder / "provider.json").read_text()))
    run("127.0.0.1", port, get_wsgi_application(), threading=True)


def _configure(folder: Path) -> None:
    settings.configure(
        SECRET_KEY="the provider's own",
        ALLOWED_HOSTS=["127.0.0.1"],
        INSTALLED_APPS=[*APPS.split(), "allauth", "allauth.account", "allauth.idp.oidc"],
        MIDDLEWARE=MIDDLEWARE.split(),
        ROOT_URLCONF="tests.oidc_provider.urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "provider.sqlite3"}},
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": CONTEXT.split()},
            }
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ACCOUNT_LOGIN_METHODS={"email"},
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_RATE_LIMITS=False,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        IDP_OIDC_PRIVATE_KEY=_private_key(),
        USE_TZ=True,
    )


def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _fill(told: dict[str, Any]) -> None:
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User

    for email, is_verified in told["people"].items():
        user = User.objects.create_user(email, email, told["password"])
        EmailAddress.objects.create(user=user, email=email, verified=is_verified, primary=True)
    client = Client(id=told["client_id"], name="Rapport", skip_consent=True, scopes="openid\nemail\nprofile")
    client.set_secret(told["client_secret"])
    client.save()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
