"""Django's settings, derived from `rapport.config`. Nothing here reads the environment."""

from django.conf.locale import LANG_INFO

from rapport import logs
from rapport.config import ROOT, get_config
from rapport.database import database_settings
from rapport.metrics.folder import share_folder

CONFIG = get_config()
share_folder(CONFIG)

BASE_DIR = ROOT
SECRET_KEY = CONFIG.secret_key
SECRET_KEY_FALLBACKS = list(CONFIG.secret_key_fallbacks)
DEBUG = CONFIG.debug
ALLOWED_HOSTS = list(CONFIG.allowed_hosts)
CSRF_TRUSTED_ORIGINS = [CONFIG.public_url]
USE_X_FORWARDED_HOST = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton",
    "django_htmx",
    "django_vite",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rapport",
    "rapport.events",
    "rapport.idempotency",
    "rapport.breakers",
    "rapport.ratelimits",
    "tenants",
    "billing",
    "ingestion",
    "agents",
    "frontend",
]

MIDDLEWARE = [
    "rapport.metrics.middleware.TimingMiddleware",
    "rapport.edge.RequestIdMiddleware",
    "frontend.headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "frontend.middleware.DemoSiteMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # allauth wants to see it in this list
    "frontend.page_middleware.PageMiddleware",
    "agents.api.limits.RateLimitHeadersMiddleware",
]
PAGE_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "frontend.session_limits.SessionLimitsMiddleware",
    "frontend.languages.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "frontend.doors.DoorsMiddleware",
    "frontend.confirming.ConfirmingMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "frontend.csp.ContentSecurityPolicyMiddleware",
]

ROOT_URLCONF = "rapport.urls"
ASGI_APPLICATION = "rapport.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "frontend" / "templates"],  # before the apps' own: the accounts' pages wear the house's style
        "APP_DIRS": True,  # django-cotton wraps the loaders itself
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "frontend.templatetags.words"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context_processors.shell",
            ],
        },
    }
]

_DATABASE = database_settings(CONFIG, CONFIG.database_url)
if CONFIG.is_embedded:
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at BEGIN, so that a transaction waits for
    # it instead of failing in the middle.
    _DATABASE["ENGINE"] = "rapport.sqlite"
    _DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728;"
        ),
    }
CONFIG.data_dir.mkdir(parents=True, exist_ok=True)  # files, sockets and logs live there whatever the database
DATABASES = {"default": _DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One for all processes: allauth notes in it which codes were used. Nothing that is asked for often is kept there.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "ratelimits_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Who is who
AUTH_USER_MODEL = "tenants.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail is unique whatever its case, by a constraint on lower(email)
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "frontend.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "frontend.forms.SignUpForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
# These are counted by `frontend.doors`, which says when to try again.
ACCOUNT_RATE_LIMITS = dict.fromkeys(
    ("login", "login_failed", "signup", "reset_password", "reset_password_from_key", "reauthenticate")
)
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_ADAPTER = "frontend.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not CONFIG.public_url.startswith("https://")  # browsers allow it on localhost only
MFA_FORMS = {"add_webauthn": "frontend.forms.PasskeyForm"}
MFA_TOTP_ISSUER = "Rapport"
MFA_TOTP_TOLERANCE = 1  # the code before is taken too: people type slower than thirty seconds
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# Mail: in the embedded profile it is kept in a folder and shown at /dev/mail/.
DEFAULT_FROM_EMAIL = CONFIG.default_from_email
if CONFIG.email_url.startswith("embedded"):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(CONFIG.data_dir / "mail")
else:
    from rapport.mail import smtp_settings

    globals().update(smtp_settings(CONFIG.email_url))

LANGUAGE_CODE = "en"
_LOCALE = ROOT / "frontend" / "locale"
_CODES = ("en", *sorted(each.stem.replace("_", "-").lower() for each in _LOCALE.glob("*.po")))
LANGUAGES = [(code, str(LANG_INFO.get(code, {}).get("name_local", code))) for code in _CODES]  # a file is a language
LOCALE_PATHS = [_LOCALE / "compiled"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.data_dir / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "build",
        "manifest_path": str(ROOT / "frontend" / "static" / "build" / ".vite" / "manifest.json"),
    }
}

SESSION_COOKIE_AGE = CONFIG.session_most_hours * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.public_url.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# A name with __Host- is one that no other host of the domain, and no plain connection, can set.
SESSION_COOKIE_NAME = "__Host-sessionid" if SESSION_COOKIE_SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if CSRF_COOKIE_SECURE else "csrftoken"
CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # forms and JSON; files stream to disk past their own limit
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "agents.api.authentication.ApiKeyAuthentication",
        "agents.api.authentication.VisitorAuthentication",
        "agents.api.authentication.MemberAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["agents.api.parsers.BoundedJsonParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "rapport.edge.api_exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Rapport API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

logs.configure(CONFIG.log_level)
LOGGING_CONFIG = None
